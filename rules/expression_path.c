/* expression_path.c: the left sides of comparisons, `placement.basis`, and against what their values are checked. */
#include "expression_node.h"

#include <string.h>

/* Any field of that name will do for checking a value: the kind and the codes are those of its first type. */
static const struct field_type *field_of_types(const struct expression_reader *reader, const char *const *types,
                                               const char *field) {
    for (; *types != NULL; types++) {
        const struct event_type *type = catalogue_find(reader->catalogue, *types);
        const struct field_type *found = type != NULL ? event_type_field(reader->catalogue, type, field) : NULL;
        if (found != NULL)
            return found;
    }
    return NULL;
}

static struct code_list *code_list_new(const struct expression_reader *reader, const char *name, size_t n_codes) {
    struct code_list *list = ARENA_NEW(reader->lexer->arena, struct code_list);
    list->name = name;
    list->codes = ARENA_ARRAY(reader->lexer->arena, const char *, n_codes);
    return list;
}

static const struct field_type *coded_field(const struct expression_reader *reader, const struct code_list *list,
                                            field_symbol symbol) {
    struct field_type *field = ARENA_NEW(reader->lexer->arena, struct field_type);
    *field = (struct field_type){.name = list->name, .symbol = symbol, .kind = FIELD_CODE, .codes = list};
    return field;
}

/* The field of whatever type: its kind is that of the first, and a code may be of any of them. */
static const struct field_type *field_of_any(const struct expression_reader *reader, const char *name) {
    const struct catalogue *catalogue = reader->catalogue;
    const struct field_type *first = NULL;
    size_t n_codes = 0;
    for (size_t i = 0; i < catalogue->n_types; i++) {
        const struct field_type *found = event_type_field(catalogue, &catalogue->types[i], name);
        if (first == NULL)
            first = found;
        n_codes += found != NULL && found->codes != NULL ? found->codes->count : 0;
    }
    if (first == NULL || first->kind != FIELD_CODE)
        return first;
    struct code_list *codes = code_list_new(reader, first->name, n_codes);
    for (size_t i = 0; i < catalogue->n_types; i++) {
        const struct field_type *found = event_type_field(catalogue, &catalogue->types[i], name);
        for (size_t j = 0; found != NULL && found->codes != NULL && j < found->codes->count; j++)
            codes->codes[codes->count++] = found->codes->codes[j];
    }
    return coded_field(reader, codes, first->symbol);
}

static const struct {
    const char *name;
    enum subject_kind kind;
    const char *types[3]; /* whose field it is; none: any type's */
    unsigned scopes;      /* bit set of enum scope_kind in which it means something */
} prefixes[] = {
    {"opening.", PATH_OPENING_FIELD, {NULL}, ~0u},
    {"fact.", PATH_FACT_FIELD, {NULL}, ~0u},
    {"care.", PATH_CARE_FIELD, {"care.started", NULL}, 1u << SCOPE_CARE | 1u << SCOPE_PLACEMENT},
    {"placement.", PATH_PLACEMENT_FIELD, {"placement.started", "placement.changed", NULL}, ~0u},
    {"first_placement.", PATH_FIRST_PLACEMENT_FIELD, {"placement.started", NULL}, 1u << SCOPE_PLACEMENT},
    {"child.", PATH_CHILD_FIELD, {"child.registered", "child.updated", NULL}, ~0u},
    {"episode.", PATH_EPISODE_FIELD, {"missing.started", "missing.ended", NULL}, 1u << SCOPE_EPISODE},
};

static const char *const path_words[] = {
    "legal_status", "profile",  "profile_before", "opening", "opening.place", "opening.after_start",
    "age",          "had",      "within",         "during",  "in_care",       "not",
    "open",         "at_least", "recorded_after", "latest",  "previous",      "rise",
    "changes",      "sum",      "distinct",       "number",  "days",          "overdue_duties",
    "unset_duties", NULL};

