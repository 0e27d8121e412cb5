/* Facts in the store: what is read is what was written, with days and symbols worked out anew. */
#include "engine.h"
#include "ensure.h"
#include "record_codec.h"
#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct engine *engine;
static struct decode_context context;

static int set_up_engine(void **state) {
    (void) state;
    struct yaml_problems problems = {.arena = arena_new()};
    struct engine_paths paths = {.folder = WATCHKEEPER_SOURCE_DIR "/rules"};
    int outcome = engine_load(&paths, &problems, &engine);
    yaml_problems_print(&problems, stderr);
    (void) arena_free(problems.arena);
    if (outcome == 0)
        context = (struct decode_context){engine_catalogue(engine), engine_zone(engine)};
    return outcome;
}

static int tear_down_engine(void **state) {
    (void) state;
    engine = engine_free(engine);
    return 0;
}

static int set_up(void **state) {
    *state = arena_new();
    return 0;
}

static int tear_down(void **state) {
    (void) arena_free(*state);
    return 0;
}

static struct fact decode(struct arena *arena, const char *event) {
    struct decoded decoded;
    struct refusal refusal = {"", ""};
    int outcome = decode_structured(&context, event, strlen(event), arena, &decoded, &refusal);
    if (outcome != 0)
        fail_msg("%s: %s", refusal.path, refusal.message);
    return decoded.fact;
}

static struct fact there_and_back(struct arena *arena, const struct fact *fact) {
    size_t length;
    struct fact found;
    const char *text = record_codec_encode(context.catalogue, fact, arena, &length);
    assert_int_equal(strlen(text), length);
    assert_int_equal(record_codec_decode(&context, text, length, arena, &found), 0);
    return found;
}

static void assert_same_value(const struct value *a, const struct value *b) {
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->unlisted, b->unlisted);
    switch (a->kind) {
    case VALUE_TEXT:
        assert_string_equal(a->of.text, b->of.text);
        break;
    case VALUE_NUMBER:
        assert_true(a->of.number == b->of.number);
        break;
    case VALUE_BOOLEAN:
        assert_int_equal(a->of.truth, b->of.truth);
        break;
    case VALUE_DATE:
        assert_int_equal(a->of.date.day, b->of.date.day);
        break;
    case VALUE_TIME:
        assert_int_equal(a->of.time.ms, b->of.time.ms);
        break;
    case VALUE_NONE:
        break;
    }
}

static const struct field_value *find_field(const struct fact *fact, field_symbol field, size_t nth) {
    for (size_t i = 0; i < fact->n_fields; i++)
        if (fact->fields[i].field == field && nth-- == 0)
            return &fact->fields[i];
    return NULL;
}

static void assert_same_fields(const struct fact *a, const struct fact *b) {
    assert_int_equal(a->n_fields, b->n_fields);
    for (size_t i = 0; i < a->n_fields; i++) {
        size_t nth = 0;
        for (size_t k = 0; k < i; k++)
            nth += a->fields[k].field == a->fields[i].field;
        const struct field_value *found = find_field(b, a->fields[i].field, nth);
        assert_non_null(found);
        assert_same_value(&a->fields[i].value, &found->value);
    }
}

static void assert_same(const struct fact *a, const struct fact *b) {
    assert_ptr_equal(a->type, b->type);
    assert_string_equal(a->source, b->source);
    assert_string_equal(a->id, b->id);
    assert_int_equal(a->recorded_at.ms, b->recorded_at.ms);
    assert_int_equal(a->occurred.at.ms, b->occurred.at.ms);
    assert_int_equal(a->occurred.day.day, b->occurred.day.day);
    assert_int_equal(a->occurred.bare, b->occurred.bare);
    assert_string_equal(a->authority, b->authority);
    assert_same_fields(a, b);
}

#define EVENT(type, data)                                                                                              \
    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"" type "\",\"subject\":\"child/CE-1\","        \
    "\"time\":\"2024-03-31T09:00:00.123Z\",\"data\":{\"authority\":\"E06000052\"," data "}}"

static void test_bare_date_across_the_clock_change(void **state) {
    struct fact fact = decode(*state, EVENT("care.started", "\"occurred_at\":\"2024-04-01\",\"legal_status\":\"V2\","
                                                            "\"arrangement\":\"full\""));
    struct fact found = there_and_back(*state, &fact);
    assert_same(&fact, &found);
    assert_true(found.occurred.bare);
    assert_int_equal(found.occurred.at.ms % (24 * 3600 * 1000), 23 * 3600 * 1000); /* 00:00 BST */
}

