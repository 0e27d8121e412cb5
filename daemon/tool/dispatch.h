/* dispatch.h: a table of commands instead of a switch; `watchkeeper` has one, and so has `watchkeeper rules`. */
#ifndef WATCHKEEPER_DISPATCH_H
#define WATCHKEEPER_DISPATCH_H

#include "tool.h"

struct dispatch_command {
    const char *name;
    int (*run)(const struct tool *tool, int argc, char **argv);
    const char *summary; /* one line for --help */
};

/* Runs the command that argv names; the table ends with a name of NULL. An unknown command is told with the nearest
 * one. Returns what the command returns, or TOOL_FAILED. */
int dispatch_run(const struct tool *tool, const struct dispatch_command *commands, const char *doc, int argc,
                 char **argv);

#endif
