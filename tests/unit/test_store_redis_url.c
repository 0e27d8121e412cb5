/* Addresses of Redis: what each part becomes, and what is refused. */
#include "store_redis_connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *parse(struct store_redis *store, const char *url) {
    *store = (struct store_redis){0};
    return store_redis_parse_url(store, url);
}

static void test_plain(void **state) {
    (void) state;
    struct store_redis store;
    assert_null(parse(&store, "redis://watch:p%40ss@redis.example:6380/3"));
    assert_string_equal(store.host, "redis.example");
    assert_string_equal(store.user, "watch");
    assert_string_equal(store.password, "p@ss");
    assert_int_equal(store.port, 6380);
    assert_int_equal(store.database, 3);
    assert_int_equal(store.n_sentinels, 0);
    assert_string_equal(store.address, "redis://redis.example:6380");
}

static void test_ipv6_and_default_port(void **state) {
    (void) state;
    struct store_redis store;
    assert_null(parse(&store, "redis://[::1]/1"));
    assert_string_equal(store.host, "::1");
    assert_int_equal(store.port, 6379);
    assert_int_equal(store.database, 1);
}

static void test_socket(void **state) {
    (void) state;
    struct store_redis store;
    assert_null(parse(&store, "unix:///run/redis%20one.sock?db=2"));
    assert_true(store.is_socket);
    assert_string_equal(store.host, "/run/redis one.sock");
    assert_int_equal(store.database, 2);
}

static void test_sentinels(void **state) {
    (void) state;
    struct store_redis store;
    assert_null(parse(&store, "redis-sentinel://:secret@one:5000,two,[::1]:7/4#main"));
    assert_int_equal(store.n_sentinels, 3);
    assert_string_equal(store.sentinels[0].host, "one");
    assert_int_equal(store.sentinels[0].port, 5000);
    assert_string_equal(store.sentinels[1].host, "two");
    assert_int_equal(store.sentinels[1].port, 26379);
    assert_string_equal(store.sentinels[2].host, "::1");
    assert_int_equal(store.sentinels[2].port, 7);
    assert_int_equal(store.database, 4);
    assert_string_equal(store.master, "main");
    assert_string_equal(store.password, "secret");
    assert_null(strstr(store.address, "secret"));
}

static void test_refused(void **state) {
    (void) state;
    static const char *const wrong[][2] = {
        {"http://x", "must begin"},
        {"rediss://x", "TLS"},
        {"redis://", "host is missing"},
        {"redis://x:0", "port"},
        {"redis://x:65536", "port"},
        {"redis://x/y", "database"},
        {"redis://a%4@x", "user name"},
        {"redis://:%zz@x", "password"},
        {"unix://x", "absolute"},
        {"unix:///x?d=1", "?db="},
        {"redis-sentinel://x", "#<name"},
        {"redis-sentinel://x#", "#<name"},
        {"redis-sentinel:///1#m", "no sentinel"},
        {"redis-sentinel://x:y#m", "port"},
        {"redis-sentinel://1,2,3,4,5,6,7,8,9,10#m", "more than 9"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct store_redis store;
        const char *message = parse(&store, wrong[i][0]);
        if (message == NULL || strstr(message, wrong[i][1]) == NULL)
            fail_msg("%s: %s", wrong[i][0], message == NULL ? "accepted" : message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),   cmocka_unit_test(test_ipv6_and_default_port),
        cmocka_unit_test(test_socket),  cmocka_unit_test(test_sentinels),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
