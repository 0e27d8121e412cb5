/* Conditions: every form of the language, its three values, and every mistake with its column. */
#include "expression.h"

#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct expression *read(struct rules_fixture *f, const char *text, enum scope_kind scope) {
    f->problems = (struct yaml_problems){.arena = f->kept};
    struct yaml scalar = {.kind = YAML_SCALAR, .text = text, .place = {.line = 1, .column = 1}};
    struct lexer lexer;
    lexer_open(&lexer, &scalar, f->arena, &f->problems);
    struct expression_reader reader = {.lexer = &lexer, .catalogue = engine_catalogue(f->engine), .scope = scope};
    return expression_read(&reader);
}

#define NOW "2024-03-01T12:00:00Z"

/* A placement in care, asked at NOW, opened by the visit of February. */
static struct setting ask(struct rules_fixture *f) {
    RULES_TELL(f, "b child.registered 2023-01-01 date_of_birth=2014-06-15",
               "r0 review.held 2023-12-31 review=R0 kind=adoption",
               "c care.started 2024-01-01 legal_status=C2 arrangement=full",
               "p placement.started 2024-01-10 placement=P1 placement_type=U1 basis=ordinary",
               "q placement.changed 2024-02-20 placement=P1 placement_type=H5",
               "r1 review.held 2024-01-05 review=R1 kind=care", "m missing.started 2024-02-10 episode=M1 kind=A",
               "v visit.made 2024-02-05 kind=statutory seen=true");
    struct history *history = rules_history(f, NOW);
    const struct standing *opening = NULL;
    for (size_t i = 0; i < history->count; i++)
        if (strcmp(history->standings[i].fact->id, "v") == 0)
            opening = &history->standings[i];
    return (struct setting){
        .history = history,
        .kind = SCOPE_PLACEMENT,
        .scope_from = history->homes[0].from,
        .period = &history->periods[0],
        .home = &history->homes[0],
        .episode = &history->episodes[0],
        .at = rules_occurrence(f, NOW),
        .opening = opening,
        .place = 3,
        .fact = opening,
    };
}

static void assert_truth(struct rules_fixture *f, const struct setting *setting, const char *text,
                         enum truth expected) {
    const struct expression *expression = read(f, text, setting->kind);
    if (expression == NULL)
        fail_msg("%s: %s", text, rules_problems(f));
    if (expression_evaluate(expression, setting) != expected)
        fail_msg("%s: not %d", text, (int) expected);
}

#define YES(text) assert_truth(f, &setting, (text), TRUTH_YES)
#define NO(text) assert_truth(f, &setting, (text), TRUTH_NO)
#define UNKNOWN(text) assert_truth(f, &setting, (text), TRUTH_UNKNOWN)

static void test_paths(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct setting setting = ask(f);
    YES("legal_status is C2");
    NO("legal_status is not C2");
    YES("profile is standard");
    NO("profile is adoption");
    YES("opening is visit.made");
    NO("opening is start");
    YES("opening.place = 3");
    NO("opening.place <= 2");
    YES("opening.after_start is true");
    YES("opening.kind = statutory"); /* whatever else types call their kinds */
    YES("fact.seen = true");
    YES("care.arrangement in [full, short_break]");
    YES("placement.placement_type is H5");
    NO("placement.placement_type is U1");
    YES("first_placement.placement_type is U1");
    UNKNOWN("placement.long_term = true");
    NO("placement.long_term is true");
    YES("placement.long_term is not true");
    YES("placement.long_term is not known");
    YES("placement.basis is known");
    setting.opening = NULL;
    YES("opening is start");
    YES("opening.after_start is false");
    UNKNOWN("opening.kind = statutory");
    setting.kind = SCOPE_EPISODE;
    YES("episode.kind is A");
}

