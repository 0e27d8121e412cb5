/* Civil dates and the two text forms, at the places where they go wrong: leap days, month ends, the years at the edge,
 * and every text that is nearly a time. */
#include "timebase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

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

static void assert_date(struct date date, const char *text) {
    char buffer[DATE_TEXT_MAX];
    assert_string_equal(date_format(date, buffer), text);
}

static void assert_instant(struct instant instant, const char *text) {
    char buffer[INSTANT_TEXT_MAX];
    assert_string_equal(instant_format(instant, buffer), text);
}

static void test_known_day_numbers(void **state) {
    (void) state;
    assert_int_equal(date_from_civil(1970, 1, 1).day, 0);
    assert_int_equal(date_from_civil(1969, 12, 31).day, -1);
    assert_int_equal(date_from_civil(2000, 2, 29).day, 11016);
    assert_int_equal(date_from_civil(2000, 3, 1).day, 11017);
    assert_int_equal(date_from_civil(2026, 3, 4).day, 20516);
    assert_int_equal(date_from_civil(1, 1, 1).day, -719162);
}

/* Walks the calendar day by day beside the day numbers, from 1583 to 2500, with a weekday counted along. */
static void test_every_day_there_and_back(void **state) {
    (void) state;
    int weekday = 5; /* 1583-01-01 was a Saturday */
    struct date date = date_from_civil(1583, 1, 1);
    for (int year = 1583; year <= 2500; year++)
        for (int month = 1; month <= 12; month++)
            for (int day_of_month = 1; date_exists(year, month, day_of_month); day_of_month++) {
                int y, m, d;
                date_to_civil(date, &y, &m, &d);
                assert_true(y == year && m == month && d == day_of_month);
                assert_int_equal(date_from_civil(year, month, day_of_month).day, date.day);
                assert_int_equal(date_weekday(date), weekday);
                date = date_add_days(date, 1);
                weekday = (weekday + 1) % 7;
            }
    assert_date(date, "2501-01-01");
}

static void test_leap_days_exist(void **state) {
    (void) state;
    assert_true(date_exists(2024, 2, 29));
    assert_true(date_exists(2000, 2, 29));
    assert_false(date_exists(1900, 2, 29));
    assert_false(date_exists(2100, 2, 29));
    assert_false(date_exists(2023, 2, 29));
    assert_false(date_exists(2024, 2, 30));
    assert_false(date_exists(2024, 4, 31));
    assert_false(date_exists(2024, 0, 1));
    assert_false(date_exists(2024, 13, 1));
    assert_false(date_exists(2024, 1, 0));
}

static void test_weekdays(void **state) {
    (void) state;
    assert_int_equal(date_weekday(day("2024-03-01")), 4);
    assert_int_equal(date_weekday(day("2023-01-09")), 0);
    assert_int_equal(date_weekday(day("1969-12-28")), 6);
    assert_int_equal(date_weekday(day("1900-01-01")), 0);
}

/* T3: the corresponding date, clipped to the end of the month. */
static void test_months_are_corresponding_dates(void **state) {
    (void) state;
    assert_date(date_add_months(day("2022-08-31"), 6), "2023-02-28");
    assert_date(date_add_months(day("2023-08-31"), 6), "2024-02-29");
    assert_date(date_add_months(day("2024-02-29"), 12), "2025-02-28");
    assert_date(date_add_months(day("2024-02-29"), 48), "2028-02-29");
    assert_date(date_add_months(day("2023-02-06"), 3), "2023-05-06");
    assert_date(date_add_months(day("2023-11-30"), 3), "2024-02-29");
    assert_date(date_add_months(day("2023-12-15"), 1), "2024-01-15");
    assert_date(date_add_months(day("2024-01-31"), -1), "2023-12-31");
    assert_date(date_add_months(day("2024-03-31"), -1), "2024-02-29");
    assert_date(date_add_months(day("2024-01-15"), -13), "2022-12-15");
    assert_date(date_add_months(day("2024-05-31"), 0), "2024-05-31");
}

/* R17: 1 March where there is no 29 February. */
static void test_birthdays(void **state) {
    (void) state;
    assert_date(date_birthday(day("2008-02-29"), 16), "2024-02-29");
    assert_date(date_birthday(day("2008-02-29"), 18), "2026-03-01");
    assert_date(date_birthday(day("2008-02-28"), 18), "2026-02-28");
    assert_date(date_birthday(day("2019-06-15"), 5), "2024-06-15");
    assert_date(date_birthday(day("2008-02-29"), 0), "2008-02-29");
}

static void test_instants_are_read(void **state) {
    (void) state;
    assert_int_equal(at("1970-01-01T00:00:00Z").ms, 0);
    assert_int_equal(at("1969-12-31T23:59:59.999Z").ms, -1);
    assert_int_equal(at("2026-03-04T09:00:00Z").ms, 1772614800000);
    assert_int_equal(at("2026-03-04t09:00:00z").ms, 1772614800000);
    assert_int_equal(at("2026-03-04T10:30:00+01:30").ms, 1772614800000);
    assert_int_equal(at("2026-03-03T23:00:00-10:00").ms, 1772614800000);
    assert_int_equal(at("2026-03-04T09:00:00-00:00").ms, 1772614800000);
    assert_int_equal(at("2026-03-04T09:00:00.5Z").ms, 1772614800500);
    assert_int_equal(at("2026-03-04T09:00:00.05Z").ms, 1772614800050);
    assert_int_equal(at("2026-03-04T09:00:00.1239999999999999Z").ms, 1772614800123);
}

