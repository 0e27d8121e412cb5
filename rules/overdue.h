/* overdue.h: for how long each derived duty was overdue, or had no limit: what risks over duties ask for. */
#ifndef WATCHKEEPER_OVERDUE_H
#define WATCHKEEPER_OVERDUE_H

#include "derive.h"

/* Of the duties of a finished derivation, into the history. A duty that is not watched (R52) counts for
 * nothing. */
void overdue_find(struct history *history, const struct derivation *derivation);

#endif
