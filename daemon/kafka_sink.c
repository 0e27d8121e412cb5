/* kafka_sink.c: see kafka_sink.h.
 *
 * The calls of a transactional producer block (20 ms when all is well, many seconds when the broker is away), so they
 * are made by a thread of their own: the loop hands it one batch and takes one outcome, and never waits. Errors are of
 * three kinds: tried again where librdkafka says so, aborted where it asks for that, and anything else loses the
 * producer, which is made anew. What init_transactions and commit_transaction began is resumed by calling them again.
 */
#include "kafka_sink.h"

#include "ensure.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CALL_MS = 1000, AGAIN_MS = 20, ANEW_MS = 500, QUEUE_FULL_MS = 20, CLOSE_MS = 2000 };

struct kafka_sink {
    const struct kafka_client *client; /* first: see kafka_client.c */
    struct kafka_sink_options options;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* guarded by the mutex: */
    bool wanted, ready, stopping, aborting;
    const struct sink_batch *batch;
    int outcome; /* 0 while the batch is under way */
    char error[256], shown[256];
    /* the thread's own: */
    rd_kafka_t *producer;
    rd_kafka_topic_t *topics[SINK_TOPICS];
    char delivery_error[192];
};

/* ---- the producer ---- */

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    struct kafka_sink *sink = opaque;
    (void) producer;
    bool purged = message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !purged && sink->delivery_error[0] == '\0')
        (void) snprintf(sink->delivery_error, sizeof sink->delivery_error, "a message for %s was refused: %s",
                        rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
}

static rd_kafka_conf_t *make_conf(struct kafka_sink *sink, char *error, size_t error_size) {
    char timeout[32];
    (void) snprintf(timeout, sizeof timeout, "%ld", sink->options.transaction_timeout_ms);
    const struct kafka_property more[] = {
        {"transactional.id", sink->options.transactional_id},
        {"transaction.timeout.ms", timeout},
        {"retry.backoff.ms", "2"}, /* the broker answers "concurrent transactions" while it finishes the last one */
        {"linger.ms", "1"},
        {"message.max.bytes", "67108864"}, /* what was taken can be passed on: the topic's own limit decides */
        {NULL, NULL},
    };
    rd_kafka_conf_t *conf = kafka_client_conf(&sink->options.client, more, error, error_size);
    if (conf == NULL)
        return NULL;
    rd_kafka_conf_set_opaque(conf, sink);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    return conf;
}

static void drop_producer(struct kafka_sink *sink) {
    if (sink->producer == NULL)
        return;
    for (size_t i = 0; i < SINK_TOPICS; i++)
        rd_kafka_topic_destroy(sink->topics[i]);
    rd_kafka_destroy(sink->producer);
    sink->producer = NULL;
}

static void set_error(struct kafka_sink *sink, const char *what, const char *why) {
    pthread_mutex_lock(&sink->mutex);
    (void) snprintf(sink->error, sizeof sink->error, "%s%s%s", what, *what == '\0' ? "" : ": ", why);
    pthread_mutex_unlock(&sink->mutex);
}

static bool make_producer(struct kafka_sink *sink) {
    char error[256];
    rd_kafka_conf_t *conf = make_conf(sink, error, sizeof error);
    sink->producer = conf == NULL ? NULL : kafka_client_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (sink->producer == NULL) {
        set_error(sink, "", error);
        return false;
    }
    for (size_t i = 0; i < SINK_TOPICS; i++) {
        sink->topics[i] = rd_kafka_topic_new(sink->producer, sink->options.topics[i], NULL);
        ENSURE(sink->topics[i] != NULL);
    }
    return true;
}

/* So that the first message of a topic need not wait for where its partition is. */
static void warm_up(struct kafka_sink *sink) {
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(sink->producer, 0, NULL, &metadata, CALL_MS) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(metadata);
}

/* ---- one transaction, in the thread ---- */

enum verdict { GOOD, AGAIN, ABORT, LOST };

