/* Limits: units, leads, rungs, the two clock changes; each with the last instant before and the first after. */
#include "limit.h"

#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct limit read(struct rules_fixture *f, const char *text) {
    struct yaml scalar = {.kind = YAML_SCALAR, .text = text};
    struct lexer lexer;
    struct limit limit = {0};
    lexer_open(&lexer, &scalar, f->arena, &f->problems);
    assert_true(limit_read_in(&lexer, UNITS_OF_DUTY | UNITS_OF_RUNG, &limit));
    return limit;
}

static struct deadline deadline(struct rules_fixture *f, const char *limit, const char *lead, const char *opened) {
    return limit_deadline(f->calendar, read(f, limit), read(f, lead), rules_occurrence(f, opened));
}

static void assert_due(void **state, const char *opened, const char *limit, const char *lead, const char *due_soon_at,
                       const char *due_at) {
    struct rules_fixture *f = *state;
    struct deadline found = deadline(f, limit, lead, opened);
    assert_string_equal(rules_instant_text(f, found.due_at), due_at);
    assert_string_equal(rules_instant_text(f, found.due_soon_at), due_soon_at);
}

/* R1, R2: due is the midnight after the last day, due soon the midnight of the day counted back. */
static void test_units(void **state) {
    assert_due(state, "2024-01-08", "5 days", "2 days", "2024-01-11T00:00:00Z", "2024-01-14T00:00:00Z");
    assert_due(state, "2024-01-08", "1 weeks", "2 days", "2024-01-13T00:00:00Z", "2024-01-16T00:00:00Z");
    assert_due(state, "2024-01-08", "5 working_days", "2 working_days", "2024-01-11T00:00:00Z", "2024-01-16T00:00:00Z");
    assert_due(state, "2024-01-08", "1 years", "1 months", "2024-12-08T00:00:00Z", "2025-01-09T00:00:00Z");
    assert_due(state, "2023-08-31", "6 months", "10 working_days", "2024-02-15T00:00:00Z", "2024-03-01T00:00:00Z");
    assert_due(state, "2024-01-08", "0 days", "0 days", "2024-01-08T00:00:00Z", "2024-01-09T00:00:00Z");
}

/* R1, R5: hours are elapsed time, from 00:00 local for a bare date. */
static void test_hours(void **state) {
    assert_due(state, "2024-01-08T09:30:15.250Z", "72 hours", "24 hours", "2024-01-10T09:30:15.250Z",
               "2024-01-11T09:30:15.250Z");
    assert_due(state, "2024-07-08", "72 hours", "24 hours", "2024-07-09T23:00:00Z", "2024-07-10T23:00:00Z");
}

/* R2: not before the duty opens. */
static void test_lead_longer_than_the_limit(void **state) {
    assert_due(state, "2024-01-08T14:00:00Z", "2 days", "5 days", "2024-01-08T14:00:00Z", "2024-01-11T00:00:00Z");
    assert_due(state, "2024-01-08T14:00:00Z", "12 hours", "24 hours", "2024-01-08T14:00:00Z", "2024-01-09T02:00:00Z");
}

/* The clock goes forward on 31 March 2024 and back on 27 October. Hours do not notice; a day ends with its midnight. */
static void test_clock_changes(void **state) {
    assert_due(state, "2024-03-30T12:00:00Z", "24 hours", "0 hours", "2024-03-31T12:00:00Z", "2024-03-31T12:00:00Z");
    assert_due(state, "2024-10-26T12:00:00Z", "24 hours", "0 hours", "2024-10-27T12:00:00Z", "2024-10-27T12:00:00Z");
    assert_due(state, "2024-03-30", "1 days", "0 days", "2024-03-31T00:00:00Z", "2024-03-31T23:00:00Z");
    assert_due(state, "2024-10-26", "1 days", "0 days", "2024-10-26T23:00:00Z", "2024-10-28T00:00:00Z");
    assert_due(state, "2024-10-26T22:30:00Z", "1 days", "1 days", "2024-10-26T22:30:00Z", "2024-10-28T00:00:00Z");
    assert_due(state, "2024-10-26T23:30:00Z", "1 days", "1 days", "2024-10-26T23:30:00Z", "2024-10-29T00:00:00Z");
}

static void assert_rung(struct rules_fixture *f, const struct deadline *after, const char *rung, bool hours,
                        const char *expected) {
    struct limit limit = read(f, rung);
    assert_string_equal(rules_instant_text(f, limit_rung(f->calendar, limit, after, hours)), expected);
}

