/* heap.c: see heap.h. Positions count from 1, so that the parent of p is p / 2 and a zeroed node is in no heap. */
#include "heap.h"

#include "ensure.h"

#include <stdlib.h>

enum { HEAP_FIRST_CAPACITY = 64 };

void heap_done(struct heap *heap) {
    free(heap->nodes);
    *heap = HEAP_INIT;
}

static void place(struct heap *heap, struct heap_node *node, size_t position) {
    heap->nodes[position - 1] = node;
    node->position = position;
}

static struct heap_node *at_position(const struct heap *heap, size_t position) {
    return heap->nodes[position - 1];
}

static void sift_up(struct heap *heap, struct heap_node *node) {
    size_t position = node->position;
    while (position > 1 && instant_before(node->at, at_position(heap, position / 2)->at)) {
        place(heap, at_position(heap, position / 2), position);
        position /= 2;
    }
    place(heap, node, position);
}

static size_t earlier_child(const struct heap *heap, size_t position) {
    size_t left = position * 2;
    bool right_is_earlier =
        left < heap->count && instant_before(at_position(heap, left + 1)->at, at_position(heap, left)->at);
    return right_is_earlier ? left + 1 : left;
}

static void sift_down(struct heap *heap, struct heap_node *node) {
    size_t position = node->position;
    while (position * 2 <= heap->count) {
        size_t child = earlier_child(heap, position);
        if (!instant_before(at_position(heap, child)->at, node->at))
            break;
        place(heap, at_position(heap, child), position);
        position = child;
    }
    place(heap, node, position);
}

static void append(struct heap *heap, struct heap_node *node) {
    if (heap->count == heap->capacity) {
        heap->capacity = heap->capacity == 0 ? HEAP_FIRST_CAPACITY : heap->capacity * 2;
        heap->nodes = reallocarray(heap->nodes, heap->capacity, sizeof *heap->nodes);
        ENSURE(heap->nodes != NULL);
    }
    heap->count++;
    place(heap, node, heap->count);
}

void heap_set(struct heap *heap, struct heap_node *node, struct instant at) {
    if (instant_equal(at, INSTANT_NEVER)) {
        heap_remove(heap, node);
        return;
    }
    node->at = at;
    if (!heap_holds(node))
        append(heap, node);
    sift_up(heap, node);
    sift_down(heap, node);
}

void heap_remove(struct heap *heap, struct heap_node *node) {
    if (!heap_holds(node))
        return;
    ENSURE(node->position <= heap->count && at_position(heap, node->position) == node);
    struct heap_node *last = at_position(heap, heap->count);
    size_t gap = node->position;
    heap->count--;
    node->position = 0;
    if (last == node)
        return;
    place(heap, last, gap);
    sift_up(heap, last);
    sift_down(heap, last);
}

struct heap_node *heap_find_first(const struct heap *heap) {
    return heap->count == 0 ? NULL : heap->nodes[0];
}

struct instant heap_first_at(const struct heap *heap) {
    return heap->count == 0 ? INSTANT_NEVER : heap->nodes[0]->at;
}
