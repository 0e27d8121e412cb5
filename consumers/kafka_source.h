/* kafka_source.h: the source of a real broker: a member of the consumer group on care.events and care.links. */
#ifndef WATCHKEEPER_KAFKA_SOURCE_H
#define WATCHKEEPER_KAFKA_SOURCE_H

#include "kafka_client.h"
#include "source.h"

struct kafka_source_options {
    struct kafka_client client;
    const char *group_id, *group_instance_id; /* the latter may be NULL: no static membership */
    const char *topics[SOURCE_TOPICS];
    const char *table_topics[SOURCE_TABLES];
    long session_timeout_ms;
    bool commits_are_kept; /* false with the embedded broker, which does not move offsets in a transaction */
    int event_fd;          /* an eventfd, non-blocking, borrowed: counted up when there may be something to poll */
};

struct kafka_source;
/* Joins the group. Returns 0, or -errno with what is wrong in words. */
MUST_CHECK int kafka_source_open(const struct kafka_source_options *options, struct kafka_source **ret_source,
                                 char *error, size_t error_size);
/* Leaves the group (but for static members, which keep their place until the session times out). */
struct kafka_source *kafka_source_close(struct kafka_source *source); /* takes NULL, returns NULL */
struct source kafka_source_ops(struct kafka_source *source);

#endif
