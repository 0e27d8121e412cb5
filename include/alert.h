/* alert.h: what is said, and what is remembered of having said it.
 *
 * An alert is one duty or risk of one subject, `<subject>|<rule>|<anchor>`. A statement is one transition of it, or one
 * step of its ladder. The tables of allowed moves are R18 and R42. */
#ifndef WATCHKEEPER_ALERT_H
#define WATCHKEEPER_ALERT_H

#include "fact.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum alert_state {
    ALERT_NOTHING, /* nothing has been said */
    ALERT_DUE_SOON,
    ALERT_OVERDUE,
    ALERT_UNKNOWN,
    ALERT_MET,
    ALERT_MET_LATE,
    ALERT_CANCELLED,
    ALERT_WITHDRAWN,
    ALERT_RAISED,
    ALERT_UPDATED,
    ALERT_CLEARED,
    ALERT_STATES
};
const char *alert_state_name(enum alert_state state); /* "due_soon" */
enum alert_state alert_state_find(const char *name);  /* ALERT_NOTHING when there is none */
bool alert_state_open(enum alert_state state);        /* due_soon, overdue, unknown, raised, updated */

enum { LADDER_RUNGS_MAX = 8 };

/* What has been said of one alert: the whole memory that the difference needs. Kept in the subject's record and, so
 * that it can be restored, in every value on care.alerts.latest. */
struct said {
    const char *rule, *anchor;
    enum alert_state state; /* said last */
    struct instant due_at;  /* said last; INSTANT_NEVER for null */
    struct instant
        raised_at; /* clock at which `raised` (or `unknown` of a risk) was said last, INSTANT_DAWN: never; R29 */
    int32_t count; /* of a risk, said last */
    uint16_t times[ALERT_STATES]; /* how often each state was said */
    uint32_t rungs;               /* bit n: rung n + 1 is raised and not ended */
    uint16_t rung_raised[LADDER_RUNGS_MAX], rung_ended[LADDER_RUNGS_MAX]; /* how often */
};

enum said_because {
    BECAUSE_CLOCK,
    BECAUSE_RECORD,
    BECAUSE_LATE_RECORD,
    BECAUSE_BACKLOG,
    BECAUSE_BASELINE,
    BECAUSE_RULE_CHANGE,
    BECAUSE_CALENDAR_CHANGE,
};
const char *said_because_name(enum said_because because);

struct rule; /* rules/pack.h; its public face is rule_face */

/* The part of a rule that a statement shows. */
struct rule_face {
    const char *id, *title;
    const char *pack, *pack_version;
    const char *law, *confidence;
    const char *owner, *ladder, *severity;
    bool is_risk;
};

struct evidence {
    const char *event_id, *source, *type;
    const char *role; /* "opened", "met", "ended", "counted" */
    struct occurrence occurred;
};

struct statement {
    const char *event_id; /* <alert id>#<state>, <alert id>#rung-<n>[-ended], `.2` and so on */
    const char *alert_id, *subject, *anchor;
    const struct rule_face *rule;
    bool escalation;                  /* else an alert */
    const char *type;                 /* care.alert.raised ... care.escalation.ended */
    const char *state;                /* due_soon ... ; raised or ended for a rung */
    struct instant said_at;           /* the clock of the step: CloudEvents `time` */
    struct instant opened_at, due_at; /* INSTANT_NEVER for null */
    struct instant detected_at;       /* clock at which this became true, for lateness_ms = said_at - detected_at */
    enum said_because because;
    bool provisional;              /* rests on days or school terms that are not known, or only estimated, so far */
    bool incomplete;               /* brought about by the clock after the instant up to which the feeds are complete */
    int32_t count;                 /* of a counting risk; else 0 */
    unsigned rung;                 /* of an escalation, from 1 */
    const char *const *recipients; /* role ids, NULL-terminated, may be NULL */
    const char *authority, *team, *worker; /* may be NULL */
    size_t n_evidence;
    const struct evidence *evidence;
    const struct said *said; /* memory after this step, for care.alerts.latest */
};

#endif
