#include "filter.h"

#include <stdlib.h>
#include <string.h>

enum { VALUES_MAX = 200, CONDITIONS_MAX = 20 };

const struct language_section filter_language_event = {
    .name = "event",
    .about = "Which events are meant, by their type and fields (`watchkeeper schema` has all types)",
    .words =
        (const struct language_word[]){
            LANGUAGE_FORM("TYPE", "TYPE", "Every event of the type.", "met_by: review.held"),
            LANGUAGE_FORM("TYPE{}", "TYPE{FIELD COMPARISON VALUE, ...}",
                          "Those of which all hold; a missing field, or a code that its list does not have, satisfies "
                          "only `is not`.",
                          "met_by: visit.made{kind=statutory, seen=true}"),
            LANGUAGE_FORM("opening.", "FIELD COMPARISON opening.FIELD",
                          "Compared with the event that opened the duty or raised the risk.",
                          "opens: missing.ended\nmet_by: return_interview.completed{episode=opening.episode}"),
            LANGUAGE_FORM("each", "FIELD COMPARISON each",
                          "Compared with the value for which the duty stands (`each`).",
                          "each: [gp, school]\nmet_by: notification.sent{to=each}"),
            LANGUAGE_END},
};

const struct language_section filter_language_comparison = {
    .name = "comparison",
    .about = "How a value is compared; with a value that is missing it is unknown, but for `is` and `is not`",
    .what = "a comparison",
    .words =
        (const struct language_word[]){
            [COMPARE_EQUAL] = LANGUAGE_CODE("=", "The same.", "met_by: review.held{kind=care}"),
            [COMPARE_NOT_EQUAL] = LANGUAGE_CODE("!=", "Another.", "met_by: review.held{kind != care}"),
            [COMPARE_LESS] = LANGUAGE_CODE("<", "Less, or earlier.", "met_by: sdq.completed{score < 14}"),
            [COMPARE_LESS_EQUAL] = LANGUAGE_CODE("<=", "At most.", "met_by: sdq.completed{score <= 13}"),
            [COMPARE_MORE] = LANGUAGE_CODE(">", "More, or later.", "met_by: sdq.completed{score > 13}"),
            [COMPARE_MORE_EQUAL] = LANGUAGE_CODE(">=", "At least.", "met_by: sdq.completed{score >= 14}"),
            [COMPARE_IS] = LANGUAGE_CODE("is", "The same; false where there is no value.", "when: legal_status is C2"),
            [COMPARE_IS_NOT] = LANGUAGE_CODE("is not", "Another, or no value.", "when: legal_status is not C2"),
            [COMPARE_IN] = LANGUAGE_CODE("in", "One of these.", "met_by: review.held{kind in [care, adoption]}"),
            [COMPARE_NOT_IN] = LANGUAGE_CODE("not in", "None of these.", "met_by: review.held{kind not in [adoption]}"),
            LANGUAGE_END},
};

static int compare_values(const struct value *a, const struct value *b) {
    switch (a->kind) {
    case VALUE_BOOLEAN:
        return (int) a->of.truth - (int) b->of.truth;
    case VALUE_NUMBER:
        return (a->of.number > b->of.number) - (a->of.number < b->of.number);
    case VALUE_TEXT:
        return strcmp(a->of.text, b->of.text);
    case VALUE_DATE:
        return (a->of.date.day > b->of.date.day) - (a->of.date.day < b->of.date.day);
    case VALUE_TIME:
        return (a->of.time.ms > b->of.time.ms) - (a->of.time.ms < b->of.time.ms);
    case VALUE_NONE:
        break;
    }
    return 0;
}

static bool is_any_of(const struct value *actual, const struct value *wanted, size_t n_wanted) {
    for (size_t i = 0; i < n_wanted; i++)
        if (wanted[i].kind == actual->kind && compare_values(actual, &wanted[i]) == 0)
            return true;
    return false;
}

static bool is_ordered(enum comparison comparison, int order) {
    switch (comparison) {
    case COMPARE_LESS:
        return order < 0;
    case COMPARE_LESS_EQUAL:
        return order <= 0;
    case COMPARE_MORE:
        return order > 0;
    case COMPARE_MORE_EQUAL:
        return order >= 0;
    default:
        return false;
    }
}

enum truth compare(enum comparison comparison, struct value actual, const struct value *wanted, size_t n_wanted) {
    bool known = actual.kind != VALUE_NONE && !actual.unlisted && n_wanted > 0;
    bool among = known && is_any_of(&actual, wanted, n_wanted);
    if (comparison == COMPARE_IS)
        return among ? TRUTH_YES : TRUTH_NO;
    if (comparison == COMPARE_IS_NOT)
        return among ? TRUTH_NO : TRUTH_YES;
    if (!known)
        return TRUTH_UNKNOWN;
    if (comparison == COMPARE_EQUAL || comparison == COMPARE_IN)
        return among ? TRUTH_YES : TRUTH_NO;
    if (comparison == COMPARE_NOT_EQUAL || comparison == COMPARE_NOT_IN)
        return among ? TRUTH_NO : TRUTH_YES;
    if (wanted[0].kind != actual.kind)
        return TRUTH_UNKNOWN;
    return is_ordered(comparison, compare_values(&actual, &wanted[0])) ? TRUTH_YES : TRUTH_NO;
}

