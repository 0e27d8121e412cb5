/* test_lines.c: lines come whole, numbered, and with a limit on what is kept. */
#include "lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct lines *open_text(const char *text, size_t length) {
    char path[] = "/tmp/watchkeeper-lines-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, length), (ssize_t) length);
    assert_int_equal(close(file), 0);
    struct lines *lines;
    assert_int_equal(lines_open(path, &lines), 0);
    assert_int_equal(unlink(path), 0);
    return lines;
}

static void assert_line(struct lines *lines, uint64_t number, const char *text) {
    struct line line;
    assert_int_equal(lines_next(lines, &line), 0);
    assert_int_equal(line.number, number);
    assert_int_equal(line.length, strlen(text));
    assert_int_equal(line.length_whole, strlen(text));
    assert_string_equal(line.text, text);
}

static void assert_end(struct lines *lines) {
    struct line line;
    assert_int_equal(lines_next(lines, &line), LINES_END);
    assert_null(lines_close(lines));
}

static void lines_are_numbered(void **state) {
    (void) state;
    struct lines *lines = open_text("one\n\nthree\r\nlast", 16);
    assert_int_equal(lines_size(lines), 16);
    assert_line(lines, 1, "one");
    assert_int_equal(lines_bytes(lines), 4);
    assert_line(lines, 2, "");
    assert_line(lines, 3, "three");
    assert_line(lines, 4, "last");
    assert_int_equal(lines_bytes(lines), 16);
    assert_end(lines);
}

static void nothing_is_no_line(void **state) {
    (void) state;
    assert_end(open_text("", 0));
}

static void a_line_longer_than_the_buffer(void **state) {
    (void) state;
    enum { LONG = 3 * 1024 * 1024 };
    char *text = malloc(LONG + 3);
    assert_non_null(text);
    memset(text, 'x', LONG);
    memcpy(text + LONG, "\ny", 3);
    struct lines *lines = open_text(text, LONG + 2);
    struct line line;
    assert_int_equal(lines_next(lines, &line), 0);
    assert_int_equal(line.length, LONG);
    assert_memory_equal(line.text, text, LONG);
    assert_line(lines, 2, "y");
    assert_end(lines);
    free(text);
}

static void too_long_a_line_is_cut_and_the_next_is_whole(void **state) {
    (void) state;
    const size_t length = (size_t) LINES_KEPT_MAX + 10;
    char *text = malloc(length + 3);
    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text + length, "\ny", 3);
    struct lines *lines = open_text(text, length + 2);
    free(text);
    struct line line;
    assert_int_equal(lines_next(lines, &line), 0);
    assert_int_equal(line.length, LINES_KEPT_MAX);
    assert_int_equal(line.length_whole, length);
    assert_line(lines, 2, "y");
    assert_end(lines);
}

static void no_such_file(void **state) {
    (void) state;
    struct lines *lines;
    assert_true(lines_open("/no/such/file", &lines) < 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_numbered),
        cmocka_unit_test(nothing_is_no_line),
        cmocka_unit_test(a_line_longer_than_the_buffer),
        cmocka_unit_test(too_long_a_line_is_cut_and_the_next_is_whole),
        cmocka_unit_test(no_such_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
