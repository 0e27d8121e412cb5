/* main.c: the program `watchkeeper`. */
#include "dispatch.h"

#include <signal.h>

const char *argp_program_version = "watchkeeper " WATCHKEEPER_VERSION;

static const struct dispatch_command commands[] = {
    {"import", command_import, "read a council's SSDA903 returns and print event lines"},
    {"sample", command_sample, "invent a caseload and print its event lines"},
    {"replay", command_replay, "run event lines through the engine on a virtual clock"},
    {"duties", command_duties, "every duty and risk of every subject at one instant"},
    {"explain", command_explain, "why a duty or risk of a subject is due, late or clear"},
    {"rules", command_rules, "check packs; list the rules"},
    {"verify", command_verify, "recompute each alert from the events it rests on"},
    {"publish", command_publish, "send event lines to Kafka"},
    {"tail", command_tail, "print the messages of a topic as lines"},
    {"status", command_status, "what a running daemon says of itself"},
    {"audit", command_audit, "have a running daemon prove that nothing is forgotten"},
    {"schema", command_schema, "JSON Schemas of all events in and out, and the AsyncAPI document"},
    {"config", command_config, "list every key of the configuration"},
    {0},
};

int main(int argc, char **argv) {
    (void) signal(SIGPIPE, SIG_DFL);
    char program[] = "watchkeeper";
    argv[0] = program;
    struct tool tool = {.options = tool_options_new()};
    int status =
        dispatch_run(&tool, commands, "Works out what is due, late or a risk for children in care.", argc, argv);
    (void) tool_options_free(tool.options);
    return tool_finish(status);
}
