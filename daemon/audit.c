/* audit.c: see audit.h. */
#include "audit.h"

#include "ensure.h"

#include <stdlib.h>

static const struct {
    const char *name, *text;
} kinds[AUDIT_KINDS] = {
    [AUDIT_TIMER_MISSING] = {"timer_missing", "a subject with something still to come has no timer"},
    [AUDIT_TIMER_WRONG] = {"timer_wrong", "a subject's timer is not the instant that its facts give"},
    [AUDIT_TIMER_ORPHAN] = {"timer_orphan", "a timer of a subject that there is not"},
    [AUDIT_SUBJECT_UNLISTED] = {"subject_unlisted", "a record is not among the subjects"},
    [AUDIT_ALERT_UNSAID] = {"alert_unsaid", "something is true and has not been said"},
    [AUDIT_MEMORY_LOST] = {"memory_lost", "the record remembers less of what was said than care.alerts.latest"},
    [AUDIT_RECORD_DAMAGED] = {"record_damaged", "a part of a record cannot be read or is missing"},
    [AUDIT_RECORD_MISSING] = {"record_missing", "a subject has no record"},
    [AUDIT_OPEN_MISSING] = {"open_missing", "an open alert is not in the readers' table"},
    [AUDIT_OPEN_WRONG] = {"open_wrong", "the readers' table has another state or due instant"},
    [AUDIT_OPEN_ORPHAN] = {"open_orphan", "the readers' table has an alert that is not open there"},
    [AUDIT_OUTBOX_OLD] = {"outbox_old", "an entry of the outbox waits too long for being published"},
    [AUDIT_OUTBOX_WRONG] = {"outbox_wrong", "the outbox in Redis is not that of the daemon"},
    [AUDIT_LATEST_MISSING] = {"latest_missing", "care.alerts.latest has no statement of an alert"},
    [AUDIT_LATEST_WRONG] = {"latest_wrong", "care.alerts.latest has another statement than was said"},
};

const char *audit_kind_name(enum audit_kind kind) {
    ENSURE(kind < AUDIT_KINDS);
    return kinds[kind].name;
}

const char *audit_kind_text(enum audit_kind kind) {
    ENSURE(kind < AUDIT_KINDS);
    return kinds[kind].text;
}

static void list(struct audit_report *report, const struct audit_finding *finding) {
    if (report->n_listed == AUDIT_LISTED_MAX)
        return;
    if ((report->n_listed & (report->n_listed - 1)) == 0) { /* room for a power of two */
        size_t capacity = report->n_listed == 0 ? 1 : report->n_listed * 2;
        report->listed = reallocarray(report->listed, capacity, sizeof *report->listed);
        ENSURE(report->listed != NULL);
    }
    report->listed[report->n_listed++] = *finding;
}

void audit_report_add(struct audit_report *report, const struct audit_finding *finding) {
    report->by_kind[finding->kind]++;
    report->n_repaired += finding->repaired;
    report->n_not_repaired += !finding->repaired;
    list(report, finding);
}

void audit_report_done(struct audit_report *report) {
    free(report->listed);
    *report = (struct audit_report){0};
}

uint64_t audit_report_findings(const struct audit_report *report) {
    return report->n_repaired + report->n_not_repaired;
}
