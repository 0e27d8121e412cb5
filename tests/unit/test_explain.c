/* One explanation whole: the first review over Easter, day by day. */
#include "explain.h"

#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct explanation *explain(struct rules_fixture *f, const char *at, const char *known_at, const char *rule,
                                   size_t *ret_count) {
    struct view view = {.at = rules_instant(at),
                        .known_at = known_at != NULL ? rules_instant(known_at) : INSTANT_NEVER};
    struct explanation *list;
    engine_explain(f->engine, f->record, view, rule, f->arena, &list, ret_count);
    return list;
}

/* `date number label` a line. */
static const char *days_text(struct rules_fixture *f, const struct day_step *days, size_t count) {
    const char *text = "";
    char date[DATE_TEXT_MAX];
    for (size_t i = 0; i < count; i++)
        text =
            arena_printf(f->arena, "%s%s %d %s\n", text, date_format(days[i].day, date), days[i].number, days[i].label);
    return text;
}

static const char days_of_the_limit[] =
    "2024-03-02 0 Saturday\n2024-03-03 0 Sunday\n2024-03-04 1 Monday\n2024-03-05 2 Tuesday\n2024-03-06 3 Wednesday\n"
    "2024-03-07 4 Thursday\n2024-03-08 5 Friday\n2024-03-09 0 Saturday\n2024-03-10 0 Sunday\n2024-03-11 6 Monday\n"
    "2024-03-12 7 Tuesday\n2024-03-13 8 Wednesday\n2024-03-14 9 Thursday\n2024-03-15 10 Friday\n"
    "2024-03-16 0 Saturday\n2024-03-17 0 Sunday\n2024-03-18 11 Monday\n2024-03-19 12 Tuesday\n"
    "2024-03-20 13 Wednesday\n2024-03-21 14 Thursday\n2024-03-22 15 Friday\n2024-03-23 0 Saturday\n"
    "2024-03-24 0 Sunday\n2024-03-25 16 Monday\n2024-03-26 17 Tuesday\n2024-03-27 18 Wednesday\n"
    "2024-03-28 19 Thursday\n2024-03-29 0 Good Friday\n2024-03-30 0 Saturday\n2024-03-31 0 Sunday\n"
    "2024-04-01 0 Easter Monday\n2024-04-02 20 Tuesday\n";

static const char days_of_the_lead[] =
    "2024-04-01 0 Easter Monday\n2024-03-31 0 Sunday\n2024-03-30 0 Saturday\n2024-03-29 0 Good Friday\n"
    "2024-03-28 1 Thursday\n2024-03-27 2 Wednesday\n2024-03-26 3 Tuesday\n2024-03-25 4 Monday\n2024-03-24 0 Sunday\n"
    "2024-03-23 0 Saturday\n2024-03-22 5 Friday\n";

static void test_the_first_review_over_easter(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "c care.started 2024-03-01T10:00:00Z @2024-03-01T16:00:00Z legal_status=C2 arrangement=full",
               "r review.held 2024-04-02 @2024-04-04T09:00:00Z review=R1 kind=care");
    size_t count;
    const struct explanation *it = explain(f, "2024-04-05T00:00:00Z", NULL, "review-first", &count);
    assert_int_equal(count, 1);
    assert_string_equal(it->rule->face.law, "CPPCR reg 33(1)");
    assert_string_equal(it->instance.anchor, "care:2024-03-01");
    assert_int_equal(it->instance.state, INSTANCE_MET);
    assert_string_equal(rules_instant_text(f, it->instance.due_at), "2024-04-02T23:00:00Z");
    assert_string_equal(rules_occurrence_text(f, it->counted_from), "2024-03-01T10:00:00Z");
    assert_false(it->unset);
    assert_int_equal(it->limit.number, 20);
    assert_int_equal(it->limit.unit, UNIT_WORKING_DAYS);
    assert_int_equal(it->last_day.day, rules_date("2024-04-02").day);
    assert_string_equal(days_text(f, it->days, it->n_days), days_of_the_limit);
    assert_string_equal(days_text(f, it->lead_days, it->n_lead_days), days_of_the_lead);
    assert_int_equal(it->n_rungs, 3);
    assert_string_equal(rules_instant_text(f, it->rungs[0]), "2024-04-02T23:00:00Z");
    assert_string_equal(rules_instant_text(f, it->rungs[1]), "2024-04-05T23:00:00Z");
    assert_string_equal(rules_instant_text(f, it->rungs[2]), "2024-04-16T23:00:00Z");
    assert_int_equal(it->n_facts, 2);
    assert_string_equal(it->facts[0].evidence.event_id, "c");
    assert_string_equal(it->facts[0].evidence.role, "opened");
    assert_string_equal(rules_occurrence_text(f, it->facts[0].evidence.occurred), "2024-03-01T10:00:00Z");
    assert_string_equal(rules_instant_text(f, it->facts[0].recorded_at), "2024-03-01T16:00:00Z");
    assert_string_equal(it->facts[1].evidence.type, "review.held");
    assert_string_equal(it->facts[1].evidence.role, "met");
    assert_string_equal(rules_occurrence_text(f, it->facts[1].evidence.occurred), "2024-04-02");
    assert_string_equal(rules_instant_text(f, it->facts[1].recorded_at), "2024-04-04T09:00:00Z");
    assert_int_equal(it->n_held, 0);
}

