/* spans.h: spans between events that a pack names and uses as scopes: a care leaver's support, a carer's approval, a
 * child protection plan.
 *
 * Each fact that begins one opens it; the next that ends it, death, the birthday named, or with `within: care` the end
 * of the period of care ends it. A further beginning ends it and begins another, unless it goes on. */
#ifndef WATCHKEEPER_SPANS_H
#define WATCHKEEPER_SPANS_H

#include "filter.h"
#include "history.h"

enum { SPANS_MAX = 64, SPAN_FILTERS_MAX = 8 };

struct named_span {
    const char *name, *anchor;
    size_t n_from, n_to;
    struct filter from[SPAN_FILTERS_MAX], to[SPAN_FILTERS_MAX];
    int until_age;    /* 0: no */
    bool within_care; /* ends with the period of care in which it began; begun outside care there is none */
    bool goes_on;     /* a further beginning changes nothing */
};

/* Those that a pack and the packs before it name. */
struct named_spans {
    size_t count;
    const struct named_span *list[SPANS_MAX];
};
const struct named_span *spans_find(const struct named_spans *spans, const char *name); /* may be NULL */

/* One such span of a subject. */
struct stretch {
    const struct standing *start;
    struct occurrence from, to;
    size_t number; /* of its start among those of the date, from 1 (R19) */
};

/* All of that name, in order; worked out once a history. */
const struct stretch *spans_of(const struct history *history, const struct named_span *span, size_t *ret_count);
/* Does the moment lie in one, its first and its last day included where one side is a bare date (R5)? */
bool spans_hold(const struct history *history, const struct named_span *span, struct occurrence at);

#endif
