/* assembly.c: see assembly.h. */
#include "assembly.h"

#include "ensure.h"
#include "kafka_topics.h"
#include "log.h"
#include "status_path.h"
#include "status_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { KAFKA_START_MS = 15000 };

static void log_kafka(int level, const char *facility, const char *text) {
    enum log_level known = level <= LOG_LEVEL_WARNING ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG;
    log_tell(known, "librdkafka", "%s: %s", facility, text); /* what matters of it is said by the pipeline, once */
}

static int take_property(void *context, const char *name, const char *value) {
    struct assembly *assembly = context;
    ENSURE(assembly->n_properties < ASSEMBLY_PROPERTIES_MAX);
    char *copy = assembly->property_names[assembly->n_properties];
    (void) snprintf(copy, ASSEMBLY_NAME_MAX, "%s", name);
    assembly->properties[assembly->n_properties++] = (struct kafka_property){copy, value};
    return 0;
}

static struct kafka_client client_of(const struct assembly_options *options, const struct assembly *assembly) {
    return (struct kafka_client){
        .bootstrap_servers = options->bootstrap_servers,
        .client_id = "watchkeeperd",
        .n_properties = options->embedded ? 0 : assembly->n_properties,
        .properties = assembly->properties,
        .log = log_kafka,
    };
}

static int open_store(const struct assembly_options *options, struct assembly *assembly, char *error,
                      size_t error_size) {
    const struct store_redis_options redis = {options->redis_url, options->config->redis.timeout_ms};
    const char *wrong;
    if (store_redis_open(&redis, &assembly->redis, &wrong) != 0) {
        (void) snprintf(error, error_size, "redis.url: %s", wrong);
        return -EINVAL;
    }
    assembly->store = store_redis_ops(assembly->redis);
    if (store_redis_connect(assembly->redis) == 0)
        return 0;
    (void) snprintf(error, error_size, "%s", assembly->store.ops->error(assembly->redis));
    return -EHOSTUNREACH;
}

static int check_topics(const struct assembly_options *options, struct assembly *assembly, char *error,
                        size_t error_size) {
    const struct config *config = options->config;
    struct kafka_topics_one topics[KAFKA_TOPICS_OURS];
    kafka_topics_ours(config, topics);
    const struct kafka_topics_options check = {
        .client = client_of(options, assembly),
        .create = config->kafka.create_topics && !options->embedded,
        .partitions = config->kafka.partitions,
        .replication_factor = config->kafka.replication_factor,
        .n_topics = KAFKA_TOPICS_OURS,
        .topics = topics,
        .timeout_ms = KAFKA_START_MS,
    };
    int result = kafka_topics_check(&check, error, error_size);
    if (result == 0 && !options->embedded)
        assembly->retention = kafka_topics_retention(&check);
    return result;
}

static int open_sink(const struct assembly_options *options, struct assembly *assembly, char *error,
                     size_t error_size) {
    const struct config *config = options->config;
    const struct kafka_sink_options sink = {
        .client = client_of(options, assembly),
        .transactional_id = config->kafka.transactional_id,
        .transaction_timeout_ms = config->kafka.transaction_timeout_ms,
        .topics = {[SINK_ALERTS] = config->kafka.topics.alerts,
                   [SINK_LATEST] = config->kafka.topics.alerts_latest,
                   [SINK_ESCALATIONS] = config->kafka.topics.escalations,
                   [SINK_DEADLETTER] = config->kafka.topics.deadletter,
                   [SINK_LINKS] = config->kafka.topics.links,
                   [SINK_FACTS] = config->kafka.topics.facts},
        .input_topics = {config->kafka.topics.events, config->kafka.topics.links},
        .event_fd = assembly->event_fd,
    };
    return kafka_sink_open(&sink, &assembly->sink, error, error_size);
}

static int open_source(const struct assembly_options *options, struct assembly *assembly, char *error,
                       size_t error_size) {
    const struct config *config = options->config;
    const struct kafka_source_options source = {
        .client = client_of(options, assembly),
        .group_id = config->kafka.group_id,
        .group_instance_id = options->embedded ? NULL : config->kafka.group_instance_id,
        .topics = {config->kafka.topics.events, config->kafka.topics.links},
        .table_topics = {[SOURCE_TABLE_ALERTS] = config->kafka.topics.alerts_latest,
                         [SOURCE_TABLE_FACTS] = config->kafka.topics.facts},
        .session_timeout_ms = config->kafka.session_timeout_ms,
        .commits_are_kept = !options->embedded,
        .event_fd = assembly->event_fd,
    };
    return kafka_source_open(&source, &assembly->source, error, error_size);
}

