/* redis.c: see redis.h. A request that is under way is copied whole: whatever its caller's memory does meanwhile, the
 * bytes are on the wire. */
#include "redis.h"

#include "ensure.h"

#include <string.h>

void redis_init(struct redis *redis) {
    redis->store = memory_store_new();
}

int redis_write(struct redis *redis, const struct store_write *write) {
    struct store store = memory_store_ops(redis->store);
    int outcome = store.ops->write(store.self, write);
    if (outcome == 0 && redis->accepted != NULL)
        redis->accepted(redis->context, write);
    return outcome;
}

/* ---- copies of requests ---- */

static struct bytes copy_bytes(struct arena *arena, struct bytes bytes) {
    return (struct bytes){bytes.data == NULL ? NULL : arena_strndup(arena, bytes.data, bytes.length), bytes.length};
}

static const char **copy_texts(struct arena *arena, const char *const *texts, size_t count) {
    const char **made = ARENA_ARRAY(arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        made[i] = arena_strdup(arena, texts[i]);
    return made;
}

static struct store_record copy_record(struct arena *arena, const struct store_record *record) {
    struct store_record made = *record;
    made.subject = arena_strdup(arena, record->subject);
    made.facts = ARENA_ARRAY(arena, struct store_fact, record->n_facts);
    for (size_t i = 0; i < record->n_facts; i++)
        made.facts[i] = (struct store_fact){record->facts[i].number, copy_bytes(arena, record->facts[i].value)};
    made.said = ARENA_ARRAY(arena, struct store_said, record->n_said);
    for (size_t i = 0; i < record->n_said; i++)
        made.said[i] =
            (struct store_said){arena_strdup(arena, record->said[i].rule), arena_strdup(arena, record->said[i].anchor),
                                copy_bytes(arena, record->said[i].value)};
    return made;
}

static struct store_record *copy_records(struct arena *arena, const struct store_write *write) {
    struct store_record *made = ARENA_ARRAY(arena, struct store_record, write->n_records);
    for (size_t i = 0; i < write->n_records; i++)
        made[i] = copy_record(arena, &write->records[i]);
    return made;
}

static struct store_entry *copy_entries(struct arena *arena, const struct store_write *write) {
    struct store_entry *made = ARENA_ARRAY(arena, struct store_entry, write->n_entries);
    for (size_t i = 0; i < write->n_entries; i++)
        made[i] = (struct store_entry){write->entries[i].sequence, copy_bytes(arena, write->entries[i].value)};
    return made;
}

static struct store_open *copy_open(struct arena *arena, const struct store_write *write) {
    struct store_open *made = ARENA_ARRAY(arena, struct store_open, write->n_open);
    for (size_t i = 0; i < write->n_open; i++)
        made[i] =
            (struct store_open){arena_strdup(arena, write->open[i].role), arena_strdup(arena, write->open[i].alert_id),
                                copy_bytes(arena, write->open[i].value)};
    return made;
}

static struct store_field *copy_fields(struct arena *arena, const struct store_field *fields, size_t count) {
    struct store_field *made = ARENA_ARRAY(arena, struct store_field, count);
    for (size_t i = 0; i < count; i++)
        made[i] = (struct store_field){arena_strdup(arena, fields[i].name), copy_bytes(arena, fields[i].value)};
    return made;
}

static struct sequence *copy_trimmed(struct arena *arena, const struct store_write *write) {
    struct sequence *made = ARENA_ARRAY(arena, struct sequence, write->n_trimmed);
    for (size_t i = 0; i < write->n_trimmed; i++)
        made[i] = write->trimmed[i];
    return made;
}

static struct store_write copy_write(struct arena *arena, const struct store_write *write) {
    struct store_write made = *write;
    made.records = copy_records(arena, write);
    made.entries = copy_entries(arena, write);
    made.trimmed = copy_trimmed(arena, write);
    made.open = copy_open(arena, write);
    made.erased = copy_fields(arena, write->erased, write->n_erased);
    made.feeds = copy_fields(arena, write->feeds, write->n_feeds);
    made.forgotten = copy_texts(arena, write->forgotten, write->n_forgotten);
    made.changed = copy_texts(arena, write->changed, write->n_changed);
    made.saved = copy_texts(arena, write->saved, write->n_saved);
    return made;
}

/* ---- requests under way ---- */

void redis_send(struct redis *redis, const struct store_write *write) {
    for (size_t i = 0; i < REDIS_UNDER_WAY; i++)
        if (redis->under_way[i].arena == NULL) {
            redis->under_way[i].arena = arena_new();
            redis->under_way[i].write = copy_write(redis->under_way[i].arena, write);
            return;
        }
}

void redis_deliver(struct redis *redis, struct chance *chance) {
    struct redis_request *request = &redis->under_way[chance_below(chance, REDIS_UNDER_WAY)];
    if (request->arena == NULL)
        return;
    if (redis_write(redis, &request->write) == 0)
        redis->n_late_accepted++;
    else
        redis->n_late_refused++;
    request->arena = arena_free(request->arena);
}

bool redis_is_silent(const struct redis *redis) {
    for (size_t i = 0; i < REDIS_UNDER_WAY; i++)
        if (redis->under_way[i].arena != NULL)
            return false;
    return true;
}

static void break_connections(struct redis *redis) {
    for (size_t i = 0; i < REDIS_UNDER_WAY; i++)
        redis->under_way[i].arena = arena_free(redis->under_way[i].arena);
    redis->lost = true;
}

/* ---- the server ---- */

void redis_copy(struct redis *redis, size_t place) {
    (void) memory_store_free(redis->copies[place]);
    redis->copies[place] = memory_store_copy(redis->store);
}

bool redis_fall_back(struct redis *redis, size_t place) {
    if (redis->copies[place] == NULL)
        return false;
    memory_store_fall_back(redis->store, redis->copies[place]);
    break_connections(redis);
    return true;
}

void redis_empty(struct redis *redis) {
    memory_store_empty(redis->store);
    break_connections(redis);
}
