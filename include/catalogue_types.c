/* catalogue_types.c: fields and event types of one catalogue file.
 *
 * A field name is one symbol wherever it stands: facts carry the symbol and rules compare symbols, also where two types
 * give the same name different kinds. A type that is wrong is still added, so that what names it is not told as well.
 */
#include "catalogue_read.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

enum { BOUND_MAX = 1000000000 };

static field_symbol intern(struct catalogue_reading *reading, const char *name, struct yaml_place place) {
    struct catalogue *catalogue = reading->catalogue;
    field_symbol known = catalogue_symbol(catalogue, name);
    if (known != FIELD_NONE)
        return known;
    void *array = catalogue->field_names;
    if (!catalogue_read_grow(reading, &array, &reading->names_room, catalogue->n_field_names,
                             sizeof catalogue->field_names[0], place))
        return FIELD_NONE;
    catalogue->field_names = array;
    catalogue->field_names[catalogue->n_field_names] = name;
    return (field_symbol) catalogue->n_field_names++;
}

static const struct {
    const char *name;
    enum field_kind kind;
} kinds[] = {
    {"boolean", FIELD_BOOLEAN},     {"number", FIELD_NUMBER}, {"text", FIELD_TEXT},
    {"reference", FIELD_REFERENCE}, {"date", FIELD_DATE},     {"time", FIELD_TIME},
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

static void tell_unknown_kind(const struct catalogue_reading *reading, const struct yaml *node) {
    const struct catalogue *catalogue = reading->catalogue;
    const char **known = ARENA_ARRAY(catalogue->arena, const char *, N_KINDS + catalogue->n_code_lists + 1);
    for (size_t i = 0; i < N_KINDS; i++)
        known[i] = kinds[i].name;
    for (size_t i = 0; i < catalogue->n_code_lists; i++)
        known[N_KINDS + i] = catalogue->code_lists[i].name;
    const char *nearest = yaml_nearest(node->text, known);
    if (nearest != NULL)
        yaml_problem(reading->reader.problems, node->place,
                     "\"%s\" is neither a kind of field nor a code list; did you mean \"%s\"?", node->text, nearest);
    else
        yaml_problem(reading->reader.problems, node->place, "\"%s\" is neither a kind of field nor a code list",
                     node->text);
}

static void read_kind(struct catalogue_reading *reading, const struct yaml *node, struct field_type *field) {
    const struct catalogue *catalogue = reading->catalogue;
    if (node->kind != YAML_SCALAR) {
        yaml_problem(reading->reader.problems, node->place, "the kind of a field must be a word");
        return;
    }
    for (size_t i = 0; i < N_KINDS; i++)
        if (strcmp(kinds[i].name, node->text) == 0) {
            field->kind = kinds[i].kind;
            return;
        }
    field->kind = FIELD_CODE;
    for (size_t i = 0; i < catalogue->n_code_lists && field->codes == NULL; i++)
        if (strcmp(catalogue->code_lists[i].name, node->text) == 0)
            field->codes = &catalogue->code_lists[i];
    if (field->codes == NULL)
        tell_unknown_kind(reading, node);
}

static void read_range(struct catalogue_reading *reading, const struct yaml *form, struct field_type *field) {
    long min = 0, max = BOUND_MAX;
    bool has_min = yaml_integer(reading->reader, form, "min", false, -BOUND_MAX, BOUND_MAX, &min);
    bool has_max = yaml_integer(reading->reader, form, "max", false, -BOUND_MAX, BOUND_MAX, &max);
    if (!has_min && !has_max)
        return;
    bool measured = field->kind == FIELD_NUMBER || field->kind == FIELD_TEXT || field->kind == FIELD_REFERENCE;
    if (!measured)
        yaml_problem(reading->reader.problems, form->place, "only a number, a text or a reference has bounds");
    else if (min > max)
        yaml_problem(reading->reader.problems, form->place, "\"min\" must not be more than \"max\"");
    field->has_range = true;
    field->min = has_min || field->kind != FIELD_NUMBER ? (double) min : (double) -BOUND_MAX;
    field->max = (double) max;
}

static void read_long_form(struct catalogue_reading *reading, const struct yaml *form, struct field_type *field) {
    static const char *const keys[] = {"kind", "list", "min", "max", "means", "unit", NULL};
    yaml_known_keys(reading->reader, form, keys);
    const struct yaml *kind = yaml_get(form, "kind"), *list = yaml_get(form, "list");
    if ((kind == NULL) == (list == NULL)) {
        yaml_problem(reading->reader.problems, form->place, "a field has either \"kind\" or \"list\"");
        return;
    }
    field->list = list != NULL;
    read_kind(reading, field->list ? list : kind, field);
    read_range(reading, form, field);
    catalogue_meanings_of_form(reading, form, field);
}

static struct field_type read_field(struct catalogue_reading *reading, const struct yaml_pair *pair, bool required) {
    struct field_type field = {.name = pair->key, .required = required};
    field.symbol = intern(reading, pair->key, pair->key_place);
    if (pair->value->kind == YAML_MAPPING)
        read_long_form(reading, pair->value, &field);
    else
        read_kind(reading, pair->value, &field);
    return field;
}

/* The mapping of fields under a key; NULL, with the problem told, when it is none. */
static const struct yaml *get_fields(struct catalogue_reading *reading, const struct yaml *parent, const char *key) {
    const struct yaml *fields = yaml_get(parent, key);
    if (fields == NULL || fields->kind == YAML_MAPPING)
        return fields;
    yaml_problem(reading->reader.problems, fields->place, "\"%s\" must be a mapping of field to kind", key);
    return NULL;
}

static void add_fields(struct catalogue_reading *reading, const struct yaml *fields, bool required,
                       struct event_type *type) {
    for (size_t i = 0; fields != NULL && i < fields->count; i++) {
        const struct yaml_pair *pair = &fields->pairs[i];
        for (size_t j = 0; j < type->n_fields; j++)
            if (strcmp(type->fields[j].name, pair->key) == 0)
                yaml_problem(reading->reader.problems, pair->key_place, "\"%s\" is both required and optional",
                             pair->key);
        type->fields[type->n_fields] = read_field(reading, pair, required);
        type->n_fields++;
    }
}

static void read_fields(struct catalogue_reading *reading, const struct yaml *form, struct event_type *type) {
    const struct yaml *required = get_fields(reading, form, "required");
    const struct yaml *optional = get_fields(reading, form, "optional");
    size_t count = (required == NULL ? 0 : required->count) + (optional == NULL ? 0 : optional->count);
    type->fields = ARENA_ARRAY(reading->catalogue->arena, struct field_type, count);
    add_fields(reading, required, true, type);
    add_fields(reading, optional, false, type);
    ENSURE(type->n_fields == count);
}

static void check_kind(const struct catalogue_reading *reading, const struct yaml *item) {
    const struct catalogue *catalogue = reading->catalogue;
    for (size_t i = 0; i < catalogue->n_subject_kinds; i++)
        if (item->kind == YAML_SCALAR && strcmp(catalogue->subject_kinds[i], item->text) == 0)
            return;
    yaml_problem(reading->reader.problems, item->place, "\"%s\" is not a kind of subject",
                 item->kind == YAML_SCALAR ? item->text : "a list");
}

static void read_subjects(struct catalogue_reading *reading, const struct yaml *form, struct event_type *type) {
    const struct yaml *subjects = yaml_get(form, "subjects");
    bool any = subjects != NULL && subjects->kind == YAML_SCALAR && strcmp(subjects->text, "any") == 0;
    if (any)
        return;
    if (subjects == NULL || subjects->kind != YAML_SEQUENCE || subjects->count == 0) {
        yaml_problem(reading->reader.problems, subjects == NULL ? form->place : subjects->place,
                     "\"subjects\" must be a list of kinds, or any");
        return;
    }
    const char **names = ARENA_ARRAY(reading->catalogue->arena, const char *, subjects->count + 1);
    for (size_t i = 0; i < subjects->count; i++) {
        check_kind(reading, subjects->items[i]);
        names[i] = subjects->items[i]->kind == YAML_SCALAR ? subjects->items[i]->text : "";
    }
    type->subject_kinds = names;
}

static void read_identity(struct catalogue_reading *reading, const struct yaml *form, struct event_type *type) {
    const char *name;
    type->identity = FIELD_NONE;
    if (!yaml_text(reading->reader, form, "identity", false, &name))
        return;
    for (size_t i = 0; i < type->n_fields; i++)
        if (strcmp(type->fields[i].name, name) == 0 && type->fields[i].required) {
            type->identity = type->fields[i].symbol;
            return;
        }
    yaml_problem(reading->reader.problems, yaml_get(form, "identity")->place,
                 "\"identity\" must be a required field of the type; \"%s\" is none", name);
}

static const char *family_of(const struct catalogue_reading *reading, const struct yaml *form) {
    const char *slash = strrchr(form->place.file, '/'), *name = slash == NULL ? form->place.file : slash + 1;
    return arena_strndup(reading->catalogue->arena, name, strcspn(name, "."));
}

static void read_type(struct catalogue_reading *reading, const struct yaml *form, struct event_type *type) {
    static const char *const keys[] = {"type",    "means",    "source",   "subjects",     "identity",
                                       "control", "required", "optional", "at_least_one", NULL};
    yaml_known_keys(reading->reader, form, keys);
    type->family = family_of(reading, form);
    (void) yaml_text(reading->reader, form, "type", true, &type->name);
    (void) yaml_text(reading->reader, form, "means", false, &type->means);
    (void) yaml_text(reading->reader, form, "source", false, &type->source);
    read_subjects(reading, form, type);
    read_fields(reading, form, type);
    read_identity(reading, form, type);
    (void) yaml_boolean(reading->reader, form, "control", false, &type->control);
    (void) yaml_boolean(reading->reader, form, "at_least_one", false, &type->one_of_required);
    if (type->one_of_required && type->n_fields == 0)
        yaml_problem(reading->reader.problems, form->place, "\"at_least_one\" needs fields");
}

static void add_type(struct catalogue_reading *reading, const struct yaml *form) {
    struct catalogue *catalogue = reading->catalogue;
    if (form->kind != YAML_MAPPING) {
        yaml_problem(reading->reader.problems, form->place, "an event type must be a mapping");
        return;
    }
    size_t room = reading->types_room;
    void *types = catalogue->types, *places = reading->type_places;
    if (!catalogue_read_grow(reading, &types, &reading->types_room, catalogue->n_types, sizeof catalogue->types[0],
                             form->place) ||
        !catalogue_read_grow(reading, &places, &room, catalogue->n_types, sizeof reading->type_places[0], form->place))
        return;
    catalogue->types = types;
    reading->type_places = places;
    struct event_type *type = &catalogue->types[catalogue->n_types];
    reading->type_places[catalogue->n_types++] = form->place;
    *type = (struct event_type){.name = ""};
    read_type(reading, form, type);
}

static void add_common(struct catalogue_reading *reading, const struct yaml_pair *pair) {
    struct catalogue *catalogue = reading->catalogue;
    for (size_t i = 0; i < catalogue->n_common; i++)
        if (strcmp(catalogue->common[i].name, pair->key) == 0)
            yaml_problem(reading->reader.problems, pair->key_place, "the common field \"%s\" is given twice",
                         pair->key);
    void *array = catalogue->common;
    if (!catalogue_read_grow(reading, &array, &reading->common_room, catalogue->n_common, sizeof catalogue->common[0],
                             pair->key_place))
        return;
    catalogue->common = array;
    catalogue->common[catalogue->n_common++] = read_field(reading, pair, false);
}

void catalogue_types_read(struct catalogue_reading *reading, const struct yaml *root) {
    const struct yaml *common = get_fields(reading, root, "common");
    for (size_t i = 0; common != NULL && i < common->count; i++)
        add_common(reading, &common->pairs[i]);
    const struct yaml *types = yaml_get(root, "types");
    if (types == NULL)
        return;
    if (types->kind != YAML_SEQUENCE) {
        yaml_problem(reading->reader.problems, types->place, "\"types\" must be a list");
        return;
    }
    for (size_t i = 0; i < types->count; i++)
        add_type(reading, types->items[i]);
}

/* Sorts types and their places together: the place goes along as the type's old index. */
static int compare_types(const void *left, const void *right) {
    const struct event_type *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

void catalogue_types_finish(struct catalogue_reading *reading) {
    struct catalogue *catalogue = reading->catalogue;
    for (size_t i = 0; i < catalogue->n_types; i++)
        catalogue->types[i].index = (uint16_t) i;
    if (catalogue->n_types > 1)
        qsort(catalogue->types, catalogue->n_types, sizeof catalogue->types[0], compare_types);
    for (size_t i = 1; i < catalogue->n_types; i++)
        if (catalogue->types[i].name[0] != '\0' && strcmp(catalogue->types[i].name, catalogue->types[i - 1].name) == 0)
            yaml_problem(reading->reader.problems, reading->type_places[catalogue->types[i].index],
                         "the type \"%s\" is given twice", catalogue->types[i].name);
    for (size_t i = 0; i < catalogue->n_types; i++)
        catalogue->types[i].index = (uint16_t) i;
}
