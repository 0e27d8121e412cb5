/* The outbox: its entries byte for byte, and the queue in the order of sequences. */
#include "outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state) {
    *state = arena_new();
    return 0;
}

static int tear_down(void **state) {
    (void) arena_free(*state);
    return 0;
}

static const struct header headers[] = {
    {"content-type", "application/json", 16}, {"trace", "\0\xff\n", 3}, {"empty", "", 0}, {"none", NULL, 0}};

static struct sink_entry example(void) {
    return (struct sink_entry){
        .topic = SINK_DEADLETTER,
        .partition = 7,
        .key = "a\0b",
        .key_length = 3,
        .value = "line 1\nline 2\n",
        .value_length = 14,
        .n_headers = 4,
        .headers = headers,
    };
}

static void test_every_byte_comes_back(void **state) {
    struct sink_entry entry = example(), found;
    struct bytes bytes = outbox_encode(&entry, *state);
    assert_int_equal(outbox_decode(bytes, *state, &found), 0);
    assert_int_equal(found.topic, SINK_DEADLETTER);
    assert_int_equal(found.partition, 7);
    assert_int_equal(found.key_length, 3);
    assert_memory_equal(found.key, "a\0b", 3);
    assert_int_equal(found.value_length, 14);
    assert_memory_equal(found.value, "line 1\nline 2\n", 14);
    assert_int_equal(found.n_headers, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(found.headers[i].name, headers[i].name);
        assert_int_equal(found.headers[i].length, headers[i].length);
    }
    assert_memory_equal(found.headers[1].value, "\0\xff\n", 3);
    assert_non_null(found.headers[2].value);
    assert_null(found.headers[3].value);
}

static void test_none_is_not_empty(void **state) {
    struct sink_entry entry = {.topic = SINK_LATEST, .key = "k", .key_length = 1}, found;
    assert_int_equal(outbox_decode(outbox_encode(&entry, *state), *state, &found), 0);
    assert_null(found.value);
    entry = (struct sink_entry){.topic = SINK_LATEST, .value = ""};
    assert_int_equal(outbox_decode(outbox_encode(&entry, *state), *state, &found), 0);
    assert_null(found.key);
    assert_non_null(found.value);
    assert_int_equal(found.value_length, 0);
}

static void test_cut_short_is_refused(void **state) {
    struct sink_entry entry = example(), found;
    struct bytes whole = outbox_encode(&entry, *state);
    for (size_t length = 0; length < whole.length; length++) {
        struct bytes part = {arena_strndup(*state, whole.data, length), length};
        assert_int_equal(outbox_decode(part, *state, &found), OUTBOX_NOT_OURS);
    }
}

static void test_other_texts_are_refused(void **state) {
    static const char *const texts[] = {"",
                                        "\n",
                                        "0 alerts 0 1 1\nkv",
                                        "1 nowhere 0 1 1\nkv",
                                        "1 alerts -1 1 1\nkv",
                                        "1 alerts 0 1 1\nkvx",
                                        "1 alerts 0 1 99999999999999999999\nkv",
                                        "1 alerts 0 1 1 3\nkv",
                                        "1 alerts 0 x 1\nkv"};
    struct sink_entry found;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(outbox_decode((struct bytes){texts[i], strlen(texts[i])}, *state, &found), OUTBOX_NOT_OURS);
}

static void test_versions(void **state) {
    static const char first[] = "1 alerts 0 1 1\nkv", next[] = "3 alerts 0 something else\nkv";
    struct sink_entry found;
    assert_int_equal(outbox_decode((struct bytes){first, strlen(first)}, *state, &found), 0);
    assert_int_equal(found.topic, SINK_ALERTS);
    assert_int_equal(outbox_decode((struct bytes){next, strlen(next)}, *state, &found), OUTBOX_NEWER);
}

static void add(struct outbox *outbox, int64_t epoch, int64_t n, const char *text) {
    struct store_entry entry = {{epoch, n}, {text, strlen(text)}};
    outbox_add(outbox, &entry);
}

static void test_queue_in_order(void **state) {
    (void) state;
    struct outbox outbox = OUTBOX_INIT;
    add(&outbox, 3, 8, "old");
    add(&outbox, 3, 9, "older epoch");
    add(&outbox, 4, 1, "new epoch, small number");
    assert_int_equal(outbox.count, 3);
    assert_int_equal(outbox_up_to(&outbox, (struct sequence){3, 9}), 2);
    assert_int_equal(outbox_up_to(&outbox, (struct sequence){3, 100}), 2);
    assert_int_equal(outbox_up_to(&outbox, (struct sequence){4, 1}), 3);
    assert_int_equal(outbox_up_to(&outbox, (struct sequence){2, 99}), 0);
    outbox_drop(&outbox, 2);
    assert_int_equal(outbox.count, 1);
    assert_int_equal(outbox.items[0].sequence.epoch, 4);
    assert_int_equal(outbox.bytes, strlen("new epoch, small number"));
    outbox_done(&outbox);
}

static void test_fit_by_count_and_bytes(void **state) {
    (void) state;
    struct outbox outbox = OUTBOX_INIT;
    assert_int_equal(outbox_fit(&outbox, 10, 10), 0);
    for (int i = 1; i <= 5; i++)
        add(&outbox, 1, i, "0123456789");
    assert_int_equal(outbox_fit(&outbox, 3, 1000), 3);
    assert_int_equal(outbox_fit(&outbox, 100, 25), 2);
    assert_int_equal(outbox_fit(&outbox, 100, 1), 1); /* a large one goes alone */
    assert_int_equal(outbox_fit(&outbox, 100, 50), 5);
    outbox_done(&outbox);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_every_byte_comes_back),
        TEST(test_none_is_not_empty),
        TEST(test_cut_short_is_refused),
        TEST(test_other_texts_are_refused),
        TEST(test_queue_in_order),
        TEST(test_fit_by_count_and_bytes),
        TEST(test_versions),
        TEST(test_queue_in_order),
        TEST(test_fit_by_count_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
