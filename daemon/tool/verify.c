/* verify.c: `watchkeeper verify`: recomputes each alert from the log at its `as_of`.
 *
 * Events and alerts come from files (the output of replay, or of `tail --json`, which has the positions that a daemon's
 * `as_of` means) or from Kafka itself. Everything is held in memory: one council's ten years are some 200 MB. */
#include "broker.h"
#include "caseload.h"
#include "ensure.h"
#include "erasure.h"
#include "event_options.h"
#include "fact_copy.h"
#include "proof.h"
#include "tool.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

struct verify_options {
    struct event_options events;
    struct tool_texts alerts;
};

struct verify {
    const struct engine *engine;
    struct decode_context context;
    struct arena *arena; /* facts and statements, to the end */
    struct caseload caseload;
    struct proof_scope scope;
    struct proof_result result;
    uint64_t n_refused, n_foreign;
};

/* A line or a message with its place. */
struct piece {
    struct proof_position position;
    const char *text;
    size_t length;
    const struct broker_message *message; /* NULL: a line; else its headers say how to read it */
};

static struct proof_subject *subject_of(struct verify *verify, const char *name) {
    struct subject *subject = caseload_get(&verify->caseload, name);
    if (subject->extra == NULL)
        subject->extra = ARENA_NEW(verify->arena, struct proof_subject);
    return subject->extra;
}

/* ---- events ---- */

/* A case system may publish in binary mode, where the headers are half of the event. */
static int decode_piece(const struct verify *verify, const struct piece *piece, struct decoded *ret_decoded,
                        struct refusal *ret_refusal) {
    struct header headers[BROKER_HEADERS_MAX];
    size_t n_headers = piece->message == NULL ? 0 : piece->message->n_headers;
    for (size_t i = 0; i < n_headers; i++) {
        const struct broker_header *header = &piece->message->headers[i];
        headers[i] = (struct header){.name = header->name, .value = header->value, .length = header->length};
    }
    return decode_message(&verify->context, headers, n_headers, piece->text, piece->length, verify->arena, ret_decoded,
                          ret_refusal);
}

struct taking {
    struct verify *verify;
    struct proof_position position;
    bool passed; /* on to another subject, by care.links: it has no place of its own in the events */
};

static void taken(void *self, struct subject *subject, const struct fact *fact, int outcome) {
    struct taking *taking = self;
    struct proof_position position = taking->position;
    if (taking->passed)
        position.partition = -1;
    taking->passed = true;
    if (outcome != 0 && !erasure_is(fact)) /* of an erasure that a record knows already the proof's may not know */
        return;
    struct arena *arena = taking->verify->arena;
    struct proof_subject *proof = subject_of(taking->verify, record_subject(subject->record));
    if (proof->n_facts == proof->facts_capacity) {
        size_t larger = proof->facts_capacity * 2 + 8;
        proof->facts = arena_grow_array(arena, proof->facts, proof->n_facts, larger, sizeof *proof->facts);
        proof->facts_capacity = larger;
    }
    proof->facts[proof->n_facts++] = (struct proof_fact){position, *fact_copy_to(arena, fact)};
}

static void take_event(struct verify *verify, const struct piece *piece) {
    struct decoded decoded;
    struct refusal refusal;
    if (decode_piece(verify, piece, &decoded, &refusal) != 0) {
        verify->n_refused++;
        return;
    }
    struct taking taking = {.verify = verify, .position = piece->position};
    caseload_take(&verify->caseload, verify->engine, decoded.subject, &decoded.fact,
                  (struct caseload_taker){taken, &taking});
}

/* ---- statements ---- */

static const char *text_of(struct verify *verify, const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? NULL : arena_strdup(verify->arena, text);
}

static bool read_instant(const json_t *object, const char *key, struct instant *ret_at) {
    const json_t *value = json_object_get(object, key);
    *ret_at = INSTANT_NEVER;
    return json_is_null(value) || (json_is_string(value) && instant_parse(json_string_value(value), ret_at) == 0);
}

static bool read_as_of(struct verify *verify, const json_t *as_of, struct proof_statement *statement) {
    const json_t *partition = json_object_get(as_of, "partition");
    statement->known.partition = json_is_integer(partition) ? (int32_t) json_integer_value(partition) : -1;
    statement->known.offset = json_integer_value(json_object_get(as_of, "position"));
    statement->packs = text_of(verify, as_of, "packs");
    return json_is_object(as_of) && statement->packs != NULL && read_instant(as_of, "clock", &statement->clock) &&
           !instant_equal(statement->clock, INSTANT_NEVER);
}

