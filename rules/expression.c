/* expression.c: conditions asked of a history, three-valued. */
#include "expression_node.h"

#include "care_time.h"
#include "spans.h"

const char *scope_name(enum scope_kind kind) {
    static const char *const names[N_SCOPES] = {"life", "care", "placement", "episode", "span"};
    return names[kind];
}

const char *expression_text(const struct expression *expression) {
    return expression->text;
}

static bool in_window(const struct expression *node, const struct setting *setting, const struct standing *standing) {
    struct occurrence at = standing->occurred, start = setting->scope_from;
    switch (node->window) {
    case WINDOW_EVER:
        return at.at.ms <= setting->at.at.ms;
    case WINDOW_CARE:
        return at.at.ms <= setting->at.at.ms && setting->period != NULL &&
               history_period_of(setting->history, at) == setting->period;
    case WINDOW_BEFORE_START:
        return at.at.ms < start.at.ms;
    case WINDOW_WITHIN_BEFORE_START: {
        struct limit back = {.number = -node->within.number, .unit = node->within.unit};
        return at.at.ms < start.at.ms && limit_day(setting->history->calendar, back, start.day).day <= at.day.day;
    }
    case WINDOW_WITHIN:
        return at.at.ms <= setting->at.at.ms &&
               setting->at.day.day < limit_day(setting->history->calendar, node->within, at.day).day;
    case WINDOW_SCOPE:
        break;
    }
    return occurrence_on_or_before(start, at) && at.at.ms <= setting->at.at.ms;
}

/* No fact of an earlier day is in the window. */
static struct date window_from(const struct expression *node, const struct setting *setting) {
    if (node->window == WINDOW_SCOPE)
        return setting->scope_from.day;
    if (node->window == WINDOW_CARE && setting->period != NULL)
        return setting->period->from.day;
    struct limit back = {.number = -node->within.number, .unit = node->within.unit};
    if (node->window == WINDOW_WITHIN) /* months do not count back to where they came from */
        return date_add_days(limit_day(setting->history->calendar, back, setting->at.day), -3);
    return (struct date){INT32_MIN};
}

/* Whose fields `opening.` means. */
static const struct standing *opening_of(const struct setting *setting) {
    return setting->opening != NULL ? setting->opening : setting->begun;
}

static enum truth had(const struct expression *node, const struct setting *setting) {
    size_t count;
    const struct standing *const *all = history_of_type(setting->history, node->filter.type, &count);
    const struct standing *opener = opening_of(setting);
    const struct fact *opening = opener != NULL ? opener->fact : NULL;
    size_t found = 0;
    struct instant last = instant_max(setting->at.at, setting->scope_from.at);
    for (size_t i = history_n_before_day(all, count, window_from(node, setting));
         i < count && all[i]->occurred.at.ms <= last.ms; i++)
        if (in_window(node, setting, all[i]) && filter_matches(&node->filter, all[i]->fact, opening) &&
            ++found == node->at_least)
            return TRUTH_YES;
    return TRUTH_NO;
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

static struct value placement_value(const struct setting *setting, field_symbol field) {
    const struct home *home = setting->home;
    if (home == NULL && setting->kind != SCOPE_PLACEMENT)
        home = history_home_at(setting->history, setting->at.at);
    return home != NULL ? home_value(setting->history, home, field, setting->at.at, NULL)
                        : (struct value){.kind = VALUE_NONE};
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
        return (struct value){.kind = VALUE_NUMBER, .of.number = (double) setting->place};
    case PATH_OPENING_AFTER_START:
        return (struct value){.kind = VALUE_BOOLEAN,
                              .of.truth = setting->opening != NULL &&
                                          setting->opening->occurred.at.ms > setting->scope_from.at.ms};
    case PATH_OPENING_FIELD:
        return field_of(opening_of(setting), path->field);
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
    struct value wanted = field_of(opening_of(setting), node->with.opening_field);
    return compare(node->comparison, actual, &wanted, wanted.kind != VALUE_NONE);
}

static enum truth join(enum truth left, enum truth right, enum truth decisive) {
    if (left == decisive || right == decisive)
        return decisive;
    return left == TRUTH_UNKNOWN || right == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : left;
}

enum truth expression_evaluate(const struct expression *node, const struct setting *setting) {
    switch (node->kind) {
    case NODE_OR:
        return join(expression_evaluate(node->left, setting), expression_evaluate(node->right, setting), TRUTH_YES);
    case NODE_AND:
        return join(expression_evaluate(node->left, setting), expression_evaluate(node->right, setting), TRUTH_NO);
    case NODE_NOT: {
        enum truth inner = expression_evaluate(node->left, setting);
        return inner == TRUTH_UNKNOWN ? inner : inner == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
    }
    case NODE_HAD:
        return had(node, setting);
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
        break;
    }
    return compare_path(node, setting);
}

/* Nothing of what a path other than these says changes while a scope lasts. */
static bool mention_of(const struct expression *node, struct mention *ret_mention) {
    *ret_mention = (struct mention){.age = node->age, .field = node->path.field};
    if (node->kind == NODE_AGE) {
        ret_mention->kind = MENTION_AGE;
        ret_mention->limit = node->later;
    } else if (node->kind == NODE_WITHIN) {
        ret_mention->kind = MENTION_WITHIN;
        ret_mention->limit = node->within;
    } else if (node->kind == NODE_HAD) {
        ret_mention->kind = MENTION_HAD;
        ret_mention->type = node->filter.type;
        ret_mention->limit = (struct limit){.number = node->window == WINDOW_WITHIN ? node->within.number : 0,
                                            .unit = node->within.unit};
    } else if (node->kind == NODE_DURING) {
        ret_mention->kind = MENTION_DURING;
        ret_mention->span = node->span;
    } else if (node->kind == NODE_IN_CARE) {
        ret_mention->kind = MENTION_IN_CARE;
        ret_mention->limit = node->care_for;
    } else if (node->path.kind == PATH_PLACEMENT_FIELD) {
        ret_mention->kind = MENTION_PLACEMENT_FIELD;
    } else if (node->path.kind == PATH_PROFILE || node->path.kind == PATH_PROFILE_BEFORE) {
        ret_mention->kind = MENTION_PROFILE;
    } else {
        ret_mention->kind = MENTION_LEGAL_STATUS;
        return node->path.kind == PATH_LEGAL_STATUS;
    }
    return true;
}

size_t expression_mentions(const struct expression *node, struct mention *ret_mentions) {
    if (node == NULL)
        return 0;
    if (node->kind == NODE_OR || node->kind == NODE_AND || node->kind == NODE_NOT) {
        size_t left = expression_mentions(node->left, ret_mentions);
        return left + expression_mentions(node->right, ret_mentions != NULL ? ret_mentions + left : NULL);
    }
    struct mention mention;
    if (!mention_of(node, &mention))
        return 0;
    if (ret_mentions != NULL)
        *ret_mentions = mention;
    return 1;
}
