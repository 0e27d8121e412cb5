#include "explain.h"

#include "explain_limit.h"
#include "record.h"

#include <string.h>

static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

static const char *day_label(const struct calendar *calendar, struct date day) {
    const char *holiday = calendar_holiday(calendar, day);
    return holiday != NULL ? holiday : weekdays[date_weekday(day)];
}

static const char *school_label(const struct calendar *calendar, const struct term *term, struct date day) {
    if (term == NULL)
        return "between terms";
    const char *holiday = school_holiday(term, day);
    return holiday != NULL ? holiday : day_label(calendar, day);
}

static struct day_step working_day_step(const struct calendar *calendar, struct date day) {
    return (struct day_step){
        .day = day, .number = calendar_is_working_day(calendar, day), .label = day_label(calendar, day)};
}

static struct day_step school_day_step(const struct calendar *calendar, struct date day) {
    const struct term *term = school_term_at(calendar_school(calendar), day);
    return (struct day_step){
        .day = day,
        .number = school_is_day(calendar_school(calendar), day),
        .label = school_label(calendar, term, day),
        .term = term != NULL ? term->name : NULL,
    };
}

/* The days that end a term, or counted back begin one, are the ones that count; no others are listed. */
static struct day_step term_step(const struct calendar *calendar, struct date day, int direction) {
    const struct term *term = school_term_at(calendar_school(calendar), day);
    bool edge = term != NULL && date_equal(day, direction > 0 ? term->end : term->start);
    return (struct day_step){
        .day = day, .number = edge, .label = weekdays[date_weekday(day)], .term = edge ? term->name : NULL};
}

static struct day_step step_of(const struct calendar *calendar, enum unit unit, struct date day, int direction) {
    if (unit == UNIT_TERMS)
        return term_step(calendar, day, direction);
    return unit == UNIT_SCHOOL_DAYS ? school_day_step(calendar, day) : working_day_step(calendar, day);
}

/* Every day from one to the other, neither the first nor, when it comes back to it, more than the last; of terms only
 * those that count. */
static size_t walk_days(const struct calendar *calendar, enum unit unit, struct date from, struct date to,
                        struct arena *arena, const struct day_step **ret_steps) {
    int direction = to.day >= from.day ? 1 : -1, number = 0;
    size_t count = 0, n_days = (size_t) ((to.day - from.day) * direction);
    struct day_step *steps = ARENA_ARRAY(arena, struct day_step, n_days);
    for (size_t i = 0; i < n_days; i++) {
        struct day_step step = step_of(calendar, unit, date_add_days(from, direction * (int) (i + 1)), direction);
        if (step.number > 0)
            step.number = ++number;
        if (step.number > 0 || unit != UNIT_TERMS)
            steps[count++] = step;
    }
    *ret_steps = steps;
    return count;
}

struct explained_fact explained_fact_of(const struct record *record, const struct evidence *evidence) {
    struct explained_fact fact = {.evidence = *evidence, .recorded_at = INSTANT_NEVER};
    for (size_t i = 0; i < record->n_facts; i++)
        if (strcmp(record->facts[i]->id, evidence->event_id) == 0 &&
            strcmp(record->facts[i]->source, evidence->source) == 0)
            fact.recorded_at = record->facts[i]->recorded_at;
    return fact;
}

static void fill_facts(const struct record *record, const struct derived *derived, struct arena *arena,
                       struct explanation *explanation) {
    struct explained_fact *facts = ARENA_ARRAY(arena, struct explained_fact, derived->face.n_evidence);
    for (size_t i = 0; i < derived->face.n_evidence; i++)
        facts[i] = explained_fact_of(record, &derived->face.evidence[i]);
    explanation->facts = facts;
    explanation->n_facts = derived->face.n_evidence;
}

static void fill_rungs(const struct calendar *calendar, const struct derived *derived, struct arena *arena,
                       struct explanation *explanation) {
    const struct ladder *ladder = derived->rule->ladder;
    if (ladder == NULL || derived->face.due_at.ms == INSTANT_NEVER.ms)
        return;
    struct instant *rungs = ARENA_ARRAY(arena, struct instant, ladder->n_rungs);
    for (size_t i = 0; i < ladder->n_rungs; i++)
        rungs[i] = limit_rung(calendar, ladder->rungs[i].after, &derived->deadline, derived->limit.unit == UNIT_HOURS);
    explanation->rungs = rungs;
    explanation->n_rungs = ladder->n_rungs;
}

static bool is_walked(struct limit limit) {
    return limit.unit == UNIT_WORKING_DAYS || limit.unit == UNIT_SCHOOL_DAYS || limit.unit == UNIT_TERMS;
}

static void fill_days(const struct calendar *calendar, const struct derived *derived, struct arena *arena,
                      struct explanation *explanation) {
    if (derived->face.due_at.ms == INSTANT_NEVER.ms)
        return;
    struct date last = derived->deadline.last_day, lead_day;
    struct limit lead = derived->rule->lead;
    explanation->last_day = last;
    if (is_walked(derived->limit))
        explanation->n_days =
            walk_days(calendar, derived->limit.unit, derived->counted_from.day, last, arena, &explanation->days);
    if (is_walked(lead) && lead.number > 0 && limit_lead_day(calendar, lead, last, &lead_day))
        explanation->n_lead_days = walk_days(calendar, lead.unit, last, lead_day, arena, &explanation->lead_days);
}

void explain_fill(const struct calendar *calendar, const struct record *record, const struct derived *derived,
                  struct arena *arena, struct explanation *ret_explanation) {
    *ret_explanation = (struct explanation){
        .rule = derived->rule,
        .instance = derived->face,
        .counted_from = derived->counted_from,
        .limit_words = derived->face.rule->is_risk ? NULL : explain_limit_words(derived, arena),
        .dateless = derived->dateless,
        .soft = derived->soft,
        .not_fed = derived->not_fed,
        .unset = derived->unset,
        .limit = derived->limit,
        .calendar = calendar_name(calendar),
        .calendar_version = calendar_version(calendar),
        .terms = derived->deadline.outcome,
        .estimated = derived->deadline.estimated,
        .school = calendar_school(calendar),
        .n_held = derived->n_held,
        .held = derived->held,
        .count = derived->count,
    };
    fill_facts(record, derived, arena, ret_explanation);
    if (derived->face.rule->is_risk)
        return;
    fill_days(calendar, derived, arena, ret_explanation);
    fill_rungs(calendar, derived, arena, ret_explanation);
}