static const struct field_type *prefixed_path(const struct expression_reader *reader, struct path *path) {
    const char *word = reader->lexer->token.text;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t length = strlen(prefixes[i].name);
        if (strncmp(word, prefixes[i].name, length) != 0)
            continue;
        if ((prefixes[i].scopes & 1u << reader->scope) == 0) {
            lexer_problem(reader->lexer, "`%s` means nothing in the scope %s", word, scope_name(reader->scope));
            return NULL;
        }
        const struct field_type *field = prefixes[i].types[0] != NULL
                                             ? field_of_types(reader, prefixes[i].types, word + length)
                                             : field_of_any(reader, word + length);
        if (field == NULL)
            lexer_problem(reader->lexer, "no such field: `%s`", word);
        else
            *path = (struct path){.kind = prefixes[i].kind, .field = field->symbol};
        return field;
    }
    lexer_problem(reader->lexer, "expected a condition, found `%s`%s", word,
                  yaml_suggest(reader->lexer->arena, word, path_words));
    return NULL;
}

/* What opened the duty is an event type or `start`. */
static const struct field_type *opening_field(const struct expression_reader *reader) {
    const struct catalogue *catalogue = reader->catalogue;
    struct code_list *list = code_list_new(reader, "opening (start or an event type)", catalogue->n_types + 4);
    for (size_t i = 0; i < catalogue->n_types; i++)
        list->codes[list->count++] = catalogue->types[i].name;
    list->codes[list->count++] = "start";
    list->codes[list->count++] = "birthday";
    list->codes[list->count++] = "term";
    list->codes[list->count++] = "becomes";
    return coded_field(reader, list, FIELD_NONE);
}

static const struct field_type *profile_field(const struct expression_reader *reader) {
    struct code_list *list = code_list_new(reader, "profile", N_PROFILES);
    for (int i = 0; i < N_PROFILES; i++)
        list->codes[list->count++] = profile_name((enum profile) i);
    return coded_field(reader, list, FIELD_NONE);
}

/* Against what the value of a path is checked. */
static const struct field_type *path_field(const struct expression_reader *reader, struct path *path) {
    static const struct field_type number = {.name = "the number", .kind = FIELD_NUMBER};
    static const struct field_type after_start = {.name = "opening.after_start", .kind = FIELD_BOOLEAN};
    static const struct {
        const char *name;
        enum subject_kind kind;
    } words[] = {{"legal_status", PATH_LEGAL_STATUS},     {"profile", PATH_PROFILE},
                 {"profile_before", PATH_PROFILE_BEFORE}, {"opening", PATH_OPENING},
                 {"opening.place", PATH_OPENING_PLACE},   {"opening.after_start", PATH_OPENING_AFTER_START},
                 {"overdue_duties", PATH_OVERDUE_DUTIES}, {"unset_duties", PATH_UNSET_DUTIES}};
    size_t word = 0, n_words = sizeof words / sizeof *words;
    while (word < n_words && !lexer_is(reader->lexer, words[word].name))
        word++;
    if (word == n_words)
        return prefixed_path(reader, path);
    path->kind = words[word].kind;
    switch (path->kind) {
    case PATH_LEGAL_STATUS:
        return field_of_types(reader, (const char *const[]){"care.started", NULL}, "legal_status");
    case PATH_PROFILE:
    case PATH_PROFILE_BEFORE:
        return profile_field(reader);
    case PATH_OPENING:
        return opening_field(reader);
    case PATH_OPENING_PLACE:
    case PATH_OVERDUE_DUTIES:
    case PATH_UNSET_DUTIES:
        return &number;
    default:
        return &after_start;
    }
}

const struct field_type *expression_path_read(const struct expression_reader *reader, struct path *path) {
    const struct field_type *field = path_field(reader, path);
    if (field != NULL)
        lexer_next(reader->lexer);
    return field;
}
