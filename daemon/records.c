/* records.c: see records.h. A chained hash table with a list through it in the order of last use. */
#include "records.h"

#include "ensure.h"
#include "murmur2.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 256, WEIGHT_OF_A_RECORD = 8 };

void records_init(struct records *records) {
    *records = (struct records){0};
}

static void free_cached(struct cached *cached) {
    (void) record_free(cached->record);
    free(cached);
}

void records_done(struct records *records) {
    for (struct cached *cached = records->oldest, *newer; cached != NULL; cached = newer) {
        newer = cached->newer;
        free_cached(cached);
    }
    free(records->buckets);
    records_init(records);
}

static struct cached **bucket_of(const struct records *records, const char *subject) {
    return &records->buckets[murmur2_hash(subject, strlen(subject)) & (records->n_buckets - 1)];
}

static void list_remove(struct records *records, struct cached *cached) {
    *(cached->older == NULL ? &records->oldest : &cached->older->newer) = cached->newer;
    *(cached->newer == NULL ? &records->newest : &cached->newer->older) = cached->older;
}

static void list_append(struct records *records, struct cached *cached) {
    cached->older = records->newest;
    cached->newer = NULL;
    *(records->newest == NULL ? &records->oldest : &records->newest->newer) = cached;
    records->newest = cached;
}

struct cached *records_find(struct records *records, const char *subject) {
    if (records->n_buckets == 0)
        return NULL;
    for (struct cached *cached = *bucket_of(records, subject); cached != NULL; cached = cached->next_in_bucket)
        if (strcmp(record_subject(cached->record), subject) == 0) {
            list_remove(records, cached);
            list_append(records, cached);
            return cached;
        }
    return NULL;
}

static void put_in_bucket(struct records *records, struct cached *cached) {
    struct cached **bucket = bucket_of(records, record_subject(cached->record));
    cached->next_in_bucket = *bucket;
    *bucket = cached;
}

static void grow(struct records *records) {
    if (records->count < records->n_buckets)
        return;
    free(records->buckets);
    records->n_buckets = records->n_buckets == 0 ? FIRST_BUCKETS : records->n_buckets * 2;
    records->buckets = calloc(records->n_buckets, sizeof *records->buckets);
    ENSURE(records->buckets != NULL);
    for (struct cached *cached = records->oldest; cached != NULL; cached = cached->newer)
        put_in_bucket(records, cached);
}

struct cached *records_add(struct records *records, struct record *record, int64_t n_stored) {
    ENSURE(records_find(records, record_subject(record)) == NULL);
    grow(records);
    struct cached *cached = calloc(1, sizeof *cached);
    ENSURE(cached != NULL);
    cached->record = record;
    cached->n_stored = n_stored;
    put_in_bucket(records, cached);
    list_append(records, cached);
    records->count++;
    records_weigh(records, cached);
    return cached;
}

void records_weigh(struct records *records, struct cached *cached) {
    records->weight -= cached->weight;
    cached->weight = WEIGHT_OF_A_RECORD + record_n_facts(cached->record) + record_n_said(cached->record);
    records->weight += cached->weight;
}

static void drop(struct records *records, struct cached *cached) {
    struct cached **at = bucket_of(records, record_subject(cached->record));
    while (*at != cached)
        at = &(*at)->next_in_bucket;
    *at = cached->next_in_bucket;
    list_remove(records, cached);
    records->count--;
    records->weight -= cached->weight;
    free_cached(cached);
}

void records_remove(struct records *records, const char *subject) {
    struct cached *cached = records_find(records, subject);
    if (cached != NULL && !cached->touched)
        drop(records, cached);
}

void records_shrink(struct records *records, size_t weight_max) {
    for (struct cached *cached = records->oldest, *newer; cached != NULL && records->weight > weight_max;
         cached = newer) {
        newer = cached->newer;
        if (!cached->touched)
            drop(records, cached);
    }
}
