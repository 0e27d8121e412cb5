/* live.c: see live.h. */
#include "live.h"

#include "encode.h"
#include "ensure.h"
#include "murmur2.h"
#include "outbox.h"
#include "progress.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum { PARTITIONS_MAX = 1024, RECORDS_AT_ONCE = 200 };

static int failed(const struct live *live) {
    return tool_fail("%s", live->store.ops->error(live->store.self));
}

/* ---- opening ---- */

/* A partition has state from the moment a daemon takes it; in a group's first seconds some may have none. */
static int find_partitions(struct live *live) {
    for (int32_t i = 0; i < PARTITIONS_MAX; i++) {
        struct store_meta meta = {0};
        if (live->store.ops->load(live->store.self, i, &meta) != 0)
            return failed(live);
        if (!meta.exists)
            continue;
        live->n_partitions = meta.partitions;
        return TOOL_OK;
    }
    return tool_fail("there is no state of a daemon in Redis at %s; set redis.url to the daemon's, or read events with "
                     "--events FILE",
                     store_redis_address(live->redis));
}

static int connect_redis(const struct config *config, struct live *live) {
    const struct store_redis_options options = {
        .url = config->redis.url, .timeout_ms = config->redis.timeout_ms, .read_only = true};
    const char *wrong;
    if (config->redis.url == NULL)
        return tool_fail("redis.url is not set: set it to the daemon's Redis to read the live state, or read events "
                         "with --events FILE");
    if (store_redis_open(&options, &live->redis, &wrong) != 0)
        return tool_fail("redis.url: %s", wrong);
    live->store = store_redis_ops(live->redis);
    return store_redis_connect(live->redis) == 0 ? TOOL_OK : failed(live);
}

int live_open(const struct tool *tool, const struct engine *engine, struct live *ret_live) {
    CLEANUP(config_freep) struct config *config = NULL;
    *ret_live = (struct live){.context = {engine_catalogue(engine), engine_zone(engine)}, .arena = arena_new()};
    int status = tool_config(tool, &config);
    if (status == TOOL_OK)
        status = connect_redis(config, ret_live);
    return status == TOOL_OK ? find_partitions(ret_live) : status;
}

void live_close(struct live *live) {
    if (live->n_unread > 0)
        fprintf(stderr, "watchkeeper: %" PRIu64 " facts are of types that this catalogue does not have: left out\n",
                live->n_unread);
    (void) store_redis_close(live->redis);
    (void) arena_free(live->arena);
    *live = (struct live){0};
}

/* ---- records ---- */

static void add_facts(struct live *live, const struct store_record *stored, struct instant known_at,
                      struct record *record) {
    for (size_t i = 0; i < stored->n_facts; i++) {
        struct fact fact;
        const struct bytes *value = &stored->facts[i].value;
        if (record_codec_decode(&live->context, value->data, value->length, live->arena, &fact) != 0)
            live->n_unread++;
        else if (!instant_before(known_at, fact.recorded_at))
            (void) !record_add(record, &fact); /* it was checked when it was stored */
    }
}

static void add_said(struct live *live, const struct store_record *stored, struct record *record) {
    for (size_t i = 0; i < stored->n_said; i++) {
        struct said said;
        const struct bytes *value = &stored->said[i].value;
        if (encode_said_decode(value->data, value->length, live->arena, &said) == 0)
            record_restore_said(record, &said);
    }
}

/* ---- one subject ---- */

static const char *waiting_id(struct live *live, const char *subject, const struct store_entry *stored) {
    struct sink_entry entry;
    if (outbox_decode(stored->value, live->arena, &entry) != 0 || entry.value == NULL ||
        (entry.topic != SINK_ALERTS && entry.topic != SINK_ESCALATIONS) || entry.key_length != strlen(subject) ||
        memcmp(entry.key, subject, entry.key_length) != 0)
        return NULL;
    json_t *event = json_loadb(entry.value, entry.value_length, 0, NULL);
    const char *id = json_string_value(json_object_get(event, "id"));
    const char *copy = id == NULL ? NULL : arena_strdup(live->arena, id);
    json_decref(event);
    return copy;
}

