/* timebase.h: instants, spans and local dates, each a type of its own so that mixing them does not compile.
 *
 * Nothing here reads a clock: time is an input (see daemon/clock.h for the one module that does). Civil arithmetic is
 * proleptic Gregorian. Years 1900 to 2200 are accepted from outside. */
#ifndef WATCHKEEPER_TIMEBASE_H
#define WATCHKEEPER_TIMEBASE_H

#include "result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct instant { /* UTC, milliseconds since 1970-01-01T00:00:00Z */
    int64_t ms;
};
struct span { /* elapsed time in milliseconds */
    int64_t ms;
};
struct date { /* a civil day: days since 1970-01-01, in whatever place the caller says (here Europe/London) */
    int32_t day;
};

#define INSTANT_NEVER ((struct instant){INT64_MAX}) /* after everything */
#define INSTANT_DAWN ((struct instant){INT64_MIN})  /* before everything */
#define HOURS(n) ((struct span){(int64_t) (n) *3600 * 1000})

static inline bool instant_before(struct instant a, struct instant b) {
    return a.ms < b.ms;
}
static inline bool instant_equal(struct instant a, struct instant b) {
    return a.ms == b.ms;
}
static inline struct instant instant_min(struct instant a, struct instant b) {
    return a.ms < b.ms ? a : b;
}
static inline struct instant instant_max(struct instant a, struct instant b) {
    return a.ms > b.ms ? a : b;
}
static inline struct instant instant_add(struct instant at, struct span by) {
    return (struct instant){at.ms + by.ms};
}
static inline bool date_before(struct date a, struct date b) {
    return a.day < b.day;
}
static inline bool date_equal(struct date a, struct date b) {
    return a.day == b.day;
}
static inline struct date date_add_days(struct date date, int days) {
    return (struct date){date.day + days};
}

struct date date_from_civil(int year, int month, int day);
void date_to_civil(struct date date, int *ret_year, int *ret_month, int *ret_day);
bool date_exists(int year, int month, int day);
/* 0 Monday ... 6 Sunday. */
int date_weekday(struct date date);

/* The corresponding date n months later (n may be negative), clipped to the end of the month (T3: 31 August + 6 months
 * is 28 or 29 February). */
struct date date_add_months(struct date date, int months);
/* The birthday: someone born on 29 February has it on 1 March in other years (R17). */
struct date date_birthday(struct date born, int age);

enum time_outcome {
    TIME_MALFORMED = 1, /* not the form at all */
    TIME_IMPOSSIBLE,    /* the form, but no such day, hour or offset; or outside the years accepted */
};
/* RFC 3339 date-time with an offset ("Z" or +hh:mm), any number of fraction digits, cut to milliseconds. Second 60 is
 * refused. Returns 0 or enum time_outcome. */
MUST_CHECK int instant_parse(const char *text, struct instant *ret_instant);
/* YYYY-MM-DD. */
MUST_CHECK int date_parse(const char *text, struct date *ret_date);

enum { INSTANT_TEXT_MAX = 32, DATE_TEXT_MAX = 16 };
/* 2026-03-04T09:00:00Z; milliseconds (three digits) only when not zero. Returns buffer. */
char *instant_format(struct instant at, char buffer[static INSTANT_TEXT_MAX]);
char *date_format(struct date date, char buffer[static DATE_TEXT_MAX]);

#endif