/* Takes over the error. */
static enum verdict judge(struct kafka_sink *sink, const char *what, rd_kafka_error_t *failed) {
    if (failed == NULL)
        return GOOD;
    enum verdict verdict = LOST;
    if (rd_kafka_error_is_fatal(failed))
        verdict = LOST;
    else if (rd_kafka_error_txn_requires_abort(failed))
        verdict = ABORT;
    else if (rd_kafka_error_is_retriable(failed))
        verdict = AGAIN;
    set_error(sink, what, sink->delivery_error[0] != '\0' ? sink->delivery_error : rd_kafka_error_string(failed));
    rd_kafka_error_destroy(failed);
    return verdict;
}

static bool is_stopping(struct kafka_sink *sink) {
    pthread_mutex_lock(&sink->mutex);
    bool stopping = sink->stopping;
    pthread_mutex_unlock(&sink->mutex);
    return stopping;
}

static bool is_aborting(struct kafka_sink *sink) {
    pthread_mutex_lock(&sink->mutex);
    bool aborting = sink->aborting || sink->stopping;
    pthread_mutex_unlock(&sink->mutex);
    return aborting;
}

static void pause_ms(long ms) {
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    (void) nanosleep(&pause, NULL);
}

static rd_kafka_headers_t *make_headers(const struct sink_entry *entry) {
    rd_kafka_headers_t *headers = rd_kafka_headers_new(entry->n_headers);
    for (size_t i = 0; i < entry->n_headers; i++) {
        const struct header *header = &entry->headers[i];
        ENSURE(rd_kafka_header_add(headers, header->name, -1, header->value,
                                   header->value == NULL ? 0 : (ssize_t) header->length) == 0);
    }
    return headers;
}

static rd_kafka_resp_err_t produce_once(struct kafka_sink *sink, const struct sink_entry *entry) {
    rd_kafka_headers_t *headers = make_headers(entry);
    rd_kafka_resp_err_t code = rd_kafka_producev(
        sink->producer, RD_KAFKA_V_RKT(sink->topics[entry->topic]), RD_KAFKA_V_PARTITION(entry->partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(entry->key, entry->key_length),
        RD_KAFKA_V_VALUE((void *) entry->value, entry->value_length), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(headers);
    return code;
}

static enum verdict produce(struct kafka_sink *sink, const struct sink_entry *entry) {
    for (;;) {
        rd_kafka_resp_err_t code = produce_once(sink, entry);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return GOOD;
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL || is_aborting(sink)) {
            set_error(sink, sink->options.topics[entry->topic], rd_kafka_err2str(code));
            return code == RD_KAFKA_RESP_ERR__FATAL ? LOST : ABORT;
        }
        (void) rd_kafka_poll(sink->producer, QUEUE_FULL_MS);
    }
}

static enum verdict produce_all(struct kafka_sink *sink, const struct sink_batch *batch) {
    for (size_t i = 0; i < batch->n_entries; i++) {
        enum verdict verdict = produce(sink, &batch->entries[i]);
        if (verdict != GOOD)
            return verdict;
        if (i % 100 == 0)
            (void) rd_kafka_poll(sink->producer, 0);
    }
    return GOOD;
}

static rd_kafka_topic_partition_list_t *position_list(const struct kafka_sink *sink, const struct sink_batch *batch) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int) batch->n_commits * SOURCE_TOPICS);
    for (size_t i = 0; i < batch->n_commits; i++)
        for (size_t topic = 0; topic < SOURCE_TOPICS; topic++) {
            const struct sink_commit *commit = &batch->commits[i];
            rd_kafka_topic_partition_t *at =
                rd_kafka_topic_partition_list_add(list, sink->options.input_topics[topic], commit->partition);
            at->offset = commit->positions[topic] < 0 ? 0 : commit->positions[topic];
            at->metadata = strdup(commit->metadata); /* freed with the list */
            ENSURE(at->metadata != NULL);
            at->metadata_size = strlen(commit->metadata);
        }
    return list;
}

static rd_kafka_consumer_group_metadata_t *read_membership(struct kafka_sink *sink, const struct sink_batch *batch) {
    rd_kafka_consumer_group_metadata_t *membership = NULL;
    rd_kafka_error_t *failed =
        rd_kafka_consumer_group_metadata_read(&membership, batch->membership, batch->membership_length);
    (void) sink;
    ENSURE(failed == NULL); /* written by the same process */
    return membership;
}

