/* schedule.h: one schedule: some stories, some daemons, and what goes wrong, all from one seed. */
#ifndef WATCHKEEPER_SIMULATION_SCHEDULE_H
#define WATCHKEEPER_SIMULATION_SCHEDULE_H

#include "engine.h"
#include "ledger.h"
#include "member.h"
#include "pool.h"
#include "redis.h"

#include <stdio.h>

enum { SCHEDULE_PARTITIONS = 2, SCHEDULE_MEMBERS_MAX = 3, SCHEDULE_STORIES_MAX = 3, SCHEDULE_TROUBLES = 13 };

struct schedule {
    uint64_t seed;
    bool trace;
    const struct engine *engines[LEDGER_ENGINES]; /* the statutory pack, and a stricter one */
    const struct pool *pool;
    const struct story *stories[SCHEDULE_STORIES_MAX];
    size_t n_stories;
    struct chance chance;
    struct chance feeds_chance; /* of feeds_said.h */
    struct memory_kafka *kafka;
    struct redis redis;
    struct ledger ledger;
    struct instant now;
    struct member *members[SCHEDULE_MEMBERS_MAX]; /* in the group; NULL: none */
    struct member *zombies[SCHEDULE_MEMBERS_MAX]; /* frozen, and put out of the group */
    struct pool_event *events;                    /* of all stories, in the order in which they are published */
    size_t n_events, n_published;
    ucontext_t scheduler;
    struct member_odds odds; /* of calls */
    uint64_t troubles;       /* in ten thousand steps */
    uint64_t weights[SCHEDULE_TROUBLES];
    bool stricter;    /* whoever starts now has the stricter pack */
    bool sharing;     /* the group is being shared out anew */
    size_t n_garbage; /* published, and to be found among the dead letters */
    size_t n_crashes, n_faults;
    size_t n_findings, n_timers_wrong; /* of the audit at the end, and against the logs */
    const char *wrong;                 /* it could not come to an end, and why */
};

/* A decision, with --trace. */
#define TRACE(schedule, ...)                                                                                           \
    do {                                                                                                               \
        if ((schedule)->trace) {                                                                                       \
            char instant[INSTANT_TEXT_MAX];                                                                            \
            instant_format((schedule)->now, instant);                                                                  \
            printf("%s ", instant);                                                                                    \
            printf(__VA_ARGS__);                                                                                       \
            printf("\n");                                                                                              \
        }                                                                                                              \
    } while (0)

/* Plays it until nothing is left to do. */
void schedule_play(struct schedule *schedule);

#endif
