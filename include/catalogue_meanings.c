/* catalogue_meanings.c: what the fields of one catalogue file mean.
 *
 * A name means the same wherever it stands, so it is said once for all types; a type that means something more exact
 * says so itself. For people, and for the published schemas: no rule and no decoding depends on it. */
#include "catalogue_read.h"

#include <string.h>

void catalogue_meanings_of_form(struct catalogue_reading *reading, const struct yaml *form, struct field_type *field) {
    (void) yaml_text(reading->reader, form, "means", false, &field->means);
    (void) yaml_text(reading->reader, form, "unit", false, &field->unit);
}

static void give(const struct field_type *meaning, struct field_type *fields, size_t count, bool *found) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].name, meaning->name) != 0)
            continue;
        *found = true;
        if (fields[i].means == NULL)
            fields[i].means = meaning->means;
        if (fields[i].unit == NULL && fields[i].kind == FIELD_NUMBER)
            fields[i].unit = meaning->unit;
    }
}

static void read_meaning(struct catalogue_reading *reading, const struct yaml_pair *pair) {
    static const char *const keys[] = {"means", "unit", NULL};
    struct catalogue *catalogue = reading->catalogue;
    struct field_type meaning = {.name = pair->key};
    if (pair->value->kind == YAML_SCALAR) {
        meaning.means = pair->value->text;
    } else if (pair->value->kind != YAML_MAPPING) {
        yaml_problem(reading->reader.problems, pair->value->place, "what a field means must be a text or a mapping");
    } else {
        yaml_known_keys(reading->reader, pair->value, keys);
        catalogue_meanings_of_form(reading, pair->value, &meaning);
    }
    bool found = false;
    give(&meaning, catalogue->common, catalogue->n_common, &found);
    for (size_t i = 0; i < catalogue->n_types; i++)
        give(&meaning, catalogue->types[i].fields, catalogue->types[i].n_fields, &found);
    if (!found)
        yaml_problem(reading->reader.problems, pair->key_place, "no type has a field \"%s\"", pair->key);
}

void catalogue_meanings_read(struct catalogue_reading *reading, const struct yaml *root) {
    const struct yaml *fields = yaml_get(root, "fields");
    if (fields == NULL)
        return;
    if (fields->kind != YAML_MAPPING) {
        yaml_problem(reading->reader.problems, fields->place, "\"fields\" must be a mapping of field to what it means");
        return;
    }
    for (size_t i = 0; i < fields->count; i++)
        read_meaning(reading, &fields->pairs[i]);
}
