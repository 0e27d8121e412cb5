/* log.c: see log.h. A line is put together first and written at once, so that lines of threads do not mix. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_level least_shown = LOG_LEVEL_INFO;
static bool for_journal;

void log_setup(enum log_level least, bool journal) {
    least_shown = least;
    for_journal = journal;
}

void log_tell(enum log_level level, const char *event, const char *format, ...) {
    enum { LINE_MAX_BYTES = 1024 };
    if (level > least_shown)
        return;
    char line[LINE_MAX_BYTES];
    int used = for_journal ? snprintf(line, sizeof line, "<%d>%s: ", (int) level, event)
                           : snprintf(line, sizeof line, "watchkeeperd: %s: ", event);
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(line + used, sizeof line - (size_t) used - 1, format, arguments);
    va_end(arguments);
    size_t length = strlen(line);
    line[length] = '\n';
    if (write(STDERR_FILENO, line, length + 1) < 0)
        return; /* nowhere is left to say so */
}
