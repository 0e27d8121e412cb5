/* pool.h: the stories that schedules are made of: the events of one child each, under one reference or several, and
 * what must be true at the end by the word of the oracle. Children do not know each other, so the end of any mixture is
 * the union of its stories' ends. */
#ifndef WATCHKEEPER_SIMULATION_POOL_H
#define WATCHKEEPER_SIMULATION_POOL_H

#include "timebase.h"

#include <stddef.h>

struct pool_event {
    struct instant at; /* its time */
    const char *subject, *line;
};
struct pool_open {
    const char *alert, *state, *due_at; /* due_at "" for none */
};
struct story {
    size_t n_events, n_open, n_rungs;
    struct pool_event *events; /* by time */
    struct pool_open *open;
    const char **rungs; /* "<alert>#rung-<n>" */
};
struct pool {
    size_t n_stories;
    struct story *stories;
    struct instant until;        /* when what must be open was asked */
    const char *pack, *stricter; /* paths: the pack that the stories are told under, and another */
};

/* From FOLDER/stories.jsonl, pack.yaml, stricter.yaml and until. Ends the program when they cannot be read. */
struct pool pool_load(const char *folder);
int pool_by_time(const void *a, const void *b); /* orders struct pool_event */

#endif
