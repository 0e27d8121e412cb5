/* schema_said.c: see schema_said.h. Each schema is a table of its keys in the order in which daemon/encode.c,
 * erasures.c and checkpoint.c write them; without strict a reader must take further keys, since later versions may
 * have more. tests/cli/schema holds the strict schemas against what is really said. */
#include "schema_said.h"

#include "alert.h"
#include "schema_keys.h"
#include "schema_kept.h"

#include <string.h>

/* ---- statements ---- */

static const struct schema_key statement_keys[] = {
    {"alert", KEY_TEXT, KEY_REQUIRED,
     "The alert: <subject>|<rule>|<anchor>. The key on the topic of the newest statements."},
    {"anchor", KEY_TEXT, KEY_REQUIRED, "The fact that opened it: its own reference, or its kind and local date."},
    {"state", KEY_STATE, KEY_REQUIRED, "What is said of it now."},
    {"rule", KEY_TEXT, KEY_REQUIRED, "The rule (`watchkeeper rules list`)."},
    {"title", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The rule's title."},
    {"pack", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The pack that the rule stands in."},
    {"version", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The version of that pack."},
    {"law", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The law that the rule rests on."},
    {"confidence", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE,
     "V: the text of the law was seen; S: a secondary page; M: from memory; E: our own estimate or choice."},
    {"authority", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "GSS code of the responsible authority."},
    {"team", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The team, where an event named one."},
    {"owner", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The role that must act."},
    {"worker", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The worker, where an event named one: an opaque reference."},
    {"opened_at", KEY_INSTANT, KEY_REQUIRED | KEY_NULLABLE, "When the duty opened, or the risk first held."},
    {"due_at", KEY_INSTANT, KEY_REQUIRED | KEY_NULLABLE,
     "The first instant at which the duty is late; null for a risk."},
    {"detected_at", KEY_INSTANT, KEY_REQUIRED | KEY_NULLABLE, "When it became true."},
    {"lateness_ms", KEY_COUNT, KEY_REQUIRED, "How long after that it was said (milliseconds)."},
    {"said_because", KEY_BECAUSE, KEY_REQUIRED, "What brought it about."},
    {"severity", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The rule's severity."},
    {NULL},
};
static const struct schema_key escalation_keys[] = {
    {"level", KEY_COUNT, KEY_REQUIRED, "The rung of the ladder, from 1."},
    {"ladder", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "The ladder."},
    {"recipients", KEY_TEXTS, KEY_REQUIRED, "The roles to be told."},
    {NULL},
};
static const struct schema_key late_keys[] = {
    {"count", KEY_COUNT, 0, "Of a risk that counts: how many."},
    {"provisional", KEY_TRUTH, 0,
     "It rests on days that the calendars do not know so far, or on estimated school terms: their publication may move "
     "it."},
    {"baseline", KEY_TRUTH, 0, "It was found by the load of an authority's history."},
    {"stale_since", KEY_INSTANT, 0,
     "It rests on what is known up to then: what was recorded since may have cleared it."},
    {"because", KEY_REFERENCE, KEY_REQUIRED, "The events that it rests on: the first, and the newest.", "*evidence"},
    {"because_left_out", KEY_COUNT, 0, "How many events more there are than `because` names."},
    {"as_of", KEY_REFERENCE, KEY_REQUIRED, "What was known when it was said.", "as_of"},
    {"said", KEY_REFERENCE, 0,
     "Everything that has been said of the alert so far; always there on the topic of the newest.", "said"},
    {NULL},
};

static const struct {
    const char *type;
    enum alert_state states[5]; /* up to ALERT_NOTHING */
} states_of[] = {
    {"care.alert.raised", {ALERT_DUE_SOON, ALERT_OVERDUE, ALERT_UNKNOWN, ALERT_RAISED}},
    {"care.alert.changed", {ALERT_DUE_SOON, ALERT_OVERDUE, ALERT_UNKNOWN, ALERT_RAISED, ALERT_UPDATED}},
    {"care.alert.cleared", {ALERT_MET, ALERT_MET_LATE, ALERT_CANCELLED, ALERT_CLEARED}},
    {"care.alert.withdrawn", {ALERT_WITHDRAWN}},
};
enum { N_STATES = sizeof states_of[0].states / sizeof states_of[0].states[0] };

/* An escalation is raised or ended; what an alert of that type can be stands in the table. */
static json_t *states_for(const char *type) {
    json_t *texts = json_array(), *schema = json_object();
    for (size_t i = 0; i < sizeof states_of / sizeof states_of[0]; i++)
        for (size_t j = 0; strcmp(states_of[i].type, type) == 0 && j < N_STATES && states_of[i].states[j] != 0; j++)
            schema_parts_append(texts, json_string(alert_state_name(states_of[i].states[j])));
    if (json_array_size(texts) == 0)
        schema_parts_append(texts, json_string(strrchr(type, '.') + 1));
    schema_parts_set(schema, "enum", texts);
    return schema;
}

json_t *schema_said_event(const struct schema_said *said, const char *subject, json_t *data,
                          const struct schema_style *style) {
    json_t *event = schema_parts_object(said->name, said->means);
    schema_parts_property(event, "specversion", schema_parts_const("1.0"), true);
    schema_parts_property(event, "id", schema_parts_type("string"), true);
    schema_parts_property(event, "source",
                          schema_parts_described(schema_parts_type("string"),
                                                 "The configured prefix (alerts.source), a slash and the authority."),
                          true);
    schema_parts_property(event, "type", schema_parts_const(said->name), true);
    schema_parts_property(event, "subject", schema_parts_described(schema_parts_type("string"), subject), true);
    schema_parts_property(event, "time",
                          schema_parts_described(schema_parts_ref(style, "said_instant"), "When it was said."), true);
    schema_parts_property(event, "datacontenttype", schema_parts_const("application/json"), true);
    schema_parts_property(event, "data", data, true);
    schema_parts_set(event, "additionalProperties", json_boolean(!style->strict));
    return event;
}

static json_t *statement_schema(const struct schema_said *said, const struct schema_style *style) {
    json_t *data = schema_keys_object(NULL, statement_keys, style), *properties = json_object_get(data, "properties");
    const char *means = json_string_value(json_object_get(json_object_get(properties, "state"), "description"));
    schema_parts_set(properties, "state", schema_parts_described(states_for(said->name), means));
    if (strncmp(said->name, "care.escalation.", strlen("care.escalation.")) == 0)
        schema_keys_add(data, escalation_keys, style);
    schema_keys_add(data, late_keys, style);
    return schema_said_event(said, "Whom it is about, as in the events. The key of the message.", data, style);
}

/* ---- definitions ---- */

static const struct schema_key evidence_keys[] = {
    {"id", KEY_TEXT, KEY_REQUIRED, "The event."},
    {"source", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "Its source."},
    {"type", KEY_TEXT, KEY_REQUIRED, "Its type."},
    {"role", KEY_TEXT, KEY_REQUIRED, "What it did: opened, met, ended, counted and so on."},
    {"occurred_at", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "When that happened, as published: an instant, or a date."},
    {NULL},
};
static const struct schema_key as_of_keys[] = {
    {"partition", KEY_COUNT, KEY_REQUIRED | KEY_NULLABLE, "The partition of the topic of events; null in a replay."},
    {"position", KEY_COUNT, KEY_REQUIRED, "The next offset to be read; in a replay the number of lines taken."},
    {"clock", KEY_INSTANT, KEY_REQUIRED, "The clock."},
    {"packs", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "Content hashes of the packs and of the calendars."},
    {"calendars", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "Version of the authority's calendar."},
    {NULL},
};
static const struct schema_key said_keys[] = {
    {"version", KEY_COUNT, KEY_REQUIRED, "Of this form."},
    {"rule", KEY_TEXT, KEY_REQUIRED, "The rule."},
    {"anchor", KEY_TEXT, KEY_REQUIRED, "The anchor."},
    {"state", KEY_STATE, KEY_REQUIRED, "Said last."},
    {"due_at", KEY_INSTANT, KEY_REQUIRED | KEY_NULLABLE, "Said last."},
    {"raised_at", KEY_INSTANT, KEY_REQUIRED | KEY_NULLABLE, "When the risk was said to be raised last."},
    {"count", KEY_COUNT, KEY_REQUIRED, "Of a risk, said last."},
    {"times", KEY_REFERENCE, KEY_REQUIRED, "How often each state was said.", "times"},
    {"rungs", KEY_COUNT, 0, "Bit n: rung n + 1 is raised and not ended."},
    {"rung_raised", KEY_REFERENCE, 0, "How often each rung was raised.", "*count"},
    {"rung_ended", KEY_REFERENCE, 0, "How often each rung was ended.", "*count"},
    {NULL},
};

void schema_said_definitions(const struct schema_style *style, json_t *definitions) {
    json_t *instant = schema_parts_pattern("Z$");
    schema_parts_text(instant, "format", "date-time");
    schema_parts_set(definitions, "said_instant", schema_parts_described(instant, "An instant in UTC."));
    schema_parts_set(definitions, "evidence",
                     schema_keys_object("An event that a statement rests on.", evidence_keys, style));
    schema_parts_set(definitions, "as_of", schema_keys_object("What was known.", as_of_keys, style));
    schema_parts_set(definitions, "said", schema_keys_object("What has been said of an alert.", said_keys, style));
    schema_parts_set(definitions, "times",
                     json_pack("{s: s, s: {s: s, s: i}}", "type", "object", "additionalProperties", "type", "integer",
                               "minimum", 1));
    schema_parts_set(definitions, "count", schema_keys_count());
    schema_kept_definitions(style, definitions);
}

/* ---- the list ---- */

static const struct schema_said list[] = {
    {"care.alert.raised", "A duty is due soon, overdue or cannot be judged; a risk holds or cannot be judged.",
     statement_schema},
    {"care.alert.changed", "An open alert moved on: another state, date or count.", statement_schema},
    {"care.alert.cleared", "A duty was met or met late, or was cancelled; a risk no longer holds.", statement_schema},
    {"care.alert.withdrawn", "A late or corrected record showed that an alert was never true.", statement_schema},
    {"care.escalation.raised", "A step of a ladder was reached: these roles must be told.", statement_schema},
    {"care.escalation.ended", "A step of a ladder needs nobody any more.", statement_schema},
    {"care.notice.issued", "The receipt of an erasure.", schema_kept_receipt},
    {"checkpoint.facts", "The facts of a subject, or some of them.", schema_kept_facts},
    {"checkpoint.marker", "Up to where the facts of a partition are complete.", schema_kept_marker},
    {0},
};

const struct schema_said *schema_said_list(void) {
    return list;
}

const struct schema_said *schema_said_find(const char *name) {
    for (const struct schema_said *said = list; said->name != NULL; said++)
        if (strcmp(said->name, name) == 0)
            return said;
    return NULL;
}
