/* schema_parts.c: see schema_parts.h. jansson keeps keys in the order in which they were set, which makes the output
 * stable and lets the reader find title and description first. */
#include "schema_parts.h"

#include "cleanup.h"
#include "decode.h"
#include "ensure.h"

#include <string.h>

void schema_parts_set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

void schema_parts_text(json_t *object, const char *key, const char *text) {
    if (text != NULL)
        schema_parts_set(object, key, json_string(text));
}

void schema_parts_append(json_t *array, json_t *value) {
    ENSURE(value != NULL && json_array_append_new(array, value) == 0);
}

json_t *schema_parts_texts(const char *const *texts) {
    json_t *array = json_array();
    for (size_t i = 0; texts[i] != NULL; i++)
        schema_parts_append(array, json_string(texts[i]));
    return array;
}

/* ---- values ---- */

static json_t *one(const char *key, json_t *value) {
    json_t *schema = json_object();
    schema_parts_set(schema, key, value);
    return schema;
}

json_t *schema_parts_type(const char *type) {
    return one("type", json_string(type));
}

json_t *schema_parts_string(long min, long max) {
    json_t *schema = schema_parts_type("string");
    if (min > 0)
        schema_parts_set(schema, "minLength", json_integer(min));
    if (max > 0)
        schema_parts_set(schema, "maxLength", json_integer(max));
    return schema;
}

json_t *schema_parts_pattern(const char *pattern) {
    json_t *schema = schema_parts_type("string");
    schema_parts_text(schema, "pattern", pattern);
    return schema;
}

json_t *schema_parts_const(const char *text) {
    return one("const", json_string(text));
}

json_t *schema_parts_enum(const char *const *texts) {
    return one("enum", schema_parts_texts(texts));
}

json_t *schema_parts_ref(const struct schema_style *style, const char *name) {
    return one("$ref", json_sprintf("%s%s", style->references, name));
}

/* {"type": "string"} becomes {"type": ["string", "null"]}; what has no such single type, a choice of two. */
json_t *schema_parts_or_null(json_t *schema) {
    json_t *type = json_object_get(schema, "type");
    if (json_is_string(type)) {
        schema_parts_set(schema, "type", json_pack("[s, s]", json_string_value(type), "null"));
        return schema;
    }
    return one("anyOf", json_pack("[o, o]", schema, schema_parts_type("null")));
}

json_t *schema_parts_list(json_t *items, long max) {
    json_t *schema = schema_parts_type("array");
    schema_parts_set(schema, "items", items);
    if (max > 0)
        schema_parts_set(schema, "maxItems", json_integer(max));
    return schema;
}

json_t *schema_parts_described(json_t *schema, const char *description) {
    if (description == NULL)
        return schema;
    json_t *described = one("description", json_string(description));
    if (json_object_get(schema, "$ref") != NULL)
        schema_parts_set(described, "allOf", json_pack("[o]", schema)); /* draft 7 sees nothing beside a $ref */
    else {
        ENSURE(json_object_update(described, schema) == 0);
        json_decref(schema);
    }
    return described;
}

/* ---- objects ---- */

json_t *schema_parts_object(const char *title, const char *description) {
    json_t *object = json_object();
    schema_parts_text(object, "title", title);
    schema_parts_text(object, "description", description);
    schema_parts_text(object, "type", "object");
    schema_parts_set(object, "required", json_array());
    schema_parts_set(object, "properties", json_object());
    return object;
}

void schema_parts_property(json_t *object, const char *name, json_t *schema, bool required) {
    if (required)
        schema_parts_append(json_object_get(object, "required"), json_string(name));
    schema_parts_set(json_object_get(object, "properties"), name, schema);
}

void schema_parts_envelope(json_t *event, const struct schema_style *style) {
    schema_parts_property(event, "specversion", schema_parts_const("1.0"), true);
    schema_parts_property(event, "id",
                          schema_parts_described(schema_parts_ref(style, "id"),
                                                 "Unique within the source. The same source and id again is the same "
                                                 "event delivered again, and is dropped."),
                          true);
    schema_parts_property(event, "source",
                          schema_parts_described(schema_parts_string(1, DECODE_SOURCE_MAX),
                                                 "The system that publishes it (a URI "
                                                 "reference), as /cornwall/case-system."),
                          true);
}

/* ---- documents ---- */

/* The names behind the last slash of every $ref below. */
static void collect(const json_t *schema, json_t *names) {
    const char *key;
    json_t *value;
    size_t i;
    const char *ref = json_string_value(json_object_get(schema, "$ref"));
    if (ref != NULL)
        schema_parts_set(names, strrchr(ref, '/') + 1, json_true());
    json_object_foreach((json_t *) schema, key, value) collect(value, names);
    json_array_foreach(schema, i, value) collect(value, names);
}

/* Definitions may refer to others: again until no new name comes. */
static json_t *reached(const json_t *schema, const json_t *definitions) {
    json_t *names = json_object();
    size_t before = SIZE_MAX;
    collect(schema, names);
    while (json_object_size(names) != before) {
        before = json_object_size(names);
        json_t *found = json_object();
        const char *name;
        json_t *ignored;
        json_object_foreach(names, name, ignored) collect(json_object_get(definitions, name), found);
        ENSURE(json_object_update(names, found) == 0);
        json_decref(found);
    }
    return names;
}

json_t *schema_parts_document(json_t *schema, json_t *definitions) {
    json_t *document = one("$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
    ENSURE(json_object_update(document, schema) == 0);
    json_t *names = reached(schema, definitions), *kept = json_object(), *value;
    const char *name;
    json_object_foreach(definitions, name, value) if (json_object_get(names, name) != NULL)
        ENSURE(json_object_set(kept, name, value) == 0);
    if (json_object_size(kept) > 0)
        ENSURE(json_object_set(document, "$defs", kept) == 0);
    json_decref(kept);
    json_decref(names);
    json_decref(schema);
    json_decref(definitions);
    return document;
}
