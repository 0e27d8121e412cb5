/* test_encode.c: a statement's JSON is fixed to the byte, and what was said comes back from it. */
#include "encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct rule_face review = {
    .id = "review-first",
    .title = "First review",
    .pack = "england-statutory",
    .pack_version = "1",
    .law = "SI 2010/959 reg 33(1)",
    .confidence = "V",
    .owner = "iro",
    .ladder = "ladder-review",
    .severity = "high",
};

static struct instant at(const char *text) {
    struct instant instant;
    assert_int_equal(instant_parse(text, &instant), 0);
    return instant;
}

static struct said full_said(void) {
    struct said said = {
        .rule = "review-first",
        .anchor = "care:2026-03-04",
        .state = ALERT_OVERDUE,
        .due_at = at("2026-04-01T23:00:00Z"),
        .raised_at = at("2026-04-01T23:00:00.001Z"),
        .count = 3,
        .rungs = 5,
    };
    said.times[ALERT_DUE_SOON] = 1;
    said.times[ALERT_OVERDUE] = 2;
    said.rung_raised[0] = 1;
    said.rung_raised[2] = 65535;
    said.rung_ended[1] = 4;
    return said;
}

static const char *const recipients[] = {"iro", "team-manager", NULL};
static const struct evidence evidence[] = {
    {"e-1", "/case", "care.started", "opened", {.day = {20516}, .bare = true}}}; /* 2026-03-04 */

static struct statement full_statement(const struct said *said) {
    return (struct statement){
        .event_id = "child/CE-1|review-first|care:2026-03-04#overdue",
        .alert_id = "child/CE-1|review-first|care:2026-03-04",
        .subject = "child/CE-1",
        .anchor = "care:2026-03-04",
        .rule = &review,
        .type = "care.alert.changed",
        .state = "overdue",
        .said_at = at("2026-04-01T23:00:01.500Z"),
        .opened_at = at("2026-03-04T00:00:00Z"),
        .due_at = at("2026-04-01T23:00:00Z"),
        .detected_at = at("2026-04-01T23:00:00Z"),
        .because = BECAUSE_CLOCK,
        .authority = "E06000052",
        .team = "T1",
        .n_evidence = 1,
        .evidence = evidence,
        .said = said,
    };
}

static const struct encode_context *context(void) {
    static struct encode_context made;
    made = (struct encode_context){
        .source_prefix = "/watchkeeper",
        .as_of =
            {.partition = 3, .position = 42, .clock = at("2026-04-01T23:00:01Z"), .packs = "abc", .calendars = "1"},
        .stale_since = INSTANT_NEVER,
    };
    return &made;
}

static void alert_to_the_byte(void **state) {
    (void) state;
    struct statement statement = full_statement(NULL);
    char *text = encode_statement(&statement, context());
    assert_string_equal(
        text,
        "{\"specversion\":\"1.0\",\"id\":\"child/CE-1|review-first|care:2026-03-04#overdue\","
        "\"source\":\"/watchkeeper/E06000052\",\"type\":\"care.alert.changed\",\"subject\":\"child/CE-1\","
        "\"time\":\"2026-04-01T23:00:01.500Z\",\"datacontenttype\":\"application/json\",\"data\":{"
        "\"alert\":\"child/CE-1|review-first|care:2026-03-04\",\"anchor\":\"care:2026-03-04\",\"state\":\"overdue\","
        "\"rule\":\"review-first\",\"title\":\"First review\",\"pack\":\"england-statutory\",\"version\":\"1\","
        "\"law\":\"SI 2010/959 reg 33(1)\",\"confidence\":\"V\",\"authority\":\"E06000052\",\"team\":\"T1\","
        "\"owner\":\"iro\",\"worker\":null,\"opened_at\":\"2026-03-04T00:00:00Z\",\"due_at\":\"2026-04-01T23:00:00Z\","
        "\"detected_at\":\"2026-04-01T23:00:00Z\",\"lateness_ms\":1500,\"said_because\":\"clock\",\"severity\":"
        "\"high\","
        "\"because\":[{\"id\":\"e-1\",\"source\":\"/case\",\"type\":\"care.started\",\"role\":\"opened\","
        "\"occurred_at\":\"2026-03-04\"}],\"as_of\":{\"partition\":3,\"position\":42,"
        "\"clock\":\"2026-04-01T23:00:01Z\",\"packs\":\"abc\",\"calendars\":\"1\"}}}");
    free(text);
}

