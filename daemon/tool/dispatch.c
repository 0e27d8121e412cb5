/* dispatch.c: see dispatch.h. Options of every command may stand before the command's name, so the first argument that
 * is no option ends this parsing and what follows is the command's own. */
#include "dispatch.h"

#include "ensure.h"
#include "yaml.h"

#include <string.h>

enum { COMMANDS_MAX = 32, COMMAND_NAME_WIDTH = 10 };

static error_t parse_name(int key, char *argument, struct argp_state *state) {
    (void) argument;
    int *index = state->input;
    if (key == ARGP_KEY_NO_ARGS) {
        argp_state_help(state, state->err_stream, ARGP_HELP_STD_USAGE);
        return 0;
    }
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    *index = state->next - 1;
    state->next = state->argc;
    return 0;
}

static char *help_text(const struct dispatch_command *commands, const char *doc) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    ENSURE(stream != NULL);
    fprintf(stream, "%s\vCommands:\n", doc);
    for (const struct dispatch_command *command = commands; command->name != NULL; command++)
        fprintf(stream, "  %-*s %s\n", COMMAND_NAME_WIDTH, command->name, command->summary);
    fprintf(stream, "\nEach command has a --help of its own. Exit status: 0, 1 (found problems), 2 (could not run).");
    ENSURE(fclose(stream) == 0);
    return text;
}

static const struct dispatch_command *find(const struct dispatch_command *commands, const char *name) {
    for (; commands->name != NULL; commands++)
        if (strcmp(commands->name, name) == 0)
            return commands;
    return NULL;
}

static int unknown(const struct dispatch_command *commands, const char *program, const char *name) {
    const char *names[COMMANDS_MAX + 1] = {0};
    for (size_t i = 0; i < COMMANDS_MAX && commands[i].name != NULL; i++)
        names[i] = commands[i].name;
    const char *nearest = yaml_nearest(name, names);
    if (nearest == NULL)
        return tool_fail("there is no command `%s`; `%s --help` lists them", name, program);
    return tool_fail("there is no command `%s`; did you mean `%s`?", name, nearest);
}

int dispatch_run(const struct tool *tool, const struct dispatch_command *commands, const char *doc, int argc,
                 char **argv) {
    CLEANUP(cleanup_free) char *help = help_text(commands, doc);
    const struct argp argp = {.parser = parse_name, .args_doc = "COMMAND [ARGUMENT...]", .doc = help};
    int index = argc;
    tool_parse(tool, &argp, argc, argv, &index);
    if (index >= argc)
        return TOOL_FAILED;
    const struct dispatch_command *command = find(commands, argv[index]);
    if (command == NULL)
        return unknown(commands, argv[0], argv[index]);
    CLEANUP(cleanup_free) char *name = NULL;
    ENSURE(asprintf(&name, "%s %s", argv[0], command->name) > 0);
    argv[index] = name;
    return command->run(tool, argc - index, argv + index);
}
