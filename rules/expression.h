/* expression.h: the conditions of rules (`when`, `while`), read and checked once, evaluated three-valued.
 *
 *   condition  = any { "or" any }
 *   any        = one { "and" one }
 *   one        = "not" one | "(" condition ")" | "had" [number] filter [window] | path comparison value
 *              | path "is" ["not"] "known" | age comparison number | "age" "is" ["not"] "known"
 *              | "within" limit "of start" | "during" span | "in_care" [["since" "age" number] "for" limit]
 *              | "open" [number] filter until ["for" limit] | "at_least" number "of" "(" condition {"," condition} ")"
 *              | "recorded_after" limit | measure comparison value
 *   window     = "ever" | "in care" | "before start" | "since opening" | "before opening" | limit "ago"
 *              | "within" limit ["before start"]
 *                (default: since the scope began)
 *   until      = "until" filter ["by" field]
 *   measure    = "latest" field "of" filter [window] | "previous" field "of" filter [window]
 *              | "rise" field "of" filter [window] | "changes" field "of" filter [window]
 *              | "sum" field "of" filter [window] | "distinct" field "of" filter [window]
 *              | "number" "of" filter [window] | "days" "of" filter until ["within" limit]
 *   path       = legal_status | profile | profile_before | opening | opening.<field> | opening.place
 *              | opening.after_start | care.<field> | placement.<field> | first_placement.<field> | episode.<field>
 *              | fact.<field> | child.<field> | overdue_duties | unset_duties
 *   age        = "age" [ "(" limit ")" ]        (on the day, or that long after it)
 *
 * `within 12 months of start` is true to the day before the corresponding date of the beginning of the scope (R22).
 * `had 3 X within 90 days` counts as R28 has it. `in_care for 20 working_days` is asked of the period of care at the
 * moment; `in_care since age 14 for 13 weeks` of all days in care since that birthday, short breaks left out.
 * `profile_before` is the profile just before the moment, for an event that ends it.
 * `open X until Y by worker`: an X with no Y after it that has the same worker; `for` so long (R1). A measure is asked
 * of the facts in its window that have the field; where there are none it is never true, and never unknown, but for `is
 * not`. `days of X until Y` are the nights from each X to its Y (R28 of the window). `child.uasc` is of the
 * registration or update recorded last that carries it (R34).
 * A path without a value makes a comparison unknown, but for `is` and `is not`, which are never unknown. */
#ifndef WATCHKEEPER_EXPRESSION_H
#define WATCHKEEPER_EXPRESSION_H

#include "filter.h"
#include "history.h"
#include "limit.h"

struct expression;
struct named_span;
struct named_spans;

enum scope_kind { SCOPE_LIFE, SCOPE_CARE, SCOPE_PLACEMENT, SCOPE_EPISODE, SCOPE_SPAN, N_SCOPES };
const char *scope_name(enum scope_kind kind);

/* Where and when a condition is asked. */
struct setting {
    const struct history *history;
    enum scope_kind kind;
    struct occurrence scope_from;   /* the beginning of the scope */
    const struct period *period;    /* or NULL */
    const struct home *home;        /* or NULL */
    const struct episode *episode;  /* or NULL */
    struct occurrence at;           /* the moment of the question */
    const struct standing *opening; /* or NULL: opened by no fact, but by */
    const char *opened_by;          /* "start" (NULL too), "birthday", "term" or "becomes" */
    const struct standing *begun;   /* the fact that began the scope, or NULL: whose fields `opening.` then means */
    size_t place;                   /* of the opening among its like in the scope, from 1 */
    const struct standing *fact;    /* the fact looked at, or NULL */
};

struct expression_reader {
    struct lexer *lexer;
    const struct catalogue *catalogue;
    enum scope_kind scope;
    const struct named_spans *spans; /* for `during`; NULL: none */
};
/* NULL with a problem told. Reads to the end of the text. */
const struct expression *expression_read(const struct expression_reader *reader);

enum truth expression_evaluate(const struct expression *node, const struct setting *setting);
const char *expression_text(const struct expression *expression);

/* What a condition mentions whose value changes with time: where these change it is asked anew. */
enum mention_kind {
    MENTION_AGE,             /* `age`, `limit` after the day */
    MENTION_WITHIN,          /* `limit` of the start */
    MENTION_HAD,             /* facts of `filter`, for so long as `limit`; number 0: from then on */
    MENTION_PLACEMENT_FIELD, /* `field` */
    MENTION_PROFILE,
    MENTION_LEGAL_STATUS,
    MENTION_DURING,   /* `span` */
    MENTION_IN_CARE,  /* `age`, `limit` */
    MENTION_OPEN_FOR, /* facts of `filter`, from the end of `limit` on (R1) */
    MENTION_DAYS,     /* each night from a fact of `filter` on, and its end of the window `limit` */
    MENTION_LATENESS, /* duties that are overdue, or have no limit */
};
struct mention {
    enum mention_kind kind;
    int age;
    struct limit limit;
    const struct filter *filter;
    field_symbol field;
    const struct named_span *span;
    const struct expression *node; /* MENTION_DAYS */
};
/* One or more for each place in the condition, which may be NULL; ret_mentions NULL: only counted. */
size_t expression_mentions(const struct expression *node, struct mention *ret_mentions);

/* Of a sum of nights (MENTION_DAYS): its window, number 0 for none; does it count from the fact on; and the last night
 * of what a fact began: the one that is running at the moment while nothing has ended it. */
struct limit expression_window(const struct expression *node);
bool expression_begins(const struct expression *node, const struct standing *fact);
struct date expression_last_night(const struct expression *node, const struct setting *setting,
                                  const struct standing *begun);
/* The facts that the condition rests on at the moment, in its order, at most `max`; returns how many. */
size_t expression_facts(const struct expression *node, const struct setting *setting, const struct standing **ret_facts,
                        size_t max);

#endif
