/* store_redis_write.c: one write as one call of the function in store.lua: its keys, and the operations on them. */
#include "store_redis_connection.h"

#include "cleanup.h"
#include "ensure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    KEY_META = 1,
    KEY_TIMERS,
    KEY_OUTBOX,
    KEY_SUBJECTS,
    KEY_ROLES,
    KEY_ERASED,
    KEY_CHANGED,
    KEY_FEEDS,
    KEYS_FIXED = KEY_FEEDS
};

/* Keys and operations are collected apart, since the call names all keys first. */
struct call {
    struct arena *arena;
    int32_t partition;
    struct store_redis_command keys;
    struct store_redis_command words;
    size_t count_at;    /* the place of the word that says how many words the operation has */
    const char **roles; /* by key, from the first key of a role on */
    size_t first_role_key, n_roles;
};

static size_t add_key(struct call *call, const char *kind, const char *name) {
    store_redis_add_format(&call->keys, "{wk:%" PRId32 "}:%s%s", call->partition, kind, name);
    return call->keys.count;
}

static void begin(struct call *call, const char *operation, size_t key) {
    store_redis_add_text(&call->words, operation);
    store_redis_add_format(&call->words, "%zu", key);
    call->count_at = call->words.count;
    store_redis_add_text(&call->words, "0");
}

static void end(struct call *call) {
    const char *count = arena_printf(call->arena, "%zu", call->words.count - call->count_at - 1);
    call->words.words[call->count_at] = count;
    call->words.lengths[call->count_at] = strlen(count);
}

static void add_bytes(struct call *call, struct bytes bytes) {
    store_redis_add(&call->words, bytes.data, bytes.length);
}

/* ---- records ---- */

static void add_record_fields(struct call *call, const struct store_record *record, size_t key) {
    if (record->n_facts == 0 && record->n_said == 0 && !record->held)
        return;
    begin(call, "hset", key);
    store_redis_add_text(&call->words, "version");
    store_redis_add_format(&call->words, "%d", STORE_SCHEMA);
    for (size_t i = 0; i < record->n_facts; i++) {
        store_redis_add_format(&call->words, "fact:%" PRId64, record->facts[i].number);
        add_bytes(call, record->facts[i].value);
    }
    for (size_t i = 0; i < record->n_said; i++) {
        store_redis_add_format(&call->words, "said:%s|%s", record->said[i].rule, record->said[i].anchor);
        add_bytes(call, record->said[i].value);
    }
    if (record->held) {
        store_redis_add_text(&call->words, "held");
        store_redis_add_text(&call->words, "1");
    }
    end(call);
}

static void add_release(struct call *call, size_t key) {
    begin(call, "hdel", key);
    store_redis_add_text(&call->words, "held");
    end(call);
}

static void add_forget(struct call *call, size_t key, const char *prefix) {
    begin(call, "hforget", key);
    store_redis_add_text(&call->words, prefix);
    end(call);
}

static void add_records(struct call *call, const struct store_write *write) {
    for (size_t i = 0; i < write->n_records; i++) {
        const struct store_record *record = &write->records[i];
        size_t key = add_key(call, "record:", record->subject);
        if (record->replace || record->removed) {
            begin(call, "del", key);
            end(call);
        }
        if (record->forget_said)
            add_forget(call, key, "said:");
        if (record->forget_facts)
            add_forget(call, key, "fact:");
        add_record_fields(call, record, key);
        if (record->released)
            add_release(call, key);
    }
}

static void add_subjects_that(struct call *call, const struct store_write *write, bool removed) {
    begin(call, removed ? "srem" : "sadd", KEY_SUBJECTS);
    for (size_t i = 0; i < write->n_records; i++)
        if (write->records[i].removed == removed)
            store_redis_add_text(&call->words, write->records[i].subject);
    end(call);
}

static void add_subjects(struct call *call, const struct store_write *write) {
    if (write->n_records == 0)
        return;
    add_subjects_that(call, write, false);
    add_subjects_that(call, write, true);
}

static void add_timers(struct call *call, const struct store_write *write) {
    begin(call, "zadd", KEY_TIMERS);
    for (size_t i = 0; i < write->n_records; i++) {
        if (instant_equal(write->records[i].next, INSTANT_NEVER))
            continue;
        store_redis_add_format(&call->words, "%" PRId64, write->records[i].next.ms);
        store_redis_add_text(&call->words, write->records[i].subject);
    }
    end(call);
    begin(call, "zrem", KEY_TIMERS);
    for (size_t i = 0; i < write->n_records; i++)
        if (instant_equal(write->records[i].next, INSTANT_NEVER))
            store_redis_add_text(&call->words, write->records[i].subject);
    end(call);
}

