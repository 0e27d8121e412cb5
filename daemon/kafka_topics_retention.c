/* kafka_topics_retention.c: what the brokers say of the topics' retention, for the receipts of erasures. Asked once,
 * before the loop: it may block. */
#include "ensure.h"
#include "kafka_topics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NO_ANSWER = 0 };

static int64_t number_of(const rd_kafka_ConfigResource_t *resource, const char *name) {
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), name) == 0 && rd_kafka_ConfigEntry_value(entries[i]) != NULL)
            return strtoll(rd_kafka_ConfigEntry_value(entries[i]), NULL, 10);
    return -1;
}

static bool is_compacted(const rd_kafka_ConfigResource_t *resource) {
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), "cleanup.policy") == 0)
            return rd_kafka_ConfigEntry_value(entries[i]) != NULL &&
                   strstr(rd_kafka_ConfigEntry_value(entries[i]), "delete") == NULL;
    return false;
}

static int64_t longest(const rd_kafka_event_t *event) {
    const rd_kafka_DescribeConfigs_result_t *result = rd_kafka_event_DescribeConfigs_result((rd_kafka_event_t *) event);
    size_t count;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
    int64_t longest_ms = NO_ANSWER;
    for (size_t i = 0; i < count; i++) {
        if (rd_kafka_ConfigResource_error(resources[i]) != RD_KAFKA_RESP_ERR_NO_ERROR)
            return NO_ANSWER;
        if (is_compacted(resources[i]))
            continue;
        int64_t kept_ms = number_of(resources[i], "retention.ms"), segment_ms = number_of(resources[i], "segment.ms");
        if (kept_ms < 0 || segment_ms < 0)
            return NO_ANSWER;
        longest_ms = kept_ms + segment_ms > longest_ms ? kept_ms + segment_ms : longest_ms;
    }
    return longest_ms;
}

static int64_t ask(rd_kafka_t *handle, const struct kafka_topics_options *options) {
    rd_kafka_ConfigResource_t **resources = calloc(options->n_topics, sizeof(rd_kafka_ConfigResource_t *));
    ENSURE(resources != NULL);
    for (size_t i = 0; i < options->n_topics; i++)
        resources[i] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, options->topics[i].name);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(handle);
    rd_kafka_DescribeConfigs(handle, resources, options->n_topics, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, options->timeout_ms);
    bool answered = event != NULL && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR;
    int64_t longest_ms = answered ? longest(event) : NO_ANSWER;
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ConfigResource_destroy_array(resources, options->n_topics);
    free(resources);
    return longest_ms;
}

struct span kafka_topics_retention(const struct kafka_topics_options *options) {
    static const struct kafka_property none[] = {{NULL, NULL}};
    const struct kafka_client *client = &options->client; /* the opaque begins with it: see kafka_client.c */
    char error[512];
    rd_kafka_conf_t *conf = kafka_client_conf(client, none, error, sizeof error);
    if (conf == NULL)
        return (struct span){NO_ANSWER};
    rd_kafka_conf_set_opaque(conf, &client);
    rd_kafka_t *handle = kafka_client_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (handle == NULL)
        return (struct span){NO_ANSWER};
    int64_t longest_ms = ask(handle, options);
    rd_kafka_destroy(handle);
    return (struct span){longest_ms};
}
