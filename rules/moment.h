/* moment.h: the instant at which everything is asked, and the next one at which an answer may change.
 *
 * Every comparison of the clock with an instant goes through moment_reached(): an instant still ahead is noted, so the
 * next change is complete by construction and no timer can be forgotten. */
#ifndef WATCHKEEPER_MOMENT_H
#define WATCHKEEPER_MOMENT_H

#include "timebase.h"

struct moment {
    struct instant now;
    struct instant known_at; /* facts recorded later are left out; INSTANT_NEVER: what is recorded by now */
    struct instant next;     /* the earliest instant asked about that is still ahead */
};

static inline bool moment_reached(struct moment *moment, struct instant at) {
    if (at.ms <= moment->now.ms)
        return true;
    moment->next = instant_min(moment->next, at);
    return false;
}

static inline bool moment_knows(struct moment *moment, struct instant recorded_at) {
    if (moment->known_at.ms != INSTANT_NEVER.ms)
        return recorded_at.ms <= moment->known_at.ms;
    return moment_reached(moment, recorded_at);
}

#endif
