/* schema_event.c: see schema_event.h. Each rule of decoding (consumers/decode_envelope.c, decode_data.c) has its words
 * here; tests/cli/schema compares the two, event by event. */
#include "schema_event.h"

#include "decode.h"
#include "ensure.h"

#include <stdio.h>
#include <string.h>

enum { ID_MAX = 128 };

#define YEAR "(19[0-9][0-9]|2[01][0-9][0-9]|2200)"
#define DAY YEAR "-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
#define HOUR "([01][0-9]|2[0-3])"
#define SIXTY "[0-5][0-9]"
#define INSTANT DAY "[Tt]" HOUR ":" SIXTY ":" SIXTY "([.][0-9]+)?([Zz]|[+-]" HOUR ":" SIXTY ")"
#define REFERENCE "[A-Za-z0-9._~:-]{1,64}"

/* ---- definitions ---- */

static json_t *time_definition(const char *description, const char *format, const char *pattern) {
    json_t *definition = schema_parts_pattern(pattern);
    schema_parts_text(definition, "format", format);
    return schema_parts_described(definition, description);
}

static json_t *occurrence_definition(const struct schema_style *style) {
    json_t *choice = json_object();
    schema_parts_set(choice, "anyOf",
                     json_pack("[o, o]", schema_parts_ref(style, "instant"), schema_parts_ref(style, "date")));
    return schema_parts_described(choice, "When it happened: an instant, or a bare date, which is that local day.");
}

static json_t *list_description(const struct code_list *list, bool strict) {
    return json_sprintf("%s%s%s%s", list->source == NULL ? "" : "Codes of ", list->source == NULL ? "" : list->source,
                        list->source == NULL ? "Codes." : ".",
                        strict ? "" : " A code that is not listed is kept and counted, and satisfies no rule.");
}

/* A code that says what it means by itself stands in an enum with its like; others have their meaning beside them. */
static json_t *code_choices(const struct code_list *list) {
    json_t *choices = json_array(), *plain = json_array();
    for (size_t i = 0; i < list->count; i++) {
        if (list->meanings[i] == NULL)
            schema_parts_append(plain, json_string(list->codes[i]));
        else
            schema_parts_append(choices, schema_parts_described(schema_parts_const(list->codes[i]), list->meanings[i]));
    }
    if (json_array_size(plain) > 0)
        schema_parts_append(choices, json_pack("{s: O}", "enum", plain));
    json_decref(plain);
    return choices;
}

static json_t *list_definition(const struct code_list *list, const struct schema_style *style) {
    json_t *definition = json_object(), *choices = code_choices(list);
    schema_parts_text(definition, "title", list->name);
    schema_parts_set(definition, "description", list_description(list, style->strict));
    if (!style->strict)
        schema_parts_append(choices, schema_parts_string(0, DECODE_TEXT_MAX));
    if (list->ordered)
        schema_parts_set(definition, "$comment", json_string("In rising order."));
    schema_parts_set(definition, "anyOf", choices);
    return definition;
}

void schema_event_definitions(const struct catalogue *catalogue, const struct schema_style *style,
                              json_t *definitions) {
    schema_parts_set(definitions, "id", schema_parts_string(1, ID_MAX));
    schema_parts_set(
        definitions, "instant",
        time_definition("A time of RFC 3339 with an offset, that exists, of the years 1900 to 2200 in UTC.",
                        "date-time", "^" INSTANT "$"));
    schema_parts_set(
        definitions, "date",
        time_definition("A local day (Europe/London) that exists, of the years 1900 to 2200.", "date", "^" DAY "$"));
    schema_parts_set(definitions, "occurrence", occurrence_definition(style));
    schema_parts_set(definitions, "authority",
                     schema_parts_described(schema_parts_pattern("^[A-Za-z][0-9]{8}$"),
                                            "The responsible authority: a GSS code, as E06000052. It chooses the "
                                            "council's pack, the calendar and who is told."));
    for (size_t i = 0; i < catalogue->n_code_lists; i++)
        schema_parts_set(definitions, catalogue->code_lists[i].name, list_definition(&catalogue->code_lists[i], style));
}

