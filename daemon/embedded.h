/* embedded.h: a broker and a Redis of the daemon's own, for trying it out: `watchkeeperd --embedded`.
 *
 * Nothing outlives it. The broker is librdkafka's mock cluster: it shows no transactions (what an aborted one wrote can
 * be read) and does not keep the positions that transactions commit, so exactly-once is not to be seen here. */
#ifndef WATCHKEEPER_EMBEDDED_H
#define WATCHKEEPER_EMBEDDED_H

#include "kafka_embedded.h"

#include <limits.h>
#include <sys/types.h>

struct embedded {
    struct kafka_embedded *kafka;
    pid_t redis;              /* 0: not started */
    char folder[64];          /* temporary */
    char redis_url[PATH_MAX]; /* for redis.url */
};

/* Starts both; the topics get that many partitions. Returns 0, or -errno with what is wrong in words. */
MUST_CHECK int embedded_open(struct embedded *embedded, const char *const *topics, size_t n_topics, int n_partitions,
                             char *error, size_t error_size);
const char *embedded_bootstrap_servers(const struct embedded *embedded);
void embedded_close(struct embedded *embedded); /* also of one that is zeroed or half open */

#endif