bool filter_same_value(struct value a, struct value b) {
    return a.kind != VALUE_NONE && compare(COMPARE_EQUAL, a, &b, b.kind != VALUE_NONE) == TRUTH_YES;
}

bool comparison_read(struct lexer *lexer, enum comparison *ret_comparison) {
    for (enum comparison sign = COMPARE_EQUAL; sign < COMPARE_IS; sign++)
        if (lexer_accept(lexer, filter_language_comparison.words[sign].word)) {
            *ret_comparison = sign;
            return true;
        }
    if (lexer_accept(lexer, "is")) {
        *ret_comparison = lexer_accept(lexer, "not") ? COMPARE_IS_NOT : COMPARE_IS;
        return true;
    }
    bool negated = lexer_accept(lexer, "not");
    if (lexer_accept(lexer, "in")) {
        *ret_comparison = negated ? COMPARE_NOT_IN : COMPARE_IN;
        return true;
    }
    lexer_problem(lexer, "expected %s, found `%s`", language_expected(&filter_language_comparison, lexer->arena),
                  lexer->token.text);
    return false;
}

static bool code_read(struct lexer *lexer, const struct code_list *list, struct value *ret_value) {
    if (code_list_find(list, lexer->token.text) < 0) {
        const char *const *codes = arena_grow_array(lexer->arena, list->codes, list->count, list->count + 1,
                                                    sizeof *list->codes); /* ends with NULL */
        lexer_problem(lexer, "`%s` is not a code of %s%s", lexer->token.text, list->name,
                      yaml_suggest(lexer->arena, lexer->token.text, codes));
        return false;
    }
    *ret_value = (struct value){.kind = VALUE_TEXT, .of.text = lexer->token.text};
    return true;
}

static bool boolean_read(struct lexer *lexer, struct value *ret_value) {
    if (!lexer_is(lexer, "true") && !lexer_is(lexer, "false")) {
        lexer_problem(lexer, "expected true or false, found `%s`", lexer->token.text);
        return false;
    }
    *ret_value = (struct value){.kind = VALUE_BOOLEAN, .of.truth = lexer_is(lexer, "true")};
    return true;
}

static bool number_read(struct lexer *lexer, struct value *ret_value) {
    char *end;
    double number = strtod(lexer->token.text, &end);
    if (lexer->token.text[0] == '\0' || *end != '\0') {
        lexer_problem(lexer, "expected a number, found `%s`", lexer->token.text);
        return false;
    }
    *ret_value = (struct value){.kind = VALUE_NUMBER, .of.number = number};
    return true;
}

static bool date_read(struct lexer *lexer, struct value *ret_value) {
    struct value value = {.kind = VALUE_DATE};
    if (date_parse(lexer->token.text, &value.of.date) != 0) {
        lexer_problem(lexer, "expected a date (YYYY-MM-DD), found `%s`", lexer->token.text);
        return false;
    }
    *ret_value = value;
    return true;
}

static bool value_read(struct lexer *lexer, const struct field_type *field, struct value *ret_value) {
    bool good = false;
    if (lexer->each != NULL && lexer_is(lexer, "each"))
        lexer->token.text = lexer->each;
    switch (field->kind) {
    case FIELD_BOOLEAN:
        good = boolean_read(lexer, ret_value);
        break;
    case FIELD_NUMBER:
        good = number_read(lexer, ret_value);
        break;
    case FIELD_CODE:
        good = code_read(lexer, field->codes, ret_value);
        break;
    case FIELD_DATE:
        good = date_read(lexer, ret_value);
        break;
    case FIELD_TEXT:
    case FIELD_REFERENCE:
        *ret_value = (struct value){.kind = VALUE_TEXT, .of.text = lexer->token.text};
        good = lexer->token.kind == TOKEN_WORD || lexer->token.kind == TOKEN_STRING;
        if (!good)
            lexer_problem(lexer, "expected a value for %s", field->name);
        break;
    case FIELD_TIME:
        lexer_problem(lexer, "the instant %s cannot be compared", field->name);
        break;
    }
    if (good)
        lexer_next(lexer);
    return good;
}

static bool opening_field_read(struct lexer *lexer, const struct catalogue *catalogue, struct comparand *comparand) {
    const char *name = lexer->token.text + strlen("opening.");
    comparand->opening_field = catalogue_symbol(catalogue, name);
    if (comparand->opening_field == FIELD_NONE) {
        lexer_problem(lexer, "no event type has a field `%s`", name);
        return false;
    }
    lexer_next(lexer);
    return true;
}

