/* test_heap.c: the heap gives members back in order, whatever was moved and removed in between. */
#include "heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MEMBERS = 500, MOVES = 20000 };

static struct instant at(int64_t ms) {
    return (struct instant){ms};
}

static void empty_heap_has_no_first(void **state) {
    (void) state;
    struct heap heap = HEAP_INIT;
    assert_null(heap_find_first(&heap));
    assert_true(instant_equal(heap_first_at(&heap), INSTANT_NEVER));
    heap_done(&heap);
}

static void first_is_the_earliest(void **state) {
    (void) state;
    struct heap heap = HEAP_INIT;
    struct heap_node nodes[3] = {0};
    heap_set(&heap, &nodes[0], at(30));
    heap_set(&heap, &nodes[1], at(10));
    heap_set(&heap, &nodes[2], at(20));
    assert_ptr_equal(heap_find_first(&heap), &nodes[1]);
    heap_set(&heap, &nodes[1], at(40));
    assert_ptr_equal(heap_find_first(&heap), &nodes[2]);
    heap_done(&heap);
}

static void never_takes_a_member_out(void **state) {
    (void) state;
    struct heap heap = HEAP_INIT;
    struct heap_node node = {0};
    heap_set(&heap, &node, at(1));
    assert_true(heap_holds(&node));
    heap_set(&heap, &node, INSTANT_NEVER);
    assert_false(heap_holds(&node));
    assert_int_equal(heap.count, 0);
    heap_remove(&heap, &node);
    heap_set(&heap, &node, at(2));
    assert_int_equal(heap_first_at(&heap).ms, 2);
    heap_done(&heap);
}

/* xorshift: the same numbers everywhere. */
static uint64_t next_random(uint64_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static struct instant earliest_of(const struct heap_node *nodes) {
    struct instant earliest = INSTANT_NEVER;
    for (size_t i = 0; i < MEMBERS; i++)
        if (heap_holds(&nodes[i]))
            earliest = instant_min(earliest, nodes[i].at);
    return earliest;
}

static void agrees_with_a_search_after_any_moves(void **state) {
    (void) state;
    uint64_t seed = 20260304;
    print_message("seed %ju\n", (uintmax_t) seed);
    struct heap heap = HEAP_INIT;
    static struct heap_node nodes[MEMBERS];
    for (size_t i = 0; i < MOVES; i++) {
        struct heap_node *node = &nodes[next_random(&seed) % MEMBERS];
        if (next_random(&seed) % 4 == 0)
            heap_remove(&heap, node);
        else
            heap_set(&heap, node, at((int64_t) (next_random(&seed) % 1000)));
        if (i % 16 == 0)
            assert_int_equal(heap_first_at(&heap).ms, earliest_of(nodes).ms);
    }
    int64_t last = 0;
    for (struct heap_node *node; (node = heap_find_first(&heap)) != NULL; heap_remove(&heap, node)) {
        assert_true(node->at.ms >= last);
        last = node->at.ms;
    }
    heap_done(&heap);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_heap_has_no_first),
        cmocka_unit_test(first_is_the_earliest),
        cmocka_unit_test(never_takes_a_member_out),
        cmocka_unit_test(agrees_with_a_search_after_any_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