/* What is asked after a death is asked about the placement in which the child died. */
static void test_placement_of_a_child_who_died(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "c care.started 2024-01-01 legal_status=C2 arrangement=full",
               "p placement.started 2024-01-10 placement=P1 placement_type=U1",
               "q placement.started 2024-01-20 placement=P2 placement_type=U4", "d child.died 2024-02-20T10:00:00Z");
    struct setting setting = {.history = rules_history(f, NOW), .kind = SCOPE_LIFE};
    setting.at = rules_occurrence(f, "2024-01-15");
    YES("placement.placement_type is U1");
    setting.at = rules_occurrence(f, "2024-02-20T10:00:00Z");
    YES("placement.placement_type is U4");
    setting.at = rules_occurrence(f, NOW);
    YES("placement.placement_type is U4");
}

/* The end of care with the death may be known by its day alone: 00:00, hours before it. */
static void test_placement_of_a_child_who_died_on_the_last_day_of_care(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "c care.started 2024-01-01 legal_status=C2 arrangement=full",
               "p placement.started 2024-01-10 placement=P1 placement_type=U1", "e care.ended 2024-02-20 reason=E2",
               "d child.died 2024-02-20T10:00:00Z");
    struct setting setting = {.history = rules_history(f, NOW), .kind = SCOPE_LIFE, .at = rules_occurrence(f, NOW)};
    YES("placement.placement_type is U1");
}

/* One that had ended before is not gone back to. */
static void test_placement_of_a_child_who_died_elsewhere(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "c care.started 2024-01-01 legal_status=C2 arrangement=full",
               "p placement.started 2024-01-10 placement=P1 placement_type=U1",
               "e placement.ended 2024-02-19 placement=P1", "d child.died 2024-02-20T10:00:00Z");
    struct setting setting = {.history = rules_history(f, NOW), .kind = SCOPE_LIFE, .at = rules_occurrence(f, NOW)};
    NO("placement.placement_type is known");
}

static void test_fields_of_the_opening_on_the_right(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct setting setting = ask(f);
    YES("fact.kind = opening.kind");
    UNKNOWN("fact.kind = opening.legal_status");
    YES("fact.kind is not opening.legal_status");
}

/* R17, R27: on the day, and that long after it. */
static void test_ages(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct setting setting = ask(f);
    YES("age >= 9");
    NO("age >= 10");
    YES("age < 10");
    YES("age(3 months) < 10");
    YES("age(4 months) >= 10");
    YES("age(106 days) >= 10"); /* to 15 June */
    NO("age(105 days) >= 10");
    setting.at = rules_occurrence(f, "2024-06-14T22:59:59Z");
    NO("age >= 10");
    setting.at = rules_occurrence(f, "2024-06-14T23:00:00Z"); /* 00:00 in London */
    YES("age >= 10");
    setting.history = rules_history(rules_begin(state), NOW);
    UNKNOWN("age >= 10");
}

/* R22: to the day before the corresponding date. */
static void test_within(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct setting setting = ask(f);
    YES("within 2 months of start");
    NO("within 1 months of start");
    setting.at = rules_occurrence(f, "2024-02-09T23:59:59Z");
    YES("within 1 months of start");
    setting.at = rules_occurrence(f, "2024-02-10");
    NO("within 1 months of start");
}

static void test_windows_of_had(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct setting setting = ask(f);
    NO("had review.held{kind=care}"); /* since the placement began */
    YES("had review.held{kind=care} in care");
    NO("had review.held{kind=adoption} in care");
    YES("had review.held{kind=adoption} ever");
    YES("had review.held before start");
    YES("had review.held{kind=adoption} within 10 days before start");
    NO("had review.held{kind=adoption} within 9 days before start");
    YES("had missing.started");
    YES("had visit.made{kind=opening.kind}");
    setting.at = rules_occurrence(f, "2024-02-09T23:59:59Z");
    NO("had missing.started");
    setting.at = rules_occurrence(f, "2024-02-10");
    YES("had missing.started");
}

