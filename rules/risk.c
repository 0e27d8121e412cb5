/* risk.c: the instances of risks: counts in a window, and states held.
 *
 * Both come down to edges at which the answer can change. The risk is asked at each edge that has been reached, and the
 * answers give the stretches during which it held; the first edge ahead is when to look again. */
#include "derive.h"

#include "span.h"

#include <stdlib.h>
#include <string.h>

struct risk_run {
    const struct history *history;
    const struct risk *risk;
    struct span_of span;
    size_t n_counted;
    const struct standing **counted;
    size_t n_edges;
    struct instant *edges;
};

static int by_instant(const void *a, const void *b) {
    const struct instant *one = a, *other = b;
    return (one->ms > other->ms) - (one->ms < other->ms);
}

static bool in_force(const struct in_force *in_force, struct date day) {
    return in_force->from.day <= day.day && day.day <= in_force->to.day;
}

static void add_held(const struct risk_run *run, struct derived *derived, struct held held) {
    if (derived->n_held > 0 && derived->held[derived->n_held - 1].to.ms == held.from.ms) {
        derived->held[derived->n_held - 1].to = held.to;
        return;
    }
    derived->held = arena_grow_array(run->history->arena, derived->held, derived->n_held, derived->n_held + 1,
                                     sizeof *derived->held);
    derived->held[derived->n_held++] = held;
}

/* The stretch that begins at an edge lasts to the next edge that has been reached, or is the one we are in. */
static struct instant stretch_end(const struct risk_run *run, size_t edge) {
    return edge + 1 < run->n_edges ? run->edges[edge + 1] : INSTANT_NEVER;
}

static void sort_edges(struct risk_run *run) {
    qsort(run->edges, run->n_edges, sizeof *run->edges, by_instant);
    size_t kept = 0;
    for (size_t i = 0; i < run->n_edges; i++)
        if (moment_reached(run->history->moment, run->edges[i]) &&
            (kept == 0 || run->edges[kept - 1].ms != run->edges[i].ms))
            run->edges[kept++] = run->edges[i];
    run->n_edges = kept;
}

