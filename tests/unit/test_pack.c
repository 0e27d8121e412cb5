/* Packs: what is read, every mistake told at once with its place, ladders of other packs, and new rules from YAML
 * alone. */
#include "pack.h"

#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int with_statutory_again(void **state) {
    return rules_load(*state, true, (const char *const[]){NULL});
}

static struct rules_fixture *load(void **state, bool with_statutory, const char *text) {
    struct rules_fixture *f = rules_begin(state);
    if (rules_load(f, with_statutory, (const char *const[]){text, NULL}) != 0)
        fail_msg("%s", rules_problems(f));
    return f;
}

static const struct rule *find(const struct engine *engine, const char *id) {
    for (size_t i = 0; i < engine_n_rules(engine); i++)
        if (strcmp(engine_rule(engine, i)->face.id, id) == 0)
            return engine_rule(engine, i);
    fail_msg("no rule %s", id);
    return NULL;
}

/* Twenty mistakes, each told at its line and column. */
static const char twenty_mistakes[] =
    "pack: wrong\n"
    "version: '1'\n"
    "duty: []\n" /*  1: unknown key */
    "ladders:\n"
    "  ladder-a: {rungs: [{after: 2 weeks, tell: [iro]}]}\n" /*  2: unit of a rung */
    "duties:\n"
    "  - id: Bad_Id\n" /*  3: id */
    "    title: T\n"
    "    law: {ref: R, confidence: X}\n" /*  4: confidence */
    "    scope: cave\n"                  /*  5: scope */
    "    opens: start\n"
    "    met_by: review.hold\n"    /*  6: event type */
    "    limit: 20 wroking_days\n" /*  7: unit */
    "    late: ladder-b\n"         /*  8: ladder */
    "  - id: second\n"             /*  9: no title */
    "    law: {ref: R, confidence: V}\n"
    "    in_force: {from: 2024-13-01}\n"       /* 10: date */
    "    opens: {on: start, frist: true}\n"    /* 11: unknown key */
    "    met_by: review.held{kind=car}\n"      /* 12: code */
    "    when: episode.reported_by is known\n" /* 13: scope of a field */
    "    limit: 72 hours\n"
    "    lead: 2 days\n"                                                                   /* 14: lead and limit */
    "  - {id: third, title: T, law: {ref: R, confidence: V}, scope: life, opens: start,\n" /* 15: start of a life */
    "     limit: []}\n"                                                                    /* 16, 17: met_by, limit */
    "risks:\n"
    "  - {id: fourth, title: T, counts: missing.started, raise: [{at_least: 0, within: 9 days}]}\n" /* 18, 19: law,
                                                                                                       number */
    "  - {id: fifth, title: T, law: {ref: R, confidence: V}, scope: episode}\n"; /* 20: neither count nor state */

static void test_twenty_mistakes(void **state) {
    struct rules_fixture *f = rules_begin(state);
    assert_int_equal(rules_load(f, false, (const char *const[]){twenty_mistakes, NULL}), YAML_WRONG);
    assert_null(f->engine);
    assert_string_equal(
        rules_problems(f),
        "3:1: unknown key \"duty\"\n"
        "5:32: expected a unit (hours, working_days, office_hours), found `weeks`\n"
        "7:9: an id is made of a to z, 0 to 9 and -\n"
        "9:10: confidence is V, S, M or E\n"
        "10:12: `cave` is not a scope (life, care, placement, episode; of a duty also a span); did you mean `care`?\n"
        "12:13: `review.hold` is not an event type of the catalogue; did you mean `review.held`?\n"
        "13:15: expected a unit (hours, days, working_days, weeks, months, years, school_days, terms), found "
        "`wroking_days`; did you mean `working_days`?\n"
        "14:11: `ladder-b` is not a ladder of this pack or of one loaded before; did you mean `ladder-a`?\n"
        "15:5: \"title\" is missing\n"
        "15:5: second: a lead in hours goes with a limit in hours, and only so\n"
        "17:22: from: expected a date (YYYY-MM-DD)\n"
        "18:24: unknown key \"frist\"; did you mean \"first\"?\n"
        "19:30: `car` is not a code of REVIEW; did you mean `care`?\n"
        "20:11: `episode.reported_by` means nothing in the scope care\n"
        "23:5: expected `met_by`: what meets the duty\n"
        "23:5: third: a duty has a limit (or `limit: unset`)\n"
        "23:77: `start` means nothing in the scope life\n"
        "26:5: fourth: a rule cites its law: law: {ref: ..., confidence: V|S|M|E}\n"
        "26:72: \"at_least\" must be from 1 to 10000\n"
        "27:5: expected `counts` and `raise`, or `raised_by`, or `while`, or `for`\n");
}

