/* record_codec.h: a fact as it is kept in the store: one compact JSON object, part of the public layout
 * (redis-layout.md).
 *
 * Local days and symbols are worked out anew when reading, so that a new calendar or catalogue also holds for old
 * facts. */
#ifndef WATCHKEEPER_RECORD_CODEC_H
#define WATCHKEEPER_RECORD_CODEC_H

#include "decode.h"

/* The text lives in the arena. */
const char *record_codec_encode(const struct catalogue *catalogue, const struct fact *fact, struct arena *arena,
                                size_t *ret_length);

/* The CloudEvent from which the fact was decoded, as far as it was kept; in structured mode, about that subject. */
const char *record_codec_event(const struct catalogue *catalogue, const struct fact *fact, const char *subject,
                               struct arena *arena, size_t *ret_length);

enum record_codec_outcome {
    RECORD_CODEC_NOT_OURS = 1, /* not the JSON that we write */
    RECORD_CODEC_UNKNOWN_TYPE, /* a type that the catalogue does not have (any more) */
};
/* Strings live in the arena. Fields that the catalogue does not know are left out. Returns 0 or enum
 * record_codec_outcome. */
MUST_CHECK int record_codec_decode(const struct decode_context *context, const char *json, size_t length,
                                   struct arena *arena, struct fact *ret_fact);

#endif
