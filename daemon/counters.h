/* counters.h: what the daemon counts, since it started. */
#ifndef WATCHKEEPER_COUNTERS_H
#define WATCHKEEPER_COUNTERS_H

#include "lateness.h"

#include <stddef.h>
#include <stdint.h>

enum { COUNTERS_SOURCES_MAX = 32, COUNTERS_CLASSES_MAX = 16, COUNTERS_NAME_MAX = 128 };

struct counter_named {
    char name[COUNTERS_NAME_MAX];
    uint64_t count;
};

struct counters {
    uint64_t messages, facts, duplicates, feed_events, misrouted, dead_letters;
    uint64_t erasures, facts_erased, events_erased_late; /* subjects; removed from the state; that came afterwards */
    uint64_t facts_joined;                               /* passed on because of a merge or an erasure */
    uint64_t statements, escalations, timers_fired, records_derived;
    uint64_t writes, reloads, restores, set_aside, transactions, transactions_aborted;
    uint64_t audit_rounds, audit_subjects, audit_repaired, audit_not_repaired;
    struct counter_named audit_findings_by_kind[COUNTERS_CLASSES_MAX];
    struct lateness timer_lateness; /* of what the clock alone raised, at the start of the cycle that wrote it */
    uint64_t subjects_held, loads_cut_short, feeds_refused; /* by loads; by the limit; beyond the number kept */
    uint64_t rebuilds, checkpoints, checkpointed;           /* of partitions; complete ones; subjects written */
    uint64_t offsets_lost;                                  /* removed by retention before they were read */
    struct counter_named dead_letters_by_class[COUNTERS_CLASSES_MAX];
    struct counter_named misrouted_by_source[COUNTERS_SOURCES_MAX]; /* the last one is "other" when it is full */
};

/* Adds one to the counter of that name; what does not fit is counted as "other". */
void counters_add(struct counter_named *list, size_t size, const char *name);

#endif
