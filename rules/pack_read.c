/* pack_read.c: the readers that ladders, duties and risks share. */
#include "pack_read.h"

#include "expression_language.h"

#include <string.h>

void pack_read_items(const struct yaml *node, struct pack_items *items) {
    *items = (struct pack_items){.single = node};
    if (node == NULL)
        return;
    items->count = node->kind == YAML_SEQUENCE ? node->count : 1;
    items->list = node->kind == YAML_SEQUENCE ? node->items : &items->single;
}

bool pack_read_is_scalar(const struct pack_reader *reader, const struct yaml *node, const char *what) {
    if (node->kind == YAML_SCALAR)
        return true;
    yaml_problem(reader->problems, node->place, "expected %s", what);
    return false;
}

const char *pack_read_text(const struct pack_reader *reader, const struct yaml *parent, const char *key,
                           bool required) {
    const char *text = NULL;
    (void) yaml_text(reader->yaml, parent, key, required, &text);
    return text;
}

void pack_read_known_keys(const struct pack_reader *reader, const struct yaml *node,
                          const struct language_section *section) {
    yaml_known_keys(reader->yaml, node, language_names(section, reader->arena));
}

bool pack_read_word(const struct pack_reader *reader, const struct yaml *node, const char *what,
                    const char *const words[], int *ret_choice) {
    if (!pack_read_is_scalar(reader, node, what))
        return false;
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], node->text) == 0) {
            *ret_choice = i;
            return true;
        }
    yaml_problem(reader->problems, node->place, "`%s` is not %s%s", node->text, what,
                 yaml_suggest(reader->arena, node->text, words));
    return false;
}

bool pack_read_choice(const struct pack_reader *reader, const struct yaml *node, const struct language_section *codes,
                      int *ret_choice) {
    return pack_read_word(reader, node, language_expected(codes, reader->arena), language_names(codes, reader->arena),
                          ret_choice);
}

int pack_read_choice_key(const struct pack_reader *reader, const struct yaml *mapping, const char *key,
                         const struct language_section *codes) {
    int choice = 0;
    const struct yaml *node = yaml_get(mapping, key);
    if (node != NULL)
        (void) pack_read_choice(reader, node, codes, &choice);
    return choice;
}

enum scope_kind pack_read_scope(const struct pack_reader *reader, const struct yaml *mapping,
                                enum scope_kind otherwise) {
    int scope = (int) otherwise;
    const struct yaml *node = yaml_get(mapping, "scope");
    if (node != NULL)
        (void) pack_read_choice(reader, node, &expression_language_scope, &scope);
    return (enum scope_kind) scope;
}

enum scope_kind pack_read_duty_scope(const struct pack_reader *reader, const struct yaml *mapping,
                                     const struct named_span **ret_span) {
    const struct yaml *node = yaml_get(mapping, "scope");
    *ret_span = NULL;
    if (node != NULL && node->kind == YAML_SCALAR)
        *ret_span = spans_find(reader->spans, node->text);
    return *ret_span != NULL ? SCOPE_SPAN : pack_read_scope(reader, mapping, SCOPE_CARE);
}

/* Small languages inside scalars. */

const struct expression *pack_read_condition(const struct pack_reader *reader, const struct yaml *node,
                                             enum scope_kind scope) {
    if (node == NULL || !pack_read_is_scalar(reader, node, "a condition"))
        return NULL;
    struct lexer lexer;
    lexer_open(&lexer, node, reader->arena, reader->problems);
    struct expression_reader conditions = {
        .lexer = &lexer, .catalogue = reader->context->catalogue, .scope = scope, .spans = reader->spans};
    return expression_read(&conditions);
}

static bool read_to_end(struct lexer *lexer) {
    if (lexer->token.kind != TOKEN_END)
        lexer_problem(lexer, "expected the end, found `%s`", lexer->token.text);
    return !lexer->failed;
}

bool pack_read_filter(const struct pack_reader *reader, const struct yaml *node, struct filter *ret_filter) {
    if (!pack_read_is_scalar(reader, node, "an event type, as in visit.made{kind=statutory}"))
        return false;
    struct lexer lexer;
    lexer_open(&lexer, node, reader->arena, reader->problems);
    lexer.each = reader->each;
    return filter_read(&lexer, reader->context->catalogue, ret_filter) && read_to_end(&lexer);
}

size_t pack_read_filters(const struct pack_reader *reader, const struct yaml *node, struct filter *filters,
                         size_t max) {
    struct pack_items items;
    size_t count = 0;
    pack_read_items(node, &items);
    for (size_t i = 0; i < items.count; i++) {
        if (count == max) {
            yaml_problem(reader->problems, items.list[i]->place, "more than %zu of them", max);
            break;
        }
        if (pack_read_filter(reader, items.list[i], &filters[count]))
            count++;
    }
    return count;
}

