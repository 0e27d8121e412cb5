/* pack.h: rules as data (packs/<name>.yaml), read, checked and kept as rows.
 *
 * The language is described for those who write packs in packs/README.md; here stands what becomes of it. */
#ifndef WATCHKEEPER_PACK_H
#define WATCHKEEPER_PACK_H

#include "alert.h"
#include "expression.h"
#include "spans.h"

struct rung {
    struct limit after; /* after the deadline; number 0: at due_at */
    const char *const *recipients;
};

struct ladder {
    const char *id;
    size_t n_rungs;
    struct rung rungs[LADDER_RUNGS_MAX];
};

struct in_force {
    struct date from, to; /* by the date of the opening fact, both included */
};
static inline bool in_force_on(const struct in_force *in_force, struct date day) {
    return !date_before(day, in_force->from) && !date_before(in_force->to, day);
}

/* What opens a duty. */
enum opener_kind { OPENER_FACT, OPENER_START, OPENER_BIRTHDAY, OPENER_TERM, OPENER_BECOMES };
enum { OPENER_FIELDS_MAX = 2, OPENER_AGES_MAX = 16 };
struct opener {
    enum opener_kind kind;
    const struct expression *when; /* asked at the opening; NULL: always */
    const char *anchor;            /* kind in the anchor of what it opens: of a fact by default the noun of its type */
    /* of a fact that matches */
    struct filter filter;
    bool first_only;           /* only the first of them within a span of the profile */
    field_symbol first_by;     /* only the first with each value of this field; FIELD_NONE: all */
    bool carry;                /* the last one before the profile began counts, from its beginning (R11) */
    struct limit before_start; /* the last one so long before the scope began counts too (R27); number 0: no */
    size_t n_named_by;
    field_symbol named_by[OPENER_FIELDS_MAX]; /* whose values name it in the anchor; none: its reference or its date */
    /* of a birthday: so long before each of them */
    size_t n_ages;
    int ages[OPENER_AGES_MAX];
    struct limit less;
    /* the first instant at which this holds in a part of the scope */
    const struct expression *becomes;
};
static inline bool opener_is_fact(const struct opener *opener) {
    return opener->kind == OPENER_FACT;
}

/* What meets a duty, or cancels the one that is open. */
struct meet {
    struct filter filter;
    const struct expression *when; /* asked at the fact; NULL: always */
    struct limit early;            /* one so long before the opening meets it too; number 0: no */
    field_symbol at;               /* the field that says when it was done; FIELD_NONE: when it happened */
};

enum limit_kind {
    LIMIT_FIXED,
    LIMIT_FIELD, /* a number in a field */
    LIMIT_DATE,  /* a date in a field */
    LIMIT_AGE,
    LIMIT_GATE,    /* before another event */
    LIMIT_AT_ONCE, /* with the opening itself */
    LIMIT_WATCH,   /* measured only: never late */
    LIMIT_UNSET,
    LIMIT_EARLIEST, /* the strictest of several */
};
enum { LIMIT_PARTS_MAX = 4, AGE_OF_OPENING = -1 };
struct limit_choice {
    const struct expression *when; /* asked at the opening; NULL: always */
    enum limit_kind kind;
    const char *text;     /* as written */
    struct limit limit;   /* of LIMIT_FIELD the unit; of LIMIT_GATE from the gate on, number 0: none */
    struct limit plus;    /* later than the date or the birthday, or with a negative number earlier */
    field_symbol field;   /* LIMIT_FIELD, LIMIT_DATE; LIMIT_GATE: the date that is planned, or FIELD_NONE */
    struct filter filter; /* LIMIT_FIELD: of the latest such fact; LIMIT_GATE: the event that must not come first;
                             LIMIT_DATE: facts that move the date; type NULL: none */
    int nth;              /* of the gate's events, from 1 */
    int age;              /* or AGE_OF_OPENING: the birthday that opened it */
    bool from_start;      /* counted from the start of the scope, not from the opening */
    field_symbol from;    /* counted from the date or instant in this field of the opening; FIELD_NONE: no */
    size_t n_parts;       /* LIMIT_EARLIEST */
    struct limit_choice *parts;
};

enum { LIMIT_CHOICES_MAX = 8, OPENERS_MAX = 8, MEETS_MAX = 8, ROWS_MAX = 32, SUBJECTS_MAX = 4 };

