/* The local day of Europe/London at both clock changes, in the years of all-year summer time, and at the ends of the
 * file. */
#include "zone.h"

#include "cleanup.h"
#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LONDON WATCHKEEPER_SOURCE_DIR "/rules/calendars/europe-london.yaml"

struct fixture {
    struct arena *arena;
    struct yaml_problems problems;
    struct zone *zone;
};

static int set_up(void **state) {
    static struct fixture fixture;
    fixture = (struct fixture){.arena = arena_new()};
    fixture.problems.arena = fixture.arena;
    *state = &fixture;
    return zone_load(LONDON, &fixture.problems, &fixture.zone);
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    (void) zone_free(fixture->zone);
    (void) arena_free(fixture->arena);
    return 0;
}

static struct date day(const char *text) {
    struct date date;
    assert_int_equal(date_parse(text, &date), 0);
    return date;
}

static struct instant at(const char *text) {
    struct instant instant;
    assert_int_equal(instant_parse(text, &instant), 0);
    return instant;
}

static void assert_midnight(struct zone *zone, const char *date, const char *instant) {
    char buffer[INSTANT_TEXT_MAX];
    assert_string_equal(instant_format(zone_midnight(zone, day(date)), buffer), instant);
}

static void assert_local_date(struct zone *zone, const char *instant, const char *date) {
    char buffer[DATE_TEXT_MAX];
    assert_string_equal(date_format(zone_local_date(zone, at(instant)), buffer), date);
}

static void test_midnights_around_the_spring_change(void **state) {
    struct zone *zone = ((struct fixture *) *state)->zone;
    assert_midnight(zone, "2024-03-30", "2024-03-30T00:00:00Z");
    assert_midnight(zone, "2024-03-31", "2024-03-31T00:00:00Z"); /* the clock changes at 01:00 that day */
    assert_midnight(zone, "2024-04-01", "2024-03-31T23:00:00Z");
    assert_midnight(zone, "2024-04-03", "2024-04-02T23:00:00Z");
}

static void test_midnights_around_the_autumn_change(void **state) {
    struct zone *zone = ((struct fixture *) *state)->zone;
    assert_midnight(zone, "2024-10-27", "2024-10-26T23:00:00Z");
    assert_midnight(zone, "2024-10-28", "2024-10-28T00:00:00Z");
    assert_midnight(zone, "2024-10-31", "2024-10-31T00:00:00Z");
}

static void test_local_dates(void **state) {
    struct zone *zone = ((struct fixture *) *state)->zone;
    assert_local_date(zone, "2024-01-01T23:59:59.999Z", "2024-01-01");
    assert_local_date(zone, "2024-03-31T23:00:00Z", "2024-04-01");
    assert_local_date(zone, "2024-03-31T22:59:59.999Z", "2024-03-31");
    assert_local_date(zone, "2024-10-26T23:00:00Z", "2024-10-27");
    assert_local_date(zone, "2024-10-27T23:30:00Z", "2024-10-27");
    assert_local_date(zone, "1965-01-01T00:00:00Z", "1965-01-01");
}

static void test_offsets_change_at_the_very_second(void **state) {
    struct zone *zone = ((struct fixture *) *state)->zone;
    assert_int_equal(zone_offset(zone, at("2024-03-31T00:59:59.999Z")), 0);
    assert_int_equal(zone_offset(zone, at("2024-03-31T01:00:00Z")), 3600);
    assert_int_equal(zone_offset(zone, at("2024-10-27T00:59:59.999Z")), 3600);
    assert_int_equal(zone_offset(zone, at("2024-10-27T01:00:00Z")), 0);
}

