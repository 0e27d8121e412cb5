/* kafka_topics.h: the topics at the start: there, with the right number of partitions, or made. */
#ifndef WATCHKEEPER_KAFKA_TOPICS_H
#define WATCHKEEPER_KAFKA_TOPICS_H

#include "kafka_client.h"
#include "timebase.h"

#include <stdbool.h>

struct kafka_topics_one {
    const char *name;
    const struct kafka_property *settings; /* of a topic that is made; up to a name of NULL; may be NULL */
    bool same_partitions;                  /* as the first topic must it have exactly as many; else at least */
};
/* The topics of a configuration. Partitions are counted by that of the events, so it comes first. */
enum kafka_topics_our {
    KAFKA_TOPICS_EVENTS,
    KAFKA_TOPICS_LINKS,
    KAFKA_TOPICS_ALERTS,
    KAFKA_TOPICS_LATEST,
    KAFKA_TOPICS_ESCALATIONS,
    KAFKA_TOPICS_DEADLETTER,
    KAFKA_TOPICS_FACTS,
    KAFKA_TOPICS_OURS
};
struct config;
void kafka_topics_ours(const struct config *config, struct kafka_topics_one ret_topics[static KAFKA_TOPICS_OURS]);

struct kafka_topics_options {
    struct kafka_client client;
    bool create;
    long partitions, replication_factor; /* of topics that are made; where the first topic exists, its number counts */
    size_t n_topics;
    const struct kafka_topics_one *topics;
    int timeout_ms;
};
/* Returns 0, or -errno with what is wrong and the remedy in words. */
MUST_CHECK int kafka_topics_check(const struct kafka_topics_options *options, char *error, size_t error_size);
/* How long a message may stay on those of the topics that are not compacted, at most: the longest retention and what a
 * segment may last. Zero: one of them is kept without end, or the broker does not say. */
struct span kafka_topics_retention(const struct kafka_topics_options *options);

#endif
