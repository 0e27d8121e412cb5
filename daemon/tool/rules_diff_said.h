/* rules_diff_said.h: what a caseload's events make an engine say, and the difference between two engines. */
#ifndef WATCHKEEPER_RULES_DIFF_SAID_H
#define WATCHKEEPER_RULES_DIFF_SAID_H

#include "engine.h"

struct rules_diff_said {
    const char *event_id, *rule;
    struct instant said_at, due_at;
};
struct rules_diff_log {
    size_t count, capacity;
    struct rules_diff_said *list; /* sorted by event id */
};

/* Lives through the events of the file up to the instant (INSTANT_NEVER: to the last event); lines that cannot be read
 * are told and left out. In the arena. Returns TOOL_OK or TOOL_FAILED, which has been told. */
MUST_CHECK int rules_diff_said_live(const struct engine *engine, const char *path, struct instant until,
                                    struct arena *arena, struct rules_diff_log *ret_log);

enum rules_diff_how { RULES_DIFF_APPEARS, RULES_DIFF_CHANGES, RULES_DIFF_GOES };
/* Calls once for each statement that only one of them makes, or that both make at another instant or of another due
 * date; in the order of event ids. `before` or `after` is NULL where there is none. */
void rules_diff_said_compare(const struct rules_diff_log *before, const struct rules_diff_log *after,
                             void (*found)(void *context, enum rules_diff_how how, const struct rules_diff_said *before,
                                           const struct rules_diff_said *after),
                             void *context);

#endif
