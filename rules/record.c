/* record.c: a subject's facts and what has been said, owned here. A fact is copied into one block with all its strings,
 * so that a record of two thousand facts is two thousand small blocks and nothing else. */
#include "record.h"

#include "ensure.h"
#include "erasure.h"
#include "fact_copy.h"
#include "hash.h"

#include <stdlib.h>
#include <string.h>

enum { EMPTY = UINT32_MAX };

struct record *record_new(const char *subject) {
    struct record *record = calloc(1, sizeof *record);
    ENSURE(record != NULL);
    record->subject = strdup(subject);
    ENSURE(record->subject != NULL);
    return record;
}

static void said_done(struct said *said) {
    free((char *) said->rule);
    free((char *) said->anchor);
}

void record_forget_said(struct record *record) {
    for (size_t i = 0; i < record->n_said; i++)
        said_done(&record->said[i]);
    record->n_said = 0;
}

struct record *record_free(struct record *record) {
    if (record == NULL)
        return NULL;
    for (size_t i = 0; i < record->n_facts; i++)
        free((struct fact *) record->facts[i]);
    record_forget_said(record);
    erasure_done(record);
    free(record->facts);
    free(record->table);
    free(record->said);
    free(record->subject);
    free(record);
    return NULL;
}

const char *record_subject(const struct record *record) {
    return record->subject;
}

size_t record_n_facts(const struct record *record) {
    return record->n_facts;
}

const struct fact *record_fact(const struct record *record, size_t place) {
    ENSURE(place < record->n_facts);
    return record->facts[place];
}

/* Finding by origin, source and id: two subjects that are joined may have the same event each. */

static bool same_origin(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static uint32_t *slot(const struct record *record, const char *origin, const char *source, const char *id) {
    uint64_t start = hash_text(hash_text(HASH_START, source), id);
    for (uint64_t at = origin == NULL ? start : hash_text(start, origin);; at++) {
        uint32_t *place = &record->table[at & (record->table_size - 1)];
        if (*place == EMPTY)
            return place;
        const struct fact *other = record->facts[*place];
        if (strcmp(other->id, id) == 0 && strcmp(other->source, source) == 0 && same_origin(other->origin, origin))
            return place;
    }
}

static uint32_t *slot_of(const struct record *record, const struct fact *fact) {
    return slot(record, fact->origin, fact->source, fact->id);
}

static void index_facts(struct record *record) {
    memset(record->table, 0xff, record->table_size * sizeof *record->table);
    for (size_t i = 0; i < record->n_facts; i++)
        *slot_of(record, record->facts[i]) = (uint32_t) i;
}

static void grow(struct record *record) {
    record->facts_capacity = record->facts_capacity > 0 ? 2 * record->facts_capacity : 8;
    record->facts = reallocarray(record->facts, record->facts_capacity, sizeof *record->facts);
    ENSURE(record->facts != NULL);
    free(record->table);
    record->table_size = 2 * record->facts_capacity;
    record->table = malloc(record->table_size * sizeof *record->table);
    ENSURE(record->table != NULL);
    index_facts(record);
}

const struct fact *record_find_fact(const struct record *record, const char *origin, const char *source,
                                    const char *id) {
    if (record->table_size == 0)
        return NULL;
    uint32_t place = *slot(record, origin, source, id);
    return place == EMPTY ? NULL : record->facts[place];
}

static void count_kinds(struct record *record, const struct fact *fact, int by) {
    record->n_merges += erasure_is_merge(fact) ? (size_t) by : 0;
    record->n_foreign += fact->origin != NULL ? (size_t) by : 0;
}

int record_add(struct record *record, const struct fact *fact) {
    if (erasure_is(fact))
        return erasure_take(record, fact);
    if (fact->recorded_at.ms <= record_erased_to(record, fact->origin).ms)
        return RECORD_ERASED;
    if (record->table_size > 0 && *slot_of(record, fact) != EMPTY)
        return RECORD_DUPLICATE;
    if (record->n_facts == RECORD_FACTS_MAX)
        return RECORD_FULL;
    if (record->n_facts == record->facts_capacity)
        grow(record);
    *slot_of(record, fact) = (uint32_t) record->n_facts;
    record->facts[record->n_facts++] = fact_copy(fact);
    count_kinds(record, fact, 1);
    return 0;
}

bool record_remove_facts(struct record *record, const char *origin, struct instant to) {
    size_t kept = 0, before = record->n_facts;
    for (size_t i = 0; i < before; i++) {
        const struct fact *fact = record->facts[i];
        if (!same_origin(fact->origin, origin) || fact->recorded_at.ms > to.ms) {
            record->facts[kept++] = fact;
            continue;
        }
        count_kinds(record, fact, -1);
        free((struct fact *) fact);
    }
    record->n_facts = kept;
    if (kept < before)
        index_facts(record);
    return kept < before;
}

/* What has been said. */

size_t record_n_said(const struct record *record) {
    return record->n_said;
}

const struct said *record_said(const struct record *record, size_t place) {
    ENSURE(place < record->n_said);
    return &record->said[place];
}

static int compare_said(const struct said *said, const char *rule, const char *anchor) {
    int order = strcmp(said->rule, rule);
    return order != 0 ? order : strcmp(said->anchor, anchor);
}

/* The first that does not come before it. */
static size_t said_place(const struct record *record, const char *rule, const char *anchor) {
    size_t low = 0, high = record->n_said;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_said(&record->said[middle], rule, anchor) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct said *record_find_said(const struct record *record, const char *rule, const char *anchor) {
    size_t place = said_place(record, rule, anchor);
    if (place == record->n_said || compare_said(&record->said[place], rule, anchor) != 0)
        return NULL;
    return &record->said[place];
}

void record_restore_said(struct record *record, const struct said *said) {
    struct said *known = record_find_said(record, said->rule, said->anchor);
    if (known != NULL) {
        const char *rule = known->rule, *anchor = known->anchor;
        *known = *said;
        known->rule = rule;
        known->anchor = anchor;
        return;
    }
    if (record->n_said == record->said_capacity) {
        record->said_capacity = record->said_capacity > 0 ? 2 * record->said_capacity : 8;
        record->said = reallocarray(record->said, record->said_capacity, sizeof *record->said);
        ENSURE(record->said != NULL);
    }
    size_t place = said_place(record, said->rule, said->anchor);
    memmove(record->said + place + 1, record->said + place, (record->n_said - place) * sizeof *record->said);
    record->n_said++;
    record->said[place] = *said;
    record->said[place].rule = strdup(said->rule);
    record->said[place].anchor = strdup(said->anchor);
    ENSURE(record->said[place].rule != NULL && record->said[place].anchor != NULL);
}
