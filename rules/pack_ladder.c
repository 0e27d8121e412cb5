/* pack_ladder.c: who is told when a duty is late, and after how long. */
#include "pack_read.h"

#include <string.h>

static const char *const *read_recipients(const struct pack_reader *reader, const struct yaml *node) {
    struct pack_items items;
    pack_read_items(node, &items);
    const char **recipients = ARENA_ARRAY(reader->arena, const char *, items.count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < items.count; i++)
        if (pack_read_is_scalar(reader, items.list[i], "a role id"))
            recipients[kept++] = items.list[i]->text;
    return recipients;
}

static void read_rung(const struct pack_reader *reader, const struct yaml *node, struct ladder *ladder) {
    if (ladder->n_rungs == LADDER_RUNGS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d rungs", LADDER_RUNGS_MAX);
        return;
    }
    struct rung *rung = &ladder->rungs[ladder->n_rungs++];
    pack_read_known_keys(reader, node, &pack_language_rung);
    rung->after = (struct limit){.unit = UNIT_WORKING_DAYS};
    pack_read_limit_key_in(reader, node, "after", UNITS_OF_RUNG, &rung->after);
    rung->recipients = read_recipients(reader, yaml_get(node, "tell"));
}

static const struct ladder *find_in(const struct pack *pack, const char *id) {
    for (size_t i = 0; i < pack->n_ladders; i++)
        if (strcmp(pack->ladders[i].id, id) == 0)
            return &pack->ladders[i];
    return NULL;
}

static const struct ladder *find_earlier(const struct pack_reader *reader, const char *id) {
    const struct ladder *found = NULL;
    for (size_t i = 0; i < reader->context->n_earlier && found == NULL; i++)
        found = find_in(reader->context->earlier[i], id);
    return found;
}

static void read_ladder(const struct pack_reader *reader, const struct yaml_pair *pair) {
    const struct yaml *rungs = yaml_get(pair->value, "rungs");
    if (find_earlier(reader, pair->key) != NULL)
        yaml_problem(reader->problems, pair->key_place, "the ladder `%s` stands already in a pack loaded before",
                     pair->key);
    struct ladder *ladder = &reader->pack->ladders[reader->pack->n_ladders++];
    ladder->id = pair->key;
    pack_read_known_keys(reader, pair->value, &pack_language_ladder);
    if (rungs == NULL || rungs->kind != YAML_SEQUENCE) {
        yaml_problem(reader->problems, pair->key_place, "%s: expected rungs", ladder->id);
        return;
    }
    for (size_t i = 0; i < rungs->count; i++)
        read_rung(reader, rungs->items[i], ladder);
}

void pack_ladder_read_all(const struct pack_reader *reader, const struct yaml *node) {
    if (node == NULL)
        return;
    if (node->kind != YAML_MAPPING) {
        yaml_problem(reader->problems, node->place, "ladders: expected a mapping of ladder ids");
        return;
    }
    reader->pack->ladders = ARENA_ARRAY(reader->arena, struct ladder, node->count);
    for (size_t i = 0; i < node->count; i++)
        read_ladder(reader, &node->pairs[i]);
}

static const char *const *names_of_all(const struct pack_reader *reader) {
    size_t count = reader->pack->n_ladders, n_names = 0;
    for (size_t i = 0; i < reader->context->n_earlier; i++)
        count += reader->context->earlier[i]->n_ladders;
    const char **names = ARENA_ARRAY(reader->arena, const char *, count + 1);
    for (size_t i = 0; i < reader->pack->n_ladders; i++)
        names[n_names++] = reader->pack->ladders[i].id;
    for (size_t i = 0; i < reader->context->n_earlier; i++)
        for (size_t j = 0; j < reader->context->earlier[i]->n_ladders; j++)
            names[n_names++] = reader->context->earlier[i]->ladders[j].id;
    return names;
}

const struct ladder *pack_ladder_find(const struct pack_reader *reader, const struct yaml *mapping) {
    const struct yaml *node = yaml_get(mapping, "late");
    if (node == NULL || !pack_read_is_scalar(reader, node, "a ladder id"))
        return NULL;
    const struct ladder *found = find_earlier(reader, node->text);
    if (found == NULL)
        found = find_in(reader->pack, node->text);
    if (found == NULL)
        yaml_problem(reader->problems, node->place, "`%s` is not a ladder of this pack or of one loaded before%s",
                     node->text, yaml_suggest(reader->arena, node->text, names_of_all(reader)));
    return found;
}
