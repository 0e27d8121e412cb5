/* limit.h: a number with its unit, never converted to another, and the arithmetic of when it ends (R1, R2, T1 to T3).
 *
 * School days and terms are the authority's own: where its terms are not known so far, neither is the deadline. */
#ifndef WATCHKEEPER_LIMIT_H
#define WATCHKEEPER_LIMIT_H

#include "calendar.h"
#include "fact.h"
#include "language.h"
#include "lexer.h"

enum unit {
    UNIT_HOURS,
    UNIT_DAYS,
    UNIT_WORKING_DAYS,
    UNIT_WEEKS,
    UNIT_MONTHS,
    UNIT_YEARS,
    UNIT_SCHOOL_DAYS,
    UNIT_TERMS,
    UNIT_OFFICE_HOURS,
    N_UNITS
};
const char *unit_name(enum unit unit);
extern const struct language_section limit_language_unit; /* by enum unit */

/* Sets of units, for the places that take them. */
#define UNIT_SET(unit) (1u << (unit))
enum {
    UNITS_PLAIN = UNIT_SET(UNIT_SCHOOL_DAYS) - 1, /* hours to years: can always be worked out */
    UNITS_OF_DUTY = UNITS_PLAIN | UNIT_SET(UNIT_SCHOOL_DAYS) | UNIT_SET(UNIT_TERMS),
    UNITS_OF_RUNG = UNIT_SET(UNIT_HOURS) | UNIT_SET(UNIT_WORKING_DAYS) | UNIT_SET(UNIT_OFFICE_HOURS),
};

struct limit {
    int32_t number;
    enum unit unit;
};

enum { LIMIT_NUMBER_MAX = 10000, LIMIT_TEXT_MAX = 32 };

/* For people: "20 working days", "1 hour". Returns the text. */
const char *limit_format(struct limit limit, char text[static LIMIT_TEXT_MAX]);

/* "20 working_days". False with a problem told, also where the unit is none of the set; without one: UNITS_PLAIN. */
bool limit_read(struct lexer *lexer, struct limit *ret_limit);
bool limit_read_in(struct lexer *lexer, unsigned units, struct limit *ret_limit);

/* The day n units after (or, with a negative number, before) a day; of plain units but hours. The day itself is not
 * counted. */
struct date limit_day(const struct calendar *calendar, struct limit limit, struct date from);

/* The end of a window of that length in which something counts from its own instant: 00:00 local of its date plus the
 * window (R28), or so many hours later. */
struct instant limit_window_end(const struct calendar *calendar, struct limit window, struct occurrence from);

enum deadline_outcome {
    DEADLINE_KNOWN,
    DEADLINE_BEYOND_TERMS, /* the terms of some of the days that must be counted are not known */
};
struct deadline {
    enum deadline_outcome outcome; /* but for DEADLINE_KNOWN both instants are INSTANT_NEVER */
    struct date last_day;          /* the last day on which it is in time; meaningless for hours */
    struct instant due_at;         /* the first instant at which it is late (R1) */
    struct instant due_soon_at;    /* R2; never before the opening; due_at where the lead's terms are not known */
    bool estimated;                /* rests on terms that nobody published, which makes it provisional */
    bool provisional; /* rests on bank holidays or clock changes of days that the calendars do not cover, or its lead on
                         terms that are not known */
};
/* The day found by counting the lead back from the last day (R2); not of hours. False: its terms are not known. */
bool limit_lead_day(const struct calendar *calendar, struct limit lead, struct date last_day, struct date *ret_day);
struct deadline limit_deadline(const struct calendar *calendar, struct limit limit, struct limit lead,
                               struct occurrence opened);
/* The deadline that ends with a day, however it was found. */
struct deadline limit_deadline_on(const struct calendar *calendar, struct date last_day, struct limit lead,
                                  struct occurrence opened);
/* When it is due soon, counted back from a last day; never before the opening. */
struct instant limit_due_soon(const struct calendar *calendar, struct limit lead, struct date last_day,
                              struct occurrence opened);
/* The end of the k-th unit after the deadline: 00:00 of the day after the k-th working day after the last day, k
 * hours after due_at (R40), or so many hours of the office after it: 0 office_hours is when the office is open next. */
struct instant limit_rung(const struct calendar *calendar, struct limit after, const struct deadline *deadline,
                          bool counted_in_hours);

#endif
