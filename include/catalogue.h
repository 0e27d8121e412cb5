/* catalogue.h: the event types as data (rules/catalogue): what may come in, with which fields.
 *
 * It drives decoding, the check that rules mention only facts that exist, and the published schemas: a new event type
 * needs YAML only. Source of the types: domain catalogue "Inbound events". */
#ifndef WATCHKEEPER_CATALOGUE_H
#define WATCHKEEPER_CATALOGUE_H

#include "result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct yaml_problems;

enum field_kind { FIELD_BOOLEAN, FIELD_NUMBER, FIELD_TEXT, FIELD_CODE, FIELD_REFERENCE, FIELD_DATE, FIELD_TIME };

struct code_list {
    const char *name;   /* "PLACE" */
    const char *source; /* who defines the codes: "SSDA903"; NULL: we do */
    size_t count;
    const char **codes;
    const char **meanings; /* beside the codes; NULL where the code says it */
    bool ordered;          /* the codes stand in rising order (RISK_LEVEL) */
};

/* A field name means the same symbol in every type: facts carry the symbol, rules compare symbols. */
typedef uint16_t field_symbol; /* index in catalogue->field_names */
enum { FIELD_NONE = UINT16_MAX };

struct field_type {
    const char *name;
    field_symbol symbol;
    enum field_kind kind;
    const struct code_list *codes; /* of FIELD_CODE */
    bool list;                     /* an array of such values */
    bool required;
    bool has_range;
    double min, max; /* both included: of FIELD_NUMBER the value, of FIELD_TEXT and FIELD_REFERENCE the characters */
    const char *means, *unit; /* for people; may be NULL */
};

struct event_type {
    uint16_t index; /* in catalogue->types */
    const char *name;
    const char *family;               /* the file it stands in, without ".yaml": "placements" */
    const char *means, *source;       /* for people: what happened; what carries it in public returns. May be NULL */
    const char *const *subject_kinds; /* NULL-terminated; NULL itself: any */
    size_t n_fields;
    struct field_type *fields; /* in the order of the file; the common fields of all events are not among them */
    field_symbol identity;     /* R8: of several with the same value here, the one recorded last stands; FIELD_NONE */
    bool one_of_required;      /* at least one of the fields (child.updated) */
    bool control;              /* record.*, feed.*, alert.*: is about records or feeds, not a fact of the subject */
};

struct catalogue {
    size_t n_types;
    struct event_type *types; /* by index, sorted by name */
    size_t n_field_names;
    const char **field_names; /* by symbol */
    size_t n_code_lists;
    struct code_list *code_lists;
    size_t n_subject_kinds;
    const char **subject_kinds;
    size_t n_common;
    struct field_type *common; /* notified_at, team, area, worker, family, consent, also: of every event */
    struct arena *arena;
};

/* Reads every *.yaml of the folder. Returns 0, -errno, or YAML_WRONG with the problems told. */
MUST_CHECK int catalogue_load(const char *folder, struct yaml_problems *problems, struct catalogue **ret_catalogue);
struct catalogue *catalogue_free(struct catalogue *catalogue); /* takes NULL, returns NULL */
static inline void catalogue_freep(struct catalogue **catalogue) {
    (void) catalogue_free(*catalogue);
}

const struct event_type *catalogue_find(const struct catalogue *catalogue, const char *type); /* may be NULL */
/* FIELD_NONE where no type has such a field. */
field_symbol catalogue_symbol(const struct catalogue *catalogue, const char *field);
/* May be NULL. Looks at the type's own fields, then at the common ones. */
const struct field_type *event_type_field(const struct catalogue *catalogue, const struct event_type *type,
                                          const char *field);
bool event_type_allows(const struct event_type *type, const char *subject_kind);
/* The place of the code in its list, or -1: a code outside its list is kept and never satisfies a rule. */
int code_list_find(const struct code_list *list, const char *code);

#endif
