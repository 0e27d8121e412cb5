/* store_redis_audit.c: reading for an audit: what stands there as it stands there, and scans in bounded pieces. */
#include "store_redis_connection.h"

#include "cleanup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TIMERS_AT_ONCE = 200, OPEN_AT_ONCE = 100 };

static const char *copy(struct arena *arena, const redisReply *reply) {
    return arena_strndup(arena, reply->str, reply->len);
}

static struct instant instant_of(const redisReply *score) {
    return (struct instant){(int64_t) strtod(score->str, NULL)};
}

/* ---- all of a subject ---- */

static int send_about(struct store_redis *store, struct arena *arena, const char *what, const char *key,
                      const char *member) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, what);
    store_redis_add_text(&command, key);
    if (member != NULL)
        store_redis_add_text(&command, member);
    return store_redis_send(store, &command);
}

static int send_subject(struct store_redis *store, int32_t partition, const char *subject, struct arena *arena) {
    const char *record = arena_printf(arena, "{wk:%" PRId32 "}:record:%s", partition, subject);
    int outcome = send_about(store, arena, "HGETALL", record, NULL);
    if (outcome == 0)
        outcome =
            send_about(store, arena, "ZSCORE", arena_printf(arena, "{wk:%" PRId32 "}:timers", partition), subject);
    if (outcome == 0)
        outcome =
            send_about(store, arena, "SISMEMBER", arena_printf(arena, "{wk:%" PRId32 "}:subjects", partition), subject);
    return outcome;
}

static int receive_fields(struct store_redis *store, struct arena *arena, struct store_found *found) {
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_reply(store, REDIS_REPLY_ARRAY, &reply);
    if (outcome != 0)
        return outcome;
    found->n_fields = reply->elements / 2;
    found->fields = ARENA_ARRAY(arena, struct store_field, found->n_fields);
    for (size_t i = 0; i < found->n_fields; i++) {
        const redisReply *value = reply->element[2 * i + 1];
        found->fields[i] = (struct store_field){copy(arena, reply->element[2 * i]), {copy(arena, value), value->len}};
    }
    return 0;
}

static int receive_subject(struct store_redis *store, struct arena *arena, struct store_found *found) {
    int outcome = receive_fields(store, arena, found);
    if (outcome != 0)
        return outcome;
    CLEANUP(store_redis_free_reply) redisReply *score = NULL;
    outcome = store_redis_reply(store, REDIS_REPLY_STRING, &score);
    if (outcome != 0)
        return outcome;
    found->next = score->type == REDIS_REPLY_NIL ? INSTANT_NEVER : instant_of(score);
    CLEANUP(store_redis_free_reply) redisReply *listed = NULL;
    outcome = store_redis_reply(store, REDIS_REPLY_INTEGER, &listed);
    if (outcome == 0)
        found->listed = listed->integer == 1;
    return outcome;
}

int store_redis_inspect(void *self, int32_t partition, const char *const *subjects, size_t count, struct arena *arena,
                        struct store_found *ret_found) {
    struct store_redis *store = self;
    int outcome = 0;
    for (size_t i = 0; i < count && outcome == 0; i++)
        outcome = send_subject(store, partition, subjects[i], arena);
    for (size_t i = 0; i < count && outcome == 0; i++) {
        ret_found[i] = (struct store_found){.subject = subjects[i]};
        outcome = receive_subject(store, arena, &ret_found[i]);
    }
    return outcome;
}

/* ---- open alerts ---- */

static int receive_values(struct store_redis *store, struct arena *arena, size_t count, struct bytes *ret_values) {
    for (size_t i = 0; i < count; i++) {
        CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
        int outcome = store_redis_reply(store, REDIS_REPLY_STRING, &reply);
        if (outcome != 0)
            return outcome;
        bool there = reply->type != REDIS_REPLY_NIL;
        ret_values[i].data = there ? copy(arena, reply) : NULL;
        ret_values[i].length = there ? reply->len : 0;
    }
    return 0;
}

int store_redis_load_open(void *self, int32_t partition, const struct store_open *wanted, size_t count,
                          struct arena *arena, struct bytes *ret_values) {
    struct store_redis *store = self;
    for (size_t i = 0; i < count; i++) {
        const char *key = arena_printf(arena, "{wk:%" PRId32 "}:open:%s", partition, wanted[i].role);
        int outcome = send_about(store, arena, "HGET", key, wanted[i].alert_id);
        if (outcome != 0)
            return outcome;
    }
    return receive_values(store, arena, count, ret_values);
}

