/* rules_test_run.c: see rules_test_run.h. The clock stops where something is recorded and where something may change,
 * as in a replay: all events of one instant are one step (R3). Before it leaves the instant of an expectation that is
 * looked at: so nothing recorded later is known. */
#include "rules_test_run.h"

#include "caseload.h"
#include "ensure.h"
#include "rules_test_parts.h"

#include <string.h>

enum { STEPS_MAX = 100000 };

struct run {
    const struct engine *engine;
    const struct rules_test_case *test;
    struct arena *arena;
    struct caseload caseload;
    struct heap timers;
    size_t n_taken; /* of the test's events */
    struct instant clock;
    size_t n_said;
    const struct statement **said;
};

/* ---- living through it ---- */

static void taken(void *self, struct subject *subject, const struct fact *fact, int outcome) {
    struct run *run = self;
    (void) fact;
    ENSURE(outcome != RECORD_FULL);
    if (outcome == 0)
        heap_set(&run->timers, &subject->due, run->clock);
}

static struct instant next_recorded(const struct run *run) {
    return run->n_taken < run->test->n_events ? run->test->events[run->n_taken].fact.recorded_at : INSTANT_NEVER;
}

static void take_events(struct run *run) {
    while (instant_equal(next_recorded(run), run->clock)) {
        const struct decoded *event = &run->test->events[run->n_taken++];
        caseload_take(&run->caseload, run->engine, event->subject, &event->fact, (struct caseload_taker){taken, run});
    }
}

static void step_due(struct run *run) {
    while (!instant_before(run->clock, heap_first_at(&run->timers))) {
        struct subject *subject = (struct subject *) heap_find_first(&run->timers);
        struct step_options options = {.now = run->clock, .because = BECAUSE_CLOCK};
        struct step step;
        engine_step(run->engine, subject->record, &options, run->arena, &step);
        ENSURE(instant_before(run->clock, step.next));
        heap_set(&run->timers, &subject->due, step.next);
        run->said = arena_grow_array(run->arena, run->said, run->n_said, run->n_said + step.n_statements,
                                     sizeof(struct statement *));
        for (size_t i = 0; i < step.n_statements; i++)
            run->said[run->n_said++] = &step.statements[i];
    }
}

/* To the instant, its own step included. */
static void advance(struct run *run, struct instant to) {
    for (size_t steps = 0;; steps++) {
        struct instant next = instant_min(next_recorded(run), heap_first_at(&run->timers));
        if (instant_before(to, next) || instant_equal(next, INSTANT_NEVER))
            return;
        ENSURE(steps < STEPS_MAX);
        run->clock = next;
        take_events(run);
        step_due(run);
    }
}

/* ---- looking ---- */

static const char *instance_text(const struct run *run, const struct rules_test_expectation *expectation,
                                 const struct instance *instance) {
    const char *state = instance_state_name(instance->state);
    if (!expectation->has_due)
        return state;
    return arena_printf(run->arena, "%s due %s", state,
                        rules_test_instant_text(engine_zone(run->engine), instance->due_at, run->arena));
}

static bool is_meant(const struct rules_test_expectation *expectation, const char *rule, const char *anchor) {
    return strcmp(rule, expectation->rule) == 0 &&
           (expectation->anchor == NULL || strcmp(anchor, expectation->anchor) == 0);
}

static const char *state_found(const struct run *run, const struct rules_test_expectation *expectation) {
    const struct subject *subject = caseload_find(&run->caseload, expectation->subject);
    struct instance *list;
    size_t count;
    struct instant next;
    const char *found = "none", *all = NULL;
    size_t n_found = 0;
    if (subject == NULL)
        return found;
    const struct view view = {.at = expectation->at, .known_at = expectation->at};
    engine_derive(run->engine, subject->record, view, run->arena, &list, &count, &next);
    for (size_t i = 0; i < count; i++) {
        if (!is_meant(expectation, list[i].rule->id, list[i].anchor))
            continue;
        found = instance_text(run, expectation, &list[i]);
        all = arena_printf(run->arena, "%s%s%s %s", all != NULL ? all : "", all != NULL ? ", " : "", list[i].anchor,
                           found);
        n_found++;
    }
    return n_found > 1 ? arena_printf(run->arena, "several; name the anchor: %s", all) : found;
}

/* Of an escalation its rung, as in "1" or "1-ended". */
static const char *statement_word(const struct run *run, const struct statement *statement) {
    if (!statement->escalation)
        return statement->state;
    return arena_printf(run->arena, "%u%s", statement->rung, strcmp(statement->state, "ended") == 0 ? "-ended" : "");
}

static const char *said_found(const struct run *run, const struct rules_test_expectation *expectation) {
    const char *found = NULL, *anchor = NULL;
    for (size_t i = 0; i < run->n_said; i++) {
        const struct statement *said = run->said[i];
        if (said->escalation != (expectation->what == RULES_TEST_RUNGS) ||
            strcmp(said->subject, expectation->subject) != 0 || !is_meant(expectation, said->rule->id, said->anchor))
            continue;
        if (anchor != NULL && strcmp(anchor, said->anchor) != 0)
            return arena_printf(run->arena, "several; name the anchor: %s, %s", anchor, said->anchor);
        anchor = said->anchor;
        found = arena_printf(run->arena, "%s%s%s", found != NULL ? found : "", found != NULL ? ", " : "",
                             statement_word(run, said));
    }
    return found != NULL ? found : "nothing";
}

size_t rules_test_run(const struct engine *engine, const struct rules_test_case *test, struct arena *arena,
                      struct rules_test_failure **ret_failures) {
    struct run run = {.engine = engine, .test = test, .arena = arena, .clock = INSTANT_DAWN};
    struct rules_test_failure *failures = ARENA_ARRAY(arena, struct rules_test_failure, test->n_expectations);
    size_t count = 0;
    for (size_t i = 0; i < test->n_expectations; i++) {
        const struct rules_test_expectation *expectation = &test->expectations[i];
        advance(&run, expectation->at);
        const char *found =
            expectation->what == RULES_TEST_STATE ? state_found(&run, expectation) : said_found(&run, expectation);
        if (strcmp(found, expectation->expected) != 0)
            failures[count++] = (struct rules_test_failure){expectation, found};
    }
    heap_done(&run.timers);
    caseload_done(&run.caseload);
    *ret_failures = failures;
    return count;
}
