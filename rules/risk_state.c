/* risk_state.c: a state held, perhaps for so long. It is asked at every edge; between two edges it cannot change. With
 * `for` the clock starts with the stretch during which it holds without a break, whatever edges lie within. */
#include "care_time.h"
#include "matched.h"
#include "reference.h"
#include "risk_run.h"
#include "value.h"

#include <string.h>

struct state_run {
    struct risk_run *run;
    size_t first_derived;     /* of this span in the derivation */
    field_symbol field;       /* the placement's field that the risk is about, or FIELD_NONE */
    const char *anchor;       /* of the unbroken stretch, whatever law is in force; NULL: none */
    struct instant began_at;  /* of the same */
    bool holding;             /* under the law in force */
    struct instant held_at;   /* while holding: from when, with `for` so long after the beginning */
    struct deadline held_for; /* while holding: the end of the rule's `for`; where that is not known, neither is it */
};

/* Edges. */

/* The first day on which the age is reached that long after it. Counting back comes near: months and working days do
 * not count back to where they came from. */
static struct date day_of_age(const struct history *history, const struct mention *mention) {
    const struct calendar *calendar = history->calendar;
    struct date birthday = date_birthday(history->born, mention->age);
    struct limit back = {.number = -mention->limit.number, .unit = mention->limit.unit};
    struct date day = limit_day(calendar, back, birthday);
    while (date_before(limit_day(calendar, mention->limit, day), birthday))
        day = date_add_days(day, 1);
    while (!date_before(limit_day(calendar, mention->limit, date_add_days(day, -1)), birthday))
        day = date_add_days(day, -1);
    return day;
}

static void add_midnight(struct risk_run *run, struct date day) {
    risk_add_edge(run, zone_midnight(calendar_zone(run->history->calendar), day));
}

/* Those outside the span change nothing of it. */
static void add_facts(struct risk_run *run, const struct standing *const *all, size_t count) {
    for (size_t i = history_n_before_day(all, count, run->span.from.day);
         i < count && all[i]->occurred.day.day <= run->span.to.day.day; i++)
        risk_add_edge(run, all[i]->occurred.at);
}

static void add_legal_statuses(struct risk_run *run) {
    size_t count;
    const struct standing *const *all =
        history_of_type(run->history, run->history->symbols->legal_status_changed, &count);
    add_facts(run, all, count);
}

/* Which of the type matter to a filter that asks for the opening differs from one question to the next. */
static const struct standing *const *mentioned(const struct risk_run *run, const struct mention *mention,
                                               size_t *ret_count) {
    if (mention->filter->of_opening)
        return history_of_type(run->history, mention->filter->type, ret_count);
    return matched_facts(run->history, mention->filter, ret_count);
}

/* Each fact leaves the window at its end (R28). */
static void add_windows(struct risk_run *run, const struct mention *mention, const struct standing *const *all,
                        size_t count) {
    for (size_t i = 0; i < count; i++)
        risk_add_edge(run, limit_window_end(run->history->calendar, mention->limit, all[i]->occurred));
}

static void add_had(struct risk_run *run, const struct mention *mention) {
    size_t count;
    const struct standing *const *all = mentioned(run, mention, &count);
    add_facts(run, all, count);
    if (mention->limit.number > 0)
        add_windows(run, mention, all, count);
}

static void add_ends_of_limits(struct risk_run *run, const struct mention *mention) {
    size_t count;
    struct limit at_once = {0};
    const struct standing *const *all = mentioned(run, mention, &count);
    for (size_t i = 0; i < count; i++)
        risk_add_edge(run, limit_deadline(run->history->calendar, mention->limit, at_once, all[i]->occurred).due_at);
}

/* A sum of nights can change with each of them, and when it leaves the window. */
static void add_nights(struct risk_run *run, const struct mention *mention) {
    const struct calendar *calendar = run->history->calendar;
    struct occurrence now = occurrence_at(run->history, run->history->moment->now, false);
    struct setting setting = risk_setting(run, now, NULL);
    struct limit within = expression_window(mention->node);
    size_t count;
    const struct standing *const *all = mentioned(run, mention, &count);
    for (size_t i = 0; i < count; i++) {
        if (!expression_begins(mention->node, all[i]))
            continue;
        struct date last = expression_last_night(mention->node, &setting, all[i]);
        for (struct date day = all[i]->occurred.day; day.day <= last.day; day = date_add_days(day, 1)) {
            add_midnight(run, date_add_days(day, 1));
            if (within.number > 0)
                add_midnight(run, limit_day(calendar, within, day));
        }
    }
}

