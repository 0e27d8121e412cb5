/* duty_instance.c: from an opening to an instance: the row that is the rule, its limit, what met it, its state. */
#include "duty_run.h"

static const struct rule *choose_row(const struct duty_run *run, const struct opening *opening, enum truth *ret_truth) {
    struct setting setting = duty_setting(run, opening);
    for (size_t i = 0; i < run->clock->n_rows; i++) {
        const struct rule *row = &run->clock->rows[i];
        if (row->off || (row->openers & 1u << opening->opener) == 0 || !in_force_on(&row->in_force, opening->law_day))
            continue;
        *ret_truth = row->when != NULL ? expression_evaluate(row->when, &setting) : TRUTH_YES;
        if (*ret_truth != TRUTH_NO)
            return row;
    }
    return NULL;
}

static enum instance_state state_of(struct moment *moment, const struct derived *derived) {
    const struct instance *face = &derived->face;
    bool unknown = face->due_at.ms == INSTANT_NEVER.ms && !derived->dateless;
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

/* `escalation:E1.stage_2`: the values of the fields that name it; NULL where one is missing. */
static const char *named_by(const struct history *history, const struct opener *opener, const struct fact *fact) {
    const char *text = NULL;
    for (size_t i = 0; i < opener->n_named_by; i++) {
        struct value value = fact_value(fact, opener->named_by[i]);
        if (value.kind != VALUE_TEXT)
            return NULL;
        text = i == 0 ? arena_join(history->arena, opener->anchor, ":", value.of.text)
                      : arena_join(history->arena, text, ".", value.of.text);
    }
    return text;
}

static const char *fact_anchor(const struct duty_run *run, const struct opening *opening) {
    const struct history *history = run->history;
    const struct opener *opener = &run->clock->openers[opening->opener];
    const struct fact *fact = opening->fact->fact;
    const char *named = named_by(history, opener, fact);
    if (named != NULL)
        return named;
    if (fact->type->identity == FIELD_NONE)
        return anchor_dated(history, opener->anchor, opening->fact->first->occurred.day,
                            run->numbers[opening->fact->place]);
    if (fact->type == history->symbols->placement_started)
        return arena_join(history->arena, opener->anchor, ":", anchor_placement(history, opening->fact));
    return arena_join(history->arena, opener->anchor, ":", fact_value(fact, fact->type->identity).of.text);
}

static const char *anchor_of(const struct duty_run *run, const struct opening *opening) {
    const char *anchor = opening->anchor;
    if (anchor == NULL)
        anchor = opening->fact != NULL ? fact_anchor(run, opening) : span_anchor(run->history, &run->span);
    return run->clock->each != NULL ? arena_join(run->history->arena, anchor, ":", run->clock->each) : anchor;
}

static void set_evidence(const struct duty_run *run, struct derived *derived, const struct standing *opened,
                         const struct standing *met) {
    struct evidence *evidence = ARENA_ARRAY(run->history->arena, struct evidence, 2);
    size_t count = 0;
    if (opened != NULL)
        evidence[count++] = evidence_of(opened, "opened");
    if (met != NULL)
        evidence[count++] = evidence_of(met, "met");
    derived->face.evidence = evidence;
    derived->face.n_evidence = count;
}

static struct derived *instance_new(const struct duty_run *run, const struct opening *opening,
                                    const struct rule *rule) {
    struct derived *derived = derivation_add(run->derivation);
    derived->rule = rule;
    derived->counted_from = opening->opened;
    derived->soft = rule->aim;
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

static bool is_wanted(const struct duty_run *run, const struct opening *opening) {
    const struct expression *when = run->clock->openers[opening->opener].when, *each = run->clock->each_when;
    struct setting setting = duty_setting(run, opening);
    if (when != NULL && expression_evaluate(when, &setting) != TRUTH_YES)
        return false;
    return each == NULL || expression_evaluate(each, &setting) != TRUTH_NO;
}

static void add_instance(const struct duty_run *run, const struct opening *opening) {
    enum truth fits = TRUTH_NO;
    const struct rule *rule = choose_row(run, opening, &fits);
    if (rule == NULL)
        return;
    struct derived *derived = instance_new(run, opening, rule);
    struct met met = duty_meet_find(run, opening);
    if (met.fact != NULL)
        derived->face.met_at = met.when.at;
    if (fits == TRUTH_YES)
        duty_limit_set(run, opening, &met, derived);
    set_evidence(run, derived, opening->fact != NULL ? opening->fact : run->span.start, met.fact);
    derived->face.state = state_of(run->history->moment, derived);
}

void duty_instance_open(const struct duty_run *run, const struct opening *opening) {
    if (run->piece.to.at.ms <= opening->opened.at.ms)
        return; /* R24 */
    if (!is_wanted(run, opening))
        return;
    const struct standing *cancel = duty_meet_find_cancel(run, opening);
    struct duty_run own = *run;
    if (cancel != NULL)
        own.piece.to = cancel->occurred;
    if (opening->opened.at.ms < own.piece.to.at.ms)
        add_instance(&own, opening);
}
