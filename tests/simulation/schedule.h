/* schedule.h: one schedule: some stories, some daemons, and what goes wrong, all from one seed. */
#ifndef WATCHKEEPER_SIMULATION_SCHEDULE_H
#define WATCHKEEPER_SIMULATION_SCHEDULE_H

#include "engine.h"
#include "member.h"
#include "pool.h"

enum { SCHEDULE_PARTITIONS = 2, SCHEDULE_MEMBERS_MAX = 3, SCHEDULE_STORIES_MAX = 3, SCHEDULE_COPIES = 4 };

struct schedule {
    uint64_t seed;
    bool trace;
    const struct engine *engine;
    const struct pool *pool;
    const struct story *stories[SCHEDULE_STORIES_MAX];
    size_t n_stories;
    struct chance chance;
    struct chance feeds_chance; /* of feeds_said.h */
    struct memory_kafka *kafka;
    struct memory_store *store, *copies[SCHEDULE_COPIES];
    struct instant now;
    struct member *members[SCHEDULE_MEMBERS_MAX]; /* in the group; NULL: none */
    struct member *zombies[SCHEDULE_MEMBERS_MAX]; /* frozen, and put out of the group */
    struct pool_event *events;                    /* of all stories, in the order in which they are published */
    size_t n_events, n_published;
    ucontext_t scheduler;
    bool sharing;     /* the group is being shared out anew */
    bool store_lost;  /* the store has lost something at least once */
    size_t n_garbage; /* published, and to be found among the dead letters */
    size_t n_crashes, n_faults;
    const char *wrong; /* it could not come to an end, and why */
};

/* Plays it until nothing is left to do. */
void schedule_play(struct schedule *schedule);

#endif
