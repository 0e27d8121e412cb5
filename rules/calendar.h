/* calendar.h: the days of an authority: the local day (zone.h), weekends, bank holidays, school terms, office hours.
 *
 * A working day is any day but Saturday, Sunday, Christmas Day, Good Friday and the bank holidays of the nation under
 * the Banking and Financial Dealings Act 1971 (T4). These are data with a version (calendars/england-and-wales.yaml and
 * its like, see calendars.h); of days outside the span of that file only weekends are known, and what rests on them is
 * provisional. Read-only after loading. */
#ifndef WATCHKEEPER_CALENDAR_H
#define WATCHKEEPER_CALENDAR_H

#include "school.h"
#include "timebase.h"
#include "zone.h"

struct calendar;

const char *calendar_name(const struct calendar *calendar);
const struct zone *calendar_zone(const struct calendar *calendar);
/* Names the versions of its files: "england-and-wales 2026.1, europe-london 2025b". */
const char *calendar_version(const struct calendar *calendar);
/* Hash of all that deadlines rest on: a new title or version alone is no other content. */
uint64_t calendar_content(const struct calendar *calendar);
/* Whether the bank holidays of that day's year are known. */
bool calendar_covers(const struct calendar *calendar, struct date date);

bool calendar_is_working_day(const struct calendar *calendar, struct date date);
/* The title of the bank holiday, "Good Friday"; NULL when the day is none (a plain Sunday is none). */
const char *calendar_holiday(const struct calendar *calendar, struct date date);
/* The n-th working day after (n > 0) or before (n < 0) a day, which is not counted itself and may be a holiday. n = 0
 * gives the day back. Two binary searches, whatever n is. */
struct date calendar_add_working_days(const struct calendar *calendar, struct date date, int n);

/* The authority's school terms, or an estimate where its calendar has none. */
const struct school *calendar_school(const struct calendar *calendar);

/* The office is open in its hours of a day that is no bank holiday. */
bool calendar_office_is_open(const struct calendar *calendar, struct instant at);
/* The instant itself where the office is open then, else the next at which it opens. */
struct instant calendar_office_opens(const struct calendar *calendar, struct instant at);
/* When the office has been open for n hours from that instant on; n = 0: as calendar_office_opens(). Hours elapse as
 * the clock of the office shows them. */
struct instant calendar_office_add_hours(const struct calendar *calendar, struct instant at, int n);

#endif
