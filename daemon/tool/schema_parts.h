/* schema_parts.h: what the schemas of events in and of what is said are both made of.
 *
 * JSON Schema 2020-12, of which only words are used that draft 7 also knows, so that the same schemas can stand in an
 * AsyncAPI document. A json_t returned is the caller's; one that is handed over is taken. */
#ifndef WATCHKEEPER_SCHEMA_PARTS_H
#define WATCHKEEPER_SCHEMA_PARTS_H

#include <jansson.h>
#include <stdbool.h>

struct schema_style {
    const char *references; /* "#/$defs/", or where else the definitions stand */
    /* As the decoder takes events, or else what a careful publisher sends: only the codes of a list and only fields
     * that are known. */
    bool strict;
};

void schema_parts_set(json_t *object, const char *key, json_t *value);
void schema_parts_text(json_t *object, const char *key, const char *text); /* nothing for NULL */
void schema_parts_append(json_t *array, json_t *value);
/* NULL-terminated. */
json_t *schema_parts_texts(const char *const *texts);

/* {"type": ...} */
json_t *schema_parts_type(const char *type);
json_t *schema_parts_string(long min, long max); /* min 0, max 0: without that bound */
json_t *schema_parts_pattern(const char *pattern);
json_t *schema_parts_const(const char *text);
json_t *schema_parts_enum(const char *const *texts);
json_t *schema_parts_ref(const struct schema_style *style, const char *name);
/* The schema, or null. */
json_t *schema_parts_or_null(json_t *schema);
json_t *schema_parts_list(json_t *items, long max);
/* With the description in front of it; a reference has no room for one and is wrapped. */
json_t *schema_parts_described(json_t *schema, const char *description);
/* An object under construction: no properties, nothing required. */
json_t *schema_parts_object(const char *title, const char *description);
void schema_parts_property(json_t *object, const char *name, json_t *schema, bool required);
/* The attributes that every CloudEvent of ours and of others has, but for type, subject and data. */
void schema_parts_envelope(json_t *event, const struct schema_style *style);

/* A document on its own: the schema with its definitions, of which those that it does not reach are left out. */
json_t *schema_parts_document(json_t *schema, json_t *definitions);

#endif
