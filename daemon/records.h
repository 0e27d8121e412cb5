/* records.h: the records of one partition that are in memory: a cache of the store, by subject, the longest unused
 * first to go. */
#ifndef WATCHKEEPER_RECORDS_H
#define WATCHKEEPER_RECORDS_H

#include "engine.h"

struct cached {
    struct cached *next_in_bucket;
    struct cached *older, *newer; /* by last use */
    struct record *record;        /* owned */
    int64_t n_stored; /* facts in the store: the number of the next one. More than the record has where the catalogue
                         no longer knows a type */
    bool rewrite;     /* the store has facts that an erasure has removed here */
    bool touched;     /* a fact came that has not been derived yet */
    struct instant touched_at;
    bool held;                 /* it waits, or waited, for the end of a load: what it has is baseline */
    char authority[16];        /* that speaks of it; see pipeline_feeds.c */
    int64_t authority_version; /* of its facts; 0: not known yet */
    size_t weight;
    size_t work; /* of the pipeline, during one write: its place among the subjects of the write, from 1 */
};

struct records {
    struct cached **buckets;
    size_t n_buckets, count;
    struct cached *oldest, *newest;
    size_t weight; /* facts and alerts remembered */
};

void records_init(struct records *records);
void records_done(struct records *records); /* and ready for use again */

/* NULL when it is not in memory. Counts as use. */
struct cached *records_find(struct records *records, const char *subject);
/* Takes over the record; none of that subject may be there. */
struct cached *records_add(struct records *records, struct record *record, int64_t n_stored);
/* Weighs a record anew after it was changed. */
void records_weigh(struct records *records, struct cached *cached);
/* Drops that one, if it is there and not touched: what is in memory is not trusted any more. */
void records_remove(struct records *records, const char *subject);
/* Drops the longest unused ones that are not touched until no more than that weight is left. */
void records_shrink(struct records *records, size_t weight_max);

#endif
