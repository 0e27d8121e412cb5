/* audit.h: what an audit looks for, what it found, and what became of it.
 *
 * An audit proves the completeness of one partition's state (design.md section 5): every subject's timer is the instant
 * that deriving its facts gives, nothing past due is unsaid, and what readers see is what is remembered as said. What
 * it finds names references only. */
#ifndef WATCHKEEPER_AUDIT_H
#define WATCHKEEPER_AUDIT_H

#include "timebase.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum audit_kind {
    AUDIT_TIMER_MISSING,    /* a subject with something still to come has no timer */
    AUDIT_TIMER_WRONG,      /* its timer is another instant, or there is one too many */
    AUDIT_TIMER_ORPHAN,     /* a timer of a subject that there is not */
    AUDIT_SUBJECT_UNLISTED, /* a record that is not among the subjects */
    AUDIT_ALERT_UNSAID,     /* something is true and has not been said */
    AUDIT_MEMORY_LOST,      /* the record remembers less of what was said than care.alerts.latest */
    AUDIT_RECORD_DAMAGED,   /* a part of a record cannot be read, or is not there */
    AUDIT_RECORD_MISSING,   /* a subject without a record */
    AUDIT_OPEN_MISSING,     /* an open alert is not in the readers' table */
    AUDIT_OPEN_WRONG,       /* it is there with another state or due instant */
    AUDIT_OPEN_ORPHAN,      /* the readers' table has an alert that is not open, or under another role */
    AUDIT_OUTBOX_OLD,       /* an entry waits too long for being published */
    AUDIT_OUTBOX_WRONG,     /* the outbox in the store is not that in memory */
    AUDIT_LATEST_MISSING,   /* care.alerts.latest has no statement of an alert */
    AUDIT_LATEST_WRONG,     /* it has another one than was said */
    AUDIT_KINDS
};
const char *audit_kind_name(enum audit_kind kind); /* "timer_missing" */
const char *audit_kind_text(enum audit_kind kind); /* "a subject with something still to come has no timer" */

enum { AUDIT_REFERENCE_MAX = 200, AUDIT_LISTED_MAX = 500 };
struct audit_finding {
    enum audit_kind kind;
    int32_t partition;
    char reference[AUDIT_REFERENCE_MAX]; /* a subject, an alert id, or an outbox sequence */
    bool repaired;
    const char *action; /* static: what was done; of what could not be repaired, what to do */
};

/* One round over one partition. Zero is an empty one. */
struct audit_report {
    uint64_t subjects, timers, alerts, entries, statements; /* looked at; statements are those of care.alerts.latest */
    uint64_t by_kind[AUDIT_KINDS];
    uint64_t n_repaired, n_not_repaired;
    size_t n_listed; /* the first AUDIT_LISTED_MAX of them */
    struct audit_finding *listed;
    struct instant started_at, ended_at;
};
void audit_report_add(struct audit_report *report, const struct audit_finding *finding);
void audit_report_done(struct audit_report *report); /* and ready for use again */
uint64_t audit_report_findings(const struct audit_report *report);

#endif
