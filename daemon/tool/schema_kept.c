/* schema_kept.c: see schema_kept.h. tests/unit/test_schema holds the tables against what is really written. */
#include "schema_kept.h"

#include "decode.h"
#include "schema_keys.h"

/* ---- receipts and checkpoints ---- */

json_t *schema_kept_receipt(const struct schema_said *said, const struct schema_style *style) {
    static const struct schema_key keys[] = {
        {"kind", KEY_TEXT, KEY_REQUIRED, "erasure."},
        {"erasure", KEY_TEXT, KEY_REQUIRED, "The name of the erased subject: a hash, from which it cannot be known."},
        {"authority", KEY_TEXT, KEY_REQUIRED | KEY_NULLABLE, "GSS code of the authority."},
        {"erased_to", KEY_INSTANT, KEY_REQUIRED, "Everything recorded up to then is gone."},
        {"events_removed", KEY_COUNT, KEY_REQUIRED, "How many events."},
        {"alerts_cancelled", KEY_COUNT, KEY_REQUIRED, "How many alerts."},
        {"log_removed_by", KEY_INSTANT, KEY_REQUIRED | KEY_NULLABLE,
         "When the retention of the other topics will have removed the rest; null while one is kept without end."},
        {NULL},
    };
    json_t *data = schema_keys_object(NULL, keys, style);
    schema_parts_set(json_object_get(data, "properties"), "kind", schema_parts_const("erasure"));
    return schema_said_event(said, "erasure/<name>.", data, style);
}

static const struct schema_key fact_keys[] = {
    {"type", KEY_TEXT, KEY_REQUIRED, "The type of the event."},
    {"source", KEY_TEXT, KEY_REQUIRED, "Its source."},
    {"id", KEY_TEXT, KEY_REQUIRED, "Its id."},
    {"time", KEY_INSTANT, KEY_REQUIRED, "When it was recorded."},
    {"occurred_at", KEY_TEXT, KEY_REQUIRED, "When it happened: an instant, or a date."},
    {"authority", KEY_TEXT, KEY_REQUIRED, "GSS code of the authority."},
    {"replaces", KEY_TEXT, 0, "The id of the event that it corrects."},
    {"subject", KEY_TEXT, 0, "The subject that it was recorded under, where that has been merged into this one."},
    {"data", KEY_REFERENCE, KEY_REQUIRED, "The event's own and common fields that were given.", "fields"},
    {NULL},
};

json_t *schema_kept_facts(const struct schema_said *said, const struct schema_style *style) {
    static const struct schema_key keys[] = {
        {"version", KEY_COUNT, KEY_REQUIRED, "Of this form: 1."},
        {"subject", KEY_TEXT, KEY_REQUIRED, "Whose facts these are."},
        {"facts", KEY_REFERENCE, KEY_REQUIRED, "In the order in which they came.", "*fact"},
        {NULL},
    };
    json_t *facts = schema_keys_object(said->means, keys, style);
    schema_parts_text(facts, "title", said->name);
    return facts;
}

json_t *schema_kept_marker(const struct schema_said *said, const struct schema_style *style) {
    static const struct schema_key keys[] = {
        {"version", KEY_COUNT, KEY_REQUIRED, "Of this form: 1."},
        {"complete_to", KEY_REFERENCE, KEY_REQUIRED, "The facts of every event before these positions are here.",
         "positions"},
        {"at", KEY_INSTANT, KEY_REQUIRED, "When that became so."},
        {"partitions", KEY_COUNT, KEY_REQUIRED, "How many the topic of events has."},
        {"feeds", KEY_REFERENCE, 0, "What is known of the feeds: [name, value] each.", "*feed"},
        {NULL},
    };
    json_t *marker = schema_keys_object(said->means, keys, style);
    schema_parts_text(marker, "title", said->name);
    return marker;
}

/* ---- definitions ---- */

static const struct schema_key position_keys[] = {
    {"events", KEY_REFERENCE, KEY_REQUIRED, "Of the topic of events.", "position"},
    {"links", KEY_REFERENCE, KEY_REQUIRED, "Of the topic of links.", "position"},
    {NULL},
};

void schema_kept_definitions(const struct schema_style *style, json_t *definitions) {
    schema_parts_set(definitions, "fact", schema_keys_object("One recorded event.", fact_keys, style));
    schema_parts_set(definitions, "fields", schema_parts_type("object"));
    schema_parts_set(definitions, "feed",
                     json_pack("{s: s, s: i, s: i}", "type", "array", "minItems", 2, "maxItems", 2));
    schema_parts_set(definitions, "position", json_pack("{s: s, s: i}", "type", "integer", "minimum", -2));
    schema_parts_set(definitions, "positions",
                     schema_keys_object("The next offsets to be read; -2: none yet.", position_keys, style));
}

/* ---- dead letters ---- */

json_t *schema_kept_deadletter_headers(void) {
    static const struct schema_key keys[] = {
        {"__connect.errors.topic", KEY_TEXT, KEY_REQUIRED, "The topic that the message came from."},
        {"__connect.errors.partition", KEY_TEXT, KEY_REQUIRED, "Its partition, a decimal number."},
        {"__connect.errors.offset", KEY_TEXT, KEY_REQUIRED, "Its offset, a decimal number."},
        {"__connect.errors.stage", KEY_TEXT, KEY_REQUIRED, "VALUE_CONVERTER."},
        {"__connect.errors.exception.class.name", KEY_TEXT, KEY_REQUIRED, "The same as watchkeeper.error.class."},
        {"__connect.errors.exception.message", KEY_TEXT, KEY_REQUIRED,
         "What is wrong and what was expected; never a value."},
        {"watchkeeper.error.class", KEY_TEXT, KEY_REQUIRED, "The class of the error."},
        {"watchkeeper.error.path", KEY_TEXT, KEY_REQUIRED,
         "Where in the document it is, as $.data.occurred_at; empty: as a "
         "whole."},
        {NULL},
    };
    const struct schema_style style = {"", false};
    json_t *headers = schema_keys_object("The headers of the message and, added to them, these.", keys, &style);
    json_t *classes = json_array();
    for (int outcome = DECODE_TOO_LARGE; outcome <= DECODE_END_BEFORE_START; outcome++)
        schema_parts_append(classes, json_string(decode_class(outcome)));
    schema_parts_append(classes, json_string("poison"));
    schema_parts_append(classes, json_string("record_full"));
    json_t *class = json_object_get(json_object_get(headers, "properties"), "watchkeeper.error.class");
    schema_parts_set(class, "examples", classes);
    return headers;
}
