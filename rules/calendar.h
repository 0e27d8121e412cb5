/* calendar.h: the days of England and Wales: the local day (zone.h), weekends and bank holidays.
 *
 * A working day is any day but Saturday, Sunday, Christmas Day, Good Friday and the bank holidays of England and Wales
 * under the Banking and Financial Dealings Act 1971 (T4). These are data with a version,
 * calendars/england-and-wales.yaml; of days outside the span of that file only weekends are known, and what rests on
 * them is provisional. Read-only after loading. */
#ifndef WATCHKEEPER_CALENDAR_H
#define WATCHKEEPER_CALENDAR_H

#include "timebase.h"
#include "zone.h"

struct calendar;
struct yaml_problems;

/* Reads europe-london.yaml and england-and-wales.yaml in the folder. Returns 0, -errno, or YAML_WRONG (yaml.h), with
 * the problems of both files told. */
MUST_CHECK int calendar_load(const char *folder, struct yaml_problems *problems, struct calendar **ret_calendar);
struct calendar *calendar_free(struct calendar *calendar); /* takes NULL, returns NULL */
static inline void calendar_freep(struct calendar **calendar) {
    (void) calendar_free(*calendar);
}

const struct zone *calendar_zone(const struct calendar *calendar); /* lives as long as the calendar */
/* Names the versions of both files: "england-and-wales 2026.1, europe-london 2025b". */
const char *calendar_version(const struct calendar *calendar);
/* Whether the bank holidays of that day's year are known. */
bool calendar_covers(const struct calendar *calendar, struct date date);

bool calendar_is_working_day(const struct calendar *calendar, struct date date);
/* The title of the bank holiday, "Good Friday"; NULL when the day is none (a plain Sunday is none). */
const char *calendar_holiday(const struct calendar *calendar, struct date date);
/* The n-th working day after (n > 0) or before (n < 0) a day, which is not counted itself and may be a holiday. n = 0
 * gives the day back. Two binary searches, whatever n is. */
struct date calendar_add_working_days(const struct calendar *calendar, struct date date, int n);

#endif
