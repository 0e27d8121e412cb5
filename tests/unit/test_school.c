/* School days and terms of one authority, counted by hand and against counting day by day, and what is not known. */
#include "calendars.h"

#include "calendar_file.h"
#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CALENDARS WATCHKEEPER_SOURCE_DIR "/rules/calendars"
#define HEAD "version: 1\nsource: a test\nnation: england-and-wales\nfrom: 2025-09-01\nto: 2026-08-31\n"
/* Six weeks of autumn with a half term and a staff day, and the spring after it. */
#define TERMS                                                                                                          \
    "terms:\n"                                                                                                         \
    "  - name: Autumn term\n"                                                                                          \
    "    start: 2025-10-06\n"                                                                                          \
    "    end: 2025-11-14\n"                                                                                            \
    "    holidays:\n"                                                                                                  \
    "      - {from: 2025-10-27, to: 2025-10-31, title: Half term}\n"                                                   \
    "      - {date: 2025-10-06, title: Staff training day}\n"                                                          \
    "  - {name: Spring term, start: 2026-03-30, end: 2026-05-08}\n"

struct fixture {
    struct arena *arena;
    struct yaml_problems problems;
    struct calendars *calendars;
    const struct calendar *calendar;
    const struct school *school;
};

static int load(struct fixture *fixture, const char *text) {
    const char *path = calendar_file_new(text, fixture->arena);
    const struct calendar_choice choice = {"E06000052", path};
    const struct calendars_options options = {.folder = CALENDARS, .n_choices = 1, .choices = &choice};
    fixture->problems = (struct yaml_problems){.arena = fixture->arena};
    int outcome = calendars_load(&options, &fixture->problems, &fixture->calendars);
    (void) unlink(path);
    return outcome;
}

