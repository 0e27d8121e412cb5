/* log_messages.h: every kind of message that the daemon logs, with the 128-bit id under which the journal finds it:
 * journalctl MESSAGE_ID=... */
#ifndef WATCHKEEPER_LOG_MESSAGES_H
#define WATCHKEEPER_LOG_MESSAGES_H

#include <stddef.h>

struct log_message {
    const char *name;    /* "redis_down" */
    const char *id;      /* 32 hexadecimal digits */
    const char *meaning; /* a sentence */
};
extern const struct log_message log_messages[];
extern const size_t log_messages_count;

const struct log_message *log_messages_find(const char *name); /* may be NULL */

#endif
