/* auditor.h: the audit of all partitions that are held, asked for by somebody, and what the pipeline remembers between
 * rounds. */
#ifndef WATCHKEEPER_AUDITOR_H
#define WATCHKEEPER_AUDITOR_H

#include "audit.h"

enum { AUDITOR_TOLD_MAX = 64, AUDITOR_WHY_MAX = 160 };

struct auditor_partition {
    int32_t number;
    bool covered;
    char why[AUDITOR_WHY_MAX];  /* it was not */
    struct audit_report report; /* if it was */
};

/* What was asked for. */
struct auditor_result {
    bool over;
    struct instant started_at, ended_at;
    uint64_t done, whole; /* steps, roughly, for progress */
    size_t n_partitions;
    struct auditor_partition *partitions;
};

struct auditor {
    bool asked; /* a result is being made */
    struct auditor_result result;
    struct instant progress_at;
    uint64_t told[AUDITOR_TOLD_MAX]; /* findings that could not be repaired */
    size_t next_told;
    size_t n_read_again;
    struct instant *read_again_at; /* by partition; when its events were last read again */
};

void auditor_done(struct auditor *auditor);
void auditor_result_done(struct auditor_result *result);                            /* and ready for use again */
struct auditor_partition *auditor_find(struct auditor *auditor, int32_t partition); /* NULL: not asked for */
struct instant *auditor_read_again_at(struct auditor *auditor, int32_t partition);

#endif
