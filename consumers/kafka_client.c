/* kafka_client.c: see kafka_client.h. */
#include "kafka_client.h"

#include "ensure.h"

#include <stdbool.h>
#include <stdio.h>

static bool set(rd_kafka_conf_t *conf, const struct kafka_property *property, char *error, size_t error_size) {
    char why[256];
    if (rd_kafka_conf_set(conf, property->name, property->value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return true;
    (void) snprintf(error, error_size, "Kafka setting %s: %s", property->name, why);
    return false;
}

static bool set_all(rd_kafka_conf_t *conf, const struct kafka_client *client, const struct kafka_property *more,
                    char *error, size_t error_size) {
    const struct kafka_property common[] = {
        {"bootstrap.servers", client->bootstrap_servers},
        {"client.id", client->client_id},
        {"socket.nagle.disable", "true"}, /* off by default before librdkafka 2.10 */
        {"socket.keepalive.enable", "true"},
        {"topic.metadata.refresh.interval.ms", "30000"},
        {"reconnect.backoff.max.ms", "2000"},
        {"log.connection.close", "false"}, /* brokers close idle connections all the time */
        {NULL, NULL},
    };
    for (const struct kafka_property *at = common; at->name != NULL; at++)
        if (!set(conf, at, error, error_size))
            return false;
    for (; more->name != NULL; more++)
        if (!set(conf, more, error, error_size))
            return false;
    for (size_t i = 0; i < client->n_properties; i++)
        if (!set(conf, &client->properties[i], error, error_size))
            return false;
    return true;
}

/* librdkafka gives no context to its log function, but the handle's opaque; every handle's opaque begins with the
 * client. */
static void on_log(const rd_kafka_t *handle, int level, const char *facility, const char *text) {
    const struct kafka_client *const *client = rd_kafka_opaque(handle);
    if (client != NULL && (*client)->log != NULL)
        (*client)->log(level, facility, text);
}

rd_kafka_conf_t *kafka_client_conf(const struct kafka_client *client, const struct kafka_property *more, char *error,
                                   size_t error_size) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    ENSURE(conf != NULL);
    rd_kafka_conf_set_log_cb(conf, on_log);
    if (set_all(conf, client, more, error, error_size))
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}

rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, char *error, size_t error_size) {
    char why[256];
    rd_kafka_t *handle = rd_kafka_new(type, conf, why, sizeof why);
    if (handle == NULL) {
        (void) snprintf(error, error_size, "cannot make a Kafka client: %s", why);
        rd_kafka_conf_destroy(conf);
    }
    return handle;
}
