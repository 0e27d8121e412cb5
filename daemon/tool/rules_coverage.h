/* rules_coverage.h: `watchkeeper rules coverage`: which duties and risks of the domain a rule serves, and why the
 * others have none. The register is rules/domain (its README.md). */
#ifndef WATCHKEEPER_RULES_COVERAGE_H
#define WATCHKEEPER_RULES_COVERAGE_H

#include "tool.h"

/* Returns TOOL_OK, also where rows are not served, or TOOL_FAILED. */
int rules_coverage(const struct tool *tool, int argc, char **argv);

#endif
