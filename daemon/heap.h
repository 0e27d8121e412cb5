/* heap.h: who is next, by instant: a binary heap whose members know their own place in it.
 *
 * A member is part of the caller's structure and owned by the caller, so moving or removing one costs no search.
 * Members of one instant come out in no particular order. */
#ifndef WATCHKEEPER_HEAP_H
#define WATCHKEEPER_HEAP_H

#include "timebase.h"

#include <stdbool.h>
#include <stddef.h>

struct heap_node {
    struct instant at;
    size_t position; /* from 1; 0: in no heap. Zero the node before its first use */
};

struct heap {
    struct heap_node **nodes;
    size_t count, capacity;
};

#define HEAP_INIT ((struct heap){0})
void heap_done(struct heap *heap); /* members stay the caller's and are not touched */

/* Puts the node at that instant, whether it is in the heap already or not; INSTANT_NEVER takes it out. */
void heap_set(struct heap *heap, struct heap_node *node, struct instant at);
void heap_remove(struct heap *heap, struct heap_node *node); /* nothing when it is in no heap */
static inline bool heap_holds(const struct heap_node *node) {
    return node->position != 0;
}
struct heap_node *heap_find_first(const struct heap *heap); /* the earliest, or NULL */
struct instant heap_first_at(const struct heap *heap);      /* INSTANT_NEVER when empty */

#endif
