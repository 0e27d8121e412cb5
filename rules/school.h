/* school.h: the school terms of an authority, and the arithmetic of school days and terms.
 *
 * A school day is a Monday to Friday within a term that is neither in one of the term's holidays nor a bank holiday.
 * Terms are known from a first to a last day (the file's `from` and `to`); what would rest on a day beyond them is not
 * known. For an authority that has published none they are estimated, and what rests on them is provisional. */
#ifndef WATCHKEEPER_SCHOOL_H
#define WATCHKEEPER_SCHOOL_H

#include "arena.h"
#include "timebase.h"

struct calendar;
struct datafile;

struct term_holiday {
    struct date from, to; /* both included */
    const char *title;
};

struct term {
    const char *name; /* "Autumn term 2026" */
    struct date start, end;
    size_t n_holidays;
    struct term_holiday *holidays;
};

struct school {
    bool estimated; /* nobody published them */
    struct date from, to;
    size_t n_terms;
    struct term *terms; /* in order */
    size_t n_days;
    struct date *days; /* the school days, in order */
};

/* The rows of the file are its terms. The nation's calendar says which days are bank holidays. In the arena; NULL when
 * there are none. Every mistake is told. */
struct school *school_read(const struct datafile *file, const struct calendar *nation, struct arena *arena);
/* The terms of those years that lie in the span whole: from 1 January to Easter Sunday, from then to 31 July, from
 * 1 September to 31 December, without holidays but the bank holidays. In the arena. */
struct school *school_estimate(struct date from, struct date to, const struct calendar *nation, struct arena *arena);
uint64_t school_hash(const struct school *school, uint64_t hash);

/* Whether the terms of that day are known. */
bool school_covers(const struct school *school, struct date date);
bool school_is_day(const struct school *school, struct date date);
/* The term that holds the day, and those that begin after it and have ended before it; NULL where none is known. */
const struct term *school_term_at(const struct school *school, struct date date);
const struct term *school_term_after(const struct school *school, struct date date);
const struct term *school_term_before(const struct school *school, struct date date);
/* Why a day of a term is no school day: "Half term"; NULL for another reason. */
const char *school_holiday(const struct term *term, struct date date);

/* The n-th school day after (n > 0) or before (n < 0) a day, which is not counted itself; n = 0 gives it back. False:
 * the terms are not known so far. */
bool school_add_days(const struct school *school, struct date date, int n, struct date *ret_date);
/* The last day of the n-th term that ends after a day (so with n = 1 the end of the term it lies in), or with n < 0 the
 * first day of the n-th that began before it. False: the terms are not known so far. */
bool school_add_terms(const struct school *school, struct date date, int n, struct date *ret_date);

#endif
