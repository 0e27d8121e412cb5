/* deadletter.c: see deadletter.h. Numbers are decimal texts, as Connect writes them. */
#include "deadletter.h"

#include <inttypes.h>
#include <string.h>

static void add(struct header **at, const char *name, const char *text) {
    *(*at)++ = (struct header){name, text, strlen(text)};
}

const struct header *deadletter_headers(const struct deadletter *deadletter, struct arena *arena, size_t *ret_count) {
    const struct message *message = deadletter->message;
    struct header *headers = ARENA_ARRAY(arena, struct header, message->n_headers + DEADLETTER_HEADERS);
    struct header *at = headers;
    for (size_t i = 0; i < message->n_headers; i++)
        *at++ = message->headers[i];
    add(&at, "__connect.errors.topic", arena_strdup(arena, deadletter->topic));
    add(&at, "__connect.errors.partition", arena_printf(arena, "%" PRId32, message->partition));
    add(&at, "__connect.errors.offset", arena_printf(arena, "%" PRId64, message->offset));
    add(&at, "__connect.errors.stage", "VALUE_CONVERTER");
    add(&at, "__connect.errors.exception.class.name", arena_strdup(arena, deadletter->error_class));
    add(&at, "__connect.errors.exception.message", arena_strdup(arena, deadletter->error_message));
    add(&at, "watchkeeper.error.class", arena_strdup(arena, deadletter->error_class));
    add(&at, "watchkeeper.error.path", arena_strdup(arena, deadletter->path));
    *ret_count = (size_t) (at - headers);
    return headers;
}
