/* expression_fact.c: what conditions ask of facts: whether there was one, whether what it began still lasts, and what
 * several of them come to. */
#include "expression_node.h"
#include "matched.h"

const struct standing *expression_opening(const struct setting *setting) {
    return setting->opening != NULL ? setting->opening : setting->begun;
}

/* ---- windows ---- */

static bool after_opening(const struct setting *setting, struct occurrence at) {
    const struct standing *opening = expression_opening(setting);
    return opening == NULL || occurrence_on_or_before(opening->occurred, at);
}

/* Of a fact that is on or before the moment. */
static bool in_window(const struct expression *node, const struct setting *setting, struct occurrence at) {
    const struct calendar *calendar = setting->history->calendar;
    struct occurrence start = setting->scope_from;
    struct limit back = {.number = -node->within.number, .unit = node->within.unit};
    switch (node->window) {
    case WINDOW_EVER:
        return true;
    case WINDOW_CARE:
        return setting->period != NULL && history_period_of(setting->history, at) == setting->period;
    case WINDOW_BEFORE_START:
        return at.at.ms < start.at.ms;
    case WINDOW_WITHIN_BEFORE_START:
        return at.at.ms < start.at.ms && limit_day(calendar, back, start.day).day <= at.day.day;
    case WINDOW_WITHIN:
        if (node->within.unit == UNIT_HOURS)
            return setting->at.at.ms < limit_window_end(calendar, node->within, at).ms;
        return setting->at.day.day < limit_day(calendar, node->within, at.day).day;
    case WINDOW_SINCE_OPENING:
        return after_opening(setting, at);
    case WINDOW_BEFORE_OPENING:
        return !after_opening(setting, at);
    case WINDOW_AGO:
        return limit_day(calendar, node->within, at.day).day <= setting->at.day.day;
    case WINDOW_SCOPE:
    case N_WINDOWS:
        break;
    }
    return occurrence_on_or_before(start, at);
}

/* No fact of an earlier day is in the window. */
static struct date window_from(const struct expression *node, const struct setting *setting) {
    if (node->window == WINDOW_SCOPE)
        return setting->scope_from.day;
    if (node->window == WINDOW_CARE && setting->period != NULL)
        return setting->period->from.day;
    struct limit back = {.number = -node->within.number, .unit = node->within.unit};
    if (node->window == WINDOW_WITHIN && back.unit == UNIT_HOURS)
        return date_add_days(setting->at.day, back.number / 24 - 2);
    if (node->window == WINDOW_WITHIN) /* months do not count back to where they came from */
        return date_add_days(limit_day(setting->history->calendar, back, setting->at.day), -3);
    return (struct date){INT32_MIN};
}

/* ---- the facts of a node, in the order of occurrence ---- */

struct walk {
    const struct expression *node;
    const struct setting *setting;
    const struct fact *opening;
    const struct standing *const *all; /* those that match, but where the filter asks for the opening */
    size_t next, count;
    bool inside; /* all further ones are in the window */
};

/* Of those that a window looks at: up to now, or up to the start of the scope where it asks for what was before. */
static struct instant walk_last(const struct expression *node, const struct setting *setting) {
    bool before = node->window == WINDOW_BEFORE_START || node->window == WINDOW_WITHIN_BEFORE_START;
    return before ? instant_max(setting->at.at, setting->scope_from.at) : setting->at.at;
}

static struct walk walk_list(const struct expression *node, const struct setting *setting,
                             const struct standing *const *all, size_t count, struct date from) {
    struct walk walk = {.node = node, .setting = setting, .all = all};
    const struct standing *opening = expression_opening(setting);
    walk.opening = opening != NULL ? opening->fact : NULL;
    walk.count = history_n_reached(all, count, walk_last(node, setting));
    walk.next = history_n_before_day(all, walk.count, from);
    return walk;
}

static struct walk walk_from(const struct expression *node, const struct setting *setting, struct date from) {
    size_t count;
    const struct standing *const *all = node->filter.of_opening
                                            ? history_of_type(setting->history, node->filter.type, &count)
                                            : matched_facts(setting->history, &node->filter, &count);
    return walk_list(node, setting, all, count, from);
}

static struct walk walk_window(const struct expression *node, const struct setting *setting) {
    return walk_from(node, setting, window_from(node, setting));
}

/* The next that matches, whatever the window; NULL: no more. */
static const struct standing *walk_any(struct walk *walk) {
    while (walk->next < walk->count) {
        const struct standing *fact = walk->all[walk->next++];
        if (!walk->node->filter.of_opening || filter_matches(&walk->node->filter, fact->fact, walk->opening))
            return fact;
    }
    return NULL;
}

/* Is every later fact in the window of which this one is? */
static bool goes_on(const struct walk *walk, const struct standing *fact) {
    if (walk->node->window == WINDOW_SCOPE)
        return walk->setting->scope_from.day.day < fact->occurred.day.day;
    return walk->node->window == WINDOW_EVER ||
           (walk->node->window == WINDOW_WITHIN && walk->node->within.unit != UNIT_HOURS);
}

