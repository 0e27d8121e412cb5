/* pipeline_audit.h: what the pipeline_audit*.c share, and how the pipeline drives them. Nobody else includes this.
 */
#ifndef WATCHKEEPER_PIPELINE_AUDIT_H
#define WATCHKEEPER_PIPELINE_AUDIT_H

#include "audit.h"
#include "audit_round.h"
#include "audit_subject.h"
#include "pipeline_parts.h"

enum {
    AUDIT_SUBJECTS_AT_ONCE = 20, /* in one step: some milliseconds */
    AUDIT_SUSPECTS_MAX = 1000,   /* in one round; the next one finds the rest */
    AUDIT_SETTLE_MS = 1000,      /* a transaction's markers are on their topics by then */
    AUDIT_PATIENCE_MS = 60000,   /* on demand, without any progress */
    AUDIT_REBUILD_MS = 24 * 60 * 60 * 1000,
    AUDIT_OUTBOX_MAX = 500, /* entries up to which the outbox is compared as a whole */
};

/* What a step finds, and the write that repairs it. Findings count when the write is accepted: then nobody wrote in
 * between, and what was read was so. */
struct audit_repair {
    struct pipeline *pipeline;
    struct partition *partition;
    struct arena *arena;
    struct store_write write;
    size_t n_records, n_entries, n_open, n_trimmed, n_forgotten, n_findings;
    struct store_record *records;
    struct store_entry *entries;
    struct store_open *open;
    struct sequence *trimmed;
    const char **forgotten;
    struct audit_finding *findings;
    bool read_again; /* the events from the beginning */
};

/* pipeline_audit_repair.c */
struct audit_repair audit_repair_new(struct pipeline *pipeline, struct partition *partition);
void audit_repair_find(struct audit_repair *repair, enum audit_kind kind, const char *reference, bool repaired,
                       const char *action);
void audit_repair_record(struct audit_repair *repair, const struct store_record *record);
void audit_repair_open(struct audit_repair *repair, struct store_open open);
void audit_repair_trim(struct audit_repair *repair, struct sequence sequence);
void audit_repair_keep(struct audit_repair *repair, const struct outbox_item *item);
void audit_repair_forget(struct audit_repair *repair, const char *subject);
/* A statement for care.alerts.latest. */
void audit_repair_stage(struct audit_repair *repair, const struct statement *latest);
/* Writes, and when that was accepted counts and tells the findings. Returns 0, an enum store_outcome that has been
 * dealt with, or -errno. */
int audit_repair_commit(struct audit_repair *repair);
/* Counts and tells one that nothing can be done about. */
void audit_repair_tell(struct pipeline *pipeline, struct partition *partition, const struct audit_finding *finding);

/* pipeline_audit_subjects.c, pipeline_audit_resolve.c, pipeline_audit_index.c: one step. Returns 0, an enum
 * store_outcome that has been dealt with, or -errno; *ret_over: the phase is over. */
int audit_subjects_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over);
int audit_resolve_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over);
int audit_timers_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over);
int audit_open_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over);
int audit_outbox_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over);
/* What deriving the subject gives, with what its authority's loads and feeds make of it. */
void audit_derive(struct audit_repair *repair, struct audit_subject *subject);
/* A touched subject is derived when its partition has caught up: it is passed over. */
bool audit_is_touched(struct partition *partition, const char *subject);
/* The open alerts of the subjects in the readers' table. Returns 0, an enum store_outcome that has been dealt with, or
 * -errno. */
int audit_check_open(struct audit_repair *repair, struct audit_subject *subjects, size_t count);

#endif
