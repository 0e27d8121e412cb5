/* caseload.c: see caseload.h. Nothing is ever taken out, so open addressing needs no tombstones. */
#include "caseload.h"

#include "ensure.h"
#include "hash.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

void caseload_done(struct caseload *caseload) {
    for (size_t i = 0; i < caseload->n_slots; i++) {
        if (caseload->slots[i] != NULL)
            (void) record_free(caseload->slots[i]->record);
        free(caseload->slots[i]);
    }
    free(caseload->slots);
    (void) arena_free(caseload->arena);
    *caseload = CASELOAD_INIT;
}

/* The slot in which the subject is, or the empty one in which it belongs. */
static struct subject **slot_of(const struct caseload *caseload, const char *name) {
    size_t mask = caseload->n_slots - 1;
    size_t place = (size_t) hash_text(HASH_START, name) & mask;
    while (caseload->slots[place] != NULL && strcmp(record_subject(caseload->slots[place]->record), name) != 0)
        place = (place + 1) & mask;
    return &caseload->slots[place];
}

static void grow(struct caseload *caseload) {
    struct caseload larger = {.n_slots = caseload->n_slots == 0 ? FIRST_SLOTS : caseload->n_slots * 2,
                              .count = caseload->count,
                              .arena = caseload->arena};
    larger.slots = calloc(larger.n_slots, sizeof(struct subject *));
    ENSURE(larger.slots != NULL);
    for (size_t i = 0; i < caseload->n_slots; i++)
        if (caseload->slots[i] != NULL)
            *slot_of(&larger, record_subject(caseload->slots[i]->record)) = caseload->slots[i];
    free(caseload->slots);
    *caseload = larger;
}

struct subject *caseload_get(struct caseload *caseload, const char *subject) {
    if (caseload->count * 2 >= caseload->n_slots)
        grow(caseload);
    struct subject **slot = slot_of(caseload, subject);
    if (*slot != NULL)
        return *slot;
    *slot = calloc(1, sizeof(struct subject));
    ENSURE(*slot != NULL);
    (*slot)->record = record_new(subject);
    caseload->count++;
    return *slot;
}

struct subject *caseload_find(const struct caseload *caseload, const char *subject) {
    return caseload->n_slots == 0 ? NULL : *slot_of(caseload, subject);
}

struct queue {
    struct passing *list;
    size_t first, count;
};

static void append(struct queue *queue, struct arena *arena, const struct passing *passings, size_t count) {
    if (count == 0)
        return;
    queue->list = arena_grow_array(arena, queue->list, queue->count, queue->count + count, sizeof *queue->list);
    memcpy(queue->list + queue->count, passings, count * sizeof *passings);
    queue->count += count;
}

void caseload_take(struct caseload *caseload, const struct engine *engine, const char *subject, const struct fact *fact,
                   struct caseload_taker taker) {
    if (caseload->arena == NULL)
        caseload->arena = arena_new();
    arena_reset(caseload->arena);
    struct queue queue = {0};
    struct passing passing = {subject, fact};
    for (;;) {
        struct subject *found = caseload_get(caseload, passing.to);
        struct passing *passings;
        size_t count;
        int outcome = engine_take(engine, found->record, passing.fact, caseload->arena, &passings, &count);
        taker.taken(taker.self, found, passing.fact, outcome);
        append(&queue, caseload->arena, passings, count);
        if (queue.first == queue.count)
            return;
        passing = queue.list[queue.first++];
    }
}

static int compare_names(const void *a, const void *b) {
    const struct subject *const *one = a, *const *other = b;
    return strcmp(record_subject((*one)->record), record_subject((*other)->record));
}

struct subject **caseload_sorted(const struct caseload *caseload) {
    struct subject **sorted = calloc(caseload->count + 1, sizeof(struct subject *));
    ENSURE(sorted != NULL);
    size_t used = 0;
    for (size_t i = 0; i < caseload->n_slots; i++)
        if (caseload->slots[i] != NULL)
            sorted[used++] = caseload->slots[i];
    ENSURE(used == caseload->count);
    qsort(sorted, used, sizeof(struct subject *), compare_names);
    return sorted;
}
