/* estimated.h: the rules that count school days or terms where an authority has published none, so that they are
 * estimated (school.h) and what is said is provisional. */
#ifndef WATCHKEEPER_ESTIMATED_H
#define WATCHKEEPER_ESTIMATED_H

#include "calendars.h"
#include "engine.h"
#include "pack.h"

struct estimated {
    size_t count, capacity;
    struct engine_estimated *list; /* a rule for each authority, in the order of both */
};

/* Adds those of the pack, for every authority whose calendar has no terms. */
void estimated_add(struct estimated *estimated, const struct pack *pack, const struct calendars *calendars,
                   struct arena *arena);

#endif
