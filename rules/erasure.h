/* erasure.h: the right to erasure: what a record.erased removes, and what stays of it (R49).
 *
 * Everything recorded under a subject at or before the erasure's `time` is removed and never taken again, whichever
 * came first; what is recorded later begins a new record. All that stays is until when. It is not taken back: a void of
 * the erasure finds nothing to bring back. */
#ifndef WATCHKEEPER_ERASURE_H
#define WATCHKEEPER_ERASURE_H

#include "record.h"

bool erasure_is(const struct fact *fact);       /* a record.erased */
bool erasure_is_merge(const struct fact *fact); /* a record.merged */

/* Removes; returns 0, or RECORD_DUPLICATE when as much was erased before. Where the subject itself is erased, what has
 * been said of it is marked: the next step says that it is cancelled. */
int erasure_take(struct record *record, const struct fact *fact);
/* What is remembered as a fact; in the arena. */
const struct fact *erasure_again(const struct erased *erased, struct arena *arena);
/* What remains of the erasure of the subject itself, or NULL. */
const struct erased *erasure_own(const struct record *record);
void erasure_done(struct record *record);

#endif
