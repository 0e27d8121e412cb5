/* kafka_latest.c: see kafka_latest.h. The consumer lives only while there is something to read. */
#include "kafka_latest.h"

#include "ensure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READINGS_MAX = 1024 * SOURCE_TABLES };

struct wanted {
    enum source_table table;
    int32_t partition;
    uint64_t ticket;
};

struct kafka_latest {
    const struct kafka_client *client; /* first: see kafka_client.c */
    char *group_id, *topics[SOURCE_TABLES];
    int event_fd;
    rd_kafka_t *consumer;
    rd_kafka_message_t *given;
    struct wanted wanted[READINGS_MAX]; /* the first one is being read */
    size_t n_wanted;
};

struct kafka_latest *kafka_latest_new(const struct kafka_client *client, const char *group_id,
                                      const char *const topics[SOURCE_TABLES], int event_fd) {
    struct kafka_latest *latest = calloc(1, sizeof *latest);
    ENSURE(latest != NULL);
    latest->client = client;
    latest->event_fd = event_fd;
    for (size_t i = 0; i < SOURCE_TABLES; i++) {
        latest->topics[i] = strdup(topics[i]);
        ENSURE(latest->topics[i] != NULL);
    }
    ENSURE(asprintf(&latest->group_id, "%s-latest", group_id) > 0);
    return latest;
}

static void drop_message(struct kafka_latest *latest) {
    if (latest->given != NULL)
        rd_kafka_message_destroy(latest->given);
    latest->given = NULL;
}

static void close_consumer(struct kafka_latest *latest) {
    drop_message(latest);
    if (latest->consumer == NULL)
        return;
    (void) rd_kafka_consumer_close(latest->consumer);
    rd_kafka_destroy(latest->consumer);
    latest->consumer = NULL;
}

struct kafka_latest *kafka_latest_free(struct kafka_latest *latest) {
    if (latest == NULL)
        return NULL;
    close_consumer(latest);
    free(latest->group_id);
    for (size_t i = 0; i < SOURCE_TABLES; i++)
        free(latest->topics[i]);
    free(latest);
    return NULL;
}

/* The settings are those of the group's consumer, which was made before; so this cannot be refused. */
static void open_consumer(struct kafka_latest *latest) {
    char error[256];
    const struct kafka_property more[] = {
        {"group.id", latest->group_id},
        {"enable.auto.commit", "false"},
        {"enable.partition.eof", "true"},
        {"isolation.level", "read_committed"},
        {"auto.offset.reset", "earliest"},
        {"fetch.wait.max.ms", "10"},
        {NULL, NULL},
    };
    rd_kafka_conf_t *conf = kafka_client_conf(latest->client, more, error, sizeof error);
    ENSURE(conf != NULL);
    rd_kafka_conf_set_opaque(conf, latest);
    latest->consumer = kafka_client_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    ENSURE(latest->consumer != NULL);
    (void) rd_kafka_poll_set_consumer(latest->consumer);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(latest->consumer);
    static const uint64_t one = 1;
    rd_kafka_queue_io_event_enable(queue, latest->event_fd, &one, sizeof one);
    rd_kafka_queue_destroy(queue);
}

/* A consumer of its own for each reading: one that is given another partition waits up to a second for its broker
 * thread to let go of the last one, and may still give what it has fetched of it. */
static void read_first(struct kafka_latest *latest) {
    close_consumer(latest);
    if (latest->n_wanted == 0)
        return;
    open_consumer(latest);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    const struct wanted *first = &latest->wanted[0];
    /* Where the beginning is would be asked half a second later, because the leader is not known yet. Offset 0 is read
     * at once; where the topic no longer has it, it is reset to the earliest. */
    rd_kafka_topic_partition_list_add(list, latest->topics[first->table], first->partition)->offset = 0;
    (void) rd_kafka_assign(latest->consumer, list); /* fails only on a fatal error, which a plain consumer has not */
    rd_kafka_topic_partition_list_destroy(list);
}

static void read_again(struct kafka_latest *latest, size_t place, uint64_t ticket) {
    latest->wanted[place].ticket = ticket;
    if (place == 0)
        read_first(latest);
}

void kafka_latest_read(struct kafka_latest *latest, enum source_table table, int32_t partition, uint64_t ticket) {
    for (size_t i = 0; i < latest->n_wanted; i++)
        if (latest->wanted[i].table == table && latest->wanted[i].partition == partition) {
            read_again(latest, i, ticket);
            return;
        }
    ENSURE(latest->n_wanted < READINGS_MAX);
    latest->wanted[latest->n_wanted++] = (struct wanted){table, partition, ticket};
    if (latest->n_wanted == 1)
        read_first(latest);
}

void kafka_latest_clear(struct kafka_latest *latest) {
    latest->n_wanted = 0;
    close_consumer(latest);
}

static void next_partition(struct kafka_latest *latest) {
    latest->n_wanted--;
    memmove(latest->wanted, latest->wanted + 1, latest->n_wanted * sizeof *latest->wanted);
    read_first(latest);
}

static struct message to_message(const rd_kafka_message_t *from) {
    return (struct message){
        .partition = from->partition,
        .offset = from->offset,
        .key = from->key,
        .key_length = from->key_len,
        .value = from->payload,
        .value_length = from->len,
    };
}

/* Behind the end that a read_committed reader is told of may lie statements of ours: while somebody else's transaction
 * is open (one that is frozen, say) nothing behind its first message is given. It ends within its timeout; then the end
 * is told again. */
static bool is_whole(const struct kafka_latest *latest, const rd_kafka_message_t *end) {
    int64_t low = 0, high = 0;
    rd_kafka_resp_err_t code =
        rd_kafka_get_watermark_offsets(latest->consumer, rd_kafka_topic_name(end->rkt), end->partition, &low, &high);
    return code != RD_KAFKA_RESP_ERR_NO_ERROR || high <= end->offset;
}

static bool is_of_first(const struct kafka_latest *latest, const rd_kafka_message_t *message) {
    const struct wanted *first = &latest->wanted[0];
    return message->rkt != NULL && message->partition == first->partition &&
           strcmp(rd_kafka_topic_name(message->rkt), latest->topics[first->table]) == 0;
}

int kafka_latest_poll(struct kafka_latest *latest, struct source_event *ret_event) {
    while (latest->n_wanted > 0) {
        drop_message(latest);
        rd_kafka_message_t *message = latest->given = rd_kafka_consumer_poll(latest->consumer, 0);
        if (message == NULL)
            return SOURCE_NOTHING;
        bool of_first = is_of_first(latest, message);
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && of_first) {
            *ret_event = (struct source_event){
                .kind = SOURCE_LATEST, .ticket = latest->wanted[0].ticket, .of.message = to_message(message)};
            return 0;
        }
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && of_first && is_whole(latest, message)) {
            *ret_event = (struct source_event){
                .kind = SOURCE_LATEST_END, .ticket = latest->wanted[0].ticket, .of.partition = message->partition};
            next_partition(latest);
            return 0;
        }
    }
    return SOURCE_NOTHING;
}
