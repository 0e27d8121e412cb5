/* pack.h: rules as data (packs/<name>.yaml), read, checked and kept as rows.
 *
 * The language is described for those who write packs in packs/README.md; here stands what becomes of it. */
#ifndef WATCHKEEPER_PACK_H
#define WATCHKEEPER_PACK_H

#include "alert.h"
#include "expression.h"

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
struct opener {
    bool start;                    /* the beginning of the scope */
    const struct expression *when; /* asked at the opening; NULL: always */
    struct filter filter;          /* else each fact that matches */
    bool first_only;               /* only the first of them within a span of the profile */
    bool carry;                    /* the last one before the profile began counts, from its beginning (R11) */
    struct limit before_start;     /* the last one so long before the scope began counts too (R27); number 0: no */
    const char *anchor;            /* kind in the anchor of what a fact opens: by default the noun of its type */
};

struct meet {
    struct filter filter;
    const struct expression *when; /* asked at the meeting fact; NULL: always */
};

enum limit_kind { LIMIT_FIXED, LIMIT_FIELD, LIMIT_UNSET };
struct limit_choice {
    const struct expression *when; /* asked at the opening; NULL: always */
    enum limit_kind kind;
    struct limit limit;
    struct filter field_of; /* LIMIT_FIELD: number from the latest such fact, else unset */
    field_symbol field;
};

enum { LIMIT_CHOICES_MAX = 6, OPENERS_MAX = 8, MEETS_MAX = 8, ROWS_MAX = 32 };

/* One rule: a duty as a row of its clock, or a risk. */
struct rule {
    struct rule_face face;
    struct in_force in_force;
    const struct expression *when;
    uint32_t openers; /* bit set in the clock's openers */
    size_t n_limits;
    struct limit_choice limits[LIMIT_CHOICES_MAX];
    struct limit lead;
    const struct ladder *ladder;                    /* or NULL */
    const char *limit_text, *lead_text, *when_text; /* as written: for lists and explanations */
    const char *scope_text, *opens_text, *met_text;
    struct yaml_place place;
};

/* Rules that share what opens and meets them; at each opening the first row that fits is the rule (R21). */
struct clock {
    enum scope_kind scope;
    enum profile profile; /* PROFILE_NONE: any */
    bool from_profile;    /* places are counted, and the law in force is chosen, from the span of the profile (R36) */
    bool once;            /* the start opens nothing again in a scope in which it was met (R11) */
    size_t n_openers, n_meets, n_ends, n_rows;
    struct opener openers[OPENERS_MAX];
    struct meet meets[MEETS_MAX];
    struct filter ends[MEETS_MAX];
    struct rule *rows;
};

struct threshold {
    int at_least;
    struct limit within;
};

enum risk_kind { RISK_COUNT, RISK_STATE };
enum { THRESHOLDS_MAX = 4, COUNTS_MAX = 4 };
struct risk {
    enum risk_kind kind;
    enum scope_kind scope;
    struct rule rule;
    /* count */
    size_t n_counts, n_thresholds;
    struct filter counts[COUNTS_MAX];
    const struct expression *counts_when; /* asked at each counted fact */
    struct threshold thresholds[THRESHOLDS_MAX];
    /* state */
    const struct expression *holds; /* `while` */
    size_t n_mentions;              /* of `holds` */
    const struct mention *mentions;
    struct limit held_for; /* holds from the first instant after so long (R1); number 0: at once */
};

struct pack {
    const char *name, *version, *title;
    const char *calendar; /* by which its rules count the days of authorities without a choice; NULL: any */
    struct yaml_place calendar_place;
    uint64_t content; /* hash of all its text, so that any change of the file's meaning is a change of the hash */
    size_t n_clocks, n_risks, n_ladders;
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