static enum verdict send_positions(struct kafka_sink *sink, const struct sink_batch *batch) {
    rd_kafka_topic_partition_list_t *list = position_list(sink, batch);
    rd_kafka_consumer_group_metadata_t *membership = read_membership(sink, batch);
    enum verdict verdict = AGAIN;
    while (verdict == AGAIN && !is_aborting(sink)) {
        verdict = judge(sink, "the positions cannot be committed",
                        rd_kafka_send_offsets_to_transaction(sink->producer, list, membership, CALL_MS));
        if (verdict == AGAIN)
            pause_ms(AGAIN_MS);
    }
    rd_kafka_consumer_group_metadata_destroy(membership);
    rd_kafka_topic_partition_list_destroy(list);
    return verdict == AGAIN ? ABORT : verdict;
}

/* Whether it was committed is not known until it answers: it is asked again and again, also when an abort is wanted. */
static enum verdict commit(struct kafka_sink *sink) {
    enum verdict verdict = AGAIN;
    while (verdict == AGAIN && !is_stopping(sink))
        verdict =
            judge(sink, "a transaction cannot be committed", rd_kafka_commit_transaction(sink->producer, CALL_MS));
    return verdict == AGAIN ? LOST : verdict;
}

static enum verdict abort_transaction(struct kafka_sink *sink) {
    char why[sizeof sink->error];
    pthread_mutex_lock(&sink->mutex);
    strcpy(why, sink->error);
    pthread_mutex_unlock(&sink->mutex);
    enum verdict verdict = AGAIN;
    while (verdict == AGAIN && !is_stopping(sink))
        verdict = judge(sink, "a transaction cannot be aborted", rd_kafka_abort_transaction(sink->producer, CALL_MS));
    if (verdict == GOOD)
        set_error(sink, "", why);
    return verdict == GOOD ? ABORT : LOST;
}

static enum verdict transact(struct kafka_sink *sink, const struct sink_batch *batch) {
    sink->delivery_error[0] = '\0';
    enum verdict verdict = judge(sink, "a transaction cannot begin", rd_kafka_begin_transaction(sink->producer));
    if (verdict != GOOD)
        return LOST;
    verdict = produce_all(sink, batch);
    if (verdict == GOOD)
        verdict = send_positions(sink, batch);
    if (verdict == GOOD && is_aborting(sink))
        verdict = ABORT;
    if (verdict == GOOD)
        verdict = commit(sink);
    return verdict == ABORT ? abort_transaction(sink) : verdict;
}

/* ---- the thread ---- */

static void wake(const struct kafka_sink *sink) {
    const uint64_t one = 1;
    if (write(sink->options.event_fd, &one, sizeof one) < 0)
        return; /* the counter is full: the loop is awake already */
}

static void become_ready(struct kafka_sink *sink) {
    if (sink->producer == NULL && !make_producer(sink)) {
        pause_ms(ANEW_MS);
        return;
    }
    enum verdict verdict =
        judge(sink, "Kafka does not take the producer", rd_kafka_init_transactions(sink->producer, CALL_MS));
    if (verdict == GOOD) {
        warm_up(sink);
        set_error(sink, "", "");
        pthread_mutex_lock(&sink->mutex);
        sink->ready = true;
        pthread_mutex_unlock(&sink->mutex);
        wake(sink);
    } else if (verdict != AGAIN) {
        drop_producer(sink);
        pause_ms(ANEW_MS);
    }
}

static void serve(struct kafka_sink *sink, const struct sink_batch *batch) {
    enum verdict verdict = transact(sink, batch);
    if (verdict == LOST)
        drop_producer(sink);
    if (verdict == GOOD)
        set_error(sink, "", "");
    pthread_mutex_lock(&sink->mutex);
    sink->batch = NULL;
    sink->outcome = verdict == GOOD ? SINK_DONE : verdict == ABORT ? SINK_ABORTED : SINK_LOST;
    if (verdict == LOST)
        sink->ready = sink->wanted = false;
    pthread_mutex_unlock(&sink->mutex);
    wake(sink);
}