int store_redis_load_said(void *self, int32_t partition, const char *const *alert_ids, size_t count,
                          struct arena *arena, struct bytes *ret_values) {
    struct store_redis *store = self;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(alert_ids[i], "|");
        const char *key = arena_printf(arena, "{wk:%" PRId32 "}:record:%.*s", partition, (int) length, alert_ids[i]);
        const char *rest = alert_ids[i][length] == '|' ? alert_ids[i] + length + 1 : "";
        int outcome = send_about(store, arena, "HGET", key, arena_printf(arena, "said:%s", rest));
        if (outcome != 0)
            return outcome;
    }
    return receive_values(store, arena, count, ret_values);
}

/* ---- scans ---- */

static int scan(struct store_redis *store, struct arena *arena, const char *what, const char *key, uint64_t cursor,
                size_t at_once, redisReply **ret_reply) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, what);
    store_redis_add_text(&command, key);
    store_redis_add_format(&command, "%" PRIu64, cursor);
    store_redis_add_text(&command, "COUNT");
    store_redis_add_format(&command, "%zu", at_once);
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, ret_reply);
    if (outcome == 0 && (*ret_reply)->elements != 2)
        return store_redis_fail(store, STORE_UNUSABLE, "Redis at %s answers %s in a way that is not known",
                                store->address, what);
    return outcome;
}

static int ask_listed(struct store_redis *store, int32_t partition, struct arena *arena,
                      struct store_listed_timer *timers, size_t count) {
    const char *key = arena_printf(arena, "{wk:%" PRId32 "}:subjects", partition);
    int outcome = 0;
    for (size_t i = 0; i < count && outcome == 0; i++)
        outcome = send_about(store, arena, "SISMEMBER", key, timers[i].timer.subject);
    for (size_t i = 0; i < count && outcome == 0; i++) {
        CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
        outcome = store_redis_reply(store, REDIS_REPLY_INTEGER, &reply);
        if (outcome == 0)
            timers[i].listed = reply->integer == 1;
    }
    return outcome;
}

int store_redis_scan_timers(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                            struct store_listed_timer **ret_timers, size_t *ret_count) {
    struct store_redis *store = self;
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = scan(store, arena, "ZSCAN", arena_printf(arena, "{wk:%" PRId32 "}:timers", partition), *cursor,
                       TIMERS_AT_ONCE, &reply);
    if (outcome != 0)
        return outcome;
    const redisReply *found = reply->element[1];
    size_t count = found->elements / 2;
    struct store_listed_timer *timers = ARENA_ARRAY(arena, struct store_listed_timer, count);
    for (size_t i = 0; i < count; i++)
        timers[i].timer =
            (struct store_timer){copy(arena, found->element[2 * i]), instant_of(found->element[2 * i + 1])};
    outcome = ask_listed(store, partition, arena, timers, count);
    if (outcome != 0)
        return outcome;
    *cursor = strtoull(reply->element[0]->str, NULL, 10);
    *ret_timers = timers;
    *ret_count = count;
    return 0;
}

static int load_roles(struct store_redis *store, int32_t partition, struct arena *arena, redisReply **ret_reply) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "SORT"); /* the order of a set may change with its size */
    store_redis_add_format(&command, "{wk:%" PRId32 "}:roles", partition);
    store_redis_add_text(&command, "ALPHA");
    return store_redis_ask(store, &command, REDIS_REPLY_ARRAY, ret_reply);
}

static void next_place(struct store_scan *place, uint64_t cursor, size_t n_roles) {
    place->cursor = cursor;
    place->role += cursor == 0;
    place->done = place->role >= n_roles;
}

int store_redis_scan_open(void *self, int32_t partition, struct store_scan *place, struct arena *arena,
                          struct store_open **ret_open, size_t *ret_count) {
    struct store_redis *store = self;
    CLEANUP(store_redis_free_reply) redisReply *roles = NULL;
    int outcome = load_roles(store, partition, arena, &roles);
    if (outcome != 0)
        return outcome;
    *ret_count = 0;
    if (place->role >= roles->elements) {
        place->done = true;
        return 0;
    }
    const char *role = copy(arena, roles->element[place->role]);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    outcome = scan(store, arena, "HSCAN", arena_printf(arena, "{wk:%" PRId32 "}:open:%s", partition, role),
                   place->cursor, OPEN_AT_ONCE, &reply);
    if (outcome != 0)
        return outcome;
    const redisReply *found = reply->element[1];
    *ret_count = found->elements / 2;
    *ret_open = ARENA_ARRAY(arena, struct store_open, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        const redisReply *value = found->element[2 * i + 1];
        (*ret_open)[i] =
            (struct store_open){role, copy(arena, found->element[2 * i]), {copy(arena, value), value->len}};
    }
    next_place(place, strtoull(reply->element[0]->str, NULL, 10), roles->elements);
    return 0;
}
