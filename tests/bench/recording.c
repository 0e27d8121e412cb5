/* recording.c: see recording.h. */
#include "recording.h"

#include "ensure.h"

#include <string.h>

void recording_init(struct recording *recording, struct store inner) {
    *recording = (struct recording){.inner = inner, .arena = arena_new()};
}

void recording_done(struct recording *recording) {
    (void) arena_free(recording->arena);
}

/* ---- copies ---- */

static struct bytes copy_bytes(struct arena *arena, struct bytes bytes) {
    if (bytes.data == NULL)
        return bytes;
    return (struct bytes){arena_strndup(arena, bytes.data, bytes.length), bytes.length};
}

static void *copy_array(struct arena *arena, const void *list, size_t count, size_t size) {
    void *copy = arena_alloc_array(arena, count, size);
    if (count > 0)
        memcpy(copy, list, count * size);
    return copy;
}

static void copy_record(struct arena *arena, struct store_record *record) {
    record->subject = arena_strdup(arena, record->subject);
    record->facts = copy_array(arena, record->facts, record->n_facts, sizeof *record->facts);
    for (size_t i = 0; i < record->n_facts; i++)
        record->facts[i].value = copy_bytes(arena, record->facts[i].value);
    record->said = copy_array(arena, record->said, record->n_said, sizeof *record->said);
    for (size_t i = 0; i < record->n_said; i++) {
        struct store_said *said = &record->said[i];
        *said = (struct store_said){arena_strdup(arena, said->rule), arena_strdup(arena, said->anchor),
                                    copy_bytes(arena, said->value)};
    }
}

static struct store_write copy_write(struct arena *arena, const struct store_write *write) {
    struct store_write copy = *write;
    struct store_record *records = copy_array(arena, write->records, write->n_records, sizeof *records);
    for (size_t i = 0; i < write->n_records; i++)
        copy_record(arena, &records[i]);
    struct store_entry *entries = copy_array(arena, write->entries, write->n_entries, sizeof *entries);
    for (size_t i = 0; i < write->n_entries; i++)
        entries[i].value = copy_bytes(arena, entries[i].value);
    struct store_open *open = copy_array(arena, write->open, write->n_open, sizeof *open);
    for (size_t i = 0; i < write->n_open; i++)
        open[i] = (struct store_open){arena_strdup(arena, open[i].role), arena_strdup(arena, open[i].alert_id),
                                      copy_bytes(arena, open[i].value)};
    copy.records = records;
    copy.entries = entries;
    copy.open = open;
    copy.trimmed = copy_array(arena, write->trimmed, write->n_trimmed, sizeof *write->trimmed);
    return copy;
}

/* ---- the store ---- */

static int load(void *self, int32_t partition, struct store_meta *ret_meta) {
    const struct store *inner = &((struct recording *) self)->inner;
    return inner->ops->load(inner->self, partition, ret_meta);
}

static int load_records(void *self, int32_t partition, const char *const *subjects, size_t count, struct arena *arena,
                        struct store_record *ret_records) {
    const struct store *inner = &((struct recording *) self)->inner;
    return inner->ops->load_records(inner->self, partition, subjects, count, arena, ret_records);
}

static int load_timers(void *self, int32_t partition, size_t max, struct arena *arena, struct store_timer **ret_timers,
                       size_t *ret_count) {
    const struct store *inner = &((struct recording *) self)->inner;
    return inner->ops->load_timers(inner->self, partition, max, arena, ret_timers, ret_count);
}

static int load_outbox(void *self, int32_t partition, struct arena *arena, struct store_entry **ret_entries,
                       size_t *ret_count) {
    const struct store *inner = &((struct recording *) self)->inner;
    return inner->ops->load_outbox(inner->self, partition, arena, ret_entries, ret_count);
}

static int load_subjects(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                         const char ***ret_subjects, size_t *ret_count) {
    const struct store *inner = &((struct recording *) self)->inner;
    return inner->ops->load_subjects(inner->self, partition, cursor, arena, ret_subjects, ret_count);
}

static int write_through(void *self, const struct store_write *write) {
    struct recording *recording = self;
    int outcome = recording->inner.ops->write(recording->inner.self, write);
    if (outcome != 0)
        return outcome;
    if (recording->count == recording->capacity) {
        size_t capacity = recording->capacity == 0 ? 64 : recording->capacity * 2;
        recording->writes = arena_grow_array(recording->arena, recording->writes, recording->count, capacity,
                                             sizeof *recording->writes);
        recording->capacity = capacity;
    }
    recording->writes[recording->count++] = copy_write(recording->arena, write);
    return 0;
}

static int count_all(void *self, int32_t partition, struct store_counts *ret_counts) {
    const struct store *inner = &((struct recording *) self)->inner;
    return inner->ops->count(inner->self, partition, ret_counts);
}

static const char *error_of(void *self) {
    const struct store *inner = &((struct recording *) self)->inner;
    return inner->ops->error(inner->self);
}

struct store recording_ops(struct recording *recording) {
    static const struct store_ops ops = {
        .load = load,
        .load_records = load_records,
        .load_timers = load_timers,
        .load_outbox = load_outbox,
        .load_subjects = load_subjects,
        .write = write_through,
        .count = count_all,
        .error = error_of,
    };
    return (struct store){&ops, recording};
}

size_t recording_n_facts(const struct recording *recording) {
    size_t count = 0;
    for (size_t i = 0; i < recording->count; i++)
        for (size_t j = 0; j < recording->writes[i].n_records; j++)
            count += recording->writes[i].records[j].n_facts;
    return count;
}
