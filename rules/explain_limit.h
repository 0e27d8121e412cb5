/* explain_limit.h: in words by when a duty is due, where that is more than a number with its unit. */
#ifndef WATCHKEEPER_EXPLAIN_LIMIT_H
#define WATCHKEEPER_EXPLAIN_LIMIT_H

#include "derive.h"

/* "before placement.started: it has come, on 2024-02-22"; NULL where the limit says it all. In the arena. */
const char *explain_limit_words(const struct derived *derived, struct arena *arena);

#endif