static void test_instant_keeps_milliseconds(void **state) {
    struct fact fact = decode(*state, EVENT("missing.started", "\"occurred_at\":\"2024-03-31T01:30:00.5+01:00\","
                                                               "\"episode\":\"M1\",\"kind\":\"M\""));
    struct fact found = there_and_back(*state, &fact);
    assert_same(&fact, &found);
    assert_int_equal(found.occurred.at.ms % 1000, 500);
}

static void test_unlisted_code_and_dates(void **state) {
    struct fact fact =
        decode(*state, EVENT("placement.started",
                             "\"occurred_at\":\"2024-03-01\",\"placement\":\"P\\\"1\","
                             "\"placement_type\":\"NEW9\",\"same_carer\":true,\"location\":\"adjoining\""));
    struct fact found = there_and_back(*state, &fact);
    assert_same(&fact, &found);
    field_symbol field = catalogue_symbol(context.catalogue, "placement_type");
    assert_true(fact_value(&found, field).unlisted);
}

static void test_replaces_is_kept(void **state) {
    struct fact fact = decode(*state, EVENT("child.registered", "\"occurred_at\":\"2024-03-01\",\"date_of_birth\":"
                                                                "\"2012-02-29\",\"replaces\":\"0\""));
    struct fact found = there_and_back(*state, &fact);
    assert_same(&fact, &found);
    assert_string_equal(found.replaces, "0");
}

static void test_lists_keep_their_order(void **state) {
    struct fact fact = decode(*state, EVENT("child.registered", "\"occurred_at\":\"2024-03-01\",\"date_of_birth\":"
                                                                "\"2012-02-29\",\"also\":[\"child/B\",\"child/A\"]"));
    struct fact found = there_and_back(*state, &fact);
    assert_same(&fact, &found);
    field_symbol field = catalogue_symbol(context.catalogue, "also");
    assert_string_equal(find_field(&found, field, 0)->value.of.text, "child/B");
    assert_string_equal(find_field(&found, field, 1)->value.of.text, "child/A");
}

static int decode_text(struct arena *arena, const char *text) {
    struct fact found;
    return record_codec_decode(&context, text, strlen(text), arena, &found);
}

static void test_what_is_not_ours(void **state) {
    assert_int_equal(decode_text(*state, ""), RECORD_CODEC_NOT_OURS);
    assert_int_equal(decode_text(*state, "[]"), RECORD_CODEC_NOT_OURS);
    assert_int_equal(decode_text(*state, "{\"type\":\"care.started\"}"), RECORD_CODEC_NOT_OURS);
    assert_int_equal(decode_text(*state, "{\"type\":\"care.gone\",\"source\":\"s\",\"id\":\"1\",\"time\":"
                                         "\"2024-01-01T00:00:00Z\",\"occurred_at\":\"2024-01-01\",\"data\":{}}"),
                     RECORD_CODEC_UNKNOWN_TYPE);
    assert_int_equal(decode_text(*state, "{\"type\":\"care.started\",\"source\":\"s\",\"id\":\"1\",\"time\":"
                                         "\"2024-01-01T00:00:00Z\",\"occurred_at\":\"2024-13-01\",\"data\":{}}"),
                     RECORD_CODEC_NOT_OURS);
}

/* A fact that is passed on is decoded again, by whoever holds the partition of its receiver. */
static void test_as_an_event(void **state) {
    struct fact fact =
        decode(*state, EVENT("child.registered", "\"occurred_at\":\"2024-03-31\",\"replaces\":\"0\",\"date_of_birth\":"
                                                 "\"2015-01-16\",\"uasc\":true,\"parents\":[\"P1\",\"P2\"]"));
    size_t length;
    const char *event = record_codec_event(context.catalogue, &fact, "child/CE-1", *state, &length);
    assert_int_equal(strlen(event), length);
    assert_non_null(strstr(event, "\"subject\":\"child/CE-1\""));
    struct fact found = decode(*state, event);
    assert_same(&fact, &found);
    assert_string_equal(found.replaces, "0");
    assert_true(found.occurred.bare);
}

static void test_origin(void **state) {
    struct fact fact = decode(*state, EVENT("record.merged", "\"occurred_at\":\"2024-06-03\",\"into\":\"NEW\""));
    assert_null(there_and_back(*state, &fact).origin);
    fact.origin = "child/CE-1";
    assert_string_equal(there_and_back(*state, &fact).origin, "child/CE-1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_as_an_event),
        TEST(test_origin),
        TEST(test_bare_date_across_the_clock_change),
        TEST(test_instant_keeps_milliseconds),
        TEST(test_unlisted_code_and_dates),
        TEST(test_replaces_is_kept),
        TEST(test_lists_keep_their_order),
        TEST(test_what_is_not_ours),
    };
    return cmocka_run_group_tests(tests, set_up_engine, tear_down_engine);
}
