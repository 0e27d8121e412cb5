/* test_schema.c: the schemas of what is written for later name every key that is written, and no other. Statements are
 * held against theirs by tests/cli/schema. */
#include "arena.h"
#include "checkpoint.h"
#include "deadletter.h"
#include "encode.h"
#include "ensure.h"
#include "erasures.h"
#include "record_codec.h"
#include "schema_event.h"
#include "schema_kept.h"
#include "yaml.h"
#include "zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct schema_style strict = {"#/$defs/", true};

static int set_up(void **state) {
    *state = arena_new();
    return 0;
}

static int tear_down(void **state) {
    (void) arena_free(*state);
    return 0;
}

static json_t *schema_of(const char *name) {
    const struct schema_said *said = schema_said_find(name);
    assert_non_null(said);
    return said->schema(said, &strict);
}

/* Each key of the object is a property, each required property is a key. */
static void assert_keys(const json_t *schema, json_t *object) {
    const json_t *properties = json_object_get(schema, "properties");
    const char *key;
    json_t *value;
    size_t i;
    assert_true(json_is_object(object) && json_is_object(properties));
    json_object_foreach(object, key, value) if (json_object_get(properties, key) == NULL)
        fail_msg("no schema has the key %s", key);
    json_array_foreach(json_object_get(schema, "required"), i,
                       value) if (json_object_get(object, json_string_value(value)) == NULL)
        fail_msg("the key %s is not written", json_string_value(value));
}

static json_t *property(const json_t *schema, const char *name) {
    return json_object_get(json_object_get(schema, "properties"), name);
}

static void test_receipt(void **state) {
    const struct erasures_receipt receipt = {
        .mark = erasures_mark_of(NULL, "child/C1", (struct instant){1000}, "E06000052"),
        .source_prefix = "/watchkeeper",
        .said_at = {2000},
        .removed_by = INSTANT_NEVER,
    };
    json_t *event = json_loads(erasures_receipt_encode(&receipt, *state), 0, NULL);
    json_t *schema = schema_of("care.notice.issued");
    assert_keys(schema, event);
    assert_keys(property(schema, "data"), json_object_get(event, "data"));
    json_decref(event);
    json_decref(schema);
}

static void test_facts(void **state) {
    static const char fact[] = "{\"type\":\"visit.made\"}";
    struct store_fact facts[] = {{.number = 0, .value = {fact, sizeof fact - 1}}};
    const struct store_record record = {.subject = "child/C1", .n_facts = 1, .facts = facts};
    size_t count;
    const struct sink_entry *entries = checkpoint_facts(0, &record, *state, &count);
    assert_int_equal(count, 1);
    json_t *value = json_loadb(entries[0].value, entries[0].value_length, 0, NULL),
           *schema = schema_of("checkpoint.facts");
    assert_keys(schema, value);
    json_decref(value);
    json_decref(schema);
}

struct shipped {
    struct catalogue *catalogue;
    struct zone *zone;
};

static struct shipped load_shipped(struct arena *arena) {
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    struct shipped shipped = {0};
    ENSURE(problems != NULL);
    problems->arena = arena;
    assert_int_equal(catalogue_load(WATCHKEEPER_SOURCE_DIR "/rules/catalogue", problems, &shipped.catalogue), 0);
    assert_int_equal(zone_load(WATCHKEEPER_SOURCE_DIR "/rules/calendars/europe-london.yaml", problems, &shipped.zone),
                     0);
    return shipped;
}

/* A fact as it is kept, of the sample that has every field. */
static void test_fact(void **state) {
    const struct shipped shipped = load_shipped(*state);
    const struct decode_context context = {shipped.catalogue, shipped.zone};
    json_t *event = schema_event_sample(shipped.catalogue, catalogue_find(shipped.catalogue, "visit.made"), true);
    CLEANUP(cleanup_free) char *text = json_dumps(event, 0);
    struct decoded decoded;
    struct refusal refusal;
    assert_int_equal(decode_structured(&context, text, strlen(text), *state, &decoded, &refusal), 0);
    decoded.fact.origin = "child/C0";
    size_t length;
    const char *kept = record_codec_encode(shipped.catalogue, &decoded.fact, *state, &length);
    json_t *fact = json_loadb(kept, length, 0, NULL), *definitions = json_object();
    schema_kept_definitions(&strict, definitions);
    assert_keys(json_object_get(definitions, "fact"), fact);
    json_decref(definitions);
    json_decref(fact);
    json_decref(event);
    (void) zone_free(shipped.zone);
    (void) catalogue_free(shipped.catalogue);
}

static void test_marker(void **state) {
    const struct checkpoint_marker marker = {.at = {1000}, .partitions = 12, .feeds = "[]"};
    const struct sink_entry entry = checkpoint_marker(0, &marker, *state);
    json_t *value = json_loadb(entry.value, entry.value_length, 0, NULL), *schema = schema_of("checkpoint.marker");
    json_t *definitions = json_object();
    schema_kept_definitions(&strict, definitions);
    assert_keys(schema, value);
    assert_keys(json_object_get(definitions, "positions"), json_object_get(value, "complete_to"));
    json_decref(definitions);
    json_decref(value);
    json_decref(schema);
}

static void test_deadletter(void **state) {
    const struct message message = {.partition = 1, .offset = 2};
    const struct deadletter letter = {&message, "care.events", "bad_date", "must be a date", "$.time"};
    size_t count;
    const struct header *headers = deadletter_headers(&letter, *state, &count);
    json_t *schema = schema_kept_deadletter_headers(), *object = json_object();
    for (size_t i = 0; i < count; i++)
        ENSURE(json_object_set_new(object, headers[i].name, json_null()) == 0);
    assert_int_equal(count, DEADLETTER_HEADERS);
    assert_keys(schema, object);
    json_decref(object);
    json_decref(schema);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receipt), cmocka_unit_test(test_facts),      cmocka_unit_test(test_fact),
        cmocka_unit_test(test_marker),  cmocka_unit_test(test_deadletter),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
