/* pool.h: the stories that schedules are made of: the events of one child each, and what must be open at the end by the
 * word of the oracle. Subjects do not know each other, so the end of any mixture is the union of its stories' ends. */
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
    const char *subject;
    size_t n_events, n_open;
    struct pool_event *events; /* by time */
    struct pool_open *open;
};
struct pool {
    size_t n_stories;
    struct story *stories;
    struct instant until; /* when what must be open was asked */
};

/* From FOLDER/events.jsonl, FOLDER/duties.jsonl and FOLDER/until. Ends the program when they cannot be read. */
struct pool pool_load(const char *folder);

#endif
