/* log_fields.h: a message as the journal's fields: MESSAGE, MESSAGE_ID, PRIORITY, SYSLOG_IDENTIFIER, WATCHKEEPER_EVENT,
 * and WATCHKEEPER_PARTITION where it is about one. References, positions and ids only, as in every line of the log. */
#ifndef WATCHKEEPER_LOG_FIELDS_H
#define WATCHKEEPER_LOG_FIELDS_H

#include "log.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum { LOG_FIELDS_MAX = 8, LOG_FIELDS_TEXT_MAX = 1536 };
struct log_fields {
    struct iovec list[LOG_FIELDS_MAX]; /* "NAME=value", in the text below */
    size_t count;
    char text[LOG_FIELDS_TEXT_MAX];
    size_t used;
};
/* A partition below 0: none. A message that is too long is cut. */
void log_fields_make(struct log_fields *fields, enum log_level level, const char *event, int32_t partition,
                     const char *message);

#endif
