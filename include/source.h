/* source.h: where events come from: the partitions of care.events and care.links that this member of the group holds.
 *
 * Partition N of the state is partition N of each input topic, always assigned together. No call blocks: what takes
 * time (an end, a commit) is asked for, and the answer comes as an event. The twin in memory is
 * tests/support/memory_source.h.
 *
 * A question may be asked again before it is answered. Its ticket comes back with the answer: who asks anew takes a new
 * one, and what still comes in for the former question is not taken for it.
 *
 * Life of a partition: SOURCE_ASSIGNED -> ask_committed() -> SOURCE_COMMITTED -> start() -> messages; stop() at any
 * time ends its messages until the next start(). SOURCE_REVOKED takes all partitions back: no message comes after it,
 * and the group waits until release() is called. */
#ifndef WATCHKEEPER_SOURCE_H
#define WATCHKEEPER_SOURCE_H

#include "header.h"
#include "timebase.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum source_topic { SOURCE_EVENTS, SOURCE_LINKS, SOURCE_TOPICS };
/* Compacted topics that are read as tables: care.alerts.latest and care.facts. */
enum source_table { SOURCE_TABLE_ALERTS, SOURCE_TABLE_FACTS, SOURCE_TABLES };

/* A position is the next offset to be read. */
#define SOURCE_BEGINNING INT64_C(-2) /* the first offset that the topic still has */

struct message {
    enum source_topic topic;
    int32_t partition;
    int64_t offset;
    const void *key; /* NULL without one, as the value */
    size_t key_length;
    const void *value;
    size_t value_length;
    size_t n_headers;
    const struct header *headers;
};

/* The end of one partition's topics, as the broker said when asked. Under read_committed that is the last stable
 * offset. */
struct source_end {
    int32_t partition;
    int64_t ends[SOURCE_TOPICS];
};

struct source_committed {
    int32_t partition;
    bool kept;   /* false: this broker does not keep what transactions commit (the embedded one); trust the store */
    bool exists; /* false: nothing has ever been committed, or it has expired */
    int64_t position;
    const char *metadata;          /* never NULL */
    int64_t starts[SOURCE_TOPICS]; /* the first offset that each topic still has */
};

struct source_assigned {
    size_t n_partitions;
    const int32_t *partitions;
    int32_t partitions_total; /* of the topic */
    const void *membership;   /* opaque; for the sink, once per assignment */
    size_t membership_length;
};

enum source_kind {
    SOURCE_MESSAGE,
    SOURCE_REACHED, /* the position moved to the end of the topic with no message (control records count) */
    SOURCE_ENDS,    /* the answer to ask_ends(); partitions that could not be asked are missing */
    SOURCE_ASSIGNED,
    SOURCE_REVOKED,
    SOURCE_COMMITTED,  /* the answer to ask_committed() */
    SOURCE_LATEST,     /* one value of a table, the oldest first; a NULL value is a tombstone */
    SOURCE_LATEST_END, /* all of that partition has been given */
    SOURCE_BROKER_UP,
    SOURCE_BROKER_DOWN,
};

/* Valid until the next call of the source. */
struct source_event {
    enum source_kind kind;
    uint64_t ticket; /* SOURCE_COMMITTED, SOURCE_LATEST, SOURCE_LATEST_END: of the question that this answers */
    union {
        struct message message; /* SOURCE_MESSAGE, SOURCE_LATEST */
        struct {
            enum source_topic topic;
            int32_t partition;
            int64_t position;
        } reached;
        struct {
            struct instant asked_at;
            size_t count;
            const struct source_end *list;
        } ends;
        struct source_assigned assigned;
        struct source_committed committed;
        int32_t partition; /* SOURCE_LATEST_END */
        const char *error; /* SOURCE_BROKER_DOWN */
    } of;
};

enum source_outcome {
    SOURCE_NOTHING = 1, /* poll: no event at present */
    SOURCE_BUSY,        /* start: not yet; try again soon */
};

struct source_ops {
    /* Returns 0 with an event, SOURCE_NOTHING, or -errno: the source is beyond repair. */
    int (*poll)(void *self, struct source_event *ret_event);
    /* Asks for the ends of all partitions held. One question at a time; always answered by one SOURCE_ENDS. */
    void (*ask_ends)(void *self, struct instant now);
    void (*ask_committed)(void *self, int32_t partition, uint64_t ticket);
    int (*start)(void *self, int32_t partition, const int64_t positions[SOURCE_TOPICS]);
    void (*stop)(void *self, int32_t partition);
    void (*read_table)(void *self, enum source_table table, int32_t partition, uint64_t ticket);
    void (*release)(void *self);
    const char *(*error)(void *self); /* why poll() gave up, and the remedy; never NULL */
};

struct source {
    const struct source_ops *ops;
    void *self;
};

#endif
