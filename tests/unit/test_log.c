/* The log's fields for the journal, and when the journal is there. */
#include "log.h"

#include "log_fields.h"
#include "log_messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* The value of a field, or NULL; the caller frees it. */
static char *find(const struct log_fields *fields, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < fields->count; i++) {
        const char *field = fields->list[i].iov_base;
        if (fields->list[i].iov_len > length && strncmp(field, name, length) == 0 && field[length] == '=')
            return strndup(field + length + 1, fields->list[i].iov_len - length - 1);
    }
    return NULL;
}

static void assert_field(const struct log_fields *fields, const char *name, const char *expected) {
    char *value = find(fields, name);
    if (expected == NULL)
        assert_null(value);
    else
        assert_string_equal(value, expected);
    free(value);
}

static void test_fields(void **state) {
    (void) state;
    struct log_fields fields;
    log_fields_make(&fields, LOG_LEVEL_WARNING, "partition_reloaded", 7, "partition 7 is loaded again: why");
    assert_field(&fields, "MESSAGE", "partition_reloaded: partition 7 is loaded again: why");
    assert_field(&fields, "PRIORITY", "4");
    assert_field(&fields, "MESSAGE_ID", log_messages_find("partition_reloaded")->id);
    assert_field(&fields, "SYSLOG_IDENTIFIER", "watchkeeperd");
    assert_field(&fields, "WATCHKEEPER_EVENT", "partition_reloaded");
    assert_field(&fields, "WATCHKEEPER_PARTITION", "7");
}

static void test_no_partition(void **state) {
    (void) state;
    struct log_fields fields;
    log_fields_make(&fields, LOG_LEVEL_ERROR, "redis_down", -1, "gone");
    assert_field(&fields, "WATCHKEEPER_PARTITION", NULL);
    log_fields_make(&fields, LOG_LEVEL_ERROR, "redis_down", 0, "gone");
    assert_field(&fields, "WATCHKEEPER_PARTITION", "0");
}

/* The message is what is cut; line breaks in it are its own affair, as fields have their lengths. */
static void test_a_long_message_is_cut(void **state) {
    (void) state;
    static char message[4096];
    memset(message, 'x', sizeof message - 1);
    message[3] = '\n';
    struct log_fields fields;
    log_fields_make(&fields, LOG_LEVEL_ERROR, "redis_down", 1023, message);
    assert_field(&fields, "WATCHKEEPER_PARTITION", "1023");
    char *cut = find(&fields, "MESSAGE");
    assert_in_range(strlen(cut), 1024, LOG_FIELDS_TEXT_MAX);
    assert_memory_equal(cut, "redis_down: xxx\nx", 17);
    free(cut);
}

static void test_ids_are_unique(void **state) {
    (void) state;
    for (size_t i = 0; i < log_messages_count; i++) {
        assert_int_equal(strlen(log_messages[i].id), 32);
        assert_ptr_equal(log_messages_find(log_messages[i].name), &log_messages[i]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(log_messages[i].id, log_messages[j].id);
    }
    assert_null(log_messages_find("no_such_message"));
}

/* $JOURNAL_STREAM counts only where it names what the descriptor is. */
static void test_is_it_the_journal(void **state) {
    (void) state;
    int ends[2];
    struct stat found;
    char text[64];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fstat(ends[0], &found), 0);
    (void) snprintf(text, sizeof text, "%ju:%ju", (uintmax_t) found.st_dev, (uintmax_t) found.st_ino);
    assert_true(log_is_journal(text, ends[0]));
    assert_false(log_is_journal(text, STDIN_FILENO));
    strcat(text, "0");
    assert_false(log_is_journal(text, ends[0]));
    assert_false(log_is_journal(NULL, ends[0]));
    assert_false(log_is_journal("", ends[0]));
    assert_false(log_is_journal("8:", ends[0]));
    (void) close(ends[0]);
    (void) close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_no_partition),
        cmocka_unit_test(test_a_long_message_is_cut),
        cmocka_unit_test(test_ids_are_unique),
        cmocka_unit_test(test_is_it_the_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