/* ---- fields ---- */

static json_t *number_schema(const struct field_type *field) {
    json_t *schema = schema_parts_type("number");
    if (field->has_range) {
        schema_parts_set(schema, "minimum", json_integer((json_int_t) field->min));
        schema_parts_set(schema, "maximum", json_integer((json_int_t) field->max));
    }
    return schema;
}

static json_t *value_schema(const struct field_type *field, const struct schema_style *style) {
    switch (field->kind) {
    case FIELD_BOOLEAN:
        return schema_parts_type("boolean");
    case FIELD_NUMBER:
        return number_schema(field);
    case FIELD_DATE:
        return schema_parts_ref(style, "date");
    case FIELD_TIME:
        return schema_parts_ref(style, "instant");
    case FIELD_CODE:
        return schema_parts_ref(style, field->codes->name);
    case FIELD_TEXT:
    case FIELD_REFERENCE:
        break;
    }
    return field->has_range ? schema_parts_string((long) field->min, (long) field->max)
                            : schema_parts_string(0, DECODE_TEXT_MAX);
}

static void add_field(json_t *data, const struct field_type *field, const struct schema_style *style) {
    json_t *schema = value_schema(field, style);
    if (field->list)
        schema = schema_parts_list(schema, DECODE_LIST_MAX);
    if (!field->required)
        schema = schema_parts_or_null(schema); /* null is the same as not given */
    char *description = NULL;
    if (field->means != NULL)
        ENSURE(asprintf(&description, field->unit == NULL ? "%s." : "%s (%s).", field->means, field->unit) > 0);
    schema_parts_property(data, field->name, schema_parts_described(schema, description), field->required);
    free(description);
}

/* At least one of the fields, and null is none: for a type like child.updated. */
static json_t *one_of_fields(const struct event_type *type) {
    json_t *choices = json_array();
    for (size_t i = 0; i < type->n_fields; i++)
        schema_parts_append(choices, json_pack("{s: [s], s: {s: {s: {s: s}}}}", "required", type->fields[i].name,
                                               "properties", type->fields[i].name, "not", "type", "null"));
    return choices;
}

static bool has_property(const json_t *object, const char *name) {
    return json_object_get(json_object_get(object, "properties"), name) != NULL;
}

static json_t *data_schema(const struct catalogue *catalogue, const struct event_type *type,
                           const struct schema_style *style) {
    json_t *data = schema_parts_object(NULL, NULL);
    schema_parts_property(data, "occurred_at", schema_parts_ref(style, "occurrence"), true);
    schema_parts_property(data, "authority", schema_parts_ref(style, "authority"), true);
    for (size_t i = 0; i < type->n_fields; i++)
        add_field(data, &type->fields[i], style);
    schema_parts_property(data, "replaces",
                          schema_parts_described(schema_parts_or_null(schema_parts_ref(style, "id")),
                                                 "This event stands in, whole, for the earlier one of the same source "
                                                 "and subject with this id."),
                          false);
    for (size_t i = 0; i < catalogue->n_common; i++)
        if (!has_property(data, catalogue->common[i].name)) /* its own hides the common one */
            add_field(data, &catalogue->common[i], style);
    if (type->one_of_required)
        schema_parts_set(data, "anyOf", one_of_fields(type));
    schema_parts_set(data, "additionalProperties", json_boolean(!style->strict));
    return data;
}

/* ---- events ---- */

static json_t *subject_schema(const struct catalogue *catalogue, const struct event_type *type) {
    char *pattern = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&pattern, &size);
    ENSURE(out != NULL);
    (void) fputs("^(", out);
    size_t n = 0;
    for (size_t i = 0; i < catalogue->n_subject_kinds; i++)
        if (event_type_allows(type, catalogue->subject_kinds[i]))
            (void) fprintf(out, "%s%s", n++ == 0 ? "" : "|", catalogue->subject_kinds[i]);
    (void) fputs(")/" REFERENCE "$", out);
    ENSURE(fclose(out) == 0);
    json_t *schema = schema_parts_described(
        schema_parts_pattern(pattern), "Whom it is about: a kind, a slash and an opaque reference. Also the key of "
                                       "the message.");
    free(pattern);
    return schema;
}

