/* Duties in school days and terms through the engine: by the authority's calendar, unknown beyond it, and explained. */
#include "calendar_file.h"
#include "explain.h"
#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define OURS "E06000052" /* of the fixture's facts */

static const char pack[] =
    "pack: own\n"
    "version: '1'\n"
    "ladders: {ladder-own: {rungs: [{after: 0 office_hours, tell: [school]}, {after: 9 office_hours, tell: [iro]}]}}\n"
    "duties:\n"
    "  - {id: own-place, title: T, law: {ref: R, confidence: E}, scope: care, opens: start,\n"
    "     met_by: school.place_started, limit: 20 school_days, lead: 5 school_days, late: ladder-own}\n"
    "  - {id: own-plan, title: T, law: {ref: R, confidence: E}, scope: care, opens: start,\n"
    "     met_by: pep.completed, limit: 2 terms, lead: 1 terms}\n"
    "risks:\n"
    "  - {id: own-excluded, title: T, law: {ref: R, confidence: E}, scope: episode, for: 5 school_days}\n";

static int load(struct rules_fixture *f, const char *authority, const char *calendar, struct engine **ret_engine) {
    const struct calendar_choice choice = {authority, calendar};
    const char *const packs[] = {calendar_file_new(pack, f->kept), NULL};
    const struct engine_paths paths = {
        .packs = packs, .folder = RULES_FOLDER, .n_calendars = calendar != NULL, .calendars = &choice};
    f->problems = (struct yaml_problems){.arena = f->kept};
    int outcome = engine_load(&paths, &f->problems, ret_engine);
    (void) unlink(packs[0]);
    return outcome;
}

/* The fixture with that engine, until the next test loads another. */
static struct rules_fixture *begin(void **state, const char *authority, const char *calendar) {
    struct rules_fixture *f = rules_begin(state);
    f->engine = engine_free(f->engine);
    assert_int_equal(load(f, authority, calendar, &f->engine), 0);
    return f;
}

static void test_by_the_authoritys_terms(void **state) {
    struct rules_fixture *f = begin(state, OURS, "example-council");
    RULES_TELL(f, "c care.started 2026-02-09 legal_status=C2 arrangement=full");
    assert_string_equal(rules_duties(f, "2026-03-08T00:00:00Z", NULL),
                        "own-place care:2026-02-09 open 2026-03-17T00:00:00Z\n"
                        "own-plan care:2026-02-09 open 2026-07-21T23:00:00Z\n");
    assert_non_null(strstr(rules_say(f, "2026-03-09T00:00:00Z", BECAUSE_CLOCK), "own-place|care:2026-02-09#due_soon"));
    assert_string_equal(rules_say(f, "2026-03-17T00:00:00Z", BECAUSE_CLOCK),
                        "own-place|care:2026-02-09#overdue 2026-03-17T00:00:00Z\n");
    assert_string_equal(rules_say(f, "2026-03-17T09:00:00Z", BECAUSE_CLOCK),
                        "own-place|care:2026-02-09#rung-1 2026-03-17T00:00:00Z\n");
    assert_string_equal(rules_instant_text(f, f->step.next), "2026-03-18T10:00:00Z");
    assert_string_equal(rules_say(f, "2026-03-18T10:00:00Z", BECAUSE_CLOCK),
                        "own-place|care:2026-02-09#rung-2 2026-03-17T00:00:00Z\n");
    assert_string_equal(rules_instant_text(f, f->step.next), "2026-04-12T23:00:00Z"); /* the summer term begins */
}

/* The same subject, with what was said of it, under an engine with another calendar. The fact is told again: facts
 * belong to the catalogue of their engine. */
static void change_calendar(struct rules_fixture *f, const char *calendar, const char *fact) {
    CLEANUP(record_freep) struct record *before = f->record;
    struct engine *engine_before = f->engine;
    assert_int_equal(load(f, OURS, calendar, &f->engine), 0);
    f->record = record_new(RULES_SUBJECT);
    RULES_TELL(f, fact);
    for (size_t i = 0; i < record_n_said(before); i++)
        record_restore_said(f->record, record_said(before, i));
    (void) engine_free(engine_before);
}

