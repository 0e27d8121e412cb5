/* redis.h: Redis as the simulation needs it: the twin in memory, which checks epoch and revision as daemon/store.lua
 * does.
 *
 * A request may be under way while its caller gives up or dies, and be executed later, also when somebody else has
 * taken the partition. The server as a whole falls back to older copies of itself, or is emptied; what was under way
 * then does not arrive any more, since its connection has broken. */
#ifndef WATCHKEEPER_SIMULATION_REDIS_H
#define WATCHKEEPER_SIMULATION_REDIS_H

#include "chance.h"
#include "memory_store.h"

enum { REDIS_COPIES = 4, REDIS_UNDER_WAY = 16 };

struct redis_request {
    struct arena *arena; /* NULL: a free place */
    struct store_write write;
};

struct redis {
    struct memory_store *store;
    struct memory_store *copies[REDIS_COPIES];
    struct redis_request under_way[REDIS_UNDER_WAY];
    /* Called for each write that was accepted. */
    void (*accepted)(void *context, const struct store_write *write);
    void *context;
    size_t n_late_accepted, n_late_refused;
    bool lost; /* it has lost something at least once */
};

void redis_init(struct redis *redis);
/* As store_ops.write. */
int redis_write(struct redis *redis, const struct store_write *write);
/* Copies the request: it is on its way. With too many of them it is lost. */
void redis_send(struct redis *redis, const struct store_write *write);
/* One of those that are under way arrives, if any; nobody waits for its reply. */
void redis_deliver(struct redis *redis, struct chance *chance);
bool redis_is_silent(const struct redis *redis); /* nothing is under way */
void redis_copy(struct redis *redis, size_t place);
bool redis_fall_back(struct redis *redis, size_t place); /* false: there is no such copy */
void redis_empty(struct redis *redis);

#endif
