/* test_csv_table.c: what spreadsheets write, and where each cell stands. */
#include "import/csv_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct csv_table *table;
};

static int setup(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->arena = arena_new();
    *state = fixture;
    return 0;
}

static int teardown(void **state) {
    struct fixture *fixture = *state;
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static void parse(struct fixture *fixture, const char *text) {
    assert_int_equal(csv_table_parse("file.csv", text, strlen(text), fixture->arena, &fixture->table), 0);
}

static void assert_cell(const struct fixture *fixture, size_t row, size_t column, const char *text, unsigned line,
                        unsigned at) {
    const struct csv_cell *cell = &fixture->table->rows[row].cells[column];
    assert_string_equal(cell->text, text);
    assert_int_equal(cell->line, line);
    assert_int_equal(cell->column, at);
}

static void test_cells_have_places(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "CHILD,DOB\n1,2\n10, 20\n");
    assert_int_equal(fixture->table->n_columns, 2);
    assert_int_equal(fixture->table->n_rows, 2);
    assert_int_equal(fixture->table->columns[1].column, 7);
    assert_cell(fixture, 0, 0, "1", 2, 1);
    assert_cell(fixture, 0, 1, "2", 2, 3);
    assert_cell(fixture, 1, 1, "20", 3, 4);
}

static void test_places_count_characters_not_bytes(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "A,B\n\xC3\xA9\xC3\xA9,x\n");
    assert_cell(fixture, 0, 1, "x", 2, 4);
}

static void test_byte_order_mark_and_crlf(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "\xEF\xBB\xBF"
                   "CHILD,DOB\r\n1,2\r\n\r\n3,4\r\n");
    assert_int_equal(csv_table_column(fixture->table, "CHILD"), 0);
    assert_int_equal(fixture->table->n_rows, 2);
    assert_cell(fixture, 1, 0, "3", 4, 1);
    assert_cell(fixture, 1, 1, "4", 4, 3);
}

static void test_carriage_returns_alone(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "A,B\r1,2\r3,4");
    assert_int_equal(fixture->table->n_rows, 2);
    assert_cell(fixture, 1, 1, "4", 3, 3);
}

static void test_blank_lines_are_no_rows(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "\n\nA,B\n\n , \n,\n1,\n");
    assert_int_equal(fixture->table->n_rows, 1);
    assert_cell(fixture, 0, 0, "1", 7, 1);
    assert_cell(fixture, 0, 1, "", 7, 3);
}

static void test_short_rows_are_filled(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "A,B,C\n1\n");
    assert_int_equal(fixture->table->rows[0].n_cells, 3);
    assert_string_equal(fixture->table->rows[0].cells[2].text, "");
}

static void test_long_rows_overflow_when_something_stands_there(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "A,B\n1,2,,\n1,2,3\n");
    assert_false(csv_row_overflows(fixture->table, &fixture->table->rows[0]));
    assert_true(csv_row_overflows(fixture->table, &fixture->table->rows[1]));
}

static void test_column_names_in_any_case(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "child, \"Decom\" \n1,2\n");
    assert_int_equal(csv_table_column(fixture->table, "CHILD"), 0);
    assert_int_equal(csv_table_column(fixture->table, "DECOM"), 1);
    assert_int_equal(csv_table_column(fixture->table, "DEC"), -1);
}

static void test_quoted_cells(void **state) {
    struct fixture *fixture = *state;
    parse(fixture, "A,B,C\n\"one, \"\"two\"\"\nthree\", \" x \",z\nq,r,s\n");
    assert_int_equal(fixture->table->n_rows, 2);
    assert_cell(fixture, 0, 0, "one, \"two\"\nthree", 2, 1);
    assert_cell(fixture, 0, 1, "x", 3, 8);
    assert_cell(fixture, 1, 2, "s", 4, 5);
}

static void assert_refused(struct fixture *fixture, const char *text, size_t length, int outcome) {
    assert_int_equal(csv_table_parse("file.csv", text, length, fixture->arena, &fixture->table), outcome);
    assert_null(fixture->table);
    assert_true(strlen(csv_table_message(outcome)) > 10);
}

static void test_what_is_no_table(void **state) {
    struct fixture *fixture = *state;
    assert_refused(fixture, "", 0, CSV_TABLE_EMPTY);
    assert_refused(fixture, "\n\r\n,,\n", 6, CSV_TABLE_EMPTY);
    assert_refused(fixture, "A,B\n\"1,2\n3,4\n", 13, CSV_TABLE_UNCLOSED_QUOTE);
    assert_refused(fixture,
                   "\xFF\xFE"
                   "A\0,\0B\0",
                   8, CSV_TABLE_NOT_TEXT);
}

static void test_load_a_file(void **state) {
    struct fixture *fixture = *state;
    char path[] = "/tmp/test_csv_table.XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, "A\n1\n", 4), 4);
    close(file);
    assert_int_equal(csv_table_load(path, "name.csv", fixture->arena, &fixture->table), 0);
    assert_string_equal(fixture->table->name, "name.csv");
    assert_cell(fixture, 0, 0, "1", 2, 1);
    unlink(path);
    assert_true(csv_table_load(path, "name.csv", fixture->arena, &fixture->table) < 0);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_cells_have_places),
        CASE(test_places_count_characters_not_bytes),
        CASE(test_byte_order_mark_and_crlf),
        CASE(test_carriage_returns_alone),
        CASE(test_blank_lines_are_no_rows),
        CASE(test_short_rows_are_filled),
        CASE(test_long_rows_overflow_when_something_stands_there),
        CASE(test_column_names_in_any_case),
        CASE(test_quoted_cells),
        CASE(test_what_is_no_table),
        CASE(test_load_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
