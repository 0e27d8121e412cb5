/* intake.h: event lines to facts; what cannot be read is told on stderr and written to the dead letters, and the rest
 * goes on. */
#ifndef WATCHKEEPER_INTAKE_H
#define WATCHKEEPER_INTAKE_H

#include "caseload.h"
#include "decode.h"
#include "engine.h"
#include "lines.h"
#include "progress.h"

#include <stdio.h>

struct intake {
    struct decode_context context;
    struct lines *lines;
    struct line line; /* the one read last */
    struct arena *arena;
    FILE *deadletter; /* may be NULL */
    uint64_t n_refused;
    struct progress progress;
};

struct intake_options {
    const char *path;       /* NULL or "-": standard input */
    const char *deadletter; /* a file to write dead letters to, or NULL */
};
/* Tells what cannot be opened. Returns TOOL_OK or TOOL_FAILED. intake_close() in either case. */
MUST_CHECK int intake_open(const struct intake_options *options, const struct engine *engine,
                           struct intake *ret_intake);
void intake_close(struct intake *intake);

enum intake_outcome { INTAKE_END = 1, INTAKE_FAILED };
/* The next line that can be read; the fact is valid until the next call. Returns 0, INTAKE_END, or INTAKE_FAILED when
 * the file cannot be read on, which has been told. */
MUST_CHECK int intake_next(struct intake *intake, struct decoded *ret_decoded);
/* Hands the event to the record of its subject, and on (caseload_take()); refuses it where a record is full. */
void intake_take(struct intake *intake, const struct engine *engine, struct caseload *caseload,
                 const struct decoded *decoded);
/* Refuses the line read last, for a reason found after decoding. */
void intake_refuse(struct intake *intake, const char *class, const char *message, const char *path);

#endif
