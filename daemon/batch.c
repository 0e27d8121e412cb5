/* batch.c: see batch.h. */
#include "batch.h"

#include "outbox.h"

#include <string.h>

void batch_init(struct batch *batch) {
    *batch = (struct batch){.arena = arena_new(), .first_at = INSTANT_NEVER};
}

void batch_done(struct batch *batch) {
    batch->arena = arena_free(batch->arena);
}

void batch_reset(struct batch *batch) {
    struct batch empty = {.arena = batch->arena, .first_at = INSTANT_NEVER};
    memcpy(empty.positions, batch->positions, sizeof empty.positions);
    arena_reset(batch->arena);
    *batch = empty;
}

static size_t grown(size_t capacity) {
    return capacity == 0 ? 16 : capacity * 2;
}

void batch_take(struct batch *batch, const struct taken *taken) {
    if (batch->n_taken == batch->taken_capacity) {
        batch->taken_capacity = grown(batch->taken_capacity);
        batch->taken =
            arena_grow_array(batch->arena, batch->taken, batch->n_taken, batch->taken_capacity, sizeof *batch->taken);
    }
    batch->taken[batch->n_taken++] = *taken;
}

void batch_stage(struct batch *batch, const struct sink_entry *entry) {
    if (batch->n_entries == batch->entries_capacity) {
        batch->entries_capacity = grown(batch->entries_capacity);
        batch->entries = arena_grow_array(batch->arena, batch->entries, batch->n_entries, batch->entries_capacity,
                                          sizeof *batch->entries);
    }
    batch->entries[batch->n_entries++] = outbox_encode(entry, batch->arena);
}

static const void *copy_bytes(struct arena *arena, const void *data, size_t length) {
    return data == NULL ? NULL : arena_strndup(arena, data, length);
}

struct message batch_copy(struct batch *batch, const struct message *message) {
    struct message copy = *message;
    copy.key = copy_bytes(batch->arena, message->key, message->key_length);
    copy.value = copy_bytes(batch->arena, message->value, message->value_length);
    struct header *headers = ARENA_ARRAY(batch->arena, struct header, message->n_headers);
    for (size_t i = 0; i < message->n_headers; i++) {
        headers[i].name = arena_strdup(batch->arena, message->headers[i].name);
        headers[i].value = copy_bytes(batch->arena, message->headers[i].value, message->headers[i].length);
        headers[i].length = message->headers[i].length;
    }
    copy.headers = headers;
    return copy;
}
