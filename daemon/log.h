/* log.h: the daemon's log: one message a failure or a change of state, to the journal or to stderr.
 *
 * A message has a stable name for filters (log_messages.h) and a text. Only references, positions and ids are logged,
 * never payloads. The engine, decoding and codecs do not log. */
#ifndef WATCHKEEPER_LOG_H
#define WATCHKEEPER_LOG_H

#include "result.h"

#include <stdbool.h>
#include <stdint.h>

enum log_level { /* syslog's numbers */
                 LOG_LEVEL_NONE = 0,
                 LOG_LEVEL_ERROR = 3,
                 LOG_LEVEL_WARNING = 4,
                 LOG_LEVEL_NOTICE = 5,
                 LOG_LEVEL_INFO = 6,
                 LOG_LEVEL_DEBUG = 7,
};

/* journal: as fields to the journal's socket; what it does not take goes to stderr with systemd's "<priority>" before
 * it. Else lines "watchkeeperd: name: text" on stderr. */
void log_setup(enum log_level least, bool journal);
/* Whether stderr is the journal, as $JOURNAL_STREAM says (systemd.exec(5)): that may have been inherited by a process
 * whose stderr goes elsewhere, so device and inode are compared. */
bool log_is_journal(const char *journal_stream, int descriptor);

void log_tell(enum log_level level, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);
/* Of one partition. */
void log_tell_partition(enum log_level level, const char *event, int32_t partition, const char *format, ...)
    PRINTF_LIKE(4, 5);

#endif
