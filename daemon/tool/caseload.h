/* caseload.h: the records of all subjects, found by subject. */
#ifndef WATCHKEEPER_CASELOAD_H
#define WATCHKEEPER_CASELOAD_H

#include "engine.h"
#include "heap.h"

struct subject {
    struct heap_node due; /* first, so that a node of the heap is its subject */
    struct record *record;
    bool touched; /* in the list of those that the next step derives */
    void *extra;  /* what the command keeps beside it; the command frees it */
};

struct caseload {
    struct subject **slots; /* a hash table with open addressing, never more than half full */
    size_t n_slots, count;
    struct arena *arena; /* of one caseload_take() */
};

#define CASELOAD_INIT ((struct caseload){0})
void caseload_done(struct caseload *caseload);

/* The subject's record, made when there is none. Stays where it is until caseload_done(). */
struct subject *caseload_get(struct caseload *caseload, const char *subject);
struct subject *caseload_find(const struct caseload *caseload, const char *subject); /* may be NULL */
/* What one record has taken, or refused with an outcome of record_add(). `fact` lives until caseload_take() returns. */
struct caseload_taker {
    void (*taken)(void *self, struct subject *subject, const struct fact *fact, int outcome);
    void *self;
};
/* Hands a fact to its subject's record, and what follows from merges and erasures to the others, as the daemon does by
 * care.links. */
void caseload_take(struct caseload *caseload, const struct engine *engine, const char *subject, const struct fact *fact,
                   struct caseload_taker taker);
/* All subjects sorted by name, count of them; the caller frees the array. */
struct subject **caseload_sorted(const struct caseload *caseload);

#endif
