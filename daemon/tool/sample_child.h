/* sample_child.h: the invented life in care of one child, and what its parts share.
 *
 * First the outline is drawn: who the child is, when care begins and ends, where the child lives from when to when.
 * Then each kind of practice is told along it (visits, reviews, health, missing episodes, adoption), up to the day
 * after the last of the period: what is planned beyond has not happened. */
#ifndef WATCHKEEPER_SAMPLE_CHILD_H
#define WATCHKEEPER_SAMPLE_CHILD_H

#include "sample_events.h"

#include <stdbool.h>

enum { SAMPLE_STAYS_MAX = 64, SAMPLE_REVIEWS_MAX = 64 };

struct sample_stay {             /* in a placement */
    struct sample_when from, to; /* to: of the next one, or of the end of care */
    int number;                  /* of its reference */
    const char *type;            /* PLACE */
    const char *basis;           /* PLACEMENT_BASIS */
    const char *location;        /* LOCATION */
    bool same_carer, planned;
    struct date lives_from; /* the start that the first year is counted from: of the first stay with these carers */
    struct date long_term_from, agreed_from; /* the day after the period where never */
};

struct sample_review { /* of the care plan */
    struct date day;
    int number;
};

struct sample_child {
    struct sample_teller teller;
    const struct sample_period *period;
    struct date born;
    bool short_breaks, uasc, unsettled;
    struct date known;          /* first heard of, at the latest on entry */
    struct date enters, leaves; /* leaves: the day on which care ends, maybe beyond the period */
    const char *reason;         /* REC */
    struct sample_when entered;
    const char *status; /* LS at entry */
    /* Of these, the day after the period where never. */
    struct date interim, order;                       /* an interim or a full care order */
    struct date authorised, matched, adoption_placed; /* to be placed for adoption; with whom; placed */
    struct date died;
    size_t n_stays;
    struct sample_stay stays[SAMPLE_STAYS_MAX];
    int n_placements;
    struct date first_review; /* the day after the period where none is held */
    size_t n_reviews;
    struct sample_review reviews[SAMPLE_REVIEWS_MAX];
};

/* Tells the life of child `number` (from 1), who is in care on the first day of the period or enters within it. */
void sample_child_tell(struct sample_events *events, const struct sample_period *period, uint32_t number);

/* ---- for the parts of the life ---- */

static inline struct sample_random *sample_child_dice(struct sample_child *child) {
    return &child->teller.random;
}
/* An hour of the working day; or the bare date, as many systems record. */
struct sample_when sample_child_when(struct sample_child *child, struct date day);
/* The first day on which the child is not watched any more: care has ended, or the period has. */
struct date sample_child_horizon(const struct sample_child *child);
bool sample_child_aged(const struct sample_child *child, int years, struct date on);
const struct sample_stay *sample_child_stay(const struct sample_child *child, struct date on); /* never NULL */

#endif
