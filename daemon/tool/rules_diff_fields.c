/* rules_diff_fields.c: see rules_diff_fields.h. Packs are compared as written, not as read: whoever changes a pack
 * thinks in its lines. Comments and order within a mapping change nothing. */
#include "rules_diff_fields.h"

#include <string.h>

static const char *written(struct arena *arena, const struct yaml *node) {
    if (node->kind == YAML_SCALAR)
        return node->text;
    const char *text = "";
    for (size_t i = 0; i < node->count; i++) {
        const char *before = i > 0 ? ", " : "";
        if (node->kind == YAML_SEQUENCE)
            text = arena_printf(arena, "%s%s%s", text, before, written(arena, node->items[i]));
        else
            text = arena_printf(arena, "%s%s%s: %s", text, before, node->pairs[i].key,
                                written(arena, node->pairs[i].value));
    }
    return arena_printf(arena, node->kind == YAML_SEQUENCE ? "[%s]" : "{%s}", text);
}

static bool names_it(const char *key) {
    return strcmp(key, "id") == 0 || strcmp(key, "clock") == 0 || strcmp(key, "rows") == 0;
}

static void add_fields(struct arena *arena, const struct yaml *node, struct rules_diff_entry *entry) {
    for (size_t i = 0; node->kind == YAML_MAPPING && i < node->count; i++) {
        const struct yaml_pair *pair = &node->pairs[i];
        if (names_it(pair->key) || rules_diff_fields_get(entry, pair->key) != NULL)
            continue;
        entry->fields[entry->n_fields++] =
            (struct rules_diff_field){pair->key, written(arena, pair->value), pair->key_place};
    }
}

static void add_entry(struct arena *arena, struct rules_diff_entries *entries, const struct rules_diff_entry *head,
                      const struct yaml *own, const struct yaml *shared) {
    entries->list = arena_grow_array(arena, entries->list, entries->count, entries->count + 1, sizeof *entries->list);
    struct rules_diff_entry *entry = &entries->list[entries->count++];
    *entry = *head;
    entry->fields = ARENA_ARRAY(arena, struct rules_diff_field, own->count + (shared != NULL ? shared->count : 0));
    add_fields(arena, own, entry);
    if (shared != NULL)
        add_fields(arena, shared, entry);
}

static void add_rules(struct arena *arena, struct rules_diff_entries *entries, const char *kind,
                      const struct yaml *list, const struct yaml *shared) {
    for (size_t i = 0; list != NULL && list->kind == YAML_SEQUENCE && i < list->count; i++) {
        const struct yaml *node = list->items[i], *id = yaml_get(node, "id");
        const struct yaml *rows = yaml_get(node, "rows");
        if (rows != NULL)
            add_rules(arena, entries, kind, rows, node);
        else if (id != NULL)
            add_entry(arena, entries, &(struct rules_diff_entry){.kind = kind, .id = id->text, .place = node->place},
                      node, shared);
    }
}

int rules_diff_fields_load(const char *path, struct arena *arena, struct yaml_problems *problems,
                           struct rules_diff_entries *ret_entries) {
    const struct yaml *root;
    int outcome = yaml_load(path, arena, problems, &root);
    if (outcome != 0)
        return outcome;
    *ret_entries = (struct rules_diff_entries){0};
    add_rules(arena, ret_entries, "duty", yaml_get(root, "duties"), NULL);
    add_rules(arena, ret_entries, "risk", yaml_get(root, "risks"), NULL);
    const struct yaml *ladders = yaml_get(root, "ladders");
    for (size_t i = 0; ladders != NULL && ladders->kind == YAML_MAPPING && i < ladders->count; i++) {
        const struct yaml_pair *pair = &ladders->pairs[i];
        add_entry(arena, ret_entries,
                  &(struct rules_diff_entry){.kind = "ladder", .id = pair->key, .place = pair->key_place}, pair->value,
                  NULL);
    }
    return 0;
}

const struct rules_diff_entry *rules_diff_fields_find(const struct rules_diff_entries *entries,
                                                      const struct rules_diff_entry *like) {
    for (size_t i = 0; i < entries->count; i++)
        if (strcmp(entries->list[i].id, like->id) == 0 && strcmp(entries->list[i].kind, like->kind) == 0)
            return &entries->list[i];
    return NULL;
}

const struct rules_diff_field *rules_diff_fields_get(const struct rules_diff_entry *entry, const char *key) {
    for (size_t i = 0; i < entry->n_fields; i++)
        if (strcmp(entry->fields[i].key, key) == 0)
            return &entry->fields[i];
    return NULL;
}
