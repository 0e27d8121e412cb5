/* risk.c: the instances of risks: counts in a window (risk_count.c), states held (risk_state.c), and the states that
 * events open (risk_event.c).
 *
 * All come down to edges at which the answer can change. The risk is asked at each edge that has been reached, and the
 * answers give the stretches during which it held; the first edge ahead is when to look again. */
#include "risk_run.h"

#include <stdlib.h>
#include <string.h>

struct setting risk_setting(const struct risk_run *run, struct occurrence at, const struct standing *fact) {
    return (struct setting){
        .history = run->history,
        .kind = run->span.kind,
        .scope_from = run->scope_from,
        .period = run->span.period,
        .home = run->span.home,
        .episode = run->span.episode,
        .at = at,
        .opening = fact,
        .fact = fact,
    };
}

void risk_add_edge(struct risk_run *run, struct instant at) {
    if (run->n_edges == run->edges_capacity) {
        run->edges_capacity = run->edges_capacity > 0 ? 2 * run->edges_capacity : 64;
        run->edges =
            arena_grow_array(run->history->arena, run->edges, run->n_edges, run->edges_capacity, sizeof *run->edges);
    }
    run->edges[run->n_edges++] = at;
}

static int by_instant(const void *a, const void *b) {
    const struct instant *one = a, *other = b;
    return (one->ms > other->ms) - (one->ms < other->ms);
}

void risk_sort_edges(struct risk_run *run) {
    qsort(run->edges, run->n_edges, sizeof *run->edges, by_instant);
    size_t kept = 0;
    for (size_t i = 0; i < run->n_edges; i++)
        if (moment_reached(run->history->moment, run->edges[i]) &&
            (kept == 0 || run->edges[kept - 1].ms != run->edges[i].ms))
            run->edges[kept++] = run->edges[i];
    run->n_edges = kept;
}

struct instant risk_stretch_end(const struct risk_run *run, size_t edge) {
    return edge + 1 < run->n_edges ? run->edges[edge + 1] : INSTANT_NEVER;
}

bool risk_within_span(const struct risk_run *run, struct instant at) {
    return run->span.from.at.ms <= at.ms && at.ms < run->span.to.at.ms;
}

struct derived *risk_derived_new(const struct risk_run *run, const char *anchor, struct instant opened_at) {
    struct derived *derived = derivation_add(run->derivation);
    derived->rule = &run->risk->rule;
    derived->quiet = run->risk->quiet;
    derived->face = (struct instance){
        .rule = &run->risk->rule.face,
        .anchor = anchor,
        .opened_at = opened_at,
        .due_at = INSTANT_NEVER,
        .due_soon_at = INSTANT_NEVER,
        .met_at = INSTANT_NEVER,
        .ended_at = INSTANT_NEVER,
        .state = INSTANCE_CLEARED,
    };
    return derived;
}

void risk_add_held(const struct risk_run *run, struct derived *derived, struct held held) {
    size_t count = derived->n_held;
    if (count > 0 && derived->held[count - 1].to.ms == held.from.ms) {
        derived->held[count - 1].to = held.to;
        return;
    }
    if ((count & (count - 1)) == 0) /* the room doubles at every power of two */
        derived->held = arena_grow_array(run->history->arena, derived->held, count, count > 0 ? 2 * count : 1,
                                         sizeof *derived->held);
    derived->held[derived->n_held++] = held;
}

static bool is_about(const struct risk *risk, const struct history *history) {
    return history->subject_kind == NULL || strcmp(risk->subject, history->subject_kind) == 0;
}

void risk_derive(const struct history *history, const struct risk *risk, struct derivation *derivation) {
    if (risk->rule.off || !is_about(risk, history))
        return;
    struct risk_run run = {.history = history, .risk = risk, .derivation = derivation, .raised = TRUTH_YES};
    for (size_t i = 0; i < span_count(history, risk->scope); i++) {
        run.span = span_get(history, risk->scope, i);
        run.scope_from = run.span.from;
        if (risk->kind == RISK_COUNT)
            risk_count_derive(&run);
        else if (run.span.start == NULL && risk->scope != SCOPE_LIFE)
            continue;
        else if (risk->kind == RISK_EVENT)
            risk_event_derive(&run);
        else
            risk_state_derive(&run);
    }
}