/* No decides `and`, yes decides `or`; else unknown stays unknown. `age` is unknown where nothing is known. */
static void test_and_or_not(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct setting setting = {.history = rules_history(f, NOW), .kind = SCOPE_CARE, .at = rules_occurrence(f, NOW)};
    static const char *const words[] = {
        [TRUTH_NO] = "opening is visit.made", [TRUTH_YES] = "opening is start", [TRUTH_UNKNOWN] = "age < 5"};
    static const enum truth and[3][3] = {
        [TRUTH_NO] = {TRUTH_NO, TRUTH_NO, TRUTH_NO},
        [TRUTH_YES] = {[TRUTH_NO] = TRUTH_NO, [TRUTH_YES] = TRUTH_YES, [TRUTH_UNKNOWN] = TRUTH_UNKNOWN},
        [TRUTH_UNKNOWN] = {[TRUTH_NO] = TRUTH_NO, [TRUTH_YES] = TRUTH_UNKNOWN, [TRUTH_UNKNOWN] = TRUTH_UNKNOWN}};
    static const enum truth or [3][3] = {
        [TRUTH_NO] = {[TRUTH_NO] = TRUTH_NO, [TRUTH_YES] = TRUTH_YES, [TRUTH_UNKNOWN] = TRUTH_UNKNOWN},
        [TRUTH_YES] = {TRUTH_YES, TRUTH_YES, TRUTH_YES},
        [TRUTH_UNKNOWN] = {[TRUTH_NO] = TRUTH_UNKNOWN, [TRUTH_YES] = TRUTH_YES, [TRUTH_UNKNOWN] = TRUTH_UNKNOWN}};
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
            assert_truth(f, &setting, arena_printf(f->arena, "%s and %s", words[a], words[b]), and[a][b]);
            assert_truth(f, &setting, arena_printf(f->arena, "%s or %s", words[a], words[b]), or [a][b]);
        }
    YES("not opening is visit.made");
    NO("not opening is start");
    UNKNOWN("not age < 5");
}

static void test_which_binds_tighter(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct setting setting = {.history = rules_history(f, NOW), .kind = SCOPE_CARE, .at = rules_occurrence(f, NOW)};
    YES("opening is start or opening is visit.made and opening is visit.made");
    NO("(opening is start or opening is visit.made) and opening is visit.made");
    YES("not opening is visit.made or opening is visit.made");
    NO("not (opening is start or opening is visit.made)");
}

static void assert_refused(struct rules_fixture *f, enum scope_kind scope, const char *text, const char *problem) {
    assert_null(read(f, text, scope));
    assert_string_equal(rules_problems(f), problem);
}

static void test_what_is_refused(void **state) {
    struct rules_fixture *f = rules_begin(state);
    assert_refused(f, SCOPE_CARE, "legal_staus is C2",
                   "1:1: expected a condition, found `legal_staus`; did you mean `legal_status`?\n");
    assert_refused(f, SCOPE_CARE, "legal_status is C3", "1:17: `C3` is not a code of LS\n");
    assert_refused(f, SCOPE_CARE, "age >= 16'x", "1:10: the quote is not closed\n");
    assert_refused(f, SCOPE_CARE, "profile is standart",
                   "1:12: `standart` is not a code of profile; did you mean `standard`?\n");
    assert_refused(f, SCOPE_CARE, "opening is visit.mad",
                   "1:12: `visit.mad` is not a code of opening (start or an event type); did you mean `visit.made`?\n");
    assert_refused(f, SCOPE_CARE, "episode.risk is known", "1:1: `episode.risk` means nothing in the scope care\n");
    assert_refused(f, SCOPE_LIFE, "care.arrangement is full",
                   "1:1: `care.arrangement` means nothing in the scope life\n");
    assert_refused(f, SCOPE_PLACEMENT, "episode.kind is A",
                   "1:1: `episode.kind` means nothing in the scope placement\n");
    assert_refused(f, SCOPE_PLACEMENT, "placement.colour is red", "1:1: no such field: `placement.colour`\n");
    assert_refused(f, SCOPE_CARE, "opening.nothing is red", "1:1: no such field: `opening.nothing`\n");
    assert_refused(f, SCOPE_CARE, "opening.kind is statutary",
                   "1:17: `statutary` is not a code of kind; did you mean `statutory`?\n");
    assert_refused(f, SCOPE_CARE, "age = 5", "1:7: an age is compared with < or >=\n");
    assert_refused(f, SCOPE_CARE, "age < five", "1:7: expected an age in whole years, found `five`\n");
    assert_refused(f, SCOPE_CARE, "age < 151", "1:7: expected an age in whole years, found `151`\n");
    assert_refused(f, SCOPE_CARE, "age(6 hours) < 5", "1:12: hours cannot be used here\n");
    assert_refused(f, SCOPE_CARE, "within 6 months", "1:16: expected `of`, but the text ends\n");
    assert_refused(f, SCOPE_LIFE, "within 6 months of start", "1:8: `within` means nothing in the scope life\n");
    assert_refused(f, SCOPE_LIFE, "had visit.made before start",
                   "1:16: `before start` means nothing in the scope life\n");
    assert_refused(f, SCOPE_LIFE, "had visit.made within 6 months before start",
                   "1:39: `within ... before start` means nothing in the scope life\n");
    assert_refused(f, SCOPE_CARE, "had visit.made in cave", "1:19: expected `care`, found `cave`\n");
    assert_refused(f, SCOPE_CARE, "(profile is standard", "1:21: expected `)`, but the text ends\n");
    assert_refused(f, SCOPE_CARE, "profile is standard profile",
                   "1:21: expected `and`, `or` or the end, found `profile`\n");
    assert_refused(f, SCOPE_CARE, "profile is standard and", "1:24: expected a condition, found ``\n");
    assert_refused(f, SCOPE_CARE, "", "1:1: expected a condition, found ``\n");
}