static json_t *event_description(const struct event_type *type) {
    const char *means = type->means == NULL ? "" : type->means;
    return type->source == NULL ? json_string(means)
                                : json_sprintf("%s In the public returns: %s.", means, type->source);
}

json_t *schema_event(const struct catalogue *catalogue, const struct event_type *type,
                     const struct schema_style *style) {
    json_t *description = event_description(type);
    json_t *event = schema_parts_object(type->name, json_string_value(description));
    json_decref(description);
    schema_parts_envelope(event, style);
    schema_parts_property(event, "type", schema_parts_const(type->name), true);
    schema_parts_property(event, "subject", subject_schema(catalogue, type), true);
    schema_parts_property(event, "time",
                          schema_parts_described(schema_parts_ref(style, "instant"),
                                                 "When it was recorded in the source; often days after it happened."),
                          true);
    schema_parts_property(event, "data", data_schema(catalogue, type, style), true);
    schema_parts_set(event, "examples", json_pack("[o]", schema_event_sample(catalogue, type, true)));
    return event;
}

/* ---- samples ---- */

static json_t *sample_value(const struct field_type *field) {
    switch (field->kind) {
    case FIELD_BOOLEAN:
        return json_true();
    case FIELD_NUMBER:
        return json_integer(field->has_range ? (json_int_t) field->max : 1);
    case FIELD_DATE:
        return json_string("2026-03-04");
    case FIELD_TIME:
        return json_string("2026-03-04T09:30:00Z");
    case FIELD_CODE:
        return json_string(field->codes->codes[0]);
    case FIELD_REFERENCE:
        return json_sprintf("%s-1", field->name);
    case FIELD_TEXT:
        break;
    }
    return json_string(field->name);
}

static void sample_fields(json_t *data, const struct field_type *fields, size_t count, bool all) {
    for (size_t i = 0; i < count; i++) {
        if ((!all && !fields[i].required) || json_object_get(data, fields[i].name) != NULL)
            continue;
        json_t *value = sample_value(&fields[i]);
        schema_parts_set(data, fields[i].name, fields[i].list ? json_pack("[o]", value) : value);
    }
}

static json_t *sample_data(const struct catalogue *catalogue, const struct event_type *type, bool all) {
    json_t *data = json_object();
    schema_parts_text(data, "occurred_at", "2026-03-04");
    schema_parts_text(data, "authority", "E06000052");
    sample_fields(data, type->fields, type->n_fields, all);
    /* Which one it is does not matter where any one will do. */
    if (type->one_of_required && !all)
        schema_parts_set(data, type->fields[0].name, sample_value(&type->fields[0]));
    if (all) {
        schema_parts_text(data, "replaces", "e-0");
        sample_fields(data, catalogue->common, catalogue->n_common, true);
    }
    return data;
}

json_t *schema_event_sample(const struct catalogue *catalogue, const struct event_type *type, bool all) {
    const char *kind = type->subject_kinds == NULL ? catalogue->subject_kinds[0] : type->subject_kinds[0];
    json_t *event = json_object();
    schema_parts_text(event, "specversion", "1.0");
    schema_parts_set(event, "id", json_sprintf("%s-%s", type->name, all ? "all" : "required"));
    schema_parts_text(event, "source", "/cornwall/case-system");
    schema_parts_text(event, "type", type->name);
    schema_parts_set(event, "subject", json_sprintf("%s/CE-0001234", kind));
    schema_parts_text(event, "time", "2026-03-05T09:30:00Z");
    schema_parts_text(event, "datacontenttype", "application/json");
    schema_parts_set(event, "data", sample_data(catalogue, type, all));
    return event;
}
