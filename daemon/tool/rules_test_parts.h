/* rules_test_parts.h: what the parts of reading a rule test share; nobody else includes it. */
#ifndef WATCHKEEPER_RULES_TEST_PARTS_H
#define WATCHKEEPER_RULES_TEST_PARTS_H

#include "rules_test_file.h"

#include "zone.h"

#define RULES_TEST_SUBJECT "child/T"

struct rules_test_reader {
    const struct engine *engine;
    struct arena *arena;
    struct yaml_problems *problems;
    const struct yaml *defaults; /* mapping from event type to fields, or NULL */
    unsigned number;             /* of the event in its test, for ids */
};

/* An instant as tests write it: a date (00:00 local), a local time (2026-03-30T10:00) or one with an offset. Tells at
 * the place what is wrong, also a local time that the clock changes make ambiguous or skip. */
MUST_CHECK bool rules_test_instant_read(const struct rules_test_reader *reader, struct yaml_place place,
                                        const char *text, struct instant *ret_at, bool *ret_bare);
/* A date where the instant is 00:00 local, "never", else an RFC 3339 instant; in the arena. */
const char *rules_test_instant_text(const struct zone *zone, struct instant at, struct arena *arena);

MUST_CHECK bool rules_test_event_read(struct rules_test_reader *reader, const struct yaml *node,
                                      struct decoded *ret_event);
/* One line of `expect` gives one expectation, or two when it says how a state turns into another: returns how many, 0
 * with the problem told. */
size_t rules_test_expect_read(const struct rules_test_reader *reader, const struct yaml *node,
                              struct rules_test_expectation ret_expectations[static 2]);

/* Every id of the engine's rules, NULL-terminated, in the arena. */
const char *const *rules_test_rule_ids(const struct engine *engine, struct arena *arena);
/* Tells an id that no pack has. */
MUST_CHECK bool rules_test_rule_known(const struct rules_test_reader *reader, struct yaml_place place, const char *id);

#endif
