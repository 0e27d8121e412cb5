/* kafka_client.h: what every librdkafka client of the daemon has in common. */
#ifndef WATCHKEEPER_KAFKA_CLIENT_H
#define WATCHKEEPER_KAFKA_CLIENT_H

#include "result.h"

#include <librdkafka/rdkafka.h>
#include <stddef.h>

struct kafka_property {
    const char *name, *value; /* librdkafka's own */
};
struct kafka_client {
    const char *bootstrap_servers;
    const char *client_id;
    size_t n_properties;
    const struct kafka_property *properties;                        /* security; they outweigh ours */
    void (*log)(int level, const char *facility, const char *text); /* syslog's levels; called from any thread */
};

/* The configuration with what is common, and further properties up to a name of NULL. NULL when one of them is refused;
 * then error says which. */
rd_kafka_conf_t *kafka_client_conf(const struct kafka_client *client, const struct kafka_property *more, char *error,
                                   size_t error_size);
/* Makes the handle and takes over conf in any case. NULL with an error in words. */
rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, char *error, size_t error_size);

#endif