static int find_waiting(struct live *live, const char *subject, struct live_subject *ret_subject) {
    struct store_entry *entries;
    size_t count;
    if (live->store.ops->load_outbox(live->store.self, ret_subject->partition, live->arena, &entries, &count) != 0)
        return failed(live);
    ret_subject->waiting = ARENA_ARRAY(live->arena, const char *, count);
    ret_subject->n_waiting = 0;
    for (size_t i = 0; i < count; i++) {
        const char *id = waiting_id(live, subject, &entries[i]);
        if (id != NULL)
            ret_subject->waiting[ret_subject->n_waiting++] = id;
    }
    return TOOL_OK;
}

int live_find(struct live *live, struct record *record, struct live_subject *ret_subject) {
    const char *subject = record_subject(record);
    const struct store *store = &live->store;
    struct store_record stored;
    *ret_subject = (struct live_subject){.partition = murmur2_partition(subject, live->n_partitions)};
    if (store->ops->load(store->self, ret_subject->partition, &ret_subject->meta) != 0 ||
        store->ops->load_records(store->self, ret_subject->partition, &subject, 1, live->arena, &stored) != 0)
        return failed(live);
    add_facts(live, &stored, INSTANT_NEVER, record);
    add_said(live, &stored, record);
    return find_waiting(live, subject, ret_subject);
}

/* ---- all ---- */

struct taking {
    struct live *live;
    struct instant known_at;
    struct caseload *caseload;
    struct progress progress;
    uint64_t n_taken;
};

static int take_some(struct taking *taking, int32_t partition, const char *const *subjects, size_t count) {
    struct live *live = taking->live;
    struct store_record *stored = ARENA_ARRAY(live->arena, struct store_record, count);
    if (live->store.ops->load_records(live->store.self, partition, subjects, count, live->arena, stored) != 0)
        return failed(live);
    for (size_t i = 0; i < count; i++)
        add_facts(live, &stored[i], taking->known_at, caseload_get(taking->caseload, subjects[i])->record);
    progress_show(&taking->progress, taking->n_taken += count);
    return TOOL_OK;
}

/* A scan may give a subject twice; its facts are the same then, and the first stand. */
static int take_partition(struct taking *taking, int32_t partition) {
    struct live *live = taking->live;
    uint64_t cursor = 0;
    do {
        const char **subjects;
        size_t count;
        arena_reset(live->arena);
        if (live->store.ops->load_subjects(live->store.self, partition, &cursor, live->arena, &subjects, &count) != 0)
            return failed(live);
        for (size_t from = 0; from < count; from += RECORDS_AT_ONCE) {
            size_t some = count - from < RECORDS_AT_ONCE ? count - from : RECORDS_AT_ONCE;
            if (take_some(taking, partition, subjects + from, some) != TOOL_OK)
                return TOOL_FAILED;
        }
    } while (cursor != 0);
    return TOOL_OK;
}

static int count_subjects(struct live *live, uint64_t *ret_count) {
    *ret_count = 0;
    for (int32_t i = 0; i < live->n_partitions; i++) {
        struct store_counts counts;
        if (live->store.ops->count(live->store.self, i, &counts) != 0)
            return failed(live);
        *ret_count += counts.subjects;
    }
    return TOOL_OK;
}

int live_take_all(struct live *live, struct instant known_at, struct caseload *caseload) {
    struct taking taking = {.live = live, .known_at = known_at, .caseload = caseload};
    uint64_t whole;
    int status = count_subjects(live, &whole);
    progress_init(&taking.progress, whole);
    for (int32_t i = 0; i < live->n_partitions && status == TOOL_OK; i++)
        status = take_partition(&taking, i);
    progress_done(&taking.progress);
    return status;
}