static void escalation_has_level_and_recipients(void **state) {
    (void) state;
    struct statement statement = full_statement(NULL);
    statement.escalation = true;
    statement.rung = 2;
    statement.recipients = recipients;
    char *text = encode_statement(&statement, context());
    assert_non_null(
        strstr(text, "\"level\":2,\"ladder\":\"ladder-review\",\"recipients\":[\"iro\",\"team-manager\"],\"because\""));
    free(text);
}

static void what_is_not_known_is_null(void **state) {
    (void) state;
    struct statement statement = full_statement(NULL);
    statement.authority = NULL;
    statement.due_at = INSTANT_NEVER;
    statement.detected_at = INSTANT_NEVER;
    struct encode_context replay = *context();
    replay.as_of.partition = -1;
    char *text = encode_statement(&statement, &replay);
    assert_non_null(strstr(text, "\"source\":\"/watchkeeper/unknown\""));
    assert_non_null(strstr(text, "\"authority\":null"));
    assert_non_null(strstr(text, "\"due_at\":null,\"detected_at\":null,\"lateness_ms\":0"));
    assert_non_null(strstr(text, "\"partition\":null"));
    assert_null(strstr(text, "baseline"));
    assert_null(strstr(text, "stale_since"));
    free(text);
}

static void baseline_stale_and_count_are_said(void **state) {
    (void) state;
    static const struct rule_face risk = {.id = "missing-repeat", .is_risk = true};
    struct statement statement = full_statement(NULL);
    statement.rule = &risk;
    statement.count = 3;
    struct encode_context marked = *context();
    marked.baseline = true;
    marked.stale_since = at("2026-04-01T00:00:00Z");
    char *text = encode_statement(&statement, &marked);
    assert_non_null(strstr(text, "\"count\":3,\"baseline\":true,\"stale_since\":\"2026-04-01T00:00:00Z\""));
    free(text);
}

static void assert_same(const struct said *a, const struct said *b) {
    assert_string_equal(a->rule, b->rule);
    assert_string_equal(a->anchor, b->anchor);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->due_at.ms, b->due_at.ms);
    assert_int_equal(a->raised_at.ms, b->raised_at.ms);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->rungs, b->rungs);
    assert_memory_equal(a->times, b->times, sizeof a->times);
    assert_memory_equal(a->rung_raised, b->rung_raised, sizeof a->rung_raised);
    assert_memory_equal(a->rung_ended, b->rung_ended, sizeof a->rung_ended);
}

static void said_comes_back(void **state) {
    (void) state;
    struct arena *arena = arena_new();
    struct said full = full_said();
    struct said bare = {.rule = "iha", .anchor = "care:x", .due_at = INSTANT_NEVER, .raised_at = INSTANT_DAWN};
    const struct said *const cases[] = {&full, &bare};
    for (size_t i = 0; i < 2; i++) {
        char *text = encode_said(cases[i]);
        struct said back;
        assert_int_equal(encode_said_decode(text, strlen(text), arena, &back), 0);
        assert_same(cases[i], &back);
        free(text);
    }
    (void) arena_free(arena);
}

static void latest_restores_subject_and_said(void **state) {
    (void) state;
    struct arena *arena = arena_new();
    struct said said = full_said(), back;
    struct statement statement = full_statement(&said);
    char *text = encode_statement(&statement, context());
    const char *subject;
    assert_int_equal(encode_latest_decode(text, strlen(text), arena, &subject, &back), 0);
    assert_string_equal(subject, "child/CE-1");
    assert_same(&said, &back);
    free(text);
    (void) arena_free(arena);
}

#define SAID_AT_FIRST                                                                                                  \
    "\"rule\":\"r\",\"anchor\":\"a\",\"state\":\"met\",\"due_at\":null,\"raised_at\":null,\"count\":0,\"times\":{}"

