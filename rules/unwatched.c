/* unwatched.c: see unwatched.h. */
#include "unwatched.h"

#include "hash.h"
#include "yaml.h"

#include <string.h>

/* ---- reading ---- */

static const char *const *copy_types(const char *const *types, struct arena *arena) {
    size_t count = 0;
    while (types[count] != NULL)
        count++;
    const char **copy = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_strdup(arena, types[i]);
    return copy;
}

static bool check_types(const struct not_fed *list, const struct catalogue *catalogue, struct yaml_problems *problems) {
    bool good = true;
    for (size_t i = 0; list->types[i] != NULL; i++) {
        if (catalogue_find(catalogue, list->types[i]) != NULL)
            continue;
        yaml_problem(problems, (struct yaml_place){"configuration", 1, 1},
                     "not_fed.%s: `%s` is no event type of the catalogue", list->authority, list->types[i]);
        good = false;
    }
    return good;
}

int unwatched_read(const struct engine_paths *paths, const struct catalogue *catalogue, struct arena *arena,
                   struct yaml_problems *problems, struct unwatched *ret_unwatched) {
    struct not_fed *lists = ARENA_ARRAY(arena, struct not_fed, paths->n_not_fed);
    bool good = true;
    for (size_t i = 0; i < paths->n_not_fed; i++) {
        lists[i].authority = arena_strdup(arena, paths->not_fed[i].authority);
        lists[i].types = copy_types(paths->not_fed[i].types, arena);
        good = check_types(&lists[i], catalogue, problems) && good;
    }
    *ret_unwatched = (struct unwatched){.n_lists = paths->n_not_fed, .lists = lists};
    return good ? 0 : YAML_WRONG;
}

/* ---- which duties ---- */

static bool is_missing(const struct not_fed *not_fed, const struct event_type *type) {
    for (size_t i = 0; not_fed->types[i] != NULL; i++)
        if (strcmp(not_fed->types[i], type->name) == 0)
            return true;
    return false;
}

/* Of several that must all come one missing is enough; else all. */
static bool cannot_be_met(const struct not_fed *not_fed, const struct clock *clock) {
    size_t n_missing = 0;
    for (size_t i = 0; i < clock->n_meets; i++)
        n_missing += is_missing(not_fed, clock->meets[i].filter.type);
    return n_missing > 0 && (clock->meets_all || n_missing == clock->n_meets);
}

/* What a condition asks for that never comes would hold by silence alone; what nothing can clear would never end. */
static bool cannot_be_seen(const struct not_fed *not_fed, const struct risk *risk) {
    size_t n_missing = 0;
    for (size_t i = 0; i < risk->n_mentions; i++)
        if (risk->mentions[i].filter != NULL && is_missing(not_fed, risk->mentions[i].filter->type))
            return true;
    for (size_t i = 0; i < risk->n_clears; i++)
        n_missing += is_missing(not_fed, risk->clears[i].type);
    return n_missing > 0 && n_missing == risk->n_clears;
}

static const char *const *types_of_risk(const struct not_fed *not_fed, const struct risk *risk, struct arena *arena) {
    const char **types = ARENA_ARRAY(arena, const char *, risk->n_mentions + risk->n_clears + 1);
    size_t count = 0;
    for (size_t i = 0; i < risk->n_mentions + risk->n_clears; i++) {
        const struct filter *filter =
            i < risk->n_mentions ? risk->mentions[i].filter : &risk->clears[i - risk->n_mentions];
        bool known = filter == NULL || !is_missing(not_fed, filter->type);
        for (size_t j = 0; j < count && !known; j++)
            known = strcmp(types[j], filter->type->name) == 0;
        if (!known)
            types[count++] = filter->type->name;
    }
    return types;
}

static const char *const *meeting_types(const struct clock *clock, struct arena *arena) {
    const char **types = ARENA_ARRAY(arena, const char *, clock->n_meets + 1);
    size_t count = 0;
    for (size_t i = 0; i < clock->n_meets; i++) {
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known = known || strcmp(types[j], clock->meets[i].filter.type->name) == 0;
        if (!known)
            types[count++] = clock->meets[i].filter.type->name;
    }
    return types;
}

