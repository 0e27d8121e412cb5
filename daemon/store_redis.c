/* store_redis.c: reading the state of a partition from Redis, and the operations as a table. The layout is documented
 * in redis-layout.md as a public schema; what is read here was checked when it was written, so anything else there is a
 * reason to stop (STORE_UNUSABLE). */
#include "store_redis_connection.h"

#include "cleanup.h"
#include "ensure.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int store_redis_open(const struct store_redis_options *options, struct store_redis **ret_store,
                     const char **ret_message) {
    struct store_redis *store = calloc(1, sizeof *store);
    ENSURE(store != NULL);
    const char *wrong = store_redis_parse_url(store, options->url);
    if (wrong != NULL) {
        free(store);
        *ret_message = wrong;
        return STORE_REDIS_BAD_URL;
    }
    store->timeout_ms = options->timeout_ms;
    store->read_only = options->read_only;
    *ret_store = store;
    return 0;
}

struct store_redis *store_redis_close(struct store_redis *store) {
    if (store == NULL)
        return NULL;
    if (store->context != NULL)
        redisFree(store->context);
    free(store);
    return NULL;
}

const char *store_redis_address(const struct store_redis *store) {
    return store->address;
}

static const char *error(void *self) {
    struct store_redis *store = self;
    return store->error;
}

static const char *copy(struct arena *arena, const redisReply *reply) {
    return arena_strndup(arena, reply->str, reply->len);
}

/* ---- records ---- */

static int compare_facts(const void *a, const void *b) {
    const struct store_fact *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

/* A record of the first version does not name it. */
static bool take_field(const redisReply *name, const redisReply *value, struct arena *arena,
                       struct store_record *record, int64_t *version) {
    if (strcmp(name->str, "version") == 0)
        return store_redis_read_number(value->str, version);
    struct bytes bytes = {copy(arena, value), value->len};
    if (strncmp(name->str, "fact:", 5) == 0) {
        struct store_fact fact = {.value = bytes};
        record->facts[record->n_facts++] = fact;
        return store_redis_read_count(name->str + 5, &record->facts[record->n_facts - 1].number);
    }
    if (strcmp(name->str, "held") == 0) {
        record->held = true;
        return true;
    }
    if (strncmp(name->str, "said:", 5) != 0)
        return false;
    record->said[record->n_said++] = (struct store_said){.value = bytes};
    return true;
}

static bool take_record(const redisReply *reply, struct arena *arena, struct store_record *record, int64_t *version) {
    size_t pairs = reply->elements / 2;
    if (!store_redis_is_texts(reply) || reply->elements % 2 != 0)
        return false;
    record->facts = ARENA_ARRAY(arena, struct store_fact, pairs);
    record->said = ARENA_ARRAY(arena, struct store_said, pairs);
    for (size_t i = 0; i < pairs; i++)
        if (!take_field(reply->element[2 * i], reply->element[2 * i + 1], arena, record, version))
            return false;
    if (record->n_facts > 0)
        qsort(record->facts, record->n_facts, sizeof *record->facts, compare_facts);
    return true;
}

static int send_record(struct store_redis *store, int32_t partition, const char *subject, struct arena *arena) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "HGETALL");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:record:%s", partition, subject);
    return store_redis_send(store, &command);
}

static int receive_record(struct store_redis *store, int32_t partition, struct arena *arena,
                          struct store_record *record) {
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_reply(store, REDIS_REPLY_ARRAY, &reply);
    if (outcome != 0)
        return outcome;
    int64_t version = STORE_SCHEMA_FIRST;
    bool good = take_record(reply, arena, record, &version);
    if (version > STORE_SCHEMA)
        return store_redis_newer(store, partition, arena_printf(arena, "record:%s", record->subject), version);
    return good && version >= STORE_SCHEMA_FIRST ? 0 : store_redis_not_ours(store, partition, "a record");
}

static int load_records(void *self, int32_t partition, const char *const *subjects, size_t count, struct arena *arena,
                        struct store_record *ret_records) {
    struct store_redis *store = self;
    for (size_t i = 0; i < count; i++) {
        int outcome = send_record(store, partition, subjects[i], arena);
        if (outcome != 0)
            return outcome;
    }
    for (size_t i = 0; i < count; i++) {
        ret_records[i] = (struct store_record){.subject = subjects[i]};
        int outcome = receive_record(store, partition, arena, &ret_records[i]);
        if (outcome != 0)
            return outcome;
    }
    return 0;
}