static void add_latenesses(struct risk_run *run) {
    for (size_t i = 0; i < run->history->n_latenesses; i++) {
        risk_add_edge(run, run->history->latenesses[i].from);
        risk_add_edge(run, run->history->latenesses[i].to);
    }
}

/* Of the home that is the scope, or of all. */
static void add_placements(struct risk_run *run) {
    const struct home *home = run->span.home;
    size_t first = home != NULL ? home->first : 0, count = home != NULL ? home->count : run->history->n_placements;
    for (size_t i = first; i < first + count; i++) {
        const struct placement *placement = &run->history->placements[i];
        if (home != NULL && placement->home != home)
            continue;
        if (placement->ordinary_from.ms != INSTANT_NEVER.ms)
            risk_add_edge(run, placement->ordinary_from);
        for (size_t j = 0; j < placement->n_changes; j++)
            risk_add_edge(run, placement->changes[j].standing->occurred.at);
    }
}

static void add_ends_of_placements(struct risk_run *run) {
    for (size_t i = 0; run->span.home == NULL && i < run->history->n_placements; i++)
        risk_add_edge(run, run->history->placements[i].to);
}

static void add_stretches(struct risk_run *run, const struct named_span *span) {
    size_t count;
    const struct stretch *list = spans_of(run->history, span, &count);
    for (size_t i = 0; i < count; i++) {
        risk_add_edge(run, list[i].from.at);
        risk_add_edge(run, list[i].to.at);
    }
}

/* Where days in care are counted the answer changes with a period, and on the day on which they are enough. */
static void add_care_time(struct risk_run *run, const struct mention *mention) {
    const struct history *history = run->history;
    struct date day;
    for (size_t i = 0; i < history->n_periods; i++) {
        risk_add_edge(run, history->periods[i].from.at);
        risk_add_edge(run, history->periods[i].to.at);
        if (mention->age == 0 && care_time_period_reached(history, history->periods[i].from, mention->limit, &day))
            add_midnight(run, day);
    }
    if (mention->age > 0 && history->has_birth && care_time_reached(history, mention->age, mention->limit, &day))
        add_midnight(run, day);
}

static void add_segments(struct risk_run *run) {
    for (size_t i = 0; i < run->history->n_segments; i++) {
        risk_add_edge(run, run->history->segments[i].from.at);
        risk_add_edge(run, run->history->segments[i].to.at);
    }
}

static void add_mention(struct risk_run *run, const struct mention *mention) {
    switch (mention->kind) {
    case MENTION_AGE:
        if (run->history->has_birth)
            add_midnight(run, day_of_age(run->history, mention));
        break;
    case MENTION_WITHIN:
        add_midnight(run, limit_day(run->history->calendar, mention->limit, run->scope_from.day));
        break;
    case MENTION_HAD:
        add_had(run, mention);
        break;
    case MENTION_PLACEMENT_FIELD:
        add_placements(run);
        add_ends_of_placements(run);
        break;
    case MENTION_PROFILE:
        add_segments(run);
        break;
    case MENTION_LEGAL_STATUS:
        add_legal_statuses(run);
        break;
    case MENTION_DURING:
        add_stretches(run, mention->span);
        break;
    case MENTION_IN_CARE:
        add_care_time(run, mention);
        break;
    case MENTION_OPEN_FOR:
        add_ends_of_limits(run, mention);
        break;
    case MENTION_DAYS:
        add_nights(run, mention);
        break;
    case MENTION_LATENESS:
        add_latenesses(run);
        break;
    }
}

/* Of a whole life what came before the first fact is not known. */
static struct instant first_edge(const struct risk_run *run) {
    if (run->span.kind != SCOPE_LIFE || run->anchor != NULL)
        return run->span.from.at;
    return run->history->count > 0 ? run->history->standings[0].occurred.at : INSTANT_NEVER;
}

