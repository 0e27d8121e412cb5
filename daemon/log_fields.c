/* log_fields.c: see log_fields.h. */
#include "log_fields.h"

#include "ensure.h"
#include "log_messages.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static void add(struct log_fields *fields, const char *format, ...) PRINTF_LIKE(2, 3);
static void add(struct log_fields *fields, const char *format, ...) {
    ENSURE(fields->count < LOG_FIELDS_MAX && fields->used < sizeof fields->text);
    char *field = fields->text + fields->used;
    size_t room = sizeof fields->text - fields->used;
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(field, room, format, arguments);
    va_end(arguments);
    ENSURE(wanted >= 0);
    size_t length = (size_t) wanted < room ? (size_t) wanted : room - 1;
    fields->list[fields->count++] = (struct iovec){field, length};
    fields->used += length;
}

void log_fields_make(struct log_fields *fields, enum log_level level, const char *event, int32_t partition,
                     const char *message) {
    const struct log_message *known = log_messages_find(event);
    fields->count = fields->used = 0;
    add(fields, "PRIORITY=%d", (int) level);
    add(fields, "SYSLOG_IDENTIFIER=watchkeeperd");
    if (known != NULL)
        add(fields, "MESSAGE_ID=%s", known->id);
    add(fields, "WATCHKEEPER_EVENT=%s", event);
    if (partition >= 0)
        add(fields, "WATCHKEEPER_PARTITION=%" PRId32, partition);
    add(fields, "MESSAGE=%s: %s", event, message); /* last: it is the one that may be cut */
}
