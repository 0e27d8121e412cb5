/* expression_read.c: a condition from text to nodes, checked against the catalogue. */
#include "expression_node.h"

#include "spans.h"

#include <stdlib.h>

static struct expression *node_new(struct lexer *lexer, enum node_kind kind) {
    struct expression *node = ARENA_NEW(lexer->arena, struct expression);
    node->kind = kind;
    return node;
}

static const struct expression *compare_read(const struct expression_reader *reader) {
    struct lexer *lexer = reader->lexer;
    struct expression *node = node_new(lexer, NODE_COMPARE);
    const struct field_type *field = expression_path_read(reader, &node->path);
    if (field == NULL || !comparison_read(lexer, &node->comparison))
        return NULL;
    bool may_be_known = node->comparison == COMPARE_IS || node->comparison == COMPARE_IS_NOT;
    if (may_be_known && lexer_accept(lexer, "known")) {
        node->kind = NODE_KNOWN;
        return node;
    }
    return comparand_read(lexer, reader->catalogue, field, node->comparison, &node->with) ? node : NULL;
}

/* Days are counted from a day, so hours mean nothing there. */
static bool days_read(struct lexer *lexer, struct limit *limit) {
    if (!limit_read(lexer, limit))
        return false;
    if (limit->unit == UNIT_HOURS)
        lexer_problem(lexer, "hours cannot be used here");
    return limit->unit != UNIT_HOURS;
}

/* A life has no beginning that is known. */
static bool has_start(const struct expression_reader *reader, const char *what) {
    if (reader->scope == SCOPE_LIFE)
        lexer_problem(reader->lexer, "`%s` means nothing in the scope %s", what, scope_name(reader->scope));
    return reader->scope != SCOPE_LIFE;
}

static const struct expression *within_read(const struct expression_reader *reader) {
    struct expression *node = node_new(reader->lexer, NODE_WITHIN);
    if (!has_start(reader, "within") || !days_read(reader->lexer, &node->within) ||
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
    struct expression *node = node_new(lexer, NODE_AGE);
    node->later.unit = UNIT_DAYS;
    if (lexer_accept(lexer, "(") && (!days_read(lexer, &node->later) || !lexer_expect(lexer, ")")))
        return NULL;
    if (!comparison_read(lexer, &node->comparison))
        return NULL;
    if (node->comparison != COMPARE_LESS && node->comparison != COMPARE_MORE_EQUAL) {
        lexer_problem(lexer, "an age is compared with < or >=");
        return NULL;
    }
    return age_number_read(lexer, &node->age) ? node : NULL;
}

/* `during care_leaver` */
static const struct expression *during_read(const struct expression_reader *reader) {
    struct expression *node = node_new(reader->lexer, NODE_DURING);
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
    struct expression *node = node_new(lexer, NODE_IN_CARE);
    node->care_for.unit = UNIT_DAYS;
    bool since = lexer_accept(lexer, "since");
    if (since && (!lexer_expect(lexer, "age") || !age_number_read(lexer, &node->age)))
        return NULL;
    if (!since && !lexer_is(lexer, "for"))
        return node;
    if (!lexer_expect(lexer, "for") || !days_read(lexer, &node->care_for))
        return NULL;
    if (since && node->care_for.unit != UNIT_DAYS && node->care_for.unit != UNIT_WEEKS) {
        lexer_problem(lexer, "days in care are added up in days or weeks");
        return NULL;
    }
    return node;
}

/* `within 3 months before start`, or of the moment: `within 90 days` */
static bool window_within_read(const struct expression_reader *reader, struct expression *node) {
    struct lexer *lexer = reader->lexer;
    node->window = WINDOW_WITHIN;
    if (!lexer_expect(lexer, "within") || !days_read(lexer, &node->within))
        return false;
    if (!lexer_accept(lexer, "before"))
        return true;
    node->window = WINDOW_WITHIN_BEFORE_START;
    return has_start(reader, "within ... before start") && lexer_expect(lexer, "start");
}

static bool window_read(const struct expression_reader *reader, struct expression *node) {
    struct lexer *lexer = reader->lexer;
    if (lexer_accept(lexer, "ever")) {
        node->window = WINDOW_EVER;
    } else if (lexer_accept(lexer, "in")) {
        node->window = WINDOW_CARE;
        return lexer_expect(lexer, "care");
    } else if (lexer_is(lexer, "before")) {
        node->window = WINDOW_BEFORE_START;
        return has_start(reader, "before start") && lexer_expect(lexer, "before") && lexer_expect(lexer, "start");
    } else if (lexer_is(lexer, "within")) {
        return window_within_read(reader, node);
    }
    return true;
}

static const struct expression *had_read(const struct expression_reader *reader) {
    struct expression *node = node_new(reader->lexer, NODE_HAD);
    char *end;
    long number = strtol(reader->lexer->token.text, &end, 10);
    node->at_least = 1;
    if (end != reader->lexer->token.text && *end == '\0' && number >= 1 && number <= 1000) {
        node->at_least = (size_t) number;
        lexer_next(reader->lexer);
    }
    if (!filter_read(reader->lexer, reader->catalogue, &node->filter) || !window_read(reader, node))
        return NULL;
    return node;
}

static const struct expression *or_read(const struct expression_reader *reader, unsigned depth);

static const struct expression *one_read(const struct expression_reader *reader, unsigned depth) {
    struct lexer *lexer = reader->lexer;
    if (depth > YAML_DEPTH_MAX) {
        lexer_problem(lexer, "more than %d levels of brackets", YAML_DEPTH_MAX);
        return NULL;
    }
    if (lexer_accept(lexer, "not")) {
        struct expression *node = node_new(lexer, NODE_NOT);
        node->left = one_read(reader, depth + 1);
        return node->left != NULL ? node : NULL;
    }
    if (lexer_accept(lexer, "(")) {
        const struct expression *inner = or_read(reader, depth + 1);
        return inner != NULL && lexer_expect(lexer, ")") ? inner : NULL;
    }
    if (lexer_accept(lexer, "had"))
        return had_read(reader);
    if (lexer_accept(lexer, "age"))
        return age_read(reader);
    if (lexer_accept(lexer, "within"))
        return within_read(reader);
    if (lexer_accept(lexer, "during"))
        return during_read(reader);
    if (lexer_accept(lexer, "in_care"))
        return in_care_read(reader);
    return compare_read(reader);
}

static const struct expression *joined_read(const struct expression_reader *reader, unsigned depth,
                                            enum node_kind kind) {
    const char *word = kind == NODE_OR ? "or" : "and";
    const struct expression *left = kind == NODE_OR ? joined_read(reader, depth, NODE_AND) : one_read(reader, depth);
    while (left != NULL && lexer_accept(reader->lexer, word)) {
        struct expression *node = node_new(reader->lexer, kind);
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
    struct expression *root = node_new(lexer, inner->kind);
    *root = *inner;
    root->text = lexer->text;
    return root;
}