static struct derived *derived_new(const struct risk_run *run, struct derivation *derivation, const char *anchor,
                                   struct instant opened_at) {
    struct derived *derived = derivation_add(derivation);
    derived->rule = &run->risk->rule;
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

/* Counts in a window -------------------------------------------------------------------------------------------------
 */

static bool is_counted(const struct risk_run *run, const struct standing *fact) {
    const struct risk *risk = run->risk;
    bool matches = false;
    for (size_t i = 0; i < risk->n_counts; i++)
        matches |= filter_matches(&risk->counts[i], fact->fact, NULL);
    if (!matches || !in_force(&risk->rule.in_force, fact->occurred.day))
        return false;
    if (risk->counts_when == NULL)
        return true;
    struct setting setting = {
        .history = run->history,
        .kind = run->span.kind,
        .scope_from = run->span.from,
        .period = run->span.period,
        .at = fact->occurred,
        .opening = fact,
        .fact = fact,
    };
    return expression_evaluate(risk->counts_when, &setting) == TRUTH_YES;
}

/* A placement belongs to the period that it was found to belong to, also when it began before (R53). */
static bool belongs(const struct risk_run *run, const struct standing *fact) {
    if (run->span.kind != SCOPE_CARE || strcmp(fact->fact->type->name, "placement.started") != 0)
        return span_contains(run->history, &run->span, fact);
    for (size_t i = 0; i < run->history->n_placements; i++)
        if (run->history->placements[i].start == fact)
            return run->history->placements[i].period == run->span.period;
    return false;
}

static void collect_counted(struct risk_run *run) {
    const struct history *history = run->history;
    run->counted = ARENA_ARRAY(history->arena, const struct standing *, history->count);
    run->n_counted = 0;
    for (size_t i = 0; i < run->risk->n_counts; i++) {
        size_t count;
        const struct standing *const *all = history_of_type(history, run->risk->counts[i].type, &count);
        for (size_t j = 0; j < count; j++)
            if (is_counted(run, all[j]) && belongs(run, all[j]))
                run->counted[run->n_counted++] = all[j];
    }
}

/* R28: it counts from its instant until 00:00 local of its date plus the window. */
static struct instant window_end(const struct risk_run *run, const struct standing *fact, struct limit within) {
    const struct calendar *calendar = run->history->calendar;
    if (within.unit == UNIT_HOURS)
        return instant_add(fact->occurred.at, HOURS(within.number));
    return zone_midnight(calendar_zone(calendar), limit_day(calendar, within, fact->occurred.day));
}

static void find_count_edges(struct risk_run *run) {
    const struct risk *risk = run->risk;
    run->edges = ARENA_ARRAY(run->history->arena, struct instant, run->n_counted * (risk->n_thresholds + 1) + 2);
    run->n_edges = 0;
    if (run->span.from.at.ms != INSTANT_DAWN.ms)
        run->edges[run->n_edges++] = run->span.from.at;
    if (run->span.to.at.ms != INSTANT_NEVER.ms)
        run->edges[run->n_edges++] = run->span.to.at;
    for (size_t i = 0; i < run->n_counted; i++) {
        run->edges[run->n_edges++] = run->counted[i]->occurred.at;
        for (size_t j = 0; j < risk->n_thresholds; j++)
            run->edges[run->n_edges++] = window_end(run, run->counted[i], risk->thresholds[j].within);
    }
    sort_edges(run);
}

static int count_at(const struct risk_run *run, struct instant at, struct limit within) {
    int count = 0;
    for (size_t i = 0; i < run->n_counted; i++)
        if (run->counted[i]->occurred.at.ms <= at.ms && at.ms < window_end(run, run->counted[i], within).ms)
            count++;
    return count;
}

static bool is_over(const struct risk_run *run, struct instant at) {
    if (at.ms < run->span.from.at.ms || at.ms >= run->span.to.at.ms)
        return false;
    for (size_t i = 0; i < run->risk->n_thresholds; i++)
        if (count_at(run, at, run->risk->thresholds[i].within) >= run->risk->thresholds[i].at_least)
            return true;
    return false;
}

static void set_counted_evidence(const struct risk_run *run, struct derived *derived) {
    struct evidence *evidence = ARENA_ARRAY(run->history->arena, struct evidence, run->n_counted);
    for (size_t i = 0; i < run->n_counted; i++)
        evidence[i] = evidence_of(run->history, run->counted[i], "counted");
    derived->face.evidence = evidence;
    derived->face.n_evidence = run->n_counted;
}

static void derive_count(struct risk_run *run, struct derivation *derivation) {
    collect_counted(run);
    find_count_edges(run);
    struct derived *derived = NULL;
    for (size_t i = 0; i < run->n_edges; i++) {
        bool over = is_over(run, run->edges[i]);
        if (over && derived == NULL)
            derived = derived_new(run, derivation, span_anchor(run->history, &run->span), run->edges[i]);
        if (derived == NULL)
            continue;
        derived->face.state = over ? INSTANCE_RAISED : INSTANCE_CLEARED;
        if (over)
            add_held(run, derived, (struct held){run->edges[i], stretch_end(run, i)});
        derived->count = count_at(run, run->edges[i], run->risk->thresholds[0].within);
    }
    if (derived != NULL)
        set_counted_evidence(run, derived);
}

/* States held --------------------------------------------------------------------------------------------------------
 */

static void add_change_edges(struct risk_run *run, const char *type) {
    size_t count;
    const struct standing *const *all = history_of(run->history, type, &count);
    for (size_t i = 0; i < count; i++)
        run->edges[run->n_edges++] = all[i]->occurred.at;
}

static void find_state_edges(struct risk_run *run, const struct mentions *mentions) {
    const struct history *history = run->history;
    run->edges = ARENA_ARRAY(history->arena, struct instant,
                             history->count + 2 * history->n_segments + history->n_placements + mentions->n_ages + 2);
    run->n_edges = 0;
    run->edges[run->n_edges++] = run->span.from.at;
    if (mentions->n_fields > 0) {
        add_change_edges(run, "placement.changed");
        for (size_t i = 0; i < history->n_placements; i++)
            if (history->placements[i].home == run->span.home &&
                history->placements[i].ordinary_from.ms != INSTANT_NEVER.ms)
                run->edges[run->n_edges++] = history->placements[i].ordinary_from;
    }
    if (mentions->legal_status)
        add_change_edges(run, "legal_status.changed");
    for (size_t i = 0; i < history->n_segments && mentions->profile; i++) {
        run->edges[run->n_edges++] = history->segments[i].from.at;
        run->edges[run->n_edges++] = history->segments[i].to.at;
    }
    for (size_t i = 0; i < mentions->n_ages && history->has_birth; i++)
        run->edges[run->n_edges++] = history_birthday(history, mentions->ages[i]);
    if (run->span.to.at.ms != INSTANT_NEVER.ms)
        run->edges[run->n_edges++] = run->span.to.at;
    sort_edges(run);
}

static struct occurrence occurrence_of_edge(const struct risk_run *run, struct instant at) {
    return (struct occurrence){.at = at, .day = zone_local_date(calendar_zone(run->history->calendar), at)};
}

static enum truth holds_at(const struct risk_run *run, struct instant at) {
    if (at.ms < run->span.from.at.ms || at.ms >= run->span.to.at.ms)
        return TRUTH_NO;
    if (run->risk->holds == NULL)
        return TRUTH_YES;
    struct setting setting = {
        .history = run->history,
        .kind = run->span.kind,
        .scope_from = run->span.from,
        .period = run->span.period,
        .home = run->span.home,
        .episode = run->span.episode,
        .at = occurrence_of_edge(run, at),
        .opening = run->span.start,
        .fact = run->span.start,
    };
    return expression_evaluate(run->risk->holds, &setting);
}

/* The fact whose value the risk is about: what set the placement's field, else what began the span. Its date chooses
 * the law in force (R33). */
static const struct standing *subject_fact(const struct risk_run *run, const struct mentions *mentions,
                                           struct instant at) {
    const struct standing *set_by = run->span.start;
    if (run->span.home != NULL && mentions->n_fields > 0)
        (void) home_value(run->history, run->span.home, mentions->placement_fields[0], at, &set_by);
    return set_by;
}

static const char *state_anchor(const struct risk_run *run, struct instant at) {
    if (run->span.home == NULL)
        return span_anchor(run->history, &run->span);
    return arena_printf(run->history->arena, "placement:%s",
                        home_placement(run->history, run->span.home, at)->reference);
}

static struct derived *find_same(struct derivation *derivation, const struct rule *rule, const char *anchor) {
    for (size_t i = derivation->count; i-- > 0;)
        if (derivation->list[i].rule == rule && strcmp(derivation->list[i].face.anchor, anchor) == 0)
            return &derivation->list[i];
    return NULL;
}

static struct derived *begin_state(struct risk_run *run, struct derivation *derivation, const char *anchor,
                                   struct instant at, const struct standing *fact) {
    struct derived *derived = find_same(derivation, &run->risk->rule, anchor);
    if (derived != NULL)
        return derived;
    derived = derived_new(run, derivation, anchor, at);
    if (fact == NULL)
        return derived;
    struct evidence *evidence = ARENA_NEW(run->history->arena, struct evidence);
    *evidence = evidence_of(run->history, fact, "raised");
    derived->face.evidence = evidence;
    derived->face.n_evidence = 1;
    return derived;
}

/* A stretch of the state; with `held for` it holds from that long after its beginning, if it lasts so long (R31). */
static void take_stretch(struct risk_run *run, struct derivation *derivation, const char *anchor, struct held stretch,
                         enum truth truth, const struct standing *fact) {
    struct moment *moment = run->history->moment;
    if (run->risk->held_for.number > 0) {
        stretch.from = instant_add(stretch.from, HOURS(run->risk->held_for.number));
        if (stretch.from.ms >= stretch.to.ms || !moment_reached(moment, stretch.from))
            return;
    }
    struct derived *derived = begin_state(run, derivation, anchor, stretch.from, fact);
    add_held(run, derived, stretch);
    if (moment_reached(moment, stretch.to))
        derived->face.state = INSTANCE_CLEARED;
    else
        derived->face.state = truth == TRUTH_UNKNOWN ? INSTANCE_UNKNOWN : INSTANCE_RAISED;
}

static void derive_state(struct risk_run *run, struct derivation *derivation) {
    struct mentions mentions = {0};
    expression_mentions(run->risk->holds, &mentions);
    find_state_edges(run, &mentions);
    const char *anchor = NULL;
    for (size_t i = 0; i < run->n_edges; i++) {
        enum truth truth = holds_at(run, run->edges[i]);
        if (truth == TRUTH_NO) {
            anchor = NULL;
            continue;
        }
        if (anchor == NULL)
            anchor = state_anchor(run, run->edges[i]);
        struct held stretch = {run->edges[i], stretch_end(run, i)};
        if (stretch.to.ms == INSTANT_NEVER.ms)
            stretch.to = run->span.to.at;
        const struct standing *fact = subject_fact(run, &mentions, run->edges[i]);
        if (fact == NULL || in_force(&run->risk->rule.in_force, fact->occurred.day))
            take_stretch(run, derivation, anchor, stretch, truth, fact);
    }
}

void risk_derive(const struct history *history, const struct risk *risk, struct derivation *derivation) {
    struct risk_run run = {.history = history, .risk = risk};
    for (size_t i = 0; i < span_count(history, risk->scope); i++) {
        run.span = span_get(history, risk->scope, i);
        if (risk->kind == RISK_COUNT)
            derive_count(&run, derivation);
        else if (run.span.start != NULL || risk->scope == SCOPE_LIFE)
            derive_state(&run, derivation);
    }
}
