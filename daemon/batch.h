/* batch.h: what has been taken from a partition's topics since the last write to the store, and what is to be written.
 */
#ifndef WATCHKEEPER_BATCH_H
#define WATCHKEEPER_BATCH_H

#include "arena.h"
#include "decode.h"
#include "sink.h"
#include "store.h"

/* One event that was read and belongs here. */
struct taken {
    struct decoded decoded;
    struct message message; /* copied: it goes to the dead letters if the record is full */
    struct instant at;
};

struct batch {
    struct arena *arena; /* everything below lives here */
    struct taken *taken;
    size_t n_taken, taken_capacity;
    struct bytes *entries; /* dead letters and what is passed on, in the form of the outbox */
    size_t n_entries, entries_capacity;
    size_t n_messages, n_bytes;       /* also those that gave neither */
    struct message *held;             /* alone and not looked at yet; NULL: none (pipeline_careful.c) */
    struct instant first_at;          /* INSTANT_NEVER while empty */
    int64_t positions[SOURCE_TOPICS]; /* after the last message */
    bool moved;                       /* the positions are not those in the store */
};

void batch_init(struct batch *batch);
void batch_done(struct batch *batch);
/* Forgets what was taken; the positions stay. */
void batch_reset(struct batch *batch);
/* The message and the decoded event must live in the batch's arena (batch_copy). */
void batch_take(struct batch *batch, const struct taken *taken);
void batch_stage(struct batch *batch, const struct sink_entry *entry);
struct message batch_copy(struct batch *batch, const struct message *message);

#endif