static const struct standing *walk_next(struct walk *walk) {
    const struct standing *fact;
    while ((fact = walk_any(walk)) != NULL) {
        if (!walk->inside && !in_window(walk->node, walk->setting, fact->occurred))
            continue;
        walk->inside = walk->inside || goes_on(walk, fact);
        return fact;
    }
    return NULL;
}

/* How many there are, counted no further than to `enough`. */
static size_t walk_count(struct walk *walk, size_t enough) {
    size_t count = 0;
    while (count < enough && walk_next(walk) != NULL) {
        count++;
        if (walk->inside && !walk->node->filter.of_opening)
            return count + walk->count - walk->next;
    }
    return count;
}

enum truth expression_had(const struct expression *node, const struct setting *setting) {
    struct walk walk = walk_window(node, setting);
    return walk_count(&walk, node->at_least) >= node->at_least ? TRUTH_YES : TRUTH_NO;
}

/* ---- what lasts from one fact to another ---- */

/* Where one of a day is a bare date the order of the two is not known: then that in which they were recorded counts. */
static bool comes_after(const struct standing *fact, const struct standing *begun) {
    struct occurrence a = fact->occurred, b = begun->occurred;
    if (a.day.day != b.day.day)
        return a.day.day > b.day.day;
    if (!a.bare && !b.bare && a.at.ms != b.at.ms)
        return a.at.ms > b.at.ms;
    return standing_recorded_order(fact->fact, begun->fact) > 0;
}

const struct standing *expression_ended_by(const struct expression *node, const struct setting *setting,
                                           const struct standing *begun) {
    size_t count;
    const struct standing *const *all = history_of_type(setting->history, node->until.type, &count);
    for (size_t i = history_n_before_day(all, count, begun->occurred.day);
         i < count && all[i]->occurred.at.ms <= setting->at.at.ms; i++) {
        bool same = node->by == FIELD_NONE ||
                    filter_same_value(fact_value(all[i]->fact, node->by), fact_value(begun->fact, node->by));
        if (same && comes_after(all[i], begun) && filter_matches(&node->until, all[i]->fact, begun->fact))
            return all[i];
    }
    return NULL;
}

static bool is_open(const struct expression *node, const struct setting *setting, const struct standing *begun) {
    if (expression_ended_by(node, setting, begun) != NULL)
        return false;
    if (node->open_for.number == 0)
        return true;
    struct limit at_once = {0};
    struct deadline end = limit_deadline(setting->history->calendar, node->open_for, at_once, begun->occurred);
    return end.due_at.ms <= setting->at.at.ms;
}

enum truth expression_open(const struct expression *node, const struct setting *setting) {
    struct walk walk = walk_window(node, setting);
    const struct standing *begun;
    for (size_t found = 0; (begun = walk_next(&walk)) != NULL;)
        if (is_open(node, setting, begun) && ++found == node->at_least)
            return TRUTH_YES;
    return TRUTH_NO;
}

enum truth expression_recorded(const struct expression *node, const struct setting *setting) {
    const struct standing *fact = setting->fact != NULL ? setting->fact : expression_opening(setting);
    if (fact == NULL)
        return TRUTH_UNKNOWN;
    struct limit at_once = {0};
    struct deadline end = limit_deadline(setting->history->calendar, node->within, at_once, fact->occurred);
    return end.due_at.ms <= fact->fact->recorded_at.ms ? TRUTH_YES : TRUTH_NO;
}

/* ---- measures ---- */

static struct value number_value(double number) {
    return (struct value){.kind = VALUE_NUMBER, .of.number = number};
}

static const struct value none = {.kind = VALUE_NONE};

/* The latest value of the window, and the one before it. */
static void latest_two(const struct expression *node, const struct setting *setting, struct value *ret_latest,
                       struct value *ret_previous) {
    struct walk walk = walk_window(node, setting);
    const struct standing *fact;
    *ret_latest = *ret_previous = none;
    while ((fact = walk_next(&walk)) != NULL) {
        struct value value = fact_value(fact->fact, node->field);
        if (value.kind == VALUE_NONE)
            continue;
        *ret_previous = *ret_latest;
        *ret_latest = value;
    }
}

/* Asked of the opening there are other facts for each. */
static struct value changes_for_opening(const struct expression *node, const struct setting *setting) {
    struct walk walk = walk_from(node, setting, (struct date){INT32_MIN});
    const struct standing *fact;
    struct value previous = none;
    double count = 0;
    while ((fact = walk_any(&walk)) != NULL) {
        struct value value = fact_value(fact->fact, node->field);
        if (value.kind == VALUE_NONE)
            continue;
        count += previous.kind != VALUE_NONE && !filter_same_value(value, previous) &&
                 in_window(node, setting, fact->occurred);
        previous = value;
    }
    return number_value(count);
}