static const char *const duty_head =
    "pack: own\nversion: '1'\nduties:\n  - {id: a, title: T, law: {ref: R, confidence: E}, ";

static void assert_refused(void **state, const char *rest, const char *problem) {
    struct rules_fixture *f = rules_begin(state);
    const char *text = arena_printf(f->kept, "%s%s}\n", duty_head, rest);
    assert_int_equal(rules_load(f, false, (const char *const[]){text, NULL}), YAML_WRONG);
    if (strstr(rules_problems(f), problem) == NULL)
        fail_msg("%s", rules_problems(f));
}

static void test_more_mistakes(void **state) {
    assert_refused(state, "opens: {when: profile is standard}, met_by: visit.made, limit: 1 days",
                   "expected `on`: start or an event type");
    assert_refused(state, "opens: start, met_by: {when: profile is standard}, limit: 1 days",
                   "expected `on`: an event type");
    assert_refused(state, "met_by: visit.made, limit: 1 days", "expected `opens`: start or an event type");
    assert_refused(state, "opens: start, met_by: visit.made, limit: {when: profile is standard}",
                   "expected `limit`, `field` and `of`, `before`, `age` or `earliest`");
    assert_refused(state, "opens: start, met_by: visit.made, limit: {field: version, of: review.held}",
                   "review.held has no field `version` that is a number");
    assert_refused(state,
                   "opens: start, met_by: visit.made, limit: 1 days, in_force: {from: 2024-02-01, to: 2024-01-01}",
                   "in_force ends before it begins");
    assert_refused(
        state,
        "opens: start, met_by: visit.made, limit: [1 days, 2 days, 3 days, 4 days, 5 days, 6 days, 7 days, 8 "
        "days, 9 days]",
        "more than 8 limits");
    assert_refused(state, "opens: start, met_by: visit.made, limit: [2 days, 3 hours], lead: 1 days",
                   "a lead in hours goes with a limit in hours");
    assert_refused(state,
                   "scope: life, opens: {on: visit.made, before_start: 3 months}, met_by: visit.made, limit: 1 days",
                   "before_start: expected days, weeks, months or years before the start of a scope other than life");
    assert_refused(state, "opens: start, met_by: visit.made, limit: 1 days, profile: standart",
                   "`standart` is not a profile (any, standard, short_break, adoption); did you mean `standard`?");
}

static void test_not_a_pack(void **state) {
    struct rules_fixture *f = rules_begin(state);
    assert_int_equal(rules_load(f, false, (const char *const[]){"- a\n- b\n", NULL}), YAML_WRONG);
    assert_string_equal(rules_problems(f), "1:1: expected a pack: a mapping with pack, version, duties, risks\n");
    assert_int_equal(
        rules_load(f, false, (const char *const[]){"pack: p\nversion: '1'\nduties: {}\nrisks: no\n", NULL}),
        YAML_WRONG);
    assert_string_equal(rules_problems(f), "3:9: duties: expected a list\n4:8: risks: expected a list\n");
}

static void test_an_id_that_stands_twice(void **state) {
    struct rules_fixture *f = rules_begin(state);
    static const char text[] = "pack: own\nversion: '1'\nrisks:\n"
                               "  - {id: iha, title: T, law: {ref: R, confidence: E}, scope: episode, for: 1 days}\n";
    assert_int_equal(rules_load(f, true, (const char *const[]){text, NULL}), YAML_WRONG);
    assert_non_null(strstr(rules_problems(f), "4:5: the rule `iha` stands already in "));
}

