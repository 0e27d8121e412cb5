/* Marks of erased subjects: their names, which of two stands, and their forms in the store and for readers. */
#include "erasures.h"
#include "sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_digest(const char *text, const char *expected) {
    uint8_t digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];
    sha256(text, strlen(text), digest);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        (void) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(hex, expected);
}

/* FIPS 180-4's own examples, and texts that fill a block to the byte before, at and after the length. */
static void test_sha256(void **state) {
    (void) state;
    assert_digest("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_digest("0123456789012345678901234567890123456789012345678901234",
                  "f34d5a0f80c0cbf84c8c0b90218c22637abd199965249da736a20143c8c9c9d9");
    assert_digest("0123456789012345678901234567890123456789012345678901234567890123",
                  "9674d9e078535b7cec43284387a6ee39956188e735a85452b0050b55341cda56");
}

static const struct instant early = {1700000000000}, late = {1700000001000};

static void test_the_later_stands(void **state) {
    (void) state;
    struct erasures erasures = ERASURES_INIT;
    assert_null(erasures_find(&erasures, "secret", "child/A"));
    struct erasures_mark first = erasures_mark_of("secret", "child/A", late, "E06000052");
    struct erasures_mark second = erasures_mark_of("secret", "child/A", early, "E06000052");
    struct erasures_mark other = erasures_mark_of("secret", "child/B", early, NULL);
    assert_string_equal(first.name, second.name);
    assert_string_not_equal(first.name, other.name);
    erasures_put(&erasures, &first);
    erasures_put(&erasures, &other);
    erasures_put(&erasures, &second);
    assert_int_equal(erasures.count, 2);
    assert_true(instant_equal(erasures_find(&erasures, "secret", "child/A")->to, late));
    assert_true(instant_equal(erasures_find(&erasures, "secret", "child/B")->to, early));
    assert_null(erasures_find(&erasures, "another secret", "child/A"));
    assert_null(erasures_find(&erasures, NULL, "child/A"));
    erasures_done(&erasures);
}

static void test_as_stored(void **state) {
    (void) state;
    struct arena *arena = arena_new();
    const char *const authorities[] = {"E06000052", NULL};
    for (size_t i = 0; i < 2; i++) {
        struct erasures_mark mark = erasures_mark_of(NULL, "child/A", late, authorities[i]), read;
        struct store_field stored = erasures_encode(&mark, arena);
        assert_true(erasures_decode(&stored, &read));
        assert_string_equal(read.name, mark.name);
        assert_string_equal(read.authority, mark.authority);
        assert_true(instant_equal(read.to, late));
    }
    assert_false(erasures_decode(&(struct store_field){"short", {"1 E06000052", 11}}, &(struct erasures_mark){0}));
    (void) arena_free(arena);
}

static void test_receipt(void **state) {
    (void) state;
    struct arena *arena = arena_new();
    struct erasures_receipt receipt = {
        .mark = erasures_mark_of(NULL, "child/CE-1", early, "E06000052"),
        .said_at = late,
        .removed_by = {1700600000000},
        .n_facts = 12,
        .n_alerts = 3,
        .source_prefix = "/watchkeeper",
    };
    const char *text = erasures_receipt_encode(&receipt, arena);
    assert_null(strstr(text, "CE-1"));
    assert_non_null(strstr(text, "\"source\":\"/watchkeeper/E06000052\",\"type\":\"care.notice.issued\""));
    assert_non_null(strstr(text, "\"erased_to\":\"2023-11-14T22:13:20Z\",\"events_removed\":12,\"alerts_cancelled\":3,"
                                 "\"log_removed_by\":\"2023-11-21T20:53:20Z\""));
    assert_true(erasures_is_receipt(erasures_receipt_key(&receipt.mark, arena)));
    assert_false(erasures_is_receipt("child/CE-1|iha|care:2024-01-01"));
    struct erasures_mark read;
    assert_true(erasures_receipt_decode(text, strlen(text), &read));
    assert_string_equal(read.name, receipt.mark.name);
    assert_true(instant_equal(read.to, early));
    assert_false(erasures_receipt_decode("{}", 2, &read));
    receipt.removed_by = INSTANT_NEVER;
    assert_non_null(strstr(erasures_receipt_encode(&receipt, arena), "\"log_removed_by\":null"));
    (void) arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_the_later_stands),
        cmocka_unit_test(test_as_stored),
        cmocka_unit_test(test_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
