/* log.c: see log.h. A line is put together first and written at once, so that lines of threads do not mix. */
#define SD_JOURNAL_SUPPRESS_LOCATION /* it would always be this file */
#include "log.h"

#include "log_fields.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

enum { MESSAGE_MAX = 1024, NO_PARTITION = -1 };

static enum log_level least_shown = LOG_LEVEL_INFO;
static bool for_journal, has_journal;

void log_setup(enum log_level least, bool journal) {
    least_shown = least;
    for_journal = journal;
    has_journal =
        journal && access("/run/systemd/journal/socket", F_OK) == 0; /* without it libsystemd drops silently */
}

bool log_is_journal(const char *journal_stream, int descriptor) {
    struct stat found;
    uintmax_t device, inode;
    int end = 0;
    return journal_stream != NULL && sscanf(journal_stream, "%ju:%ju%n", &device, &inode, &end) == 2 &&
           journal_stream[end] == '\0' && fstat(descriptor, &found) == 0 && (uintmax_t) found.st_dev == device &&
           (uintmax_t) found.st_ino == inode;
}

static bool send_to_journal(enum log_level level, const char *event, int32_t partition, const char *message) {
    struct log_fields fields;
    log_fields_make(&fields, level, event, partition, message);
    return sd_journal_sendv(fields.list, (int) fields.count) == 0;
}

static void write_line(enum log_level level, const char *event, const char *message) {
    enum { NAME_MAX_BYTES = 64 };
    char line[MESSAGE_MAX + NAME_MAX_BYTES];
    if (for_journal)
        (void) snprintf(line, sizeof line - 1, "<%d>%s: %s", (int) level, event, message);
    else
        (void) snprintf(line, sizeof line - 1, "watchkeeperd: %s: %s", event, message);
    size_t length = strlen(line);
    line[length] = '\n';
    if (write(STDERR_FILENO, line, length + 1) < 0)
        return; /* nowhere is left to say so */
}

static void tell(enum log_level level, const char *event, int32_t partition, const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));
static void tell(enum log_level level, const char *event, int32_t partition, const char *format, va_list arguments) {
    char message[MESSAGE_MAX];
    if (level > least_shown)
        return;
    (void) vsnprintf(message, sizeof message, format, arguments);
    if (!has_journal || !send_to_journal(level, event, partition, message))
        write_line(level, event, message);
}

void log_tell(enum log_level level, const char *event, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    tell(level, event, NO_PARTITION, format, arguments);
    va_end(arguments);
}

void log_tell_partition(enum log_level level, const char *event, int32_t partition, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    tell(level, event, partition, format, arguments);
    va_end(arguments);
}
