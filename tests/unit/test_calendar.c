/* Working days of the three nations: the counts that were made by hand for the worked examples, days proclaimed and
 * moved, and the arithmetic against counting day by day. */
#include "calendars.h"

#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CALENDARS WATCHKEEPER_SOURCE_DIR "/rules/calendars"

struct fixture {
    struct arena *arena;
    struct yaml_problems problems;
    struct calendars *calendars;
    const struct calendar *calendar; /* England and Wales */
};

static int set_up(void **state) {
    static struct fixture fixture;
    fixture = (struct fixture){.arena = arena_new()};
    fixture.problems.arena = fixture.arena;
    *state = &fixture;
    static const struct calendar_choice choices[] = {{"S12000033", "scotland"}, {"N09000003", "northern-ireland"}};
    const struct calendars_options options = {.folder = CALENDARS, .n_choices = 2, .choices = choices};
    int outcome = calendars_load(&options, &fixture.problems, &fixture.calendars);
    fixture.calendar = outcome == 0 ? calendars_find(fixture.calendars, NULL) : NULL;
    return outcome;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    (void) calendars_free(fixture->calendars);
    (void) arena_free(fixture->arena);
    return 0;
}

static struct date day(const char *text) {
    struct date date;
    assert_int_equal(date_parse(text, &date), 0);
    return date;
}

static void assert_working_days(void **state, const char *from, int n, const char *expected) {
    const struct calendar *calendar = ((struct fixture *) *state)->calendar;
    char buffer[DATE_TEXT_MAX];
    assert_string_equal(date_format(calendar_add_working_days(calendar, day(from), n), buffer), expected);
}

/* Counted by hand from the law; each with the lead counted back from the last day. */
static void test_counts_made_by_hand(void **state) {
    assert_working_days(state, "2024-03-01", 20, "2024-04-02"); /* over Easter */
    assert_working_days(state, "2024-04-02", -5, "2024-03-22");
    assert_working_days(state, "2023-01-09", 20, "2023-02-06");
    assert_working_days(state, "2023-02-06", -5, "2023-01-30");
    assert_working_days(state, "2023-05-06", -10, "2023-04-21"); /* back from a Saturday, over May Day */
    assert_working_days(state, "2022-12-12", 20, "2023-01-12");  /* over Christmas and its substitute days */
    assert_working_days(state, "2023-01-12", -8, "2022-12-30");
    assert_working_days(state, "2025-01-08", -20, "2024-12-06");
    assert_working_days(state, "2023-04-10", -10, "2023-03-24"); /* back from Easter Monday */
    assert_working_days(state, "2024-02-12", -5, "2024-02-05");
    assert_working_days(state, "2024-01-20", -10, "2024-01-08");
    assert_working_days(state, "2023-01-10", 20, "2023-02-07");
    assert_working_days(state, "2023-01-16", 20, "2023-02-13");
    assert_working_days(state, "2023-02-13", -5, "2023-02-06");
}

static void test_the_day_itself_is_not_counted(void **state) {
    assert_working_days(state, "2024-03-01", 1, "2024-03-04");
    assert_working_days(state, "2024-03-04", -1, "2024-03-01");
    assert_working_days(state, "2024-03-02", 1, "2024-03-04");  /* from a Saturday */
    assert_working_days(state, "2024-03-03", -1, "2024-03-01"); /* from a Sunday */
    assert_working_days(state, "2024-03-29", 1, "2024-04-02");  /* from Good Friday */
    assert_working_days(state, "2024-04-01", -1, "2024-03-28"); /* from Easter Monday */
    assert_working_days(state, "2024-03-29", 0, "2024-03-29");
}

static void test_days_proclaimed_and_moved(void **state) {
    const struct calendar *calendar = ((struct fixture *) *state)->calendar;
    static const char *const holidays[] = {"2011-04-29", "2012-06-04", "2012-06-05", "2020-05-08", "2022-06-02",
                                           "2022-06-03", "2022-09-19", "2023-05-08", "2010-12-27", "2010-12-28"};
    static const char *const working[] = {"2012-05-28", "2020-05-04", "2022-05-30", "2024-12-24", "2010-12-29"};
    for (size_t i = 0; i < sizeof holidays / sizeof *holidays; i++)
        assert_false(calendar_is_working_day(calendar, day(holidays[i])));
    for (size_t i = 0; i < sizeof working / sizeof *working; i++)
        assert_true(calendar_is_working_day(calendar, day(working[i])));
    assert_string_equal(calendar_holiday(calendar, day("2024-03-29")), "Good Friday");
    assert_string_equal(calendar_holiday(calendar, day("2010-01-01")), "New Year's Day");
    assert_null(calendar_holiday(calendar, day("2024-03-30")));
    assert_null(calendar_holiday(calendar, day("2031-12-25")));
}

static void assert_days(const struct calendar *calendar, const char *const holidays[], const char *const working[]) {
    for (size_t i = 0; holidays[i] != NULL; i++)
        if (calendar_is_working_day(calendar, day(holidays[i])))
            fail_msg("%s: %s is no holiday", calendar_name(calendar), holidays[i]);
    for (size_t i = 0; working[i] != NULL; i++)
        if (!calendar_is_working_day(calendar, day(working[i])))
            fail_msg("%s: %s is no working day", calendar_name(calendar), working[i]);
}

