/* expression_path.c: the left sides of comparisons, `placement.basis`, and against what their values are checked. */
#include "expression_language.h"
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

/* The paths of fields, whose word ends with a dot; of others both are 0. */
static const struct {
    const char *types[3]; /* whose field it is; none: any type's */
    unsigned scopes;      /* bit set of enum scope_kind in which it means something */
} fields[N_PATHS] = {
    [PATH_OPENING_FIELD] = {{NULL}, ~0u},
    [PATH_FACT_FIELD] = {{NULL}, ~0u},
    [PATH_CARE_FIELD] = {{"care.started", NULL}, 1u << SCOPE_CARE | 1u << SCOPE_PLACEMENT},
    [PATH_PLACEMENT_FIELD] = {{"placement.started", "placement.changed", NULL}, ~0u},
    [PATH_FIRST_PLACEMENT_FIELD] = {{"placement.started", NULL}, 1u << SCOPE_PLACEMENT},
    [PATH_CHILD_FIELD] = {{"child.registered", "child.updated", NULL}, ~0u},
    [PATH_EPISODE_FIELD] = {{"missing.started", "missing.ended", NULL}, 1u << SCOPE_EPISODE},
};

static const char *path_word(enum subject_kind kind) {
    return expression_language_path.words[kind].word;
}

/* The words with which a condition may begin, ended by NULL, for suggestions. */
static const char *const *first_words(struct arena *arena) {
    const char **words = ARENA_ARRAY(arena, const char *, N_PATHS + N_NODES + N_MEASURES + 1);
    size_t count = 0;
    for (enum subject_kind kind = 0; kind < N_PATHS; kind++)
        if (fields[kind].scopes == 0)
            words[count++] = path_word(kind);
    for (enum node_kind kind = NODE_NOT; kind < N_NODES; kind++)
        if (kind != NODE_COMPARE && kind != NODE_KNOWN && kind != NODE_MEASURE)
            words[count++] = expression_language_condition.words[kind].word;
    for (enum measure_kind kind = 0; kind < N_MEASURES; kind++)
        words[count++] = expression_language_measure.words[kind].word;
    return words;
}

static bool is_field_of(enum subject_kind kind, const char *word) {
    return fields[kind].scopes != 0 && strncmp(word, path_word(kind), strlen(path_word(kind))) == 0;
}

static const struct field_type *field_path(const struct expression_reader *reader, struct path *path) {
    const char *word = reader->lexer->token.text;
    enum subject_kind kind = 0;
    while (kind < N_PATHS && !is_field_of(kind, word))
        kind++;
    if (kind == N_PATHS) {
        struct arena *arena = reader->lexer->arena;
        lexer_problem(reader->lexer, "expected a condition, found `%s`%s", word,
                      yaml_suggest(arena, word, first_words(arena)));
        return NULL;
    }
    if ((fields[kind].scopes & 1u << reader->scope) == 0) {
        lexer_problem(reader->lexer, "`%s` means nothing in the scope %s", word, scope_name(reader->scope));
        return NULL;
    }
    const char *name = word + strlen(path_word(kind));
    const struct field_type *field =
        fields[kind].types[0] != NULL ? field_of_types(reader, fields[kind].types, name) : field_of_any(reader, name);
    if (field == NULL)
        lexer_problem(reader->lexer, "no such field: `%s`", word);
    else
        *path = (struct path){.kind = kind, .field = field->symbol};
    return field;
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
    enum subject_kind kind = 0;
    while (kind < N_PATHS && (fields[kind].scopes != 0 || !lexer_is(reader->lexer, path_word(kind))))
        kind++;
    if (kind == N_PATHS)
        return field_path(reader, path);
    path->kind = kind;
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
