/* kafka_source.c: see kafka_source.h.
 *
 * Hard cases. Rebalances are eager and done in order: librdkafka calls back from poll(), we only note what it wants,
 * and a revocation is acknowledged (rd_kafka_assign of nothing) when the pipeline has aborted its transaction and says
 * release(). A partition is paused from its assignment until start() has set it to the position in the store: seeking
 * bumps librdkafka's version of the partition, so that nothing fetched before is given out. Control records of
 * transactions move the end without a message: the end-of-partition event carries the position then. */
#include "kafka_source.h"

#include "ensure.h"
#include "kafka_asker.h"
#include "kafka_latest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEK_TIMEOUT_MS = 1000, METADATA_TIMEOUT_MS = 2000, PARTITIONS_MAX = 1024 };

enum change { NO_CHANGE, ASSIGN, REVOKE };

struct kafka_source {
    const struct kafka_client *client; /* first: see kafka_client.c */
    struct kafka_source_options options;
    rd_kafka_t *consumer;
    struct kafka_asker *ends, *committed; /* the latter may wait for long */
    struct kafka_latest *latest;
    rd_kafka_message_t *given;
    struct header *headers; /* of the message given */
    size_t headers_capacity;
    enum change change; /* noted in the callback, given out by the next poll */
    bool assigned, foreign, latest_next;
    bool latest_first;   /* whose turn it is */
    bool unassign_waits; /* the group waits for release() */
    int32_t *partitions; /* held, with whether each has been started */
    bool *started;
    size_t n_partitions;
    int32_t partitions_total;
    void *membership;
    size_t membership_length;
    bool broker_down, down_told;
    char broker_error[256], error[512];
    uint64_t not_kept_tickets[PARTITIONS_MAX]; /* of questions that wait, when commits are not kept; 0: none */
};

/* ---- rebalances ---- */

static int find(const struct kafka_source *source, int32_t partition) {
    for (size_t i = 0; i < source->n_partitions; i++)
        if (source->partitions[i] == partition)
            return (int) i;
    return -1;
}

static void forget_partitions(struct kafka_source *source) {
    free(source->partitions);
    free(source->started);
    source->partitions = NULL;
    source->started = NULL;
    source->n_partitions = 0;
    kafka_asker_clear(source->ends);
    kafka_asker_clear(source->committed);
    kafka_latest_clear(source->latest);
    memset(source->not_kept_tickets, 0, sizeof source->not_kept_tickets);
}

/* A static member that comes back with other topics may be given its former assignment until the session times out. */
static void refuse_foreign(struct kafka_source *source, const rd_kafka_topic_partition_list_t *list) {
    for (int i = 0; i < list->cnt; i++) {
        const char *topic = list->elems[i].topic;
        if (strcmp(topic, source->options.topics[SOURCE_EVENTS]) == 0 ||
            strcmp(topic, source->options.topics[SOURCE_LINKS]) == 0)
            continue;
        source->foreign = true;
        (void) snprintf(
            source->error, sizeof source->error,
            "the group %s still gives this member the topic %s of a former configuration; start again after "
            "kafka.session_timeout_ms, or use another kafka.group_id",
            source->options.group_id, topic);
    }
}

/* The range assignor gives partition N of each topic to the same member; anything else would tear the state apart. */
static void note_partitions(struct kafka_source *source, const rd_kafka_topic_partition_list_t *list) {
    forget_partitions(source);
    source->partitions = calloc((size_t) list->cnt + 1, sizeof *source->partitions);
    source->started = calloc((size_t) list->cnt + 1, sizeof *source->started);
    ENSURE(source->partitions != NULL && source->started != NULL);
    for (int i = 0; i < list->cnt; i++)
        if (strcmp(list->elems[i].topic, source->options.topics[SOURCE_EVENTS]) == 0 &&
            rd_kafka_topic_partition_list_find(list, source->options.topics[SOURCE_LINKS], list->elems[i].partition))
            source->partitions[source->n_partitions++] = list->elems[i].partition;
}

