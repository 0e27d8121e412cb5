/* rules_test_run.h: one rule test against the engine, on a virtual clock. */
#ifndef WATCHKEEPER_RULES_TEST_RUN_H
#define WATCHKEEPER_RULES_TEST_RUN_H

#include "rules_test_file.h"

struct rules_test_failure {
    const struct rules_test_expectation *expectation;
    const char *found; /* in the form of `expected`; in the arena */
};

/* Runs the test as a daemon would have lived through it. Returns how many expectations were not met, and them, in the
 * arena. */
size_t rules_test_run(const struct engine *engine, const struct rules_test_case *test, struct arena *arena,
                      struct rules_test_failure **ret_failures);

#endif