static void other_versions_of_said(void **state) {
    (void) state;
    static const char first[] = "{" SAID_AT_FIRST "}", next[] = "{\"version\":3,\"rules\":[]}";
    static const char statement[] = "{\"subject\":\"child/1\",\"data\":{\"said\":{\"version\":3}}}";
    struct arena *arena = arena_new();
    struct said said;
    const char *subject;
    assert_int_equal(encode_said_decode(first, strlen(first), arena, &said), 0);
    assert_int_equal(said.state, ALERT_MET);
    assert_int_equal(encode_said_decode(next, strlen(next), arena, &said), ENCODE_NEWER);
    assert_int_equal(encode_latest_decode(statement, strlen(statement), arena, &subject, &said), ENCODE_NEWER);
    (void) arena_free(arena);
}

static void foreign_values_are_refused(void **state) {
    (void) state;
    static const char *const foreign[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"subject\":\"child/1\",\"data\":{}}",
        "{\"subject\":\"child/"
        "1\",\"data\":{\"said\":{\"rule\":\"r\",\"anchor\":\"a\",\"state\":\"late\",\"due_at\":null,"
        "\"raised_at\":null,\"count\":0,\"times\":{}}}}",
        "{\"subject\":\"child/"
        "1\",\"data\":{\"said\":{\"rule\":\"r\",\"anchor\":\"a\",\"state\":\"met\",\"due_at\":null,"
        "\"raised_at\":null,\"count\":0,\"times\":{\"met\":70000}}}}",
        "{\"subject\":\"child/"
        "1\",\"data\":{\"said\":{\"rule\":\"r\",\"anchor\":\"a\",\"state\":\"met\",\"due_at\":\"x\","
        "\"raised_at\":null,\"count\":0,\"times\":{}}}}",
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        struct said said;
        const char *subject;
        assert_int_equal(encode_latest_decode(foreign[i], strlen(foreign[i]), arena, &subject, &said), ENCODE_NOT_OURS);
    }
    (void) arena_free(arena);
}

static void duties_line_in_the_order_of_keys(void **state) {
    (void) state;
    struct instance instance = {
        .rule = &review,
        .anchor = "care:2026-03-04",
        .state = INSTANCE_MET,
        .opened_at = at("2026-03-04T00:00:00Z"),
        .due_at = at("2026-04-01T23:00:00Z"),
        .met_at = at("2026-03-20T10:00:00.250Z"),
        .ended_at = INSTANT_NEVER,
    };
    char *text = encode_instance("child/CE-1", &instance);
    assert_string_equal(text, "{\"subject\":\"child/CE-1\",\"rule\":\"review-first\",\"anchor\":\"care:2026-03-04\","
                              "\"opened_at\":\"2026-03-04T00:00:00Z\",\"due_at\":\"2026-04-01T23:00:00Z\","
                              "\"met_at\":\"2026-03-20T10:00:00.250Z\",\"state\":\"met\",\"evidence\":[]}");
    free(text);
}

static void evidence_is_bounded(void **state) {
    (void) state;
    enum { MANY = ENCODE_EVIDENCE_MAX + 7 };
    struct evidence many[MANY];
    char ids[MANY][16];
    for (int i = 0; i < MANY; i++) {
        (void) snprintf(ids[i], sizeof ids[i], "e-%d", i);
        many[i] = (struct evidence){ids[i], "/case", "missing.started", "counted", evidence[0].occurred};
    }
    struct said said = full_said();
    struct statement statement = full_statement(&said);
    statement.n_evidence = ENCODE_EVIDENCE_MAX;
    statement.evidence = many;
    char *text = encode_statement(&statement, context());
    assert_non_null(strstr(text, "\"e-1\""));
    assert_null(strstr(text, "because_left_out"));
    free(text);
    statement.n_evidence = MANY;
    text = encode_statement(&statement, context());
    assert_non_null(strstr(text, "\"e-0\""));
    assert_null(strstr(text, "\"e-7\""));
    assert_non_null(strstr(text, "\"e-8\""));
    assert_non_null(strstr(text, "\"e-106\""));
    assert_non_null(strstr(text, "\"because_left_out\":7"));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alert_to_the_byte),
        cmocka_unit_test(escalation_has_level_and_recipients),
        cmocka_unit_test(what_is_not_known_is_null),
        cmocka_unit_test(baseline_stale_and_count_are_said),
        cmocka_unit_test(said_comes_back),
        cmocka_unit_test(latest_restores_subject_and_said),
        cmocka_unit_test(foreign_values_are_refused),
        cmocka_unit_test(other_versions_of_said),
        cmocka_unit_test(duties_line_in_the_order_of_keys),
        cmocka_unit_test(evidence_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