/* Beyond the terms it is unknown, and that is said; with the next year's terms the deadline is there. */
static void test_beyond_the_terms(void **state) {
    struct rules_fixture *f = begin(state, OURS, "example-council");
    static const char entry[] = "c care.started 2027-07-01 legal_status=C2 arrangement=full";
    RULES_TELL(f, entry);
    assert_string_equal(rules_duties(f, "2027-07-02T00:00:00Z", NULL),
                        "own-place care:2027-07-01 unknown -\nown-plan care:2027-07-01 unknown -\n");
    assert_string_equal(rules_say(f, "2027-07-02T00:00:00Z", BECAUSE_CLOCK),
                        "own-place|care:2027-07-01#unknown -\nown-plan|care:2027-07-01#unknown -\n");
    const char *longer = calendar_file_new(
        "version: 2\nsource: a test\nnation: england-and-wales\nfrom: 2027-06-01\nto: 2028-08-31\nterms:\n"
        "  - {name: Summer term 2027, start: 2027-06-07, end: 2027-07-21}\n"
        "  - {name: Autumn term 2027, start: 2027-09-06, end: 2027-12-17}\n",
        f->kept);
    change_calendar(f, longer, entry);
    (void) unlink(longer);
    assert_string_equal(rules_say(f, "2027-07-05T00:00:00Z", BECAUSE_CALENDAR_CHANGE),
                        "own-place|care:2027-07-01#withdrawn 2027-09-13T23:00:00Z\n"
                        "own-plan|care:2027-07-01#withdrawn 2027-12-18T00:00:00Z\n");
    assert_string_equal(rules_instant_text(f, f->step.next), "2027-09-05T23:00:00Z");
}

/* By estimated terms: the twentieth school day is 9 March, the summer term begins after Easter Sunday, 5 April. */
static void test_an_authority_without_terms(void **state) {
    struct rules_fixture *f = begin(state, "E09999999", "example-council");
    RULES_TELL(f, "c care.started 2026-02-09 legal_status=C2 arrangement=full");
    assert_string_equal(rules_duties(f, "2026-03-09T00:00:00Z", NULL),
                        "own-place care:2026-02-09 due_soon 2026-03-10T00:00:00Z\n"
                        "own-plan care:2026-02-09 open 2026-07-31T23:00:00Z\n");
    assert_string_equal(rules_say(f, "2026-03-10T00:00:00Z", BECAUSE_CLOCK),
                        "own-place|care:2026-02-09#overdue 2026-03-10T00:00:00Z\n");
    assert_true(f->step.statements[0].provisional);
    (void) rules_say(f, "2026-04-05T00:00:00Z", BECAUSE_CLOCK);
    assert_string_equal(rules_say(f, "2026-04-05T23:00:00Z", BECAUSE_CLOCK),
                        "own-plan|care:2026-02-09#due_soon 2026-07-31T23:00:00Z\n");
}

/* When the authority publishes its terms, what differs by them is said. */
static void test_terms_take_the_place_of_the_estimate(void **state) {
    static const char entry[] = "c care.started 2026-02-09 legal_status=C2 arrangement=full";
    struct rules_fixture *f = begin(state, OURS, NULL);
    RULES_TELL(f, entry);
    assert_string_equal(rules_say(f, "2026-03-10T00:00:00Z", BECAUSE_CLOCK),
                        "own-place|care:2026-02-09#overdue 2026-03-10T00:00:00Z\n");
    change_calendar(f, "example-council", entry);
    assert_string_equal(rules_say(f, "2026-03-10T10:00:00Z", BECAUSE_CALENDAR_CHANGE),
                        "own-place|care:2026-02-09#due_soon 2026-03-17T00:00:00Z\n");
    assert_false(f->step.statements[0].provisional);
}