/* From 1968-02-18 to 1971-10-31 the clock stood an hour ahead of Greenwich, winters too. */
static void test_summer_time_all_year(void **state) {
    struct zone *zone = ((struct fixture *) *state)->zone;
    assert_midnight(zone, "1968-02-18", "1968-02-18T00:00:00Z");
    assert_midnight(zone, "1968-02-19", "1968-02-18T23:00:00Z");
    assert_midnight(zone, "1968-10-27", "1968-10-26T23:00:00Z");
    assert_midnight(zone, "1970-01-01", "1969-12-31T23:00:00Z");
    assert_midnight(zone, "1971-10-31", "1971-10-30T23:00:00Z");
    assert_midnight(zone, "1971-11-01", "1971-11-01T00:00:00Z");
    assert_local_date(zone, "1969-12-31T23:00:00Z", "1970-01-01");
}

/* What a local day begins with lies on that day, and the millisecond before it on the day before; days are 23 to 25
 * hours. */
static void test_every_midnight_begins_its_day(void **state) {
    struct zone *zone = ((struct fixture *) *state)->zone;
    int days_of_other_length = 0;
    for (struct date date = day("1968-01-01"); date_before(date, day("2101-01-01")); date = date_add_days(date, 1)) {
        struct instant midnight = zone_midnight(zone, date);
        assert_int_equal(zone_local_date(zone, midnight).day, date.day);
        assert_int_equal(zone_local_date(zone, (struct instant){midnight.ms - 1}).day, date.day - 1);
        int64_t hours = (zone_midnight(zone, date_add_days(date, 1)).ms - midnight.ms) / 3600000;
        assert_in_range(hours, 23, 25);
        days_of_other_length += hours != 24;
    }
    assert_int_equal(days_of_other_length, 260); /* two a year in 1972 to 2100, one in 1968 and one in 1971 */
}

static void test_what_the_file_covers(void **state) {
    struct zone *zone = ((struct fixture *) *state)->zone;
    assert_true(zone_covers(zone, day("1968-01-01")));
    assert_true(zone_covers(zone, day("2100-12-31")));
    assert_false(zone_covers(zone, day("1967-12-31")));
    assert_false(zone_covers(zone, day("2101-01-01")));
    assert_string_equal(zone_version(zone), "2025b");
}

static int load_text(struct fixture *fixture, const char *text, struct zone **ret_zone) {
    char path[] = "/tmp/test_zone_XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t) strlen(text));
    assert_int_equal(close(descriptor), 0);
    int result = zone_load(path, &fixture->problems, ret_zone);
    assert_int_equal(unlink(path), 0);
    return result;
}

#define HEAD "version: 1\nsource: none\nfrom: 2000-01-01\nto: 2001-12-31\noffset: 0\n"

static void assert_wrong(struct fixture *fixture, const char *text, unsigned line, unsigned column,
                         const char *message) {
    struct zone *zone = NULL;
    fixture->problems.count = 0;
    assert_int_equal(load_text(fixture, text, &zone), YAML_WRONG);
    assert_null(zone);
    assert_int_equal(fixture->problems.count, 1);
    const struct yaml_problem *problem = &fixture->problems.list[0];
    if (strstr(problem->message, message) == NULL)
        fail_msg("\"%s\" in place of \"%s\"", problem->message, message);
    assert_int_equal(problem->place.line, line);
    assert_int_equal(problem->place.column, column);
}

