/* pack.c: YAML to rows. Every mistake is told with line and column, and reading goes on, so that all are named at once.
 */
#include "hash.h"
#include "pack_read.h"

static size_t sequence_of(const struct pack_reader *reader, const struct yaml *root, const char *key,
                          const struct yaml *const **ret_items) {
    const struct yaml *node = yaml_get(root, key);
    if (node == NULL)
        return 0;
    if (node->kind != YAML_SEQUENCE) {
        yaml_problem(reader->problems, node->place, "%s: expected a list", key);
        return 0;
    }
    *ret_items = node->items;
    return node->count;
}

static void read_pack(const struct pack_reader *reader, const struct yaml *root) {
    struct pack *pack = reader->pack;
    const struct yaml *const *items;
    pack_read_known_keys(reader, root, &pack_language_pack);
    pack->name = pack_read_text(reader, root, "pack", true);
    pack->version = pack_read_text(reader, root, "version", true);
    pack->title = pack_read_text(reader, root, "title", false);
    pack->calendar = pack_read_text(reader, root, "calendar", false);
    if (pack->calendar != NULL)
        pack->calendar_place = yaml_get(root, "calendar")->place;
    pack_ladder_read_all(reader, yaml_get(root, "ladders"));
    pack_span_read_all(reader, yaml_get(root, "spans"));
    pack_duty_switch_on(reader, yaml_get(root, "switch_on"));
    size_t count = sequence_of(reader, root, "duties", &items), n_clocks = 0;
    for (size_t i = 0; i < count; i++)
        n_clocks += pack_duty_count(items[i]);
    pack->clocks = ARENA_ARRAY(reader->arena, struct clock, n_clocks);
    for (size_t i = 0; i < count; i++) {
        pack_duty_read(reader, items[i], &pack->clocks[pack->n_clocks]);
        pack->n_clocks += pack_duty_count(items[i]);
    }
    count = sequence_of(reader, root, "risks", &items);
    pack->risks = ARENA_ARRAY(reader->arena, struct risk, count);
    for (size_t i = 0; i < count; i++)
        pack_risk_read(reader, items[i], &pack->risks[pack->n_risks++]);
}

static uint64_t hash_node(uint64_t hash, const struct yaml *node) {
    if (node->kind == YAML_SCALAR)
        return hash_text(hash, node->text);
    hash = hash_text(hash, node->kind == YAML_SEQUENCE ? "[" : "{");
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == YAML_MAPPING)
            hash = hash_text(hash, node->pairs[i].key);
        hash = hash_node(hash, node->kind == YAML_SEQUENCE ? node->items[i] : node->pairs[i].value);
    }
    return hash_text(hash, "]");
}

int pack_load(const char *path, const struct pack_context *context, struct arena *arena, struct yaml_problems *problems,
              struct pack **ret_pack) {
    const struct yaml *root;
    int r = yaml_load(path, arena, problems, &root);
    if (r != 0)
        return r;
    size_t before = problems->count;
    struct pack_reader reader = {
        .yaml = {.problems = problems},
        .problems = problems,
        .context = context,
        .arena = arena,
        .pack = ARENA_NEW(arena, struct pack),
        .spans = ARENA_NEW(arena, struct named_spans),
    };
    if (root->kind != YAML_MAPPING)
        yaml_problem(problems, root->place, "expected a pack: a mapping with pack, version, duties, risks");
    else
        read_pack(&reader, root);
    if (problems->count > before)
        return YAML_WRONG;
    reader.pack->content = hash_node(HASH_START, root);
    *ret_pack = reader.pack;
    return 0;
}
