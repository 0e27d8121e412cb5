/* rules_life.c: see rules_life.h. A subject about which something came is due at the clock: so all events of one
 * instant are one step, derived when the clock is about to leave it (R3). */
#include "rules_life.h"

#include "ensure.h"

void rules_life_init(struct rules_life *life, const struct engine *engine, struct arena *arena) {
    *life = (struct rules_life){.engine = engine, .arena = arena, .clock = INSTANT_DAWN};
}

void rules_life_done(struct rules_life *life) {
    heap_done(&life->timers);
    caseload_done(&life->caseload);
}

static void taken(void *self, struct subject *subject, const struct fact *fact, int outcome) {
    struct rules_life *life = self;
    (void) fact;
    if (outcome == 0)
        heap_set(&life->timers, &subject->due, life->clock);
}

void rules_life_take(struct rules_life *life, const struct decoded *event) {
    struct instant at = instant_max(life->clock, event->fact.recorded_at);
    if (instant_before(life->clock, at))
        rules_life_run(life, (struct instant){at.ms - 1});
    life->clock = at;
    caseload_take(&life->caseload, life->engine, event->subject, &event->fact, (struct caseload_taker){taken, life});
}

static void step(struct rules_life *life, struct subject *subject) {
    struct step_options options = {.now = life->clock, .because = BECAUSE_CLOCK};
    struct step step;
    engine_step(life->engine, subject->record, &options, life->arena, &step);
    ENSURE(instant_before(life->clock, step.next));
    heap_set(&life->timers, &subject->due, step.next);
    for (size_t i = 0; i < step.n_statements; i++)
        life->say(life->context, &step.statements[i]);
}

void rules_life_run(struct rules_life *life, struct instant to) {
    for (;;) {
        struct heap_node *first = heap_find_first(&life->timers);
        if (first == NULL || instant_before(to, first->at))
            return;
        life->clock = first->at;
        step(life, (struct subject *) first);
    }
}
