/* expression_read_fact.c: the conditions about facts, from text to nodes. */
#include "expression_language.h"
#include "expression_node.h"

#include <stdlib.h>

/* Steps over a number of facts; 1 when there is none. */
static size_t how_many_read(struct lexer *lexer) {
    char *end;
    long number = strtol(lexer->token.text, &end, 10);
    if (end == lexer->token.text || *end != '\0' || number < 1 || number > 1000)
        return 1;
    lexer_next(lexer);
    return (size_t) number;
}

/* `within 3 months before start`, or of the moment: `within 90 days` */
static bool window_within_read(const struct expression_reader *reader, struct expression *node) {
    struct lexer *lexer = reader->lexer;
    node->window = WINDOW_WITHIN;
    if (!lexer_expect(lexer, "within") || !limit_read(lexer, &node->within))
        return false;
    if (!lexer_accept(lexer, "before"))
        return true;
    node->window = WINDOW_WITHIN_BEFORE_START;
    if (node->within.unit == UNIT_HOURS) {
        lexer_problem(lexer, "hours cannot be used here");
        return false;
    }
    return expression_has_start(reader, "within ... before start") && lexer_expect(lexer, "start");
}

/* `before start`, `before opening` */
static bool window_before_read(const struct expression_reader *reader, struct expression *node) {
    struct lexer *lexer = reader->lexer, ahead = *lexer;
    lexer_next(&ahead);
    bool of_opening = lexer_is(&ahead, "opening");
    node->window = of_opening ? WINDOW_BEFORE_OPENING : WINDOW_BEFORE_START;
    return (of_opening || expression_has_start(reader, "before start")) && lexer_expect(lexer, "before") &&
           lexer_expect(lexer, of_opening ? "opening" : "start");
}

static bool is_number(const struct lexer *lexer) {
    return lexer->token.kind == TOKEN_WORD && lexer->token.text[0] >= '0' && lexer->token.text[0] <= '9';
}

static bool window_read(const struct expression_reader *reader, struct expression *node) {
    struct lexer *lexer = reader->lexer;
    if (lexer_accept(lexer, "ever")) {
        node->window = WINDOW_EVER;
    } else if (lexer_accept(lexer, "in")) {
        node->window = WINDOW_CARE;
        return lexer_expect(lexer, "care");
    } else if (lexer_accept(lexer, "since")) {
        node->window = WINDOW_SINCE_OPENING;
        return lexer_expect(lexer, "opening");
    } else if (lexer_is(lexer, "before")) {
        return window_before_read(reader, node);
    } else if (lexer_is(lexer, "within")) {
        return window_within_read(reader, node);
    } else if (is_number(lexer)) {
        node->window = WINDOW_AGO;
        return expression_days_read(lexer, &node->within) && lexer_expect(lexer, "ago");
    }
    return true;
}

const struct expression *expression_had_read(const struct expression_reader *reader) {
    struct expression *node = expression_node_new(reader->lexer, NODE_HAD);
    node->at_least = how_many_read(reader->lexer);
    if (!filter_read(reader->lexer, reader->catalogue, &node->filter) || !window_read(reader, node))
        return NULL;
    return node;
}

/* The field of that name of a type, or NULL with the problem told. */
static const struct field_type *field_read(const struct expression_reader *reader, const struct event_type *type,
                                           const char *name) {
    const struct field_type *field = event_type_field(reader->catalogue, type, name);
    if (field == NULL)
        lexer_problem(reader->lexer, "%s has no field `%s`", type->name, name);
    return field;
}

/* `until placement.ended by placement` */
static bool until_read(const struct expression_reader *reader, struct expression *node) {
    struct lexer *lexer = reader->lexer;
    if (!lexer_expect(lexer, "until") || !filter_read(lexer, reader->catalogue, &node->until))
        return false;
    node->by = FIELD_NONE;
    if (!lexer_accept(lexer, "by"))
        return true;
    const char *name = lexer->token.text;
    const struct field_type *begun = field_read(reader, node->filter.type, name);
    const struct field_type *ended = begun != NULL ? field_read(reader, node->until.type, name) : NULL;
    if (ended == NULL)
        return false;
    node->by = begun->symbol;
    lexer_next(lexer);
    return true;
}

