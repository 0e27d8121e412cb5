/* joining_take.h: what follows for other records from a fact that one record takes (struct passing in engine.h).
 *
 * A fact goes on to every subject that the record names in a record.merged of its own; a merge sends on everything
 * there was before. An erasure follows the copies, and the references that had been joined to the subject are erased
 * with it: they are the same child. */
#ifndef WATCHKEEPER_JOINING_TAKE_H
#define WATCHKEEPER_JOINING_TAKE_H

#include "record.h"
#include "symbols.h"

MUST_CHECK int joining_take(struct record *record, const struct symbols *symbols, const struct fact *fact,
                            struct arena *arena, struct passing **ret_passings, size_t *ret_count);

#endif
