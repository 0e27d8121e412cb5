/* catalogue_read.h: the parts of reading the catalogue that catalogue.c puts together; nobody else includes it.
 *
 * The form of the files is described in rules/catalogue/common.yaml. Each function tells every problem it finds and
 * reads on; the caller looks at problems->count at the end. */
#ifndef WATCHKEEPER_CATALOGUE_READ_H
#define WATCHKEEPER_CATALOGUE_READ_H

#include "catalogue.h"
#include "yaml.h"

enum { CATALOGUE_NAMES_MAX = 4096 }; /* of types, of field names, of code lists, of subject kinds */

struct catalogue_reading {
    struct catalogue *catalogue; /* under construction, in its own arena */
    struct yaml_reader reader;
    size_t types_room, names_room, lists_room, kinds_room, common_room;
    struct yaml_place *type_places; /* beside catalogue->types; types_room long */
};

/* `subject_kinds:` and `lists:` of one file. */
void catalogue_codes_read(struct catalogue_reading *reading, const struct yaml *root);
/* `common:` and `types:` of one file, once all kinds and lists are known. */
void catalogue_types_read(struct catalogue_reading *reading, const struct yaml *root);
/* `fields:` of one file: what fields mean, for each that does not say it itself. */
void catalogue_meanings_read(struct catalogue_reading *reading, const struct yaml *root);
/* `means` and `unit` of a field, where they are given. */
void catalogue_meanings_of_form(struct catalogue_reading *reading, const struct yaml *form, struct field_type *field);
/* Sorts the types by name, gives them their index and tells those that stand twice. */
void catalogue_types_finish(struct catalogue_reading *reading);

/* Makes room for one more element; false, with the problem told, when there are CATALOGUE_NAMES_MAX. */
bool catalogue_read_grow(struct catalogue_reading *reading, void **array, size_t *room, size_t count, size_t size,
                         struct yaml_place place);

#endif
