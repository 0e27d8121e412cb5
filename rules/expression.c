/* expression.c: conditions asked of a history, three-valued. */
#include "expression_language.h"
#include "expression_node.h"

#include "care_time.h"
#include "spans.h"

const char *scope_name(enum scope_kind kind) {
    return kind == SCOPE_SPAN ? "span" : expression_language_scope.words[kind].word;
}

const char *expression_text(const struct expression *expression) {
    return expression->text;
}

static enum truth age_compare(const struct expression *node, const struct setting *setting) {
    const struct history *history = setting->history;
    if (!history->has_birth)
        return TRUTH_UNKNOWN;
    struct date day = limit_day(history->calendar, node->later, setting->at.day);
    bool reached = date_birthday(history->born, node->age).day <= day.day;
    return reached == (node->comparison == COMPARE_MORE_EQUAL) ? TRUTH_YES : TRUTH_NO;
}

static struct value text_value(const char *text) {
    return (struct value){.kind = VALUE_TEXT, .of.text = text};
}

static struct value field_of(const struct standing *standing, field_symbol field) {
    return standing != NULL ? fact_value(standing->fact, field) : (struct value){.kind = VALUE_NONE};
}

static struct value episode_value(const struct episode *episode, field_symbol field) {
    if (episode == NULL)
        return (struct value){.kind = VALUE_NONE};
    struct value value = field_of(episode->end, field);
    return value.kind != VALUE_NONE ? value : field_of(episode->start, field);
}

/* A scope that is of care knows its period; elsewhere it is the one at the moment. */
static struct value legal_status(const struct setting *setting) {
    const struct period *period = setting->period;
    if (period == NULL && setting->kind != SCOPE_CARE && setting->kind != SCOPE_PLACEMENT)
        period = history_period_of(setting->history, setting->at);
    return period != NULL ? history_legal_status(setting->history, period, setting->at.at)
                          : (struct value){.kind = VALUE_NONE};
}

static struct value profile_value(const struct setting *setting, struct instant at) {
    return text_value(profile_name(history_profile_at(setting->history, at)));
}

/* A death ends the placement, and the duties about it ask where the child died: in the placement of just before or,
 * where that ended on the same day (the end of care may be known by its day alone), of the evening before. */
static struct instant last_alive(const struct history *history) {
    struct instant before = {history->death->occurred.at.ms - 1};
    if (history_home_at(history, before) != NULL)
        return before;
    return (struct instant){zone_midnight(calendar_zone(history->calendar), history->death->occurred.day).ms - 1};
}

static struct value placement_value(const struct setting *setting, field_symbol field) {
    const struct history *history = setting->history;
    const struct home *home = setting->home;
    struct instant at = setting->at.at;
    if (home == NULL && setting->kind != SCOPE_PLACEMENT) {
        if (history->death != NULL && history->death->occurred.at.ms <= at.ms)
            at = last_alive(history);
        home = history_home_at(history, at);
    }
    return home != NULL ? home_value(history, home, field, at, NULL) : (struct value){.kind = VALUE_NONE};
}

static struct value child_value(const struct history *history, field_symbol field) {
    const struct event_type *const types[] = {history->symbols->child_registered, history->symbols->child_updated};
    const struct standing *last = NULL;
    for (size_t i = 0; i < 2; i++) {
        size_t count;
        const struct standing *const *all = history_of_type(history, types[i], &count);
        for (size_t j = 0; j < count; j++)
            if (field_of(all[j], field).kind != VALUE_NONE &&
                (last == NULL || standing_recorded_order(last->fact, all[j]->fact) < 0))
                last = all[j];
    }
    return field_of(last, field);
}

static struct value number_value(size_t number) {
    return (struct value){.kind = VALUE_NUMBER, .of.number = (double) number};
}

static const char *opening_name(const struct setting *setting) {
    if (setting->opening != NULL)
        return setting->opening->fact->type->name;
    return setting->opened_by != NULL ? setting->opened_by : "start";
}

