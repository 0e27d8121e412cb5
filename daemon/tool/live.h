/* live.h: the live state of a daemon, read from its Redis (redis-layout.md) and never written. */
#ifndef WATCHKEEPER_LIVE_H
#define WATCHKEEPER_LIVE_H

#include "caseload.h"
#include "record_codec.h"
#include "store_redis.h"
#include "tool.h"

struct live {
    struct store_redis *redis;
    struct store store;
    struct decode_context context;
    int32_t n_partitions;
    struct arena *arena;
    uint64_t n_unread; /* facts that these rules cannot read: left out */
};

/* Connects and finds out how many partitions there are. Tells what is wrong, with the address and the remedy; returns
 * TOOL_OK or TOOL_FAILED. live_close() in either case. */
MUST_CHECK int live_open(const struct tool *tool, const struct engine *engine, struct live *ret_live);
void live_close(struct live *live); /* tells how many facts were left out */

/* What waits to be published about the subject: ids of statements, in order. */
struct live_subject {
    int32_t partition;
    struct store_meta meta;
    size_t n_waiting;
    const char **waiting; /* in the arena */
};
/* Fills the record with the subject's facts and what has been said of it; none where Redis knows nothing of it. */
MUST_CHECK int live_find(struct live *live, struct record *record, struct live_subject *ret_subject);
/* Every subject, with the facts recorded up to that instant. */
MUST_CHECK int live_take_all(struct live *live, struct instant known_at, struct caseload *caseload);

#endif
