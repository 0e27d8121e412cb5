/* loop.h: runs the pipeline until a signal: the clock, the file descriptors, the service manager and the status socket
 * meet here. */
#ifndef WATCHKEEPER_LOOP_H
#define WATCHKEEPER_LOOP_H

#include "pipeline.h"

struct loop_options {
    struct pipeline *pipeline;
    const struct store *store;
    int event_fd;                /* counted up by source and sink */
    int status_listener;         /* negative: none */
    const struct engine *engine; /* for status */
};
/* SIGTERM and SIGINT must be blocked in every thread. The first finishes what was begun and returns 0; a second ends
 * the process at once with status 1. Returns -errno when the pipeline cannot go on (pipeline_error). */
MUST_CHECK int loop_run(const struct loop_options *options);

#endif