static bool read_statement(struct verify *verify, const json_t *event, struct proof_statement *statement) {
    const json_t *data = json_object_get(event, "data");
    *statement = (struct proof_statement){
        .id = text_of(verify, event, "id"),
        .type = text_of(verify, event, "type"),
        .rule = text_of(verify, data, "rule"),
        .anchor = text_of(verify, data, "anchor"),
        .state = text_of(verify, data, "state"),
        .count = json_integer_value(json_object_get(data, "count")),
        .level = json_integer_value(json_object_get(data, "level")),
    };
    if (statement->id == NULL || statement->type == NULL || statement->rule == NULL || statement->anchor == NULL ||
        statement->state == NULL)
        return false;
    statement->escalation = strncmp(statement->type, "care.escalation.", strlen("care.escalation.")) == 0;
    return read_instant(data, "due_at", &statement->due_at) &&
           read_as_of(verify, json_object_get(data, "as_of"), statement);
}

static void add_statement(struct verify *verify, const char *name, const struct proof_statement *statement) {
    struct proof_subject *subject = subject_of(verify, name);
    if (subject->n_statements == subject->statements_capacity) {
        size_t larger = subject->statements_capacity * 2 + 8;
        subject->statements = arena_grow_array(verify->arena, subject->statements, subject->n_statements, larger,
                                               sizeof *subject->statements);
        subject->statements_capacity = larger;
    }
    subject->statements[subject->n_statements++] = *statement;
}

static void take_statement(struct verify *verify, const struct piece *piece) {
    json_t *event = json_loadb(piece->text, piece->length, 0, NULL);
    const char *subject = json_string_value(json_object_get(event, "subject"));
    struct proof_statement statement;
    if (subject != NULL && read_statement(verify, event, &statement)) {
        verify->scope.escalations |= statement.escalation;
        verify->scope.alerts |= !statement.escalation;
        add_statement(verify, subject, &statement);
    } else {
        verify->n_foreign++;
        fprintf(stderr, "alerts, %s %" PRId64 ": not a statement with an as_of\n",
                piece->position.partition < 0 ? "line" : "offset",
                piece->position.offset + (piece->position.partition < 0 ? 1 : 0));
    }
    json_decref(event);
}

/* ---- where they come from ---- */

/* A line of `tail --json` is a message with its place; any other line is the event itself. */
static void take_line(struct verify *verify, const struct line *line,
                      void (*take)(struct verify *, const struct piece *)) {
    struct piece piece = {{-1, (int64_t) line->number - 1}, line->text, line->length, NULL};
    json_t *message = json_loadb(line->text, line->length, 0, NULL);
    const json_t *partition = json_object_get(message, "partition"), *offset = json_object_get(message, "offset");
    const json_t *value = json_object_get(message, "value");
    if (json_is_integer(partition) && json_is_integer(offset) && json_is_string(value)) {
        piece.position = (struct proof_position){(int32_t) json_integer_value(partition), json_integer_value(offset)};
        piece.text = json_string_value(value);
        piece.length = json_string_length(value);
    }
    take(verify, &piece);
    json_decref(message);
}

static int read_file(struct verify *verify, const char *path, void (*take)(struct verify *, const struct piece *)) {
    CLEANUP(lines_closep) struct lines *lines = NULL;
    CLEANUP(progress_done) struct progress progress = {0};
    int outcome = lines_open(path, &lines);
    if (outcome != 0)
        return tool_fail("cannot read %s: %s", path, strerror(-outcome));
    progress_init(&progress, lines_size(lines));
    struct line line;
    while ((outcome = lines_next(lines, &line)) == 0) {
        take_line(verify, &line, take);
        progress_show(&progress, lines_bytes(lines));
    }
    return outcome == LINES_END ? TOOL_OK : tool_fail("cannot read on in %s: %s", path, strerror(-outcome));
}

enum { POLL_MS = 500 };

static int read_topic(struct verify *verify, const struct config *config, const char *topic,
                      void (*take)(struct verify *, const struct piece *)) {
    CLEANUP(broker_reader_closep) struct broker_reader *reader = NULL;
    if (broker_reader_open(config, topic, false, &reader) != TOOL_OK)
        return TOOL_FAILED;
    struct broker_message message;
    int outcome;
    while ((outcome = broker_read(reader, POLL_MS, &message)) != BROKER_ENDS) {
        if (outcome == BROKER_FAILED)
            return TOOL_FAILED;
        if (outcome != 0 || message.value == NULL)
            continue;
        struct piece piece = {{message.partition, message.offset}, message.value, message.length, &message};
        take(verify, &piece);
    }
    return TOOL_OK;
}

