/* risk_event.c: a risk that an event raises, or the end of its scope, until something clears it.
 *
 * Each such fact is a state of its own (risk_state.c): it begins with the fact, and ends with what clears it, with the
 * time it may last, or with its scope. The end of a scope is no part of it: what it raises lasts with the period of
 * care, or with the life. */
#include "risk_run.h"

#include <string.h>

static struct occurrence earlier_of(struct occurrence a, struct occurrence b) {
    return b.at.ms < a.at.ms ? b : a;
}

/* ---- how long ---- */

static struct occurrence cleared_at(const struct risk_run *run) {
    struct occurrence end = run->span.to;
    const struct fact *opening = run->opening != NULL ? run->opening->fact : NULL;
    for (size_t i = 0; i < run->risk->n_clears; i++) {
        size_t count;
        const struct standing *const *all = history_of_type(run->history, run->risk->clears[i].type, &count);
        for (size_t j = history_n_before_day(all, count, run->span.from.day); j < count; j++)
            if (occurrence_on_or_before(run->span.from, all[j]->occurred) &&
                filter_matches(&run->risk->clears[i], all[j]->fact, opening)) {
                end = earlier_of(end, all[j]->occurred);
                break;
            }
    }
    return end;
}

static struct occurrence lasts_to(const struct risk_run *run, struct occurrence end) {
    if (run->risk->lasts.number == 0)
        return end;
    struct instant over = limit_window_end(run->history->calendar, run->risk->lasts, run->span.from);
    return earlier_of(end, occurrence_at(run->history, over, false));
}

/* ---- by what name ---- */

static bool same_noun(const char *type, const char *other) {
    size_t length = strcspn(type, ".");
    return strncmp(type, other, length) == 0 && other[length] == '.';
}

static bool raises(const struct risk *risk, const struct standing *fact) {
    for (size_t i = 0; i < risk->n_raises; i++)
        if (!risk->raises[i].end && filter_matches(&risk->raises[i].filter, fact->fact, NULL))
            return true;
    return false;
}

/* Its number among those of its noun and day: by the first records of their chains (R19). */
static size_t number_of(const struct risk_run *run, const struct standing *fact) {
    size_t number = 1;
    for (size_t i = 0; i < run->history->count; i++) {
        const struct standing *other = &run->history->standings[i];
        bool before = other != fact && date_equal(other->first->occurred.day, fact->first->occurred.day) &&
                      standing_recorded_order(other->first, fact->first) < 0;
        if (before && same_noun(fact->fact->type->name, other->fact->type->name) && raises(run->risk, other))
            number++;
    }
    return number;
}

static const char *anchor_of(const struct risk_run *run, const struct standing *fact) {
    const struct history *history = run->history;
    const char *name = fact->fact->type->name;
    const char *noun = arena_strndup(history->arena, name, strcspn(name, "."));
    if (fact->fact->type == history->symbols->placement_started)
        return arena_join(history->arena, noun, ":", anchor_placement(history, fact));
    if (fact->fact->type->identity != FIELD_NONE)
        return arena_join(history->arena, noun, ":", fact_value(fact->fact, fact->fact->type->identity).of.text);
    return anchor_dated(history, noun, fact->first->occurred.day, number_of(run, fact));
}

/* ---- raising ---- */

static enum truth asked(const struct risk_run *run, const struct raise *raise, struct occurrence at,
                        const struct standing *fact) {
    if (!in_force_on(&run->risk->rule.in_force, at.day))
        return TRUTH_NO;
    if (raise->when == NULL)
        return TRUTH_YES;
    struct setting setting = risk_setting(run, at, fact != NULL ? fact : run->span.start);
    return expression_evaluate(raise->when, &setting);
}

static void derive_from(struct risk_run event) {
    event.span.to = lasts_to(&event, cleared_at(&event));
    if (event.span.from.at.ms < event.span.to.at.ms)
        risk_state_derive(&event);
}

static void raise_by_fact(const struct risk_run *run, const struct standing *fact, enum truth raised) {
    struct risk_run event = *run;
    event.opening = fact;
    event.raised = raised;
    event.anchor = anchor_of(run, fact);
    event.span.from = fact->occurred;
    derive_from(event);
}

/* The yes of any of those that name its type; else that it is not known. */
static enum truth raised_by(const struct risk_run *run, const struct standing *fact) {
    enum truth truth = TRUTH_NO;
    for (size_t i = 0; i < run->risk->n_raises && truth != TRUTH_YES; i++) {
        const struct raise *raise = &run->risk->raises[i];
        if (raise->end ||
            !filter_matches(&raise->filter, fact->fact, run->span.start != NULL ? run->span.start->fact : NULL))
            continue;
        enum truth one = asked(run, raise, fact->occurred, fact);
        truth = one == TRUTH_NO ? truth : one;
    }
    return truth;
}

static void raise_by_type(const struct risk_run *run, const struct event_type *type) {
    size_t count;
    const struct standing *const *all = span_facts(run->history, &run->span, type, &count);
    for (size_t i = 0; i < count; i++) {
        if (!span_contains(run->history, &run->span, all[i]))
            continue;
        enum truth raised = raised_by(run, all[i]);
        if (raised != TRUTH_NO)
            raise_by_fact(run, all[i], raised);
    }
}

static void raise_by_end(const struct risk_run *run, const struct raise *raise) {
    struct occurrence at = run->span.to;
    if (at.at.ms == INSTANT_NEVER.ms || !moment_reached(run->history->moment, at.at))
        return;
    enum truth raised = asked(run, raise, at, NULL);
    if (raised == TRUTH_NO)
        return;
    struct risk_run event = *run;
    event.raised = raised;
    event.anchor = span_anchor(run->history, &run->span);
    event.span.from = at;
    event.span.to = span_get(run->history, SCOPE_LIFE, 0).to;
    if (run->span.kind != SCOPE_CARE && run->span.period != NULL)
        event.span.to = run->span.period->to;
    derive_from(event);
}

static bool named_before(const struct risk *risk, size_t place) {
    for (size_t i = 0; i < place; i++)
        if (!risk->raises[i].end && risk->raises[i].filter.type == risk->raises[place].filter.type)
            return true;
    return false;
}

void risk_event_derive(struct risk_run *run) {
    for (size_t i = 0; i < run->risk->n_raises; i++) {
        if (run->risk->raises[i].end)
            raise_by_end(run, &run->risk->raises[i]);
        else if (!named_before(run->risk, i))
            raise_by_type(run, run->risk->raises[i].filter.type);
    }
}