static void add(struct unwatched *unwatched, const struct engine_unwatched *rule, struct arena *arena) {
    if (unwatched->count == unwatched->capacity) {
        size_t capacity = unwatched->capacity * 2 + 16;
        unwatched->list = arena_grow_array(arena, unwatched->list, unwatched->count, capacity, sizeof *unwatched->list);
        unwatched->capacity = capacity;
    }
    unwatched->list[unwatched->count++] = *rule;
}

void unwatched_add_clock(struct unwatched *unwatched, const struct clock *clock, struct arena *arena) {
    for (size_t i = 0; i < unwatched->n_lists; i++) {
        if (clock->again || !cannot_be_met(&unwatched->lists[i], clock))
            continue;
        const char *const *types = meeting_types(clock, arena);
        for (size_t j = 0; j < clock->n_rows; j++) {
            struct engine_unwatched rule = {unwatched->lists[i].authority, &clock->rows[j].face, types};
            add(unwatched, &rule, arena);
        }
    }
}

void unwatched_add_risk(struct unwatched *unwatched, const struct risk *risk, struct arena *arena) {
    for (size_t i = 0; i < unwatched->n_lists && !risk->rule.off; i++) {
        const struct not_fed *list = &unwatched->lists[i];
        if (!cannot_be_seen(list, risk))
            continue;
        struct engine_unwatched rule = {list->authority, &risk->rule.face, types_of_risk(list, risk, arena)};
        add(unwatched, &rule, arena);
    }
}

/* The order of the types says nothing, so it does not count. */
uint64_t unwatched_hash(const struct unwatched *unwatched, uint64_t hash) {
    for (size_t i = 0; i < unwatched->n_lists; i++) {
        uint64_t sum = 0;
        for (size_t j = 0; unwatched->lists[i].types[j] != NULL; j++)
            sum += hash_text(HASH_START, unwatched->lists[i].types[j]);
        if (unwatched->lists[i].types[0] != NULL)
            hash = hash_mix(hash_text(hash, unwatched->lists[i].authority), sum);
    }
    return hash;
}

/* ---- one subject ---- */

const struct not_fed *unwatched_find(const struct unwatched *unwatched, const char *authority) {
    for (size_t i = 0; authority != NULL && i < unwatched->n_lists; i++)
        if (strcmp(unwatched->lists[i].authority, authority) == 0)
            return &unwatched->lists[i];
    return NULL;
}

static bool is_closed(enum instance_state state) {
    return state == INSTANCE_MET || state == INSTANCE_MET_LATE || state == INSTANCE_CANCELLED;
}

void unwatched_apply(const struct not_fed *not_fed, const struct clock *clock, struct derivation *derivation,
                     size_t first) {
    if (derivation->count == first || !cannot_be_met(not_fed, clock))
        return;
    for (size_t i = first; i < derivation->count; i++) {
        struct derived *derived = &derivation->list[i];
        if (is_closed(derived->face.state))
            continue;
        derived->face.state = INSTANCE_UNKNOWN;
        derived->face.due_at = derived->face.due_soon_at = INSTANT_NEVER;
        derived->unset = true;
        derived->dateless = false;
        derived->not_fed = not_fed;
    }
}

void unwatched_apply_risk(const struct not_fed *not_fed, const struct risk *risk, struct derivation *derivation,
                          size_t first) {
    if (derivation->count == first || !cannot_be_seen(not_fed, risk))
        return;
    for (size_t i = first; i < derivation->count; i++) {
        struct derived *derived = &derivation->list[i];
        if (derived->face.state == INSTANCE_CLEARED)
            continue;
        derived->face.state = INSTANCE_UNKNOWN;
        derived->unset = true;
        derived->not_fed = not_fed;
    }
}
