/* record.h: what the engine sees of a subject's record (its public face is in include/engine.h). */
#ifndef WATCHKEEPER_RECORD_H
#define WATCHKEEPER_RECORD_H

#include "engine.h"

struct record {
    char *subject;
    size_t n_facts, facts_capacity;
    const struct fact **facts; /* in the order of arrival; each one allocation of its own */
    size_t table_size;         /* open addressing by source and id; 0 before the first fact */
    uint32_t *table;
    size_t n_said, said_capacity;
    struct said *said; /* sorted by rule and anchor */
};

/* What has been said of an alert, or NULL. */
struct said *record_find_said(const struct record *record, const char *rule, const char *anchor);

#endif
