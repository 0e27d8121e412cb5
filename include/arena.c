/* arena.c: a chain of blocks, each at least ARENA_BLOCK bytes; an allocation larger than that gets a block of its own.
 */
#include "arena.h"

#include "ensure.h"

#include <stdalign.h>
#include <stdarg.h>
#include <string.h>

enum { ARENA_BLOCK = 64 * 1024 };

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *newest;
    size_t used;
};

static struct block *block_new(size_t size, struct block *next) {
    struct block *block = malloc(sizeof *block + size);
    ENSURE(block != NULL);
    *block = (struct block){.next = next, .size = size};
    return block;
}

struct arena *arena_new(void) {
    struct arena *arena = calloc(1, sizeof *arena);
    ENSURE(arena != NULL);
    arena->newest = block_new(ARENA_BLOCK, NULL);
    return arena;
}

struct arena *arena_free(struct arena *arena) {
    if (arena == NULL)
        return NULL;
    for (struct block *block = arena->newest, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
    return NULL;
}

void arena_reset(struct arena *arena) {
    struct block *block = arena->newest;
    while (block->next != NULL) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
    block->used = 0;
    arena->newest = block;
    arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size) {
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct block *block = arena->newest;
    if (block->size - block->used < size)
        block = arena->newest = block_new(size > ARENA_BLOCK ? size : ARENA_BLOCK, block);
    void *place = block->bytes + block->used;
    block->used += size;
    arena->used += size;
    return memset(place, 0, size);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size) {
    ENSURE(size == 0 || count <= SIZE_MAX / size);
    return arena_alloc(arena, count * size);
}

void *arena_grow_array(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size) {
    ENSURE(new_count >= old_count);
    void *grown = arena_alloc_array(arena, new_count, size);
    if (old_count > 0)
        memcpy(grown, old, old_count * size);
    return grown;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text) {
    return arena_strndup(arena, text, strlen(text));
}

char *arena_join(struct arena *arena, const char *first, const char *between, const char *second) {
    char *joined = arena_alloc(arena, strlen(first) + strlen(between) + strlen(second) + 1);
    (void) stpcpy(stpcpy(stpcpy(joined, first), between), second);
    return joined;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    ENSURE(length >= 0);
    char *text = arena_alloc(arena, (size_t) length + 1);
    (void) vsnprintf(text, (size_t) length + 1, format, again);
    va_end(again);
    return text;
}

size_t arena_used(const struct arena *arena) {
    return arena->used;
}
