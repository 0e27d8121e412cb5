/* broker.h: Kafka for the tool: sending lines, and reading a topic from its beginning or end without joining a group.
 *
 * The tool's one place that includes librdkafka. */
#ifndef WATCHKEEPER_BROKER_H
#define WATCHKEEPER_BROKER_H

#include "config.h"
#include "result.h"

#include <stddef.h>
#include <stdint.h>

/* ---- sending ---- */

struct broker_sender;
struct broker_sender_options {
    const struct config *config;
    const char *topic;
    int timeout_ms; /* a message that is not acknowledged within it has failed */
    /* One call for each message that was not delivered, with the number given to broker_send(). */
    void (*failed)(void *context, uint64_t number, const char *name, const char *text);
    void *context;
};
/* Keys are hashed by murmur2 as Java clients do; messages without a key go anywhere. Tells what is wrong; returns
 * TOOL_OK or TOOL_FAILED. */
MUST_CHECK int broker_sender_open(const struct broker_sender_options *options, struct broker_sender **ret_sender);
struct broker_sender *broker_sender_close(struct broker_sender *sender); /* takes NULL, returns NULL */
static inline void broker_sender_closep(struct broker_sender **sender) {
    (void) broker_sender_close(*sender);
}

struct broker_event {
    const char *key; /* NULL: none */
    const char *value;
    size_t length;
    uint64_t number;
};
/* Queues a structured CloudEvent (copied), waiting while the queue is full. What cannot be queued is told to `failed`.
 */
void broker_send(struct broker_sender *sender, const struct broker_event *event);
/* Waits until every message is acknowledged or has failed. */
void broker_flush(struct broker_sender *sender);
uint64_t broker_acknowledged(const struct broker_sender *sender);

/* ---- reading ---- */

struct broker_header {
    const char *name;
    const char *value; /* not terminated; NULL with length 0 */
    size_t length;
};
enum { BROKER_HEADERS_MAX = 64 };
struct broker_message {
    int32_t partition;
    int64_t offset, timestamp_ms; /* timestamp -1: none */
    const char *key, *value;      /* NULL: none; value NULL is a tombstone */
    size_t key_length, length;
    size_t n_headers;
    struct broker_header headers[BROKER_HEADERS_MAX];
};

struct broker_reader;
/* Committed messages only. Tells what is wrong (no such topic, no broker); returns TOOL_OK or TOOL_FAILED. */
MUST_CHECK int broker_reader_open(const struct config *config, const char *topic, bool from_end,
                                  struct broker_reader **ret_reader);
struct broker_reader *broker_reader_close(struct broker_reader *reader); /* takes NULL, returns NULL */
static inline void broker_reader_closep(struct broker_reader **reader) {
    (void) broker_reader_close(*reader);
}

enum broker_outcome {
    BROKER_NOTHING = 1, /* within the time */
    BROKER_ENDS,        /* every partition has been read to its end once; told once */
    BROKER_FAILED,      /* cannot go on; told on stderr */
};
/* The message is valid until the next call. Returns 0 or enum broker_outcome. */
MUST_CHECK int broker_read(struct broker_reader *reader, int timeout_ms, struct broker_message *ret_message);
int32_t broker_n_partitions(const struct broker_reader *reader);

#endif
