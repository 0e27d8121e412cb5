/* tail.c: `watchkeeper tail`: the committed messages of a topic as lines.
 *
 * A line is the event in structured mode, whichever mode it was published in, so that what tail prints can be published
 * or replayed. With --json the line is the message itself, with partition, offset, key and headers: for dead letters,
 * and for `watchkeeper verify`, which needs positions. */
#include "base64.h"
#include "broker.h"
#include "ensure.h"
#include "tool.h"

#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <strings.h>

enum { POLL_MS = 100 };

struct tail_options {
    const char *topic;
    bool from_end, until_end, json;
    long max; /* 0: no limit */
};

static volatile sig_atomic_t stopped;

static void on_signal(int signal) {
    (void) signal;
    stopped = 1;
}

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static void print_json(json_t *line) {
    (void) json_dumpf(line, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
    (void) putchar('\n');
}

/* Bytes as a text, or under `<key>_base64` where they are not UTF-8. */
static void set_bytes(json_t *object, const char *key, const char *bytes, size_t length) {
    json_t *text = bytes == NULL ? json_null() : json_stringn(bytes, length);
    if (text != NULL) {
        set(object, key, text);
        return;
    }
    char name[300];
    (void) snprintf(name, sizeof name, "%s_base64", key);
    CLEANUP(cleanup_free) char *coded = base64_encode(bytes, length);
    set(object, name, json_string(coded));
}

static void print_message(const struct tail_options *options, const struct broker_message *message) {
    json_t *line = json_object();
    set(line, "topic", json_string(options->topic));
    set(line, "partition", json_integer(message->partition));
    set(line, "offset", json_integer(message->offset));
    set(line, "timestamp", message->timestamp_ms < 0 ? json_null() : json_integer(message->timestamp_ms));
    set_bytes(line, "key", message->key, message->key_length);
    json_t *headers = json_object();
    for (size_t i = 0; i < message->n_headers; i++)
        set_bytes(headers, message->headers[i].name, message->headers[i].value, message->headers[i].length);
    set(line, "headers", headers);
    set_bytes(line, "value", message->value, message->length);
    print_json(line);
    json_decref(line);
}

/* ---- events ---- */

static const struct broker_header *find_header(const struct broker_message *message, const char *name) {
    for (size_t i = 0; i < message->n_headers; i++)
        if (strcasecmp(message->headers[i].name, name) == 0)
            return &message->headers[i];
    return NULL;
}

static bool is_structured(const struct broker_message *message) {
    static const char structured[] = "application/cloudevents+json";
    const struct broker_header *type = find_header(message, "content-type");
    bool says_so = type != NULL && type->length >= strlen(structured) &&
                   strncasecmp(type->value, structured, strlen(structured)) == 0;
    return says_so || find_header(message, "ce_specversion") == NULL;
}

/* Binary mode: attributes from ce_ headers, data from the value. */
static void print_binary(const struct broker_message *message) {
    json_t *event = json_object();
    for (size_t i = 0; i < message->n_headers; i++)
        if (strncasecmp(message->headers[i].name, "ce_", 3) == 0)
            set_bytes(event, message->headers[i].name + 3, message->headers[i].value, message->headers[i].length);
    const struct broker_header *type = find_header(message, "content-type");
    if (type != NULL)
        set_bytes(event, "datacontenttype", type->value, type->length);
    json_t *data = json_loadb(message->value, message->length, JSON_DECODE_ANY, NULL);
    if (data != NULL)
        set(event, "data", data);
    else
        set_bytes(event, "data", message->value, message->length);
    print_json(event);
    json_decref(event);
}

static void print_event(const struct broker_message *message) {
    if (message->value == NULL) /* a tombstone says nothing */
        return;
    if (!is_structured(message)) {
        print_binary(message);
        return;
    }
    json_t *event = NULL;
    if (memchr(message->value, '\n', message->length) != NULL)
        event = json_loadb(message->value, message->length, JSON_DECODE_ANY, NULL);
    if (event != NULL) {
        print_json(event);
        json_decref(event);
    } else {
        (void) fwrite(message->value, 1, message->length, stdout);
        (void) putchar('\n');
    }
}

static int read_all(const struct tail_options *options, struct broker_reader *reader) {
    struct broker_message message;
    long count = 0;
    while (!stopped && !ferror(stdout) && (options->max == 0 || count < options->max)) {
        int outcome = broker_read(reader, POLL_MS, &message);
        if (outcome == BROKER_FAILED)
            return TOOL_FAILED;
        if (outcome == BROKER_NOTHING)
            (void) fflush(stdout);
        if (outcome == BROKER_ENDS && options->until_end)
            return TOOL_OK;
        if (outcome != 0)
            continue;
        count++;
        if (options->json)
            print_message(options, &message);
        else
            print_event(&message);
    }
    return TOOL_OK;
}

/* ---- the command ---- */

enum { OPTION_FROM = 0x2000, OPTION_MAX, OPTION_UNTIL_END, OPTION_JSON };

static const struct argp_option tail_argp_options[] = {
    {"from", OPTION_FROM, "WHERE", 0, "beginning (the default) or end", 0},
    {"max", OPTION_MAX, "N", 0, "Stop after N messages", 0},
    {"until-end", OPTION_UNTIL_END, NULL, 0, "Stop when every partition has been read to its end", 0},
    {"json", OPTION_JSON, NULL, 0, "Print messages with partition, offset, key and headers", 0},
    {0},
};

static error_t parse_tail(int key, char *argument, struct argp_state *state) {
    struct tail_options *options = state->input;
    switch (key) {
    case OPTION_FROM:
        options->from_end = strcmp(argument, "end") == 0;
        if (!options->from_end && strcmp(argument, "beginning") != 0)
            argp_error(state, "--from: expected beginning or end: %s", argument);
        return 0;
    case OPTION_MAX:
        options->max = tool_number(state, "--max", argument, 1, LONG_MAX);
        return 0;
    case OPTION_UNTIL_END:
        options->until_end = true;
        return 0;
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "one TOPIC at a time");
        options->topic = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->topic == NULL)
            argp_error(state, "which TOPIC?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp tail_argp = {
    .options = tail_argp_options,
    .parser = parse_tail,
    .args_doc = "TOPIC",
    .doc = "Prints the committed messages of a topic, one event a line, partition by partition as they come.",
};

int command_tail(const struct tool *tool, int argc, char **argv) {
    struct tail_options options = {0};
    tool_parse(tool, &tail_argp, argc, argv, &options);
    CLEANUP(config_freep) struct config *config = NULL;
    CLEANUP(broker_reader_closep) struct broker_reader *reader = NULL;
    if (tool_config(tool, &config) != TOOL_OK)
        return TOOL_FAILED;
    if (broker_reader_open(config, options.topic, options.from_end, &reader) != TOOL_OK)
        return TOOL_FAILED;
    (void) signal(SIGINT, on_signal);
    (void) signal(SIGTERM, on_signal);
    return read_all(&options, reader);
}