static void test_a_fraction_before_the_epoch_is_cut_downwards(void **state) {
    (void) state;
    assert_int_equal(at("1960-01-01T00:00:00.9999Z").ms, at("1960-01-01T00:00:00Z").ms + 999);
}

static void test_malformed_instants(void **state) {
    (void) state;
    static const char *const texts[] = {
        "",
        "2026-03-04",
        "2026-03-04T09:00:00",
        "2026-03-04T09:00Z",
        "2026-03-04 09:00:00Z",
        "2026-3-04T09:00:00Z",
        "2026-03-04T9:00:00Z",
        "2026-03-04T09:00:00.Z",
        "2026-03-04T09:00:00,5Z",
        "2026-03-04T09:00:00+0100",
        "2026-03-04T09:00:00+01",
        "2026-03-04T09:00:00+1:00",
        "2026-03-04T09:00:00 Z",
        " 2026-03-04T09:00:00Z",
        "2026-03-04T09:00:00Z ",
        "2026-03-04T09:00:00ZZ",
        "2026-03-04T09:00:00Z+01:00",
        "20260304T090000Z",
        "+026-03-04T09:00:00Z",
        "12026-03-04T09:00:00Z",
        "2026-03-04T09:00:00+01:0",
        "2026-03-04T09:00:00+01:000",
        "2026-W10-3T09:00:00Z",
        "2026-03-04T09:00:00\342\210\22201:00",
        "now",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct instant untouched = {42};
        if (instant_parse(texts[i], &untouched) != TIME_MALFORMED)
            fail_msg("not malformed: %s", texts[i]);
        assert_int_equal(untouched.ms, 42);
    }
}

static void test_impossible_instants(void **state) {
    (void) state;
    static const char *const texts[] = {
        "2026-02-29T09:00:00Z", "2026-13-01T09:00:00Z",      "2026-00-01T09:00:00Z",      "2026-01-00T09:00:00Z",
        "2026-01-32T09:00:00Z", "2026-03-04T24:00:00Z",      "2026-03-04T09:60:00Z",      "2026-03-04T09:00:60Z",
        "2016-12-31T23:59:60Z", "2026-03-04T09:00:00+24:00", "2026-03-04T09:00:00+01:60", "1899-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z", "0000-01-01T00:00:00Z",      "2200-12-31T23:59:59-01:00", "1900-01-01T00:00:00+01:00",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct instant untouched = {42};
        if (instant_parse(texts[i], &untouched) != TIME_IMPOSSIBLE)
            fail_msg("not impossible: %s", texts[i]);
        assert_int_equal(untouched.ms, 42);
    }
}

static void test_dates_are_read_strictly(void **state) {
    (void) state;
    static const char *const malformed[] = {"",         "2026-3-4",  "2026-03-04Z", "04/03/2026", "2026-03-04 ",
                                            "20260304", "-026-03-04"};
    static const char *const impossible[] = {"2026-02-29", "2026-04-31", "2026-00-10", "1899-12-31", "2201-01-01"};
    struct date date = {42};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_int_equal(date_parse(malformed[i], &date), TIME_MALFORMED);
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++)
        assert_int_equal(date_parse(impossible[i], &date), TIME_IMPOSSIBLE);
    assert_int_equal(date.day, 42);
    assert_date(day("1900-01-01"), "1900-01-01");
    assert_date(day("2200-12-31"), "2200-12-31");
    assert_date(day("2024-02-29"), "2024-02-29");
}

static void test_instants_are_written(void **state) {
    (void) state;
    assert_instant(at("2026-03-04T09:00:00Z"), "2026-03-04T09:00:00Z");
    assert_instant(at("2026-03-04T09:00:00.000Z"), "2026-03-04T09:00:00Z");
    assert_instant(at("2026-03-04T09:00:00.5Z"), "2026-03-04T09:00:00.500Z");
    assert_instant(at("2026-03-04T09:00:00.007Z"), "2026-03-04T09:00:00.007Z");
    assert_instant(at("2024-04-02T21:59:59.999Z"), "2024-04-02T21:59:59.999Z");
    assert_instant((struct instant){-1}, "1969-12-31T23:59:59.999Z");
    assert_instant(at("1900-01-01T00:00:00Z"), "1900-01-01T00:00:00Z");
    assert_instant(at("2026-03-04T00:30:00+01:00"), "2026-03-03T23:30:00Z");
}

/* A limit of thousands of years is silly, and must not write past the buffer. */
static void test_far_days_are_written(void **state) {
    (void) state;
    char buffer[DATE_TEXT_MAX];
    assert_date(date_add_months(day("2026-03-04"), 12 * 10000), "12026-03-04");
    assert_date(date_add_months(day("2026-03-04"), -12 * 10000), "-7974-03-04");
    assert_true(strlen(date_format((struct date){INT32_MIN + 719468}, buffer)) < DATE_TEXT_MAX);
    assert_true(strlen(date_format((struct date){INT32_MAX - 719468}, buffer)) < DATE_TEXT_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_day_numbers),
        cmocka_unit_test(test_every_day_there_and_back),
        cmocka_unit_test(test_leap_days_exist),
        cmocka_unit_test(test_weekdays),
        cmocka_unit_test(test_months_are_corresponding_dates),
        cmocka_unit_test(test_birthdays),
        cmocka_unit_test(test_instants_are_read),
        cmocka_unit_test(test_a_fraction_before_the_epoch_is_cut_downwards),
        cmocka_unit_test(test_malformed_instants),
        cmocka_unit_test(test_impossible_instants),
        cmocka_unit_test(test_dates_are_read_strictly),
        cmocka_unit_test(test_instants_are_written),
        cmocka_unit_test(test_far_days_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