/* R40: the end of the k-th working day after the last day, or hours after due_at. */
static void test_rungs(void **state) {
    struct rules_fixture *f = *state;
    struct deadline days = deadline(f, "20 working_days", "0 days", "2024-03-01"); /* last day: 2 April, after Easter */
    assert_rung(f, &days, "0 working_days", false, "2024-04-02T23:00:00Z");
    assert_rung(f, &days, "3 working_days", false, "2024-04-05T23:00:00Z");
    assert_rung(f, &days, "10 working_days", false, "2024-04-16T23:00:00Z");
    struct deadline hours = deadline(f, "72 hours", "0 hours", "2024-03-29T10:00:00Z");
    assert_rung(f, &hours, "24 hours", true, "2024-04-02T10:00:00Z");
    assert_rung(f, &hours, "1 working_days", true, "2024-04-02T23:00:00Z"); /* from 1 April, a bank holiday */
}

/* What is worked out beyond the calendars is provisional: of working days the bank holidays from 2010 to 2030, else the
 * clock changes to 2100. */
static void test_provisional(void **state) {
    struct rules_fixture *f = *state;
    assert_false(deadline(f, "5 working_days", "2 days", "2030-12-20").provisional);
    assert_true(deadline(f, "6 working_days", "2 days", "2030-12-23").provisional);
    assert_true(deadline(f, "5 working_days", "2 days", "2009-12-30").provisional);
    assert_false(deadline(f, "6 months", "20 days", "2040-01-01").provisional);
    assert_true(deadline(f, "6 months", "20 working_days", "2040-01-01").provisional);
    assert_false(deadline(f, "5 working_days", "2 working_days", "2010-01-04").provisional);
    assert_true(deadline(f, "3 days", "5 working_days", "2010-01-04").provisional); /* counted back into 2009 */
    assert_false(deadline(f, "72 hours", "24 hours", "2150-01-01").provisional);
    assert_false(deadline(f, "30 days", "1 days", "2100-12-01").provisional == false);
}

/* ---- an authority's own: example-council.yaml, with a half term from 16 to 20 February and terms to 31 August 2027 */

static const struct calendar *council(struct calendars **calendars) {
    static const struct calendar_choice choice = {"E06000052", "example-council"};
    const struct calendars_options options = {.folder = RULES_FOLDER "/calendars", .n_choices = 1, .choices = &choice};
    struct yaml_problems problems = {.arena = NULL};
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    problems.arena = arena;
    assert_int_equal(calendars_load(&options, &problems, calendars), 0);
    return calendars_find(*calendars, choice.authority);
}

static struct deadline council_deadline(struct rules_fixture *f, const char *limit, const char *lead,
                                        const char *opened) {
    CLEANUP(calendars_freep) struct calendars *calendars = NULL;
    return limit_deadline(council(&calendars), read(f, limit), read(f, lead), rules_occurrence(f, opened));
}

static void assert_council_due(void **state, const char *opened, const char *limit, const char *lead,
                               const char *due_soon_at, const char *due_at) {
    struct rules_fixture *f = *state;
    struct deadline found = council_deadline(f, limit, lead, opened);
    assert_int_equal(found.outcome, DEADLINE_KNOWN);
    assert_false(found.provisional);
    assert_string_equal(rules_instant_text(f, found.due_at), due_at);
    assert_string_equal(rules_instant_text(f, found.due_soon_at), due_soon_at);
}

/* Counted by hand. */
static void test_school_days_and_terms(void **state) {
    assert_council_due(state, "2026-02-09", "20 school_days", "5 school_days", "2026-03-09T00:00:00Z",
                       "2026-03-17T00:00:00Z"); /* over half term */
    assert_council_due(state, "2026-03-23", "20 school_days", "0 days", "2026-05-04T23:00:00Z",
                       "2026-05-05T23:00:00Z"); /* over the end of term, Easter, the clock change and May Day */
    assert_council_due(state, "2026-01-05", "1 terms", "3 weeks", "2026-03-06T00:00:00Z", "2026-03-28T00:00:00Z");
    assert_council_due(state, "2026-04-01", "1 terms", "3 weeks", "2026-06-29T23:00:00Z", "2026-07-21T23:00:00Z");
    assert_council_due(state, "2026-01-05", "2 terms", "1 terms", "2026-04-12T23:00:00Z", "2026-07-21T23:00:00Z");
    assert_council_due(state, "2025-09-02", "2 school_days", "10 school_days", "2025-09-01T23:00:00Z",
                       "2025-09-04T23:00:00Z"); /* a lead to before all terms: from the opening */
    assert_council_due(state, "2026-01-05", "2 months", "5 school_days", "2026-02-26T00:00:00Z",
                       "2026-03-06T00:00:00Z");
}

static void assert_unknown(void **state, const char *opened, const char *limit) {
    struct deadline found = council_deadline(*state, limit, "5 days", opened);
    assert_int_equal(found.outcome, DEADLINE_BEYOND_TERMS);
    assert_int_equal(found.due_at.ms, INSTANT_NEVER.ms);
    assert_int_equal(found.due_soon_at.ms, INSTANT_NEVER.ms);
}

