/* people.h: instants as a person reads them: local time, and a limit that ends at midnight by its last day. */
#ifndef WATCHKEEPER_PEOPLE_H
#define WATCHKEEPER_PEOPLE_H

#include "timebase.h"
#include "zone.h"

enum { PEOPLE_TEXT_MAX = 48 };

/* "Mon 2023-01-09 14:30"; "-" for INSTANT_NEVER. Returns the text, which may be a constant. */
const char *people_time(const struct zone *zone, struct instant at, char text[static PEOPLE_TEXT_MAX]);
/* "end of Mon 2023-02-06" where the instant is a local midnight, else as people_time. */
const char *people_deadline(const struct zone *zone, struct instant due_at, char text[static PEOPLE_TEXT_MAX]);
/* "Mon 2023-01-09". */
const char *people_day(struct date day, char text[static PEOPLE_TEXT_MAX]);

#endif
