/* test_sample.c: an invented caseload is the same for the same seed, can be read, and has in it what it should. */
#include "catalogue.h"
#include "decode.h"
#include "sample_child.h"
#include "sample_events.h"
#include "sample_random.h"
#include "yaml.h"
#include "zone.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct zone *zone;
static struct catalogue *catalogue;

static struct sample_period a_year(uint64_t seed) {
    struct sample_period period = {.seed = seed, .authority = "E99999999", .zone = zone};
    period.from = date_from_civil(2025, 1, 1);
    period.until = date_from_civil(2026, 1, 1);
    return period;
}

/* The lines of a sample; the caller frees them. */
static char *sample(struct sample_period period, uint32_t children) {
    char *lines = NULL;
    size_t size;
    FILE *to = open_memstream(&lines, &size);
    struct sample_events *made = sample_events_new(&period);
    for (uint32_t child = 1; child <= children; child++)
        sample_child_tell(made, &period, child);
    assert_int_equal(sample_events_write(made, to), 0);
    sample_events_free(made);
    fclose(to);
    return lines;
}

/* Calls `look` with each line, parsed. */
static void each(const char *lines, void (*look)(const json_t *event, void *context), void *context) {
    for (const char *line = lines, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        json_t *event = json_loadb(line, (size_t) (end - line), 0, NULL);
        assert_non_null(event);
        look(event, context);
        json_decref(event);
    }
}

static const char *attribute(const json_t *event, const char *name) {
    const char *text = json_string_value(json_object_get(event, name));
    return text == NULL ? "" : text;
}

static const char *field(const json_t *event, const char *name) {
    return attribute(json_object_get(event, "data"), name);
}

/* ---- random numbers ---- */

/* The first outputs of the authors' own program from the state 1, 2, 3, 4. */
static void test_random_is_xoshiro(void **state) {
    (void) state;
    struct sample_random random = {{1, 2, 3, 4}};
    const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240u};
    for (size_t i = 0; i < 4; i++)
        assert_true(sample_random_next(&random) == expected[i]);
}

static void test_random_draws_stay_in_bounds(void **state) {
    (void) state;
    struct sample_random random;
    sample_random_init(&random, 7, 1);
    unsigned seen[4] = {0}, picked[3] = {0};
    for (int i = 0; i < 4000; i++) {
        int number = sample_random_between(&random, 3, 6);
        assert_in_range(number, 3, 6);
        seen[number - 3]++;
        picked[sample_random_pick(&random, (const double[]){1, 0, 3}, 3)]++;
        assert_in_range(sample_random_wait(&random, 2), 1, 200 * 366);
    }
    for (int i = 0; i < 4; i++)
        assert_in_range(seen[i], 800, 1200);
    assert_in_range(picked[0], 850, 1150);
    assert_int_equal(picked[1], 0);
    assert_int_equal(sample_random_between(&random, 5, 2), 5);
    assert_int_equal(sample_random_wait(&random, 0), 200 * 365.25);
}

/* ---- the same again ---- */

static void test_same_seed_same_lines(void **state) {
    (void) state;
    char *one = sample(a_year(42), 60), *again = sample(a_year(42), 60), *other = sample(a_year(43), 60);
    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    free(one);
    free(again);
    free(other);
}

/* The lines of child 7 alone. */
static void keep_seven(const json_t *event, void *context) {
    if (strcmp(attribute(event, "subject"), "child/S5-000007") != 0)
        return;
    char *text = json_dumps(event, JSON_COMPACT);
    fprintf(context, "%s\n", text);
    free(text);
}

static char *lines_of_seven(uint32_t children) {
    char *all = sample(a_year(5), children), *kept = NULL;
    size_t size;
    FILE *to = open_memstream(&kept, &size);
    each(all, keep_seven, to);
    fclose(to);
    free(all);
    return kept;
}

static void test_a_child_has_the_same_life_among_more(void **state) {
    (void) state;
    char *few = lines_of_seven(10), *many = lines_of_seven(40);
    assert_true(strlen(few) > 1000);
    assert_string_equal(few, many);
    free(few);
    free(many);
}

/* ---- what is in it ---- */

