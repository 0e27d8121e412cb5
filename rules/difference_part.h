/* difference_part.h: what the parts of taking the difference share; nobody else includes it. */
#ifndef WATCHKEEPER_DIFFERENCE_PART_H
#define WATCHKEEPER_DIFFERENCE_PART_H

#include "difference.h"

/* The table (difference_table.c). */

/* R18 of a duty, R29 of a risk: what is to be said, ALERT_NOTHING for nothing. `derived` NULL: there is no such duty or
 * risk now; `said` NULL: nothing has been said of it. */
enum alert_state difference_table_duty(const struct derived *derived, const struct said *said);
enum alert_state difference_table_risk(const struct derived *derived, const struct said *said, struct instant now);
/* R42: the type of a statement that follows one of `last`. */
const char *difference_table_type(enum alert_state state, enum alert_state last);
/* When a state in which a duty may be open began, as now known. */
struct instant difference_table_began(const struct derived *derived, enum alert_state said);

/* Waiting (difference_wait.c). */

/* What of the state the clock brought about waits until the feeds are complete up to it. */
bool difference_waits(const struct difference *difference, const struct rule_face *rule, const struct derived *derived,
                      enum alert_state state);
/* Whether it must be marked as said before they are. */
bool difference_is_incomplete(const struct difference *difference, const struct rule_face *rule,
                              const struct derived *derived, enum alert_state state);

/* Saying (difference_say.c). */

/* Since when what is said has been true: what it lay unsaid is its lateness. */
struct instant difference_true_since(const struct difference *difference, const struct rule_face *rule,
                                     const struct derived *derived, enum alert_state state);

struct subject_face {
    const char *authority, *team, *worker;
};

struct alert {
    const struct derived *derived; /* or NULL: no such duty or risk now */
    const struct rule_face *rule;
    const char *anchor, *id;
    struct said said; /* after what is said here */
    struct subject_face subject;
    bool spoke;        /* anything has been said of it in this step */
    size_t state_told; /* the statement of its state, or SIZE_MAX: only its ladder spoke */
};

void difference_say_state(struct difference *difference, struct alert *alert, enum alert_state state);
/* Raises and ends the rungs of its ladder (R40). */
void difference_say_rungs(struct difference *difference, struct alert *alert);
/* Gives the newest statement of an alert of which something was said, with its memory, to those for readers. */
void difference_say_latest(struct difference *difference, const struct alert *alert);

#endif