static int read_files(struct verify *verify, const struct verify_options *options) {
    int status = read_file(verify, options->events.intake.path, take_event);
    for (size_t i = 0; i < options->alerts.count && status == TOOL_OK; i++)
        status = read_file(verify, options->alerts.list[i], take_statement);
    return status;
}

static int read_topics(struct verify *verify, const struct config *config) {
    int status = read_topic(verify, config, config->kafka.topics.events, take_event);
    if (status == TOOL_OK)
        status = read_topic(verify, config, config->kafka.topics.alerts, take_statement);
    if (status == TOOL_OK)
        status = read_topic(verify, config, config->kafka.topics.escalations, take_statement);
    return status;
}

/* ---- the command ---- */

static int check_all(struct verify *verify) {
    CLEANUP(cleanup_free) struct subject **subjects = caseload_sorted(&verify->caseload);
    for (size_t i = 0; i < verify->caseload.count; i++)
        if (subjects[i]->extra != NULL)
            proof_check(verify->engine, record_subject(subjects[i]->record), subjects[i]->extra, verify->scope,
                        &verify->result);
    const struct proof_result *result = &verify->result;
    fprintf(stderr, "%" PRIu64 " statements follow, %" PRIu64 " do not, %" PRIu64 " are missing\n", result->follow,
            result->wrong, result->missing);
    if (result->not_checked > 0)
        fprintf(stderr, "%" PRIu64 " were said under other packs or calendars than these (%s) and are not checked\n",
                result->not_checked, engine_packs_hash(verify->engine));
    if (verify->n_refused > 0)
        fprintf(stderr, "%" PRIu64 " events cannot be read and count for nothing\n", verify->n_refused);
    bool good = result->wrong + result->missing + result->not_checked + verify->n_foreign == 0;
    return good ? TOOL_OK : TOOL_PROBLEMS;
}

enum { OPTION_ALERTS = 0x2000, OPTION_EVENTS };

static const struct argp_option verify_argp_options[] = {
    {"events", OPTION_EVENTS, "FILE", 0, "Events: event lines, or messages as `tail --json` prints them", 0},
    {"alerts", OPTION_ALERTS, "FILE", 0, "Alerts and escalations, in either form; may be repeated", 0},
    EVENT_OPTIONS_ROW_PACK,
    {0},
};

static error_t parse_verify(int key, char *argument, struct argp_state *state) {
    struct verify_options *options = state->input;
    switch (key) {
    case OPTION_EVENTS:
        options->events.intake.path = argument;
        return 0;
    case OPTION_ALERTS:
        tool_texts_add(&options->alerts, argument);
        return 0;
    case ARGP_KEY_END:
        if ((options->events.intake.path == NULL) != (options->alerts.count == 0))
            argp_error(state, "--events and --alerts go together; without both, Kafka is read");
        return 0;
    default:
        return event_options_parse(&options->events, key, argument);
    }
}

static const struct argp verify_argp = {
    .options = verify_argp_options,
    .parser = parse_verify,
    .doc =
        "Recomputes each alert and escalation from the events that were known when it was said, and prints every one "
        "that "
        "does not follow and every one that is missing beside it. Without files, the topics of the configuration are "
        "read from beginning to end, committed messages only (kafka.bootstrap_servers, as the daemon has it).\v"
        "Exit status 1 when anything does not follow.",
};

static void verify_done(struct verify *verify) {
    caseload_done(&verify->caseload);
    (void) arena_free(verify->arena);
}

static int verify_with(const struct tool *tool, const struct verify_options *options) {
    CLEANUP(engine_freep) struct engine *engine = NULL;
    CLEANUP(config_freep) struct config *config = NULL;
    if (tool_config(tool, &config) != TOOL_OK || tool_engine(tool, &options->events.packs, &engine) != TOOL_OK)
        return TOOL_FAILED;
    CLEANUP(verify_done)
    struct verify verify = {
        .engine = engine,
        .context = {engine_catalogue(engine), engine_zone(engine)},
        .arena = arena_new(),
    };
    int status = options->events.intake.path != NULL ? read_files(&verify, options) : read_topics(&verify, config);
    return status == TOOL_OK ? check_all(&verify) : status;
}

int command_verify(const struct tool *tool, int argc, char **argv) {
    struct verify_options options = {0};
    tool_parse(tool, &verify_argp, argc, argv, &options);
    int status = verify_with(tool, &options);
    event_options_done(&options.events);
    tool_texts_done(&options.alerts);
    return status;
}
