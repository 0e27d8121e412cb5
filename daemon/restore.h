/* restore.h: what has been said, taken from care.alerts.latest, when the store has lost something.
 *
 * The newest value of each alert is kept while the partition is read to its end; then restore_group() gives it subject
 * by subject, in the form in which the store keeps it. */
#ifndef WATCHKEEPER_RESTORE_H
#define WATCHKEEPER_RESTORE_H

#include "erasures.h"
#include "store.h"

struct restore;
struct restore *restore_new(void);
struct restore *restore_free(struct restore *restore); /* takes NULL, returns NULL */

enum restore_outcome {
    RESTORE_NOT_OURS = 1, /* nothing that we write; it is left out */
    RESTORE_NEWER,        /* a newer version wrote it: what was said cannot be known */
};
/* One message of the topic; key and value may be NULL. Returns 0 or enum restore_outcome. */
MUST_CHECK int restore_take(struct restore *restore, const struct message *message);
/* There is nothing more to take. */
void restore_complete(struct restore *restore);
bool restore_is_complete(const struct restore *restore);

struct restore_group {
    const char *subject;
    size_t n_said;
    struct store_said *said;
    size_t n_open;
    struct store_open *open;
};
/* What has been said of one subject; may be empty. Marks it as given. In the arena; texts are the restore's. */
struct restore_group restore_find(struct restore *restore, const char *subject, struct arena *arena);
/* A subject that has not been given yet; false when there is none. */
bool restore_next(struct restore *restore, struct arena *arena, struct restore_group *ret_group);

/* The receipts of erasures among the values. */
const struct erasures *restore_erasures(const struct restore *restore);
uint64_t *restore_cursor(struct restore *restore);   /* for load_subjects */
bool *restore_scanned(struct restore *restore);      /* whether the store's own subjects are done */
size_t restore_count(const struct restore *restore); /* alerts */

#endif
