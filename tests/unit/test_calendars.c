/* Which calendar applies to whom, what changes the content hash, and office hours. */
#include "calendars.h"

#include "calendar_file.h"
#include "engine.h"
#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CALENDARS WATCHKEEPER_SOURCE_DIR "/rules/calendars"
#define COUNCIL "E06000052"
#define HEAD "version: 1\nsource: a test\nnation: scotland\nfrom: 2025-09-01\nto: 2026-08-31\n"
#define TERM "terms: [{name: Autumn, start: 2025-09-01, end: 2025-10-31}]\n"

struct fixture {
    struct arena *arena;
    struct yaml_problems problems;
    struct calendars *calendars;
};

static int set_up(void **state) {
    static struct fixture fixture;
    fixture = (struct fixture){.arena = arena_new()};
    *state = &fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    (void) calendars_free(fixture->calendars);
    (void) arena_free(fixture->arena);
    return 0;
}

static int load(struct fixture *fixture, const char *standard, size_t n, const struct calendar_choice *choices) {
    const struct calendars_options options = {
        .folder = CALENDARS, .standard = standard, .n_choices = n, .choices = choices};
    fixture->calendars = calendars_free(fixture->calendars);
    fixture->problems = (struct yaml_problems){.arena = fixture->arena};
    return calendars_load(&options, &fixture->problems, &fixture->calendars);
}

/* The council's calendar is that text. */
static int load_text(struct fixture *fixture, const char *text) {
    const struct calendar_choice choice = {COUNCIL, calendar_file_new(text, fixture->arena)};
    int outcome = load(fixture, NULL, 1, &choice);
    (void) unlink(choice.calendar);
    return outcome;
}

static const struct calendar *council(const struct fixture *fixture) {
    return calendars_find(fixture->calendars, COUNCIL);
}

/* ---- choices ---- */

static void test_who_is_counted_by_what(void **state) {
    struct fixture *fixture = *state;
    const struct calendar_choice choices[] = {{COUNCIL, "northern-ireland"}, {"E06000001", "example-council"}};
    assert_int_equal(load(fixture, "scotland", 2, choices), 0);
    assert_string_equal(calendar_name(calendars_find(fixture->calendars, NULL)), "scotland");
    assert_string_equal(calendar_name(calendars_find(fixture->calendars, "E09999999")), "scotland");
    assert_string_equal(calendar_name(council(fixture)), "northern-ireland");
    assert_string_equal(calendar_version(calendars_find(fixture->calendars, "E06000001")),
                        "example-council example, england-and-wales 2026.1, europe-london 2025b");
    assert_int_equal(load(fixture, NULL, 0, NULL), 0);
    assert_string_equal(calendar_name(council(fixture)), "england-and-wales");
}

static void test_an_authority_has_the_bank_holidays_of_its_nation(void **state) {
    struct fixture *fixture = *state;
    struct date day;
    assert_int_equal(load_text(fixture, HEAD TERM), 0);
    assert_int_equal(date_parse("2026-01-02", &day), 0);
    assert_string_equal(calendar_holiday(council(fixture), day), "2 January");
    assert_null(calendar_holiday(calendars_find(fixture->calendars, NULL), day));
}

static void assert_told(struct fixture *fixture, const char *text, unsigned line, const char *message) {
    assert_int_equal(load_text(fixture, text), YAML_WRONG);
    assert_int_equal(fixture->problems.count, 1);
    if (strstr(fixture->problems.list[0].message, message) == NULL)
        fail_msg("\"%s\" in place of \"%s\"", fixture->problems.list[0].message, message);
    assert_int_equal(fixture->problems.list[0].place.line, line);
}

