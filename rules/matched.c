/* matched.c: see matched.h. A filter or an event type is known by its address. */
#include "matched.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct matched {
    const void *key;    /* the filter, or the type */
    field_symbol field; /* whose changes they are, or by which they are sorted; FIELD_NONE: all that match */
    size_t count;
    const struct standing **list;
    struct matched *next;
};

static struct matched **bucket_of(const struct history *history, const void *key) {
    return &history->matched[((uintptr_t) key >> 4) % HISTORY_MATCHED_BUCKETS];
}

static struct matched *find(const struct history *history, const void *key, field_symbol field) {
    struct matched *matched = *bucket_of(history, key);
    while (matched != NULL && (matched->key != key || matched->field != field))
        matched = matched->next;
    return matched;
}

static struct matched *add(const struct history *history, const void *key, field_symbol field, size_t room) {
    struct matched **bucket = bucket_of(history, key);
    struct matched *matched = ARENA_NEW(history->arena, struct matched);
    *matched = (struct matched){
        .key = key,
        .field = field,
        .list = ARENA_ARRAY(history->arena, const struct standing *, room),
        .next = *bucket,
    };
    *bucket = matched;
    return matched;
}

static struct matched *find_all(const struct history *history, const struct filter *filter,
                                const struct standing *const *all, size_t count) {
    struct matched *matched = add(history, filter, FIELD_NONE, count);
    for (size_t i = 0; i < count; i++)
        if (filter_matches(filter, all[i]->fact, NULL))
            matched->list[matched->count++] = all[i];
    return matched;
}

const struct standing *const *matched_facts(const struct history *history, const struct filter *filter,
                                            size_t *ret_count) {
    const struct standing *const *all = history_of_type(history, filter->type, ret_count);
    if (*ret_count == 0 || filter->n_conditions == 0)
        return all;
    const struct matched *matched = find(history, filter, FIELD_NONE);
    if (matched == NULL)
        matched = find_all(history, filter, all, *ret_count);
    *ret_count = matched->count;
    return matched->list;
}

static struct matched *find_changes(const struct history *history, const struct filter *filter, field_symbol field,
                                    const struct standing *const *all, size_t count) {
    struct matched *matched = add(history, filter, field, count);
    struct value previous = {.kind = VALUE_NONE};
    for (size_t i = 0; i < count; i++) {
        struct value value = fact_value(all[i]->fact, field);
        if (value.kind == VALUE_NONE)
            continue;
        if (previous.kind != VALUE_NONE && !filter_same_value(value, previous))
            matched->list[matched->count++] = all[i];
        previous = value;
    }
    return matched;
}

const struct standing *const *matched_changes(const struct history *history, const struct filter *filter,
                                              field_symbol field, size_t *ret_count) {
    const struct matched *matched = find(history, filter, field);
    if (matched == NULL) {
        size_t count;
        const struct standing *const *all = matched_facts(history, filter, &count);
        matched = find_changes(history, filter, field, all, count);
    }
    *ret_count = matched->count;
    return matched->list;
}

/* ---- by episode ---- */

static const char *episode_of(const struct standing *fact, field_symbol field) {
    return fact_value(fact->fact, field).of.text;
}

static int by_reference(const void *a, const void *b, void *context) {
    const struct standing *one = *(const struct standing *const *) a, *other = *(const struct standing *const *) b;
    const field_symbol *field = context;
    int order = strcmp(episode_of(one, *field), episode_of(other, *field));
    return order != 0 ? order : (one->place > other->place) - (one->place < other->place);
}

static struct matched *sort_by_episode(const struct history *history, const struct event_type *type) {
    size_t count;
    field_symbol field = history->symbols->episode;
    const struct standing *const *all = history_of_type(history, type, &count);
    struct matched *matched = add(history, type, field, count);
    for (size_t i = 0; i < count; i++)
        if (fact_value(all[i]->fact, field).kind == VALUE_TEXT)
            matched->list[matched->count++] = all[i];
    qsort_r(matched->list, matched->count, sizeof *matched->list, by_reference, &field);
    return matched;
}

/* How many have a reference before that one, or that one too. */
static size_t n_up_to(const struct matched *matched, const char *reference, bool inclusive) {
    size_t low = 0, high = matched->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(episode_of(matched->list[middle], matched->field), reference) < (inclusive ? 1 : 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct standing *const *matched_episode(const struct history *history, const struct event_type *type,
                                              const char *reference, size_t *ret_count) {
    const struct matched *matched = find(history, type, history->symbols->episode);
    if (matched == NULL)
        matched = sort_by_episode(history, type);
    size_t first = n_up_to(matched, reference, false);
    *ret_count = n_up_to(matched, reference, true) - first;
    return matched->list + first;
}
