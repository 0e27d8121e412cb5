/* expression_read.c: a condition from text to nodes, checked against the catalogue. */
#include "expression_language.h"
#include "expression_node.h"

#include "spans.h"

#include <stdlib.h>

struct expression *expression_node_new(struct lexer *lexer, enum node_kind kind) {
    struct expression *node = ARENA_NEW(lexer->arena, struct expression);
    node->kind = kind;
    return node;
}

static bool is_known_read(struct lexer *lexer, struct expression *node) {
    bool may_be = node->comparison == COMPARE_IS || node->comparison == COMPARE_IS_NOT;
    if (!may_be || !lexer_accept(lexer, "known"))
        return false;
    node->kind = NODE_KNOWN;
    return true;
}

static const struct expression *compare_read(const struct expression_reader *reader) {
    struct lexer *lexer = reader->lexer;
    struct expression *node = expression_node_new(lexer, NODE_COMPARE);
    const struct field_type *field = expression_path_read(reader, &node->path);
    if (field == NULL || !comparison_read(lexer, &node->comparison))
        return NULL;
    if (is_known_read(lexer, node))
        return node;
    return comparand_read(lexer, reader->catalogue, field, node->comparison, &node->with) ? node : NULL;
}

/* Days are counted from a day, so hours mean nothing there. */
bool expression_days_read(struct lexer *lexer, struct limit *limit) {
    if (!limit_read(lexer, limit))
        return false;
    if (limit->unit == UNIT_HOURS)
        lexer_problem(lexer, "hours cannot be used here");
    return limit->unit != UNIT_HOURS;
}

/* A life has no beginning that is known. */
bool expression_has_start(const struct expression_reader *reader, const char *what) {
    if (reader->scope == SCOPE_LIFE)
        lexer_problem(reader->lexer, "`%s` means nothing in the scope %s", what, scope_name(reader->scope));
    return reader->scope != SCOPE_LIFE;
}

static const struct expression *within_read(const struct expression_reader *reader) {
    struct expression *node = expression_node_new(reader->lexer, NODE_WITHIN);
    if (!expression_has_start(reader, "within") || !expression_days_read(reader->lexer, &node->within) ||
        !lexer_expect(reader->lexer, "of") || !lexer_expect(reader->lexer, "start"))
        return NULL;
    return node;
}

static bool age_number_read(struct lexer *lexer, int *ret_age) {
    char *end;
    long age = strtol(lexer->token.text, &end, 10);
    if (lexer->token.kind != TOKEN_WORD || *end != '\0' || age < 0 || age > 150) {
        lexer_problem(lexer, "expected an age in whole years, found `%s`", lexer->token.text);
        return false;
    }
    lexer_next(lexer);
    *ret_age = (int) age;
    return true;
}

static const struct expression *age_read(const struct expression_reader *reader) {
    struct lexer *lexer = reader->lexer;
    struct expression *node = expression_node_new(lexer, NODE_AGE);
    node->later.unit = UNIT_DAYS;
    if (lexer_accept(lexer, "(") && (!expression_days_read(lexer, &node->later) || !lexer_expect(lexer, ")")))
        return NULL;
    if (!comparison_read(lexer, &node->comparison))
        return NULL;
    if (is_known_read(lexer, node)) {
        node->path.kind = PATH_AGE;
        return node;
    }
    if (node->comparison != COMPARE_LESS && node->comparison != COMPARE_MORE_EQUAL) {
        lexer_problem(lexer, "an age is compared with < or >=");
        return NULL;
    }
    return age_number_read(lexer, &node->age) ? node : NULL;
}

/* `during care_leaver` */
static const struct expression *during_read(const struct expression_reader *reader) {
    struct expression *node = expression_node_new(reader->lexer, NODE_DURING);
    const struct named_spans *spans = reader->spans;
    const char *word = reader->lexer->token.text, *names[SPANS_MAX + 1] = {NULL};
    node->span = spans != NULL ? spans_find(spans, word) : NULL;
    for (size_t i = 0; spans != NULL && i < spans->count; i++)
        names[i] = spans->list[i]->name;
    if (node->span == NULL) {
        lexer_problem(reader->lexer, "`%s` is not a span of this pack or of one loaded before%s", word,
                      yaml_suggest(reader->lexer->arena, word, names));
        return NULL;
    }
    lexer_next(reader->lexer);
    return node;
}

/* `in_care`, `in_care for 20 working_days`, `in_care since age 14 for 13 weeks` */
static const struct expression *in_care_read(const struct expression_reader *reader) {
    struct lexer *lexer = reader->lexer;
    struct expression *node = expression_node_new(lexer, NODE_IN_CARE);
    node->care_for.unit = UNIT_DAYS;
    bool since = lexer_accept(lexer, "since");
    if (since && (!lexer_expect(lexer, "age") || !age_number_read(lexer, &node->age)))
        return NULL;
    if (!since && !lexer_is(lexer, "for"))
        return node;
    if (!lexer_expect(lexer, "for") || !expression_days_read(lexer, &node->care_for))
        return NULL;
    if (since && node->care_for.unit != UNIT_DAYS && node->care_for.unit != UNIT_WEEKS) {
        lexer_problem(lexer, "days in care are added up in days or weeks");
        return NULL;
    }
    return node;
}

