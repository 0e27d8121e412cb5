/* decoding.h: what the parts of decoding one event hand to each other; see decode.h for the contract. */
#ifndef WATCHKEEPER_DECODING_H
#define WATCHKEEPER_DECODING_H

#include "decode.h"

struct decoding {
    const struct decode_context *context;
    struct arena *arena;
    struct refusal refusal; /* set once an outcome other than 0 is returned */
};

/* Notes why, and returns the outcome. The message and the path are formatted or constant texts that outlive the call;
 * neither may hold a value that was sent. */
MUST_CHECK int decoding_refuse(struct decoding *decoding, int outcome, const char *path, const char *message);

/* Characters of a text that is known to be UTF-8. */
size_t decoding_characters(const char *text);

#endif