/* A state is raised when it has been held for so many school days, and not known to be where they are not known. */
static void test_a_risk_held_for_school_days(void **state) {
    struct rules_fixture *f = begin(state, OURS, "example-council");
    RULES_TELL(f, "m missing.started 2026-02-11T10:00:00Z episode=M1 kind=M");
    assert_string_equal(rules_say(f, "2026-02-24T23:59:59Z", BECAUSE_CLOCK), "");
    assert_string_equal(rules_instant_text(f, f->step.next), "2026-02-26T00:00:00Z"); /* after half term */
    assert_string_equal(rules_say(f, "2026-02-26T00:00:00Z", BECAUSE_CLOCK), "own-excluded|missing:M1#raised -\n");
    f = begin(state, OURS, "example-council");
    RULES_TELL(f, "m missing.started 2027-07-19T10:00:00Z episode=M1 kind=M");
    assert_string_equal(rules_say(f, "2027-07-19T10:00:00Z", BECAUSE_CLOCK), "own-excluded|missing:M1#unknown -\n");
    f = begin(state, "E09999999", "example-council");
    RULES_TELL(f, "m missing.started 2026-02-11T10:00:00Z episode=M1 kind=M");
    assert_string_equal(rules_say(f, "2026-02-18T23:59:59Z", BECAUSE_CLOCK), "");
    assert_string_equal(rules_say(f, "2026-02-19T00:00:00Z", BECAUSE_CLOCK), "own-excluded|missing:M1#raised -\n");
    assert_true(f->step.statements[0].provisional);
}

static void test_what_is_estimated_is_named(void **state) {
    struct rules_fixture *f = begin(state, OURS, "example-council");
    static const char *const rules[] = {"own-place", "own-plan", "own-excluded"};
    assert_int_equal(engine_n_estimated(f->engine), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct engine_estimated *estimated = engine_estimated(f->engine, i);
        assert_null(estimated->authority); /* every other authority */
        assert_string_equal(estimated->rule->id, rules[i]);
        assert_string_equal(estimated->calendar, "england-and-wales");
    }
    f = begin(state, OURS, "scotland");
    assert_int_equal(engine_n_estimated(f->engine), 6);
    assert_string_equal(engine_estimated(f->engine, 1)->authority, OURS);
    assert_string_equal(engine_estimated(f->engine, 1)->calendar, "scotland");
}

static void test_what_a_term_opens_rests_on_it(void **state) {
    static const char terms[] =
        "pack: terms\nversion: '1'\nduties:\n"
        "  - {id: own-term, title: T, law: {ref: R, confidence: E}, scope: care, opens: {term: start},\n"
        "     met_by: pep.completed, limit: 10 days}\n";
    struct rules_fixture *f = rules_begin(state);
    assert_int_equal(rules_load(f, false, (const char *const[]){terms, NULL}), 0);
    assert_int_equal(engine_n_estimated(f->engine), 1);
    RULES_TELL(f, "c care.started 2026-02-09 legal_status=C2 arrangement=full");
    (void) rules_say(f, "2026-04-05T23:00:00Z", BECAUSE_CLOCK);
    assert_string_equal(rules_say(f, "2026-04-16T23:00:00Z", BECAUSE_CLOCK),
                        "own-term|term:2026-04-06#overdue 2026-04-16T23:00:00Z\n");
    assert_true(f->step.statements[0].provisional);
}

static struct explanation *explain(struct rules_fixture *f, const char *rule) {
    struct view view = {.at = rules_instant("2027-08-01T00:00:00Z"), .known_at = INSTANT_NEVER};
    struct explanation *list;
    size_t count;
    engine_explain(f->engine, f->record, view, rule, f->arena, &list, &count);
    assert_int_equal(count, 1);
    return list;
}

/* `date number label; term` a line. */
static const char *days_text(struct rules_fixture *f, const struct day_step *days, size_t count) {
    const char *text = "";
    char date[DATE_TEXT_MAX];
    for (size_t i = 0; i < count; i++)
        text = arena_printf(f->arena, "%s%s %d %s; %s\n", text, date_format(days[i].day, date), days[i].number,
                            days[i].label, days[i].term != NULL ? days[i].term : "-");
    return text;
}

