/* Merging and erasing over a whole caseload: what is due of each subject must not depend on the order of arrival. */
#include "caseload.h"
#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS_MAX = 8 };

/* `<reference> <fact line>` */
struct world {
    struct rules_fixture *fixture;
    size_t count;
    const char *subjects[EVENTS_MAX];
    const struct fact *facts[EVENTS_MAX];
};

static void ignore(void *self, struct subject *subject, const struct fact *fact, int outcome) {
    (void) self;
    (void) subject;
    (void) fact;
    (void) outcome;
}

static void take(struct caseload *caseload, const struct world *world, size_t place) {
    caseload_take(caseload, world->fixture->engine, world->subjects[place], world->facts[place],
                  (struct caseload_taker){ignore, NULL});
}

/* `subject: rule anchor state due_at` a line, of the rules that begin with `rule`. */
static const char *duties(struct world *world, const struct caseload *caseload, const char *at, const char *rule) {
    struct rules_fixture *f = world->fixture;
    struct record *own = f->record;
    struct subject **sorted = caseload_sorted(caseload);
    const char *text = "";
    for (size_t i = 0; i < caseload->count; i++) {
        f->record = sorted[i]->record;
        const char *of = rules_duties(f, at, rule);
        if (*of != '\0')
            text = arena_printf(f->arena, "%s%s\n%s", text, record_subject(f->record), of);
    }
    free(sorted);
    f->record = own;
    return text;
}

static const char *duties_in_order(struct world *world, const size_t *order, size_t count, const char *at) {
    struct caseload caseload = CASELOAD_INIT;
    for (size_t i = 0; i < count; i++)
        take(&caseload, world, order[i]);
    const char *text = duties(world, &caseload, at, "review-first");
    caseload_done(&caseload);
    return text;
}

static void read_events(struct world *world, const char *const *lines) {
    for (world->count = 0; lines[world->count] != NULL; world->count++) {
        const char *space = strchr(lines[world->count], ' ');
        world->subjects[world->count] =
            arena_printf(world->fixture->arena, "child/%.*s", (int) (space - lines[world->count]), lines[world->count]);
        world->facts[world->count] = rules_fact(world->fixture, space + 1);
    }
}

static bool next_permutation(size_t *order, size_t count) {
    size_t pivot = count - 1;
    while (pivot > 0 && order[pivot - 1] > order[pivot])
        pivot--;
    if (pivot == 0)
        return false;
    size_t swap = count - 1;
    while (order[swap] < order[pivot - 1])
        swap--;
    size_t held = order[pivot - 1];
    order[pivot - 1] = order[swap];
    order[swap] = held;
    for (size_t low = pivot, high = count - 1; low < high; low++, high--) {
        held = order[low];
        order[low] = order[high];
        order[high] = held;
    }
    return true;
}

/* In every order, and with every event twice, the same is due. */
static void assert_due(void **state, const char *const *lines, const char *at, const char *expected) {
    struct world world = {.fixture = rules_begin(state)};
    read_events(&world, lines);
    size_t order[2 * EVENTS_MAX];
    for (size_t i = 0; i < world.count; i++)
        order[i] = i;
    do {
        memcpy(order + world.count, order, world.count * sizeof *order);
        assert_string_equal(duties_in_order(&world, order, world.count, at), expected);
        assert_string_equal(duties_in_order(&world, order, 2 * world.count, at), expected);
    } while (next_permutation(order, world.count));
}
#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define ENTRY(reference, id, day) reference " " id " care.started " day " legal_status=V2 arrangement=full"

/* ---- erasure ---- */

static void test_erased(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), ENTRY("B", "e1", "2024-01-08"),
                     "A v1 review.held 2024-01-09 review=R1 kind=care", "A x record.erased 2024-01-10"),
               "2024-01-15T00:00:00Z", "child/B\ncare:2024-01-08 open 2024-02-06T00:00:00Z\n");
}

/* What is recorded later begins a new record; a correction or a void of what is gone brings nothing back. */
static void test_new_life(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A x record.erased 2024-01-10",
                     "A c1 care.started 2024-01-09 @2024-01-11T00:00:00Z replaces=e1",
                     "A c2 care.started 2024-01-09 @2024-01-12T00:00:00Z replaces=c1",
                     "A w record.voided 2024-01-11 target=x"),
               "2024-01-15T00:00:00Z", "");
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A x record.erased 2024-01-10",
                     "A n1 care.started 2024-01-12 legal_status=V2 arrangement=full",
                     "A c1 care.started 2024-01-15 replaces=n1 legal_status=V2 arrangement=full"),
               "2024-01-16T00:00:00Z", "child/A\ncare:2024-01-12 open 2024-02-13T00:00:00Z\n");
}

static void test_erased_twice(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A x1 record.erased 2024-01-10", ENTRY("A", "e2", "2024-01-12"),
                     "A x2 record.erased 2024-01-14"),
               "2024-01-16T00:00:00Z", "");
}

/* Recorded at the very instant of the erasure: gone; a millisecond later: not. */
static void test_boundary(void **state) {
    assert_due(state,
               LINES("A x record.erased 2024-01-10 @2024-01-10T12:00:00Z",
                     "A e1 care.started 2024-01-08 @2024-01-10T12:00:00Z legal_status=V2 arrangement=full",
                     "B x record.erased 2024-01-10 @2024-01-10T12:00:00Z",
                     "B e1 care.started 2024-01-08 @2024-01-10T12:00:00.001Z legal_status=V2 arrangement=full"),
               "2024-01-16T00:00:00Z", "child/B\ncare:2024-01-08 open 2024-02-06T00:00:00Z\n");
}

/* ---- merging ---- */

