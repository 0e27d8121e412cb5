/* lines.h: event lines (one CloudEvent JSON a line) from a file or from standard input. */
#ifndef WATCHKEEPER_LINES_H
#define WATCHKEEPER_LINES_H

#include "result.h"

#include <stddef.h>
#include <stdint.h>

/* A line is handed over whole up to this; of a longer one the beginning, which is enough to refuse it (R44: 1 MiB) and
 * to show it among the dead letters. */
enum { LINES_KEPT_MAX = 16 * 1024 * 1024 };

struct line {
    const char *text; /* without its line end, followed by a NUL; valid until the next line is read */
    size_t length;    /* of what is kept */
    uint64_t length_whole;
    uint64_t number; /* from 1 */
};

struct lines;
/* NULL and "-" are standard input. Returns 0 or -errno. */
MUST_CHECK int lines_open(const char *path, struct lines **ret_lines);
struct lines *lines_close(struct lines *lines); /* takes NULL, returns NULL */
static inline void lines_closep(struct lines **lines) {
    (void) lines_close(*lines);
}

enum lines_outcome { LINES_END = 1 };
/* Returns 0, -errno or LINES_END. A last line without a line end is a line. */
MUST_CHECK int lines_next(struct lines *lines, struct line *ret_line);

/* Bytes read so far, and the size of the file or 0 where it has none: for a progress bar. */
uint64_t lines_bytes(const struct lines *lines);
uint64_t lines_size(const struct lines *lines);

#endif
