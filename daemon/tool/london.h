/* london.h: local time, for the commands that need it without the engine. */
#ifndef WATCHKEEPER_LONDON_H
#define WATCHKEEPER_LONDON_H

#include "tool.h"
#include "zone.h"

/* The clock changes of the rules folder. Tells on stderr what is wrong. Returns TOOL_OK with the zone, which is the
 * caller's, or TOOL_FAILED. */
MUST_CHECK int london_load(const struct tool *tool, struct zone **ret_zone);

static inline void london_freep(struct zone **zone) {
    (void) zone_free(*zone);
}

#endif
