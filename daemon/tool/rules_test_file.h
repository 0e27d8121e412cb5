/* rules_test_file.h: a file of rule tests, read and checked.
 *
 * Events are decoded as if they had come from Kafka, so a test cannot rest on an event that would be refused. */
#ifndef WATCHKEEPER_RULES_TEST_FILE_H
#define WATCHKEEPER_RULES_TEST_FILE_H

#include "decode.h"
#include "engine.h"
#include "yaml.h"

enum rules_test_what {
    RULES_TEST_STATE, /* of the duty or risk, as derived */
    RULES_TEST_SAID,  /* the states said of it by then, in order */
    RULES_TEST_RUNGS, /* the rungs of its ladder raised and ended by then, in order */
};

struct rules_test_expectation {
    struct yaml_place place;
    struct instant at;
    enum rules_test_what what;
    const char *subject, *rule;
    const char *anchor;   /* NULL: there is but one instance of the rule */
    const char *expected; /* "overdue due 2026-04-02", "due_soon, overdue", "none", "nothing" */
    bool has_due;         /* whether `expected` names the due instant */
};

struct rules_test_case {
    struct yaml_place place;
    const char *title, *row, *law;
    size_t n_rules, n_events, n_expectations;
    const char **rules;
    struct decoded *events;                      /* by the instant at which they were recorded, then as written */
    struct rules_test_expectation *expectations; /* by instant, then as written */
};

struct rules_test_file {
    const char *path;
    const struct yaml *root;
    const char *const *packs; /* NULL-terminated; NULL: the file names none */
    size_t n_cases;
    struct rules_test_case *cases;
};

/* Reads the YAML and the packs it names. Everything lives in the arena. Returns 0, -errno or YAML_WRONG. */
MUST_CHECK int rules_test_file_open(const char *path, struct arena *arena, struct yaml_problems *problems,
                                    struct rules_test_file *ret_file);
/* Reads the tests, with the rules and the catalogue of that engine; tells every mistake. Returns 0 or YAML_WRONG. */
MUST_CHECK int rules_test_file_read(struct rules_test_file *file, const struct engine *engine, struct arena *arena,
                                    struct yaml_problems *problems);

#endif