bool comparand_read(struct lexer *lexer, const struct catalogue *catalogue, const struct field_type *field,
                    enum comparison comparison, struct comparand *ret_comparand) {
    struct comparand comparand = {.opening_field = FIELD_NONE};
    if (lexer->token.kind == TOKEN_WORD && strncmp(lexer->token.text, "opening.", strlen("opening.")) == 0) {
        if (!opening_field_read(lexer, catalogue, &comparand))
            return false;
        *ret_comparand = comparand;
        return true;
    }
    struct value values[VALUES_MAX];
    bool list = comparison == COMPARE_IN || comparison == COMPARE_NOT_IN;
    if (list && !lexer_expect(lexer, "["))
        return false;
    do {
        if (comparand.n_values == VALUES_MAX) {
            lexer_problem(lexer, "more than %d values", VALUES_MAX);
            return false;
        }
        if (!value_read(lexer, field, &values[comparand.n_values]))
            return false;
        comparand.n_values++;
    } while (list && lexer_accept(lexer, ","));
    if (list && !lexer_expect(lexer, "]"))
        return false;
    comparand.values = arena_grow_array(lexer->arena, values, comparand.n_values, comparand.n_values, sizeof *values);
    *ret_comparand = comparand;
    return true;
}

static void field_unknown(struct lexer *lexer, const struct event_type *type) {
    const char **names = ARENA_ARRAY(lexer->arena, const char *, type->n_fields + 1);
    for (size_t i = 0; i < type->n_fields; i++)
        names[i] = type->fields[i].name;
    lexer_problem(lexer, "%s has no field `%s`%s", type->name, lexer->token.text,
                  yaml_suggest(lexer->arena, lexer->token.text, names));
}

static bool condition_read(struct lexer *lexer, const struct catalogue *catalogue, const struct event_type *type,
                           struct condition *ret_condition) {
    const struct field_type *field = event_type_field(catalogue, type, lexer->token.text);
    if (field == NULL) {
        field_unknown(lexer, type);
        return false;
    }
    lexer_next(lexer);
    ret_condition->field = field->symbol;
    return comparison_read(lexer, &ret_condition->comparison) &&
           comparand_read(lexer, catalogue, field, ret_condition->comparison, &ret_condition->with);
}

static void type_unknown(struct lexer *lexer, const struct catalogue *catalogue) {
    const char **names = ARENA_ARRAY(lexer->arena, const char *, catalogue->n_types + 1);
    for (size_t i = 0; i < catalogue->n_types; i++)
        names[i] = catalogue->types[i].name;
    lexer_problem(lexer, "`%s` is not an event type of the catalogue%s", lexer->token.text,
                  yaml_suggest(lexer->arena, lexer->token.text, names));
}

/* From behind `{` to before `}`. */
static bool conditions_read(struct lexer *lexer, const struct catalogue *catalogue, struct filter *filter) {
    struct condition conditions[CONDITIONS_MAX] = {0};
    do {
        if (filter->n_conditions == CONDITIONS_MAX) {
            lexer_problem(lexer, "more than %d conditions", CONDITIONS_MAX);
            return false;
        }
        struct condition *condition = &conditions[filter->n_conditions];
        if (!condition_read(lexer, catalogue, filter->type, condition))
            return false;
        filter->of_opening |= condition->with.opening_field != FIELD_NONE;
        filter->n_conditions++;
    } while (lexer_accept(lexer, ","));
    filter->conditions =
        arena_grow_array(lexer->arena, conditions, filter->n_conditions, filter->n_conditions, sizeof *conditions);
    return true;
}

bool filter_read(struct lexer *lexer, const struct catalogue *catalogue, struct filter *ret_filter) {
    unsigned from = lexer->token.offset, to = lexer->offset;
    struct filter filter = {.type = catalogue_find(catalogue, lexer->token.text)};
    if (filter.type == NULL) {
        type_unknown(lexer, catalogue);
        return false;
    }
    lexer_next(lexer);
    if (lexer_accept(lexer, "{")) {
        if (!conditions_read(lexer, catalogue, &filter))
            return false;
        to = lexer->offset;
        if (!lexer_expect(lexer, "}"))
            return false;
    }
    filter.text = arena_strndup(lexer->arena, lexer->text + from, to - from);
    *ret_filter = filter;
    return true;
}

static bool condition_holds(const struct condition *condition, const struct fact *fact, const struct fact *opening) {
    struct value actual = fact_value(fact, condition->field);
    if (condition->with.opening_field == FIELD_NONE)
        return compare(condition->comparison, actual, condition->with.values, condition->with.n_values) == TRUTH_YES;
    struct value wanted = {.kind = VALUE_NONE};
    if (opening != NULL)
        wanted = fact_value(opening, condition->with.opening_field);
    return compare(condition->comparison, actual, &wanted, wanted.kind != VALUE_NONE) == TRUTH_YES;
}

bool filter_matches(const struct filter *filter, const struct fact *fact, const struct fact *opening) {
    if (fact->type != filter->type)
        return false;
    for (size_t i = 0; i < filter->n_conditions; i++)
        if (!condition_holds(&filter->conditions[i], fact, opening))
            return false;
    return true;
}
