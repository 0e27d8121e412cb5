/* status.c: `watchkeeper status`: what a running daemon says of itself over its status socket.
 *
 * The daemon itself says whether it is well, and what is wrong (health.h); exit status 1 when something is, so that a
 * health check needs nothing else. */
#include "ask.h"
#include "table.h"
#include "tool.h"

#include <inttypes.h>
#include <string.h>

enum { NUMBER_TEXT_MAX = 24 };

static int ask(const struct config *config, json_t **ret_status) {
    CLEANUP(ask_close) int descriptor = -1;
    int r = ask_connect(config, "status", &descriptor);
    if (r != TOOL_OK)
        return r;
    *ret_status = ask_read(descriptor);
    if (*ret_status == NULL)
        return tool_fail("the daemon did not answer within %d s: it is starting, stuck, or just ending", ASK_WAIT_S);
    return TOOL_OK;
}

/* ---- for people ---- */

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "-";
}

static const char *number_of(const json_t *object, const char *key, char buffer[static NUMBER_TEXT_MAX]) {
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value))
        return "?";
    (void) snprintf(buffer, NUMBER_TEXT_MAX, "%" PRId64, (int64_t) json_integer_value(value));
    return buffer;
}

static void print_server(const char *name, const json_t *server) {
    const char *error = json_string_value(json_object_get(server, "error"));
    printf("%-10s %s%s%s\n", name, text_of(server, "state"), error != NULL ? ": " : "", error != NULL ? error : "");
}

static void print_partitions(const json_t *partitions) {
    static const char *const titles[] = {"PARTITION", "MODE",  "LAG",       "OUTBOX",     "SUBJECTS", "TIMERS",
                                         "OPEN",      "CLOCK", "LATE (ms)", "CHECKPOINT", NULL};
    CLEANUP(table_done) struct table table = table_titled(titles);
    size_t index;
    json_t *partition;
    json_array_foreach(partitions, index, partition) {
        char number[NUMBER_TEXT_MAX], lag[NUMBER_TEXT_MAX], outbox[NUMBER_TEXT_MAX], subjects[NUMBER_TEXT_MAX];
        char timers[NUMBER_TEXT_MAX], open[NUMBER_TEXT_MAX], late[NUMBER_TEXT_MAX];
        const char *row[] = {number_of(partition, "partition", number),
                             text_of(partition, "mode"),
                             number_of(partition, "lag", lag),
                             number_of(partition, "outbox", outbox),
                             number_of(partition, "subjects", subjects),
                             number_of(partition, "timers", timers),
                             number_of(partition, "open_alerts", open),
                             text_of(partition, "clock"),
                             number_of(partition, "oldest_overdue_ms", late),
                             text_of(json_object_get(partition, "checkpoint"), "at")};
        table_add(&table, row);
    }
    table_print(&table, stdout);
}

static void print_counters(const json_t *counters) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *) counters, name, value) {
        if (json_is_integer(value))
            printf("%-22s %" PRId64 "\n", name, (int64_t) json_integer_value(value));
        const char *part;
        json_t *count;
        json_object_foreach(value, part, count)
            printf("%-22s %" PRId64 " %s\n", name, (int64_t) json_integer_value(count), part);
    }
}

static void print_estimated(const json_t *list) {
    size_t index;
    json_t *object;
    json_array_foreach(list, index, object) {
        const char *authority = json_string_value(json_object_get(object, "authority"));
        printf("Estimated terms: %s at %s: the calendar %s has no school terms (calendars.%s)\n",
               text_of(object, "rule"), authority != NULL ? authority : "every authority without a calendar of its own",
               text_of(object, "calendar"), authority != NULL ? authority : "<authority>");
    }
}

static void print_not_watched(const json_t *list) {
    size_t index, place;
    json_t *object, *type;
    json_array_foreach(list, index, object) {
        printf("Not watched: %s at %s, which does not publish", text_of(object, "rule"), text_of(object, "authority"));
        json_array_foreach(json_object_get(object, "not_fed"), place, type)
            printf("%s %s", place == 0 ? "" : ",", json_string_value(type));
        (void) puts(" (not_fed)");
    }
}

