/* status_counts.h: what only the store knows of the partitions, for status: asked for at most once a second, however
 * often somebody asks for the status, so that watching does not slow a load. */
#ifndef WATCHKEEPER_STATUS_COUNTS_H
#define WATCHKEEPER_STATUS_COUNTS_H

#include "pipeline.h"

struct status_count {
    int32_t partition;
    struct store_counts counts;
    struct instant first_timer; /* INSTANT_NEVER: none */
};
struct status_counts {
    struct instant asked_at;
    size_t count;
    struct status_count *list;
    bool failed; /* the store did not answer */
};
#define STATUS_COUNTS_INIT ((struct status_counts){.asked_at = INSTANT_DAWN})
void status_counts_done(struct status_counts *counts);

/* Asks anew where what is known is older than a second. A store that does not answer is asked once. */
void status_counts_refresh(struct status_counts *counts, const struct pipeline_view *view, const struct store *store,
                           struct instant now);
/* NULL: not known. */
const struct status_count *status_counts_find(const struct status_counts *counts, int32_t partition);

#endif
