/* feeds_codec.c: entries as they stand in the store and on care.facts (redis-layout.md): a name, the JSON array of
 * kind, authority, source and reference, and a JSON object. */
#include "feeds.h"

#include "ensure.h"
#include "feeds_part.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {[FEEDS_LOAD] = "load", [FEEDS_COMPLETE] = "feed"};

/* ---- writing ---- */

static const char *dump(json_t *json, struct arena *arena) {
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    ENSURE(text != NULL);
    const char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

static json_t *number(struct instant at) {
    return instant_equal(at, INSTANT_NEVER) ? json_null() : json_integer(at.ms);
}

static json_t *name_json(const struct feeds_entry *entry) {
    return json_pack("[ssss]", kinds[entry->kind], entry->authority, entry->source, entry->reference);
}

static json_t *value_json(const struct feeds_entry *entry) {
    if (entry->kind == FEEDS_COMPLETE)
        return json_pack("{sIsI}", "complete_to", (json_int_t) entry->complete_to.ms, "interval_hours",
                         (json_int_t) entry->interval_hours);
    return json_pack("{sososo sb}", "started_at", number(entry->started_at), "limit_at", number(entry->limit_at),
                     "ended_at", number(entry->ended_at), "over", entry->over);
}

struct store_field *feeds_encode_changed(const struct feeds *feeds, struct arena *arena, size_t *ret_count) {
    struct store_field *list = ARENA_ARRAY(arena, struct store_field, feeds->count);
    size_t count = 0;
    for (size_t i = 0; i < feeds->count; i++) {
        const struct feeds_entry *entry = &feeds->entries[i];
        if (!entry->changed)
            continue;
        struct store_field *stored = &list[count++];
        *stored = (struct store_field){.name = dump(name_json(entry), arena)};
        if (entry->removed)
            continue;
        stored->value.data = dump(value_json(entry), arena);
        stored->value.length = strlen(stored->value.data);
    }
    *ret_count = count;
    return list;
}

const char *feeds_to_json(const struct feeds *feeds, struct arena *arena) {
    json_t *list = json_array();
    for (size_t i = 0; i < feeds->count; i++)
        if (!feeds->entries[i].removed)
            ENSURE(json_array_append_new(
                       list, json_pack("[oo]", name_json(&feeds->entries[i]), value_json(&feeds->entries[i]))) == 0);
    if (json_array_size(list) > 0)
        return dump(list, arena);
    json_decref(list);
    return NULL;
}

/* ---- reading ---- */

static struct instant read_instant(const json_t *value, const char *key) {
    const json_t *number = json_object_get(value, key);
    json_int_t ms = json_integer_value(number);
    if (!json_is_integer(number) || ms < -STORE_NUMBER_MAX || ms > STORE_NUMBER_MAX)
        return INSTANT_NEVER;
    return (struct instant){ms};
}

static bool read_value(const json_t *value, struct feeds_entry *entry) {
    if (entry->kind == FEEDS_COMPLETE) {
        entry->complete_to = read_instant(value, "complete_to");
        entry->interval_hours = json_integer_value(json_object_get(value, "interval_hours"));
        return !instant_equal(entry->complete_to, INSTANT_NEVER);
    }
    entry->started_at = read_instant(value, "started_at");
    entry->limit_at = read_instant(value, "limit_at");
    entry->ended_at = read_instant(value, "ended_at");
    entry->over = json_is_true(json_object_get(value, "over"));
    return json_is_object(value);
}

static bool merge(struct feeds *feeds, json_t *name, const json_t *value, bool stands) {
    const char *kind, *authority, *source, *reference;
    if (json_unpack(name, "[ssss]", &kind, &authority, &source, &reference) != 0)
        return false;
    struct feeds_entry entry = {
        .kind = strcmp(kind, kinds[FEEDS_LOAD]) == 0 ? FEEDS_LOAD : FEEDS_COMPLETE,
        .authority = (char *) authority,
        .source = (char *) source,
        .reference = (char *) reference,
    };
    if (strcmp(kind, kinds[entry.kind]) != 0 || !read_value(value, &entry))
        return false;
    feeds_put(feeds, &entry, stands);
    return true;
}

bool feeds_merge(struct feeds *feeds, const struct store_field *stored, bool stands) {
    json_t *name = json_loads(stored->name, 0, NULL);
    json_t *value = json_loadb(stored->value.data, stored->value.length, 0, NULL);
    bool good = merge(feeds, name, value, stands);
    json_decref(name);
    json_decref(value);
    return good;
}

void feeds_merge_json(struct feeds *feeds, const char *text) {
    json_t *list = json_loads(text, 0, NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *pair = json_array_get(list, i);
        (void) merge(feeds, json_array_get(pair, 0), json_array_get(pair, 1), false);
    }
    json_decref(list);
}
