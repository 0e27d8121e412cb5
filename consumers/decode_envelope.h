/* decode_envelope.h: the attributes of a CloudEvent, however they came. */
#ifndef WATCHKEEPER_DECODE_ENVELOPE_H
#define WATCHKEEPER_DECODE_ENVELOPE_H

#include "decoding.h"

/* As sent; NULL for missing or no text. Borrowed from the document or the headers. */
struct envelope {
    const char *specversion, *id, *source, *type, *subject, *time;
};

/* Checks them in the order of R44 and fills type, source, id and recorded_at of the fact, and the subject; copies live
 * in the arena. Returns 0, or DECODE_BAD_ENVELOPE, DECODE_BAD_DATE, DECODE_UNKNOWN_TYPE or DECODE_BAD_SUBJECT. */
MUST_CHECK int decode_envelope(struct decoding *decoding, const struct envelope *envelope, struct decoded *ret_decoded);

#endif
