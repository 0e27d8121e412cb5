/* limit.h: a number with its unit, never converted to another, and the arithmetic of when it ends (R1, R2, T1 to T3).
 */
#ifndef WATCHKEEPER_LIMIT_H
#define WATCHKEEPER_LIMIT_H

#include "calendar.h"
#include "fact.h"
#include "lexer.h"

enum unit { UNIT_HOURS, UNIT_DAYS, UNIT_WORKING_DAYS, UNIT_WEEKS, UNIT_MONTHS, UNIT_YEARS };
const char *unit_name(enum unit unit);

struct limit {
    int32_t number;
    enum unit unit;
};

enum { LIMIT_NUMBER_MAX = 10000 };

/* "20 working_days". False with a problem told. */
bool limit_read(struct lexer *lexer, struct limit *ret_limit);

/* The day n units after (or, with a negative number, before) a day; not for hours. The day itself is not counted. */
struct date limit_day(const struct calendar *calendar, struct limit limit, struct date from);

struct deadline {
    struct date last_day;       /* the last day on which it is in time; meaningless for hours */
    struct instant due_at;      /* the first instant at which it is late (R1) */
    struct instant due_soon_at; /* R2; never before the opening */
    bool provisional;           /* rests on bank holidays or clock changes of days that the calendars do not cover */
};
struct deadline limit_deadline(const struct calendar *calendar, struct limit limit, struct limit lead,
                               struct occurrence opened);
/* The end of the k-th unit after the deadline: 00:00 of the day after the k-th working day after the last day, or k
 * hours after due_at (R40). */
struct instant limit_rung(const struct calendar *calendar, struct limit after, const struct deadline *deadline,
                          bool counted_in_hours);

#endif
