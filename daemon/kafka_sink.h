/* kafka_sink.h: the sink of a real broker: one transactional producer. */
#ifndef WATCHKEEPER_KAFKA_SINK_H
#define WATCHKEEPER_KAFKA_SINK_H

#include "kafka_client.h"
#include "sink.h"

struct kafka_sink_options {
    struct kafka_client client;
    const char *transactional_id;
    long transaction_timeout_ms;
    const char *topics[SINK_TOPICS];
    const char *input_topics[SOURCE_TOPICS]; /* whose positions are committed */
    int event_fd; /* an eventfd, non-blocking, borrowed: counted up when poll() or prepare() has news */
};

struct kafka_sink;
/* Does not wait for the broker. Returns 0, or -errno with what is wrong in words. */
MUST_CHECK int kafka_sink_open(const struct kafka_sink_options *options, struct kafka_sink **ret_sink, char *error,
                               size_t error_size);
/* A transaction under way is aborted; waits some seconds at most. */
struct kafka_sink *kafka_sink_close(struct kafka_sink *sink); /* takes NULL, returns NULL */
struct sink kafka_sink_ops(struct kafka_sink *sink);

#endif