/* Five facts of the statutory pack, one of each sort. */
static void test_what_is_read(void **state) {
    struct rules_fixture *f = rules_begin(state);
    const struct rule *first = find(f->engine, "review-first");
    assert_string_equal(first->face.title, "First review");
    assert_string_equal(first->face.law, "CPPCR reg 33(1)");
    assert_string_equal(first->face.owner, "iro");
    assert_string_equal(first->face.ladder, "ladder-review");
    assert_string_equal(first->face.pack, "england-statutory");
    assert_string_equal(first->limit_text, "20 working_days");
    assert_string_equal(first->lead_text, "5 working_days");
    assert_string_equal(first->scope_text, "care");
    assert_string_equal(first->met_text, "review.held{kind=care}");
    assert_int_equal(first->ladder->n_rungs, 3);
    assert_int_equal(first->ladder->rungs[2].after.number, 10);
    assert_string_equal(first->ladder->rungs[0].recipients[1], "iro-manager");
    assert_null(first->ladder->rungs[0].recipients[3]);
    const struct rule *approval = find(f->engine, "visit-temporary-approval");
    assert_int_equal(approval->n_limits, 2);
    assert_string_equal(approval->limit_text, "when: had review.held{kind=care} in care, limit: 4 weeks; 1 weeks");
    const struct rule *repeat = find(f->engine, "missing-repeat");
    assert_true(repeat->face.is_risk);
    assert_string_equal(repeat->face.severity, "high");
}

/* The content of a pack is told apart by every word of it, and by where one ends. */
static void test_the_hash(void **state) {
    static const char one[] = "pack: own\nversion: '1'\ntitle: One\n",
                      other[] = "pack: own\nversion: '1'\ntitle: Two\n";
    static const char commented[] = "# a comment\npack: own\nversion: '1'\ntitle: One\n";
    struct rules_fixture *f = load(state, true, one);
    const char *hash = arena_strdup(f->kept, engine_packs_hash(f->engine));
    assert_string_equal(engine_packs_hash(load(state, true, commented)->engine), hash);
    assert_string_not_equal(engine_packs_hash(load(state, true, other)->engine), hash);
    assert_string_not_equal(engine_packs_hash(load(state, false, one)->engine), hash);
    static const char ab_c[] = "pack: own\nversion: '1'\nladders: {l: {rungs: [{tell: [ab, c]}]}}\n";
    static const char a_bc[] = "pack: own\nversion: '1'\nladders: {l: {rungs: [{tell: [a, bc]}]}}\n";
    hash = arena_strdup(f->kept, engine_packs_hash(load(state, true, ab_c)->engine));
    assert_string_not_equal(engine_packs_hash(load(state, true, a_bc)->engine), hash);
}

static void test_a_ladder_of_another_pack(void **state) {
    static const char own[] = "pack: own\nversion: '1'\nduties:\n"
                              "  - {id: own-duty, title: T, law: {ref: R, confidence: E}, opens: start,\n"
                              "     met_by: visit.made, limit: 1 days, late: ladder-review}\n";
    struct rules_fixture *f = load(state, true, own);
    assert_ptr_equal(find(f->engine, "own-duty")->ladder, find(f->engine, "review-first")->ladder);
    assert_int_equal(rules_load(f, false, (const char *const[]){own, NULL}), YAML_WRONG);
    assert_non_null(strstr(rules_problems(f), "`ladder-review` is not a ladder of this pack or of one loaded before"));
    static const char again[] = "pack: own\nversion: '1'\nladders: {ladder-review: {rungs: [{tell: iro}]}}\n";
    assert_int_equal(rules_load(f, true, (const char *const[]){again, NULL}), YAML_WRONG);
    assert_string_equal(rules_problems(f), "3:11: the ladder `ladder-review` stands already in a pack loaded before\n");
}

