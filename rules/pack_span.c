/* pack_span.c: the spans that a pack names, `care_leaver: {from: ..., to: ...}`. */
#include "pack_read.h"

#include <string.h>

static const char *const taken[] = {"life", "care", "placement", "episode", NULL};

static bool is_name(const char *text) {
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static void check_name(const struct pack_reader *reader, const struct yaml_pair *pair) {
    bool known = spans_find(reader->spans, pair->key) != NULL;
    for (size_t i = 0; taken[i] != NULL; i++)
        known |= strcmp(taken[i], pair->key) == 0;
    if (known)
        yaml_problem(reader->problems, pair->key_place, "the scope `%s` stands already", pair->key);
    if (!is_name(pair->key))
        yaml_problem(reader->problems, pair->key_place, "the name of a span is made of a to z, 0 to 9 and _");
}

static void read_within(const struct pack_reader *reader, const struct yaml *node, struct named_span *span) {
    static const char *const words[] = {"care", NULL};
    int choice = 0;
    const struct yaml *within = yaml_get(node, "within");
    span->within_care = within != NULL && pack_read_choice(reader, within, "care", words, &choice);
}

static void read_again(const struct pack_reader *reader, const struct yaml *node, struct named_span *span) {
    static const char *const words[] = {"begins_anew", "goes_on", NULL};
    int choice = 0;
    const struct yaml *again = yaml_get(node, "again");
    if (again != NULL)
        (void) pack_read_choice(reader, again, "begins_anew or goes_on", words, &choice);
    span->goes_on = choice == 1;
}

static void read_span(const struct pack_reader *reader, const struct yaml_pair *pair, struct named_span *span) {
    const struct yaml *node = pair->value;
    long age = 0;
    check_name(reader, pair);
    yaml_known_keys(reader->yaml, node,
                    (const char *const[]){"from", "to", "until_age", "within", "again", "anchor", NULL});
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
    read_again(reader, node, span);
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
