/* A subject's record: what is taken, what is a duplicate, and the memory of what has been said. */
#include "record.h"

#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* R4: of several with the same source and id the first that is taken stands. */
static void test_duplicates(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct fact fact = *rules_fact(f, "v1 visit.made 2024-01-01 seen=true");
    assert_int_equal(record_add(f->record, &fact), 0);
    assert_int_equal(record_add(f->record, rules_fact(f, "v1 visit.made 2024-02-02 seen=false")), RECORD_DUPLICATE);
    assert_int_equal(record_n_facts(f->record), 1);
    assert_int_equal(record_fact(f->record, 0)->occurred.day.day, rules_date("2024-01-01").day);
    fact.source = "/other";
    assert_int_equal(record_add(f->record, &fact), 0);
    assert_int_equal(record_n_facts(f->record), 2);
}

/* Where the source ends and the id begins counts. */
static void test_source_and_id_are_two(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct fact fact = *rules_fact(f, "v1 visit.made 2024-01-01");
    fact.source = "/a";
    fact.id = "bc";
    assert_int_equal(record_add(f->record, &fact), 0);
    fact.source = "/ab";
    fact.id = "c";
    assert_int_equal(record_add(f->record, &fact), 0);
    assert_int_equal(record_add(f->record, &fact), RECORD_DUPLICATE);
}

/* It owns what was put into it. */
static void test_facts_are_copied(void **state) {
    struct rules_fixture *f = rules_begin(state);
    char id[] = "v1", reference[] = "P1";
    struct field_value field = {.field = f->symbols.placement, .value = {.kind = VALUE_TEXT, .of.text = reference}};
    struct fact fact = *rules_fact(f, "v1 visit.made 2024-01-01 replaces=v0");
    fact.id = id;
    fact.fields = &field;
    fact.n_fields = 1;
    assert_int_equal(record_add(f->record, &fact), 0);
    strcpy(id, "xx");
    strcpy(reference, "xx");
    const struct fact *kept = record_fact(f->record, 0);
    assert_string_equal(kept->id, "v1");
    assert_string_equal(kept->replaces, "v0");
    assert_string_equal(kept->authority, "E06000052");
    assert_string_equal(fact_value(kept, f->symbols.placement).of.text, "P1");
    assert_string_equal(record_subject(f->record), RULES_SUBJECT);
}

static void test_many_facts(void **state) {
    struct rules_fixture *f = rules_begin(state);
    struct fact fact = *rules_fact(f, "v visit.made 2024-01-01");
    char id[16];
    fact.id = id;
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < RECORD_FACTS_MAX; i++) {
            (void) snprintf(id, sizeof id, "v%d", i);
            assert_int_equal(record_add(f->record, &fact), turn == 0 ? 0 : RECORD_DUPLICATE);
        }
    (void) snprintf(id, sizeof id, "one more");
    assert_int_equal(record_add(f->record, &fact), RECORD_FULL);
    assert_int_equal(record_n_facts(f->record), RECORD_FACTS_MAX);
    assert_string_equal(record_fact(f->record, 5432)->id, "v5432");
}

static void restore(struct record *record, const char *rule, const char *anchor, enum alert_state state) {
    struct said said = {.rule = rule, .anchor = anchor, .state = state};
    record_restore_said(record, &said);
}

/* Sorted by rule and anchor; a second one of the same alert takes the place of the first. */
static void test_what_has_been_said(void **state) {
    struct rules_fixture *f = rules_begin(state);
    restore(f->record, "b", "y", ALERT_DUE_SOON);
    restore(f->record, "b", "x", ALERT_OVERDUE);
    restore(f->record, "a", "z", ALERT_MET);
    restore(f->record, "b", "y", ALERT_CANCELLED);
    assert_int_equal(record_n_said(f->record), 3);
    assert_string_equal(record_said(f->record, 0)->rule, "a");
    assert_string_equal(record_said(f->record, 1)->anchor, "x");
    assert_int_equal(record_said(f->record, 2)->state, ALERT_CANCELLED);
    assert_int_equal(record_find_said(f->record, "b", "x")->state, ALERT_OVERDUE);
    assert_null(record_find_said(f->record, "b", "z"));
    record_forget_said(f->record);
    assert_int_equal(record_n_said(f->record), 0);
    assert_null(record_find_said(f->record, "b", "x"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duplicates),         cmocka_unit_test(test_source_and_id_are_two),
        cmocka_unit_test(test_facts_are_copied),   cmocka_unit_test(test_many_facts),
        cmocka_unit_test(test_what_has_been_said),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
