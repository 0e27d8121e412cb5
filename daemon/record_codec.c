/* record_codec.c: see record_codec.h. A list is a JSON array under the field's name; the engine has one entry for each
 * element, next to each other, which is how they are put together and taken apart here. */
#include "record_codec.h"

#include "ensure.h"
#include "zone.h"

#include <jansson.h>
#include <string.h>

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static json_t *instant_text(struct instant at) {
    char text[INSTANT_TEXT_MAX];
    return json_string(instant_format(at, text));
}

static json_t *date_text(struct date date) {
    char text[DATE_TEXT_MAX];
    return json_string(date_format(date, text));
}

static json_t *number(double value) {
    const double exact_max = 9007199254740992.0; /* 2^53 */
    bool small = value > -exact_max && value < exact_max;
    return small && (double) (json_int_t) value == value ? json_integer((json_int_t) value) : json_real(value);
}

static json_t *value_json(const struct value *value) {
    switch (value->kind) {
    case VALUE_BOOLEAN:
        return json_boolean(value->of.truth);
    case VALUE_NUMBER:
        return number(value->of.number);
    case VALUE_TEXT:
        return json_string(value->of.text);
    case VALUE_DATE:
        return date_text(value->of.date);
    case VALUE_TIME:
        return instant_text(value->of.time);
    case VALUE_NONE:
        break;
    }
    return json_null();
}

static void add_field(json_t *fields, const struct catalogue *catalogue, const struct fact *fact,
                      const struct field_value *field) {
    const char *name = catalogue->field_names[field->field];
    const struct field_type *type = event_type_field(catalogue, fact->type, name);
    if (type == NULL || !type->list) {
        set(fields, name, value_json(&field->value));
        return;
    }
    json_t *list = json_object_get(fields, name);
    if (list == NULL) {
        list = json_array();
        set(fields, name, list);
    }
    ENSURE(json_array_append_new(list, value_json(&field->value)) == 0);
}

static json_t *fields_json(const struct catalogue *catalogue, const struct fact *fact) {
    json_t *fields = json_object();
    for (size_t i = 0; i < fact->n_fields; i++)
        add_field(fields, catalogue, fact, &fact->fields[i]);
    return fields;
}

static json_t *occurred_text(const struct occurrence *occurred) {
    return occurred->bare ? date_text(occurred->day) : instant_text(occurred->at);
}

static json_t *fact_json(const struct catalogue *catalogue, const struct fact *fact) {
    json_t *object = json_object();
    set(object, "type", json_string(fact->type->name));
    set(object, "source", json_string(fact->source));
    set(object, "id", json_string(fact->id));
    set(object, "time", instant_text(fact->recorded_at));
    set(object, "occurred_at", occurred_text(&fact->occurred));
    if (fact->origin != NULL)
        set(object, "subject", json_string(fact->origin));
    if (fact->authority != NULL)
        set(object, "authority", json_string(fact->authority));
    if (fact->replaces != NULL)
        set(object, "replaces", json_string(fact->replaces));
    set(object, "data", fields_json(catalogue, fact));
    return object;
}

static const char *dump(json_t *object, struct arena *arena, size_t *ret_length) {
    size_t length = json_dumpb(object, NULL, 0, JSON_COMPACT);
    char *text = arena_alloc(arena, length + 1);
    ENSURE(length > 0 && json_dumpb(object, text, length, JSON_COMPACT) == length);
    json_decref(object);
    *ret_length = length;
    return text;
}

const char *record_codec_encode(const struct catalogue *catalogue, const struct fact *fact, struct arena *arena,
                                size_t *ret_length) {
    return dump(fact_json(catalogue, fact), arena, ret_length);
}

const char *record_codec_event(const struct catalogue *catalogue, const struct fact *fact, const char *subject,
                               struct arena *arena, size_t *ret_length) {
    json_t *event = json_object();
    set(event, "specversion", json_string("1.0"));
    set(event, "id", json_string(fact->id));
    set(event, "source", json_string(fact->source));
    set(event, "type", json_string(fact->type->name));
    set(event, "subject", json_string(subject));
    set(event, "time", instant_text(fact->recorded_at));
    json_t *data = fields_json(catalogue, fact);
    set(data, "occurred_at", occurred_text(&fact->occurred));
    if (fact->authority != NULL)
        set(data, "authority", json_string(fact->authority));
    if (fact->replaces != NULL)
        set(data, "replaces", json_string(fact->replaces));
    set(event, "data", data);
    return dump(event, arena, ret_length);
}

/* ---- reading ---- */

struct reader {
    const struct decode_context *context;
    struct arena *arena;
    const struct event_type *type;
    struct field_value *fields;
    size_t n_fields;
};

