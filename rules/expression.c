#include "expression.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

enum node_kind { NODE_OR, NODE_AND, NODE_NOT, NODE_HAD, NODE_COMPARE, NODE_KNOWN, NODE_AGE, NODE_WITHIN };
enum subject_kind {
    PATH_LEGAL_STATUS,
    PATH_PROFILE,
    PATH_OPENING,
    PATH_OPENING_PLACE,
    PATH_OPENING_AFTER_START,
    PATH_OPENING_FIELD,
    PATH_CARE_FIELD,
    PATH_PLACEMENT_FIELD,
    PATH_FIRST_PLACEMENT_FIELD,
    PATH_EPISODE_FIELD,
    PATH_FACT_FIELD,
};
enum window_kind { WINDOW_SCOPE, WINDOW_EVER, WINDOW_CARE, WINDOW_BEFORE_START, WINDOW_WITHIN_BEFORE_START };

struct path {
    enum subject_kind kind;
    field_symbol field;
};

struct expression {
    enum node_kind kind;
    const struct expression *left, *right; /* or, and, not (left) */
    const char *text;                      /* of the whole, on the root */
    /* compare and age */
    struct path path;
    enum comparison comparison;
    struct comparand with;
    struct limit later; /* age: that long after the day */
    int age;
    /* had */
    struct filter filter;
    enum window_kind window;
    struct limit within;
};

const char *scope_name(enum scope_kind kind) {
    static const char *const names[N_SCOPES] = {"life", "care", "placement", "episode"};
    return names[kind];
}

/* Reading ------------------------------------------------------------------------------------------------------------
 */

static struct expression *node_new(struct lexer *lexer, enum node_kind kind) {
    struct expression *node = ARENA_NEW(lexer->arena, struct expression);
    node->kind = kind;
    return node;
}

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

static const struct field_type *field_of_any(const struct expression_reader *reader, const char *field) {
    for (size_t i = 0; i < reader->catalogue->n_types; i++) {
        const struct field_type *found = event_type_field(reader->catalogue, &reader->catalogue->types[i], field);
        if (found != NULL)
            return found;
    }
    return NULL;
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
    {"placement.", PATH_PLACEMENT_FIELD, {"placement.started", "placement.changed", NULL}, 1u << SCOPE_PLACEMENT},
    {"first_placement.", PATH_FIRST_PLACEMENT_FIELD, {"placement.started", NULL}, 1u << SCOPE_PLACEMENT},
    {"episode.", PATH_EPISODE_FIELD, {"missing.started", "missing.ended", NULL}, 1u << SCOPE_EPISODE},
};

static const struct field_type place_field = {.name = "opening.place", .kind = FIELD_NUMBER};
static const struct field_type after_start_field = {.name = "opening.after_start", .kind = FIELD_BOOLEAN};
static const struct field_type opening_field = {.name = "opening", .kind = FIELD_TEXT};

static const char *const path_words[] = {"legal_status", "profile", "opening", "opening.place", "opening.after_start",
                                         "age",          "had",     "within",  "not",           NULL};

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
    const char *nearest = yaml_nearest(word, path_words);
    lexer_problem(reader->lexer, "expected a condition, found `%s`%s%s%s", word,
                  nearest != NULL ? "; did you mean `" : "", nearest != NULL ? nearest : "",
                  nearest != NULL ? "`?" : "");
    return NULL;
}

static const struct field_type *path_read(const struct expression_reader *reader, struct path *path) {
    struct lexer *lexer = reader->lexer;
    const struct field_type *field = NULL;
    if (lexer_is(lexer, "legal_status")) {
        path->kind = PATH_LEGAL_STATUS;
        field = field_of_types(reader, (const char *const[]){"care.started", NULL}, "legal_status");
    } else if (lexer_is(lexer, "profile")) {
        path->kind = PATH_PROFILE;
        field = &opening_field;
    } else if (lexer_is(lexer, "opening")) {
        path->kind = PATH_OPENING;
        field = &opening_field;
    } else if (lexer_is(lexer, "opening.place")) {
        path->kind = PATH_OPENING_PLACE;
        field = &place_field;
    } else if (lexer_is(lexer, "opening.after_start")) {
        path->kind = PATH_OPENING_AFTER_START;
        field = &after_start_field;
    } else {
        field = prefixed_path(reader, path);
    }
    if (field != NULL)
        lexer_next(lexer);
    return field;
}

