/* record.c: a subject's facts and what has been said, owned here. A fact is copied into one block with all its strings,
 * so that a record of two thousand facts is two thousand small blocks and nothing else. */
#include "record.h"

#include "ensure.h"
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

/* Copying a fact. */

static size_t text_size(const char *text) {
    return text != NULL ? strlen(text) + 1 : 0;
}

static const char *put_text(char **end, const char *text) {
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) + 1;
    char *copy = memcpy(*end, text, size);
    *end += size;
    return copy;
}

static size_t texts_size(const struct fact *fact) {
    size_t size =
        text_size(fact->source) + text_size(fact->id) + text_size(fact->authority) + text_size(fact->replaces);
    for (size_t i = 0; i < fact->n_fields; i++)
        if (fact->fields[i].value.kind == VALUE_TEXT)
            size += text_size(fact->fields[i].value.of.text);
    return size;
}

static const struct fact *fact_copy(const struct fact *fact) {
    size_t fields_size = fact->n_fields * sizeof *fact->fields;
    struct fact *copy = malloc(sizeof *copy + fields_size + texts_size(fact));
    ENSURE(copy != NULL);
    struct field_value *fields = (struct field_value *) (copy + 1);
    char *end = (char *) (fields + fact->n_fields);
    *copy = *fact;
    copy->fields = fields;
    copy->source = put_text(&end, fact->source);
    copy->id = put_text(&end, fact->id);
    copy->authority = put_text(&end, fact->authority);
    copy->replaces = put_text(&end, fact->replaces);
    for (size_t i = 0; i < fact->n_fields; i++) {
        fields[i] = fact->fields[i];
        if (fields[i].value.kind == VALUE_TEXT)
            fields[i].value.of.text = put_text(&end, fact->fields[i].value.of.text);
    }
    return copy;
}

/* Finding by source and id. */

static uint32_t *slot(const struct record *record, const struct fact *fact) {
    for (uint64_t at = hash_text(hash_text(HASH_START, fact->source), fact->id);; at++) {
        uint32_t *place = &record->table[at & (record->table_size - 1)];
        if (*place == EMPTY)
            return place;
        const struct fact *other = record->facts[*place];
        if (strcmp(other->id, fact->id) == 0 && strcmp(other->source, fact->source) == 0)
            return place;
    }
}

static void grow(struct record *record) {
    record->facts_capacity = record->facts_capacity > 0 ? 2 * record->facts_capacity : 8;
    record->facts = reallocarray(record->facts, record->facts_capacity, sizeof *record->facts);
    ENSURE(record->facts != NULL);
    free(record->table);
    record->table_size = 2 * record->facts_capacity;
    record->table = malloc(record->table_size * sizeof *record->table);
    ENSURE(record->table != NULL);
    memset(record->table, 0xff, record->table_size * sizeof *record->table);
    for (size_t i = 0; i < record->n_facts; i++)
        *slot(record, record->facts[i]) = (uint32_t) i;
}

int record_add(struct record *record, const struct fact *fact) {
    if (record->table_size > 0 && *slot(record, fact) != EMPTY)
        return RECORD_DUPLICATE;
    if (record->n_facts == RECORD_FACTS_MAX)
        return RECORD_FULL;
    if (record->n_facts == record->facts_capacity)
        grow(record);
    *slot(record, fact) = (uint32_t) record->n_facts;
    record->facts[record->n_facts++] = fact_copy(fact);
    return 0;
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
