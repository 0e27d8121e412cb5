/* kafka_embedded.h: librdkafka's mock cluster as a broker inside the process. See embedded.h for what it cannot do. */
#ifndef WATCHKEEPER_KAFKA_EMBEDDED_H
#define WATCHKEEPER_KAFKA_EMBEDDED_H

#include "result.h"

#include <stddef.h>

struct kafka_embedded;
MUST_CHECK int kafka_embedded_open(const char *const *topics, size_t n_topics, int n_partitions,
                                   struct kafka_embedded **ret_kafka, char *error, size_t error_size);
const char *kafka_embedded_bootstrap_servers(const struct kafka_embedded *kafka);
struct kafka_embedded *kafka_embedded_close(struct kafka_embedded *kafka); /* takes NULL, returns NULL */

#endif
