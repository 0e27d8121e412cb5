/* store_redis.h: the store in Redis 7 or newer. Layout: redis-layout.md. */
#ifndef WATCHKEEPER_STORE_REDIS_H
#define WATCHKEEPER_STORE_REDIS_H

#include "store.h"

struct store_redis_options {
    const char *url; /* see store_redis_url.c */
    long timeout_ms; /* of connecting and of each reply */
    bool read_only;  /* for a reader beside the daemon: the function is not loaded, and write() must not be called */
};

struct store_redis;
enum store_redis_outcome {
    STORE_REDIS_BAD_URL = 1,
};
/* Does not connect. Returns 0, or STORE_REDIS_BAD_URL with what is wrong in *ret_message (static text). */
MUST_CHECK int store_redis_open(const struct store_redis_options *options, struct store_redis **ret_store,
                                const char **ret_message);
struct store_redis *store_redis_close(struct store_redis *store); /* takes NULL, returns NULL */
struct store store_redis_ops(struct store_redis *store);

const char *store_redis_address(const struct store_redis *store); /* without the password */

/* Connects and loads the function, if that is not done. Returns 0 or enum store_outcome; see error() of the ops. */
MUST_CHECK int store_redis_connect(struct store_redis *store);

#endif