static char *copy(struct arena *arena, const json_t *text) {
    return json_is_string(text) ? arena_strndup(arena, json_string_value(text), json_string_length(text)) : NULL;
}

static bool read_occurrence(const struct decode_context *context, const json_t *text, struct occurrence *ret) {
    if (!json_is_string(text))
        return false;
    struct occurrence occurred = {0};
    if (date_parse(json_string_value(text), &occurred.day) == 0) {
        occurred.bare = true;
        occurred.at = zone_midnight(context->zone, occurred.day);
    } else if (instant_parse(json_string_value(text), &occurred.at) == 0) {
        occurred.day = zone_local_date(context->zone, occurred.at);
    } else {
        return false;
    }
    *ret = occurred;
    return true;
}

static struct value text_value(const struct reader *reader, const struct field_type *type, const json_t *json) {
    struct value value = {.kind = VALUE_TEXT};
    const char *text = json_string_value(json);
    bool dated = type->kind == FIELD_DATE || type->kind == FIELD_TIME;
    if (dated && date_parse(text, &value.of.date) == 0) {
        value.kind = VALUE_DATE;
    } else if (dated && instant_parse(text, &value.of.time) == 0) {
        value.kind = VALUE_TIME;
    } else {
        value.of.text = copy(reader->arena, json);
        value.unlisted = type->codes != NULL && code_list_find(type->codes, text) < 0;
    }
    return value;
}

static struct value read_value(const struct reader *reader, const struct field_type *type, const json_t *json) {
    if (json_is_boolean(json))
        return (struct value){.kind = VALUE_BOOLEAN, .of.truth = json_is_true(json)};
    if (json_is_number(json))
        return (struct value){.kind = VALUE_NUMBER, .of.number = json_number_value(json)};
    if (json_is_string(json))
        return text_value(reader, type, json);
    return (struct value){.kind = VALUE_NONE};
}

static void take_value(struct reader *reader, const struct field_type *type, const json_t *json) {
    struct value value = read_value(reader, type, json);
    if (value.kind != VALUE_NONE)
        reader->fields[reader->n_fields++] = (struct field_value){type->symbol, value};
}

static void take_field(struct reader *reader, const char *name, const json_t *json) {
    const struct field_type *type = event_type_field(reader->context->catalogue, reader->type, name);
    if (type == NULL)
        return;
    if (!json_is_array(json)) {
        take_value(reader, type, json);
        return;
    }
    for (size_t i = 0; i < json_array_size(json); i++)
        take_value(reader, type, json_array_get(json, i));
}

static size_t count_values(json_t *fields) {
    size_t count = 0;
    const char *name;
    json_t *value;
    json_object_foreach(fields, name, value) count += json_is_array(value) ? json_array_size(value) : 1;
    return count;
}

static void read_fields(struct reader *reader, json_t *fields) {
    reader->fields = ARENA_ARRAY(reader->arena, struct field_value, count_values(fields));
    const char *name;
    json_t *value;
    json_object_foreach(fields, name, value) take_field(reader, name, value);
}

static int read_fact(const struct decode_context *context, json_t *root, struct arena *arena, struct fact *ret_fact) {
    const char *type = json_string_value(json_object_get(root, "type"));
    const char *time = json_string_value(json_object_get(root, "time"));
    struct fact fact = {
        .source = copy(arena, json_object_get(root, "source")),
        .id = copy(arena, json_object_get(root, "id")),
        .authority = copy(arena, json_object_get(root, "authority")),
        .replaces = copy(arena, json_object_get(root, "replaces")),
        .origin = copy(arena, json_object_get(root, "subject")),
    };
    bool good = type != NULL && time != NULL && fact.source != NULL && fact.id != NULL &&
                instant_parse(time, &fact.recorded_at) == 0 &&
                read_occurrence(context, json_object_get(root, "occurred_at"), &fact.occurred);
    if (!good)
        return RECORD_CODEC_NOT_OURS;
    fact.type = catalogue_find(context->catalogue, type);
    if (fact.type == NULL)
        return RECORD_CODEC_UNKNOWN_TYPE;
    struct reader reader = {.context = context, .arena = arena, .type = fact.type};
    read_fields(&reader, json_object_get(root, "data"));
    fact.fields = reader.fields;
    fact.n_fields = reader.n_fields;
    *ret_fact = fact;
    return 0;
}

int record_codec_decode(const struct decode_context *context, const char *json, size_t length, struct arena *arena,
                        struct fact *ret_fact) {
    json_t *root = json_loadb(json, length, 0, NULL);
    int outcome = read_fact(context, root, arena, ret_fact);
    json_decref(root);
    return outcome;
}