/* ---- timers, outbox, subjects ---- */

/* Redis writes scores as reals; ours are whole milliseconds. */
static bool read_timer(const redisReply *subject, const redisReply *score, struct arena *arena,
                       struct store_timer *ret_timer) {
    char *end;
    double ms = strtod(score->str, &end);
    if (end == score->str || *end != '\0' || !(ms >= -(double) STORE_NUMBER_MAX && ms <= (double) STORE_NUMBER_MAX))
        return false;
    *ret_timer = (struct store_timer){copy(arena, subject), {(int64_t) ms}};
    return true;
}

static int load_timers(void *self, int32_t partition, size_t max, struct arena *arena, struct store_timer **ret_timers,
                       size_t *ret_count) {
    struct store_redis *store = self;
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "ZRANGE");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:timers", partition);
    store_redis_add_text(&command, "0");
    store_redis_add_format(&command, "%zu", max - 1);
    store_redis_add_text(&command, "WITHSCORES");
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, &reply);
    if (outcome != 0)
        return outcome;
    size_t count = reply->elements / 2;
    struct store_timer *timers = ARENA_ARRAY(arena, struct store_timer, count);
    bool good = store_redis_is_texts(reply) && reply->elements % 2 == 0 && count <= max;
    for (size_t i = 0; good && i < count; i++)
        good = read_timer(reply->element[2 * i], reply->element[2 * i + 1], arena, &timers[i]);
    if (!good)
        return store_redis_not_ours(store, partition, "the sorted set of timers");
    *ret_timers = timers;
    *ret_count = count;
    return 0;
}

static int compare_entries(const void *a, const void *b) {
    const struct store_entry *left = a, *right = b;
    return sequence_compare(left->sequence, right->sequence);
}

/* The fields first, as they are small; then the values, in slices that fit a reply. */
static int load_entry_names(struct store_redis *store, int32_t partition, struct arena *arena,
                            struct store_entry **ret_entries, size_t *ret_count) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "HKEYS");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:outbox", partition);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, &reply);
    if (outcome != 0)
        return outcome;
    struct store_entry *entries = ARENA_ARRAY(arena, struct store_entry, reply->elements);
    bool good = store_redis_is_texts(reply);
    for (size_t i = 0; good && i < reply->elements; i++)
        good = store_redis_read_sequence(reply->element[i]->str, &entries[i].sequence);
    if (good && reply->elements > 0)
        qsort(entries, reply->elements, sizeof *entries, compare_entries);
    for (size_t i = 1; good && i < reply->elements; i++) /* one number written in two ways is not ours either */
        good = compare_entries(&entries[i - 1], &entries[i]) < 0;
    if (!good)
        return store_redis_not_ours(store, partition, "the outbox");
    *ret_entries = entries;
    *ret_count = reply->elements;
    return 0;
}

static int load_entry_values(struct store_redis *store, int32_t partition, struct arena *arena,
                             struct store_entry *entries, size_t count) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "HMGET");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:outbox", partition);
    for (size_t i = 0; i < count; i++)
        store_redis_add_format(&command, "%" PRId64 ":%" PRId64, entries[i].sequence.epoch, entries[i].sequence.n);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, &reply);
    if (outcome != 0)
        return outcome;
    for (size_t i = 0; i < count; i++) {
        if (i >= reply->elements || reply->element[i]->type != REDIS_REPLY_STRING)
            return store_redis_not_ours(store, partition, "the outbox");
        entries[i].value = (struct bytes){copy(arena, reply->element[i]), reply->element[i]->len};
    }
    return 0;
}

static int load_outbox(void *self, int32_t partition, struct arena *arena, struct store_entry **ret_entries,
                       size_t *ret_count) {
    enum { AT_ONCE = 500 };
    struct store_redis *store = self;
    int outcome = load_entry_names(store, partition, arena, ret_entries, ret_count);
    for (size_t first = 0; outcome == 0 && first < *ret_count; first += AT_ONCE) {
        size_t count = *ret_count - first < AT_ONCE ? *ret_count - first : AT_ONCE;
        outcome = load_entry_values(store, partition, arena, *ret_entries + first, count);
    }
    return outcome;
}