static const struct expression *compare_read(const struct expression_reader *reader) {
    struct lexer *lexer = reader->lexer;
    struct expression *node = node_new(lexer, NODE_COMPARE);
    const struct field_type *field = path_read(reader, &node->path);
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

static const struct expression *within_read(const struct expression_reader *reader) {
    struct expression *node = node_new(reader->lexer, NODE_WITHIN);
    if (!days_read(reader->lexer, &node->within) || !lexer_expect(reader->lexer, "of") ||
        !lexer_expect(reader->lexer, "start"))
        return NULL;
    return node;
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
    char *end;
    long age = strtol(lexer->token.text, &end, 10);
    if (lexer->token.kind != TOKEN_WORD || *end != '\0' || age < 0 || age > 150) {
        lexer_problem(lexer, "expected an age in whole years, found `%s`", lexer->token.text);
        return NULL;
    }
    lexer_next(lexer);
    node->age = (int) age;
    return node;
}

static bool window_read(struct lexer *lexer, struct expression *node) {
    if (lexer_accept(lexer, "ever")) {
        node->window = WINDOW_EVER;
    } else if (lexer_accept(lexer, "in")) {
        node->window = WINDOW_CARE;
        return lexer_expect(lexer, "care");
    } else if (lexer_accept(lexer, "before")) {
        node->window = WINDOW_BEFORE_START;
        return lexer_expect(lexer, "start");
    } else if (lexer_accept(lexer, "within")) {
        node->window = WINDOW_WITHIN_BEFORE_START;
        return days_read(lexer, &node->within) && lexer_expect(lexer, "before") && lexer_expect(lexer, "start");
    }
    return true;
}

static const struct expression *had_read(const struct expression_reader *reader) {
    struct expression *node = node_new(reader->lexer, NODE_HAD);
    if (!filter_read(reader->lexer, reader->catalogue, &node->filter) || !window_read(reader->lexer, node))
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
    struct expression *root = node_new(lexer, inner->kind);
    *root = *inner;
    root->text = lexer->text;
    return root;
}

const char *expression_text(const struct expression *expression) {
    return expression->text;
}

/* Evaluating ---------------------------------------------------------------------------------------------------------
 */

static bool in_window(const struct expression *node, const struct setting *setting, const struct standing *standing) {
    struct occurrence at = standing->occurred, start = setting->scope_from;
    switch (node->window) {
    case WINDOW_EVER:
        return at.at.ms <= setting->at.at.ms;
    case WINDOW_CARE:
        return at.at.ms <= setting->at.at.ms && setting->period != NULL &&
               history_period_of(setting->history, at) == setting->period;
    case WINDOW_BEFORE_START:
        return at.at.ms < start.at.ms;
    case WINDOW_WITHIN_BEFORE_START: {
        struct limit back = {.number = -node->within.number, .unit = node->within.unit};
        return at.at.ms < start.at.ms && limit_day(setting->history->calendar, back, start.day).day <= at.day.day;
    }
    case WINDOW_SCOPE:
        break;
    }
    return occurrence_on_or_before(start, at) && at.at.ms <= setting->at.at.ms;
}

static enum truth had(const struct expression *node, const struct setting *setting) {
    size_t count;
    const struct standing *const *all = history_of_type(setting->history, node->filter.type, &count);
    const struct standing *opening = setting->opening;
    for (size_t i = 0; i < count; i++)
        if (in_window(node, setting, all[i]) &&
            filter_matches(&node->filter, all[i]->fact, opening != NULL ? opening->fact : NULL))
            return TRUTH_YES;
    return TRUTH_NO;
}

static enum truth age_compare(const struct expression *node, const struct setting *setting) {
    const struct history *history = setting->history;
    if (!history->has_birth)
        return TRUTH_UNKNOWN;
    struct date day = limit_day(history->calendar, node->later, setting->at.day);
    bool reached = date_birthday(history->born, node->age).day <= day.day;
    return reached == (node->comparison == COMPARE_MORE_EQUAL) ? TRUTH_YES : TRUTH_NO;
}

static struct value text_value(const char *text) {
    return (struct value){.kind = VALUE_TEXT, .of.text = text};
}

static struct value field_of(const struct standing *standing, field_symbol field) {
    return standing != NULL ? fact_value(standing->fact, field) : (struct value){.kind = VALUE_NONE};
}

static struct value episode_value(const struct episode *episode, field_symbol field) {
    if (episode == NULL)
        return (struct value){.kind = VALUE_NONE};
    struct value value = field_of(episode->end, field);
    return value.kind != VALUE_NONE ? value : field_of(episode->start, field);
}

static struct value path_value(const struct path *path, const struct setting *setting) {
    const struct history *history = setting->history;
    switch (path->kind) {
    case PATH_LEGAL_STATUS:
        if (setting->period == NULL)
            break;
        return history_legal_status(history, setting->period, setting->at.at);
    case PATH_PROFILE:
        return text_value(profile_name(history_profile_at(history, setting->at.at)));
    case PATH_OPENING:
        return text_value(setting->opening != NULL ? setting->opening->fact->type->name : "start");
    case PATH_OPENING_PLACE:
        return (struct value){.kind = VALUE_NUMBER, .of.number = (double) setting->place};
    case PATH_OPENING_AFTER_START:
        return (struct value){.kind = VALUE_BOOLEAN,
                              .of.truth = setting->opening != NULL &&
                                          setting->opening->occurred.at.ms > setting->scope_from.at.ms};
    case PATH_OPENING_FIELD:
        return field_of(setting->opening, path->field);
    case PATH_FACT_FIELD:
        return field_of(setting->fact, path->field);
    case PATH_CARE_FIELD:
        return field_of(setting->period != NULL ? setting->period->start : NULL, path->field);
    case PATH_EPISODE_FIELD:
        return episode_value(setting->episode, path->field);
    case PATH_FIRST_PLACEMENT_FIELD:
        return field_of(setting->home != NULL ? history->placements[setting->home->first].start : NULL, path->field);
    case PATH_PLACEMENT_FIELD:
        if (setting->home == NULL)
            break;
        return home_value(history, setting->home, path->field, setting->at.at, NULL);
    }
    return (struct value){.kind = VALUE_NONE};
}

static enum truth within_of_start(const struct expression *node, const struct setting *setting) {
    struct date end = limit_day(setting->history->calendar, node->within, setting->scope_from.day);
    return setting->at.day.day < end.day ? TRUTH_YES : TRUTH_NO;
}

static enum truth compare_path(const struct expression *node, const struct setting *setting) {
    struct value actual = path_value(&node->path, setting);
    if (node->with.opening_field == FIELD_NONE)
        return compare(node->comparison, actual, node->with.values, node->with.n_values);
    struct value wanted = field_of(setting->opening, node->with.opening_field);
    return compare(node->comparison, actual, &wanted, wanted.kind != VALUE_NONE);
}

static enum truth join(enum truth left, enum truth right, enum truth decisive) {
    if (left == decisive || right == decisive)
        return decisive;
    return left == TRUTH_UNKNOWN || right == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : left;
}

enum truth expression_evaluate(const struct expression *node, const struct setting *setting) {
    switch (node->kind) {
    case NODE_OR:
        return join(expression_evaluate(node->left, setting), expression_evaluate(node->right, setting), TRUTH_YES);
    case NODE_AND:
        return join(expression_evaluate(node->left, setting), expression_evaluate(node->right, setting), TRUTH_NO);
    case NODE_NOT: {
        enum truth inner = expression_evaluate(node->left, setting);
        return inner == TRUTH_UNKNOWN ? inner : inner == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
    }
    case NODE_HAD:
        return had(node, setting);
    case NODE_AGE:
        return age_compare(node, setting);
    case NODE_WITHIN:
        return within_of_start(node, setting);
    case NODE_KNOWN: {
        bool known = path_value(&node->path, setting).kind != VALUE_NONE;
        return known == (node->comparison == COMPARE_IS) ? TRUTH_YES : TRUTH_NO;
    }
    case NODE_COMPARE:
        break;
    }
    return compare_path(node, setting);
}

void expression_mentions(const struct expression *node, struct mentions *mentions) {
    if (node == NULL)
        return;
    expression_mentions(node->left, mentions);
    expression_mentions(node->right, mentions);
    if (node->kind == NODE_AGE && mentions->n_ages < EXPRESSION_AGES_MAX)
        mentions->ages[mentions->n_ages++] = node->age;
    if (node->kind == NODE_COMPARE && node->path.kind == PATH_PLACEMENT_FIELD &&
        mentions->n_fields < EXPRESSION_FIELDS_MAX)
        mentions->placement_fields[mentions->n_fields++] = node->path.field;
    mentions->profile |= node->kind == NODE_COMPARE && node->path.kind == PATH_PROFILE;
    mentions->legal_status |= node->kind == NODE_COMPARE && node->path.kind == PATH_LEGAL_STATUS;
}