static void test_merged(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "B v1 review.held 2024-01-20 review=R1 kind=care",
                     "A m record.merged 2024-02-01 into=B"),
               "2024-02-20T00:00:00Z", "child/B\ncare:2024-01-08 met 2024-02-06T00:00:00Z met 2024-01-20T00:00:00Z\n");
}

/* The old reference goes on to be used; an event that both have counts once. */
static void test_merged_goes_on(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), ENTRY("B", "e1", "2024-01-08"),
                     "A m record.merged 2024-01-10 into=B", "A v1 review.held 2024-01-20 review=R1 kind=care"),
               "2024-02-20T00:00:00Z", "child/B\ncare:2024-01-08 met 2024-02-06T00:00:00Z met 2024-01-20T00:00:00Z\n");
}

static void test_merge_voided(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "B v1 review.held 2024-01-20 review=R1 kind=care",
                     "A m record.merged 2024-02-01 into=B", "A w record.voided 2024-02-02 target=m"),
               "2024-02-20T00:00:00Z", "child/A\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
}

/* Another subject's void of it, or one of another source, is none. */
static void test_merge_voided_elsewhere(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A m record.merged 2024-02-01 into=B",
                     "B w record.voided 2024-02-02 target=m"),
               "2024-02-20T00:00:00Z", "child/B\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
}

static void test_chain(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A m record.merged 2024-02-01 into=B",
                     "B m record.merged 2024-01-15 into=C", "C v1 review.held 2024-01-20 review=R1 kind=care"),
               "2024-02-20T00:00:00Z", "child/C\ncare:2024-01-08 met 2024-02-06T00:00:00Z met 2024-01-20T00:00:00Z\n");
}

/* Somebody remains: the merge recorded last does not count. */
static void test_ring(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A m record.merged 2024-01-10 into=B",
                     "B m record.merged 2024-01-11 into=A", "B v1 review.held 2024-01-20 review=R1 kind=care"),
               "2024-02-20T00:00:00Z", "child/B\ncare:2024-01-08 met 2024-02-06T00:00:00Z met 2024-01-20T00:00:00Z\n");
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A m record.merged 2024-01-12 into=B",
                     "B m record.merged 2024-01-11 into=C", "C m record.merged 2024-01-10 into=A"),
               "2024-02-20T00:00:00Z", "child/A\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
    assert_due(state, LINES(ENTRY("A", "e1", "2024-01-08"), "A m record.merged 2024-01-12 into=A"),
               "2024-02-20T00:00:00Z", "child/A\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
}

/* Of two merges of one subject the one recorded last stands; a correction of one is another. */
static void test_merged_elsewhere(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A m1 record.merged 2024-01-10 into=B",
                     "A m2 record.merged 2024-01-11 into=C"),
               "2024-02-20T00:00:00Z", "child/C\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A m1 record.merged 2024-01-10 into=B",
                     "A m2 record.merged 2024-01-11 into=C replaces=m1", "A w record.voided 2024-01-12 target=m2"),
               "2024-02-20T00:00:00Z", "child/B\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
}

/* What is withdrawn of the old reference is for the authority that said it. */
static void test_withdrawn_for_its_authority(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "e1 care.started 2024-01-08 legal_status=V2 arrangement=full");
    (void) rules_say(f, "2024-02-07T00:00:00Z", BECAUSE_CLOCK);
    RULES_TELL(f, "m record.merged 2024-02-07 @2024-02-07T09:00:00Z into=B");
    assert_non_null(
        strstr(rules_say(f, "2024-02-07T09:00:00Z", BECAUSE_RECORD), "review-first|care:2024-01-08#withdrawn -\n"));
    for (size_t i = 0; i < f->step.n_statements; i++)
        assert_string_equal(f->step.statements[i].authority, "E06000052");
}

/* ---- both ---- */

/* What was recorded under the old reference goes, wherever it was joined; the rest stays. */
static void test_merged_then_erased(void **state) {
    assert_due(state,
               LINES(ENTRY("B", "e1", "2024-01-08"), "A v1 review.held 2024-01-20 review=R1 kind=care",
                     "A m record.merged 2024-01-21 into=B", "A x record.erased 2024-02-01"),
               "2024-02-20T00:00:00Z", "child/B\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
}

/* The child is one: with the surviving reference goes what was joined to it. */
static void test_survivor_erased(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A m record.merged 2024-01-21 into=B",
                     "B v1 review.held 2024-01-22 review=R1 kind=care", "B x record.erased 2024-02-01",
                     ENTRY("C", "e1", "2024-01-08")),
               "2024-02-20T00:00:00Z", "child/C\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
}

/* What was joined only later, or under another child again, is not erased. */
static void test_survivor_erased_before_the_merge(void **state) {
    assert_due(state,
               LINES(ENTRY("A", "e1", "2024-01-08"), "A m record.merged 2024-02-02 into=B",
                     "B v1 review.held 2024-01-22 review=R1 kind=care", "B x record.erased 2024-02-01"),
               "2024-02-20T00:00:00Z", "child/B\ncare:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_erased),
        cmocka_unit_test(test_new_life),
        cmocka_unit_test(test_erased_twice),
        cmocka_unit_test(test_boundary),
        cmocka_unit_test(test_merged),
        cmocka_unit_test(test_merged_goes_on),
        cmocka_unit_test(test_merge_voided),
        cmocka_unit_test(test_merge_voided_elsewhere),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_merged_elsewhere),
        cmocka_unit_test(test_withdrawn_for_its_authority),
        cmocka_unit_test(test_merged_then_erased),
        cmocka_unit_test(test_survivor_erased),
        cmocka_unit_test(test_survivor_erased_before_the_merge),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
