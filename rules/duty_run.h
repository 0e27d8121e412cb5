/* duty_run.h: what the parts of deriving duties share; nobody else includes it. */
#ifndef WATCHKEEPER_DUTY_RUN_H
#define WATCHKEEPER_DUTY_RUN_H

#include "derive.h"

#include "span.h"

struct opening {
    const struct standing *fact; /* NULL: opened by no fact but by the start of the span, a birthday, a condition */
    struct occurrence opened;    /* what the limit is counted from */
    struct date law_day;         /* the date of the opening fact: chooses the law in force (R37) */
    size_t place;                /* among its like, from 1 */
    unsigned opener;
    int age;            /* of a birthday; else 0 */
    const char *anchor; /* where it is no fact and not the start; else NULL */
};

/* What met a duty, and when: as a rule when it happened. */
struct met {
    const struct standing *fact; /* NULL: nothing yet */
    struct occurrence when;
};

struct openings {
    size_t count;
    struct opening *list; /* room for every fact of the openers' types */
    bool carried;         /* the last before the part is kept, of all openers (R11) */
    struct opening last_before;
};

/* One clock over one part of one span at a time; the lists have room for all of them. */
struct duty_run {
    const struct history *history;
    const struct clock *clock;
    struct derivation *derivation;
    struct span_of span;
    struct piece piece;
    size_t n_meets; /* facts of the span that may meet something, in order */
    const struct standing **meets;
    struct openings openings;
    const uint32_t *numbers; /* by place of standing: its number among those of its anchor and date; or NULL */
};

struct setting duty_setting(const struct duty_run *run, const struct opening *opening);
/* The fact whose fields `opening.` means in filters: what opened it, else what began the span; may be NULL. */
const struct fact *duty_opening_fact(const struct duty_run *run, const struct opening *opening);

/* Openings by no fact (duty_open.c): hands each to duty_instance_open(). */
void duty_open_birthdays(const struct duty_run *run, unsigned number);
void duty_open_terms(const struct duty_run *run, unsigned number);
void duty_open_becoming(const struct duty_run *run, unsigned number);

/* The number of every fact that opens among those of its kind of anchor and date (R19). */
const uint32_t *duty_number_find(const struct history *history, const struct clock *clock);

void duty_meet_collect(struct duty_run *run);
/* Does the fact match what meets the clock, whatever opened it? */
bool duty_meet_matches(const struct clock *clock, const struct standing *fact);
struct met duty_meet_find(const struct duty_run *run, const struct opening *opening);
/* The first fact after the opening that cancels what it opened; NULL: none. */
const struct standing *duty_meet_find_cancel(const struct duty_run *run, const struct opening *opening);

/* By when it is due (duty_limit.c): fills in the limit, the deadline and the face's instants. */
void duty_limit_set(const struct duty_run *run, const struct opening *opening, const struct met *met,
                    struct derived *derived);

/* Adds the instance that an opening gives, if any. */
void duty_instance_open(const struct duty_run *run, const struct opening *opening);

#endif