static void test_mistakes(void **state) {
    struct fixture *fixture = *state;
    assert_told(fixture, "version: 1\nsource: x\nnation: example-council\nfrom: 2025-09-01\nto: 2026-08-31\n" TERM, 3,
                "`example-council` is itself an authority's calendar");
    const struct calendar_choice choices[] = {{COUNCIL, "no-such-calendar"}, {"E06000001", "none-either"}};
    assert_true(load(fixture, NULL, 2, choices) < 0);
    assert_int_equal(fixture->problems.count, 2); /* both are told */
    assert_told(fixture, HEAD TERM "office: {}\n", 7, "as monday: 09:00-17:00");
    assert_told(fixture, HEAD TERM "office: {mondey: 09:00-17:00}\n", 7, "did you mean \"monday\"");
    assert_told(fixture, HEAD TERM "office: {monday: 9-17}\n", 7, "must be hours as 09:00-17:00");
    assert_told(fixture, HEAD TERM "office: {monday: 09:00-24:01}\n", 7, "must be hours as 09:00-17:00");
    assert_told(fixture, HEAD TERM "office: {monday: 09:60-17:00}\n", 7, "must be hours as 09:00-17:00");
    assert_told(fixture, HEAD TERM "office: {monday: 17:00-09:00}\n", 7, "open for at least an hour");
}

/* An authority's calendar that has been read already is no nation either. */
static void test_an_authoritys_calendar_is_no_nation(void **state) {
    struct fixture *fixture = *state;
    const struct calendar_choice choices[] = {
        {"E06000001", "example-council"},
        {COUNCIL, calendar_file_new("version: 1\nsource: x\nnation: example-council\nfrom: 2025-09-01\n"
                                    "to: 2026-08-31\n" TERM,
                                    fixture->arena)}};
    assert_int_equal(load(fixture, NULL, 2, choices), YAML_WRONG);
    (void) unlink(choices[1].calendar);
}

/* ---- content ---- */

static uint64_t content_of(struct fixture *fixture, const char *text) {
    assert_int_equal(load_text(fixture, text), 0);
    return calendars_content(fixture->calendars);
}

static void test_what_changes_the_content(void **state) {
    struct fixture *fixture = *state;
    static const char *const same[] = {
        "version: 2\nsource: other\nnation: scotland\nfrom: 2025-09-01\nto: 2026-08-31\n"
        "terms: [{name: Renamed, start: 2025-09-01, end: 2025-10-31}]\n",
        HEAD TERM "office: {monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00, thursday: 09:00-17:00, "
                  "friday: 09:00-17:00}\n"};
    static const char *const others[] = {
        HEAD "terms: [{name: Autumn, start: 2025-09-01, end: 2025-10-30}]\n",
        HEAD "terms: [{name: Autumn, start: 2025-09-01, end: 2025-10-31, holidays: [{date: 2025-09-02, title: T}]}]\n",
        HEAD "terms: [{name: A, start: 2025-09-01, end: 2025-09-26}, {name: B, start: 2025-09-29, end: 2025-10-31}]\n",
        HEAD "terms: []\n",
        HEAD TERM "office: {monday: 09:00-17:00}\n",
        "version: 1\nsource: a test\nnation: scotland\nfrom: 2025-09-01\nto: 2026-07-31\n" TERM,
        "version: 1\nsource: a test\nnation: england-and-wales\nfrom: 2025-09-01\nto: 2026-08-31\n" TERM};
    uint64_t content = content_of(fixture, HEAD TERM);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_true(content_of(fixture, same[i]) == content);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(content_of(fixture, others[i]) == content);
}

static void test_what_is_chosen_changes_the_content(void **state) {
    struct fixture *fixture = *state;
    const struct calendar_choice as_all[] = {{COUNCIL, CALENDARS_STANDARD}}, other[] = {{COUNCIL, "scotland"}},
                                 two[] = {{COUNCIL, "scotland"}, {"E06000001", "northern-ireland"}},
                                 turned[] = {{"E06000001", "northern-ireland"}, {COUNCIL, "scotland"}},
                                 swapped[] = {{COUNCIL, "northern-ireland"}, {"E06000001", "scotland"}};
    const struct {
        const char *standard;
        size_t n;
        const struct calendar_choice *choices;
    } rows[] = {{NULL, 0, NULL}, {NULL, 1, as_all}, {NULL, 1, other},  {"scotland", 0, NULL},
                {NULL, 2, two},  {NULL, 2, turned}, {NULL, 2, swapped}};
    uint64_t content[7];
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(load(fixture, rows[i].standard, rows[i].n, rows[i].choices), 0);
        content[i] = calendars_content(fixture->calendars);
    }
    assert_true(content[0] == content[1] && content[4] == content[5]);
    for (size_t i = 0; i < 7; i++)
        for (size_t j = i + 1; j < 7; j++)
            assert_true((content[i] == content[j]) == ((i == 0 && j == 1) || (i == 4 && j == 5)));
}

