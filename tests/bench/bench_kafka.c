/* bench_kafka.c: what librdkafka alone can do with the same topic: the limits of the rows that need a real Kafka.
 *
 *     bench_kafka consume BOOTSTRAP TOPIC
 *     bench_kafka produce BOOTSTRAP TOPIC FILE
 *
 * Settings are those of the daemon and of `watchkeeper publish`. Consuming takes no part in a group and looks at
 * nothing; producing finds the key by the text around it. One line of JSON: messages, bytes, seconds, cpu_seconds. */
#include "bench.h"
#include "cleanup.h"
#include "ensure.h"
#include "lines.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 60000, BATCH = 10000, PARTITIONS_MAX = 1024 };

_Noreturn static void give_up(const char *what, const char *why) {
    (void) fprintf(stderr, "bench_kafka: %s: %s\n", what, why);
    exit(2);
}

struct property {
    const char *name, *value;
};

/* on_delivery may be NULL. */
static rd_kafka_t *new_client(rd_kafka_type_t type, const struct property *properties,
                              void (*on_delivery)(rd_kafka_t *, const rd_kafka_message_t *, void *)) {
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (on_delivery != NULL)
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    for (; properties->name != NULL; properties++)
        if (rd_kafka_conf_set(conf, properties->name, properties->value, error, sizeof error) != RD_KAFKA_CONF_OK)
            give_up(properties->name, error);
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof error);
    if (client == NULL)
        give_up("librdkafka", error);
    return client;
}

struct totals {
    size_t n_messages, n_bytes;
};

static void print_totals(const struct totals *totals, struct bench_time took) {
    (void) printf("{\"messages\":%zu,\"bytes\":%zu,\"seconds\":%f,\"cpu_seconds\":%f}\n", totals->n_messages,
                  totals->n_bytes, took.wall, took.cpu);
}

/* ---- consume ---- */

static int count_partitions(rd_kafka_t *consumer, const char *topic) {
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(consumer, topic, NULL);
    rd_kafka_resp_err_t error = rd_kafka_metadata(consumer, 0, handle, &metadata, WAIT_MS);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        give_up(topic, rd_kafka_err2str(error));
    int count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);
    return count;
}

static void assign_all(rd_kafka_t *consumer, const char *topic, int n_partitions) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(n_partitions);
    for (int i = 0; i < n_partitions; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    ENSURE(rd_kafka_assign(consumer, list) == RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
}

/* Returns whether it was the end of a partition. */
static bool take(struct totals *totals, rd_kafka_message_t *message) {
    bool end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        totals->n_messages++;
        totals->n_bytes += message->len;
    }
    rd_kafka_message_destroy(message);
    return end;
}

static void consume(const char *bootstrap, const char *topic) {
    const struct property properties[] = {{"bootstrap.servers", bootstrap}, {"group.id", "bench"},
                                          {"enable.auto.commit", "false"},  {"enable.auto.offset.store", "false"},
                                          {"enable.partition.eof", "true"}, {"isolation.level", "read_committed"},
                                          {"fetch.wait.max.ms", "50"},      {"queued.max.messages.kbytes", "16384"},
                                          {"socket.nagle.disable", "true"}, {NULL, NULL}};
    struct bench_time start = bench_now();
    rd_kafka_t *consumer = new_client(RD_KAFKA_CONSUMER, properties, NULL);
    ENSURE(rd_kafka_poll_set_consumer(consumer) == RD_KAFKA_RESP_ERR_NO_ERROR);
    int n_partitions = count_partitions(consumer, topic), n_ended = 0;
    assign_all(consumer, topic, n_partitions);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    static rd_kafka_message_t *batch[BATCH];
    struct totals totals = {0};
    while (n_ended < n_partitions) {
        ssize_t count = rd_kafka_consume_batch_queue(queue, 50, batch, BATCH);
        if (count < 0 || bench_since(start).wall * 1000 > WAIT_MS)
            give_up(topic, "cannot be read to its end");
        for (ssize_t i = 0; i < count; i++)
            n_ended += take(&totals, batch[i]);
    }
    print_totals(&totals, bench_since(start));
    rd_kafka_queue_destroy(queue);
    (void) rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
}

/* ---- produce ---- */

static void send_line(rd_kafka_t *producer, const char *topic, const struct line *line) {
    static const char before[] = "\"subject\":\"";
    const char *key = strstr(line->text, before);
    ENSURE(key != NULL);
    key += sizeof before - 1;
    size_t length = strcspn(key, "\"");
    rd_kafka_resp_err_t error;
    while ((error = rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, length),
                                      RD_KAFKA_V_VALUE((void *) line->text, line->length),
                                      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END)) ==
           RD_KAFKA_RESP_ERR__QUEUE_FULL)
        (void) rd_kafka_poll(producer, 10);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        give_up(topic, rd_kafka_err2str(error));
    (void) rd_kafka_poll(producer, 0);
}

static void check_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void) producer;
    (void) opaque;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        give_up("a message was not delivered", rd_kafka_err2str(message->err));
}

static void produce(const char *bootstrap, const char *topic, const char *path) {
    const struct property properties[] = {{"bootstrap.servers", bootstrap},
                                          {"partitioner", "murmur2_random"},
                                          {"enable.idempotence", "true"},
                                          {"linger.ms", "20"},
                                          {"compression.type", "lz4"},
                                          {"socket.nagle.disable", "true"},
                                          {NULL, NULL}};
    CLEANUP(lines_closep) struct lines *lines = NULL;
    if (lines_open(path, &lines) != 0)
        give_up(path, "cannot be opened");
    struct bench_time start = bench_now();
    rd_kafka_t *producer = new_client(RD_KAFKA_PRODUCER, properties, check_delivery);
    struct totals totals = {0};
    struct line line;
    while (lines_next(lines, &line) == 0) {
        send_line(producer, topic, &line);
        totals.n_messages++;
        totals.n_bytes += line.length;
    }
    if (rd_kafka_flush(producer, WAIT_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        give_up(topic, "not everything was acknowledged");
    print_totals(&totals, bench_since(start));
    rd_kafka_destroy(producer);
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "consume") == 0)
        consume(argv[2], argv[3]);
    else if (argc == 5 && strcmp(argv[1], "produce") == 0)
        produce(argv[2], argv[3], argv[4]);
    else
        give_up("usage", "bench_kafka consume BOOTSTRAP TOPIC | produce BOOTSTRAP TOPIC FILE");
    return 0;
}
