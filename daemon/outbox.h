/* outbox.h: what has been said and not yet been published: its form in the store, and the queue of one partition.
 *
 * An entry is written to the store in the same call as the state that it follows from, published in a Kafka
 * transaction, and trimmed. The queue holds, in order, every entry that the store holds. */
#ifndef WATCHKEEPER_OUTBOX_H
#define WATCHKEEPER_OUTBOX_H

#include "sink.h"
#include "store.h"

const char *outbox_topic_name(enum sink_topic topic); /* "alerts"; not the topic's own name, which is configured */

/* One text line "2 <topic> <partition> <key length> <value length> [<name length> <value length>]...\n", a length of -1
 * for none, then key, value and headers, byte for byte. The first number is the version: version 1 knew no topic facts.
 */
enum { OUTBOX_VERSION = 2 };
struct bytes outbox_encode(const struct sink_entry *entry, struct arena *arena);
enum outbox_outcome {
    OUTBOX_NOT_OURS = 1, /* not a line that we write, or cut short */
    OUTBOX_NEWER,        /* a newer version wrote it */
};
/* The entry points into the bytes; headers live in the arena. Returns 0 or enum outbox_outcome. */
MUST_CHECK int outbox_decode(struct bytes bytes, struct arena *arena, struct sink_entry *ret_entry);

struct outbox_item {
    struct sequence sequence;
    char *data; /* owned */
    size_t length;
};
struct outbox {
    struct outbox_item *items; /* a ring would save copying; queues are short and trimmed in bulk */
    size_t count, capacity;
    size_t bytes;
};

#define OUTBOX_INIT ((struct outbox){0})
void outbox_done(struct outbox *outbox); /* and ready for use again */
/* Copies the entry; sequences must rise. */
void outbox_add(struct outbox *outbox, const struct store_entry *entry);
/* How many of the first entries fit; at least one when there is one. */
size_t outbox_fit(const struct outbox *outbox, size_t count_max, size_t bytes_max);
/* Drops the first entries. */
void outbox_drop(struct outbox *outbox, size_t count);
/* How many of the first entries are not later than that. */
size_t outbox_up_to(const struct outbox *outbox, struct sequence sequence);

#endif
