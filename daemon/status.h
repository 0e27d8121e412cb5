/* status.h: what `watchkeeper status` shows, as one JSON object, and the unix socket that gives it: whoever connects
 * gets the object and the end of the stream. */
#ifndef WATCHKEEPER_STATUS_H
#define WATCHKEEPER_STATUS_H

#include "pipeline.h"

/* The caller's to free(). Reads some numbers from the store unless it is down. */
char *status_encode(const struct pipeline_view *view, const struct store *store, const char *packs_hash);
/* One line for the service manager. */
void status_line(const struct pipeline_view *view, char *buffer, size_t size);

/* Listens; a socket file that nobody listens on any more is replaced. Returns a descriptor or -errno. */
MUST_CHECK int status_listen(const char *path);
/* Answers one caller; a slow one is left after a fifth of a second. */
void status_answer(int listener, const char *json);

#endif
