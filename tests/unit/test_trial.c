/* Work that ends its process is found out, and nothing of it reaches the one that asks. */
#include "trial.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static bool end_well(void *self) {
    *(int *) self = 1;
    return true;
}

static bool cannot(void *self) {
    (void) self;
    return false;
}

static bool abort_itself(void *self) {
    (void) self;
    (void) signal(SIGABRT, SIG_DFL); /* the test's own handler is inherited */
    abort();
}

static bool leave(void *self) {
    (void) self;
    _exit(9);
}

static bool be_killed(void *self) {
    (void) self;
    (void) raise(SIGKILL);
    return true;
}

static void test_survived(void **state) {
    (void) state;
    int seen = 0;
    assert_int_equal(trial_run(end_well, &seen), TRIAL_SURVIVED);
    assert_int_equal(seen, 0);
}

static void test_ended(void **state) {
    (void) state;
    assert_int_equal(trial_run(abort_itself, NULL), TRIAL_ENDED);
    assert_int_equal(trial_run(leave, NULL), TRIAL_ENDED);
    assert_int_equal(trial_run(be_killed, NULL), TRIAL_ENDED);
}

static void test_undecided(void **state) {
    (void) state;
    assert_int_equal(trial_run(cannot, NULL), TRIAL_UNDECIDED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_survived),
        cmocka_unit_test(test_ended),
        cmocka_unit_test(test_undecided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