static void copy_all(const redisReply *reply, struct arena *arena, const char ***ret_subjects, size_t *ret_count) {
    const char **subjects = ARENA_ARRAY(arena, const char *, reply->elements);
    for (size_t i = 0; i < reply->elements; i++)
        subjects[i] = copy(arena, reply->element[i]);
    *ret_subjects = subjects;
    *ret_count = reply->elements;
}

static int load_changed(void *self, int32_t partition, int64_t revision, size_t max, struct arena *arena,
                        const char ***ret_subjects, size_t *ret_count) {
    struct store_redis *store = self;
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "ZRANGEBYSCORE");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:changed", partition);
    store_redis_add_text(&command, "-inf");
    store_redis_add_format(&command, "%" PRId64, revision);
    store_redis_add_text(&command, "LIMIT");
    store_redis_add_text(&command, "0");
    store_redis_add_format(&command, "%zu", max);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, &reply);
    if (outcome == 0)
        copy_all(reply, arena, ret_subjects, ret_count);
    return outcome;
}

static int load_subjects(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                         const char ***ret_subjects, size_t *ret_count) {
    struct store_redis *store = self;
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "SSCAN");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:subjects", partition);
    store_redis_add_format(&command, "%" PRIu64, *cursor);
    store_redis_add_text(&command, "COUNT");
    store_redis_add_text(&command, "500");
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, &reply);
    if (outcome != 0)
        return outcome;
    if (reply->elements != 2 || reply->element[0]->type != REDIS_REPLY_STRING ||
        reply->element[1]->type != REDIS_REPLY_ARRAY || !store_redis_is_texts(reply->element[1]))
        return store_redis_not_ours(store, partition, "the set of subjects");
    copy_all(reply->element[1], arena, ret_subjects, ret_count);
    *cursor = strtoull(reply->element[0]->str, NULL, 10);
    return 0;
}

static int ping(void *self) {
    struct store_redis *store = self;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "PING");
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    return store_redis_ask(store, &command, REDIS_REPLY_STATUS, &reply);
}

/* A hash of texts, as pairs. */
static int load_hash(struct store_redis *store, int32_t partition, const char *kind, struct arena *arena,
                     redisReply **ret_reply) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "HGETALL");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:%s", partition, kind);
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, ret_reply);
    if (outcome == 0 && (!store_redis_is_texts(*ret_reply) || (*ret_reply)->elements % 2 != 0))
        return store_redis_not_ours(store, partition, arena_printf(arena, "the hash %s", kind));
    return outcome;
}

static struct bytes bytes_of(const redisReply *value, struct arena *arena) {
    return (struct bytes){copy(arena, value), value->len};
}

static int load_fields(void *self, int32_t partition, const char *hash, struct arena *arena,
                       struct store_field **ret_fields, size_t *ret_count) {
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = load_hash(self, partition, hash, arena, &reply);
    if (outcome != 0)
        return outcome;
    *ret_count = reply->elements / 2;
    *ret_fields = ARENA_ARRAY(arena, struct store_field, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret_fields)[i] =
            (struct store_field){copy(arena, reply->element[2 * i]), bytes_of(reply->element[2 * i + 1], arena)};
    return 0;
}

static int load_erased(void *self, int32_t partition, struct arena *arena, struct store_field **ret_erased,
                       size_t *ret_count) {
    return load_fields(self, partition, "erased", arena, ret_erased, ret_count);
}

static int load_feeds(void *self, int32_t partition, struct arena *arena, struct store_field **ret_feeds,
                      size_t *ret_count) {
    return load_fields(self, partition, "feeds", arena, ret_feeds, ret_count);
}

struct store store_redis_ops(struct store_redis *store) {
    static const struct store_ops ops = {
        .load = store_redis_load_meta,
        .load_records = load_records,
        .load_timers = load_timers,
        .load_outbox = load_outbox,
        .load_subjects = load_subjects,
        .inspect = store_redis_inspect,
        .load_open = store_redis_load_open,
        .load_said = store_redis_load_said,
        .scan_timers = store_redis_scan_timers,
        .scan_open = store_redis_scan_open,
        .load_erased = load_erased,
        .load_feeds = load_feeds,
        .load_changed = load_changed,
        .write = store_redis_write,
        .ping = ping,
        .leave = store_redis_leave,
        .count = store_redis_count,
        .error = error,
    };
    return (struct store){&ops, store};
}
