/* progress.c: see progress.h. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 50 };

void progress_init(struct progress *progress, uint64_t whole) {
    bool shown = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) != 1;
    *progress = (struct progress){.whole = shown ? whole : 0, .percent = -1};
}

void progress_show(struct progress *progress, uint64_t done) {
    if (progress->whole == 0)
        return;
    uint64_t part = done >= progress->whole ? 100 : done * 100 / progress->whole;
    if ((int) part == progress->percent)
        return;
    progress->percent = (int) part;
    progress->drawn = true;
    int full = progress->percent * WIDTH / 100;
    fprintf(stderr, "\r[%.*s%*s] %3d %%", full, "==================================================", WIDTH - full, "",
            progress->percent);
    (void) fflush(stderr);
}

void progress_clear(struct progress *progress) {
    if (!progress->drawn)
        return;
    fputs("\r\033[K", stderr);
    progress->drawn = false;
    progress->percent = -1;
}

void progress_done(struct progress *progress) {
    progress_clear(progress);
    progress->whole = 0;
}
