/* broker.c: see broker.h. */
#include "broker.h"

#include "encode.h"
#include "ensure.h"
#include "tool.h"
#include "yaml.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <string.h>

enum { ERROR_TEXT_MAX = 512, METADATA_TIMEOUT_MS = 10000, MESSAGE_BYTES_MAX = 20 * 1024 * 1024, POLL_MS = 100 };

/* ---- settings ---- */

static int set_property(void *context, const char *name, const char *value) {
    char error[ERROR_TEXT_MAX];
    if (rd_kafka_conf_set(context, name, value, error, sizeof error) == RD_KAFKA_CONF_OK)
        return 0;
    return tool_fail("%s", error);
}

static int need_address(const struct config *config) {
    static const char *const needed[] = {"kafka.bootstrap_servers", NULL};
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena;
    int outcome = config_require(config, needed, problems);
    yaml_problems_print(problems, stderr);
    return outcome == 0 ? TOOL_OK : TOOL_FAILED;
}

static int set_all(rd_kafka_conf_t *conf, const struct config *config, const char *const (*more)[2]) {
    int status = set_property(conf, "bootstrap.servers", config->kafka.bootstrap_servers);
    if (status == 0)
        status = set_property(conf, "client.id", "watchkeeper-tool");
    if (status == 0)
        status = set_property(conf, "socket.nagle.disable", "true");
    if (status == 0)
        status = config_kafka_properties(config, set_property, conf);
    for (; status == 0 && (*more)[0] != NULL; more++)
        status = set_property(conf, (*more)[0], (*more)[1]);
    return status;
}

/* librdkafka's own log would mix its words with ours; what matters comes by the error callback. */
static void on_error(rd_kafka_t *client, int error, const char *reason, void *context) {
    (void) context;
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        char text[ERROR_TEXT_MAX];
        (void) rd_kafka_fatal_error(client, text, sizeof text);
        (void) tool_fail("Kafka: %s", text);
    } else if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__AUTHENTICATION) {
        (void) tool_fail("Kafka: %s", reason);
    }
}

static rd_kafka_t *client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf) {
    char error[ERROR_TEXT_MAX];
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, NULL);
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof error);
    if (client == NULL) {
        rd_kafka_conf_destroy(conf);
        (void) tool_fail("Kafka: %s", error);
    }
    return client;
}

/* ---- sending ---- */

struct broker_sender {
    struct broker_sender_options options;
    rd_kafka_t *client;
    uint64_t acknowledged;
};

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *context) {
    (void) client;
    struct broker_sender *sender = context;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        sender->acknowledged++;
    else
        sender->options.failed(sender->options.context, (uint64_t) (uintptr_t) message->_private,
                               rd_kafka_err2name(message->err), rd_kafka_err2str(message->err));
}

int broker_sender_open(const struct broker_sender_options *options, struct broker_sender **ret_sender) {
    if (need_address(options->config) != TOOL_OK)
        return TOOL_FAILED;
    char timeout[16], bytes[16];
    (void) snprintf(timeout, sizeof timeout, "%d", options->timeout_ms);
    (void) snprintf(bytes, sizeof bytes, "%d", MESSAGE_BYTES_MAX);
    const char *const more[][2] = {{"partitioner", "murmur2_random"},
                                   {"enable.idempotence", "true"},
                                   {"linger.ms", "20"},
                                   {"message.timeout.ms", timeout},
                                   {"message.max.bytes", bytes},
                                   {"compression.type", "lz4"},
                                   {NULL, NULL}};
    CLEANUP(broker_sender_closep) struct broker_sender *sender = calloc(1, sizeof *sender);
    ENSURE(sender != NULL);
    sender->options = *options;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (set_all(conf, options->config, more) != 0) {
        rd_kafka_conf_destroy(conf);
        return TOOL_FAILED;
    }
    rd_kafka_conf_set_opaque(conf, sender);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    sender->client = client_new(RD_KAFKA_PRODUCER, conf);
    if (sender->client == NULL)
        return TOOL_FAILED;
    *ret_sender = TAKE(sender);
    return TOOL_OK;
}

struct broker_sender *broker_sender_close(struct broker_sender *sender) {
    if (sender != NULL && sender->client != NULL)
        rd_kafka_destroy(sender->client);
    free(sender);
    return NULL;
}

static rd_kafka_resp_err_t queue(struct broker_sender *sender, const struct broker_event *event) {
    size_t key_length = event->key == NULL ? 0 : strlen(event->key);
    return rd_kafka_producev(
        sender->client, RD_KAFKA_V_TOPIC(sender->options.topic), RD_KAFKA_V_KEY(event->key, key_length),
        RD_KAFKA_V_VALUE((void *) event->value, event->length),
        RD_KAFKA_V_HEADER("content-type", ENCODE_CONTENT_TYPE, -1), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_OPAQUE((void *) (uintptr_t) event->number), RD_KAFKA_V_END);
}