void risk_state_find_edges(struct risk_run *run, const struct mention *mentions, size_t n_mentions) {
    risk_add_edge(run, first_edge(run));
    risk_add_edge(run, run->span.to.at);
    for (size_t i = 0; i < n_mentions; i++)
        add_mention(run, &mentions[i]);
    risk_sort_edges(run);
}

/* Closing is an act of its moment: without a time of day it was when it was recorded. */
static struct instant closed_at(const struct standing *closing) {
    return closing->occurred.bare ? closing->fact->recorded_at : closing->occurred.at;
}

static void add_closings(struct risk_run *run) {
    size_t count;
    const struct standing *const *all = history_of_type(run->history, run->risk->closed_by, &count);
    for (size_t i = 0; i < count; i++)
        risk_add_edge(run, closed_at(all[i]));
}

/* Stretches. */

static struct setting setting_at(const struct risk_run *run, struct instant at) {
    const struct standing *opening = run->opening != NULL ? run->opening : run->span.start;
    return risk_setting(run, occurrence_at(run->history, at, false), opening);
}

/* Once it holds it is asked whether it has ended. */
static enum truth has_not_ended(const struct risk_run *run, const struct setting *setting) {
    enum truth ended = expression_evaluate(run->risk->until, setting);
    return ended == TRUTH_UNKNOWN ? ended : ended == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
}

static enum truth holds_at(const struct state_run *state, struct instant at) {
    const struct risk_run *run = state->run;
    if (at.ms < first_edge(run).ms || !risk_within_span(run, at))
        return TRUTH_NO;
    struct setting setting = setting_at(run, at);
    enum truth truth = TRUTH_YES;
    if (state->anchor != NULL && run->risk->until != NULL)
        truth = has_not_ended(run, &setting);
    else if (run->risk->holds != NULL)
        truth = expression_evaluate(run->risk->holds, &setting);
    return truth == TRUTH_YES ? run->raised : truth;
}

/* Does the text end with `|rule|anchor`? Every fact here is of this subject, under whatever reference. */
static bool names_alert(const struct state_run *state, const char *text) {
    const char *id = state->run->risk->rule.face.id;
    size_t length = strlen(text), n_anchor = strlen(state->anchor), n_id = strlen(id);
    if (length < n_anchor + n_id + 2)
        return false;
    const char *anchor = text + length - n_anchor, *rule = anchor - n_id - 1;
    return anchor[-1] == '|' && rule[-1] == '|' && memcmp(rule, id, n_id) == 0 && strcmp(anchor, state->anchor) == 0;
}

/* Has a person closed it since it began? */
static bool is_closed(const struct state_run *state, struct instant at) {
    const struct risk *risk = state->run->risk;
    size_t count = 0;
    const struct standing *const *all =
        risk->closed_by != NULL ? history_of_type(state->run->history, risk->closed_by, &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        struct instant closed = closed_at(all[i]);
        if (state->began_at.ms <= closed.ms && closed.ms <= at.ms &&
            names_alert(state, value_text(fact_value(all[i]->fact, risk->closed_alert))))
            return true;
    }
    return false;
}

/* The fact whose value the risk is about: what set the placement's field, else what began the span. Its date chooses
 * the law in force (R33). */
static const struct standing *subject_fact(const struct state_run *state, struct instant at) {
    const struct risk_run *run = state->run;
    const struct standing *set_by = run->opening != NULL ? run->opening : run->span.start;
    if (run->span.home != NULL && state->field != FIELD_NONE)
        (void) home_value(run->history, run->span.home, state->field, at, &set_by);
    return set_by;
}

static const char *state_anchor(const struct risk_run *run, struct instant at) {
    if (run->anchor != NULL)
        return run->anchor;
    if (run->span.home == NULL)
        return span_anchor(run->history, &run->span);
    return arena_join(run->history->arena, "placement", ":",
                      home_placement(run->history, run->span.home, at)->reference);
}

static struct derived *find_same(const struct state_run *state) {
    struct derivation *derivation = state->run->derivation;
    for (size_t i = state->first_derived; i < derivation->count; i++)
        if (strcmp(derivation->list[i].face.anchor, state->anchor) == 0)
            return &derivation->list[i];
    return NULL;
}

enum { EVIDENCE_MAX = 20 };

