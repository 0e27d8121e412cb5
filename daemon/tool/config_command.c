/* config_command.c: `watchkeeper config`: every key, its value in force, its range and default, and what it is for. */
#include "catalogue.h"
#include "ensure.h"
#include "tool.h"
#include "yaml.h"

static const struct argp config_argp = {
    .doc =
        "Reads the configuration, tells every mistake in it, and lists every key with its value, kind, range, default "
        "and meaning.",
};

/* Event types under not_fed are checked against the catalogue, which reading the configuration alone does not need. */
static int check_types(const struct tool *tool, const struct config *config) {
    struct paths_rules rules;
    if (config->n_not_fed == 0)
        return TOOL_OK;
    if (tool_rules(tool, &rules) != TOOL_OK)
        return TOOL_FAILED;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
    ENSURE(problems != NULL);
    problems->arena = arena;
    const char *folder = arena_printf(arena, "%s/catalogue", rules.folder);
    int outcome = catalogue_load(folder, problems, &catalogue);
    if (outcome == 0)
        outcome = config_check_not_fed(config, catalogue, problems);
    yaml_problems_print(problems, stderr);
    return outcome == 0 ? TOOL_OK : TOOL_PROBLEMS;
}

int command_config(const struct tool *tool, int argc, char **argv) {
    tool_parse(tool, &config_argp, argc, argv, NULL);
    CLEANUP(config_freep) struct config *config = NULL;
    if (tool_config(tool, &config) != TOOL_OK)
        return TOOL_PROBLEMS;
    int status = check_types(tool, config);
    if (status == TOOL_OK)
        config_print(config, stdout);
    return status;
}
