/* schema_keys.c: see schema_keys.h. */
#include "schema_keys.h"

#include "alert.h"

/* ---- values ---- */

static json_t *because_schema(void) {
    json_t *texts = json_array();
    for (int because = BECAUSE_CLOCK; because <= BECAUSE_CALENDAR_CHANGE; because++)
        schema_parts_append(texts, json_string(said_because_name((enum said_because) because)));
    json_t *schema = json_object();
    schema_parts_set(schema, "enum", texts);
    return schema;
}

/* Of everything that can be said of an alert. */
static json_t *state_schema(void) {
    json_t *texts = json_array();
    for (int state = ALERT_NOTHING + 1; state < ALERT_STATES; state++)
        schema_parts_append(texts, json_string(alert_state_name((enum alert_state) state)));
    json_t *schema = json_object();
    schema_parts_set(schema, "enum", texts);
    return schema;
}

json_t *schema_keys_count(void) {
    json_t *schema = schema_parts_type("integer");
    schema_parts_set(schema, "minimum", json_integer(0));
    return schema;
}

static json_t *truth_schema(void) {
    return json_pack("{s: b}", "const", 1);
}

static json_t *reference_schema(const struct schema_key *key, const struct schema_style *style) {
    bool list = key->reference[0] == '*';
    json_t *reference = schema_parts_ref(style, key->reference + list);
    return list ? schema_parts_list(reference, 0) : reference;
}

static json_t *key_schema(const struct schema_key *key, const struct schema_style *style) {
    switch (key->shape) {
    case KEY_INSTANT:
        return schema_parts_ref(style, "said_instant");
    case KEY_COUNT:
        return schema_keys_count();
    case KEY_TRUTH:
        return truth_schema();
    case KEY_TEXTS:
        return schema_parts_list(schema_parts_type("string"), 0);
    case KEY_REFERENCE:
        return reference_schema(key, style);
    case KEY_STATE:
        return state_schema();
    case KEY_BECAUSE:
        return because_schema();
    case KEY_TEXT:
        break;
    }
    return schema_parts_type("string");
}

void schema_keys_add(json_t *object, const struct schema_key *keys, const struct schema_style *style) {
    for (; keys->name != NULL; keys++) {
        json_t *schema = key_schema(keys, style);
        if (keys->need & KEY_NULLABLE)
            schema = schema_parts_or_null(schema);
        schema_parts_property(object, keys->name, schema_parts_described(schema, keys->means),
                              keys->need & KEY_REQUIRED);
    }
}

json_t *schema_keys_object(const char *description, const struct schema_key *keys, const struct schema_style *style) {
    json_t *object = schema_parts_object(NULL, description);
    schema_keys_add(object, keys, style);
    schema_parts_set(object, "additionalProperties", json_boolean(!style->strict));
    return object;
}
