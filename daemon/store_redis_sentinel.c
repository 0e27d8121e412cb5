/* store_redis_sentinel.c: which of a group of Redis servers is the master, as Redis Sentinel tells.
 *
 * It is asked anew for each connection, and a connection does not outlive any error: a fail-over ends the connection to
 * the former master, or makes it answer READONLY. What a fail-over loses (replication is asynchronous) the load rules
 * find. */
#include "store_redis_connection.h"

#include "cleanup.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>

/* A sentinel that is up answers at once; one that is not must not keep us from the next. */
enum { SENTINEL_TIMEOUT_MS = 500 };

static void free_context(redisContext **context) {
    if (*context != NULL)
        redisFree(*context);
}

static struct timeval sentinel_timeout(const struct store_redis *store) {
    long ms = store->timeout_ms < SENTINEL_TIMEOUT_MS ? store->timeout_ms : SENTINEL_TIMEOUT_MS;
    return (struct timeval){ms / 1000, ms % 1000 * 1000};
}

static bool take_place(struct store_redis *store, const redisReply *reply) {
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
        reply->element[0]->type != REDIS_REPLY_STRING || reply->element[1]->type != REDIS_REPLY_STRING)
        return false;
    char *end;
    long port = strtol(reply->element[1]->str, &end, 10);
    if (*end != '\0' || port < 1 || port > 65535 || reply->element[0]->len >= sizeof store->host)
        return false;
    (void) snprintf(store->host, sizeof store->host, "%s", reply->element[0]->str);
    store->port = (int) port;
    return true;
}

/* NULL, or what is wrong with that sentinel's answer (static text, or that of the context). */
static const char *ask(struct store_redis *store, redisContext *context) {
    if (context == NULL)
        return "out of memory";
    if (context->err != 0)
        return context->errstr;
    CLEANUP(store_redis_free_reply)
    redisReply *reply = redisCommand(context, "SENTINEL get-master-addr-by-name %s", store->master);
    if (reply == NULL)
        return context->errstr;
    if (reply->type == REDIS_REPLY_NIL)
        return "does not know that master";
    return take_place(store, reply) ? NULL : "gave no address";
}

int store_redis_find_master(struct store_redis *store) {
    char said[256] = "";
    for (size_t i = 0; i < store->n_sentinels; i++) {
        const struct store_redis_sentinel *sentinel = &store->sentinels[i];
        CLEANUP(free_context)
        redisContext *context = redisConnectWithTimeout(sentinel->host, sentinel->port, sentinel_timeout(store));
        if (context != NULL && context->err == 0)
            (void) redisSetTimeout(context, sentinel_timeout(store));
        const char *wrong = ask(store, context);
        if (wrong == NULL)
            return 0;
        size_t used = strlen(said);
        (void) snprintf(said + used, sizeof said - used, "%s%s:%d: %s", used == 0 ? "" : "; ", sentinel->host,
                        sentinel->port, wrong);
    }
    return store_redis_fail(store, STORE_DOWN,
                            "no sentinel of %s tells the master '%s' (%s); start one or set redis.url", store->address,
                            store->master, said);
}

int store_redis_check_master(struct store_redis *store) {
    if (redisAppendCommand(store->context, "ROLE") != REDIS_OK)
        return store_redis_fail(store, STORE_DOWN, "out of memory");
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_reply(store, REDIS_REPLY_ARRAY, &reply);
    if (outcome != 0)
        return outcome;
    if (reply->elements > 0 && reply->element[0]->type == REDIS_REPLY_STRING &&
        strcmp(reply->element[0]->str, "master") == 0)
        return 0;
    return store_redis_fail(store, STORE_DOWN,
                            "Redis at %s:%d, which the sentinels of %s name, is not the master (yet)", store->host,
                            store->port, store->address);
}
