/* tool.h: what the commands of the program `watchkeeper` share.
 *
 * A command is a function command_xxx(tool, argc, argv); argv[0] is "watchkeeper xxx" and the rest are its own
 * arguments. Machine-readable output goes to stdout, everything else to stderr. It returns enum tool_status. */
#ifndef WATCHKEEPER_TOOL_H
#define WATCHKEEPER_TOOL_H

#include "cleanup.h"
#include "config.h"
#include "engine.h"
#include "paths.h"

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

enum tool_status {
    TOOL_OK = 0,
    TOOL_PROBLEMS = 1, /* the command ran and found problems */
    TOOL_FAILED = 2,   /* the command could not run */
};

struct tool_options; /* --config, --set, --rules: may stand before or after the command's name */
struct tool_options *tool_options_new(void);
struct tool_options *tool_options_free(struct tool_options *options); /* takes NULL, returns NULL */

struct tool {
    struct tool_options *options;
};

/* A list of texts given by an option that may be repeated; NULL-terminated. The texts are borrowed from argv. */
struct tool_texts {
    const char **list; /* NULL while empty */
    size_t count;
};
void tool_texts_add(struct tool_texts *texts, const char *text);
void tool_texts_done(struct tool_texts *texts);

/* Parses the command's own options (argp's struct, without children) and the options of every command. A wrong option
 * ends the program with status 2, --help with status 0. */
void tool_parse(const struct tool *tool, const struct argp *argp, int argc, char **argv, void *input);

/* Each tells on stderr what is wrong. Returns TOOL_OK with the output set, which is the caller's, or TOOL_FAILED. */
MUST_CHECK int tool_config(const struct tool *tool, struct config **ret_config);
MUST_CHECK int tool_rules(const struct tool *tool, struct paths_rules *ret_rules);
/* The packs named on the command line, else those of the configuration, else the statutory pack. */
MUST_CHECK int tool_engine(const struct tool *tool, const struct tool_texts *packs, struct engine **ret_engine);

/* An RFC 3339 instant, or a date: 00:00 UTC of that day. Ends the program with status 2 when it is neither. */
struct instant tool_time(const struct argp_state *state, const char *option, const char *text);
/* A whole number within the range, both ends included; ends the program likewise. */
long tool_number(const struct argp_state *state, const char *option, const char *text, long min, long max);

/* "watchkeeper: message" on stderr; returns TOOL_FAILED, so that a command can say `return tool_fail(...)`. */
int tool_fail(const char *format, ...) PRINTF_LIKE(1, 2);
/* Ends stdout: what could not be written is told and turns the status into TOOL_FAILED. */
int tool_finish(int status);

/* ---- the commands ---- */

int command_audit(const struct tool *tool, int argc, char **argv);
int command_config(const struct tool *tool, int argc, char **argv);
int command_duties(const struct tool *tool, int argc, char **argv);
int command_explain(const struct tool *tool, int argc, char **argv);
int command_import(const struct tool *tool, int argc, char **argv);
int command_publish(const struct tool *tool, int argc, char **argv);
int command_replay(const struct tool *tool, int argc, char **argv);
int command_rules(const struct tool *tool, int argc, char **argv);
int command_sample(const struct tool *tool, int argc, char **argv);
int command_schema(const struct tool *tool, int argc, char **argv);
int command_status(const struct tool *tool, int argc, char **argv);
int command_tail(const struct tool *tool, int argc, char **argv);
int command_verify(const struct tool *tool, int argc, char **argv);

#endif