static void add_forgotten(struct call *call, const struct store_write *write) {
    for (size_t i = 0; i < write->n_forgotten; i++) {
        begin(call, "del", add_key(call, "record:", write->forgotten[i]));
        end(call);
        begin(call, "srem", KEY_SUBJECTS);
        store_redis_add_text(&call->words, write->forgotten[i]);
        end(call);
        begin(call, "zrem", KEY_TIMERS);
        store_redis_add_text(&call->words, write->forgotten[i]);
        end(call);
    }
}

static void add_changed_subject(struct call *call, const struct store_write *write, const char *subject) {
    store_redis_add_format(&call->words, "%" PRId64, write->meta.revision);
    store_redis_add_text(&call->words, subject);
}

static void add_changed(struct call *call, const struct store_write *write) {
    begin(call, "zadd", KEY_CHANGED);
    for (size_t i = 0; i < write->n_records; i++)
        if (write->records[i].n_facts > 0 && !write->records[i].checkpointed)
            add_changed_subject(call, write, write->records[i].subject);
    for (size_t i = 0; i < write->n_changed; i++)
        add_changed_subject(call, write, write->changed[i]);
    end(call);
    begin(call, "zrem", KEY_CHANGED);
    for (size_t i = 0; i < write->n_saved; i++)
        store_redis_add_text(&call->words, write->saved[i]);
    end(call);
}

/* ---- outbox ---- */

static void add_sequence(struct call *call, struct sequence sequence) {
    store_redis_add_format(&call->words, "%" PRId64 ":%" PRId64, sequence.epoch, sequence.n);
}

static void add_outbox(struct call *call, const struct store_write *write) {
    begin(call, "hdel", KEY_OUTBOX);
    for (size_t i = 0; i < write->n_trimmed; i++)
        add_sequence(call, write->trimmed[i]);
    end(call);
    begin(call, "hset", KEY_OUTBOX);
    for (size_t i = 0; i < write->n_entries; i++) {
        add_sequence(call, write->entries[i].sequence);
        add_bytes(call, write->entries[i].value);
    }
    end(call);
}

/* ---- open alerts ---- */

static size_t role_key(struct call *call, const char *role) {
    for (size_t i = 0; i < call->n_roles; i++)
        if (strcmp(call->roles[i], role) == 0)
            return call->first_role_key + i;
    call->roles[call->n_roles++] = role;
    return add_key(call, "open:", role);
}

static void add_open(struct call *call, const struct store_write *write) {
    call->first_role_key = call->keys.count + 1;
    call->roles = ARENA_ARRAY(call->arena, const char *, write->n_open);
    for (size_t i = 0; i < write->n_open; i++) {
        const struct store_open *open = &write->open[i];
        begin(call, open->value.data == NULL ? "hdel" : "hset", role_key(call, open->role));
        store_redis_add_text(&call->words, open->alert_id);
        if (open->value.data != NULL)
            add_bytes(call, open->value);
        end(call);
    }
    if (call->n_roles == 0)
        return;
    begin(call, "sadd", KEY_ROLES);
    for (size_t i = 0; i < call->n_roles; i++)
        store_redis_add_text(&call->words, call->roles[i]);
    end(call);
}

static void add_erased(struct call *call, const struct store_write *write) {
    begin(call, "hset", KEY_ERASED);
    for (size_t i = 0; i < write->n_erased; i++) {
        store_redis_add_text(&call->words, write->erased[i].name);
        add_bytes(call, write->erased[i].value);
    }
    end(call);
}

static void add_feeds(struct call *call, const struct store_write *write) {
    for (size_t i = 0; i < write->n_feeds; i++) {
        const struct store_field *feed = &write->feeds[i];
        begin(call, feed->value.data == NULL ? "hdel" : "hset", KEY_FEEDS);
        store_redis_add_text(&call->words, feed->name);
        if (feed->value.data != NULL)
            add_bytes(call, feed->value);
        end(call);
    }
}

/* Deletes the hashes of all roles that the store has. */
static int add_clear_open(struct store_redis *store, struct call *call) {
    struct store_redis_command command = {.arena = call->arena};
    store_redis_add_text(&command, "SMEMBERS");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:roles", call->partition);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, &reply);
    if (outcome != 0)
        return outcome;
    if (!store_redis_is_texts(reply))
        return store_redis_not_ours(store, call->partition, "the set of roles");
    for (size_t i = 0; i < reply->elements; i++) {
        begin(call, "del", add_key(call, "open:", arena_strdup(call->arena, reply->element[i]->str)));
        end(call);
    }
    return 0;
}

/* ---- the call ---- */

