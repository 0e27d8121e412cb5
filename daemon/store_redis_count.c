/* store_redis_count.c: how much of what there is of a partition, for status. */
#include "store_redis_connection.h"

#include "cleanup.h"

#include <inttypes.h>

static int ask_number(struct store_redis *store, struct arena *arena, const char *what, const char *key,
                      size_t *ret_number) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, what);
    store_redis_add_text(&command, key);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_INTEGER, &reply);
    if (outcome == 0)
        *ret_number = (size_t) reply->integer;
    return outcome;
}

static int count_open(struct store_redis *store, struct arena *arena, int32_t partition, size_t *ret_number) {
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "SMEMBERS");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:roles", partition);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, &reply);
    size_t sum = 0;
    if (outcome == 0 && !store_redis_is_texts(reply))
        return store_redis_not_ours(store, partition, "the set of roles");
    for (size_t i = 0; outcome == 0 && i < reply->elements; i++) {
        size_t number = 0;
        const char *key = arena_printf(arena, "{wk:%" PRId32 "}:open:%s", partition, reply->element[i]->str);
        outcome = ask_number(store, arena, "HLEN", key, &number);
        sum += number;
    }
    *ret_number = sum;
    return outcome;
}

int store_redis_count(void *self, int32_t partition, struct store_counts *ret_counts) {
    struct store_redis *store = self;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct store_counts counts = {0};
    const char *subjects = arena_printf(arena, "{wk:%" PRId32 "}:subjects", partition);
    const char *timers = arena_printf(arena, "{wk:%" PRId32 "}:timers", partition);
    int outcome = ask_number(store, arena, "SCARD", subjects, &counts.subjects);
    if (outcome == 0)
        outcome = ask_number(store, arena, "ZCARD", timers, &counts.timers);
    const char *changed = arena_printf(arena, "{wk:%" PRId32 "}:changed", partition);
    if (outcome == 0)
        outcome = ask_number(store, arena, "ZCARD", changed, &counts.changed);
    if (outcome == 0)
        outcome = count_open(store, arena, partition, &counts.open);
    if (outcome == 0)
        *ret_counts = counts;
    return outcome;
}
