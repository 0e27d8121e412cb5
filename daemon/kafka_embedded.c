/* kafka_embedded.c: see kafka_embedded.h. */
#include "kafka_embedded.h"

#include "ensure.h"

#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

struct kafka_embedded {
    rd_kafka_t *handle; /* the cluster lives in a client's thread */
    rd_kafka_mock_cluster_t *cluster;
};

int kafka_embedded_open(const char *const *topics, size_t n_topics, int n_partitions, struct kafka_embedded **ret_kafka,
                        char *error, size_t error_size) {
    char why[256];
    struct kafka_embedded *kafka = calloc(1, sizeof *kafka);
    ENSURE(kafka != NULL);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    kafka->handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (kafka->handle == NULL) {
        (void) snprintf(error, error_size, "--embedded: no broker: %s", why);
        rd_kafka_conf_destroy(conf);
        free(kafka);
        return -EIO;
    }
    kafka->cluster = rd_kafka_mock_cluster_new(kafka->handle, 1);
    ENSURE(kafka->cluster != NULL);
    for (size_t i = 0; i < n_topics; i++)
        (void) rd_kafka_mock_topic_create(kafka->cluster, topics[i], n_partitions, 1);
    *ret_kafka = kafka;
    return 0;
}

const char *kafka_embedded_bootstrap_servers(const struct kafka_embedded *kafka) {
    return rd_kafka_mock_cluster_bootstraps(kafka->cluster);
}

struct kafka_embedded *kafka_embedded_close(struct kafka_embedded *kafka) {
    if (kafka == NULL)
        return NULL;
    rd_kafka_mock_cluster_destroy(kafka->cluster);
    rd_kafka_destroy(kafka->handle);
    free(kafka);
    return NULL;
}