static void add_number(struct call *call, const char *field, int64_t number) {
    store_redis_add_text(&call->words, field);
    store_redis_add_format(&call->words, "%" PRId64, number);
}

static void add_suspect(struct call *call, const char *field, const struct store_suspect *suspect) {
    store_redis_add_text(&call->words, field);
    store_redis_add_format(&call->words, "%" PRId64 ":%" PRId64, suspect->offset, suspect->deaths);
}

/* Last, so that whoever sees the new revision sees everything else. */
static void add_meta(struct call *call, const struct store_meta *meta) {
    begin(call, "hset", KEY_META);
    add_number(call, "schema", STORE_SCHEMA);
    add_number(call, "epoch", meta->epoch);
    store_redis_add_text(&call->words, "staged");
    add_sequence(call, meta->staged);
    add_number(call, "clock", meta->clock.ms);
    add_number(call, "caught_up_at", meta->caught_up_at.ms);
    add_number(call, "backlog_to", meta->backlog_to.ms);
    add_number(call, "live", meta->live);
    add_number(call, "baseline", meta->baseline);
    add_number(call, "restoring", meta->restoring);
    add_number(call, "rebuilding", meta->rebuilding);
    add_number(call, "checkpoint.at", meta->checkpoint.exists ? meta->checkpoint.at.ms : STORE_REDIS_NO_CHECKPOINT);
    add_number(call, "checkpoint.events", meta->checkpoint.positions[SOURCE_EVENTS]);
    add_number(call, "checkpoint.links", meta->checkpoint.positions[SOURCE_LINKS]);
    add_number(call, "partitions", meta->partitions);
    store_redis_add_text(&call->words, "packs");
    store_redis_add_text(&call->words, meta->packs);
    add_number(call, "starts", meta->starts);
    add_number(call, "attempting", meta->attempting);
    add_suspect(call, "suspect.events", &meta->suspects[SOURCE_EVENTS]);
    add_suspect(call, "suspect.links", &meta->suspects[SOURCE_LINKS]);
    store_redis_add_text(&call->words, "suspect.subject");
    store_redis_add_format(&call->words, "%" PRId64 " %s", meta->suspect_subject.deaths, meta->suspect_subject.subject);
    add_number(call, "revision", meta->revision);
    add_number(call, "position.events", meta->positions[SOURCE_EVENTS]);
    add_number(call, "position.links", meta->positions[SOURCE_LINKS]);
    end(call);
}

static int collect(struct store_redis *store, struct call *call, const struct store_write *write) {
    static const char *const fixed[KEYS_FIXED] = {"meta",  "timers", "outbox",  "subjects",
                                                  "roles", "erased", "changed", "feeds"};
    for (size_t i = 0; i < KEYS_FIXED; i++)
        (void) add_key(call, fixed[i], "");
    store_redis_add_format(&call->words, "%" PRId64, write->epoch);
    store_redis_add_format(&call->words, "%" PRId64, write->revision);
    if (write->clear_open) {
        int outcome = add_clear_open(store, call);
        if (outcome != 0)
            return outcome;
    }
    add_records(call, write);
    add_subjects(call, write);
    add_timers(call, write);
    add_forgotten(call, write);
    add_changed(call, write);
    add_outbox(call, write);
    add_open(call, write);
    add_erased(call, write);
    add_feeds(call, write);
    add_meta(call, &write->meta);
    return 0;
}

static int send_call(struct store_redis *store, const struct call *call, redisReply **ret_reply) {
    struct store_redis_command command = {.arena = call->arena};
    store_redis_add_text(&command, "FCALL");
    store_redis_add_text(&command, "watchkeeper_write");
    store_redis_add_format(&command, "%zu", call->keys.count);
    for (size_t i = 0; i < call->keys.count; i++)
        store_redis_add(&command, call->keys.words[i], call->keys.lengths[i]);
    for (size_t i = 0; i < call->words.count; i++)
        store_redis_add(&command, call->words.words[i], call->words.lengths[i]);
    return store_redis_ask(store, &command, REDIS_REPLY_STATUS, ret_reply);
}

int store_redis_write(void *self, const struct store_write *write) {
    struct store_redis *store = self;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct call call = {
        .arena = arena, .partition = write->partition, .keys = {.arena = arena}, .words = {.arena = arena}};
    int outcome = collect(store, &call, write);
    if (outcome != 0)
        return outcome;
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    outcome = send_call(store, &call, &reply);
    if (outcome != 0)
        return outcome;
    if (reply->type == REDIS_REPLY_STATUS && strcmp(reply->str, "OK") == 0)
        return 0;
    return store_redis_fail(store, STORE_REFUSED, "Redis at %s has another epoch or revision of partition %" PRId32,
                            store->address, write->partition);
}
