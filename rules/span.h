/* span.h: the scopes of rules: the spans of a subject's history within which a duty opens or a risk counts. */
#ifndef WATCHKEEPER_SPAN_H
#define WATCHKEEPER_SPAN_H

#include "expression.h"
#include "spans.h"

struct span_of {
    enum scope_kind kind;
    const struct period *period;
    const struct home *home;
    const struct episode *episode;
    const struct named_span *named;
    const struct stretch *stretch; /* of SCOPE_SPAN */
    struct occurrence from, to;
    const struct standing
        *start; /* the fact that began it; NULL for life, and for an episode only its end of which is known */
};

/* A part of a span during which the profile is the one wanted. */
struct piece {
    struct occurrence from, to;
};

/* The number of spans of that kind, and one of them; stays that are temporary all along are spans of placements too. */
size_t span_count(const struct history *history, enum scope_kind kind);
struct span_of span_get(const struct history *history, enum scope_kind kind, size_t place);
/* One of those of SCOPE_SPAN with that name; spans_of() counts them. */
struct span_of span_named(const struct history *history, const struct named_span *named, size_t place);

/* The parts of a span with a profile, in order; PROFILE_NONE: the whole. */
size_t span_pieces(const struct history *history, const struct span_of *span, enum profile profile,
                   struct piece **ret_pieces);

/* Does a fact belong to the span? In care by R9, in a placement by day where one side is a bare date, in an episode by
 * its reference. */
bool span_contains(const struct history *history, const struct span_of *span, const struct standing *standing);

/* The facts of a type among which those that belong to the span are: of an episode those with its reference, else those
 * of its days. */
const struct standing *const *span_facts(const struct history *history, const struct span_of *span,
                                         const struct event_type *type, size_t *ret_count);

/* The anchor of what the start of the span opens. */
const char *span_anchor(const struct history *history, const struct span_of *span);

/* Anchors by kind and date: the second, third ... fact of that date gets .2, .3 (R19). `number` is 1 for the first. */
const char *anchor_dated(const struct history *history, const char *kind, struct date day, size_t number);
/* The reference in the anchor of a placement: of the first with the same carer. */
const char *anchor_placement(const struct history *history, const struct standing *start);

#endif