static void test_mistakes_are_named_with_their_place(void **state) {
    struct fixture *fixture = *state;
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2000-02-30T01:00:00Z, offset: 3600}\n", 7, 10, "no instant");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2000-03-26, offset: 3600}\n", 7, 10, "must be an instant");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2000-03-26T01:00:00Z, offset: 99999}\n", 7, 40, "from -50400");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2000-03-26T01:00:00Z}\n", 7, 5, "missing");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 1999-03-28T01:00:00Z, offset: 3600}\n", 7, 5, "outside");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2002-01-01T00:00:00Z, offset: 3600}\n", 7, 5, "outside");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2000-03-26T01:00:00Z, offset: 0}\n", 7, 5, "changes nothing");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2000-03-25T23:30:00Z, offset: 3600}\n", 7, 5, "no 00:00");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2000-03-26T00:00:00Z, offset: 3600}\n", 7, 5, "no 00:00");
    assert_wrong(fixture, HEAD "transitions:\n  - {at: 2000-03-26T01:00:00Z, offset: -3600}\n", 7, 5, "or with two");
    assert_wrong(
        fixture,
        HEAD "transitions:\n  - {at: 2000-03-26T01:00:00Z, offset: 3600}\n  - {at: 2000-03-26T01:00:00Z, offset: 0}\n",
        8, 5, "after the one above");
    assert_wrong(fixture, HEAD "transitions:\n  - 2000\n", 7, 5, "must be a mapping");
    assert_wrong(fixture, HEAD "transitions: none\n", 6, 14, "must be a list");
    assert_wrong(fixture, HEAD, 1, 1, "must be a list");
    assert_wrong(fixture, HEAD "transitions: []\nofset: 1\n", 7, 1, "offset");
    assert_wrong(fixture, "version: 1\nsource: none\nfrom: 2000-01-01\nto: 1999-12-31\noffset: 0\ntransitions: []\n", 4,
                 5, "before");
    assert_wrong(fixture, "source: none\nfrom: 2000-01-01\nto: 2001-12-31\noffset: 0\ntransitions: []\n", 1, 1,
                 "version");
    assert_wrong(fixture, "- 1\n", 1, 1, "mapping");
}

static void assert_midnight_of(struct fixture *fixture, const char *text, const char *date, const char *midnight) {
    CLEANUP(zone_freep) struct zone *zone = NULL;
    assert_int_equal(load_text(fixture, text, &zone), 0);
    assert_midnight(zone, date, midnight);
}

/* The local times left out or repeated may end where a day begins, and that day still has one 00:00. */
static void test_changes_beside_midnight(void **state) {
    struct fixture *fixture = *state;
    assert_midnight_of(fixture, HEAD "transitions:\n  - {at: 2000-03-26T23:00:00Z, offset: 3600}\n", "2000-03-27",
                       "2000-03-26T23:00:00Z");
    assert_midnight_of(fixture, HEAD "transitions:\n  - {at: 2000-03-27T00:00:00Z, offset: -3600}\n", "2000-03-27",
                       "2000-03-27T01:00:00Z");
    assert_midnight_of(fixture, HEAD "transitions:\n  - {at: 2000-03-26T00:00:01Z, offset: 3600}\n", "2000-03-26",
                       "2000-03-26T00:00:00Z");
}

/* The offset at the midnight that is sought is not that at 00:00 UTC of the same day. */
static void test_a_change_between_local_and_utc_midnight(void **state) {
    assert_midnight_of(*state,
                       HEAD "transitions:\n  - {at: 2000-03-26T01:00:00Z, offset: 3600}\n"
                            "  - {at: 2000-04-10T23:30:00Z, offset: 7200}\n",
                       "2000-04-11", "2000-04-10T23:00:00Z");
}

static void test_a_missing_file_is_said(void **state) {
    struct fixture *fixture = *state;
    struct zone *zone = NULL;
    assert_true(zone_load("/nonexistent/zone.yaml", &fixture->problems, &zone) < 0);
    assert_int_equal(fixture->problems.count, 1);
    assert_null(zone);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_midnights_around_the_spring_change),
        TEST(test_midnights_around_the_autumn_change),
        TEST(test_local_dates),
        TEST(test_offsets_change_at_the_very_second),
        TEST(test_summer_time_all_year),
        TEST(test_every_midnight_begins_its_day),
        TEST(test_what_the_file_covers),
        TEST(test_mistakes_are_named_with_their_place),
        TEST(test_changes_beside_midnight),
        TEST(test_a_change_between_local_and_utc_midnight),
        TEST(test_a_missing_file_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
