/* rules_diff.h: `watchkeeper rules diff`: what a pack changes against another, in its rules and in what would be said.
 */
#ifndef WATCHKEEPER_RULES_DIFF_H
#define WATCHKEEPER_RULES_DIFF_H

#include "tool.h"

/* Returns TOOL_OK, also where they differ, or TOOL_FAILED. */
int rules_diff(const struct tool *tool, int argc, char **argv);

#endif
