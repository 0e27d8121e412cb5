/* joining.h: record.merged: two references of one child.
 *
 * Every record has the facts recorded under its own reference, and copies, under their origin, of those of every
 * subject that was merged into it, directly or through others: also of merges that have been voided, and the merges
 * themselves. Which of them count is a pure function of what the record has: so a void takes a merge back, and nothing
 * depends on the order of arrival. Of several merges of one subject the one recorded last stands; of merges in a ring
 * the one recorded last does not, so that one of the subjects remains. */
#ifndef WATCHKEEPER_JOINING_H
#define WATCHKEEPER_JOINING_H

#include "moment.h"
#include "record.h"
#include "symbols.h"

/* The facts that count for the record's subject at a moment: none when it has been merged into another; of an event
 * that two of the joined subjects have, one. After an erasure a correction of what is not there counts for nothing. */
void joining_find(const struct record *record, const struct symbols *symbols, struct moment *moment,
                  struct arena *arena, const struct fact *const **ret_facts, size_t *ret_count);

/* The origins that had been merged into the subject, directly or through others, by what was recorded up to then. */
void joining_origins(const struct record *record, const struct symbols *symbols, struct instant recorded_to,
                     struct arena *arena, const char *const **ret_origins, size_t *ret_count);

/* The subject that a record.merged names, in the arena; NULL when there can be no such subject, or it is `from`. */
const char *joining_target(const struct fact *fact, const char *from, struct arena *arena);

#endif
