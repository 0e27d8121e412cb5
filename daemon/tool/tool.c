/* tool.c: see tool.h. */
#include "tool.h"

#include "ensure.h"
#include "yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct tool_options {
    const char *config_path;
    const char *rules_folder;
    struct tool_texts settings;
};

struct tool_options *tool_options_new(void) {
    struct tool_options *options = calloc(1, sizeof *options);
    ENSURE(options != NULL);
    return options;
}

struct tool_options *tool_options_free(struct tool_options *options) {
    if (options != NULL)
        tool_texts_done(&options->settings);
    free(options);
    return NULL;
}

void tool_texts_add(struct tool_texts *texts, const char *text) {
    texts->list = reallocarray(texts->list, texts->count + 2, sizeof *texts->list);
    ENSURE(texts->list != NULL);
    texts->list[texts->count++] = text;
    texts->list[texts->count] = NULL;
}

void tool_texts_done(struct tool_texts *texts) {
    free(texts->list);
    *texts = (struct tool_texts){0};
}

/* ---- options ---- */

enum { OPTION_CONFIG = 0x1000, OPTION_SET, OPTION_RULES };

static const struct argp_option common_options[] = {
    {"config", OPTION_CONFIG, "FILE", 0, "Read the configuration from FILE", 0},
    {"set", OPTION_SET, "KEY=VALUE", 0, "Set one key of the configuration (`watchkeeper config` lists them)", 0},
    {"rules", OPTION_RULES, "DIR", 0, "Take packs, catalogue and calendars from DIR", 0},
    {0},
};

static error_t parse_common(int key, char *argument, struct argp_state *state) {
    struct tool_options *options = state->input;
    switch (key) {
    case OPTION_CONFIG:
        options->config_path = argument;
        return 0;
    case OPTION_SET:
        tool_texts_add(&options->settings, argument);
        return 0;
    case OPTION_RULES:
        options->rules_folder = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

struct inputs {
    void *command;
    struct tool_options *options;
};

static error_t hand_out_inputs(int key, char *argument, struct argp_state *state) {
    (void) argument;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    const struct inputs *inputs = state->input;
    state->child_inputs[0] = inputs->command;
    state->child_inputs[1] = inputs->options;
    return 0;
}

void tool_parse(const struct tool *tool, const struct argp *argp, int argc, char **argv, void *input) {
    static const struct argp common = {.options = common_options, .parser = parse_common};
    const struct argp_child children[] = {{argp, 0, NULL, 0}, {&common, 0, "Options of every command:", 1}, {0}};
    const struct argp whole = {.parser = hand_out_inputs, .children = children};
    struct inputs inputs = {input, tool->options};
    argp_err_exit_status = TOOL_FAILED;
    error_t error = argp_parse(&whole, argc, argv, ARGP_IN_ORDER, NULL, &inputs);
    if (error != 0)
        exit(tool_fail("%s", strerror(error)));
}

struct instant tool_time(const struct argp_state *state, const char *option, const char *text) {
    struct instant at;
    struct date day;
    if (instant_parse(text, &at) == 0)
        return at;
    if (date_parse(text, &day) == 0)
        return (struct instant){(int64_t) day.day * 24 * 3600 * 1000};
    argp_error(state, "%s: neither a time like 2026-03-04T09:00:00Z nor a date like 2026-03-04: %s", option, text);
    exit(TOOL_FAILED);
}

long tool_number(const struct argp_state *state, const char *option, const char *text, long min, long max) {
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < min || number > max)
        argp_error(state, "%s: expected a whole number, %ld to %ld: %s", option, min, max, text);
    return number;
}

/* ---- what the commands work with ---- */

int tool_fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("watchkeeper: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return TOOL_FAILED;
}

int tool_finish(int status) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    return tool_fail("cannot write to standard output: %s", strerror(errno));
}

int tool_config(const struct tool *tool, struct config **ret_config) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena;
    int outcome = config_load(tool->options->config_path, tool->options->settings.list, problems, ret_config);
    yaml_problems_print(problems, stderr);
    if (outcome == 0)
        return TOOL_OK;
    if (problems->count > 0)
        return tool_fail("the configuration is not usable");
    return tool_fail("cannot read the configuration: %s", strerror(-outcome));
}

static int find_rules(const struct tool *tool, const struct config *config, struct paths_rules *ret_rules) {
    const char *folder = tool->options->rules_folder;
    const char *looked_at;
    if (paths_find_rules(folder != NULL ? folder : config->rules.folder, ret_rules, &looked_at) == 0)
        return TOOL_OK;
    return tool_fail("no rules folder (one with packs/, catalogue/ and calendars/) at %s; name it with --rules DIR or "
                     "rules.folder",
                     looked_at);
}

int tool_rules(const struct tool *tool, struct paths_rules *ret_rules) {
    CLEANUP(config_freep) struct config *config = NULL;
    int status = tool_config(tool, &config);
    return status == TOOL_OK ? find_rules(tool, config, ret_rules) : status;
}

static int load_engine(const struct engine_paths *paths, struct engine **ret_engine) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena;
    int outcome = engine_load(paths, problems, ret_engine);
    yaml_problems_print(problems, stderr);
    if (outcome == 0)
        return TOOL_OK;
    if (problems->count > 0)
        return tool_fail("the rules are not usable");
    return tool_fail("cannot read the rules: %s", strerror(-outcome));
}

int tool_engine(const struct tool *tool, const struct tool_texts *packs, struct engine **ret_engine) {
    CLEANUP(config_freep) struct config *config = NULL;
    struct paths_rules rules;
    int status = tool_config(tool, &config);
    if (status == TOOL_OK)
        status = find_rules(tool, config, &rules);
    if (status != TOOL_OK)
        return status;
    const char *const *names = packs->list != NULL ? packs->list : config->rules.packs;
    const struct engine_paths paths = config_engine_paths(config, rules.folder, names);
    return load_engine(&paths, ret_engine);
}
