/* raw_redis.c: see raw_redis.h. */
#include "raw_redis.h"

#include "ensure.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct raw_redis {
    redisContext *context;
    size_t n_sent;
};

struct raw_redis *raw_redis_open(const char *socket) {
    struct raw_redis *redis = calloc(1, sizeof *redis);
    ENSURE(redis != NULL);
    redis->context = redisConnectUnix(socket);
    if (redis->context == NULL || redis->context->err != 0) {
        (void) fprintf(stderr, "bench: no Redis at %s\n", socket);
        exit(2);
    }
    return redis;
}

struct raw_redis *raw_redis_close(struct raw_redis *redis) {
    if (redis != NULL)
        redisFree(redis->context);
    free(redis);
    return NULL;
}

static void take_reply(struct raw_redis *redis) {
    redisReply *reply = NULL;
    ENSURE(redisGetReply(redis->context, (void **) &reply) == REDIS_OK && reply->type != REDIS_REPLY_ERROR);
    freeReplyObject(reply);
}

static void ask(struct raw_redis *redis, const char *command) {
    ENSURE(redisAppendCommand(redis->context, command) == REDIS_OK);
    take_reply(redis);
}

void raw_redis_empty(struct raw_redis *redis) {
    ask(redis, "FLUSHALL SYNC");
}

void raw_redis_set_appendfsync(struct raw_redis *redis, const char *policy) {
    char command[64];
    (void) snprintf(command, sizeof command, "CONFIG SET appendfsync %s", policy);
    ask(redis, command);
}

static void set(struct raw_redis *redis, const char *key, const char *field, struct bytes value) {
    const char *words[] = {value.data == NULL ? "HDEL" : "HSET", key, field, value.data};
    size_t lengths[] = {4, strlen(key), strlen(field), value.length};
    int count = value.data == NULL ? 3 : 4;
    ENSURE(redisAppendCommandArgv(redis->context, count, words, lengths) == REDIS_OK);
    redis->n_sent++;
}

static void write_record(struct raw_redis *redis, int32_t partition, const struct store_record *record) {
    char key[256], field[512], number[32];
    (void) snprintf(key, sizeof key, "{wk:%" PRId32 "}:record:%s", partition, record->subject);
    for (size_t i = 0; i < record->n_facts; i++) {
        (void) snprintf(field, sizeof field, "fact:%" PRId64, record->facts[i].number);
        set(redis, key, field, record->facts[i].value);
    }
    for (size_t i = 0; i < record->n_said; i++) {
        (void) snprintf(field, sizeof field, "said:%s|%s", record->said[i].rule, record->said[i].anchor);
        set(redis, key, field, record->said[i].value);
    }
    (void) snprintf(key, sizeof key, "{wk:%" PRId32 "}:timers", partition);
    int length = snprintf(number, sizeof number, "%" PRId64, record->next.ms);
    set(redis, key, record->subject, (struct bytes){number, (size_t) length});
}

static void write_outbox(struct raw_redis *redis, const struct store_write *write) {
    char key[64], field[64];
    (void) snprintf(key, sizeof key, "{wk:%" PRId32 "}:outbox", write->partition);
    for (size_t i = 0; i < write->n_entries + write->n_trimmed; i++) {
        bool trimmed = i >= write->n_entries;
        struct sequence sequence = trimmed ? write->trimmed[i - write->n_entries] : write->entries[i].sequence;
        (void) snprintf(field, sizeof field, "%" PRId64 ":%" PRId64, sequence.epoch, sequence.n);
        set(redis, key, field, trimmed ? (struct bytes){0} : write->entries[i].value);
    }
}

void raw_redis_write(struct raw_redis *redis, const struct store_write *write) {
    char key[128];
    ENSURE(redisAppendCommand(redis->context, "MULTI") == REDIS_OK);
    redis->n_sent = 2; /* MULTI and EXEC */
    for (size_t i = 0; i < write->n_records; i++)
        write_record(redis, write->partition, &write->records[i]);
    write_outbox(redis, write);
    for (size_t i = 0; i < write->n_open; i++) {
        (void) snprintf(key, sizeof key, "{wk:%" PRId32 "}:open:%s", write->partition, write->open[i].role);
        set(redis, key, write->open[i].alert_id, write->open[i].value);
    }
    ENSURE(redisAppendCommand(redis->context, "EXEC") == REDIS_OK);
    for (size_t i = 0; i < redis->n_sent; i++)
        take_reply(redis);
}

static double number_after(const char *text, const char *name) {
    const char *found = strstr(text, name);
    return found == NULL ? 0 : strtod(found + strlen(name), NULL);
}

double raw_redis_cpu(struct raw_redis *redis) {
    redisReply *reply = redisCommand(redis->context, "INFO cpu");
    ENSURE(reply != NULL && reply->type == REDIS_REPLY_STRING);
    double seconds = number_after(reply->str, "used_cpu_user:") + number_after(reply->str, "used_cpu_sys:");
    freeReplyObject(reply);
    return seconds;
}