/* Behind `open`: `2 placement.started until placement.ended by placement for 17 days` */
const struct expression *expression_open_read(const struct expression_reader *reader) {
    struct lexer *lexer = reader->lexer;
    struct expression *node = expression_node_new(lexer, NODE_OPEN);
    node->window = WINDOW_EVER;
    node->at_least = how_many_read(lexer);
    if (!filter_read(lexer, reader->catalogue, &node->filter) || !until_read(reader, node))
        return NULL;
    if (lexer_accept(lexer, "for") && !limit_read(lexer, &node->open_for))
        return NULL;
    return node;
}

const struct expression *expression_recorded_read(const struct expression_reader *reader) {
    struct expression *node = expression_node_new(reader->lexer, NODE_RECORDED);
    return limit_read(reader->lexer, &node->within) ? node : NULL;
}

bool expression_measure_word(struct lexer *lexer, enum measure_kind *ret_kind) {
    for (enum measure_kind kind = 0; kind < N_MEASURES; kind++)
        if (lexer_accept(lexer, expression_language_measure.words[kind].word)) {
            *ret_kind = kind;
            return true;
        }
    return false;
}

static bool is_counted(enum measure_kind kind) {
    return kind == MEASURE_NUMBER || kind == MEASURE_DAYS;
}

/* From `of` on; `name` is that of the field, which may be NULL. Gives what the value is compared with. */
static const struct field_type *measured_read(const struct expression_reader *reader, struct expression *node,
                                              const char *name) {
    static const struct field_type number = {.name = "the number", .kind = FIELD_NUMBER};
    struct lexer *lexer = reader->lexer;
    if (!lexer_expect(lexer, "of") || !filter_read(lexer, reader->catalogue, &node->filter))
        return NULL;
    if (is_counted(node->measure))
        return &number;
    const struct field_type *field = field_read(reader, node->filter.type, name);
    if (field == NULL)
        return NULL;
    node->field = field->symbol;
    bool adds = node->measure == MEASURE_RISE || node->measure == MEASURE_SUM;
    if (adds && field->kind != FIELD_NUMBER) {
        lexer_problem(lexer, "`%s` is no number", name);
        return NULL;
    }
    return node->measure == MEASURE_LATEST || node->measure == MEASURE_PREVIOUS ? field : &number;
}

static bool measure_window_read(const struct expression_reader *reader, struct expression *node) {
    if (node->measure != MEASURE_DAYS)
        return window_read(reader, node);
    node->window = WINDOW_EVER;
    if (!until_read(reader, node))
        return false;
    return !lexer_accept(reader->lexer, "within") || expression_days_read(reader->lexer, &node->within);
}

/* Behind the word: `score of sdq.completed >= 17` */
const struct expression *expression_measure_read(const struct expression_reader *reader, enum measure_kind kind) {
    struct lexer *lexer = reader->lexer;
    struct expression *node = expression_node_new(lexer, NODE_MEASURE);
    const char *name = NULL;
    node->measure = kind;
    if (!is_counted(kind)) {
        name = lexer->token.text;
        lexer_next(lexer);
    }
    const struct field_type *field = measured_read(reader, node, name);
    if (field == NULL || !measure_window_read(reader, node) || !comparison_read(lexer, &node->comparison) ||
        !comparand_read(lexer, reader->catalogue, field, node->comparison, &node->with))
        return NULL;
    if (node->with.opening_field != FIELD_NONE) {
        lexer_problem(lexer, "a measure is compared with a value, not with a field");
        return NULL;
    }
    return node;
}
