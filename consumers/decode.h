/* decode.h: one CloudEvent to one fact (R44).
 *
 * Structured mode is the JSON text of a whole event (also a line of a file); binary mode is the headers and the data
 * apart. Parses once, never logs; strings of the fact live in the arena. */
#ifndef WATCHKEEPER_DECODE_H
#define WATCHKEEPER_DECODE_H

#include "arena.h"
#include "fact.h"
#include "header.h"

struct zone;

enum decode_outcome {
    DECODE_OK = 0,
    DECODE_TOO_LARGE,
    DECODE_NOT_JSON,
    DECODE_BAD_ENVELOPE,
    DECODE_BAD_DATE,
    DECODE_UNKNOWN_TYPE,
    DECODE_BAD_SUBJECT,
    DECODE_MISSING_FIELD,
    DECODE_BAD_VALUE,
    DECODE_END_BEFORE_START,
};
const char *decode_class(int outcome); /* "too_large"; the error class of the dead letter */

enum {
    DECODE_SIZE_MAX = 1024 * 1024, /* bytes: of a text, of a message with its headers: too_large */
    DECODE_HEADERS_MAX = 1000,     /* too_large */
    DECODE_SOURCE_MAX = 512,       /* characters: bad_envelope */
    DECODE_TEXT_MAX = 512,         /* characters of a code, a reference or a text whose type has no bound: bad_value */
    DECODE_LIST_MAX = 100,         /* elements: bad_value */
};

struct decoded {
    const char *subject; /* "child/CE-1" */
    struct fact fact;
};
struct refusal {
    const char *message; /* what is wrong and what was expected; never the value of a field */
    const char *path;    /* JSON path in the document, "$.data.occurred_at"; "" for the whole */
};

struct decode_context {
    const struct catalogue *catalogue;
    const struct zone *zone;
};

/* Returns 0 with *ret_decoded, or enum decode_outcome with *ret_refusal. */
MUST_CHECK int decode_structured(const struct decode_context *context, const char *text, size_t length,
                                 struct arena *arena, struct decoded *ret_decoded, struct refusal *ret_refusal);

MUST_CHECK int decode_binary(const struct decode_context *context, const struct header *headers, size_t n_headers,
                             const char *data, size_t length, struct arena *arena, struct decoded *ret_decoded,
                             struct refusal *ret_refusal);

/* Chooses by the content-type header: application/cloudevents+json is structured; any other with ce_specversion is
 * binary; without either header, structured is tried. A wrong content type is DECODE_BAD_ENVELOPE. */
MUST_CHECK int decode_message(const struct decode_context *context, const struct header *headers, size_t n_headers,
                              const char *value, size_t length, struct arena *arena, struct decoded *ret_decoded,
                              struct refusal *ret_refusal);

#endif
