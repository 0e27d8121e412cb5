/* standing.h: which of a subject's records stand at an instant: voids, corrections, repeated references (R6 to R8,
 * R16). */
#ifndef WATCHKEEPER_STANDING_H
#define WATCHKEEPER_STANDING_H

#include "arena.h"
#include "fact.h"
#include "moment.h"
#include "symbols.h"

/* A record that stands and has happened. */
struct standing {
    const struct fact *fact;
    struct occurrence occurred; /* of the record that stands */
    const struct fact *first;   /* the first record of its chain of corrections: anchors are named after it (R19) */
    uint32_t place;             /* in the order of occurrence, time, source, id */
};

/* Sorted by occurrence, then time, source, id. */
void standing_find(const struct fact *const *facts, size_t n_facts, const struct symbols *symbols,
                   struct moment *moment, struct arena *arena, struct standing **ret_standings, size_t *ret_count);

/* Recorded before: by time, then source, then id. */
int standing_recorded_order(const struct fact *a, const struct fact *b);
/* For qsort() of pointers to standings: the order of occurrence. */
int standing_place_order(const void *a, const void *b);

#endif
