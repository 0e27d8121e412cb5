/* status.h: what `watchkeeper status` shows, as one JSON object, and one line of it for the service manager. */
#ifndef WATCHKEEPER_STATUS_H
#define WATCHKEEPER_STATUS_H

#include "status_counts.h"

struct status {
    const struct pipeline_view *view;
    const struct status_counts *counts;
    const struct store *store; /* of which only the last error is asked */
    const struct engine *engine;
};
/* The caller's to free(). */
char *status_encode(const struct status *status);
/* How it is, and everything that is wrong, as far as there is room. */
void status_line(const struct pipeline_view *view, char *buffer, size_t size);

#endif