/* By hand, from the law and the proclamations: 2 January and its substitutes, St Andrew's Day on a weekend, no Easter
 * Monday, the summer holiday in early August, and the days proclaimed for all of the kingdom or for Scotland alone. */
static void test_scotland(void **state) {
    static const char *const holidays[] = {
        "2010-01-04", "2011-01-03", "2011-01-04", "2011-04-29", "2012-01-02", "2012-01-03", "2012-06-04", "2012-06-05",
        "2013-12-02", "2014-12-01", "2016-01-04", "2017-01-02", "2017-01-03", "2018-01-02", "2018-11-30", "2020-05-08",
        "2020-11-30", "2022-01-03", "2022-01-04", "2022-06-02", "2022-06-03", "2022-09-19", "2023-01-02", "2023-01-03",
        "2023-05-08", "2024-08-05", "2024-12-02", "2025-12-01", "2026-06-15", NULL};
    static const char *const working[] = {"2012-05-28", "2013-11-29", "2018-04-02", "2020-05-04",
                                          "2022-05-30", "2022-08-29", "2023-01-04", "2024-04-01",
                                          "2024-08-26", "2024-11-29", "2026-06-22", NULL};
    const struct calendar *scotland = calendars_find(((struct fixture *) *state)->calendars, "S12000033");
    assert_days(scotland, holidays, working);
    assert_string_equal(calendar_holiday(scotland, day("2024-12-02")), "St Andrew's Day (substitute day)");
    assert_string_equal(calendar_version(scotland), "scotland 2026.1, europe-london 2025b");
}

/* 17 March and 12 July, on the Monday after where they fall on a weekend, beside the days of England. */
static void test_northern_ireland(void **state) {
    static const char *const holidays[] = {
        "2010-03-17", "2011-04-29", "2012-03-19", "2012-06-05", "2013-03-18", "2014-07-14", "2015-07-13", "2018-03-19",
        "2018-04-02", "2018-07-12", "2019-03-18", "2020-05-08", "2020-07-13", "2022-06-02", "2022-06-03", "2022-09-19",
        "2023-05-08", "2024-03-18", "2024-08-26", "2025-07-14", "2026-07-13", NULL};
    static const char *const working[] = {"2012-05-28", "2015-07-14", "2018-01-02", "2018-03-16",
                                          "2020-05-04", "2022-05-30", "2024-08-05", "2024-11-29",
                                          "2024-12-02", "2026-06-15", "2026-07-10", NULL};
    const struct calendar *ireland = calendars_find(((struct fixture *) *state)->calendars, "N09000003");
    assert_days(ireland, holidays, working);
    assert_string_equal(calendar_holiday(ireland, day("2025-07-14")), "Battle of the Boyne (substitute day)");
}

/* The same twenty working days end on three days. */
static void test_nations_count_differently(void **state) {
    const struct calendars *calendars = ((struct fixture *) *state)->calendars;
    const char *const authorities[] = {NULL, "S12000033", "N09000003"};
    const char *const ends[] = {"2024-04-02", "2024-04-01", "2024-04-03"};
    char text[DATE_TEXT_MAX];
    for (size_t i = 0; i < 3; i++) {
        struct date end = calendar_add_working_days(calendars_find(calendars, authorities[i]), day("2024-03-01"), 20);
        assert_string_equal(date_format(end, text), ends[i]);
    }
}

static void test_weekends_are_never_working_days(void **state) {
    const struct calendar *calendar = ((struct fixture *) *state)->calendar;
    for (struct date saturday = day("1989-12-30"); date_before(saturday, day("2061-01-01"));
         saturday = date_add_days(saturday, 7)) {
        assert_false(calendar_is_working_day(calendar, saturday));
        assert_false(calendar_is_working_day(calendar, date_add_days(saturday, 1)));
    }
}

static struct date count_day_by_day(const struct calendar *calendar, struct date date, int n) {
    int step = n < 0 ? -1 : 1;
    while (n != 0) {
        date = date_add_days(date, step);
        if (calendar_is_working_day(calendar, date))
            n -= step;
    }
    return date;
}

/* From every day of 1960 to 2061, so also across both ends of the bank holidays and before the day numbers begin. */
static void test_arithmetic_agrees_with_counting(void **state) {
    const struct calendar *calendar = ((struct fixture *) *state)->calendar;
    static const int counts[] = {1, 2, 5, 20, 60, -1, -2, -5, -20, -60};
    for (struct date date = day("1960-01-01"); date_before(date, day("2062-01-01")); date = date_add_days(date, 1))
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            assert_int_equal(calendar_add_working_days(calendar, date, counts[i]).day,
                             count_day_by_day(calendar, date, counts[i]).day);
}

