/* pack_span.c: the spans that a pack names, `care_leaver: {from: ..., to: ...}`. */
#include "expression_language.h"
#include "pack_read.h"

#include <string.h>

static bool is_name(const char *text) {
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static void check_name(const struct pack_reader *reader, const struct yaml_pair *pair) {
    bool known = spans_find(reader->spans, pair->key) != NULL;
    for (const struct language_word *scope = expression_language_scope.words; scope->word != NULL; scope++)
        known |= strcmp(scope->word, pair->key) == 0;
    if (known)
        yaml_problem(reader->problems, pair->key_place, "the scope `%s` stands already", pair->key);
    if (!is_name(pair->key))
        yaml_problem(reader->problems, pair->key_place, "the name of a span is made of a to z, 0 to 9 and _");
}

static void read_within(const struct pack_reader *reader, const struct yaml *node, struct named_span *span) {
    int choice = 0;
    const struct yaml *within = yaml_get(node, "within");
    span->within_care = within != NULL && pack_read_choice(reader, within, &pack_language_span_within, &choice);
}

static void read_span(const struct pack_reader *reader, const struct yaml_pair *pair, struct named_span *span) {
    const struct yaml *node = pair->value;
    long age = 0;
    check_name(reader, pair);
    pack_read_known_keys(reader, node, &pack_language_span);
    span->name = span->anchor = pair->key;
    if (yaml_get(node, "anchor") != NULL)
        span->anchor = pack_read_text(reader, node, "anchor", false);
    span->n_from = pack_read_filters(reader, yaml_get(node, "from"), span->from, SPAN_FILTERS_MAX);
    span->n_to = pack_read_filters(reader, yaml_get(node, "to"), span->to, SPAN_FILTERS_MAX);
    if (yaml_get(node, "from") == NULL)
        yaml_problem(reader->problems, pair->key_place, "%s: expected `from`: the event that begins it", pair->key);
    (void) yaml_integer(reader->yaml, node, "until_age", false, 1, 150, &age);
    span->until_age = (int) age;
    read_within(reader, node, span);
    span->goes_on = pack_read_choice_key(reader, node, "again", &pack_language_span_again) == 1;
}

static void add(const struct pack_reader *reader, const struct yaml_place place, const struct named_span *span) {
    if (reader->spans->count == SPANS_MAX)
        yaml_problem(reader->problems, place, "more than %d spans", SPANS_MAX);
    else
        reader->spans->list[reader->spans->count++] = span;
}

void pack_span_read_all(const struct pack_reader *reader, const struct yaml *node) {
    struct pack *pack = reader->pack;
    for (size_t i = 0; i < reader->context->n_earlier; i++)
        for (size_t j = 0; j < reader->context->earlier[i]->n_spans; j++)
            add(reader, (struct yaml_place){reader->pack->name, 1, 1}, &reader->context->earlier[i]->spans[j]);
    if (node == NULL)
        return;
    if (node->kind != YAML_MAPPING) {
        yaml_problem(reader->problems, node->place, "spans: expected a mapping of names");
        return;
    }
    pack->spans = ARENA_ARRAY(reader->arena, struct named_span, node->count);
    for (; pack->n_spans < node->count; pack->n_spans++) {
        const struct yaml_pair *pair = &node->pairs[pack->n_spans];
        read_span(reader, pair, &pack->spans[pack->n_spans]);
        add(reader, pair->key_place, &pack->spans[pack->n_spans]);
    }
}
