/* raw_redis.h: the same bytes into the same Redis by pipelined HSETs alone: no check, no function, no index of
 * subjects.
 *
 * Each write is one MULTI. Without it, `appendfsync always` would sync whenever the server has read a buffer full, and
 * the limit would be slower than what it is the limit of. */
#ifndef WATCHKEEPER_RAW_REDIS_H
#define WATCHKEEPER_RAW_REDIS_H

#include "store.h"

struct raw_redis;
struct raw_redis *raw_redis_open(const char *socket);       /* ends the program with status 2 when it cannot */
struct raw_redis *raw_redis_close(struct raw_redis *redis); /* takes NULL, returns NULL */

void raw_redis_empty(struct raw_redis *redis);
void raw_redis_set_appendfsync(struct raw_redis *redis, const char *policy);
/* Sends one HSET a fact, a memory of an alert, a timer, an outbox entry and an open alert, one HDEL for each entry that
 * is trimmed, and waits for all the replies. */
void raw_redis_write(struct raw_redis *redis, const struct store_write *write);
/* CPU seconds that the server has used so far. */
double raw_redis_cpu(struct raw_redis *redis);

#endif