/* Easter Sunday is 5 April 2026; there is no half term in an estimate. */
static void test_estimated_terms_make_it_provisional(void **state) {
    struct rules_fixture *f = *state;
    struct deadline found = deadline(f, "1 terms", "3 weeks", "2026-01-05");
    assert_true(found.estimated && found.provisional);
    assert_string_equal(rules_instant_text(f, found.due_at), "2026-04-05T23:00:00Z");
    assert_string_equal(rules_instant_text(f, found.due_soon_at), "2026-03-15T00:00:00Z");
    found = deadline(f, "20 school_days", "5 days", "2026-02-09");
    assert_true(found.estimated && found.provisional);
    assert_string_equal(rules_instant_text(f, found.due_at), "2026-03-10T00:00:00Z");
    found = deadline(f, "3 months", "5 school_days", "2026-02-09");
    assert_true(found.estimated && found.provisional);
    found = deadline(f, "20 working_days", "5 days", "2026-02-09");
    assert_false(found.estimated || found.provisional);
}

static void test_beyond_the_terms_nothing_is_guessed(void **state) {
    struct rules_fixture *f = *state;
    assert_unknown(state, "2027-07-01", "20 school_days");
    assert_unknown(state, "2027-07-21", "1 terms");
    assert_unknown(state, "2025-08-01", "1 school_days");
    assert_unknown(state, "2026-09-02", "4 terms");
    /* Where only the lead is not known the deadline is, and nothing is said before it. */
    struct deadline found = council_deadline(f, "3 months", "5 school_days", "2027-07-01");
    assert_int_equal(found.outcome, DEADLINE_KNOWN);
    assert_true(found.provisional);
    assert_string_equal(rules_instant_text(f, found.due_at), "2027-10-01T23:00:00Z");
    assert_int_equal(found.due_soon_at.ms, found.due_at.ms);
}

static void test_rungs_in_office_hours(void **state) {
    struct rules_fixture *f = *state;
    CLEANUP(calendars_freep) struct calendars *calendars = NULL;
    const struct calendar *calendar = council(&calendars);
    const struct limit days = read(f, "10 days"), hours = read(f, "72 hours"), none = read(f, "0 hours");
    struct deadline midnight = limit_deadline(calendar, days, read(f, "0 days"), rules_occurrence(f, "2026-03-06"));
    struct deadline friday = limit_deadline(calendar, hours, none, rules_occurrence(f, "2026-03-17T16:00:00Z"));
    const struct {
        const struct deadline *after;
        const char *rung, *at;
    } rows[] = {{&midnight, "0 office_hours", "2026-03-17T09:00:00Z"},
                {&midnight, "4 office_hours", "2026-03-17T13:00:00Z"},
                {&midnight, "9 office_hours", "2026-03-18T10:00:00Z"},
                {&friday, "0 office_hours", "2026-03-20T16:00:00Z"},
                {&friday, "1 office_hours", "2026-03-23T09:30:00Z"}}; /* half past four on Fridays */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(
            rules_instant_text(f, limit_rung(calendar, read(f, rows[i].rung), rows[i].after, rows[i].after == &friday)),
            rows[i].at);
}

static void assert_refused(void **state, const char *text, const char *problem) {
    struct rules_fixture *f = *state;
    f->problems = (struct yaml_problems){.arena = f->kept};
    struct yaml scalar = {.kind = YAML_SCALAR, .text = text, .place = {.line = 7, .column = 10}};
    struct lexer lexer;
    struct limit limit;
    lexer_open(&lexer, &scalar, f->arena, &f->problems);
    assert_false(limit_read(&lexer, &limit));
    assert_string_equal(rules_problems(f), problem);
}

static void test_what_is_refused(void **state) {
    assert_refused(state, "days", "7:10: expected a whole number from 0 to 10000, found `days`\n");
    assert_refused(state, "-1 days", "7:10: expected a whole number from 0 to 10000, found `-1`\n");
    assert_refused(state, "10001 days", "7:10: expected a whole number from 0 to 10000, found `10001`\n");
    assert_refused(state, "20 workingdays",
                   "7:13: expected a unit (hours, days, working_days, weeks, months, years), found `workingdays`; did "
                   "you mean `working_days`?\n");
    assert_refused(state, "20 school_days", /* unless the place takes them */
                   "7:13: expected a unit (hours, days, working_days, weeks, months, years), found `school_days`\n");
    assert_refused(state, "20 fortnights",
                   "7:13: expected a unit (hours, days, working_days, weeks, months, years), found `fortnights`\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_hours),
        cmocka_unit_test(test_lead_longer_than_the_limit),
        cmocka_unit_test(test_clock_changes),
        cmocka_unit_test(test_rungs),
        cmocka_unit_test(test_provisional),
        cmocka_unit_test(test_school_days_and_terms),
        cmocka_unit_test(test_estimated_terms_make_it_provisional),
        cmocka_unit_test(test_beyond_the_terms_nothing_is_guessed),
        cmocka_unit_test(test_rungs_in_office_hours),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
