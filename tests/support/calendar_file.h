/* calendar_file.h: calendars written by a test, beside the product's own. */
#ifndef WATCHKEEPER_CALENDAR_FILE_H
#define WATCHKEEPER_CALENDAR_FILE_H

#include "arena.h"

/* A file in /tmp with that text; its path, in the arena. The test removes it (unlink) once it is loaded. */
const char *calendar_file_new(const char *text, struct arena *arena);
/* One of the product's own calendars with a line more above the one that begins with `before`: a day proclaimed since.
 */
const char *calendar_file_with(const char *name, const char *before, const char *line, struct arena *arena);

#endif
