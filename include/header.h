/* header.h: one header of a Kafka message. */
#ifndef WATCHKEEPER_HEADER_H
#define WATCHKEEPER_HEADER_H

#include <stddef.h>

struct header {
    const char *name;  /* "ce_id"; compared without regard to case */
    const char *value; /* bytes, not NUL-terminated; NULL for a header without a value */
    size_t length;
};

#endif