void broker_send(struct broker_sender *sender, const struct broker_event *event) {
    rd_kafka_resp_err_t error;
    while ((error = queue(sender, event)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        (void) rd_kafka_poll(sender->client, POLL_MS);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        sender->options.failed(sender->options.context, event->number, rd_kafka_err2name(error),
                               rd_kafka_err2str(error));
    (void) rd_kafka_poll(sender->client, 0);
}

void broker_flush(struct broker_sender *sender) {
    while (rd_kafka_outq_len(sender->client) > 0)
        (void) rd_kafka_flush(sender->client, POLL_MS);
}

uint64_t broker_acknowledged(const struct broker_sender *sender) {
    return sender->acknowledged;
}

/* ---- reading ---- */

struct broker_reader {
    rd_kafka_t *client;
    rd_kafka_message_t *message; /* the one handed out */
    int32_t n_partitions, n_ended;
    bool *ended; /* by partition */
    bool ends_told;
};

static int find_partitions(struct broker_reader *reader, const struct config *config, const char *topic) {
    rd_kafka_topic_t *handle = rd_kafka_topic_new(reader->client, topic, NULL);
    if (handle == NULL)
        return tool_fail("%s: %s", topic, rd_kafka_err2str(rd_kafka_last_error()));
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t error = rd_kafka_metadata(reader->client, 0, handle, &metadata, METADATA_TIMEOUT_MS);
    rd_kafka_topic_destroy(handle);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) {
        error = metadata->topics[0].err;
        reader->n_partitions = metadata->topics[0].partition_cnt;
    }
    if (metadata != NULL)
        rd_kafka_metadata_destroy(metadata);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tool_fail("cannot read the topic %s of Kafka at %s: %s; is it running, and are kafka.bootstrap_servers "
                         "and the topic's name right?",
                         topic, config->kafka.bootstrap_servers, rd_kafka_err2str(error));
    reader->ended = calloc((size_t) reader->n_partitions + 1, sizeof *reader->ended);
    ENSURE(reader->ended != NULL);
    return TOOL_OK;
}

static int assign_all(struct broker_reader *reader, const char *topic, bool from_end) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(reader->n_partitions);
    for (int32_t i = 0; i < reader->n_partitions; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset =
            from_end ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t error = rd_kafka_assign(reader->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? TOOL_OK
                                               : tool_fail("cannot read %s: %s", topic, rd_kafka_err2str(error));
}

int broker_reader_open(const struct config *config, const char *topic, bool from_end,
                       struct broker_reader **ret_reader) {
    if (need_address(config) != TOOL_OK)
        return TOOL_FAILED;
    /* A group id is required of any consumer; nothing is ever committed under it. */
    static const char *const more[][2] = {{"group.id", "watchkeeper-tool"},      {"enable.auto.commit", "false"},
                                          {"isolation.level", "read_committed"}, {"enable.partition.eof", "true"},
                                          {"auto.offset.reset", "earliest"},     {"fetch.wait.max.ms", "50"},
                                          {"allow.auto.create.topics", "false"}, {NULL, NULL}};
    CLEANUP(broker_reader_closep) struct broker_reader *reader = calloc(1, sizeof *reader);
    ENSURE(reader != NULL);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (set_all(conf, config, more) != 0) {
        rd_kafka_conf_destroy(conf);
        return TOOL_FAILED;
    }
    reader->client = client_new(RD_KAFKA_CONSUMER, conf);
    if (reader->client == NULL || rd_kafka_poll_set_consumer(reader->client) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return TOOL_FAILED;
    if (find_partitions(reader, config, topic) != TOOL_OK || assign_all(reader, topic, from_end) != TOOL_OK)
        return TOOL_FAILED;
    *ret_reader = TAKE(reader);
    return TOOL_OK;
}

static void drop_message(struct broker_reader *reader) {
    if (reader->message != NULL)
        rd_kafka_message_destroy(reader->message);
    reader->message = NULL;
}

struct broker_reader *broker_reader_close(struct broker_reader *reader) {
    if (reader == NULL)
        return NULL;
    drop_message(reader);
    if (reader->client != NULL) {
        (void) rd_kafka_assign(reader->client, NULL);
        rd_kafka_destroy(reader->client);
    }
    free(reader->ended);
    free(reader);
    return NULL;
}

static void read_headers(const rd_kafka_message_t *message, struct broker_message *ret_message) {
    rd_kafka_headers_t *headers;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    const char *name;
    const void *value;
    size_t length;
    while (ret_message->n_headers < BROKER_HEADERS_MAX &&
           rd_kafka_header_get_all(headers, ret_message->n_headers, &name, &value, &length) ==
               RD_KAFKA_RESP_ERR_NO_ERROR)
        ret_message->headers[ret_message->n_headers++] = (struct broker_header){name, value, length};
}

static void hand_out(const rd_kafka_message_t *message, struct broker_message *ret_message) {
    rd_kafka_timestamp_type_t type;
    *ret_message = (struct broker_message){
        .partition = message->partition,
        .offset = message->offset,
        .timestamp_ms = rd_kafka_message_timestamp(message, &type),
        .key = message->key,
        .key_length = message->key_len,
        .value = message->payload,
        .length = message->len,
    };
    read_headers(message, ret_message);
}

static int note_end(struct broker_reader *reader, int32_t partition) {
    if (!reader->ended[partition]) {
        reader->ended[partition] = true;
        reader->n_ended++;
    }
    return BROKER_NOTHING;
}

static int sort_out(struct broker_reader *reader, struct broker_message *ret_message) {
    const rd_kafka_message_t *message = reader->message;
    switch (message->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        hand_out(message, ret_message);
        return 0;
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        return note_end(reader, message->partition);
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR__FATAL:
        (void) tool_fail("cannot read on: %s", rd_kafka_message_errstr(message));
        return BROKER_FAILED;
    default:
        return BROKER_NOTHING; /* the client tries again by itself */
    }
}

int broker_read(struct broker_reader *reader, int timeout_ms, struct broker_message *ret_message) {
    drop_message(reader);
    if (reader->n_ended == reader->n_partitions && !reader->ends_told) {
        reader->ends_told = true;
        return BROKER_ENDS;
    }
    reader->message = rd_kafka_consumer_poll(reader->client, timeout_ms);
    return reader->message == NULL ? BROKER_NOTHING : sort_out(reader, ret_message);
}

int32_t broker_n_partitions(const struct broker_reader *reader) {
    return reader->n_partitions;
}
