/* rules_test_run.c: see rules_test_run.h. The clock stops where something is recorded and where something may change,
 * as in a replay: all events of one instant are one step (R3). Before it leaves the instant of an expectation that is
 * looked at: so nothing recorded later is known. */
#include "rules_test_run.h"

#include "rules_life.h"
#include "rules_test_parts.h"

#include <string.h>

struct run {
    const struct engine *engine;
    const struct rules_test_case *test;
    struct arena *arena;
    struct rules_life life;
    size_t n_taken; /* of the test's events */
    size_t n_said, said_capacity;
    const struct statement **said;
};

/* ---- living through it ---- */

static void say(void *context, const struct statement *statement) {
    struct run *run = context;
    if (run->n_said == run->said_capacity) {
        run->said_capacity = run->said_capacity * 2 + 16;
        run->said =
            arena_grow_array(run->arena, run->said, run->n_said, run->said_capacity, sizeof(struct statement *));
    }
    run->said[run->n_said++] = statement;
}

/* To the instant, its own step included. */
static void advance(struct run *run, struct instant to) {
    const struct rules_test_case *test = run->test;
    for (; run->n_taken < test->n_events; run->n_taken++) {
        if (instant_before(to, test->events[run->n_taken].fact.recorded_at))
            break;
        rules_life_take(&run->life, &test->events[run->n_taken]);
    }
    rules_life_run(&run->life, to);
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
    const struct subject *subject = caseload_find(&run->life.caseload, expectation->subject);
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
    struct run run = {.engine = engine, .test = test, .arena = arena};
    rules_life_init(&run.life, engine, arena);
    run.life.say = say;
    run.life.context = &run;
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
    rules_life_done(&run.life);
    *ret_failures = failures;
    return count;
}