/* One rule: a duty as a row of its clock, or a risk. */
struct rule {
    struct rule_face face;
    size_t order; /* by id, among all rules that are loaded together */
    struct in_force in_force;
    const struct expression *when;
    uint32_t openers; /* bit set in the clock's openers */
    size_t n_limits;
    struct limit_choice limits[LIMIT_CHOICES_MAX];
    struct limit lead;
    const struct ladder *ladder;                    /* or NULL */
    bool aim;                                       /* soft: due soon and no more is said */
    bool off;                                       /* opens nothing until a pack above switches it on */
    const char *limit_text, *lead_text, *when_text; /* as written: for lists and explanations */
    const char *scope_text, *opens_text, *met_text;
    bool may_be_closed;                  /* a risk: by a person, with a rationale */
    const char *tell_text;               /* of a risk: who is told */
    const char *reading_text;            /* of a risk: how it is read, in words; NULL: as written */
    const char *opens_word, *while_text; /* of a risk: "Counts", "While", "Raised by"; what must hold beside it */
    struct yaml_place place;
};

/* Rules that share what opens and meets them; at each opening the first row that fits is the rule (R21). */
struct clock {
    enum scope_kind scope;
    enum profile profile; /* PROFILE_NONE: any */
    bool from_profile;    /* places are counted, and the law in force is chosen, from the span of the profile (R36) */
    bool once;            /* the start opens nothing again in a scope in which it was met (R11) */
    bool meets_all;       /* met when each of them has come, at the last */
    bool meets_early;     /* one of them may come before the opening */
    bool after_death;     /* a duty about a death: the scope does not end with it */
    int until_age;        /* ends with this birthday; 0: no */
    const char *subjects[SUBJECTS_MAX + 1]; /* kinds, ended by NULL */
    const struct named_span *span;          /* of SCOPE_SPAN */
    const char *each;                       /* one of several values: it ends the anchor; NULL: none */
    const struct expression *each_when;     /* asked at the opening; NULL: always */
    bool again;                             /* the same rows as the clock before it, for another value of `each` */
    size_t n_openers, n_meets, n_ends, n_cancels, n_rows;
    struct opener openers[OPENERS_MAX];
    struct meet meets[MEETS_MAX];
    struct filter ends[MEETS_MAX];  /* of the part of the scope */
    struct meet cancels[MEETS_MAX]; /* of the one duty that is open */
    struct rule *rows;
};

struct threshold {
    int at_least;
    struct limit within; /* number 0: for good */
};

/* What raises a risk: each fact that matches, or the end of the scope. */
struct raise {
    bool end;
    struct filter filter;
    const struct expression *when; /* asked at that moment; NULL: always */
};

/* A state is asked while its scope lasts; an event opens a state of its own, from that moment on. */
enum risk_kind { RISK_COUNT, RISK_STATE, RISK_EVENT };
enum { THRESHOLDS_MAX = 4, COUNTS_MAX = 4, RAISES_MAX = 12 };
struct risk {
    enum risk_kind kind;
    enum scope_kind scope;
    const char *subject; /* the kind of subject: "child" */
    struct rule rule;
    bool quiet;       /* severity count: derived and shown, nothing is said of it */
    bool over_duties; /* asks for the duties that are overdue, or have no limit */
    /* count */
    bool counts_any; /* facts of every type */
    size_t n_counts, n_thresholds;
    struct filter counts[COUNTS_MAX];
    const struct expression *counts_when; /* asked at each counted fact */
    struct threshold thresholds[THRESHOLDS_MAX];
    /* state, and event */
    const struct expression *holds; /* `while`; NULL: always */
    const struct expression *until; /* once it holds: until this does; NULL: while `holds` does */
    size_t n_mentions;              /* of both */
    const struct mention *mentions;
    struct limit held_for;              /* holds from the first instant after so long (R1); number 0: at once */
    const struct event_type *closed_by; /* a person may close it: that event; NULL: no */
    field_symbol closed_alert;          /* its field with the id of the alert */
    /* event */
    size_t n_raises, n_clears;
    struct raise raises[RAISES_MAX];
    struct filter clears[MEETS_MAX];
    struct limit lasts; /* number 0: until something clears it */
};

struct pack {
    const char *name, *version, *title;
    const char *calendar; /* by which its rules count the days of authorities without a choice; NULL: any */
    struct yaml_place calendar_place;
    uint64_t content; /* hash of all its text, so that any change of the file's meaning is a change of the hash */
    size_t n_clocks, n_risks, n_ladders, n_spans;
    struct named_span *spans;
    struct clock *clocks;
    struct risk *risks;
    struct ladder *ladders;
};

/* What a pack is read beside: its rules may name the ladders of packs loaded before. */
struct pack_context {
    const struct catalogue *catalogue;
    size_t n_earlier;
    struct pack *const *earlier;
};
/* Reads and checks one pack. Everything lives in the arena. Returns 0, -errno or YAML_WRONG. */
MUST_CHECK int pack_load(const char *path, const struct pack_context *context, struct arena *arena,
                         struct yaml_problems *problems, struct pack **ret_pack);

#endif
