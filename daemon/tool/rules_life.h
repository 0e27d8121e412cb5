/* rules_life.h: the engine on a virtual clock, for tests of rules and for comparing packs: what a replay does, with the
 * statements handed to the caller. */
#ifndef WATCHKEEPER_RULES_LIFE_H
#define WATCHKEEPER_RULES_LIFE_H

#include "caseload.h"
#include "decode.h"

struct rules_life {
    const struct engine *engine;
    struct arena *arena; /* statements live in it; the caller's, who may reset it between calls */
    void (*say)(void *context, const struct statement *statement);
    void *context;
    /* its own */
    struct caseload caseload;
    struct heap timers;
    struct instant clock;
};

void rules_life_init(struct rules_life *life, const struct engine *engine, struct arena *arena);
void rules_life_done(struct rules_life *life);
/* Moves the clock on to the event's `time`, if that is later, and takes the event; everything due before is said. */
void rules_life_take(struct rules_life *life, const struct decoded *event);
/* Says everything due up to the instant, itself included. */
void rules_life_run(struct rules_life *life, struct instant to);

#endif
