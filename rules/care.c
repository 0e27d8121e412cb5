/* care.c: periods of care (R9, R10).
 *
 * The hard case is a day on which a child leaves and enters care and one of the records has only a date: then an end of
 * the open period comes first, then a start, then a further end. */
#include "history.h"

struct care_walk {
    struct history *history;
    struct period *open;
};

static bool is_start(const struct standing *standing, const struct event_type *started) {
    return standing->fact->type == started;
}

static void end_open(struct care_walk *walk, const struct standing *by) {
    if (walk->open == NULL)
        return;
    walk->open->to = by->occurred;
    walk->open->ending = by;
    walk->open = NULL;
}

static void start_period(struct care_walk *walk, const struct standing *start) {
    if (walk->open != NULL && date_equal(walk->open->from.day, start->occurred.day))
        return;
    end_open(walk, start);
    walk->open = &walk->history->periods[walk->history->n_periods++];
    *walk->open =
        (struct period){.start = start, .from = start->occurred, .to = {.at = INSTANT_NEVER, .day = {INT32_MAX}}};
}

/* Records that count as one moment: an end of the open period, the starts, then a further end. */
static void take_group(struct care_walk *walk, const struct standing *const *group, size_t count,
                       const struct event_type *started) {
    const struct standing *first_end = NULL;
    for (size_t i = 0; i < count && walk->open != NULL && first_end == NULL; i++)
        if (!is_start(group[i], started))
            first_end = group[i];
    if (first_end != NULL)
        end_open(walk, first_end);
    for (size_t i = 0; i < count; i++)
        if (is_start(group[i], started))
            start_period(walk, group[i]);
    for (size_t i = 0; i < count; i++)
        if (!is_start(group[i], started) && group[i] != first_end)
            end_open(walk, group[i]);
}

/* How many of the records from the first on fall on its day, if one of them is a bare date; else on its instant. */
static size_t group_length(const struct standing *const *all, size_t count) {
    size_t on_day = 0, at_instant = 0;
    bool bare = false;
    for (; on_day < count && date_equal(all[on_day]->occurred.day, all[0]->occurred.day); on_day++)
        bare |= all[on_day]->occurred.bare;
    while (at_instant < count && instant_equal(all[at_instant]->occurred.at, all[0]->occurred.at))
        at_instant++;
    return bare ? on_day : at_instant;
}

static size_t merge_in_order(struct history *history, const struct standing **ret_all) {
    size_t n_starts, n_ends, count = 0, s = 0, e = 0;
    const struct standing *const *starts = history_of_type(history, history->symbols->care_started, &n_starts);
    const struct standing *const *ends = history_of_type(history, history->symbols->care_ended, &n_ends);
    while (s < n_starts || e < n_ends) {
        bool take_start = e == n_ends || (s < n_starts && starts[s]->place < ends[e]->place);
        ret_all[count++] = take_start ? starts[s++] : ends[e++];
    }
    return count;
}

static void end_no_later_than(struct period *period, struct occurrence to, const struct standing *by) {
    if (to.at.ms >= period->to.at.ms)
        return;
    period->to = to;
    period->ending = by;
}

static void end_by_age_or_death(const struct history *history, struct period *period) {
    if (history->has_birth)
        end_no_later_than(
            period, (struct occurrence){.at = history_birthday(history, 18), .day = date_birthday(history->born, 18)},
            NULL);
    if (history->death != NULL)
        end_no_later_than(period, history->death->occurred, history->death);
}

/* Among those of its date, in the order in which they were first recorded (R19). */
static size_t number_of_start(const struct history *history, const struct standing *start) {
    size_t count, number = 1;
    const struct standing *const *all = history_of_type(history, start->fact->type, &count);
    for (size_t i = 0; i < count; i++)
        if (date_equal(all[i]->first->occurred.day, start->first->occurred.day) &&
            standing_recorded_order(all[i]->first, start->first) < 0)
            number++;
    return number;
}

void care_find_periods(struct history *history) {
    size_t n_starts, n_ends;
    (void) history_of_type(history, history->symbols->care_started, &n_starts);
    (void) history_of_type(history, history->symbols->care_ended, &n_ends);
    const struct standing **all = ARENA_ARRAY(history->arena, const struct standing *, n_starts + n_ends);
    history->periods = ARENA_ARRAY(history->arena, struct period, n_starts);
    size_t count = merge_in_order(history, all);
    const struct event_type *started = history->symbols->care_started;
    struct care_walk walk = {.history = history};
    for (size_t i = 0, length; i < count; i += length) {
        length = group_length(all + i, count - i);
        take_group(&walk, all + i, length, started);
    }
    for (size_t i = 0; i < history->n_periods; i++) {
        end_by_age_or_death(history, &history->periods[i]);
        history->periods[i].number = number_of_start(history, history->periods[i].start);
    }
}

/* Periods follow each other, so of those that began by then only the last can hold it. */
const struct period *history_period_of(const struct history *history, struct occurrence occurred) {
    size_t low = 0, high = history->n_periods;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (occurrence_on_or_before(history->periods[middle].from, occurred))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    const struct period *last = &history->periods[low - 1];
    return occurred.day.day <= last->to.day.day ? last : NULL;
}
