/* risk_run.h: what counts and states share, and the openings of duties that are states coming to hold. */
#ifndef WATCHKEEPER_RISK_RUN_H
#define WATCHKEEPER_RISK_RUN_H

#include "derive.h"

#include "span.h"

struct risk_run {
    const struct history *history;
    const struct risk *risk;
    struct derivation *derivation;
    struct span_of span; /* of an event: from it on, to the end of what it may last */
    struct occurrence scope_from;
    const char *anchor;             /* of an event; NULL: of the span */
    const struct standing *opening; /* the fact that raised it; NULL: none */
    enum truth raised;              /* not known whether it raised it */
    size_t n_edges, edges_capacity;
    struct instant *edges; /* the instants at which the answer may change; once sorted, as far as they are reached */
};

struct setting risk_setting(const struct risk_run *run, struct occurrence at, const struct standing *fact);

void risk_add_edge(struct risk_run *run, struct instant at);
/* Adds the instants at which a condition that mentions these may change, sorts them all and leaves what is reached. */
void risk_state_find_edges(struct risk_run *run, const struct mention *mentions, size_t n_mentions);
/* Sorts the edges, leaves one of each that has been reached, and notes the first one ahead. */
void risk_sort_edges(struct risk_run *run);
/* The stretch that begins at an edge lasts to the next one, or is the one we are in: INSTANT_NEVER. */
struct instant risk_stretch_end(const struct risk_run *run, size_t edge);
bool risk_within_span(const struct risk_run *run, struct instant at);

struct derived *risk_derived_new(const struct risk_run *run, const char *anchor, struct instant opened_at);
/* Adds a stretch during which the risk held, or lengthens the last one. */
void risk_add_held(const struct risk_run *run, struct derived *derived, struct held held);

/* Of the one span. */
void risk_count_derive(struct risk_run *run);
void risk_state_derive(struct risk_run *run);
void risk_event_derive(struct risk_run *run);

#endif