/* Two duties and a risk of known kinds: no C. */
static const char more_rules[] = "pack: more\n"
                                 "version: '1'\n"
                                 "duties:\n"
                                 "  - id: own-iro-appointed\n"
                                 "    title: Named reviewing officer appointed\n"
                                 "    law: {ref: CA 1989 s.25A, confidence: S}\n"
                                 "    scope: care\n"
                                 "    opens: start\n"
                                 "    met_by: worker.allocated{role=iro}\n"
                                 "    limit: 5 working_days\n"
                                 "    lead: 2 working_days\n"
                                 "    late: ladder-review\n"
                                 "  - id: own-decisions-distributed\n"
                                 "    title: Decisions of a review distributed\n"
                                 "    law: {ref: IRO Handbook 2010, confidence: M}\n"
                                 "    scope: care\n"
                                 "    opens: review.held{kind=care}\n"
                                 "    met_by: review.decisions_distributed{review=opening.review}\n"
                                 "    limit: 5 working_days\n"
                                 "risks:\n"
                                 "  - id: excluded-repeatedly\n"
                                 "    title: Excluded twice in a school year's length\n"
                                 "    law: {ref: Own choice, confidence: E}\n"
                                 "    severity: medium\n"
                                 "    counts: school.excluded{kind=fixed_term}\n"
                                 "    raise: {at_least: 2, within: 12 months}\n";

static void test_new_rules_from_yaml(void **state) {
    struct rules_fixture *f = load(state, true, more_rules);
    RULES_TELL(f, "c care.started 2024-03-28T10:00:00Z legal_status=C2 arrangement=full",
               "w worker.allocated 2024-03-28 role=social-worker", "r1 review.held 2024-04-10 review=R1 kind=care",
               "r2 review.held 2024-05-10 review=R2 kind=care", "d review.decisions_distributed 2024-05-11 review=R2",
               "x1 school.excluded 2024-02-01 kind=fixed_term", "x2 school.excluded 2024-06-03 kind=permanent");
    assert_string_equal(rules_duties(f, "2024-04-03T22:59:59Z", "own-iro-appointed"),
                        "care:2024-03-28 open 2024-04-08T23:00:00Z\n"); /* over Easter to 8 April */
    assert_string_equal(rules_duties(f, "2024-04-03T23:00:00Z", "own-iro-appointed"),
                        "care:2024-03-28 due_soon 2024-04-08T23:00:00Z\n");
    assert_string_equal(rules_duties(f, "2024-04-08T23:00:00Z", "own-iro-appointed"),
                        "care:2024-03-28 overdue 2024-04-08T23:00:00Z\n");
    assert_string_equal(rules_duties(f, "2024-06-01T00:00:00Z", "own-decisions-distributed"),
                        "review:R1 overdue 2024-04-17T23:00:00Z\n"
                        "review:R2 met 2024-05-17T23:00:00Z met 2024-05-10T23:00:00Z\n");
    assert_string_equal(rules_duties(f, "2024-06-04T00:00:00Z", "excluded-repeatedly"), "");
    rules_tell(f, "x3 school.excluded 2025-01-31 @2025-01-31T00:00:00Z kind=fixed_term");
    assert_string_equal(rules_duties(f, "2025-01-31T23:59:59Z", "excluded-repeatedly"), "child raised -\n");
    assert_string_equal(rules_duties(f, "2025-02-01T00:00:00Z", "excluded-repeatedly"), "child cleared -\n");
    rules_tell(f, "i worker.allocated 2024-04-02 role=iro");
    assert_string_equal(rules_duties(f, "2024-06-01T00:00:00Z", "own-iro-appointed"),
                        "care:2024-03-28 met 2024-04-08T23:00:00Z met 2024-04-01T23:00:00Z\n");
    assert_non_null(strstr(rules_say(f, "2024-04-18T00:00:00Z", BECAUSE_BACKLOG),
                           "own-decisions-distributed|review:R1#overdue 2024-04-17T23:00:00Z\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read),
        cmocka_unit_test_teardown(test_twenty_mistakes, with_statutory_again),
        cmocka_unit_test_teardown(test_more_mistakes, with_statutory_again),
        cmocka_unit_test_teardown(test_not_a_pack, with_statutory_again),
        cmocka_unit_test_teardown(test_an_id_that_stands_twice, with_statutory_again),
        cmocka_unit_test_teardown(test_the_hash, with_statutory_again),
        cmocka_unit_test_teardown(test_a_ladder_of_another_pack, with_statutory_again),
        cmocka_unit_test_teardown(test_new_rules_from_yaml, with_statutory_again),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