static void make_pipeline(const struct assembly_options *options, struct assembly *assembly) {
    const struct config *config = options->config;
    const struct pipeline_options pipeline = {
        .engine = options->engine,
        .source = kafka_source_ops(assembly->source),
        .store = assembly->store,
        .sink = kafka_sink_ops(assembly->sink),
        .topics = {config->kafka.topics.events, config->kafka.topics.links},
        .alert_source = config->alerts.source,
        .erasure_key = config->erasure.key,
        .retention = assembly->retention,
        .stale_after = {config->clock.stale_after_minutes * 60 * 1000},
        .records_max = (size_t) config->batch.records_max,
        .bytes_max = (size_t) config->batch.bytes_max,
        .wait = {config->batch.wait_ms},
        .trial = trial_run,
        .audit = {.interval = {config->audit.interval_minutes * 60 * 1000},
                  .survey_interval = HOURS(config->audit.latest_interval_hours),
                  .outbox_limit = {config->audit.outbox_limit_seconds * 1000}},
        .feeds = {.load_limit = HOURS(config->feeds.load_limit_hours),
                  .wait = HOURS(config->feeds.wait_hours),
                  .forget_after = HOURS(24 * config->feeds.forget_days),
                  .loads_max = (size_t) config->feeds.loads_max},
        .checkpoint = {.interval = {config->checkpoint.interval_seconds * 1000},
                       .records_max = (size_t) config->checkpoint.records_max,
                       .bytes_max = (size_t) config->checkpoint.bytes_max},
    };
    assembly->pipeline = pipeline_new(&pipeline);
}

/* A place that was asked for must do. Without one the daemon is worth more than its answers: it says so and goes on. */
static int open_status(const struct assembly_options *options, struct assembly *assembly, char *error,
                       size_t error_size) {
    int listener = status_path_make(options->config, assembly->status_path);
    if (listener == 0 && assembly->status_path[0] == '\0')
        return 0;
    if (listener == 0)
        listener = status_socket_listen(assembly->status_path);
    if (listener >= 0) {
        assembly->status_listener = listener;
        return 0;
    }
    (void) snprintf(error, error_size, "status.socket: cannot listen on %s: %s; %s", assembly->status_path,
                    strerror(-listener),
                    listener == -EADDRINUSE ? "another daemon does: give each its own $WATCHKEEPER_INSTANCE, or set "
                                              "status.socket"
                                            : "set status.socket to a place that may be written, or to none");
    if (options->config->status.socket != NULL)
        return listener;
    log_tell(LOG_LEVEL_WARNING, "status_off", "%s", error);
    return 0;
}

static int open_all(const struct assembly_options *options, struct assembly *assembly, char *error, size_t error_size) {
    int result = config_kafka_properties(options->config, take_property, assembly);
    ENSURE(result == 0);
    assembly->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ENSURE(assembly->event_fd >= 0);
    result = open_status(options, assembly, error, error_size);
    if (result == 0)
        result = open_store(options, assembly, error, error_size);
    if (result == 0)
        result = check_topics(options, assembly, error, error_size);
    if (result == 0)
        result = open_sink(options, assembly, error, error_size);
    if (result == 0)
        result = open_source(options, assembly, error, error_size);
    if (result == 0)
        make_pipeline(options, assembly);
    return result;
}

int assembly_open(const struct assembly_options *options, struct assembly *assembly, char *error, size_t error_size) {
    *assembly = (struct assembly){.event_fd = -1, .status_listener = -1};
    int result = open_all(options, assembly, error, error_size);
    if (result < 0)
        assembly_close(assembly);
    return result;
}

void assembly_close(struct assembly *assembly) {
    assembly->sink = kafka_sink_close(assembly->sink); /* it may still be reading a batch of the pipeline's */
    assembly->source = kafka_source_close(assembly->source);
    assembly->pipeline = pipeline_free(assembly->pipeline);
    assembly->redis = store_redis_close(assembly->redis);
    if (assembly->status_listener >= 0) {
        (void) close(assembly->status_listener);
        status_path_remove(assembly->status_path);
    }
    if (assembly->event_fd >= 0)
        (void) close(assembly->event_fd);
    assembly->event_fd = assembly->status_listener = -1;
}