/* What raised it, and what its condition rests on. */
static void set_evidence(const struct state_run *state, struct derived *derived, struct instant at,
                         const struct standing *fact) {
    const struct history *history = state->run->history;
    const struct standing *facts[EVIDENCE_MAX];
    struct setting setting = setting_at(state->run, at);
    size_t n_facts = expression_facts(state->run->risk->holds, &setting, facts, EVIDENCE_MAX), count = 0;
    struct evidence *evidence = ARENA_ARRAY(history->arena, struct evidence, n_facts + 1);
    if (fact != NULL)
        evidence[count++] = evidence_of(fact, "raised");
    for (size_t i = 0; i < n_facts; i++)
        if (facts[i] != fact)
            evidence[count++] = evidence_of(facts[i], "counted");
    derived->face.evidence = evidence;
    derived->face.n_evidence = count;
}

static struct derived *begin_state(const struct state_run *state, struct instant at, const struct standing *fact) {
    struct derived *derived = find_same(state);
    if (derived != NULL)
        return derived;
    derived = risk_derived_new(state->run, state->anchor, at);
    set_evidence(state, derived, at, fact);
    return derived;
}

/* With `for` it holds from the first instant after that time, if it lasts so long (R1, R31). */
static void begin_holding(struct state_run *state, struct instant since) {
    const struct risk_run *run = state->run;
    struct limit at_once = {0};
    state->holding = true;
    state->held_at = since;
    state->held_for = (struct deadline){.outcome = DEADLINE_KNOWN};
    if (run->risk->held_for.number == 0)
        return;
    struct occurrence begun = occurrence_at(run->history, since, false);
    state->held_for = limit_deadline(run->history->calendar, run->risk->held_for, at_once, begun);
    if (state->held_for.outcome == DEADLINE_KNOWN)
        state->held_at = state->held_for.due_at;
}

static void take_stretch(const struct state_run *state, struct held stretch, enum truth truth,
                         const struct standing *fact) {
    struct moment *moment = state->run->history->moment;
    stretch.from = instant_max(stretch.from, state->held_at);
    if (stretch.from.ms >= stretch.to.ms || !moment_reached(moment, stretch.from))
        return;
    struct derived *derived = begin_state(state, stretch.from, fact);
    derived->limit = state->run->risk->held_for;
    derived->deadline.outcome = state->held_for.outcome;
    derived->deadline.estimated = state->held_for.estimated;
    derived->face.provisional = state->held_for.provisional;
    risk_add_held(state->run, derived, stretch);
    if (moment_reached(moment, stretch.to))
        derived->face.state = INSTANCE_CLEARED;
    else
        derived->face.state = truth == TRUTH_UNKNOWN ? INSTANCE_UNKNOWN : INSTANCE_RAISED;
}

static void take_edge(struct state_run *state, size_t edge) {
    struct risk_run *run = state->run;
    struct instant at = run->edges[edge];
    enum truth truth = holds_at(state, at);
    if (truth == TRUTH_NO) {
        state->anchor = NULL;
        state->holding = false;
        return;
    }
    if (state->anchor == NULL) {
        state->anchor = state_anchor(run, at);
        state->began_at = at;
    }
    const struct standing *fact = subject_fact(state, at);
    bool in_force = fact == NULL || in_force_on(&run->risk->rule.in_force, fact->occurred.day);
    if (!in_force || is_closed(state, at)) {
        state->holding = false;
        return;
    }
    if (!state->holding)
        begin_holding(state, at);
    if (state->held_for.outcome != DEADLINE_KNOWN)
        truth = TRUTH_UNKNOWN;
    struct held stretch = {at, instant_min(risk_stretch_end(run, edge), run->span.to.at)};
    take_stretch(state, stretch, truth, fact);
}

static field_symbol subject_field(const struct risk *risk) {
    for (size_t i = 0; i < risk->n_mentions; i++)
        if (risk->mentions[i].kind == MENTION_PLACEMENT_FIELD)
            return risk->mentions[i].field;
    return FIELD_NONE;
}

void risk_state_derive(struct risk_run *run) {
    struct state_run state = {.run = run, .first_derived = run->derivation->count, .field = subject_field(run->risk)};
    run->n_edges = 0;
    if (run->risk->closed_by != NULL)
        add_closings(run);
    risk_state_find_edges(run, run->risk->mentions, run->risk->n_mentions);
    for (size_t i = 0; i < run->n_edges; i++)
        take_edge(&state, i);
}