/* Late practice and late recording can be told apart: what was recorded later is left out. */
static void test_as_it_was_known(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "c care.started 2024-03-01T10:00:00Z legal_status=C2 arrangement=full",
               "r review.held 2024-04-02 @2024-04-04T09:00:00Z review=R1 kind=care");
    size_t count;
    const struct explanation *it = explain(f, "2024-04-05T00:00:00Z", "2024-04-04T08:59:59Z", "review-first", &count);
    assert_int_equal(it->instance.state, INSTANCE_OVERDUE);
    it = explain(f, "2024-04-05T00:00:00Z", "2024-04-04T09:00:00Z", "review-first", &count);
    assert_int_equal(it->instance.state, INSTANCE_MET);
}

static void test_limits_not_counted_by_day(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "c care.started 2024-03-01T10:00:00Z legal_status=C2 arrangement=full",
               "m missing.ended 2024-03-02T10:00:00Z episode=M1",
               "h health_assessment.completed 2024-03-03 kind=review");
    size_t count;
    const struct explanation *it = explain(f, "2024-03-05T00:00:00Z", NULL, "return-interview", &count);
    assert_int_equal(count, 1);
    assert_int_equal(it->n_days, 0);
    assert_int_equal(it->n_lead_days, 0);
    assert_string_equal(rules_instant_text(f, it->rungs[1]), "2024-03-06T10:00:00Z");
    it = explain(f, "2024-03-05T00:00:00Z", NULL, "rha-under-5", &count); /* unknown: no date of birth */
    assert_int_equal(count, 1);
    assert_int_equal(it->instance.state, INSTANCE_UNKNOWN);
    assert_int_equal(it->n_days, 0);
    assert_int_equal(it->n_rungs, 0);
}

static void assert_reading(struct rules_fixture *f, const char *at, const char *rule, const char *expected) {
    size_t count;
    const struct explanation *list = explain(f, at, NULL, rule, &count);
    assert_true(count > 0);
    assert_string_equal(list[count - 1].limit_words, expected);
}

/* Each kind of limit that is more than a number with its unit is said in words. */
static void test_readings_of_limits(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "b child.registered 2023-01-01 date_of_birth=2008-06-15",
               "c care.started 2024-01-08T10:00:00Z legal_status=C2 arrangement=full",
               "a action.set 2024-01-08 action=A1 source_kind=review due_on=2024-02-20",
               "o change.proposed 2024-02-01 kind=placement location=distant",
               "s status.started 2024-02-01 status=care_leaver",
               "i incident.recorded 2024-02-02 kind=accident serious=true");
    assert_reading(f, "2024-02-10T00:00:00Z", "approve-at-distance",
                   "before placement.started{location=distant}, which has not come: no date until then");
    assert_reading(f, "2024-02-10T00:00:00Z", "care-order-ends-18",
                   "by the birthday with which the age of 18 is reached");
    assert_reading(f, "2024-02-10T00:00:00Z", "review-actions-done",
                   "by the date in the event that opened it, or the one it was moved to");
    assert_reading(f, "2025-04-01T00:00:00Z", "in-touch-birthday", "by the birthday that opened it, plus 1 month");
    assert_reading(f, "2024-02-10T00:00:00Z", "iro-appointed", "the strictest of several, here 5 working_days");
    assert_reading(f, "2024-02-10T00:00:00Z", "iro-consulted-on-change", "at once: with what opened it");
    RULES_TELL(f, "r review.held 2024-01-10 review=R1 kind=care",
               "p placement.started 2024-02-12 placement=P1 placement_type=U1 location=distant");
    assert_reading(f, "2024-02-20T00:00:00Z", "iro-appointed",
                   "the strictest of several: before review.held{kind=care}, which came first, on 2024-01-10 "
                   "(event r)");
    assert_reading(f, "2024-02-20T00:00:00Z", "care-plan",
                   "before placement.started, which came first, on 2024-02-12 (event p): so 10 working days from then");
    rules_tell(f, "d decision.made 2024-02-12 kind=at_distance outcome=agreed");
    assert_reading(
        f, "2024-02-20T00:00:00Z", "approve-at-distance",
        "before placement.started{location=distant}, which came on 2024-02-12 (event p): it was met by then");
}

static void test_a_risk(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a missing.started 2024-01-01T20:00:00Z episode=M1 kind=M",
               "b missing.started 2024-01-05T20:00:00Z episode=M2 kind=M",
               "d missing.started 2024-06-05T20:00:00Z episode=M3 kind=M",
               "e missing.started 2024-06-06T20:00:00Z episode=M4 kind=M");
    size_t count;
    const struct explanation *it = explain(f, "2024-06-07T00:00:00Z", NULL, "missing-repeat", &count);
    assert_int_equal(count, 1);
    assert_int_equal(it->count, 2);
    assert_int_equal(it->n_held, 2);
    assert_string_equal(rules_instant_text(f, it->held[0].from), "2024-01-05T20:00:00Z");
    assert_string_equal(rules_instant_text(f, it->held[0].to), "2024-01-29T00:00:00Z");
    assert_string_equal(rules_instant_text(f, it->held[1].from), "2024-06-06T20:00:00Z");
    assert_int_equal(it->held[1].to.ms, INSTANT_NEVER.ms);
    assert_int_equal(it->n_facts, 4);
    assert_string_equal(it->facts[3].evidence.role, "counted");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_review_over_easter),
        cmocka_unit_test(test_as_it_was_known),
        cmocka_unit_test(test_limits_not_counted_by_day),
        cmocka_unit_test(test_readings_of_limits),
        cmocka_unit_test(test_a_risk),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
