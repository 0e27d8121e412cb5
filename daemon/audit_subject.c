/* audit_subject.c: see audit_subject.h. Loading for use passes over what cannot be read, since it was checked when it
 * was written; here everything that stands in the record is accounted for. */
#include "audit_subject.h"

#include "encode.h"
#include "ensure.h"
#include "hash.h"
#include "record_codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static bool read_number(const char *text, int64_t *ret_number) {
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || number < 0)
        return false;
    *ret_number = number;
    return true;
}

/* A later version would have been refused when the record was read for use. */
static bool is_version(const struct store_field *field) {
    int64_t version;
    return strcmp(field->name, "version") == 0 && read_number(field->value.data, &version) &&
           version >= STORE_SCHEMA_FIRST && version <= STORE_SCHEMA;
}

struct numbered {
    struct store_fact stored;
    bool known; /* the catalogue has its type */
    struct fact fact;
};

static void take_fact(const struct decode_context *context, const struct store_field *field, struct arena *arena,
                      struct audit_subject *subject, struct numbered *list) {
    struct numbered *one = &list[subject->n_facts];
    one->stored.value = field->value;
    int outcome = record_codec_decode(context, field->value.data, field->value.length, arena, &one->fact);
    one->known = outcome == 0;
    if (!read_number(field->name + strlen("fact:"), &one->stored.number) || outcome == RECORD_CODEC_NOT_OURS)
        subject->facts_damaged = true;
    else
        subject->n_facts++;
}

static void take_said(const struct store_field *field, struct arena *arena, struct audit_subject *subject) {
    struct said said;
    const char *name = field->name + strlen("said:");
    bool good = encode_said_decode(field->value.data, field->value.length, arena, &said) == 0 &&
                strcmp(arena_printf(arena, "%s|%s", said.rule, said.anchor), name) == 0;
    if (good)
        record_restore_said(subject->record, &said);
    else
        subject->lost[subject->n_lost++] = name;
}

static int by_number(const void *a, const void *b) {
    const struct numbered *left = a, *right = b;
    return (left->stored.number > right->stored.number) - (left->stored.number < right->stored.number);
}

/* In the order of their numbers, which is without gaps. */
static void add_facts(struct audit_subject *subject, struct numbered *list) {
    if (subject->n_facts > 0)
        qsort(list, subject->n_facts, sizeof *list, by_number);
    for (size_t i = 0; i < subject->n_facts; i++) {
        subject->facts[i] = list[i].stored;
        subject->facts_damaged = subject->facts_damaged || list[i].stored.number != (int64_t) i;
        if (list[i].known)
            (void) !record_add(subject->record, &list[i].fact); /* one that is there twice counts once */
    }
}

uint64_t audit_subject_hash(const struct said *said) {
    char *text = encode_said(said);
    uint64_t hash = hash_text(HASH_START, text);
    free(text);
    return hash;
}

void audit_subject_read(const struct decode_context *context, const struct store_found *found, struct arena *arena,
                        struct audit_subject *ret_subject) {
    struct audit_subject subject = {
        .found = found,
        .record = record_new(found->subject),
        .facts = ARENA_ARRAY(arena, struct store_fact, found->n_fields),
        .lost = ARENA_ARRAY(arena, const char *, found->n_fields),
        .said_hash = HASH_START,
        .next = INSTANT_NEVER,
    };
    struct numbered *facts = ARENA_ARRAY(arena, struct numbered, found->n_fields);
    for (size_t i = 0; i < found->n_fields; i++) {
        const struct store_field *field = &found->fields[i];
        if (strncmp(field->name, "fact:", 5) == 0)
            take_fact(context, field, arena, &subject, facts);
        else if (strncmp(field->name, "said:", 5) == 0)
            take_said(field, arena, &subject);
        else if (strcmp(field->name, "held") == 0)
            subject.held = true;
        else if (!is_version(field))
            subject.facts_damaged = true;
    }
    add_facts(&subject, facts);
    for (size_t i = 0; i < record_n_said(subject.record); i++)
        subject.said_hash = hash_mix(subject.said_hash, audit_subject_hash(record_said(subject.record, i)));
    *ret_subject = subject;
}

void audit_subject_done(struct audit_subject *subject) {
    subject->record = record_free(subject->record);
}

/* ---- deriving ---- */

static struct said *copy_said(const struct record *record, struct arena *arena) {
    size_t count = record_n_said(record);
    struct said *list = ARENA_ARRAY(arena, struct said, count);
    for (size_t i = 0; i < count; i++) {
        list[i] = *record_said(record, i);
        list[i].rule = arena_strdup(arena, list[i].rule);
        list[i].anchor = arena_strdup(arena, list[i].anchor);
    }
    return list;
}

/* A step remembers what it says; nobody has heard it, so the memory is put back. */
static void put_back(struct record *record, const struct said *list, size_t count) {
    record_forget_said(record);
    for (size_t i = 0; i < count; i++)
        record_restore_said(record, &list[i]);
}

void audit_subject_derive(const struct engine *engine, struct instant clock, const struct fed *fed, struct arena *arena,
                          struct audit_subject *subject) {
    struct step step;
    struct step_options options = {.now = clock, .fed = fed, .because = BECAUSE_CLOCK};
    size_t n_said = record_n_said(subject->record);
    struct said *said = copy_said(subject->record, arena);
    engine_step(engine, subject->record, &options, arena, &step);
    if (step.n_changed > 0)
        put_back(subject->record, said, n_said);
    subject->n_waiting = step.n_waiting;
    subject->n_unsaid = step.n_changed;
    subject->unsaid = ARENA_ARRAY(arena, const char *, step.n_changed);
    for (size_t i = 0; i < step.n_changed; i++)
        subject->unsaid[i] = arena_printf(arena, "%s|%s", step.latest[i]->said->rule, step.latest[i]->said->anchor);
    struct instant soonest = {clock.ms + 1};
    subject->next = instant_max(step.next, soonest);
}

const struct said *audit_subject_said(const struct audit_subject *subject, const char *rule_and_anchor) {
    for (size_t i = 0; i < record_n_said(subject->record); i++) {
        const struct said *said = record_said(subject->record, i);
        size_t length = strlen(said->rule);
        if (strncmp(said->rule, rule_and_anchor, length) == 0 && rule_and_anchor[length] == '|' &&
            strcmp(said->anchor, rule_and_anchor + length + 1) == 0)
            return said;
    }
    return NULL;
}