static void test_what_is_covered(void **state) {
    const struct calendar *calendar = ((struct fixture *) *state)->calendar;
    assert_true(calendar_covers(calendar, day("2010-01-01")));
    assert_true(calendar_covers(calendar, day("2030-12-31")));
    assert_false(calendar_covers(calendar, day("2009-12-31")));
    assert_false(calendar_covers(calendar, day("2031-01-01")));
    assert_string_equal(calendar_version(calendar), "england-and-wales 2026.1, europe-london 2025b");
    assert_true(zone_covers(calendar_zone(calendar), day("2030-12-31")));
}

static void write_file(const char *folder, const char *name, const char *text) {
    char path[256];
    assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int) sizeof path);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void remove_file(const char *folder, const char *name) {
    char path[256];
    assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int) sizeof path);
    (void) unlink(path);
}

#define ZONE "version: 1\nsource: none\nfrom: 2000-01-01\nto: 2001-12-31\noffset: 0\ntransitions: []\n"
#define HEAD "version: 1\nsource: none\nfrom: 2010-01-01\nto: 2010-12-31\nholidays:\n"

static int load_text(struct fixture *fixture, const char *zone, const char *holidays) {
    char folder[] = "/tmp/test_calendar_XXXXXX";
    assert_non_null(mkdtemp(folder));
    write_file(folder, "europe-london.yaml", zone);
    if (holidays != NULL)
        write_file(folder, "england-and-wales.yaml", holidays);
    fixture->problems.count = 0;
    struct calendars *calendars = NULL;
    const struct calendars_options options = {.folder = folder};
    int result = calendars_load(&options, &fixture->problems, &calendars);
    (void) calendars_free(calendars);
    remove_file(folder, "europe-london.yaml");
    remove_file(folder, "england-and-wales.yaml");
    assert_int_equal(rmdir(folder), 0);
    return result;
}

static void assert_problem(const struct fixture *fixture, size_t which, unsigned line, unsigned column,
                           const char *message) {
    assert_true(which < fixture->problems.count);
    const struct yaml_problem *problem = &fixture->problems.list[which];
    if (strstr(problem->message, message) == NULL)
        fail_msg("\"%s\" in place of \"%s\"", problem->message, message);
    assert_int_equal(problem->place.line, line);
    assert_int_equal(problem->place.column, column);
}

static void test_every_mistake_is_named_with_its_place(void **state) {
    struct fixture *fixture = *state;
    const char *text = HEAD "  - {date: 2010-01-01, title: New Year's Day}\n"
                            "  - {date: 2010-02-30, title: No such day}\n"
                            "  - {date: 2010-01-01, title: Twice}\n"
                            "  - {date: 2009-12-25, title: Before}\n"
                            "  - {date: 2011-01-03, title: After}\n"
                            "  - {date: 2010-05-01, title: A Saturday}\n"
                            "  - {date: 2010-04-05, title: Easter Monday}\n"
                            "  - {date: 2010-04-02, title: Good Friday}\n"
                            "  - {date: tomorrow, title: Not a date}\n"
                            "  - {date: 2010-12-27}\n"
                            "  - {date: 2010-12-28, titl: Boxing Day}\n";
    assert_int_equal(load_text(fixture, ZONE, text), YAML_WRONG);
    assert_problem(fixture, 0, 7, 12, "there is no day 2010-02-30");
    assert_problem(fixture, 1, 8, 12, "twice");
    assert_problem(fixture, 2, 9, 12, "outside");
    assert_problem(fixture, 3, 10, 12, "outside");
    assert_problem(fixture, 4, 11, 12, "Saturday");
    assert_problem(fixture, 5, 13, 12, "after the one above");
    assert_problem(fixture, 6, 14, 12, "must be a date");
    assert_problem(fixture, 7, 15, 5, "\"title\" is missing");
    assert_problem(fixture, 8, 16, 24, "did you mean \"title\"");
    assert_problem(fixture, 9, 16, 5, "\"title\" is missing");
    assert_int_equal(fixture->problems.count, 10);
}

static void test_mistakes_of_both_files_are_told(void **state) {
    struct fixture *fixture = *state;
    assert_int_equal(load_text(fixture, ZONE, HEAD "  - {date: 2010-01-01, title: New Year's Day}\n"), 0);
    assert_int_equal(load_text(fixture, "- 1\n", HEAD "  - {date: 2010-01-40, title: None}\n"), YAML_WRONG);
    assert_int_equal(fixture->problems.count, 2);
    assert_int_equal(load_text(fixture, "- 1\n", HEAD "  - {date: 2010-01-01, title: New Year's Day}\n"), YAML_WRONG);
    assert_int_equal(fixture->problems.count, 1);
    assert_true(load_text(fixture, "- 1\n", NULL) < 0);
    assert_int_equal(fixture->problems.count, 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_counts_made_by_hand),
        TEST(test_the_day_itself_is_not_counted),
        TEST(test_days_proclaimed_and_moved),
        TEST(test_scotland),
        TEST(test_northern_ireland),
        TEST(test_nations_count_differently),
        TEST(test_weekends_are_never_working_days),
        TEST(test_arithmetic_agrees_with_counting),
        TEST(test_what_is_covered),
        TEST(test_every_mistake_is_named_with_its_place),
        TEST(test_mistakes_of_both_files_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
