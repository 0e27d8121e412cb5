/* test_import_ssda903.c: every folder of tests/ssda903 (returns in, events.jsonl and problems.txt out; no problems.txt:
 * none), and what no folder can show: that ids are stable, and what is refused as a whole. */
#include "decode.h"
#include "import/import_ssda903.h"
#include "import/ssda903_cell.h"
#include "import/ssda903_folder.h"
#include "yaml.h"
#include "zone.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CASES TESTS_DIR "/ssda903"

static struct zone *zone;
static struct catalogue *catalogue;

struct imported {
    int outcome;
    struct import_ssda903_result result;
    char *events, *problems;
};

static struct imported import_folder(const char *folder, const char *authority) {
    struct imported imported = {0};
    size_t events_size, problems_size;
    FILE *out = open_memstream(&imported.events, &events_size);
    FILE *problems = open_memstream(&imported.problems, &problems_size);
    const struct import_ssda903_options options = {folder, authority, zone, out, problems};
    imported.outcome = import_ssda903(&options, &imported.result);
    fclose(out);
    fclose(problems);
    return imported;
}

static void imported_done(struct imported *imported) {
    free(imported->events);
    free(imported->problems);
}

/* The file's text, or "" where there is none. */
static char *text_of(const char *folder, const char *file) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *stream = fopen(path, "r");
    char *text = calloc(1, 1024 * 1024);
    if (stream == NULL)
        return text;
    text[fread(text, 1, 1024 * 1024 - 1, stream)] = '\0';
    fclose(stream);
    return text;
}

static size_t lines_in(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* What is imported is what the daemon reads: nothing of it may end among the dead letters. */
static void assert_decodes(const char *events) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const struct decode_context context = {catalogue, zone};
    for (const char *line = events, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        struct decoded decoded;
        struct refusal refusal;
        assert_int_equal(decode_structured(&context, line, (size_t) (end - line), arena, &decoded, &refusal), 0);
    }
}

static void check_case(const char *name) {
    char folder[300], returns[320];
    snprintf(folder, sizeof folder, "%s/%.200s", CASES, name);
    snprintf(returns, sizeof returns, "%s/returns", folder);
    struct imported imported = import_folder(returns, "E06000052");
    char *events = text_of(folder, "events.jsonl"), *problems = text_of(folder, "problems.txt");
    print_message("  %s\n", name);
    assert_int_equal(imported.outcome, 0);
    assert_string_equal(imported.events, events);
    assert_string_equal(imported.problems, problems);
    assert_int_equal(imported.result.n_events, lines_in(events));
    assert_decodes(imported.events);
    free(events);
    free(problems);
    imported_done(&imported);
}

static void test_every_folder(void **state) {
    (void) state;
    struct dirent **entries;
    int count = scandir(CASES, &entries, NULL, alphasort);
    assert_true(count > 10);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.')
            check_case(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

static void test_refusals_are_counted(void **state) {
    (void) state;
    struct imported imported = import_folder(CASES "/refused/returns", "E06000052");
    assert_int_equal(imported.result.n_refused, lines_in(imported.problems));
    assert_true(imported.result.n_refused > 15);
    imported_done(&imported);
    imported = import_folder(CASES "/recognised_by_columns/returns", "E06000052");
    assert_int_equal(imported.result.n_refused, 0);
    imported_done(&imported);
}

/* The value of a cell is personal data: a message says where it stands and never what it is. */
static void test_messages_hold_no_values(void **state) {
    (void) state;
    struct imported imported = import_folder(CASES "/refused/returns", "E06000052");
    assert_null(strstr(imported.problems, "31/02/2018"));
    assert_null(strstr(imported.problems, "soon"));
    assert_null(strstr(imported.problems, "H13"));
    imported_done(&imported);
}

/* What the first year's files alone gave is found again, word for word, when the later year is imported with them, but
 * for what the later year corrects: the rows that were open are closed. */
static void test_ids_are_those_of_an_earlier_import(void **state) {
    (void) state;
    struct imported first = import_folder(CASES "/later_year_closes/returns/sent-2017", "E06000052");
    struct imported both = import_folder(CASES "/later_year_closes/returns", "E06000052");
    assert_int_equal(first.outcome, 0);
    size_t found = 0;
    for (char *rest = first.events, *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0'; found++) {
        char *end = strstr(line, "\",\"source\"");
        assert_non_null(end);
        *end = '\0';
        assert_non_null(strstr(both.events, line));
    }
    assert_int_equal(found, first.result.n_events);
    assert_true(both.result.n_events > first.result.n_events);
    imported_done(&first);
    imported_done(&both);
}

static void test_what_cannot_run(void **state) {
    (void) state;
    const char *const authorities[] = {"", "E0600005", "E060000522", "e06000052", "906000052", "E0600005X"};
    for (size_t i = 0; i < sizeof authorities / sizeof *authorities; i++) {
        struct imported imported = import_folder(CASES "/short_breaks/returns", authorities[i]);
        assert_int_equal(imported.outcome, IMPORT_SSDA903_BAD_AUTHORITY);
        imported_done(&imported);
    }
    struct imported imported = import_folder(CASES "/short_breaks/no-such-folder", "E06000052");
    assert_true(imported.outcome < 0);
    imported_done(&imported);
    imported = import_folder(TESTS_DIR "/unit", "E06000052");
    assert_int_equal(imported.outcome, IMPORT_SSDA903_NO_FILES);
    imported_done(&imported);
}

static void test_dates(void **state) {
    (void) state;
    const char *const good[] = {"04/03/2026", "4/3/2026", "2026-03-04"};
    const char *const bad[] = {"",           "04/03/26", "04-03-2026", "2026/03/04",  "31/04/2026",
                               "29/02/2026", "1/1/1899", "01/01/2201", "04/03/2026x", "004/03/2026",
                               "zz/03/2026", "2026-3-4", "04/03/20260"};
    struct date date;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(ssda903_cell_date(good[i], &date), 0);
        assert_int_equal(date.day, date_from_civil(2026, 3, 4).day);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(ssda903_cell_date(bad[i], &date), SSDA903_CELL_BAD_DATE);
    assert_int_equal(ssda903_cell_date("29/02/2024", &date), 0);
}

static void test_numbers(void **state) {
    (void) state;
    int number;
    assert_true(ssda903_cell_number("40", 40, &number));
    assert_int_equal(number, 40);
    assert_true(ssda903_cell_number("7.0", 40, &number));
    assert_int_equal(number, 7);
    const char *const bad[] = {"41", "7.5", "-1", "", "x", "7x", "00007", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ssda903_cell_number(bad[i], 40, &number));
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
        cmocka_unit_test(test_every_folder),
        cmocka_unit_test(test_refusals_are_counted),
        cmocka_unit_test(test_messages_hold_no_values),
        cmocka_unit_test(test_ids_are_those_of_an_earlier_import),
        cmocka_unit_test(test_what_cannot_run),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, load_rules, free_rules);
}
