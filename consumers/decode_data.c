/* decode_data.c: from the data object of an event to the fields of a fact.
 *
 * R44 wants the first class that fits, not the first field that is wrong: so all fields are looked at for one class
 * before any is looked at for the next. The fields that were given and are not null are gathered once, in the order of
 * the catalogue; what the catalogue does not name is ignored. */
#include "decode_data.h"

#include "zone.h"

#include <stdio.h>
#include <string.h>

/* A field of the catalogue and what was sent for it. */
struct given {
    const struct field_type *field;
    const json_t *value;
};

struct gathered {
    size_t count;
    struct given *list;
};

static bool is_given(const json_t *value) {
    return value != NULL && !json_is_null(value);
}

static const char *field_path(const struct decoding *decoding, const char *name) {
    return arena_printf(decoding->arena, "$.data.%s", name);
}

static bool has_own_field(const struct event_type *type, field_symbol symbol) {
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].symbol == symbol)
            return true;
    return false;
}

static void gather_field(struct gathered *gathered, const struct field_type *field, const json_t *data) {
    const json_t *value = json_object_get(data, field->name);
    if (is_given(value))
        gathered->list[gathered->count++] = (struct given){field, value};
}

/* A field of the type hides the common one of the same name (worker.allocated has its own `worker`). */
static struct gathered gather(const struct decoding *decoding, const struct event_type *type, const json_t *data) {
    const struct catalogue *catalogue = decoding->context->catalogue;
    struct gathered gathered = {0, ARENA_ARRAY(decoding->arena, struct given, type->n_fields + catalogue->n_common)};
    for (size_t i = 0; i < type->n_fields; i++)
        gather_field(&gathered, &type->fields[i], data);
    for (size_t i = 0; i < catalogue->n_common; i++)
        if (!has_own_field(type, catalogue->common[i].symbol))
            gather_field(&gathered, &catalogue->common[i], data);
    return gathered;
}

static int refuse_missing(struct decoding *decoding, const char *name) {
    return decoding_refuse(decoding, DECODE_MISSING_FIELD, field_path(decoding, name), "is required");
}

static int check_present(struct decoding *decoding, const struct event_type *type, const json_t *data) {
    static const char *const always[] = {"occurred_at", "authority"};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        if (!is_given(json_object_get(data, always[i])))
            return refuse_missing(decoding, always[i]);
    bool any = false;
    for (size_t i = 0; i < type->n_fields; i++) {
        bool given = is_given(json_object_get(data, type->fields[i].name));
        if (type->fields[i].required && !given)
            return refuse_missing(decoding, type->fields[i].name);
        any = any || given;
    }
    if (type->one_of_required && !any)
        return decoding_refuse(decoding, DECODE_MISSING_FIELD, "$.data", "must have at least one field of the type");
    return 0;
}