static const char days_of_the_limit[] =
    "2026-03-19 1 Thursday; Spring term 2026\n2026-03-20 2 Friday; Spring term 2026\n"
    "2026-03-21 0 Saturday; Spring term 2026\n2026-03-22 0 Sunday; Spring term 2026\n"
    "2026-03-23 3 Monday; Spring term 2026\n2026-03-24 4 Tuesday; Spring term 2026\n";

static void test_explained_day_by_day(void **state) {
    struct rules_fixture *f = begin(state, OURS, "example-council");
    RULES_TELL(f, "c care.started 2026-03-18 legal_status=C2 arrangement=full");
    const struct explanation *it = explain(f, "own-place");
    const char *text = days_text(f, it->days, it->n_days);
    assert_memory_equal(text, days_of_the_limit, strlen(days_of_the_limit));
    assert_non_null(strstr(text, "2026-03-28 0 between terms; -\n"));
    assert_non_null(strstr(text, "2026-04-13 8 Monday; Summer term 2026\n"));
    assert_non_null(strstr(text, "2026-04-29 20 Wednesday; Summer term 2026\n"));
    assert_int_equal(it->last_day.day, rules_date("2026-04-29").day);
    assert_non_null(strstr(days_text(f, it->lead_days, it->n_lead_days), "2026-04-22 5 Wednesday; Summer term 2026\n"));
    assert_string_equal(it->calendar, "example-council");
    assert_int_equal(it->n_rungs, 2);
    assert_string_equal(rules_instant_text(f, it->rungs[0]), "2026-04-30T08:00:00Z");
    it = explain(f, "own-plan");
    assert_string_equal(days_text(f, it->days, it->n_days),
                        "2026-03-27 1 Friday; Spring term 2026\n2026-07-21 2 Tuesday; Summer term 2026\n");
    assert_string_equal(days_text(f, it->lead_days, it->n_lead_days), "2026-04-13 1 Monday; Summer term 2026\n");
}

/* A holiday within a term has its name. */
static void test_a_half_term_is_named(void **state) {
    struct rules_fixture *f = begin(state, OURS, "example-council");
    RULES_TELL(f, "c care.started 2026-02-13 legal_status=C2 arrangement=full");
    const struct explanation *it = explain(f, "own-place");
    assert_non_null(strstr(days_text(f, it->days, it->n_days), "2026-02-16 0 Half term; Spring term 2026\n"));
}

static void test_why_it_is_unknown(void **state) {
    struct rules_fixture *f = begin(state, OURS, "example-council");
    RULES_TELL(f, "c care.started 2027-07-01 legal_status=C2 arrangement=full");
    const struct explanation *it = explain(f, "own-place");
    assert_int_equal(it->terms, DEADLINE_BEYOND_TERMS);
    assert_int_equal(it->school->to.day, rules_date("2027-08-31").day);
    assert_int_equal(it->n_days, 0);
    f = begin(state, OURS, NULL);
    RULES_TELL(f, "c care.started 2026-07-01 legal_status=C2 arrangement=full");
    it = explain(f, "own-place");
    assert_int_equal(it->terms, DEADLINE_KNOWN);
    assert_true(it->estimated && it->instance.provisional);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_the_authoritys_terms),
        cmocka_unit_test(test_beyond_the_terms),
        cmocka_unit_test(test_an_authority_without_terms),
        cmocka_unit_test(test_a_risk_held_for_school_days),
        cmocka_unit_test(test_what_is_estimated_is_named),
        cmocka_unit_test(test_what_a_term_opens_rests_on_it),
        cmocka_unit_test(test_terms_take_the_place_of_the_estimate),
        cmocka_unit_test(test_explained_day_by_day),
        cmocka_unit_test(test_a_half_term_is_named),
        cmocka_unit_test(test_why_it_is_unknown),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
