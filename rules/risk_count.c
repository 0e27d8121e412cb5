/* risk_count.c: so many facts within a window (R28). Facts come in the order of occurrence, and so do the ends of their
 * windows: at an edge those that count are the ones begun less the ones over. */
#include "risk_run.h"

#include <stdlib.h>

struct count_run {
    struct risk_run *run;
    size_t n_counted;
    const struct standing **counted;
    struct instant *window_ends[THRESHOLDS_MAX]; /* by threshold, of each fact counted */
    size_t n_begun, n_over[THRESHOLDS_MAX];      /* at the edge looked at */
};

/* What belongs to the scope and lies before it (R5, R53) is asked at its beginning. */
static struct occurrence asked_at(const struct risk_run *run, struct occurrence occurred) {
    return instant_before(occurred.at, run->span.from.at) ? run->span.from : occurred;
}

static bool is_counted(const struct risk_run *run, const struct standing *fact) {
    const struct risk *risk = run->risk;
    bool matches = risk->counts_any;
    for (size_t i = 0; i < risk->n_counts; i++)
        matches |= filter_matches(&risk->counts[i], fact->fact, NULL);
    if (!matches || !in_force_on(&risk->rule.in_force, fact->occurred.day))
        return false;
    if (risk->counts_when == NULL)
        return true;
    struct setting setting = risk_setting(run, asked_at(run, fact->occurred), fact);
    return expression_evaluate(risk->counts_when, &setting) == TRUTH_YES;
}

/* A placement belongs to the period that it was found to belong to, also when it began before (R53). */
static bool by_placement(const struct risk_run *run, const struct event_type *type) {
    return run->span.kind == SCOPE_CARE && type == run->history->symbols->placement_started;
}

static bool belongs(const struct risk_run *run, const struct standing *fact) {
    if (!by_placement(run, fact->fact->type))
        return span_contains(run->history, &run->span, fact);
    const struct placement *placement = history_placement_of(run->history, fact);
    return placement != NULL && placement->period == run->span.period;
}

/* Where such facts may lie: a placement that belongs to the period began after the start of the one before. */
static struct span_of reach_of(const struct risk_run *run, const struct event_type *type) {
    struct span_of reach = run->span;
    if (by_placement(run, type))
        reach.from.day = reach.period > run->history->periods ? reach.period[-1].from.day : (struct date){INT32_MIN};
    return reach;
}

/* The facts of a type come once, whichever of the filters names it. */
static bool named_before(const struct risk *risk, size_t place) {
    for (size_t i = 0; i < place; i++)
        if (risk->counts[i].type == risk->counts[place].type)
            return true;
    return false;
}

/* What is about records or feeds is no fact of the subject. */
static void collect_any(struct count_run *count_run) {
    const struct risk_run *run = count_run->run;
    const struct history *history = run->history;
    count_run->counted = ARENA_ARRAY(history->arena, const struct standing *, history->count);
    for (size_t i = 0; i < history->count; i++) {
        const struct standing *fact = &history->standings[i];
        if (!fact->fact->type->control && belongs(run, fact) && is_counted(run, fact))
            count_run->counted[count_run->n_counted++] = fact;
    }
}

static void collect_counted(struct count_run *count_run) {
    const struct risk_run *run = count_run->run;
    const struct history *history = run->history;
    size_t capacity = 0, count;
    for (size_t i = 0; i < run->risk->n_counts; i++) {
        (void) history_of_type(history, run->risk->counts[i].type, &count);
        capacity += count;
    }
    count_run->counted = ARENA_ARRAY(history->arena, const struct standing *, capacity);
    for (size_t i = 0; i < run->risk->n_counts; i++) {
        if (named_before(run->risk, i))
            continue;
        struct span_of reach = reach_of(run, run->risk->counts[i].type);
        const struct standing *const *all = span_facts(history, &reach, run->risk->counts[i].type, &count);
        for (size_t j = 0; j < count; j++)
            if (belongs(run, all[j]) && is_counted(run, all[j]))
                count_run->counted[count_run->n_counted++] = all[j];
    }
    if (run->risk->n_counts > 1)
        qsort(count_run->counted, count_run->n_counted, sizeof *count_run->counted, standing_place_order);
}

static struct instant window_end(const struct risk_run *run, const struct standing *fact, struct limit within) {
    return within.number > 0 ? limit_window_end(run->history->calendar, within, fact->occurred) : INSTANT_NEVER;
}

static void find_edges(struct count_run *count_run) {
    struct risk_run *run = count_run->run;
    run->n_edges = 0;
    risk_add_edge(run, run->span.from.at);
    risk_add_edge(run, run->span.to.at);
    for (size_t i = 0; i < count_run->n_counted; i++)
        risk_add_edge(run, count_run->counted[i]->occurred.at);
    for (size_t j = 0; j < run->risk->n_thresholds; j++) {
        count_run->window_ends[j] = ARENA_ARRAY(run->history->arena, struct instant, count_run->n_counted);
        for (size_t i = 0; i < count_run->n_counted; i++) {
            struct instant end = window_end(run, count_run->counted[i], run->risk->thresholds[j].within);
            count_run->window_ends[j][i] = end;
            risk_add_edge(run, end);
        }
    }
    risk_sort_edges(run);
}

static void move_to(struct count_run *count_run, struct instant at) {
    while (count_run->n_begun < count_run->n_counted && count_run->counted[count_run->n_begun]->occurred.at.ms <= at.ms)
        count_run->n_begun++;
    for (size_t j = 0; j < count_run->run->risk->n_thresholds; j++)
        while (count_run->n_over[j] < count_run->n_begun && count_run->window_ends[j][count_run->n_over[j]].ms <= at.ms)
            count_run->n_over[j]++;
}

static bool is_over(const struct count_run *count_run, struct instant at) {
    const struct risk *risk = count_run->run->risk;
    if (!risk_within_span(count_run->run, at))
        return false;
    for (size_t j = 0; j < risk->n_thresholds; j++)
        if (count_run->n_begun - count_run->n_over[j] >= (size_t) risk->thresholds[j].at_least)
            return true;
    return false;
}

static void set_evidence(const struct count_run *count_run, struct derived *derived) {
    const struct history *history = count_run->run->history;
    struct evidence *evidence = ARENA_ARRAY(history->arena, struct evidence, count_run->n_counted);
    for (size_t i = 0; i < count_run->n_counted; i++)
        evidence[i] = evidence_of(count_run->counted[i], "counted");
    derived->face.evidence = evidence;
    derived->face.n_evidence = count_run->n_counted;
}

void risk_count_derive(struct risk_run *run) {
    struct count_run count_run = {.run = run};
    if (run->risk->counts_any)
        collect_any(&count_run);
    else
        collect_counted(&count_run);
    find_edges(&count_run);
    struct derived *derived = NULL;
    for (size_t i = 0; i < run->n_edges; i++) {
        move_to(&count_run, run->edges[i]);
        bool over = is_over(&count_run, run->edges[i]);
        if (over && derived == NULL)
            derived = risk_derived_new(run, span_anchor(run->history, &run->span), run->edges[i]);
        if (derived == NULL)
            continue;
        derived->face.state = over ? INSTANCE_RAISED : INSTANCE_CLEARED;
        if (over)
            risk_add_held(run, derived, (struct held){run->edges[i], risk_stretch_end(run, i)});
        derived->count = (int32_t) (count_run.n_begun - count_run.n_over[0]);
    }
    if (derived != NULL)
        set_evidence(&count_run, derived);
}
