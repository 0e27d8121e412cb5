#include "explain.h"

#include "record.h"

#include <string.h>

static const char *day_label(const struct calendar *calendar, struct date day) {
    static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
    const char *holiday = calendar_holiday(calendar, day);
    return holiday != NULL ? holiday : weekdays[date_weekday(day)];
}

/* Every day from one to the other, neither the first nor, when it comes back to it, more than the last. */
static size_t walk_days(const struct calendar *calendar, struct date from, struct date to, struct arena *arena,
                        const struct day_step **ret_steps) {
    int direction = to.day >= from.day ? 1 : -1;
    size_t count = (size_t) ((to.day - from.day) * direction);
    struct day_step *steps = ARENA_ARRAY(arena, struct day_step, count);
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        struct date day = date_add_days(from, direction * (int) (i + 1));
        bool counts = calendar_is_working_day(calendar, day);
        number += counts;
        steps[i] = (struct day_step){.day = day, .number = counts ? number : 0, .label = day_label(calendar, day)};
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

static void fill_days(const struct calendar *calendar, const struct derived *derived, struct arena *arena,
                      struct explanation *explanation) {
    if (derived->face.due_at.ms == INSTANT_NEVER.ms)
        return;
    struct date last = derived->deadline.last_day;
    explanation->last_day = last;
    if (derived->limit.unit == UNIT_WORKING_DAYS)
        explanation->n_days = walk_days(calendar, derived->opened.day, last, arena, &explanation->days);
    struct limit lead = derived->rule->lead;
    if (lead.unit == UNIT_WORKING_DAYS && lead.number > 0)
        explanation->n_lead_days = walk_days(calendar, last, calendar_add_working_days(calendar, last, -lead.number),
                                             arena, &explanation->lead_days);
}

void explain_fill(const struct calendar *calendar, const struct record *record, const struct derived *derived,
                  struct arena *arena, struct explanation *ret_explanation) {
    *ret_explanation = (struct explanation){
        .rule = derived->rule,
        .instance = derived->face,
        .opened = derived->opened,
        .not_fed = derived->not_fed,
        .unset = derived->unset,
        .limit = derived->limit,
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
