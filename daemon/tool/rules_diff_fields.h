/* rules_diff_fields.h: the rules of a pack's file as they are written: each field with its line. */
#ifndef WATCHKEEPER_RULES_DIFF_FIELDS_H
#define WATCHKEEPER_RULES_DIFF_FIELDS_H

#include "yaml.h"

struct rules_diff_field {
    const char *key, *text; /* the value on one line */
    struct yaml_place place;
};
struct rules_diff_entry {
    const char *kind, *id; /* duty, risk, ladder */
    struct yaml_place place;
    size_t n_fields;
    struct rules_diff_field *fields; /* a row's own and those it shares with its clock */
};
struct rules_diff_entries {
    size_t count;
    struct rules_diff_entry *list;
};

/* Of a file that has been checked already. Returns 0, -errno or YAML_WRONG. */
MUST_CHECK int rules_diff_fields_load(const char *path, struct arena *arena, struct yaml_problems *problems,
                                      struct rules_diff_entries *ret_entries);
const struct rules_diff_entry *rules_diff_fields_find(const struct rules_diff_entries *entries,
                                                      const struct rules_diff_entry *like); /* may be NULL */
const struct rules_diff_field *rules_diff_fields_get(const struct rules_diff_entry *entry,
                                                     const char *key); /* may be NULL */

#endif
