/* progress.h: a progress bar on a terminal and nothing in a pipe. It is drawn when a further percent is done, so it
 * needs no clock. */
#ifndef WATCHKEEPER_PROGRESS_H
#define WATCHKEEPER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    uint64_t whole; /* 0: not known, and nothing is shown */
    int percent;    /* shown last; -1 none */
    bool drawn;
};

/* Shows only where stderr is a terminal and stdout is not: there it would run through the output. */
void progress_init(struct progress *progress, uint64_t whole);
void progress_show(struct progress *progress, uint64_t done);
void progress_clear(struct progress *progress); /* before something else is written to stderr */
void progress_done(struct progress *progress);

#endif
