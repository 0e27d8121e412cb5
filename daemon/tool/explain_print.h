/* explain_print.h: an explanation for people, on stdout. */
#ifndef WATCHKEEPER_EXPLAIN_PRINT_H
#define WATCHKEEPER_EXPLAIN_PRINT_H

#include "explain.h"
#include "zone.h"

void explain_print(const struct zone *zone, const char *subject, const struct explanation *explanation);
/* What would clear it, or NULL of one that is closed. */
const char *explain_print_clears(const struct explanation *explanation);

#endif