bool pack_read_limit(const struct pack_reader *reader, const struct yaml *node, struct limit *ret_limit) {
    return pack_read_limit_in(reader, node, UNITS_PLAIN, ret_limit);
}

bool pack_read_limit_in(const struct pack_reader *reader, const struct yaml *node, unsigned units,
                        struct limit *ret_limit) {
    if (!pack_read_is_scalar(reader, node, "a limit, as in 20 working_days"))
        return false;
    struct lexer lexer;
    lexer_open(&lexer, node, reader->arena, reader->problems);
    return limit_read_in(&lexer, units, ret_limit) && read_to_end(&lexer);
}

void pack_read_limit_key(const struct pack_reader *reader, const struct yaml *parent, const char *key,
                         struct limit *ret_limit) {
    pack_read_limit_key_in(reader, parent, key, UNITS_PLAIN, ret_limit);
}

void pack_read_limit_key_in(const struct pack_reader *reader, const struct yaml *parent, const char *key,
                            unsigned units, struct limit *ret_limit) {
    const struct yaml *node = yaml_get(parent, key);
    if (node != NULL)
        (void) pack_read_limit_in(reader, node, units, ret_limit);
}

/* The face of a rule. */

static void read_date(const struct pack_reader *reader, const struct yaml *mapping, const char *key,
                      struct date *ret_date) {
    const struct yaml *node = yaml_get(mapping, key);
    if (node != NULL && (node->kind != YAML_SCALAR || date_parse(node->text, ret_date) != 0))
        yaml_problem(reader->problems, node->place, "%s: expected a date (YYYY-MM-DD)", key);
}

static void read_in_force(const struct pack_reader *reader, const struct yaml *mapping, struct in_force *in_force) {
    const struct yaml *node = yaml_get(mapping, "in_force");
    *in_force = (struct in_force){.from = {INT32_MIN}, .to = {INT32_MAX}};
    if (node == NULL)
        return;
    pack_read_known_keys(reader, node, &pack_language_in_force);
    read_date(reader, node, "from", &in_force->from);
    read_date(reader, node, "to", &in_force->to);
    if (date_before(in_force->to, in_force->from))
        yaml_problem(reader->problems, node->place, "in_force ends before it begins");
}

static bool is_id(const char *text) {
    return *text != '\0' && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static bool is_confidence(const char *text) {
    const struct language_word *code = pack_language_confidence.words;
    while (code->word != NULL && strcmp(code->word, text) != 0)
        code++;
    return code->word != NULL;
}

static void read_law(const struct pack_reader *reader, const struct yaml *node, struct rule_face *face) {
    const struct yaml *law = yaml_get(node, "law");
    if (law == NULL) {
        yaml_problem(reader->problems, node->place, "%s: a rule cites its law: law: {ref: ..., confidence: V|S|M|E}",
                     face->id);
        return;
    }
    pack_read_known_keys(reader, law, &pack_language_law);
    face->law = pack_read_text(reader, law, "ref", true);
    face->confidence = pack_read_text(reader, law, "confidence", true);
    if (face->confidence != NULL && !is_confidence(face->confidence))
        yaml_problem(reader->problems, law->place, "confidence is V, S, M or E");
}

void pack_read_face(const struct pack_reader *reader, const struct yaml *node, struct rule *rule) {
    struct rule_face *face = &rule->face;
    rule->place = node->place;
    face->id = pack_read_text(reader, node, "id", true);
    if (face->id != NULL && !is_id(face->id))
        yaml_problem(reader->problems, yaml_get(node, "id")->place, "an id is made of a to z, 0 to 9 and -");
    if (face->id == NULL)
        face->id = "";
    face->title = pack_read_text(reader, node, "title", true);
    face->pack = reader->pack->name;
    face->pack_version = reader->pack->version;
    read_law(reader, node, face);
    face->owner = pack_read_text(reader, node, "owner", false);
    read_in_force(reader, node, &rule->in_force);
    rule->when_text = pack_read_text(reader, node, "when", false);
}

const char *pack_read_written(const struct pack_reader *reader, const struct yaml *node) {
    if (node == NULL || node->kind == YAML_SCALAR)
        return node != NULL ? node->text : NULL;
    const char *text = "", *separator = node->kind == YAML_SEQUENCE ? "; " : ", ";
    for (size_t i = 0; i < node->count; i++) {
        const char *before = i > 0 ? separator : "";
        if (node->kind == YAML_SEQUENCE)
            text = arena_printf(reader->arena, "%s%s%s", text, before, pack_read_written(reader, node->items[i]));
        else
            text = arena_printf(reader->arena, "%s%s%s: %s", text, before, node->pairs[i].key,
                                pack_read_written(reader, node->pairs[i].value));
    }
    return text;
}
