/* decode_data.h: the data of an event, checked against its type in the catalogue. */
#ifndef WATCHKEEPER_DECODE_DATA_H
#define WATCHKEEPER_DECODE_DATA_H

#include "decoding.h"

#include <jansson.h>

/* The type of the fact is set; fills everything but the attributes. Data NULL: there are none. Returns 0, or
 * DECODE_MISSING_FIELD, DECODE_BAD_VALUE, DECODE_BAD_DATE or DECODE_END_BEFORE_START, the first that fits. */
MUST_CHECK int decode_data(struct decoding *decoding, const json_t *data, struct fact *fact);

#endif
