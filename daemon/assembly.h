/* assembly.h: the daemon put together from its configuration: store, topics, sink, source, pipeline, and taken apart.
 */
#ifndef WATCHKEEPER_ASSEMBLY_H
#define WATCHKEEPER_ASSEMBLY_H

#include "config.h"
#include "engine.h"
#include "kafka_sink.h"
#include "kafka_source.h"
#include "pipeline.h"
#include "status_path.h"
#include "store_redis.h"

struct assembly_options {
    const struct config *config;
    const struct engine *engine;
    const char *bootstrap_servers, *redis_url; /* the configured ones, or those of the embedded servers */
    bool embedded;
};

enum { ASSEMBLY_PROPERTIES_MAX = 16, ASSEMBLY_NAME_MAX = 64 };
struct assembly {
    struct span retention;                                     /* see pipeline.h */
    struct kafka_property properties[ASSEMBLY_PROPERTIES_MAX]; /* security */
    char property_names[ASSEMBLY_PROPERTIES_MAX][ASSEMBLY_NAME_MAX];
    size_t n_properties;
    int event_fd, status_listener; /* negative: none */
    char status_path[STATUS_PATH_MAX];
    struct store_redis *redis;
    struct store store;
    struct kafka_sink *sink;
    struct kafka_source *source;
    struct pipeline *pipeline;
};

/* Reaches Redis and Kafka once, so that a wrong address is told at once. Returns 0, or -errno with what is wrong and
 * the remedy in words; then nothing is left open. */
MUST_CHECK int assembly_open(const struct assembly_options *options, struct assembly *assembly, char *error,
                             size_t error_size);
void assembly_close(struct assembly *assembly);

#endif
