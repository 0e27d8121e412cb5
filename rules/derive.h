/* derive.h: duties and risks as pure functions of a subject's history (design idea 1). */
#ifndef WATCHKEEPER_DERIVE_H
#define WATCHKEEPER_DERIVE_H

#include "engine.h"
#include "pack.h"

struct held { /* a risk was true, or not known to be false */
    struct instant from, to;
};

/* One instance with what the difference needs beyond its face. */
struct derived {
    struct instance face;
    const struct rule *rule;
    struct deadline deadline;
    const struct limit_choice *choice; /* of the rule's limits; NULL: unknown */
    const struct limit_choice *part;   /* of the strictest of several, the one that counts; else choice */
    struct limit limit;                /* as used */
    struct occurrence counted_from;    /* what the limit was counted from: as a rule the opening */
    const struct standing *gate;       /* the event that the duty had to come before, once it has come; or NULL */
    bool dateless;                     /* open without a date: its gate has not come, or it is only measured */
    bool soft;                         /* an aim: no more than due soon is said */
    bool unset;                        /* unknown because no limit is set (R36): nothing is said of it */
    const struct not_fed *not_fed;     /* unknown because no event that could meet it is published; unset too (R52) */
    bool quiet;                        /* a risk that is only counted: nothing is said of it */
    int32_t count;                     /* of a counting risk */
    size_t n_held;
    struct held *held; /* of a risk, in order */
    size_t order;      /* of derivation: where one anchor names two, the later stands (R19) */
};

struct derivation {
    struct arena *arena;
    size_t count, capacity;
    struct derived *list;
};
struct derived *derivation_add(struct derivation *derivation);

void duty_derive(const struct history *history, const struct clock *clock, struct derivation *derivation);
void risk_derive(const struct history *history, const struct risk *risk, struct derivation *derivation);

/* How a fact bears on an instance: "opened", "met", "counted". */
struct evidence evidence_of(const struct standing *standing, const char *role);

/* Sorts by rule id and anchor and leaves one of each. */
void derivation_finish(struct derivation *derivation);

#endif