static void test_a_proclaimed_day_changes_the_content(void **state) {
    struct fixture *fixture = *state;
    assert_int_equal(load(fixture, NULL, 0, NULL), 0);
    uint64_t before = calendars_content(fixture->calendars);
    const char *path = calendar_file_with("england-and-wales", "  - {date: 2026-08-31",
                                          "  - {date: 2026-06-15, title: Proclaimed}", fixture->arena);
    int outcome = load(fixture, path, 0, NULL);
    (void) unlink(path);
    assert_int_equal(outcome, 0);
    assert_false(before == calendars_content(fixture->calendars));
}

/* ---- packs ---- */

static int load_packs(struct fixture *fixture, const char *const calendars[], const char *configured,
                      struct engine **ret_engine) {
    const char *packs[3] = {NULL};
    for (size_t i = 0; calendars[i] != NULL; i++)
        packs[i] = calendar_file_new(
            arena_printf(fixture->arena, "pack: p%zu\nversion: '1'\ncalendar: %s\n", i, calendars[i]), fixture->arena);
    const struct engine_paths paths = {
        .packs = packs, .folder = WATCHKEEPER_SOURCE_DIR "/rules", .calendar = configured};
    fixture->problems = (struct yaml_problems){.arena = fixture->arena};
    int outcome = engine_load(&paths, &fixture->problems, ret_engine);
    for (size_t i = 0; calendars[i] != NULL; i++)
        (void) unlink(packs[i]);
    return outcome;
}

static void test_a_pack_names_a_calendar(void **state) {
    struct fixture *fixture = *state;
    CLEANUP(engine_freep) struct engine *named = NULL;
    CLEANUP(engine_freep) struct engine *configured = NULL;
    struct engine *none = NULL;
    static const char *const same[] = {"scotland", "scotland", NULL}, *const two[] = {"scotland", "england-and-wales",
                                                                                      NULL};
    assert_int_equal(load_packs(fixture, same, NULL, &named), 0);
    assert_string_equal(engine_calendars_version(named, NULL), "scotland 2026.1, europe-london 2025b");
    assert_int_equal(load_packs(fixture, same, "northern-ireland", &configured), 0);
    assert_string_equal(engine_calendars_version(configured, "E06000001"),
                        "northern-ireland 2026.1, europe-london 2025b");
    assert_int_equal(load_packs(fixture, two, NULL, &none), YAML_WRONG);
    assert_int_equal(fixture->problems.count, 1);
    assert_int_equal(fixture->problems.list[0].place.line, 3);
    assert_non_null(strstr(fixture->problems.list[0].message, "name one calendar"));
}

static void test_what_changed_is_told_apart(void **state) {
    struct fixture *fixture = *state;
    CLEANUP(engine_freep) struct engine *scotland = NULL;
    CLEANUP(engine_freep) struct engine *ireland = NULL;
    static const char *const packs[] = {"england-and-wales", NULL};
    assert_int_equal(load_packs(fixture, packs, "scotland", &scotland), 0);
    assert_int_equal(load_packs(fixture, packs, "northern-ireland", &ireland), 0);
    assert_string_not_equal(engine_packs_hash(scotland), engine_packs_hash(ireland));
    assert_int_equal(engine_change_since(scotland, engine_packs_hash(ireland)), BECAUSE_CALENDAR_CHANGE);
    assert_int_equal(engine_change_since(scotland, "0123456789abcdef-0123456789abcdef"), BECAUSE_RULE_CHANGE);
    assert_int_equal(engine_change_since(scotland, ""), BECAUSE_RULE_CHANGE);
}