static struct value path_value(const struct path *path, const struct setting *setting) {
    const struct history *history = setting->history;
    switch (path->kind) {
    case PATH_LEGAL_STATUS:
        return legal_status(setting);
    case PATH_PROFILE:
        return profile_value(setting, setting->at.at);
    case PATH_PROFILE_BEFORE:
        return profile_value(setting, (struct instant){setting->at.at.ms - 1});
    case PATH_OPENING:
        return text_value(opening_name(setting));
    case PATH_OPENING_PLACE:
        return number_value(setting->place);
    case PATH_OPENING_AFTER_START:
        return (struct value){.kind = VALUE_BOOLEAN,
                              .of.truth = setting->opening != NULL &&
                                          setting->opening->occurred.at.ms > setting->scope_from.at.ms};
    case PATH_OPENING_FIELD:
        return field_of(expression_opening(setting), path->field);
    case PATH_FACT_FIELD:
        return field_of(setting->fact, path->field);
    case PATH_CARE_FIELD:
        return field_of(setting->period != NULL ? setting->period->start : NULL, path->field);
    case PATH_EPISODE_FIELD:
        return episode_value(setting->episode, path->field);
    case PATH_FIRST_PLACEMENT_FIELD:
        return field_of(setting->home != NULL ? history->placements[setting->home->first].start : NULL, path->field);
    case PATH_PLACEMENT_FIELD:
        return placement_value(setting, path->field);
    case PATH_CHILD_FIELD:
        return child_value(history, path->field);
    case PATH_AGE:
        if (!history->has_birth)
            break;
        return (struct value){.kind = VALUE_DATE, .of.date = history->born};
    case PATH_OVERDUE_DUTIES:
        return number_value(history_n_late(history, LATENESS_OVERDUE, setting->at.at));
    case PATH_UNSET_DUTIES:
        return number_value(history_n_late(history, LATENESS_UNSET, setting->at.at));
    case N_PATHS:
        break;
    }
    return (struct value){.kind = VALUE_NONE};
}

static enum truth within_of_start(const struct expression *node, const struct setting *setting) {
    struct date end = limit_day(setting->history->calendar, node->within, setting->scope_from.day);
    return setting->at.day.day < end.day ? TRUTH_YES : TRUTH_NO;
}

static enum truth in_care(const struct expression *node, const struct setting *setting) {
    const struct history *history = setting->history;
    if (node->age > 0 && !history->has_birth)
        return TRUTH_UNKNOWN;
    struct date reached;
    bool held = node->age > 0 ? care_time_reached(history, node->age, node->care_for, &reached)
                              : care_time_period_reached(history, setting->at, node->care_for, &reached);
    return held && reached.day <= setting->at.day.day ? TRUTH_YES : TRUTH_NO;
}

static enum truth compare_path(const struct expression *node, const struct setting *setting) {
    struct value actual = path_value(&node->path, setting);
    if (node->with.opening_field == FIELD_NONE)
        return compare(node->comparison, actual, node->with.values, node->with.n_values);
    struct value wanted = field_of(expression_opening(setting), node->with.opening_field);
    return compare(node->comparison, actual, &wanted, wanted.kind != VALUE_NONE);
}

/* Where nothing was measured nothing is over a threshold, or under it. */
static enum truth compare_measure(const struct expression *node, const struct setting *setting) {
    struct value actual = expression_measure(node, setting);
    enum truth truth = compare(node->comparison, actual, node->with.values, node->with.n_values);
    return truth == TRUTH_UNKNOWN ? TRUTH_NO : truth;
}

static enum truth some(const struct expression *node, const struct setting *setting) {
    size_t n_yes = 0, n_unknown = 0;
    for (size_t i = 0; i < node->n_list; i++) {
        enum truth truth = expression_evaluate(node->list[i], setting);
        n_yes += truth == TRUTH_YES;
        n_unknown += truth == TRUTH_UNKNOWN;
    }
    if (n_yes >= node->at_least)
        return TRUTH_YES;
    return n_yes + n_unknown >= node->at_least ? TRUTH_UNKNOWN : TRUTH_NO;
}

/* The right side is not asked where the left one decides. */
static enum truth join(const struct expression *node, const struct setting *setting, enum truth decisive) {
    enum truth left = expression_evaluate(node->left, setting);
    if (left == decisive)
        return decisive;
    enum truth right = expression_evaluate(node->right, setting);
    return right == decisive || left != TRUTH_UNKNOWN ? right : TRUTH_UNKNOWN;
}

enum truth expression_evaluate(const struct expression *node, const struct setting *setting) {
    switch (node->kind) {
    case NODE_OR:
        return join(node, setting, TRUTH_YES);
    case NODE_AND:
        return join(node, setting, TRUTH_NO);
    case NODE_NOT: {
        enum truth inner = expression_evaluate(node->left, setting);
        return inner == TRUTH_UNKNOWN ? inner : inner == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
    }
    case NODE_HAD:
        return expression_had(node, setting);
    case NODE_OPEN:
        return expression_open(node, setting);
    case NODE_SOME:
        return some(node, setting);
    case NODE_RECORDED:
        return expression_recorded(node, setting);
    case NODE_MEASURE:
        return compare_measure(node, setting);
    case NODE_AGE:
        return age_compare(node, setting);
    case NODE_WITHIN:
        return within_of_start(node, setting);
    case NODE_DURING:
        return spans_hold(setting->history, node->span, setting->at) ? TRUTH_YES : TRUTH_NO;
    case NODE_IN_CARE:
        return in_care(node, setting);
    case NODE_KNOWN: {
        bool known = path_value(&node->path, setting).kind != VALUE_NONE;
        return known == (node->comparison == COMPARE_IS) ? TRUTH_YES : TRUTH_NO;
    }
    case NODE_COMPARE:
    case N_NODES:
        break;
    }
    return compare_path(node, setting);
}
