/* explain_said.c: see explain_said.h. */
#include "explain_said.h"

#include "encode.h"
#include "ensure.h"
#include "people.h"
#include "table.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static bool is_wanted(const struct explain_said *explain, const char *rule) {
    return explain->rule == NULL || strcmp(explain->rule, rule) == 0;
}

/* The id of a statement is <subject>|<rule>|<anchor>#<state>. */
static bool is_wanted_id(const struct explain_said *explain, const char *id) {
    const char *rule = strchr(id, '|');
    size_t length = explain->rule == NULL ? 0 : strlen(explain->rule);
    return explain->rule == NULL ||
           (rule != NULL && strncmp(rule + 1, explain->rule, length) == 0 && rule[1 + length] == '|');
}

/* ---- for people ---- */

static void print_table(const struct explain_said *explain) {
    static const char *const titles[] = {"RULE", "ANCHOR", "SAID LAST", "TIMES", "DUE", NULL};
    CLEANUP(table_done) struct table table = table_titled(titles);
    for (size_t i = 0; i < record_n_said(explain->record); i++) {
        const struct said *said = record_said(explain->record, i);
        char due[PEOPLE_TEXT_MAX], times[16];
        (void) snprintf(times, sizeof times, "%u", (unsigned) said->times[said->state]);
        const char *row[] = {said->rule, said->anchor, alert_state_name(said->state), times,
                             people_deadline(explain->zone, said->due_at, due)};
        if (is_wanted(explain, said->rule))
            table_add(&table, row);
    }
    table_print(&table, stdout);
}

void explain_said_print(const struct explain_said *explain) {
    const struct live_subject *subject = explain->subject;
    char clock[PEOPLE_TEXT_MAX];
    printf("What has been said by %s, the clock of partition %" PRId32 "%s:\n",
           people_time(explain->zone, subject->meta.clock, clock), subject->partition,
           subject->meta.live ? "" : ", which has not been read to its end yet");
    print_table(explain);
    for (size_t i = 0; i < subject->n_waiting; i++)
        if (is_wanted_id(explain, subject->waiting[i]))
            printf("Waits to be published: %s\n", subject->waiting[i]);
}

/* ---- for machines ---- */

static json_t *said_json(const struct said *said) {
    CLEANUP(cleanup_free) char *text = encode_said(said);
    json_t *json = json_loads(text, 0, NULL);
    ENSURE(json != NULL);
    return json;
}

static json_t *said_list(const struct explain_said *explain) {
    json_t *list = json_array();
    for (size_t i = 0; i < record_n_said(explain->record); i++)
        if (is_wanted(explain, record_said(explain->record, i)->rule))
            ENSURE(json_array_append_new(list, said_json(record_said(explain->record, i))) == 0);
    return list;
}

static json_t *waiting_list(const struct explain_said *explain) {
    json_t *list = json_array();
    for (size_t i = 0; i < explain->subject->n_waiting; i++)
        if (is_wanted_id(explain, explain->subject->waiting[i]))
            ENSURE(json_array_append_new(list, json_string(explain->subject->waiting[i])) == 0);
    return list;
}

void explain_said_json(const struct explain_said *explain) {
    const struct live_subject *subject = explain->subject;
    char clock[INSTANT_TEXT_MAX];
    json_t *object =
        json_pack("{s:s, s:i, s:s, s:b, s:o, s:o}", "subject", record_subject(explain->record), "partition",
                  (int) subject->partition, "clock", instant_format(subject->meta.clock, clock), "live",
                  (int) subject->meta.live, "said", said_list(explain), "waiting", waiting_list(explain));
    ENSURE(object != NULL);
    (void) json_dumpf(object, stdout, JSON_COMPACT);
    (void) putchar('\n');
    json_decref(object);
}
