/* explain_said.h: the end of `watchkeeper explain` on the live state: what has been said, and what waits to be
 * published. */
#ifndef WATCHKEEPER_EXPLAIN_SAID_H
#define WATCHKEEPER_EXPLAIN_SAID_H

#include "live.h"

struct explain_said {
    const struct zone *zone;
    const struct record *record;
    const struct live_subject *subject;
    const char *rule; /* only of this one; NULL: of all */
};
void explain_said_print(const struct explain_said *explain);
/* One object: subject, partition, clock, said[], waiting[]. */
void explain_said_json(const struct explain_said *explain);

#endif
