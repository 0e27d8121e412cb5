/* duty_instance.c: from an opening to an instance: the row that is the rule, its limit, what met it, its state. */
#include "duty_run.h"

#include <string.h>

static const struct rule *choose_row(const struct duty_run *run, const struct opening *opening, enum truth *ret_truth) {
    struct setting setting = duty_setting(run, opening);
    for (size_t i = 0; i < run->clock->n_rows; i++) {
        const struct rule *row = &run->clock->rows[i];
        if ((row->openers & 1u << opening->opener) == 0 || !in_force_on(&row->in_force, opening->law_day))
            continue;
        *ret_truth = row->when != NULL ? expression_evaluate(row->when, &setting) : TRUTH_YES;
        if (*ret_truth != TRUTH_NO)
            return row;
    }
    return NULL;
}

/* The number a plan gives: of the latest such fact at the opening; without one the limit is unset (R36). */
static bool limit_of_field(const struct duty_run *run, const struct limit_choice *choice, struct instant at,
                           struct limit *ret_limit) {
    size_t count;
    const struct standing *const *all = history_of_type(run->history, choice->field_of.type, &count);
    for (size_t i = history_n_reached(all, count, at); i-- > 0;) {
        struct value value = fact_value(all[i]->fact, choice->field);
        if (value.kind != VALUE_NUMBER || !filter_matches(&choice->field_of, all[i]->fact, NULL))
            continue;
        if (value.of.number < 1 || value.of.number > LIMIT_NUMBER_MAX)
            return false;
        *ret_limit = (struct limit){.number = (int32_t) value.of.number, .unit = choice->limit.unit};
        return true;
    }
    return false;
}

/* The first that fits; NULL where it is not known whether one does. */
static const struct limit_choice *choose_limit(const struct rule *rule, const struct setting *setting) {
    for (size_t i = 0; i < rule->n_limits; i++) {
        const struct limit_choice *choice = &rule->limits[i];
        enum truth truth = choice->when != NULL ? expression_evaluate(choice->when, setting) : TRUTH_YES;
        if (truth != TRUTH_NO)
            return truth == TRUTH_YES ? choice : NULL;
    }
    return NULL;
}

static void set_deadline(const struct duty_run *run, const struct opening *opening, struct derived *derived) {
    struct setting setting = duty_setting(run, opening);
    const struct limit_choice *choice = choose_limit(derived->rule, &setting);
    if (choice == NULL)
        return;
    struct limit limit = choice->limit;
    derived->choice = choice;
    derived->unset = choice->kind == LIMIT_UNSET ||
                     (choice->kind == LIMIT_FIELD && !limit_of_field(run, choice, opening->opened.at, &limit));
    if (derived->unset)
        return;
    derived->limit = limit;
    derived->deadline = limit_deadline(run->history->calendar, limit, derived->rule->lead, opening->opened);
    derived->face.due_at = derived->deadline.due_at;
    derived->face.due_soon_at = derived->deadline.due_soon_at;
    derived->face.provisional = derived->deadline.provisional;
    derived->unset = derived->deadline.outcome == DEADLINE_NO_TERMS; /* as what is not fed: not of every single child */
}

static enum instance_state state_of(struct moment *moment, const struct instance *face) {
    bool unknown = face->due_at.ms == INSTANT_NEVER.ms;
    if (face->met_at.ms != INSTANT_NEVER.ms)
        return face->met_at.ms < face->due_at.ms ? INSTANCE_MET : INSTANCE_MET_LATE;
    if (moment_reached(moment, face->ended_at))
        return INSTANCE_CANCELLED;
    if (unknown)
        return INSTANCE_UNKNOWN;
    if (moment_reached(moment, face->due_at))
        return INSTANCE_OVERDUE;
    return moment_reached(moment, face->due_soon_at) ? INSTANCE_DUE_SOON : INSTANCE_OPEN;
}

static const char *anchor_of(const struct duty_run *run, const struct opening *opening) {
    const struct history *history = run->history;
    if (opening->fact == NULL)
        return span_anchor(history, &run->span);
    const char *kind = run->clock->openers[opening->opener].anchor;
    const struct fact *fact = opening->fact->fact;
    if (fact->type->identity == FIELD_NONE)
        return anchor_dated(history, kind, opening->fact->first->occurred.day, run->numbers[opening->fact->place]);
    if (fact->type == history->symbols->placement_started)
        return arena_printf(history->arena, "%s:%s", kind, anchor_placement(history, opening->fact));
    return arena_printf(history->arena, "%s:%s", kind, fact_value(fact, fact->type->identity).of.text);
}

static void set_evidence(const struct duty_run *run, struct derived *derived, const struct standing *opened,
                         const struct standing *met) {
    struct evidence *evidence = ARENA_ARRAY(run->history->arena, struct evidence, 2);
    size_t count = 0;
    if (opened != NULL)
        evidence[count++] = evidence_of(run->history, opened, "opened");
    if (met != NULL)
        evidence[count++] = evidence_of(run->history, met, "met");
    derived->face.evidence = evidence;
    derived->face.n_evidence = count;
}

static struct derived *instance_new(const struct duty_run *run, const struct opening *opening,
                                    const struct rule *rule) {
    struct derived *derived = derivation_add(run->derivation);
    derived->rule = rule;
    derived->opened = opening->opened;
    derived->face = (struct instance){
        .rule = &rule->face,
        .anchor = anchor_of(run, opening),
        .opened_at = opening->opened.at,
        .due_at = INSTANT_NEVER,
        .due_soon_at = INSTANT_NEVER,
        .met_at = INSTANT_NEVER,
        .ended_at = run->piece.to.at,
    };
    return derived;
}

void duty_instance_open(const struct duty_run *run, const struct opening *opening) {
    if (run->piece.to.at.ms <= opening->opened.at.ms)
        return; /* R24 */
    const struct expression *when = run->clock->openers[opening->opener].when;
    struct setting setting = duty_setting(run, opening);
    if (when != NULL && expression_evaluate(when, &setting) != TRUTH_YES)
        return;
    enum truth fits = TRUTH_NO;
    const struct rule *rule = choose_row(run, opening, &fits);
    if (rule == NULL)
        return;
    struct derived *derived = instance_new(run, opening, rule);
    if (fits == TRUTH_YES)
        set_deadline(run, opening, derived);
    const struct standing *met = duty_meet_find(run, opening);
    if (met != NULL)
        derived->face.met_at = met->occurred.at;
    set_evidence(run, derived, opening->fact != NULL ? opening->fact : run->span.start, met);
    derived->face.state = state_of(run->history->moment, &derived->face);
}