/* A value is a change from the one before it, whether that is in the window or before it. */
static struct value changes(const struct expression *node, const struct setting *setting) {
    if (node->filter.of_opening)
        return changes_for_opening(node, setting);
    size_t count;
    const struct standing *const *all = matched_changes(setting->history, &node->filter, node->field, &count);
    struct walk walk = walk_list(node, setting, all, count, window_from(node, setting));
    return number_value((double) walk_count(&walk, SIZE_MAX));
}

/* Is it the first of the window with its value? */
static bool is_new(const struct expression *node, const struct setting *setting, const struct standing *fact) {
    struct walk walk = walk_window(node, setting);
    struct value value = fact_value(fact->fact, node->field);
    const struct standing *other;
    while ((other = walk_next(&walk)) != NULL && other != fact)
        if (filter_same_value(fact_value(other->fact, node->field), value))
            return false;
    return true;
}

static struct value add_up(const struct expression *node, const struct setting *setting) {
    struct walk walk = walk_window(node, setting);
    const struct standing *fact;
    double sum = 0;
    if (node->measure == MEASURE_NUMBER)
        return number_value((double) walk_count(&walk, SIZE_MAX));
    while ((fact = walk_next(&walk)) != NULL) {
        struct value value = fact_value(fact->fact, node->field);
        if (node->measure == MEASURE_DISTINCT)
            sum += value.kind != VALUE_NONE && is_new(node, setting, fact);
        else if (value.kind == VALUE_NUMBER)
            sum += value.of.number;
    }
    return number_value(sum);
}

/* The first night that still counts at the moment. */
static struct date first_night(const struct expression *node, const struct setting *setting) {
    const struct calendar *calendar = setting->history->calendar;
    if (node->within.number == 0)
        return (struct date){INT32_MIN};
    struct limit back = {.number = -node->within.number, .unit = node->within.unit};
    struct date day = date_add_days(limit_day(calendar, back, setting->at.day), -3);
    while (limit_day(calendar, node->within, day).day <= setting->at.day.day)
        day = date_add_days(day, 1);
    return day;
}

static struct value nights(const struct expression *node, const struct setting *setting) {
    struct walk walk = walk_from(node, setting, (struct date){INT32_MIN});
    if (walk.count == 0)
        return number_value(0);
    struct date first = first_night(node, setting);
    const struct standing *begun;
    double sum = 0;
    while ((begun = walk_any(&walk)) != NULL) {
        const struct standing *ended = expression_ended_by(node, setting, begun);
        int32_t to = ended != NULL ? ended->occurred.day.day : setting->at.day.day;
        int32_t from = begun->occurred.day.day > first.day ? begun->occurred.day.day : first.day;
        sum += to > from ? to - from : 0;
    }
    return number_value(sum);
}

struct limit expression_window(const struct expression *node) {
    return node->within;
}

bool expression_begins(const struct expression *node, const struct standing *fact) {
    return filter_matches(&node->filter, fact->fact, NULL);
}

struct date expression_last_night(const struct expression *node, const struct setting *setting,
                                  const struct standing *begun) {
    const struct standing *ended = expression_ended_by(node, setting, begun);
    return ended != NULL ? date_add_days(ended->occurred.day, -1) : setting->at.day;
}

struct value expression_measure(const struct expression *node, const struct setting *setting) {
    struct value latest, previous;
    switch (node->measure) {
    case MEASURE_CHANGES:
        return changes(node, setting);
    case MEASURE_SUM:
    case MEASURE_DISTINCT:
    case MEASURE_NUMBER:
        return add_up(node, setting);
    case MEASURE_DAYS:
        return nights(node, setting);
    case MEASURE_LATEST:
    case MEASURE_PREVIOUS:
    case MEASURE_RISE:
    case N_MEASURES:
        break;
    }
    latest_two(node, setting, &latest, &previous);
    if (node->measure == MEASURE_LATEST)
        return latest;
    if (node->measure == MEASURE_PREVIOUS)
        return previous;
    bool both = latest.kind == VALUE_NUMBER && previous.kind == VALUE_NUMBER;
    return both ? number_value(latest.of.number - previous.of.number) : none;
}

/* ---- evidence ---- */

size_t expression_own_facts(const struct expression *node, const struct setting *setting,
                            const struct standing **ret_facts, size_t max) {
    if (node->kind != NODE_HAD && node->kind != NODE_OPEN && node->kind != NODE_MEASURE)
        return 0;
    struct walk walk = walk_window(node, setting);
    const struct standing *fact;
    size_t count = 0;
    while (max > 0 && (fact = walk_next(&walk)) != NULL) {
        if (node->kind == NODE_OPEN && !is_open(node, setting, fact))
            continue;
        if (count == max) { /* the latest are of more use */
            for (size_t i = 1; i < max; i++)
                ret_facts[i - 1] = ret_facts[i];
            count--;
        }
        ret_facts[count++] = fact;
    }
    return count;
}
