/* kafka_topics.c: see kafka_topics.h. It runs once, before the loop, so its calls may block. */
#include "kafka_topics.h"

#include "ensure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NOT_THERE = 0, ADMIN_TIMEOUT_MS = 15000, SETTLE_TRIES = 200, SETTLE_MS = 50 };

struct checker {
    const struct kafka_client *client; /* first: see kafka_client.c */
    const struct kafka_topics_options *options;
    rd_kafka_t *handle;
    int *partitions; /* by topic; NOT_THERE */
    char *error;
    size_t error_size;
};

static const char *name_of(const struct checker *checker, size_t topic) {
    return checker->options->topics[topic].name;
}

static void take_counts(struct checker *checker, const struct rd_kafka_metadata *metadata) {
    for (size_t i = 0; i < checker->options->n_topics; i++) {
        checker->partitions[i] = NOT_THERE;
        for (int k = 0; k < metadata->topic_cnt; k++)
            if (strcmp(metadata->topics[k].topic, name_of(checker, i)) == 0 &&
                metadata->topics[k].err == RD_KAFKA_RESP_ERR_NO_ERROR)
                checker->partitions[i] = metadata->topics[k].partition_cnt;
    }
}

static int read_counts(struct checker *checker) {
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(checker->handle, 1, NULL, &metadata, checker->options->timeout_ms);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void) snprintf(checker->error, checker->error_size,
                        "cannot reach Kafka at %s: %s; start it or set kafka.bootstrap_servers",
                        checker->options->client.bootstrap_servers, rd_kafka_err2str(code));
        return -EHOSTUNREACH;
    }
    take_counts(checker, metadata);
    rd_kafka_metadata_destroy(metadata);
    return 0;
}

static int wanted_partitions(const struct checker *checker) {
    return checker->partitions[0] != NOT_THERE ? checker->partitions[0] : (int) checker->options->partitions;
}

/* ---- making ---- */

static rd_kafka_NewTopic_t *new_topic(const struct checker *checker, const struct kafka_topics_one *topic) {
    char why[128];
    rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(topic->name, wanted_partitions(checker),
                                                      (int) checker->options->replication_factor, why, sizeof why);
    ENSURE(made != NULL);
    for (const struct kafka_property *at = topic->settings; at != NULL && at->name != NULL; at++)
        (void) rd_kafka_NewTopic_set_config(made, at->name, at->value);
    return made;
}

static int read_results(struct checker *checker, rd_kafka_event_t *event) {
    if (event == NULL || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void) snprintf(checker->error, checker->error_size, "the topics cannot be made: %s",
                        event == NULL ? "no answer" : rd_kafka_event_error_string(event));
        return -EIO;
    }
    size_t count;
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[i]);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            continue;
        (void) snprintf(checker->error, checker->error_size,
                        "the topic %s cannot be made: %s; make it yourself, or allow the daemon's Kafka user to",
                        rd_kafka_topic_result_name(results[i]), rd_kafka_topic_result_error_string(results[i]));
        return -EIO;
    }
    return 0;
}

static int make_topics(struct checker *checker, rd_kafka_NewTopic_t **topics, size_t count) {
    rd_kafka_queue_t *queue = rd_kafka_queue_new(checker->handle);
    rd_kafka_CreateTopics(checker->handle, topics, count, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, ADMIN_TIMEOUT_MS);
    int result = read_results(checker, event);
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    return result;
}

static bool all_there(const struct checker *checker) {
    for (size_t i = 0; i < checker->options->n_topics; i++)
        if (checker->partitions[i] == NOT_THERE)
            return false;
    return true;
}

/* The broker that is asked may hear of a new topic a little later. */
static int settle(struct checker *checker) {
    for (int i = 0; i < SETTLE_TRIES && !all_there(checker); i++) {
        const struct timespec pause = {.tv_nsec = SETTLE_MS * 1000000L};
        (void) nanosleep(&pause, NULL); /* polling would come back early with any event of the client */
        int result = read_counts(checker);
        if (result < 0)
            return result;
    }
    return 0;
}

static int make_missing(struct checker *checker) {
    rd_kafka_NewTopic_t **topics = calloc(checker->options->n_topics, sizeof *topics);
    ENSURE(topics != NULL);
    size_t count = 0;
    for (size_t i = 0; i < checker->options->n_topics; i++)
        if (checker->partitions[i] == NOT_THERE)
            topics[count++] = new_topic(checker, &checker->options->topics[i]);
    int result = count == 0 ? 0 : make_topics(checker, topics, count);
    rd_kafka_NewTopic_destroy_array(topics, count);
    free(topics);
    return result < 0 ? result : settle(checker);
}

/* ---- checking ---- */

static int check_one(const struct checker *checker, size_t topic) {
    int wanted = checker->partitions[0], found = checker->partitions[topic];
    if (found == NOT_THERE) {
        (void) snprintf(checker->error, checker->error_size,
                        "the topic %s does not exist; make it with %d partitions, or set kafka.create_topics=true",
                        name_of(checker, topic), wanted_partitions(checker));
        return -ENOENT;
    }
    bool exact = checker->options->topics[topic].same_partitions;
    if (exact ? found == wanted : found >= wanted)
        return 0;
    (void) snprintf(
        checker->error, checker->error_size,
        "the topic %s has %d partitions and %s has %d: a subject must have the same partition in both; give "
        "%s %s%d partitions",
        name_of(checker, topic), found, name_of(checker, 0), wanted, name_of(checker, topic), exact ? "" : "at least ",
        wanted);
    return -EINVAL;
}

static int check(struct checker *checker) {
    int result = read_counts(checker);
    if (result == 0 && checker->options->create)
        result = make_missing(checker);
    for (size_t i = 0; result == 0 && i < checker->options->n_topics; i++)
        result = check_one(checker, i);
    return result;
}

int kafka_topics_check(const struct kafka_topics_options *options, char *error, size_t error_size) {
    static const struct kafka_property none[] = {{NULL, NULL}};
    struct checker checker = {.client = &options->client, .options = options, .error = error, .error_size = error_size};
    rd_kafka_conf_t *conf = kafka_client_conf(&options->client, none, error, error_size);
    if (conf == NULL)
        return -EINVAL;
    rd_kafka_conf_set_opaque(conf, &checker);
    checker.handle = kafka_client_new(RD_KAFKA_PRODUCER, conf, error, error_size);
    if (checker.handle == NULL)
        return -EINVAL;
    checker.partitions = calloc(options->n_topics, sizeof *checker.partitions);
    ENSURE(checker.partitions != NULL);
    int result = check(&checker);
    free(checker.partitions);
    rd_kafka_destroy(checker.handle);
    return result;
}