/* ---- office hours ---- */

#define OFFICE                                                                                                         \
    HEAD TERM "office: {monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00, thursday: 10:00-20:00, "    \
              "friday: 09:00-16:30, sunday: 08:00-12:00}\n"

static struct instant at(const char *text) {
    struct instant instant;
    assert_int_equal(instant_parse(text, &instant), 0);
    return instant;
}

static void assert_hours(const struct calendar *calendar, const char *from, int n, const char *expected) {
    char text[INSTANT_TEXT_MAX];
    assert_string_equal(instant_format(calendar_office_add_hours(calendar, at(from), n), text), expected);
}

static void test_office_hours(void **state) {
    struct fixture *fixture = *state;
    assert_int_equal(load_text(fixture, OFFICE), 0);
    const struct calendar *it = council(fixture);
    assert_true(calendar_office_is_open(it, at("2026-01-05T09:00:00Z")));
    assert_false(calendar_office_is_open(it, at("2026-01-05T08:59:59.999Z")));
    assert_false(calendar_office_is_open(it, at("2026-01-05T17:00:00Z")));
    assert_true(calendar_office_is_open(it, at("2026-07-01T08:00:00Z")));  /* nine o'clock in summer */
    assert_false(calendar_office_is_open(it, at("2026-01-02T10:00:00Z"))); /* a bank holiday of Scotland */
    assert_hours(it, "2026-01-05T10:15:00Z", 0, "2026-01-05T10:15:00Z");
    assert_hours(it, "2026-01-05T17:00:00Z", 0, "2026-01-06T09:00:00Z");
    assert_hours(it, "2026-01-09T20:00:00Z", 0, "2026-01-11T08:00:00Z"); /* over a Saturday */
    assert_hours(it, "2026-01-01T00:00:00Z", 0, "2026-01-04T08:00:00Z"); /* over two bank holidays */
    assert_hours(it, "2026-01-05T10:15:00Z", 4, "2026-01-05T14:15:00Z");
    assert_hours(it, "2026-01-05T09:00:00Z", 8, "2026-01-05T17:00:00Z"); /* to the minute of closing */
    assert_hours(it, "2026-01-05T09:00:00Z", 9, "2026-01-06T10:00:00Z");
    assert_hours(it, "2026-01-08T19:30:00Z", 1, "2026-01-09T09:30:00Z");
    assert_hours(it, "2026-03-27T16:00:00Z", 1, "2026-03-29T07:30:00Z"); /* half an hour of the Sunday of the change */
    assert_hours(it, "2026-10-23T15:00:00Z", 1, "2026-10-25T08:30:00Z");
}

static void test_office_hours_where_none_are_given(void **state) {
    struct fixture *fixture = *state;
    assert_int_equal(load(fixture, NULL, 0, NULL), 0);
    const struct calendar *it = council(fixture);
    assert_hours(it, "2024-03-28T16:00:00Z", 2, "2024-04-02T09:00:00Z"); /* over Easter, into summer time */
    assert_true(instant_equal(calendar_office_opens(it, at("2024-04-06T00:00:00Z")), at("2024-04-08T08:00:00Z")));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_who_is_counted_by_what),
        TEST(test_an_authority_has_the_bank_holidays_of_its_nation),
        TEST(test_mistakes),
        TEST(test_an_authoritys_calendar_is_no_nation),
        TEST(test_what_changes_the_content),
        TEST(test_what_is_chosen_changes_the_content),
        TEST(test_a_proclaimed_day_changes_the_content),
        TEST(test_a_pack_names_a_calendar),
        TEST(test_what_changed_is_told_apart),
        TEST(test_office_hours),
        TEST(test_office_hours_where_none_are_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
