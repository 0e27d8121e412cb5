/* sink.h: where what is said goes, in transactions.
 *
 * One transaction at a time: start() takes a batch, poll() tells when it is over. A batch always commits the position
 * of every partition that has entries in it, with the epoch and the outbox sequence as metadata, so that what was said
 * and how far it was said cannot part. The twin in memory is tests/support/memory_sink.h. */
#ifndef WATCHKEEPER_SINK_H
#define WATCHKEEPER_SINK_H

#include "header.h"
#include "source.h"

enum sink_topic { SINK_ALERTS, SINK_LATEST, SINK_ESCALATIONS, SINK_DEADLETTER, SINK_LINKS, SINK_FACTS, SINK_TOPICS };

struct sink_entry {
    enum sink_topic topic;
    int32_t partition;
    const void *key; /* NULL for none */
    size_t key_length;
    const void *value; /* NULL for a tombstone */
    size_t value_length;
    size_t n_headers;
    const struct header *headers;
};

enum { SINK_METADATA_MAX = 128 };
struct sink_commit {
    int32_t partition;
    int64_t positions[SOURCE_TOPICS]; /* SOURCE_BEGINNING is committed as 0 */
    char metadata[SINK_METADATA_MAX];
};

struct sink_batch {
    size_t n_entries;
    const struct sink_entry *entries;
    size_t n_commits;
    const struct sink_commit *commits;
    const void *membership; /* from SOURCE_ASSIGNED */
    size_t membership_length;
};

enum sink_outcome {
    SINK_BUSY = 1, /* not over yet */
    SINK_IDLE,     /* no batch is under way */
    SINK_DONE,     /* committed */
    SINK_ABORTED,  /* none of it will be seen; the same may be started again */
    SINK_LOST,     /* fenced or fatal: this producer is gone, prepare() makes another; load all partitions again */
};

struct sink_ops {
    /* Fences former holders of our transactional id and ends their transactions. Returns 0 when ready, else SINK_BUSY.
     */
    int (*prepare)(void *self);
    /* The batch must live until poll() has said how it ended. Only when idle and ready. */
    void (*start)(void *self, const struct sink_batch *batch);
    int (*poll)(void *self); /* enum sink_outcome; DONE, ABORTED and LOST are told once */
    /* Asks that a batch under way ends soon: ABORTED, or DONE when it was too late. */
    void (*abort)(void *self);
    /* The last failure in words, or NULL; cleared by success. */
    const char *(*error)(void *self);
};

struct sink {
    const struct sink_ops *ops;
    void *self;
};

#endif