static void test_brackets_have_a_limit(void **state) {
    struct rules_fixture *f = rules_begin(state);
    char text[256] = "";
    for (int i = 0; i < 40; i++)
        strcat(text, "(");
    assert_refused(f, SCOPE_CARE, text, "1:34: more than 32 levels of brackets\n");
}

/* However many there are, none is left out. */
static void test_what_is_mentioned(void **state) {
    struct rules_fixture *f = rules_begin(state);
    const char *text = "age < 1";
    for (int i = 2; i < 30; i++)
        text = arena_printf(f->arena, "%s or age(%d days) < %d", text, i, i);
    const struct expression *expression =
        read(f,
             arena_printf(f->arena,
                          "%s or placement.placement_type is H5 or placement.basis is known or legal_status is C2 "
                          "or profile is standard or had visit.made or not within 2 weeks of start or opening "
                          "is start",
                          text),
             SCOPE_PLACEMENT);
    size_t count = expression_mentions(expression, NULL);
    assert_int_equal(count, 29 + 6);
    struct mention *mentions = ARENA_ARRAY(f->arena, struct mention, count);
    assert_int_equal(expression_mentions(expression, mentions), count);
    assert_int_equal(mentions[28].age, 29);
    assert_int_equal(mentions[28].limit.number, 29);
    assert_int_equal(mentions[29].kind, MENTION_PLACEMENT_FIELD);
    assert_int_equal(mentions[30].field, catalogue_symbol(engine_catalogue(f->engine), "basis"));
    assert_int_equal(mentions[31].kind, MENTION_LEGAL_STATUS);
    assert_int_equal(mentions[32].kind, MENTION_PROFILE);
    assert_string_equal(mentions[33].filter->type->name, "visit.made");
    assert_int_equal(mentions[34].kind, MENTION_WITHIN);
    assert_int_equal(expression_mentions(NULL, NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_placement_of_a_child_who_died),
        cmocka_unit_test(test_placement_of_a_child_who_died_on_the_last_day_of_care),
        cmocka_unit_test(test_placement_of_a_child_who_died_elsewhere),
        cmocka_unit_test(test_fields_of_the_opening_on_the_right),
        cmocka_unit_test(test_ages),
        cmocka_unit_test(test_within),
        cmocka_unit_test(test_windows_of_had),
        cmocka_unit_test(test_and_or_not),
        cmocka_unit_test(test_which_binds_tighter),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_brackets_have_a_limit),
        cmocka_unit_test(test_what_is_mentioned),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
