/* difference.h: what is to be said: the difference between what is true now and what has been said (R18, R29, R40,
 * R42). */
#ifndef WATCHKEEPER_DIFFERENCE_H
#define WATCHKEEPER_DIFFERENCE_H

#include "derive.h"
#include "record.h"

struct difference {
    const struct history *history; /* at the instant of the step */
    struct record *record;
    const struct step_options *options;
    struct arena *arena;
    /* The face of a rule by its id, for alerts that are derived no more. */
    const struct rule_face *(*find_rule)(const void *rules, const char *id);
    const void *rules;
    size_t n_statements, capacity;
    struct statement *statements;
    size_t n_latest, latest_capacity;
    const struct statement **latest;
    size_t n_forgotten;
    const char **forgotten; /* alert ids */
    size_t n_waiting;       /* statements that wait for the feeds */
};

/* Says `cancelled` of every alert of the time before an erasure that is open, and forgets them all (R49). */
void difference_erase(struct difference *difference);

/* Says the difference of everything derived, and of what was said and is no longer there; remembers it in the record.
 */
void difference_take(struct difference *difference, const struct derived *derived, size_t n_derived);
/* Puts what was said last of that alert among the newest for readers, and says nothing. The memory is the record's. */
void difference_restate(struct difference *difference, const struct derived *derived, size_t n_derived,
                        const struct rule_face *rule, const struct said *said);
/* By event id (R3). */
void difference_sort(struct difference *difference);

/* The authority of the latest fact that names one; may be NULL. */
const char *difference_authority(const struct history *history);
/* The same; of a subject of which no fact counts any more, the authority that recorded about it last. NULL without
 * facts. */
const char *difference_authority_of(const struct record *record, const struct history *history);

#endif