static void take_assignment(struct kafka_source *source, rd_kafka_topic_partition_list_t *list) {
    refuse_foreign(source, list);
    note_partitions(source, list);
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = 0; /* any place: it is paused until start() */
    (void) rd_kafka_assign(source->consumer, list);
    (void) rd_kafka_pause_partitions(source->consumer, list);
    source->change = ASSIGN;
}

static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list,
                         void *opaque) {
    struct kafka_source *source = opaque;
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        take_assignment(source, list);
        return;
    }
    if (source->n_partitions > 0)
        (void) rd_kafka_pause_partitions(consumer, list);
    for (size_t i = 0; i < source->n_partitions; i++)
        source->started[i] = false;
    if (source->assigned) {
        source->unassign_waits = true;
        source->change = REVOKE;
        return;
    }
    source->change = NO_CHANGE; /* nobody was told of the assignment */
    forget_partitions(source);
    (void) rd_kafka_assign(consumer, NULL);
}

static void on_error(rd_kafka_t *consumer, int code, const char *reason, void *opaque) {
    struct kafka_source *source = opaque;
    (void) consumer;
    if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        return; /* single brokers come and go; fatal errors come out of poll */
    source->broker_down = true;
    (void) snprintf(source->broker_error, sizeof source->broker_error, "cannot reach Kafka at %s: %s",
                    source->options.client.bootstrap_servers, reason);
}

/* ---- opening and closing ---- */

static rd_kafka_conf_t *make_conf(const struct kafka_source_options *options, char *error, size_t error_size) {
    char session[32];
    (void) snprintf(session, sizeof session, "%ld", options->session_timeout_ms);
    const struct kafka_property more[] = {
        {"group.id", options->group_id},
        {"partition.assignment.strategy", "range"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"enable.partition.eof", "true"},
        {"isolation.level", "read_committed"},
        {"auto.offset.reset", "earliest"},
        {"fetch.wait.max.ms", "50"},
        {"fetch.error.backoff.ms", "50"},
        {"queued.max.messages.kbytes", "16384"},
        {"session.timeout.ms", session},
        {options->group_instance_id == NULL ? NULL : "group.instance.id", options->group_instance_id},
        {NULL, NULL},
    };
    return kafka_client_conf(&options->client, more, error, error_size);
}

