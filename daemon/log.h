/* log.h: the daemon's log: one line a failure or a change of state, to stderr, which under systemd is the journal.
 *
 * A line is "event: text", where the event is a stable name for filters. Only references, positions and ids are logged,
 * never payloads. The engine, decoding and codecs do not log. */
#ifndef WATCHKEEPER_LOG_H
#define WATCHKEEPER_LOG_H

#include "result.h"

#include <stdbool.h>

enum log_level { /* syslog's numbers */
                 LOG_LEVEL_NONE = 0,
                 LOG_LEVEL_ERROR = 3,
                 LOG_LEVEL_WARNING = 4,
                 LOG_LEVEL_NOTICE = 5,
                 LOG_LEVEL_INFO = 6,
                 LOG_LEVEL_DEBUG = 7,
};

/* journal: put systemd's "<priority>" before each line, for stderr that is connected to the journal. */
void log_setup(enum log_level least, bool journal);
void log_tell(enum log_level level, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
