/* main.c: the daemon: arguments, configuration, rules, and then the loop. Exit status 0 after a signal, 1 when it
 * cannot go on, 2 when it could not start, or what is kept was written by a newer version. */
#include "assembly.h"
#include "embedded.h"
#include "ensure.h"
#include "log.h"
#include "loop.h"
#include "paths.h"
#include "yaml.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum status { STATUS_OK = 0, STATUS_PROBLEM = 1, STATUS_CANNOT_START = 2 };
enum { OPTION_SET = 0x1000, OPTION_RULES, OPTION_EMBEDDED };

struct arguments {
    const char *config_path, *rules_folder;
    const char **settings; /* NULL-terminated */
    size_t n_settings;
    bool embedded;
};

static const struct argp_option options[] = {
    {"config", 'c', "FILE", 0, "Read the configuration from FILE", 0},
    {"set", OPTION_SET, "KEY=VALUE", 0, "Set one key of the configuration (`watchkeeper config` lists them)", 0},
    {"rules", OPTION_RULES, "DIR", 0, "Take packs, catalogue and calendars from DIR", 0},
    {"embedded", OPTION_EMBEDDED, NULL, 0,
     "Bring a broker and a Redis along, to try it out; nothing outlives the daemon", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'c':
        arguments->config_path = argument;
        return 0;
    case OPTION_SET:
        arguments->settings[arguments->n_settings++] = argument; /* no more than there are arguments */
        return 0;
    case OPTION_RULES:
        arguments->rules_folder = argument;
        return 0;
    case OPTION_EMBEDDED:
        arguments->embedded = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int tell(const char *message) {
    (void) fprintf(stderr, "watchkeeperd: %s\n", message);
    return STATUS_CANNOT_START;
}

/* ---- what it works with ---- */

static struct yaml_problems *problems_new(void) {
    struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena_new();
    return problems;
}

static void problems_freep(struct yaml_problems **problems) {
    (void) arena_free((*problems)->arena);
    free(*problems);
}

static int load_config(const struct arguments *arguments, struct config **ret_config) {
    static const char *const needed[] = {"kafka.bootstrap_servers", "redis.url", NULL};
    CLEANUP(problems_freep) struct yaml_problems *problems = problems_new();
    CLEANUP(config_freep) struct config *config = NULL;
    int outcome = config_load(arguments->config_path, arguments->settings, problems, &config);
    if (outcome == 0 && !arguments->embedded)
        outcome = config_require(config, needed, problems);
    yaml_problems_print(problems, stderr);
    if (outcome != 0)
        return tell("the configuration is not usable");
    *ret_config = TAKE(config);
    return 0;
}

static int load_rules(const struct arguments *arguments, const struct config *config, struct engine **ret_engine) {
    struct paths_rules rules;
    const char *looked_at, *configured = arguments->rules_folder;
    if (paths_find_rules(configured == NULL ? config->rules.folder : configured, &rules, &looked_at) != 0) {
        (void) fprintf(stderr, "watchkeeperd: no rules in %s; set rules.folder\n", looked_at);
        return STATUS_CANNOT_START;
    }
    CLEANUP(problems_freep) struct yaml_problems *problems = problems_new();
    const struct engine_paths paths = config_engine_paths(config, rules.folder, config->rules.packs);
    int outcome = engine_load(&paths, problems, ret_engine);
    yaml_problems_print(problems, stderr);
    return outcome == 0 ? 0 : tell("the rules are not usable");
}

static void set_up_log(const struct config *config) {
    static const struct {
        const char *name;
        enum log_level level;
    } levels[] = {{"error", LOG_LEVEL_ERROR},
                  {"warning", LOG_LEVEL_WARNING},
                  {"notice", LOG_LEVEL_NOTICE},
                  {"info", LOG_LEVEL_INFO},
                  {"debug", LOG_LEVEL_DEBUG}};
    enum log_level least = LOG_LEVEL_INFO;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(config->log.level, levels[i].name) == 0)
            least = levels[i].level;
    bool by_manager =
        strcmp(config->log.target, "auto") == 0 && log_is_journal(getenv("JOURNAL_STREAM"), STDERR_FILENO);
    log_setup(least, by_manager || strcmp(config->log.target, "journal") == 0);
}

/* In every thread, which they are in when they are blocked before there are any. */
static void set_up_signals(void) {
    sigset_t signals;
    (void) sigemptyset(&signals);
    (void) sigaddset(&signals, SIGTERM);
    (void) sigaddset(&signals, SIGINT);
    (void) sigprocmask(SIG_BLOCK, &signals, NULL);
    (void) signal(SIGPIPE, SIG_IGN);
}

/* ---- running ---- */

static int run(const struct assembly_options *parts) {
    char error[768];
    struct assembly assembly;
    if (assembly_open(parts, &assembly, error, sizeof error) < 0)
        return tell(error);
    const struct loop_options loop = {
        .pipeline = assembly.pipeline,
        .store = &assembly.store,
        .event_fd = assembly.event_fd,
        .status_listener = assembly.status_listener,
        .engine = parts->engine,
    };
    int result = loop_run(&loop);
    if (result < 0) {
        const char *why = pipeline_error(assembly.pipeline);
        log_tell(LOG_LEVEL_ERROR, "cannot_go_on", "%s", *why == '\0' ? strerror(-result) : why);
    }
    assembly_close(&assembly);
    if (result == PIPELINE_TOO_OLD)
        return STATUS_CANNOT_START;
    return result < 0 ? STATUS_PROBLEM : STATUS_OK;
}

static int run_embedded(struct assembly_options parts) {
    const struct config *config = parts.config;
    const char *const topics[] = {config->kafka.topics.events,      config->kafka.topics.links,
                                  config->kafka.topics.alerts,      config->kafka.topics.alerts_latest,
                                  config->kafka.topics.escalations, config->kafka.topics.deadletter,
                                  config->kafka.topics.facts};
    char error[512];
    struct embedded embedded;
    if (embedded_open(&embedded, topics, sizeof topics / sizeof *topics, (int) config->kafka.partitions, error,
                      sizeof error) < 0)
        return tell(error);
    parts.bootstrap_servers = embedded_bootstrap_servers(&embedded);
    parts.redis_url = embedded.redis_url;
    (void) printf("Publish to %s\nNothing outlives this daemon, and this broker shows no transactions: use it to look "
                  "around, not to rely on.\n",
                  parts.bootstrap_servers);
    (void) fflush(stdout);
    int status = run(&parts);
    embedded_close(&embedded);
    return status;
}

int main(int argc, char **argv) {
    const struct argp argp = {.options = options, .parser = parse, .doc = "Watches over children in care."};
    CLEANUP(cleanup_free) const char **settings = calloc((size_t) argc + 1, sizeof *settings);
    ENSURE(settings != NULL);
    struct arguments arguments = {.settings = settings};
    argp_program_version = "watchkeeperd " WATCHKEEPER_VERSION;
    argp_err_exit_status = STATUS_CANNOT_START;
    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return STATUS_CANNOT_START;
    set_up_signals();
    CLEANUP(config_freep) struct config *config = NULL;
    int status = load_config(&arguments, &config);
    if (status != 0)
        return status;
    set_up_log(config);
    struct engine *engine = NULL;
    status = load_rules(&arguments, config, &engine);
    if (status != 0)
        return status;
    struct assembly_options parts = {
        .config = config,
        .engine = engine,
        .bootstrap_servers = config->kafka.bootstrap_servers,
        .redis_url = config->redis.url,
        .embedded = arguments.embedded,
    };
    status = arguments.embedded ? run_embedded(parts) : run(&parts);
    (void) engine_free(engine);
    return status;
}
