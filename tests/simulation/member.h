/* member.h: one daemon of the simulation: the real pipeline in a coroutine, on a store, a source and a sink that may
 * give way at each of their calls, before and after its effect. Whoever is not resumed is frozen; whoever is never
 * resumed again has crashed. */
#ifndef WATCHKEEPER_SIMULATION_MEMBER_H
#define WATCHKEEPER_SIMULATION_MEMBER_H

#include "chance.h"
#include "memory_kafka.h"
#include "pipeline.h"
#include "redis.h"

#include <ucontext.h>

/* How often things go wrong, each in ten thousand calls. */
struct member_odds {
    uint64_t give_way;               /* the scheduler takes over within a call */
    uint64_t lose_call, lose_reply;  /* of the store */
    uint64_t late;                   /* a write arrives after its caller gave up */
    uint64_t busy;                   /* a transaction is not over yet, or an answer has not come */
    uint64_t abort, lose, lose_late; /* of a transaction */
};

struct member {
    struct chance *chance;
    struct member_odds odds;
    struct memory_kafka *kafka;
    struct redis *redis;
    struct memory_member *broker;
    struct pipeline *pipeline;
    const struct engine *engine;
    struct instant now; /* by its own clock */
    int64_t clock_error_ms;
    ucontext_t context, *scheduler;
    char *stack;
    bool has_place;      /* the group has given it its partitions, perhaps none, and not asked for them since */
    bool idle;           /* its last cycle left nothing to do */
    uint64_t steps_left; /* of one that woke up without its place */
    bool within;         /* it gave way within a call */
    const char *failed;  /* it ended by itself, and why */
    struct source real_source;
    struct sink real_sink;
    struct store real_store;
};

struct member *member_new(const struct engine *engine, struct chance *chance, const struct member_odds *odds,
                          struct memory_kafka *kafka, struct redis *redis, ucontext_t *scheduler);
/* Goes on until it gives way. */
void member_resume(struct member *member);

#endif
