#include "history.h"

#include "reference.h"

static void index_by_type(struct history *history) {
    size_t n_types = history->catalogue->n_types;
    history->type_first = ARENA_ARRAY(history->arena, size_t, n_types + 1);
    history->by_type = ARENA_ARRAY(history->arena, const struct standing *, history->count);
    size_t *next = ARENA_ARRAY(history->arena, size_t, n_types + 1);
    for (size_t i = 0; i < history->count; i++)
        history->type_first[history->standings[i].fact->type->index + 1]++;
    for (size_t type = 0; type < n_types; type++) {
        history->type_first[type + 1] += history->type_first[type];
        next[type] = history->type_first[type];
    }
    for (size_t i = 0; i < history->count; i++)
        history->by_type[next[history->standings[i].fact->type->index]++] = &history->standings[i];
}

const struct standing *const *history_of_type(const struct history *history, const struct event_type *type,
                                              size_t *ret_count) {
    *ret_count = 0;
    if (type == NULL)
        return NULL;
    *ret_count = history->type_first[type->index + 1] - history->type_first[type->index];
    return history->by_type + history->type_first[type->index];
}

size_t history_n_before_day(const struct standing *const *all, size_t count, struct date day) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all[middle]->occurred.day.day < day.day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t history_n_reached(const struct standing *const *all, size_t count, struct instant at) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all[middle]->occurred.at.ms <= at.ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* R34: the record that came last among those that carry a date of birth, whenever it says that it happened. */
static void find_birth(struct history *history) {
    const struct symbols *symbols = history->symbols;
    field_symbol field = symbols->date_of_birth;
    const struct fact *last = NULL;
    for (int i = 0; i < 2; i++) {
        size_t count;
        const struct standing *const *all =
            history_of_type(history, i == 0 ? symbols->child_registered : symbols->child_updated, &count);
        for (size_t j = 0; j < count; j++)
            if (fact_value(all[j]->fact, field).kind == VALUE_DATE &&
                (last == NULL || standing_recorded_order(last, all[j]->fact) < 0))
                last = all[j]->fact;
    }
    history->has_birth = last != NULL;
    if (last != NULL)
        history->born = fact_value(last, field).of.date;
}

static void find_death(struct history *history) {
    size_t count;
    const struct standing *const *deaths = history_of_type(history, history->symbols->child_died, &count);
    history->death = count > 0 ? deaths[0] : NULL;
}

struct instant history_birthday(const struct history *history, int age) {
    if (!history->has_birth)
        return INSTANT_NEVER;
    return zone_midnight(calendar_zone(history->calendar), date_birthday(history->born, age));
}

struct occurrence occurrence_at(const struct history *history, struct instant at, bool bare) {
    if (at.ms == INSTANT_NEVER.ms)
        return (struct occurrence){.at = at, .day = {INT32_MAX}};
    return (struct occurrence){.at = at, .day = zone_local_date(calendar_zone(history->calendar), at), .bare = bare};
}

/* A reference names one standing start and one standing end (R8). */
static const struct standing *only(const struct references *references, const char *reference) {
    struct references found = reference_find(references, reference);
    return found.count > 0 ? found.list[0].standing : NULL;
}

static void find_episodes(struct history *history) {
    const struct symbols *symbols = history->symbols;
    size_t n_starts, n_ends;
    const struct standing *const *starts = history_of_type(history, symbols->missing_started, &n_starts);
    const struct standing *const *ends = history_of_type(history, symbols->missing_ended, &n_ends);
    struct references by_start = reference_index(history, symbols->missing_started, symbols->episode);
    struct references by_end = reference_index(history, symbols->missing_ended, symbols->episode);
    history->episodes = ARENA_ARRAY(history->arena, struct episode, n_starts + n_ends);
    for (size_t i = 0; i < n_starts; i++) {
        struct value reference = fact_value(starts[i]->fact, symbols->episode);
        if (reference.kind == VALUE_TEXT)
            history->episodes[history->n_episodes++] = (struct episode){
                .reference = reference.of.text, .start = starts[i], .end = only(&by_end, reference.of.text)};
    }
    for (size_t i = 0; i < n_ends; i++) {
        struct value reference = fact_value(ends[i]->fact, symbols->episode);
        if (reference.kind == VALUE_TEXT && only(&by_start, reference.of.text) == NULL)
            history->episodes[history->n_episodes++] = (struct episode){.reference = reference.of.text, .end = ends[i]};
    }
}

void history_build(struct history *history, const struct fact *const *facts, size_t n_facts) {
    standing_find(facts, n_facts, history->symbols, history->moment, history->arena, &history->standings,
                  &history->count);
    index_by_type(history);
    history->spans = ARENA_NEW(history->arena, struct spans_found *);
    history->matched = ARENA_ARRAY(history->arena, struct matched *, HISTORY_MATCHED_BUCKETS);
    find_birth(history);
    find_death(history);
    care_find_periods(history);
    status_find(history);
    placement_find(history);
    profile_find(history);
    find_episodes(history);
}

size_t history_n_late(const struct history *history, enum lateness_kind kind, struct instant at) {
    size_t count = 0;
    for (size_t i = 0; i < history->n_latenesses; i++) {
        const struct lateness *lateness = &history->latenesses[i];
        count += lateness->kind == kind && lateness->from.ms <= at.ms && at.ms < lateness->to.ms;
    }
    return count;
}
