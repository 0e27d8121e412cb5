/* deadletter.h: what a message on care.deadletter looks like.
 *
 * Key, value and headers are those of the message that could not be read, byte for byte; added are the header names
 * that Kafka Connect uses for its dead letters (`__connect.errors.*`, KIP-298), so that existing tools read them, and
 * `watchkeeper.error.class` and `.path` for what Connect has no name for. */
#ifndef WATCHKEEPER_DEADLETTER_H
#define WATCHKEEPER_DEADLETTER_H

#include "arena.h"
#include "source.h"

struct deadletter {
    const struct message *message;
    const char *topic;         /* its own name */
    const char *error_class;   /* "bad_date" */
    const char *error_message; /* never a value of a field */
    const char *path;          /* "$.data.occurred_at" */
};

enum { DEADLETTER_HEADERS = 8 };
/* The original headers and then ours; the array lives in the arena, the original values stay where they are. */
const struct header *deadletter_headers(const struct deadletter *deadletter, struct arena *arena, size_t *ret_count);

#endif
