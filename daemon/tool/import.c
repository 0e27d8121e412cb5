/* import.c: `watchkeeper import ssda903 DIR --authority CODE`. */
#include "import/import_ssda903.h"
#include "london.h"
#include "tool.h"

#include <string.h>

struct import_options {
    const char *format, *folder, *authority;
};

enum { OPTION_AUTHORITY = 'a' };

static const struct argp_option option_list[] = {
    {"authority", OPTION_AUTHORITY, "CODE", 0, "The council whose returns these are: its GSS code, e.g. E06000052", 0},
    {0},
};

static const char documentation[] =
    "Reads a council's SSDA903 returns and writes events, one CloudEvent JSON a line, oldest first, to standard output."
    "\vDIR holds the return's CSV files of one year or of several: header, episodes, reviews, missing, oc2, oc3, uasc, "
    "previous_permanence, ad1, placed_adoption, social_worker. A file is recognised by its columns, else by its name; "
    "its "
    "year by a number in its name (2017-episodes.csv) or its folder's (2017/episodes.csv). Columns may stand in any "
    "order, "
    "and unknown ones are ignored. Dates are DD/MM/YYYY or YYYY-MM-DD.\n\n"
    "Rows of several years with the same CHILD, DECOM and RNE are one episode, and the later year's row stands. The "
    "same "
    "row always gives the same event ids: importing again gives duplicates, which are dropped, and no doubles. Names, "
    "postcodes and pupil numbers are never read. The return has no visits, health assessment dates, PEPs and return "
    "interviews.\n\n"
    "A row that cannot be used is told on standard error with file, line and column, and left out; the exit status is "
    "then 1.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct import_options *options = state->input;
    switch (key) {
    case OPTION_AUTHORITY:
        options->authority = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num == 0)
            options->format = argument;
        else if (state->arg_num == 1)
            options->folder = argument;
        else
            return ARGP_ERR_UNKNOWN;
        return 0;
    case ARGP_KEY_END:
        if (options->folder == NULL)
            argp_error(state, "expected the format and the folder, as in `import ssda903 returns/`");
        else if (strcmp(options->format, "ssda903") != 0)
            argp_error(state, "unknown format `%s`; there is `ssda903`", options->format);
        else if (options->authority == NULL)
            argp_error(state, "--authority is missing");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int run(const struct import_options *options, const struct zone *zone) {
    const struct import_ssda903_options import = {
        .folder = options->folder,
        .authority = options->authority,
        .zone = zone,
        .out = stdout,
        .problems = stderr,
    };
    struct import_ssda903_result result;
    int outcome = import_ssda903(&import, &result);
    if (outcome == IMPORT_SSDA903_BAD_AUTHORITY)
        return tool_fail("--authority: not a GSS code (a letter and eight digits, e.g. E06000052)");
    if (outcome == IMPORT_SSDA903_NO_FILES)
        return tool_fail("%s has no CSV file of an SSDA903 return", options->folder);
    if (outcome < 0)
        return tool_fail("cannot import %s: %s", options->folder, strerror(-outcome));
    if (result.n_refused == 0)
        return TOOL_OK;
    fprintf(stderr, "watchkeeper: %zu events written; %zu rows or files left out\n", result.n_events, result.n_refused);
    return TOOL_PROBLEMS;
}

int command_import(const struct tool *tool, int argc, char **argv) {
    static const struct argp argp = {option_list, parse, "ssda903 DIR", documentation, NULL, NULL, NULL};
    struct import_options options = {0};
    tool_parse(tool, &argp, argc, argv, &options);
    CLEANUP(london_freep) struct zone *zone = NULL;
    int status = london_load(tool, &zone);
    return status == TOOL_OK ? tool_finish(run(&options, zone)) : status;
}