static void test_every_line_decodes(void **state) {
    (void) state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const struct decode_context context = {catalogue, zone};
    char *lines = sample(a_year(1), 500);
    size_t count = 0;
    for (const char *line = lines, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, count++) {
        struct decoded decoded;
        struct refusal refusal;
        assert_int_equal(decode_structured(&context, line, (size_t) (end - line), arena, &decoded, &refusal), 0);
        for (size_t i = 0; i < decoded.fact.n_fields; i++)
            assert_false(decoded.fact.fields[i].value.unlisted);
    }
    assert_true(count > 5000);
    free(lines);
}

struct tally {
    json_t *subjects, *ids, *types, *kinds;
    struct instant last;
    size_t n_lines, n_repeated, n_back, n_corrections, n_entries, n_weekend, n_placements, n_foster, n_late;
};

static void count_in(json_t *table, const char *key) {
    json_int_t before = json_integer_value(json_object_get(table, key));
    json_object_set_new(table, key, json_integer(before + 1));
}

static struct occurrence occurred(const json_t *event) {
    struct occurrence occurrence = {0};
    const char *text = field(event, "occurred_at");
    if (date_parse(text, &occurrence.day) == 0)
        occurrence.at = zone_midnight(zone, occurrence.day);
    else
        assert_int_equal(instant_parse(text, &occurrence.at), 0);
    occurrence.day = zone_local_date(zone, occurrence.at);
    return occurrence;
}

static void count_line(const json_t *event, void *context) {
    struct tally *tally = context;
    struct occurrence when = occurred(event);
    const char *type = attribute(event, "type"), *id = attribute(event, "id");
    struct instant recorded;
    assert_int_equal(instant_parse(attribute(event, "time"), &recorded), 0);
    const struct sample_period year = a_year(0);
    assert_false(instant_before(recorded, zone_midnight(zone, year.from)));
    assert_true(instant_before(recorded, zone_midnight(zone, year.until)));
    tally->n_lines++;
    tally->n_back += instant_before(recorded, tally->last) && json_object_get(tally->ids, id) == NULL;
    tally->last = recorded;
    count_in(tally->subjects, attribute(event, "subject"));
    if (json_object_get(tally->ids, id) != NULL)
        tally->n_repeated++;
    count_in(tally->ids, id);
    count_in(tally->types, type);
    count_in(tally->kinds, field(event, "kind"));
    tally->n_corrections += *field(event, "replaces") != '\0';
    tally->n_late += recorded.ms - when.at.ms > 14 * 86400000LL && recorded.ms > zone_midnight(zone, year.from).ms;
    if (strcmp(type, "care.started") == 0 && *field(event, "replaces") == '\0') {
        tally->n_entries++;
        tally->n_weekend += date_weekday(when.day) >= 5;
    }
    tally->n_placements += strcmp(type, "placement.started") == 0;
    tally->n_foster += *field(event, "placement_type") == 'U';
}

static struct tally count_lines(const char *lines) {
    struct tally tally = {json_object(), json_object(), json_object(), json_object()};
    each(lines, count_line, &tally);
    return tally;
}

static void tally_done(struct tally *tally) {
    json_decref(tally->subjects);
    json_decref(tally->ids);
    json_decref(tally->types);
    json_decref(tally->kinds);
}

static void test_everything_happens(void **state) {
    (void) state;
    static const char *const types[] = {
        "child.registered",          "care.started",        "care.ended",
        "placement.started",         "placement.ended",     "placement.changed",
        "legal_status.changed",      "review.held",         "visit.made",
        "missing.started",           "missing.ended",       "health_assessment.completed",
        "return_interview.offered",  "record.voided",       "return_interview.completed",
        "return_interview.declined", "adoption.progressed", "health_assessment.refused",
        "worker.allocated",          "care_plan.agreed"};
    static const char *const kinds[] = {"care", "short_break", "adoption", "initial", "review", "statutory", "M", "A"};
    char *lines = sample(a_year(1), 1000);
    struct tally tally = count_lines(lines);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        assert_non_null(json_object_get(tally.types, types[i]));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_non_null(json_object_get(tally.kinds, kinds[i]));
    const char *const marks[] = {"\"same_carer\":true", "\"temporary\":true",     "\"long_term\":true",
                                 "\"seen\":false",      "\"visits_agreed\":true", "\"placement_type\":\"A5\""};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        assert_non_null(strstr(lines, marks[i]));
    assert_int_equal(json_object_size(tally.subjects), 1001); /* and the authority, for the opening load */
    tally_done(&tally);
    free(lines);
}