/* What there is to do next: a batch, or NULL for getting ready. Returns false when the thread is to end. */
static bool next_job(struct kafka_sink *sink, const struct sink_batch **ret_batch) {
    pthread_mutex_lock(&sink->mutex);
    while (!sink->stopping && sink->batch == NULL && (sink->ready || !sink->wanted))
        pthread_cond_wait(&sink->changed, &sink->mutex);
    *ret_batch = sink->batch;
    bool more = !sink->stopping;
    pthread_mutex_unlock(&sink->mutex);
    return more;
}

static void *run(void *context) {
    struct kafka_sink *sink = context;
    const struct sink_batch *batch;
    while (next_job(sink, &batch)) {
        if (batch == NULL)
            become_ready(sink);
        else
            serve(sink, batch);
    }
    return NULL;
}

int kafka_sink_open(const struct kafka_sink_options *options, struct kafka_sink **ret_sink, char *error,
                    size_t error_size) {
    struct kafka_sink *sink = calloc(1, sizeof *sink);
    ENSURE(sink != NULL);
    sink->options = *options;
    sink->client = &sink->options.client;
    rd_kafka_conf_t *conf = make_conf(sink, error, error_size); /* only to see whether it is refused */
    if (conf == NULL) {
        free(sink);
        return -EINVAL;
    }
    rd_kafka_conf_destroy(conf);
    ENSURE(pthread_mutex_init(&sink->mutex, NULL) == 0);
    ENSURE(pthread_cond_init(&sink->changed, NULL) == 0);
    ENSURE(pthread_create(&sink->thread, NULL, run, sink) == 0);
    *ret_sink = sink;
    return 0;
}

struct kafka_sink *kafka_sink_close(struct kafka_sink *sink) {
    if (sink == NULL)
        return NULL;
    pthread_mutex_lock(&sink->mutex);
    sink->stopping = true;
    pthread_cond_signal(&sink->changed);
    pthread_mutex_unlock(&sink->mutex);
    ENSURE(pthread_join(sink->thread, NULL) == 0);
    drop_producer(sink);
    pthread_cond_destroy(&sink->changed);
    pthread_mutex_destroy(&sink->mutex);
    free(sink);
    return NULL;
}

/* ---- for the loop ---- */

static int prepare(void *self) {
    struct kafka_sink *sink = self;
    pthread_mutex_lock(&sink->mutex);
    sink->wanted = true;
    bool ready = sink->ready;
    pthread_cond_signal(&sink->changed);
    pthread_mutex_unlock(&sink->mutex);
    return ready ? 0 : SINK_BUSY;
}

static void start(void *self, const struct sink_batch *batch) {
    struct kafka_sink *sink = self;
    pthread_mutex_lock(&sink->mutex);
    ENSURE(sink->ready && sink->batch == NULL && sink->outcome == 0);
    sink->batch = batch;
    sink->aborting = false;
    pthread_cond_signal(&sink->changed);
    pthread_mutex_unlock(&sink->mutex);
}

static int poll_sink(void *self) {
    struct kafka_sink *sink = self;
    pthread_mutex_lock(&sink->mutex);
    int outcome = sink->outcome != 0 ? sink->outcome : sink->batch != NULL ? SINK_BUSY : SINK_IDLE;
    sink->outcome = 0;
    pthread_mutex_unlock(&sink->mutex);
    return outcome;
}

static void abort_batch(void *self) {
    struct kafka_sink *sink = self;
    pthread_mutex_lock(&sink->mutex);
    sink->aborting = true;
    pthread_mutex_unlock(&sink->mutex);
}

static const char *error_text(void *self) {
    struct kafka_sink *sink = self;
    pthread_mutex_lock(&sink->mutex);
    strcpy(sink->shown, sink->error);
    pthread_mutex_unlock(&sink->mutex);
    return sink->shown[0] == '\0' ? NULL : sink->shown;
}

struct sink kafka_sink_ops(struct kafka_sink *sink) {
    static const struct sink_ops ops = {
        .prepare = prepare, .start = start, .poll = poll_sink, .abort = abort_batch, .error = error_text};
    return (struct sink){&ops, sink};
}
