/* duty_run.h: what the parts of deriving duties share; nobody else includes it. */
#ifndef WATCHKEEPER_DUTY_RUN_H
#define WATCHKEEPER_DUTY_RUN_H

#include "derive.h"

#include "span.h"

struct opening {
    const struct standing *fact; /* NULL: the start of the span */
    struct occurrence opened;    /* what the limit is counted from */
    struct date law_day;         /* the date of the opening fact: chooses the law in force (R37) */
    size_t place;                /* among its like, from 1 */
    unsigned opener;
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
    size_t n_meets; /* facts of the span that may meet, in order */
    const struct standing **meets;
    struct openings openings;
    const uint32_t *numbers; /* by place of standing: its number among those of its anchor and date; or NULL */
};

struct setting duty_setting(const struct duty_run *run, const struct opening *opening);

/* The number of every fact that opens among those of its kind of anchor and date (R19). */
const uint32_t *duty_number_find(const struct history *history, const struct clock *clock);

void duty_meet_collect(struct duty_run *run);
/* Does the fact match what meets the clock, whatever opened it? */
bool duty_meet_matches(const struct clock *clock, const struct standing *fact);
const struct standing *duty_meet_find(const struct duty_run *run, const struct opening *opening);

/* Adds the instance that an opening gives, if any. */
void duty_instance_open(const struct duty_run *run, const struct opening *opening);

#endif