static void test_rates_are_those_of_the_table(void **state) {
    (void) state;
    char *lines = sample(a_year(1), 4000);
    struct tally tally = count_lines(lines);
    assert_in_range(100 * tally.n_weekend / tally.n_entries, 28, 34);
    assert_in_range(100 * tally.n_foster / tally.n_placements, 55, 75);
    json_int_t missing = json_integer_value(json_object_get(tally.types, "missing.started"));
    assert_in_range(missing, 4000, 16000);
    tally_done(&tally);
    free(lines);
}

static void test_recording_is_not_perfect(void **state) {
    (void) state;
    char *lines = sample(a_year(1), 1000);
    struct tally tally = count_lines(lines);
    assert_in_range(tally.n_late, 200, tally.n_lines / 10);
    assert_in_range(tally.n_corrections, 50, tally.n_lines / 20);
    assert_in_range(tally.n_repeated, 30, tally.n_lines / 100);
    assert_in_range(tally.n_back, 50, tally.n_lines / 50);
    tally_done(&tally);
    free(lines);
}

/* Episodes of a child, and whether their end was recorded. */
static void note_episode(const json_t *event, void *context) {
    const char *type = attribute(event, "type");
    bool old = strcmp(field(event, "occurred_at"), "2024-06-01") < 0;
    if (old && (strcmp(type, "missing.started") == 0 || strcmp(type, "missing.ended") == 0))
        count_in(context, field(event, "episode"));
}

/* Every child came back within half a year, and was recorded as back; but for those that nobody recorded. */
static void test_some_records_are_never_made(void **state) {
    (void) state;
    char *lines = sample(a_year(1), 1000);
    json_t *episodes = json_object(), *records;
    const char *episode;
    size_t n_open = 0;
    each(lines, note_episode, episodes);
    json_object_foreach(episodes, episode, records) n_open += json_integer_value(records) == 1;
    assert_in_range(n_open, 3, json_object_size(episodes) / 20);
    json_decref(episodes);
    free(lines);
}

static void check_correction(const json_t *event, void *context) {
    json_t *first = context;
    const char *key = attribute(event, "id"), *replaces = field(event, "replaces");
    if (*replaces != '\0' && json_object_get(first, replaces) != NULL)
        assert_string_equal(json_string_value(json_object_get(first, replaces)), attribute(event, "type"));
    json_object_set_new(first, key, json_string(attribute(event, "type")));
}

static void test_corrections_are_of_their_own_type(void **state) {
    (void) state;
    char *lines = sample(a_year(1), 300);
    json_t *first = json_object();
    each(lines, check_correction, first);
    json_decref(first);
    free(lines);
}

static void test_history_comes_as_a_load(void **state) {
    (void) state;
    char *lines = sample(a_year(1), 50);
    const char *ended = strstr(lines, "feed.load_ended");
    assert_non_null(ended);
    assert_ptr_equal(strstr(lines, "feed.load_started"), strstr(lines, "feed.load"));
    assert_true(strstr(lines, "feed.load_started") < strchr(lines, '\n'));
    const char *rest = strchr(ended, '\n') + 1;
    assert_null(strstr(rest, "\"time\":\"2025-01-01T00:00:00Z\""));
    assert_null(strstr(rest, "feed.load"));
    free(lines);
}

static int load_rules(void **state) {
    (void) state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    problems->arena = arena;
    int outcome = zone_load(WATCHKEEPER_SOURCE_DIR "/rules/calendars/europe-london.yaml", problems, &zone);
    return outcome != 0 ? outcome : catalogue_load(WATCHKEEPER_SOURCE_DIR "/rules/catalogue", problems, &catalogue);
}

static int free_rules(void **state) {
    (void) state;
    zone_free(zone);
    catalogue_free(catalogue);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_is_xoshiro),
        cmocka_unit_test(test_random_draws_stay_in_bounds),
        cmocka_unit_test(test_same_seed_same_lines),
        cmocka_unit_test(test_a_child_has_the_same_life_among_more),
        cmocka_unit_test(test_every_line_decodes),
        cmocka_unit_test(test_everything_happens),
        cmocka_unit_test(test_rates_are_those_of_the_table),
        cmocka_unit_test(test_recording_is_not_perfect),
        cmocka_unit_test(test_some_records_are_never_made),
        cmocka_unit_test(test_corrections_are_of_their_own_type),
        cmocka_unit_test(test_history_comes_as_a_load),
    };
    return cmocka_run_group_tests(tests, load_rules, free_rules);
}