static const struct expression *or_read(const struct expression_reader *reader, unsigned depth);

enum { SOME_MAX = 16 };

/* `at_least 2 of (a, b, c)`, behind `at_least` */
static const struct expression *some_read(const struct expression_reader *reader, unsigned depth) {
    struct lexer *lexer = reader->lexer;
    struct expression *node = expression_node_new(lexer, NODE_SOME);
    const struct expression *list[SOME_MAX];
    char *end;
    long number = strtol(lexer->token.text, &end, 10);
    if (lexer->token.kind != TOKEN_WORD || *end != '\0' || number < 1 || number > SOME_MAX) {
        lexer_problem(lexer, "expected how many, found `%s`", lexer->token.text);
        return NULL;
    }
    lexer_next(lexer);
    node->at_least = (size_t) number;
    if (!lexer_expect(lexer, "of") || !lexer_expect(lexer, "("))
        return NULL;
    do {
        if (node->n_list == SOME_MAX) {
            lexer_problem(lexer, "more than %d conditions", SOME_MAX);
            return NULL;
        }
        list[node->n_list] = or_read(reader, depth + 1);
        if (list[node->n_list++] == NULL)
            return NULL;
    } while (lexer_accept(lexer, ","));
    if (node->at_least > node->n_list) {
        lexer_problem(lexer, "at least %zu of %zu can never be", node->at_least, node->n_list);
        return NULL;
    }
    node->list = arena_grow_array(lexer->arena, list, node->n_list, node->n_list, sizeof *list);
    return lexer_expect(lexer, ")") ? node : NULL;
}

static bool accept(struct lexer *lexer, enum node_kind kind) {
    return lexer_accept(lexer, expression_language_condition.words[kind].word);
}

/* A condition that begins with a word of its own. *ret_word false: it does not. */
static const struct expression *worded_read(const struct expression_reader *reader, unsigned depth, bool *ret_word) {
    static const struct expression *(*const read[N_NODES])(const struct expression_reader *reader) = {
        [NODE_HAD] = expression_had_read,
        [NODE_OPEN] = expression_open_read,
        [NODE_RECORDED] = expression_recorded_read,
        [NODE_AGE] = age_read,
        [NODE_WITHIN] = within_read,
        [NODE_DURING] = during_read,
        [NODE_IN_CARE] = in_care_read};
    struct lexer *lexer = reader->lexer;
    enum measure_kind measure;
    *ret_word = true;
    if (accept(lexer, NODE_SOME))
        return some_read(reader, depth);
    for (enum node_kind kind = 0; kind < N_NODES; kind++)
        if (read[kind] != NULL && accept(lexer, kind))
            return read[kind](reader);
    if (expression_measure_word(lexer, &measure))
        return expression_measure_read(reader, measure);
    *ret_word = false;
    return NULL;
}

static const struct expression *one_read(const struct expression_reader *reader, unsigned depth) {
    struct lexer *lexer = reader->lexer;
    if (depth > YAML_DEPTH_MAX) {
        lexer_problem(lexer, "more than %d levels of brackets", YAML_DEPTH_MAX);
        return NULL;
    }
    if (accept(lexer, NODE_NOT)) {
        struct expression *node = expression_node_new(lexer, NODE_NOT);
        node->left = one_read(reader, depth + 1);
        return node->left != NULL ? node : NULL;
    }
    if (lexer_accept(lexer, "(")) {
        const struct expression *inner = or_read(reader, depth + 1);
        return inner != NULL && lexer_expect(lexer, ")") ? inner : NULL;
    }
    bool worded;
    const struct expression *node = worded_read(reader, depth, &worded);
    return worded ? node : compare_read(reader);
}

static const struct expression *joined_read(const struct expression_reader *reader, unsigned depth,
                                            enum node_kind kind) {
    const struct expression *left = kind == NODE_OR ? joined_read(reader, depth, NODE_AND) : one_read(reader, depth);
    while (left != NULL && accept(reader->lexer, kind)) {
        struct expression *node = expression_node_new(reader->lexer, kind);
        node->left = left;
        node->right = kind == NODE_OR ? joined_read(reader, depth, NODE_AND) : one_read(reader, depth);
        left = node->right != NULL ? node : NULL;
    }
    return left;
}

static const struct expression *or_read(const struct expression_reader *reader, unsigned depth) {
    return joined_read(reader, depth, NODE_OR);
}

const struct expression *expression_read(const struct expression_reader *reader) {
    struct lexer *lexer = reader->lexer;
    const struct expression *inner = or_read(reader, 0);
    if (inner == NULL)
        return NULL;
    if (lexer->token.kind != TOKEN_END) {
        lexer_problem(lexer, "expected `and`, `or` or the end, found `%s`", lexer->token.text);
        return NULL;
    }
    if (lexer->failed) /* the lexer takes a quote that is not closed for the end */
        return NULL;
    struct expression *root = expression_node_new(lexer, inner->kind);
    *root = *inner;
    root->text = lexer->text;
    return root;
}
