/* checkpoint.h: what stands on care.facts: the facts of each subject, and up to where they are complete.
 *
 * A public format (redis-layout.md). The key of a subject's facts is the subject; a record that is larger than a
 * message should be goes on in further parts, under the subject with "#2", "#3" behind it. The value is one JSON object
 * in which each fact has a line of its own, so that neither side has to parse the facts to copy them. */
#ifndef WATCHKEEPER_CHECKPOINT_H
#define WATCHKEEPER_CHECKPOINT_H

#include "sink.h"
#include "store.h"

enum { CHECKPOINT_VERSION = 1, CHECKPOINT_PART_BYTES = 256 << 10 };

/* Every subject's facts of events before these positions are on the topic, in this partition or tombstoned since. */
struct checkpoint_marker {
    int64_t positions[SOURCE_TOPICS];
    struct instant at;
    int32_t partitions; /* of the topic */
    const char *feeds;  /* what is known of the feeds, as JSON (feeds.h); NULL: nothing */
};

/* The messages with the facts of one subject, one or more; in the arena. */
struct sink_entry *checkpoint_facts(int32_t partition, const struct store_record *record, struct arena *arena,
                                    size_t *ret_count);
struct sink_entry checkpoint_marker(int32_t partition, const struct checkpoint_marker *marker, struct arena *arena);
/* Removes a subject whose facts have that many bytes together, as they are now: further parts than there ever were may
 * be among them, which does no harm. Write them to the outbox together with what removes the subject from the store
 * (store_record.forget_facts, store_write.saved). */
struct sink_entry *checkpoint_tombstones(int32_t partition, const char *subject, size_t n_bytes, struct arena *arena,
                                         size_t *ret_count);

/* ---- reading ---- */

enum checkpoint_outcome {
    CHECKPOINT_NOT_OURS = 1, /* nothing that we write */
    CHECKPOINT_NEWER,        /* a newer version wrote it */
};
struct checkpoint_row {
    const char *subject; /* NULL: the marker */
    bool removed;        /* a tombstone; nothing else is set */
    struct checkpoint_marker marker;
    size_t n_facts;
    struct bytes *facts; /* they point into the value */
};
/* In the arena. Returns 0 or enum checkpoint_outcome. */
MUST_CHECK int checkpoint_read(const struct message *message, struct arena *arena, struct checkpoint_row *ret_row);

#endif