static bool is_gss_code(const char *text) {
    bool letter = (text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z');
    return letter && strlen(text) == 9 && strspn(text + 1, "0123456789") == 8;
}

static int check_shared_values(struct decoding *decoding, const json_t *data) {
    if (!json_is_string(json_object_get(data, "occurred_at")))
        return decoding_refuse(decoding, DECODE_BAD_VALUE, "$.data.occurred_at", "must be a text: a time or a date");
    const json_t *authority = json_object_get(data, "authority");
    if (!json_is_string(authority) || !is_gss_code(json_string_value(authority)))
        return decoding_refuse(decoding, DECODE_BAD_VALUE, "$.data.authority",
                               "must be a GSS code: a letter and eight digits");
    const json_t *replaces = json_object_get(data, "replaces");
    if (!is_given(replaces))
        return 0;
    size_t length = json_is_string(replaces) ? decoding_characters(json_string_value(replaces)) : 0;
    if (length < 1 || length > 128)
        return decoding_refuse(decoding, DECODE_BAD_VALUE, "$.data.replaces",
                               "must be the id of an event: a text of 1 to 128 characters");
    return 0;
}

static const char *expected(enum field_kind kind) {
    static const char *const names[] = {
        [FIELD_BOOLEAN] = "must be true or false",
        [FIELD_NUMBER] = "must be a number",
        [FIELD_TEXT] = "must be a text",
        [FIELD_CODE] = "must be a text: a code of its list",
        [FIELD_REFERENCE] = "must be a text: a reference",
        [FIELD_DATE] = "must be a text: a date",
        [FIELD_TIME] = "must be a text: a time",
    };
    return names[kind];
}

static bool is_of_kind(enum field_kind kind, const json_t *value) {
    switch (kind) {
    case FIELD_BOOLEAN:
        return json_is_boolean(value);
    case FIELD_NUMBER:
        return json_is_number(value);
    case FIELD_TEXT:
    case FIELD_CODE:
    case FIELD_REFERENCE:
    case FIELD_DATE:
    case FIELD_TIME:
        break;
    }
    return json_is_string(value);
}

static bool is_in_range(const struct field_type *field, const json_t *value) {
    double measure =
        json_is_number(value) ? json_number_value(value) : (double) decoding_characters(json_string_value(value));
    return !field->has_range || (measure >= field->min && measure <= field->max);
}

/* Texts become part of anchors and alerts: one without an end would not fit a message of ours. */
static bool is_endless(const struct field_type *field, const json_t *value) {
    return !field->has_range && json_is_string(value) &&
           decoding_characters(json_string_value(value)) > DECODE_TEXT_MAX;
}

static int check_value(struct decoding *decoding, const struct field_type *field, const json_t *value,
                       const char *suffix) {
    const char *message = NULL;
    if (!is_of_kind(field->kind, value))
        message = expected(field->kind);
    else if (!json_is_boolean(value) && !is_in_range(field, value))
        message = arena_printf(decoding->arena, "must %s from %g to %g", json_is_number(value) ? "be" : "have length",
                               field->min, field->max);
    else if (is_endless(field, value))
        message = arena_printf(decoding->arena, "must have at most %d characters", DECODE_TEXT_MAX);
    if (message == NULL)
        return 0;
    const char *path = arena_printf(decoding->arena, "$.data.%s%s", field->name, suffix);
    return decoding_refuse(decoding, DECODE_BAD_VALUE, path, message);
}

static int check_list(struct decoding *decoding, const struct field_type *field, const json_t *list) {
    if (!json_is_array(list))
        return decoding_refuse(decoding, DECODE_BAD_VALUE, field_path(decoding, field->name), "must be a list");
    if (json_array_size(list) > DECODE_LIST_MAX)
        return decoding_refuse(decoding, DECODE_BAD_VALUE, field_path(decoding, field->name),
                               arena_printf(decoding->arena, "must have at most %d elements", DECODE_LIST_MAX));
    for (size_t i = 0; i < json_array_size(list); i++) {
        char suffix[32];
        (void) snprintf(suffix, sizeof suffix, "[%zu]", i);
        int outcome = check_value(decoding, field, json_array_get(list, i), suffix);
        if (outcome != 0)
            return outcome;
    }
    return 0;
}

static int check_values(struct decoding *decoding, const json_t *data, const struct gathered *gathered) {
    int outcome = check_shared_values(decoding, data);
    for (size_t i = 0; outcome == 0 && i < gathered->count; i++) {
        const struct given *given = &gathered->list[i];
        outcome = given->field->list ? check_list(decoding, given->field, given->value)
                                     : check_value(decoding, given->field, given->value, "");
    }
    return outcome;
}

static int read_occurrence(struct decoding *decoding, const char *text, struct occurrence *ret_occurrence) {
    const struct zone *zone = decoding->context->zone;
    struct occurrence occurred = {.bare = true};
    if (date_parse(text, &occurred.day) == 0) {
        occurred.at = zone_midnight(zone, occurred.day);
    } else if (instant_parse(text, &occurred.at) == 0) {
        occurred.bare = false;
        occurred.day = zone_local_date(zone, occurred.at);
    } else {
        return decoding_refuse(decoding, DECODE_BAD_DATE, "$.data.occurred_at",
                               "must be a date that exists, or a time of RFC 3339 with an offset");
    }
    *ret_occurrence = occurred;
    return 0;
}

static int read_value(struct decoding *decoding, const struct field_type *field, const json_t *json,
                      struct value *ret_value) {
    struct value value = {.kind = VALUE_TEXT};
    int outcome = 0;
    switch (field->kind) {
    case FIELD_BOOLEAN:
        value.kind = VALUE_BOOLEAN;
        value.of.truth = json_is_true(json);
        break;
    case FIELD_NUMBER:
        value.kind = VALUE_NUMBER;
        value.of.number = json_number_value(json);
        break;
    case FIELD_DATE:
        value.kind = VALUE_DATE;
        outcome = date_parse(json_string_value(json), &value.of.date);
        break;
    case FIELD_TIME:
        value.kind = VALUE_TIME;
        outcome = instant_parse(json_string_value(json), &value.of.time);
        break;
    case FIELD_CODE:
        value.unlisted = code_list_find(field->codes, json_string_value(json)) < 0;
        value.of.text = arena_strdup(decoding->arena, json_string_value(json));
        break;
    case FIELD_TEXT:
    case FIELD_REFERENCE:
        value.of.text = arena_strdup(decoding->arena, json_string_value(json));
        break;
    }
    if (outcome != 0)
        return decoding_refuse(decoding, DECODE_BAD_DATE, field_path(decoding, field->name),
                               field->kind == FIELD_DATE ? "must be a date that exists: YYYY-MM-DD"
                                                         : "must be a time that exists, of RFC 3339 with an offset");
    *ret_value = value;
    return 0;
}

static size_t count_values(const struct gathered *gathered) {
    size_t count = 0;
    for (size_t i = 0; i < gathered->count; i++)
        count += gathered->list[i].field->list ? json_array_size(gathered->list[i].value) : 1;
    return count;
}

static int read_fields(struct decoding *decoding, const struct gathered *gathered, struct fact *fact) {
    struct field_value *fields = ARENA_ARRAY(decoding->arena, struct field_value, count_values(gathered));
    size_t count = 0;
    for (size_t i = 0; i < gathered->count; i++) {
        const struct given *given = &gathered->list[i];
        size_t n_values = given->field->list ? json_array_size(given->value) : 1;
        for (size_t j = 0; j < n_values; j++) {
            const json_t *json = given->field->list ? json_array_get(given->value, j) : given->value;
            int outcome = read_value(decoding, given->field, json, &fields[count].value);
            if (outcome != 0)
                return outcome;
            fields[count++].field = given->field->symbol;
        }
    }
    fact->n_fields = count;
    fact->fields = fields;
    return 0;
}

static struct value find_date(const struct fact *fact, const struct gathered *gathered, const char *name) {
    for (size_t i = 0; i < gathered->count; i++)
        if (gathered->list[i].field->kind == FIELD_DATE && strcmp(gathered->list[i].field->name, name) == 0)
            return fact_value(fact, gathered->list[i].field->symbol);
    return (struct value){.kind = VALUE_NONE};
}

static int check_period(struct decoding *decoding, const struct fact *fact, const struct gathered *gathered) {
    struct value start = find_date(fact, gathered, "period_start"), end = find_date(fact, gathered, "period_end");
    if (start.kind != VALUE_DATE || end.kind != VALUE_DATE || !date_before(end.of.date, start.of.date))
        return 0;
    return decoding_refuse(decoding, DECODE_END_BEFORE_START, "$.data.period_end", "must not be before period_start");
}

int decode_data(struct decoding *decoding, const json_t *data, struct fact *fact) {
    if (!json_is_object(data))
        return decoding_refuse(decoding, DECODE_MISSING_FIELD, "$.data", "is required: a JSON object");
    int outcome = check_present(decoding, fact->type, data);
    if (outcome != 0)
        return outcome;
    struct gathered gathered = gather(decoding, fact->type, data);
    outcome = check_values(decoding, data, &gathered);
    if (outcome != 0)
        return outcome;
    outcome = read_occurrence(decoding, json_string_value(json_object_get(data, "occurred_at")), &fact->occurred);
    if (outcome == 0)
        outcome = read_fields(decoding, &gathered, fact);
    if (outcome == 0)
        outcome = check_period(decoding, fact, &gathered);
    if (outcome != 0)
        return outcome;
    const json_t *replaces = json_object_get(data, "replaces");
    fact->authority = arena_strdup(decoding->arena, json_string_value(json_object_get(data, "authority")));
    fact->replaces = is_given(replaces) ? arena_strdup(decoding->arena, json_string_value(replaces)) : NULL;
    return 0;
}