static void print_texts(const char *title, const json_t *texts) {
    size_t index;
    json_t *text;
    json_array_foreach(texts, index, text) printf("%s: %s\n", title, json_string_value(text));
}

static void print_waiting(const json_t *partitions) {
    size_t index;
    json_t *partition;
    json_array_foreach(partitions, index, partition) {
        const json_t *waiting = json_object_get(partition, "waiting");
        if (!json_is_object(waiting))
            continue;
        char number[NUMBER_TEXT_MAX];
        const char *speaks_at = json_string_value(json_object_get(waiting, "speaks_at"));
        printf(
            "%-10s partition %s: deadlines from %s on, because its input is not known to be read to its end since %s; "
            "they are said when it is%s%s%s\n",
            "Waiting", number_of(partition, "partition", number), text_of(waiting, "oldest_due_at"),
            text_of(waiting, "behind_since"), speaks_at != NULL ? ", or from " : "", speaks_at != NULL ? speaks_at : "",
            speaks_at != NULL ? " on, marked stale_since" : "");
    }
}

static void print_lateness(const json_t *lateness) {
    char count[NUMBER_TEXT_MAX], half[NUMBER_TEXT_MAX], most[NUMBER_TEXT_MAX], max[NUMBER_TEXT_MAX];
    printf("%-10s of %s said by the clock alone: half within %s ms, 99 of 100 within %s ms, at most %s ms\n",
           "Lateness", number_of(lateness, "count", count), number_of(lateness, "p50_ms", half),
           number_of(lateness, "p99_ms", most), number_of(lateness, "max_ms", max));
}

static void print_status(const json_t *status) {
    print_server("Redis", json_object_get(status, "redis"));
    print_server("Kafka", json_object_get(status, "kafka"));
    if (json_is_string(json_object_get(status, "publishing_error")))
        printf("%-10s %s\n", "Publishing", text_of(status, "publishing_error"));
    printf("%-10s %s\n", "Packs", text_of(status, "packs"));
    print_partitions(json_object_get(status, "partitions"));
    print_waiting(json_object_get(status, "partitions"));
    print_lateness(json_object_get(status, "timer_lateness"));
    print_counters(json_object_get(status, "counters"));
    print_not_watched(json_object_get(status, "not_watched"));
    print_estimated(json_object_get(status, "estimated_terms"));
    print_texts("To do", json_object_get(status, "advice"));
    print_texts("Wrong", json_object_get(status, "wrong"));
}

/* ---- the command ---- */

enum { OPTION_JSON = 0x2000 };

static const struct argp_option status_argp_options[] = {
    {"json", OPTION_JSON, NULL, 0, "The daemon's own JSON object", 0},
    {0},
};

static error_t parse_status(int key, char *argument, struct argp_state *state) {
    (void) argument;
    bool *json = state->input;
    if (key != OPTION_JSON)
        return ARGP_ERR_UNKNOWN;
    *json = true;
    return 0;
}

static const struct argp status_argp = {
    .options = status_argp_options,
    .parser = parse_status,
    .doc = "What a running daemon says of itself: servers, partitions with lag, clock and timers, counters, and what "
           "to do. "
           "Exit status 1 when something is wrong, also before its partitions are loaded and one is live; 2 when no "
           "daemon answers.\v"
           "Without status.socket the daemon is looked for in /run/watchkeeper, $XDG_RUNTIME_DIR/watchkeeper and "
           "/tmp/watchkeeper-<uid>.",
};

static int show(json_t *status, bool json) {
    if (json) {
        (void) json_dumpf(status, stdout, JSON_COMPACT);
        (void) putchar('\n');
    } else {
        print_status(status);
    }
    return json_is_true(json_object_get(status, "well")) ? TOOL_OK : TOOL_PROBLEMS;
}

int command_status(const struct tool *tool, int argc, char **argv) {
    bool json = false;
    tool_parse(tool, &status_argp, argc, argv, &json);
    CLEANUP(config_freep) struct config *config = NULL;
    int result = tool_config(tool, &config);
    if (result != TOOL_OK)
        return result;
    json_t *status = NULL;
    result = ask(config, &status);
    if (result != TOOL_OK)
        return result;
    result = show(status, json);
    json_decref(status);
    return result;
}