static int subscribe(struct kafka_source *source) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(SOURCE_TOPICS);
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        (void) rd_kafka_topic_partition_list_add(list, source->options.topics[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(source->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : -EINVAL;
}

static void wake_by(struct kafka_source *source) {
    static const uint64_t one = 1;
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(source->consumer);
    rd_kafka_queue_io_event_enable(queue, source->options.event_fd, &one, sizeof one);
    rd_kafka_queue_destroy(queue);
}

int kafka_source_open(const struct kafka_source_options *options, struct kafka_source **ret_source, char *error,
                      size_t error_size) {
    rd_kafka_conf_t *conf = make_conf(options, error, error_size);
    if (conf == NULL)
        return -EINVAL;
    struct kafka_source *source = calloc(1, sizeof *source);
    ENSURE(source != NULL);
    source->options = *options;
    source->client = &source->options.client;
    rd_kafka_conf_set_opaque(conf, source);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_error_cb(conf, on_error);
    source->consumer = kafka_client_new(RD_KAFKA_CONSUMER, conf, error, error_size);
    if (source->consumer == NULL) {
        free(source);
        return -EINVAL;
    }
    (void) rd_kafka_poll_set_consumer(source->consumer);
    wake_by(source);
    source->ends = kafka_asker_new(source->consumer, options->topics, options->event_fd);
    source->committed = kafka_asker_new(source->consumer, options->topics, options->event_fd);
    source->latest = kafka_latest_new(source->client, options->group_id, options->table_topics, options->event_fd);
    if (subscribe(source) != 0) {
        (void) snprintf(error, error_size, "the group cannot subscribe to %s", options->topics[SOURCE_EVENTS]);
        (void) kafka_source_close(source);
        return -EINVAL;
    }
    *ret_source = source;
    return 0;
}

static void drop_message(struct kafka_source *source) {
    if (source->given != NULL)
        rd_kafka_message_destroy(source->given);
    source->given = NULL;
}

struct kafka_source *kafka_source_close(struct kafka_source *source) {
    if (source == NULL)
        return NULL;
    drop_message(source);
    source->assigned = false; /* so that the revocation on the way out is acknowledged at once */
    if (source->unassign_waits)
        (void) rd_kafka_assign(source->consumer, NULL);
    (void) rd_kafka_consumer_close(source->consumer);
    forget_partitions(source);
    source->ends = kafka_asker_free(source->ends);
    source->committed = kafka_asker_free(source->committed);
    source->latest = kafka_latest_free(source->latest);
    rd_kafka_destroy(source->consumer);
    if (source->membership != NULL)
        rd_kafka_mem_free(NULL, source->membership);
    free(source->headers);
    free(source);
    return NULL;
}

/* ---- events ---- */

static bool take_membership(struct kafka_source *source) {
    if (source->membership != NULL)
        rd_kafka_mem_free(NULL, source->membership);
    source->membership = NULL;
    rd_kafka_consumer_group_metadata_t *metadata = rd_kafka_consumer_group_metadata(source->consumer);
    if (metadata == NULL)
        return false;
    rd_kafka_error_t *failed =
        rd_kafka_consumer_group_metadata_write(metadata, &source->membership, &source->membership_length);
    rd_kafka_consumer_group_metadata_destroy(metadata);
    if (failed != NULL)
        rd_kafka_error_destroy(failed);
    return source->membership != NULL;
}

/* From the cache after the first time: the client knows the topics it consumes. */
static bool take_total(struct kafka_source *source) {
    rd_kafka_topic_t *topic = rd_kafka_topic_new(source->consumer, source->options.topics[SOURCE_EVENTS], NULL);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t code = rd_kafka_metadata(source->consumer, 0, topic, &metadata, METADATA_TIMEOUT_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        source->partitions_total = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR && source->partitions_total > 0;
}

static int give_change(struct kafka_source *source, struct source_event *ret_event) {
    if (source->change == REVOKE) {
        source->change = NO_CHANGE;
        source->assigned = false;
        *ret_event = (struct source_event){.kind = SOURCE_REVOKED};
        return 0;
    }
    if (!take_membership(source) || !take_total(source))
        return SOURCE_NOTHING; /* the next poll tries again */
    source->change = NO_CHANGE;
    source->assigned = true;
    *ret_event = (struct source_event){.kind = SOURCE_ASSIGNED};
    ret_event->of.assigned =
        (struct source_assigned){source->n_partitions, source->partitions, source->partitions_total, source->membership,
                                 source->membership_length};
    return 0;
}

static int give_broker(struct kafka_source *source, struct source_event *ret_event) {
    source->down_told = source->broker_down;
    *ret_event = (struct source_event){.kind = source->broker_down ? SOURCE_BROKER_DOWN : SOURCE_BROKER_UP};
    ret_event->of.error = source->broker_error;
    return 0;
}

static int give_answer(struct kafka_source *source, struct source_event *ret_event) {
    if (kafka_asker_poll(source->committed, ret_event) == 0)
        return 0;
    if (kafka_asker_poll(source->ends, ret_event) != 0)
        return SOURCE_NOTHING;
    char why[256];
    const char *error = kafka_asker_error(source->ends, why, sizeof why);
    source->broker_down = error != NULL;
    if (error != NULL)
        (void) snprintf(source->broker_error, sizeof source->broker_error, "%s", error);
    return 0;
}

static int give_not_kept(struct kafka_source *source, struct source_event *ret_event) {
    for (int32_t i = 0; i < PARTITIONS_MAX; i++)
        if (source->not_kept_tickets[i] != 0) {
            *ret_event = (struct source_event){.kind = SOURCE_COMMITTED, .ticket = source->not_kept_tickets[i]};
            source->not_kept_tickets[i] = 0;
            ret_event->of.committed = (struct source_committed){.partition = i, .metadata = ""};
            return 0;
        }
    return SOURCE_NOTHING;
}

/* ---- messages ---- */

static void make_room_for_headers(struct kafka_source *source, size_t count) {
    if (count <= source->headers_capacity)
        return;
    source->headers = reallocarray(source->headers, count, sizeof *source->headers);
    ENSURE(source->headers != NULL);
    source->headers_capacity = count;
}

static size_t take_headers(struct kafka_source *source, const rd_kafka_message_t *message) {
    rd_kafka_headers_t *headers;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    size_t count = rd_kafka_header_cnt(headers);
    make_room_for_headers(source, count);
    for (size_t i = 0; i < count; i++) {
        const void *value = NULL;
        struct header *header = &source->headers[i];
        (void) rd_kafka_header_get_all(headers, i, &header->name, &value, &header->length);
        header->value = value;
    }
    return count;
}

static enum source_topic topic_of(const struct kafka_source *source, const rd_kafka_message_t *message) {
    bool links = strcmp(rd_kafka_topic_name(message->rkt), source->options.topics[SOURCE_LINKS]) == 0;
    return links ? SOURCE_LINKS : SOURCE_EVENTS;
}

static void give_message(struct kafka_source *source, const rd_kafka_message_t *message,
                         struct source_event *ret_event) {
    *ret_event = (struct source_event){.kind = SOURCE_MESSAGE};
    ret_event->of.message = (struct message){
        .topic = topic_of(source, message),
        .partition = message->partition,
        .offset = message->offset,
        .key = message->key,
        .key_length = message->key_len,
        .value = message->payload,
        .value_length = message->len,
        .n_headers = take_headers(source, message),
        .headers = source->headers,
    };
}

static bool is_fatal(struct kafka_source *source) {
    char why[256];
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(source->consumer, why, sizeof why);
    bool fenced = code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        (void) snprintf(source->error, sizeof source->error, "the Kafka consumer cannot go on: %s%s", why,
                        fenced ? "; give each daemon a kafka.group_instance_id of its own" : "; restart the daemon");
    return code != RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Returns 0 with an event, SOURCE_NOTHING when this was none, or -errno. */
static int give(struct kafka_source *source, const rd_kafka_message_t *message, struct source_event *ret_event) {
    if (message->err == RD_KAFKA_RESP_ERR__FATAL && is_fatal(source))
        return -EIO;
    if (message->rkt == NULL)
        return SOURCE_NOTHING;
    int place = find(source, message->partition);
    if (place < 0 || !source->started[place])
        return SOURCE_NOTHING;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        give_message(source, message, ret_event);
        return 0;
    }
    if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return SOURCE_NOTHING; /* librdkafka tries again by itself */
    *ret_event = (struct source_event){.kind = SOURCE_REACHED};
    ret_event->of.reached.topic = topic_of(source, message);
    ret_event->of.reached.partition = message->partition;
    ret_event->of.reached.position = message->offset;
    return 0;
}

static int poll_messages(struct kafka_source *source, struct source_event *ret_event) {
    for (;;) {
        drop_message(source);
        source->given = rd_kafka_consumer_poll(source->consumer, 0);
        if (source->change != NO_CHANGE)
            return give_change(source, ret_event);
        if (source->given == NULL)
            return SOURCE_NOTHING;
        int outcome = give(source, source->given, ret_event);
        if (outcome != SOURCE_NOTHING)
            return outcome;
    }
}

static int poll_source(void *self, struct source_event *ret_event) {
    struct kafka_source *source = self;
    if (source->foreign)
        return -EINVAL;
    if (source->change != NO_CHANGE) {
        int outcome = give_change(source, ret_event);
        if (outcome == 0)
            return 0;
    }
    if (source->broker_down != source->down_told)
        return give_broker(source, ret_event);
    if (give_answer(source, ret_event) == 0 || give_not_kept(source, ret_event) == 0)
        return 0;
    source->latest_next = !source->latest_next; /* it may be long: events take turns with it */
    if (source->latest_next && kafka_latest_poll(source->latest, ret_event) == 0)
        return 0;
    int outcome = poll_messages(source, ret_event);
    return outcome == SOURCE_NOTHING ? kafka_latest_poll(source->latest, ret_event) : outcome;
}

/* ---- what the pipeline asks ---- */

static void ask_ends(void *self, struct instant now) {
    struct kafka_source *source = self;
    kafka_asker_ends(source->ends, now, source->partitions, source->n_partitions);
}

static void ask_committed(void *self, int32_t partition, uint64_t ticket) {
    struct kafka_source *source = self;
    if (source->options.commits_are_kept)
        kafka_asker_committed(source->committed, partition, ticket);
    else
        source->not_kept_tickets[partition] = ticket;
}

static rd_kafka_topic_partition_list_t *both_topics(const struct kafka_source *source, int32_t partition,
                                                    const int64_t *positions) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(SOURCE_TOPICS);
    for (size_t i = 0; i < SOURCE_TOPICS; i++) {
        rd_kafka_topic_partition_t *at = rd_kafka_topic_partition_list_add(list, source->options.topics[i], partition);
        if (positions != NULL)
            at->offset = positions[i] == SOURCE_BEGINNING ? RD_KAFKA_OFFSET_BEGINNING : positions[i];
    }
    return list;
}

static bool all_good(const rd_kafka_topic_partition_list_t *list) {
    for (int i = 0; i < list->cnt; i++)
        if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return false;
    return true;
}

static int start(void *self, int32_t partition, const int64_t positions[SOURCE_TOPICS]) {
    struct kafka_source *source = self;
    int place = find(source, partition);
    if (place < 0)
        return SOURCE_BUSY;
    rd_kafka_topic_partition_list_t *list = both_topics(source, partition, positions);
    rd_kafka_error_t *failed = rd_kafka_seek_partitions(source->consumer, list, SEEK_TIMEOUT_MS);
    bool good = failed == NULL && all_good(list);
    if (failed != NULL)
        rd_kafka_error_destroy(failed);
    if (good)
        good = rd_kafka_resume_partitions(source->consumer, list) == RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_partition_list_destroy(list);
    source->started[place] = good;
    return good ? 0 : SOURCE_BUSY;
}

static void stop(void *self, int32_t partition) {
    struct kafka_source *source = self;
    int place = find(source, partition);
    if (place < 0)
        return;
    source->started[place] = false;
    rd_kafka_topic_partition_list_t *list = both_topics(source, partition, NULL);
    (void) rd_kafka_pause_partitions(source->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
}

static void read_table(void *self, enum source_table table, int32_t partition, uint64_t ticket) {
    struct kafka_source *source = self;
    kafka_latest_read(source->latest, table, partition, ticket);
}

static void release(void *self) {
    struct kafka_source *source = self;
    if (!source->unassign_waits)
        return;
    source->unassign_waits = false;
    forget_partitions(source);
    (void) rd_kafka_assign(source->consumer, NULL);
}

static const char *error_text(void *self) {
    const struct kafka_source *source = self;
    return source->error;
}

struct source kafka_source_ops(struct kafka_source *source) {
    static const struct source_ops ops = {
        .poll = poll_source,
        .ask_ends = ask_ends,
        .ask_committed = ask_committed,
        .start = start,
        .stop = stop,
        .read_table = read_table,
        .release = release,
        .error = error_text,
    };
    return (struct source){&ops, source};
}
