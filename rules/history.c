#include "history.h"

#include <string.h>

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
    *ret_count = history->type_first[type->index + 1] - history->type_first[type->index];
    return history->by_type + history->type_first[type->index];
}

const struct standing *const *history_of(const struct history *history, const char *type, size_t *ret_count) {
    const struct event_type *found = catalogue_find(history->catalogue, type);
    if (found != NULL)
        return history_of_type(history, found, ret_count);
    *ret_count = 0;
    return NULL;
}

/* R34: the record that came last among those that carry a date of birth, whenever it says that it happened. */
static void find_birth(struct history *history) {
    field_symbol field = catalogue_symbol(history->catalogue, "date_of_birth");
    const struct fact *last = NULL;
    for (int i = 0; i < 2; i++) {
        size_t count;
        const struct standing *const *all = history_of(history, i == 0 ? "child.registered" : "child.updated", &count);
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
    const struct standing *const *deaths = history_of(history, "child.died", &count);
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

static struct episode *episode_get(struct history *history, const char *reference) {
    for (size_t i = 0; i < history->n_episodes; i++)
        if (strcmp(history->episodes[i].reference, reference) == 0)
            return &history->episodes[i];
    struct episode *episode = &history->episodes[history->n_episodes++];
    *episode = (struct episode){.reference = reference};
    return episode;
}

static void find_episodes(struct history *history) {
    field_symbol field = catalogue_symbol(history->catalogue, "episode");
    size_t n_starts, n_ends;
    const struct standing *const *starts = history_of(history, "missing.started", &n_starts);
    const struct standing *const *ends = history_of(history, "missing.ended", &n_ends);
    history->episodes = ARENA_ARRAY(history->arena, struct episode, n_starts + n_ends);
    for (size_t i = 0; i < n_starts; i++) {
        struct value reference = fact_value(starts[i]->fact, field);
        if (reference.kind == VALUE_TEXT)
            episode_get(history, reference.of.text)->start = starts[i];
    }
    for (size_t i = 0; i < n_ends; i++) {
        struct value reference = fact_value(ends[i]->fact, field);
        if (reference.kind == VALUE_TEXT)
            episode_get(history, reference.of.text)->end = ends[i];
    }
}

void history_build(struct history *history, const struct fact *const *facts, size_t n_facts) {
    standing_find(facts, n_facts, history->catalogue, history->moment, history->arena, &history->standings,
                  &history->count);
    index_by_type(history);
    find_birth(history);
    find_death(history);
    care_find_periods(history);
    placement_find(history);
    profile_find(history);
    find_episodes(history);
}
