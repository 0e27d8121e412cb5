/* publish.c: `watchkeeper publish`: event lines to Kafka.
 *
 * Lines go out as they are, also those that nobody can read: saying so is the daemon's part, and it keeps them with the
 * reason among the dead letters. Such a line has no subject to be keyed by and goes to any partition. */
#include "broker.h"
#include "lines.h"
#include "progress.h"
#include "tool.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum { ERRORS_MAX = 16, TIMEOUT_S_DEFAULT = 60, TIMEOUT_S_MAX = 86400 };

struct failure { /* messages that failed for one reason */
    char name[64], text[256];
    uint64_t count, first_line;
};

struct publish {
    const char *path, *topic;
    int timeout_s;
    uint64_t n_lines, n_without_key, n_failed;
    size_t n_failures;
    struct failure failures[ERRORS_MAX];
};

/* ---- errors, by reason ---- */

static struct failure *failure_of(struct publish *publish, const char *name, const char *text) {
    for (size_t i = 0; i < publish->n_failures; i++)
        if (strcmp(publish->failures[i].name, name) == 0)
            return &publish->failures[i];
    if (publish->n_failures == ERRORS_MAX)
        return &publish->failures[ERRORS_MAX - 1];
    struct failure *failure = &publish->failures[publish->n_failures++];
    (void) snprintf(failure->name, sizeof failure->name, "%s", name);
    (void) snprintf(failure->text, sizeof failure->text, "%s", text);
    return failure;
}

static void failed(void *context, uint64_t number, const char *name, const char *text) {
    struct publish *publish = context;
    struct failure *failure = failure_of(publish, name, text);
    if (failure->count++ == 0 || number < failure->first_line)
        failure->first_line = number;
    publish->n_failed++;
}

static int report(const struct publish *publish, uint64_t acknowledged) {
    for (size_t i = 0; i < publish->n_failures; i++) {
        const struct failure *failure = &publish->failures[i];
        fprintf(stderr, "%" PRIu64 " not delivered: %s: %s (first: line %" PRIu64 ")\n", failure->count, failure->name,
                failure->text, failure->first_line);
    }
    if (publish->n_without_key > 0)
        fprintf(stderr, "%" PRIu64 " lines have no subject that can be read and went without a key\n",
                publish->n_without_key);
    fprintf(stderr, "%" PRIu64 " of %" PRIu64 " events are in %s\n", acknowledged, publish->n_lines, publish->topic);
    return publish->n_failed == 0 ? TOOL_OK : TOOL_PROBLEMS;
}

/* ---- sending ---- */

static void send_line(struct publish *publish, struct broker_sender *sender, const struct line *line) {
    publish->n_lines++;
    if (line->length_whole > line->length) {
        failed(publish, line->number, "TOO_LARGE", "the line is longer than is ever read");
        return;
    }
    json_t *event = json_loadb(line->text, line->length, 0, NULL);
    const char *subject = json_string_value(json_object_get(event, "subject"));
    if (subject == NULL || *subject == '\0') {
        publish->n_without_key++;
        subject = NULL;
    }
    const struct broker_event out = {subject, line->text, line->length, line->number};
    broker_send(sender, &out);
    json_decref(event);
}

static int send_all(struct publish *publish, struct broker_sender *sender, struct lines *lines) {
    CLEANUP(progress_done) struct progress progress;
    progress_init(&progress, lines_size(lines));
    struct line line;
    int outcome;
    while ((outcome = lines_next(lines, &line)) == 0) {
        send_line(publish, sender, &line);
        progress_show(&progress, lines_bytes(lines));
    }
    broker_flush(sender);
    return outcome == LINES_END ? TOOL_OK : tool_fail("cannot read on: %s", strerror(-outcome));
}

/* ---- the command ---- */

enum { OPTION_TOPIC = 0x2000, OPTION_TIMEOUT };

static const struct argp_option publish_argp_options[] = {
    {"topic", OPTION_TOPIC, "NAME", 0, "Send to this topic instead of kafka.topics.events", 0},
    {"timeout", OPTION_TIMEOUT, "SECONDS", 0, "A message not acknowledged within this has failed (60)", 0},
    {0},
};

static error_t parse_publish(int key, char *argument, struct argp_state *state) {
    struct publish *publish = state->input;
    switch (key) {
    case OPTION_TOPIC:
        publish->topic = argument;
        return 0;
    case OPTION_TIMEOUT:
        publish->timeout_s = (int) tool_number(state, "--timeout", argument, 1, TIMEOUT_S_MAX);
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "one FILE at a time");
        publish->path = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp publish_argp = {
    .options = publish_argp_options,
    .parser = parse_publish,
    .args_doc = "[FILE]",
    .doc = "Sends event lines (FILE, or standard input) to Kafka, keyed by subject and partitioned as Java clients do, "
           "and "
           "waits until every one is acknowledged.",
};

static int publish_with(struct publish *publish, const struct config *config) {
    CLEANUP(lines_closep) struct lines *lines = NULL;
    CLEANUP(broker_sender_closep) struct broker_sender *sender = NULL;
    int outcome = lines_open(publish->path, &lines);
    if (outcome != 0)
        return tool_fail("cannot read %s: %s", publish->path, strerror(-outcome));
    if (publish->topic == NULL)
        publish->topic = config->kafka.topics.events;
    const struct broker_sender_options options = {
        .config = config,
        .topic = publish->topic,
        .timeout_ms = publish->timeout_s * 1000,
        .failed = failed,
        .context = publish,
    };
    if (broker_sender_open(&options, &sender) != TOOL_OK)
        return TOOL_FAILED;
    int status = send_all(publish, sender, lines);
    int found = report(publish, broker_acknowledged(sender));
    return status == TOOL_OK ? found : status;
}

int command_publish(const struct tool *tool, int argc, char **argv) {
    struct publish publish = {.timeout_s = TIMEOUT_S_DEFAULT};
    tool_parse(tool, &publish_argp, argc, argv, &publish);
    CLEANUP(config_freep) struct config *config = NULL;
    int status = tool_config(tool, &config);
    return status == TOOL_OK ? publish_with(&publish, config) : status;
}
