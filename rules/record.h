/* record.h: what the engine sees of a subject's record (its public face is in include/engine.h). */
#ifndef WATCHKEEPER_RECORD_H
#define WATCHKEEPER_RECORD_H

#include "engine.h"

/* What remains of an erasure. */
struct erased {
    char *origin; /* NULL: the subject itself */
    char *authority;
    const struct event_type *type;
    struct instant to;
};

struct record {
    char *subject;
    size_t n_facts, facts_capacity;
    const struct fact **facts; /* in the order of arrival; each one allocation of its own */
    size_t table_size;         /* open addressing by source and id; 0 before the first fact */
    uint32_t *table;
    size_t n_said, said_capacity;
    struct said *said;          /* sorted by rule and anchor */
    size_t n_merges, n_foreign; /* facts that are a record.merged, and that have an origin: most often none */
    size_t n_erased;
    struct erased *erased;
    bool said_erased;   /* what has been said is of the time before the last erasure, and is to be cancelled */
    int64_t said_since; /* see record_times_from(), for what was said before that */
};

/* Where a fact of that origin, source and id stands, or NULL. */
const struct fact *record_find_fact(const struct record *record, const char *origin, const char *source,
                                    const char *id);
/* Removes the facts of that origin recorded up to an instant; returns whether there were any. */
bool record_remove_facts(struct record *record, const char *origin, struct instant to);
/* From which number on a state is counted in event ids: after an erasure ids must not come a second time, and how often
 * anything was said before is forgotten. */
int64_t record_times_from(const struct record *record);

/* What has been said of an alert, or NULL. */
struct said *record_find_said(const struct record *record, const char *rule, const char *anchor);

#endif
