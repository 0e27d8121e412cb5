/* arena.h: memory that is freed all at once.
 *
 * Decoding and the engine allocate from an arena that the caller owns and resets between batches. Running out of memory
 * aborts (ENSURE): the daemon's limits on sizes keep that a bug, not an input. */
#ifndef WATCHKEEPER_ARENA_H
#define WATCHKEEPER_ARENA_H

#include "cleanup.h"

#include <stddef.h>
#include <stdint.h>

struct arena;

struct arena *arena_new(void);
struct arena *arena_free(struct arena *arena); /* takes NULL, returns NULL */
static inline void arena_freep(struct arena **arena) {
    (void) arena_free(*arena);
}

/* Forgets everything allocated; keeps the first block for the next round. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);
/* Grows an array from old_count to new_count elements, copying it; the old place is not reused. */
void *arena_grow_array(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
/* `first`, `between` and `second` in one text: what a %s%s%s would give. */
char *arena_join(struct arena *arena, const char *first, const char *between, const char *second);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *) arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *) arena_alloc_array((arena), (count), sizeof(type)))

#endif
