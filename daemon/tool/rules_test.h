/* rules_test.h: `watchkeeper rules test`: what is expected of the rules, in YAML that needs no programming.
 *
 * The language of the files is described in rules/tests/README.md. */
#ifndef WATCHKEEPER_RULES_TEST_H
#define WATCHKEEPER_RULES_TEST_H

#include "tool.h"

/* Returns TOOL_OK, TOOL_PROBLEMS when a test failed, or TOOL_FAILED when packs or tests cannot be read. */
int rules_test(const struct tool *tool, int argc, char **argv);

#endif