static int set_up(void **state) {
    static struct fixture fixture;
    fixture = (struct fixture){.arena = arena_new()};
    *state = &fixture;
    if (load(&fixture, HEAD TERMS) != 0)
        return -1;
    fixture.calendar = calendars_find(fixture.calendars, "E06000052");
    fixture.school = calendar_school(fixture.calendar);
    return 0;
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

/* NULL: not known. */
static void assert_days(void **state, const char *from, int n, const char *expected) {
    struct fixture *fixture = *state;
    struct date found;
    char text[DATE_TEXT_MAX];
    bool known = school_add_days(fixture->school, day(from), n, &found);
    assert_string_equal(known ? date_format(found, text) : "-", expected != NULL ? expected : "-");
}

static void assert_terms(void **state, const char *from, int n, const char *expected) {
    struct fixture *fixture = *state;
    struct date found;
    char text[DATE_TEXT_MAX];
    bool known = school_add_terms(fixture->school, day(from), n, &found);
    assert_string_equal(known ? date_format(found, text) : "-", expected != NULL ? expected : "-");
}

static void test_what_is_a_school_day(void **state) {
    const struct school *school = ((struct fixture *) *state)->school;
    static const char *const days[] = {"2025-10-07", "2025-10-24", "2025-11-03", "2025-11-14",
                                       "2026-03-30", "2026-04-02", "2026-05-08"};
    static const char *const none[] = {"2025-09-01", "2025-10-06", "2025-10-11", "2025-10-27", "2025-10-31",
                                       "2025-11-17", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-11"};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        assert_true(school_is_day(school, day(days[i])));
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(school_is_day(school, day(none[i])));
    assert_int_equal(school->n_days, 24 + 27); /* 6 weeks less 5 + 1; 6 weeks less Good Friday, Easter Monday, May */
}

/* Counted by hand. The day itself is not counted, and counting goes on in the next term. */
static void test_days(void **state) {
    assert_days(state, "2025-10-07", 1, "2025-10-08");
    assert_days(state, "2025-10-06", 1, "2025-10-07"); /* from a staff day */
    assert_days(state, "2025-10-24", 1, "2025-11-03"); /* over half term */
    assert_days(state, "2025-10-22", 5, "2025-11-05");
    assert_days(state, "2025-11-14", 1, "2026-03-30"); /* over the end of term */
    assert_days(state, "2026-04-02", 1, "2026-04-07"); /* over Easter, in the term */
    assert_days(state, "2025-11-03", -1, "2025-10-24");
    assert_days(state, "2026-03-30", -2, "2025-11-13");
    assert_days(state, "2025-12-25", 0, "2025-12-25");
    assert_days(state, "2025-09-01", 20, "2025-11-10");
}

static void test_beyond_what_is_known(void **state) {
    assert_days(state, "2026-05-07", 1, "2026-05-08");
    assert_days(state, "2026-05-07", 2, NULL);
    assert_days(state, "2026-05-08", 1, NULL);
    assert_days(state, "2026-07-01", 1, NULL);  /* in the last holiday */
    assert_days(state, "2026-09-30", -1, NULL); /* back from where nobody knows */
    assert_days(state, "2026-09-01", -1, "2026-05-08");
    assert_days(state, "2025-08-31", 1, "2025-10-07"); /* every day that is counted is known */
    assert_days(state, "2025-08-30", 1, NULL);
    assert_days(state, "2025-10-07", -1, NULL);
    assert_terms(state, "2026-05-07", 1, "2026-05-08");
    assert_terms(state, "2026-05-08", 1, NULL);
    assert_terms(state, "2025-08-30", 1, NULL);
    assert_terms(state, "2025-10-06", -1, NULL);
    assert_terms(state, "2025-10-07", -2, NULL);
}

/* The end of the n-th term that ends after the day; back, the beginning of the n-th that began before it. */
static void test_terms(void **state) {
    assert_terms(state, "2025-09-15", 1, "2025-11-14"); /* before the term */
    assert_terms(state, "2025-10-06", 1, "2025-11-14"); /* its first day */
    assert_terms(state, "2025-11-13", 1, "2025-11-14");
    assert_terms(state, "2025-11-14", 1, "2026-05-08"); /* its last day */
    assert_terms(state, "2025-12-25", 1, "2026-05-08"); /* between terms */
    assert_terms(state, "2025-10-06", 2, "2026-05-08");
    assert_terms(state, "2026-05-08", -1, "2026-03-30"); /* a lead from the end of a term */
    assert_terms(state, "2026-05-08", -2, "2025-10-06");
    assert_terms(state, "2026-03-30", -1, "2025-10-06");
    assert_terms(state, "2026-06-15", -1, "2026-03-30");
    assert_terms(state, "2026-06-15", 0, "2026-06-15");
}

static const char *name(const struct term *term) {
    return term != NULL ? term->name : "-";
}

static void test_before_in_and_after_a_term(void **state) {
    const struct school *school = ((struct fixture *) *state)->school;
    static const struct {
        const char *day, *before, *at, *after;
    } rows[] = {{"2025-09-15", "-", "-", "Autumn term"},
                {"2025-10-06", "-", "Autumn term", "Spring term"},
                {"2025-11-14", "-", "Autumn term", "Spring term"},
                {"2025-11-15", "Autumn term", "-", "Spring term"},
                {"2026-03-30", "Autumn term", "Spring term", "-"},
                {"2026-05-09", "Spring term", "-", "-"},
                {"2026-09-01", "-", "-", "-"},
                {"2025-08-31", "-", "-", "-"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(name(school_term_before(school, day(rows[i].day))), rows[i].before);
        assert_string_equal(name(school_term_at(school, day(rows[i].day))), rows[i].at);
        assert_string_equal(name(school_term_after(school, day(rows[i].day))), rows[i].after);
    }
    assert_string_equal(school_holiday(school_term_at(school, day("2025-10-29")), day("2025-10-29")), "Half term");
    assert_null(school_holiday(school_term_at(school, day("2025-10-25")), day("2025-10-25")));
}

/* From every day that is known, in both directions. */
static void test_arithmetic_agrees_with_counting(void **state) {
    const struct school *school = ((struct fixture *) *state)->school;
    static const int counts[] = {1, 2, 7, 30, -1, -2, -7, -30};
    for (struct date from = school->from; date_before(from, school->to); from = date_add_days(from, 1))
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            int step = counts[i] < 0 ? -1 : 1, left = counts[i] * step;
            struct date counted = from, found = {0};
            while (left > 0 && !date_before(counted, school->from) && !date_before(school->to, counted)) {
                counted = date_add_days(counted, step);
                left -= school_is_day(school, counted);
            }
            assert_int_equal(school_add_days(school, from, counts[i], &found), left == 0);
            if (left == 0)
                assert_int_equal(found.day, counted.day);
        }
}

static void assert_told(struct fixture *fixture, const char *text, unsigned line, const char *message) {
    (void) calendars_free(fixture->calendars);
    fixture->calendars = NULL;
    assert_int_equal(load(fixture, text), YAML_WRONG);
    for (size_t i = 0; i < fixture->problems.count; i++)
        if (fixture->problems.list[i].place.line == line && strstr(fixture->problems.list[i].message, message) != NULL)
            return;
    fail_msg("line %u: \"%s\" was not told", line, message);
}

static void test_every_mistake_is_named_with_its_line(void **state) {
    struct fixture *fixture = *state;
    assert_told(fixture, HEAD, 1, "\"terms\" must be a list");
    assert_told(fixture, HEAD "terms: [Autumn]\n", 6, "a row of \"terms\" must be a mapping");
    assert_told(fixture, HEAD "terms:\n  - {name: A, start: 2025-10-06, end: 2025-10-05}\n", 7, "is before \"start\"");
    assert_told(fixture, HEAD "terms:\n  - {start: 2025-10-06, end: 2025-10-15}\n", 7, "\"name\" is missing");
    assert_told(fixture, HEAD "terms:\n  - {name: A, start: 2025-08-31, end: 2025-10-15}\n", 7, "outside \"from\"");
    assert_told(fixture, HEAD "terms:\n  - {name: A, start: 2026-08-01, end: 2026-09-01}\n", 7, "outside \"from\"");
    assert_told(fixture, HEAD TERMS "  - {name: B, start: 2026-05-08, end: 2026-06-01}\n", 14, "after the one above");
    assert_told(fixture, HEAD TERMS "  - {name: B, start: 2026-06-01, end: 2026-07-01, holidays: none}\n", 14,
                "\"holidays\" must be a list");
    assert_told(fixture, HEAD TERMS "  - {name: B, start: 2026-06-01, end: 2026-07-01, holidays: [one]}\n", 14,
                "a row of \"holidays\"");
    assert_told(fixture,
                HEAD TERMS "  - name: B\n    start: 2026-06-01\n    end: 2026-07-01\n    holidays:\n"
                           "      - {date: 2026-07-02, title: Outside}\n",
                18, "a holiday outside its term");
    assert_told(fixture,
                HEAD TERMS "  - name: B\n    start: 2026-06-01\n    end: 2026-07-01\n    holidays:\n"
                           "      - {date: 2026-06-02}\n",
                18, "\"title\" is missing");
    assert_told(fixture, HEAD TERMS "term: []\n", 14, "did you mean \"terms\"");
}

static void assert_span(const struct term *term, const char *start, const char *end) {
    char text[DATE_TEXT_MAX];
    assert_non_null(term);
    assert_string_equal(date_format(term->start, text), start);
    assert_string_equal(date_format(term->end, text), end);
}

static void test_no_terms_are_estimated(void **state) {
    struct fixture *fixture = *state;
    assert_false(fixture->school->estimated);
    (void) calendars_free(fixture->calendars);
    assert_int_equal(load(fixture, HEAD "terms: []\n"), 0);
    const struct calendar *calendar = calendars_find(fixture->calendars, "E06000052");
    const struct school *school = calendar_school(calendar);
    assert_true(school->estimated);
    assert_span(school_term_at(school, date_from_civil(2026, 1, 1)), "2026-01-01", "2026-04-05");
    assert_span(school_term_at(school, date_from_civil(2026, 4, 6)), "2026-04-06", "2026-07-31");
    assert_null(school_term_at(school, date_from_civil(2026, 8, 1)));
    assert_null(school_term_at(school, date_from_civil(2026, 8, 31)));
    assert_span(school_term_at(school, date_from_civil(2026, 12, 31)), "2026-09-01", "2026-12-31");
    assert_false(school_is_day(school, date_from_civil(2026, 4, 3))); /* Good Friday */
    assert_true(school_is_day(school, date_from_civil(2026, 4, 2)));
    assert_false(school_is_day(school, date_from_civil(2026, 8, 3)));
}

/* Good Friday stands in the nation's file. */
static void test_easter_of_every_year(void **state) {
    struct fixture *fixture = *state;
    (void) calendars_free(fixture->calendars);
    assert_int_equal(load(fixture, HEAD "terms: []\n"), 0);
    const struct calendar *calendar = calendars_find(fixture->calendars, "E06000052");
    const struct school *school = calendar_school(calendar);
    unsigned easters = 0;
    for (size_t i = 0; i < school->n_terms; i++) {
        if (strncmp(school->terms[i].name, "Spring", 6) != 0)
            continue;
        const char *title = calendar_holiday(calendar, date_add_days(school->terms[i].end, -2));
        assert_non_null(title);
        assert_string_equal(title, "Good Friday");
        easters++;
    }
    assert_true(easters >= 10);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_a_school_day),
        TEST(test_days),
        TEST(test_beyond_what_is_known),
        TEST(test_terms),
        TEST(test_before_in_and_after_a_term),
        TEST(test_arithmetic_agrees_with_counting),
        TEST(test_every_mistake_is_named_with_its_line),
        TEST(test_no_terms_are_estimated),
        TEST(test_easter_of_every_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
