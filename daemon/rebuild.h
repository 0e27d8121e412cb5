/* rebuild.h: the facts of a partition's subjects, taken from care.facts, when the store has none or lacks some.
 *
 * The newest value of each key is kept until the partition has been read to its end: some hundred bytes a fact, of one
 * partition at a time. */
#ifndef WATCHKEEPER_REBUILD_H
#define WATCHKEEPER_REBUILD_H

#include "checkpoint.h"

struct rebuild;
struct rebuild *rebuild_new(void);
struct rebuild *rebuild_free(struct rebuild *rebuild); /* takes NULL, returns NULL */

/* One message of the topic. Returns 0 or enum checkpoint_outcome: what is not ours is left out; without what a newer
 * version wrote the facts cannot be known. */
MUST_CHECK int rebuild_take(struct rebuild *rebuild, const struct message *message);
/* The partition has been read to its end. */
void rebuild_complete(struct rebuild *rebuild);

/* NULL when nothing says up to where the facts are complete. */
const struct checkpoint_marker *rebuild_marker(const struct rebuild *rebuild);
/* The next subject with its facts, numbered from 0; false when there is none. In the arena; bytes are the rebuild's. */
bool rebuild_next(struct rebuild *rebuild, struct arena *arena, struct store_record *ret_record);
bool rebuild_has(const struct rebuild *rebuild, const char *subject);

size_t rebuild_subjects(const struct rebuild *rebuild); /* given so far */
size_t rebuild_facts(const struct rebuild *rebuild);    /* given so far */

#endif
