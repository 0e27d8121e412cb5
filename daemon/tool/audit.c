/* audit.c: `watchkeeper audit`: has a running daemon audit the partitions that it holds, and says what was found. */
#include "ask.h"
#include "progress.h"

#include <inttypes.h>
#include <string.h>

enum { OPTION_JSON = 0x2000, TRIES = 10 };

static const struct argp_option audit_argp_options[] = {
    {"json", OPTION_JSON, NULL, 0, "The daemon's own JSON object", 0},
    {0},
};

static error_t parse_audit(int key, char *argument, struct argp_state *state) {
    (void) argument;
    bool *json = state->input;
    if (key != OPTION_JSON)
        return ARGP_ERR_UNKNOWN;
    *json = true;
    return 0;
}

static const struct argp audit_argp = {
    .options = audit_argp_options,
    .parser = parse_audit,
    .doc =
        "Has a running daemon (that of status.socket) prove, for the partitions that it holds, that every subject's "
        "timer is the instant that its facts give, that nothing past due is unsaid, that no outbox entry is stuck, and "
        "that open alerts and care.alerts.latest are what was said. What it finds it repairs and tells.\v"
        "The daemon does the same by itself, more slowly (audit.interval_minutes). The daemons of a group each audit "
        "their own partitions: ask each of them. Exit status: 0 nothing was found; 1 something was, repaired or not; 2 "
        "it could not run, or not on all partitions.",
};

/* ---- asking ---- */

/* The answer to "audit" is lines of progress and then the audit; a daemon that was slow to hear the word, or is older
 * than it, gives its status instead. */
static int wait_for(int descriptor, json_t **ret_audit, bool *ret_misheard) {
    struct progress progress = {0};
    *ret_misheard = false;
    for (;;) {
        json_t *line = ask_read(descriptor), *step = json_object_get(line, "progress");
        if (progress.whole == 0 && step != NULL)
            progress_init(&progress, (uint64_t) json_integer_value(json_object_get(step, "whole")));
        if (step != NULL) {
            progress_show(&progress, (uint64_t) json_integer_value(json_object_get(step, "done")));
            json_decref(line);
            continue;
        }
        progress_done(&progress);
        int result = TOOL_OK;
        *ret_audit = json_incref(json_object_get(line, "audit"));
        *ret_misheard = json_object_get(line, "version") != NULL;
        if (json_object_get(line, "error") != NULL)
            result = tool_fail("%s", json_string_value(json_object_get(line, "error")));
        else if (line == NULL)
            result = tool_fail("the daemon does not answer any more: it is stuck, or has ended");
        json_decref(line);
        return result;
    }
}

static int ask(const struct config *config, json_t **ret_audit) {
    for (int i = 0; i < TRIES; i++) {
        CLEANUP(ask_close) int descriptor = -1;
        bool misheard = false;
        int result = ask_connect(config, "audit", &descriptor);
        if (result == TOOL_OK)
            result = wait_for(descriptor, ret_audit, &misheard);
        if (result != TOOL_OK || !misheard)
            return result;
    }
    return tool_fail("the daemon does not know audits: it is of an older version");
}

/* ---- for people ---- */

static int64_t number_of(const json_t *object, const char *key) {
    return (int64_t) json_integer_value(json_object_get(object, key));
}

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "-";
}

static bool is_whole(const json_t *audit) {
    bool whole = json_array_size(json_object_get(audit, "partitions")) > 0;
    size_t index;
    json_t *partition;
    json_array_foreach(json_object_get(audit, "partitions"), index, partition) whole =
        whole && json_is_true(json_object_get(partition, "covered"));
    return whole;
}

static void print_partitions(const json_t *audit) {
    size_t index;
    json_t *partition;
    printf("%-14s", "Partitions");
    json_array_foreach(json_object_get(audit, "partitions"), index,
                       partition) if (json_is_true(json_object_get(partition, "covered")))
        printf(" %" PRId64, number_of(partition, "partition"));
    putchar('\n');
    json_array_foreach(json_object_get(audit, "partitions"), index,
                       partition) if (!json_is_true(json_object_get(partition, "covered")))
        printf("%-14s %" PRId64 ": %s\n", "Not covered", number_of(partition, "partition"), text_of(partition, "why"));
    if (json_array_size(json_object_get(audit, "partitions")) == 0)
        printf("%-14s the daemon holds no partition: ask again when the group has given it some\n", "Not covered");
}

static void print_findings(const json_t *audit) {
    const char *kind;
    json_t *count;
    json_object_foreach(json_object_get(audit, "findings"), kind, count)
        printf("%-14s %" PRId64 " %s\n", "Found", (int64_t) json_integer_value(count), kind);
    size_t index;
    json_t *finding;
    json_array_foreach(json_object_get(audit, "listed"), index, finding) printf(
        "  %s: %s: %s; %s: %s\n", text_of(finding, "kind"), text_of(finding, "reference"), text_of(finding, "text"),
        json_is_true(json_object_get(finding, "repaired")) ? "repaired" : "not repaired", text_of(finding, "action"));
    size_t n_listed = json_array_size(json_object_get(audit, "listed"));
    int64_t all = number_of(audit, "repaired") + number_of(audit, "not_repaired");
    if (all > (int64_t) n_listed)
        printf("  and %" PRId64 " more: see the daemon's log\n", all - (int64_t) n_listed);
}

static void print_audit(const json_t *audit) {
    static const struct {
        const char *name, *key;
    } rows[] = {
        {"Subjects", "subjects"},         {"Timers", "timers"},
        {"Open alerts", "alerts"},        {"Outbox", "outbox"},
        {"Statements", "statements"},     {"Repaired", "repaired"},
        {"Not repaired", "not_repaired"}, {"Took (ms)", "duration_ms"},
    };
    print_partitions(audit);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        printf("%-14s %" PRId64 "\n", rows[i].name, number_of(audit, rows[i].key));
    print_findings(audit);
}

/* ---- the command ---- */

static int show(const json_t *audit, bool json) {
    if (json) {
        (void) json_dumpf(audit, stdout, JSON_COMPACT);
        (void) putchar('\n');
    } else {
        print_audit(audit);
    }
    if (number_of(audit, "repaired") + number_of(audit, "not_repaired") > 0)
        return TOOL_PROBLEMS;
    return is_whole(audit) ? TOOL_OK : TOOL_FAILED;
}

int command_audit(const struct tool *tool, int argc, char **argv) {
    bool json = false;
    tool_parse(tool, &audit_argp, argc, argv, &json);
    CLEANUP(config_freep) struct config *config = NULL;
    int result = tool_config(tool, &config);
    if (result != TOOL_OK)
        return result;
    json_t *audit = NULL;
    result = ask(config, &audit);
    if (result != TOOL_OK)
        return result;
    if (audit == NULL)
        return tool_fail("the daemon's answer is not known to this version");
    result = show(audit, json);
    json_decref(audit);
    return result;
}
