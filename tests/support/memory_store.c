/* memory_store.c: see memory_store.h. A flat list of cells (kind, partition, owner, name) is enough for tests and
 * simulations of some thousand subjects: it is kept sorted, and found by bisection. */
#include "memory_store.h"

#include "ensure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cell {
    char *key; /* "<kind>/<partition>/<owner>\t<name>" */
    char *data;
    size_t length;
};

enum { PARTITIONS_MAX = 64 };

struct memory_store {
    struct cell *cells;
    size_t count, capacity;
    struct store_meta metas[PARTITIONS_MAX];
    enum memory_store_fault fault;
    bool down;
    size_t writes;
};

struct memory_store *memory_store_new(void) {
    struct memory_store *store = calloc(1, sizeof *store);
    ENSURE(store != NULL);
    return store;
}

static void free_cells(struct memory_store *store) {
    for (size_t i = 0; i < store->count; i++) {
        free(store->cells[i].key);
        free(store->cells[i].data);
    }
    free(store->cells);
    store->cells = NULL;
    store->count = store->capacity = 0;
}

struct memory_store *memory_store_free(struct memory_store *store) {
    if (store == NULL)
        return NULL;
    free_cells(store);
    free(store);
    return NULL;
}

/* ---- cells ---- */

static char *make_key(const char *kind, int32_t partition, const char *owner, const char *name) {
    char *key;
    ENSURE(asprintf(&key, "%s/%04" PRId32 "/%s\t%s", kind, partition, owner, name) > 0);
    return key;
}

static size_t place_of(const struct memory_store *store, const char *key) {
    size_t low = 0, high = store->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(store->cells[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct memory_store *store, size_t place, const char *key) {
    return place < store->count && strcmp(store->cells[place].key, key) == 0;
}

static void remove_at(struct memory_store *store, size_t place) {
    free(store->cells[place].key);
    free(store->cells[place].data);
    store->count--;
    memmove(store->cells + place, store->cells + place + 1, (store->count - place) * sizeof *store->cells);
}

static void insert_at(struct memory_store *store, size_t place, char *key) {
    if (store->count == store->capacity) {
        store->capacity = store->capacity == 0 ? 64 : store->capacity * 2;
        store->cells = reallocarray(store->cells, store->capacity, sizeof *store->cells);
        ENSURE(store->cells != NULL);
    }
    memmove(store->cells + place + 1, store->cells + place, (store->count - place) * sizeof *store->cells);
    store->cells[place] = (struct cell){.key = key};
    store->count++;
}

/* data NULL removes. */
static void put(struct memory_store *store, char *key, const char *data, size_t length) {
    size_t place = place_of(store, key);
    bool there = is_at(store, place, key);
    if (data == NULL) {
        if (there)
            remove_at(store, place);
        free(key);
        return;
    }
    if (!there)
        insert_at(store, place, strdup(key));
    free(key);
    free(store->cells[place].data);
    char *copy = malloc(length + 1);
    ENSURE(copy != NULL);
    memcpy(copy, data, length);
    copy[length] = '\0';
    store->cells[place].data = copy;
    store->cells[place].length = length;
}

struct range {
    size_t first, end;
};

static struct range range_of(const struct memory_store *store, const char *kind, int32_t partition, const char *owner) {
    char prefix[512], bound[512];
    if (owner == NULL) {
        (void) snprintf(prefix, sizeof prefix, "%s/%04" PRId32 "/", kind, partition);
        (void) snprintf(bound, sizeof bound, "%s/%04" PRId32 "0", kind, partition);
    } else {
        (void) snprintf(prefix, sizeof prefix, "%s/%04" PRId32 "/%s\t", kind, partition, owner);
        (void) snprintf(bound, sizeof bound, "%s/%04" PRId32 "/%s\n", kind, partition, owner);
    }
    return (struct range){place_of(store, prefix), place_of(store, bound)}; /* the bound is one character on */
}

static void clear_range(struct memory_store *store, const char *kind, int32_t partition, const char *owner) {
    struct range range = range_of(store, kind, partition, owner);
    for (size_t i = range.end; i > range.first; i--)
        remove_at(store, i - 1);
}

static const char *name_of(const struct cell *cell) {
    return strchr(cell->key, '\t') + 1;
}

/* ---- reading ---- */

static int load(void *self, int32_t partition, struct store_meta *ret_meta) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    *ret_meta = store->metas[partition];
    return 0;
}

static bool is_there(const struct memory_store *store, char *key) {
    bool there = is_at(store, place_of(store, key), key);
    free(key);
    return there;
}

static void load_record(const struct memory_store *store, int32_t partition, const char *subject, struct arena *arena,
                        struct store_record *record) {
    *record = (struct store_record){.subject = subject};
    struct range facts = range_of(store, "fact", partition, subject);
    record->facts = ARENA_ARRAY(arena, struct store_fact, facts.end - facts.first);
    for (size_t i = facts.first; i < facts.end; i++) {
        const struct cell *cell = &store->cells[i];
        record->facts[record->n_facts++] = (struct store_fact){
            .number = strtoll(name_of(cell), NULL, 10),
            .value = {arena_strndup(arena, cell->data, cell->length), cell->length},
        };
    }
    struct range said = range_of(store, "said", partition, subject);
    record->said = ARENA_ARRAY(arena, struct store_said, said.end - said.first);
    for (size_t i = said.first; i < said.end; i++) {
        const struct cell *cell = &store->cells[i];
        record->said[record->n_said++].value =
            (struct bytes){arena_strndup(arena, cell->data, cell->length), cell->length};
    }
    record->held = is_there(store, make_key("held", partition, subject, ""));
}

static int load_records(void *self, int32_t partition, const char *const *subjects, size_t count, struct arena *arena,
                        struct store_record *ret_records) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    for (size_t i = 0; i < count; i++)
        load_record(store, partition, subjects[i], arena, &ret_records[i]);
    return 0;
}

static int compare_timers(const void *a, const void *b) {
    const struct store_timer *left = a, *right = b;
    if (left->at.ms != right->at.ms)
        return left->at.ms < right->at.ms ? -1 : 1;
    return strcmp(left->subject, right->subject);
}

static int load_timers(void *self, int32_t partition, size_t max, struct arena *arena, struct store_timer **ret_timers,
                       size_t *ret_count) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    struct range range = range_of(store, "timer", partition, NULL);
    size_t count = range.end - range.first;
    struct store_timer *timers = ARENA_ARRAY(arena, struct store_timer, count);
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = &store->cells[range.first + i];
        timers[i].subject = arena_strdup(arena, name_of(cell));
        timers[i].at.ms = strtoll(cell->data, NULL, 10);
    }
    if (count > 0)
        qsort(timers, count, sizeof *timers, compare_timers);
    *ret_timers = timers;
    *ret_count = count < max ? count : max;
    return 0;
}

static int load_outbox(void *self, int32_t partition, struct arena *arena, struct store_entry **ret_entries,
                       size_t *ret_count) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    struct range range = range_of(store, "outbox", partition, NULL);
    *ret_count = range.end - range.first;
    *ret_entries = ARENA_ARRAY(arena, struct store_entry, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        const struct cell *cell = &store->cells[range.first + i];
        struct store_entry *entry = &(*ret_entries)[i];
        ENSURE(sscanf(name_of(cell), "%" SCNd64 ":%" SCNd64, &entry->sequence.epoch, &entry->sequence.n) == 2);
        entry->value = (struct bytes){arena_strndup(arena, cell->data, cell->length), cell->length};
    }
    return 0;
}

static int load_subjects(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                         const char ***ret_subjects, size_t *ret_count) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    struct range range = range_of(store, "subject", partition, NULL);
    *ret_count = range.end - range.first;
    *ret_subjects = ARENA_ARRAY(arena, const char *, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret_subjects)[i] = arena_strdup(arena, name_of(&store->cells[range.first + i]));
    *cursor = 0;
    return 0;
}

/* ---- for an audit ---- */

static void add_fields(const struct memory_store *store, const char *kind, int32_t partition, struct arena *arena,
                       struct store_found *found) {
    struct range range = range_of(store, kind, partition, found->subject);
    bool facts = strcmp(kind, "fact") == 0;
    for (size_t i = range.first; i < range.end; i++) {
        const struct cell *cell = &store->cells[i];
        const char *name = name_of(cell), *end = name;
        long long number = strtoll(name, (char **) &end, 10);
        found->fields[found->n_fields++] = (struct store_field){
            facts && *end == '\0' ? arena_printf(arena, "fact:%lld", number) : arena_printf(arena, "%s:%s", kind, name),
            {arena_strndup(arena, cell->data, cell->length), cell->length},
        };
    }
}

/* The twin has one version at a time, and says it as Redis does. */
static void add_version(struct arena *arena, struct store_found *found) {
    char *text = arena_printf(arena, "%d", STORE_SCHEMA);
    if (found->n_fields > 0)
        found->fields[found->n_fields++] = (struct store_field){"version", {text, strlen(text)}};
}

static struct instant timer_of(const struct memory_store *store, int32_t partition, const char *subject) {
    char *key = make_key("timer", partition, "", subject);
    size_t place = place_of(store, key);
    bool there = is_at(store, place, key);
    free(key);
    return there ? (struct instant){strtoll(store->cells[place].data, NULL, 10)} : INSTANT_NEVER;
}

static int inspect(void *self, int32_t partition, const char *const *subjects, size_t count, struct arena *arena,
                   struct store_found *ret_found) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    for (size_t i = 0; i < count; i++) {
        struct range facts = range_of(store, "fact", partition, subjects[i]);
        struct range said = range_of(store, "said", partition, subjects[i]);
        size_t n_fields = facts.end - facts.first + said.end - said.first + 2;
        ret_found[i] = (struct store_found){
            .subject = subjects[i],
            .listed = is_there(store, make_key("subject", partition, "", subjects[i])),
            .next = timer_of(store, partition, subjects[i]),
            .fields = ARENA_ARRAY(arena, struct store_field, n_fields),
        };
        add_fields(store, "fact", partition, arena, &ret_found[i]);
        add_fields(store, "said", partition, arena, &ret_found[i]);
        add_version(arena, &ret_found[i]);
        if (is_there(store, make_key("held", partition, subjects[i], "")))
            ret_found[i].fields[ret_found[i].n_fields++] = (struct store_field){"held", {"1", 1}};
    }
    return 0;
}

static int load_open(void *self, int32_t partition, const struct store_open *wanted, size_t count, struct arena *arena,
                     struct bytes *ret_values) {
    struct memory_store *store = self;
    for (size_t i = 0; i < count; i++) {
        char *key = make_key("open", partition, wanted[i].role, wanted[i].alert_id);
        size_t place = place_of(store, key);
        bool there = is_at(store, place, key);
        free(key);
        const struct cell *cell = &store->cells[place];
        ret_values[i] =
            there ? (struct bytes){arena_strndup(arena, cell->data, cell->length), cell->length} : (struct bytes){0};
    }
    return store->down ? STORE_DOWN : 0;
}

static int load_said(void *self, int32_t partition, const char *const *alert_ids, size_t count, struct arena *arena,
                     struct bytes *ret_values) {
    struct memory_store *store = self;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(alert_ids[i], "|");
        const char *rest = alert_ids[i][length] == '|' ? alert_ids[i] + length + 1 : "";
        char *key = make_key("said", partition, arena_strndup(arena, alert_ids[i], length), rest);
        size_t place = place_of(store, key);
        bool there = is_at(store, place, key);
        free(key);
        const struct cell *cell = &store->cells[place];
        ret_values[i] =
            there ? (struct bytes){arena_strndup(arena, cell->data, cell->length), cell->length} : (struct bytes){0};
    }
    return store->down ? STORE_DOWN : 0;
}

static int scan_timers(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                       struct store_listed_timer **ret_timers, size_t *ret_count) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    struct range range = range_of(store, "timer", partition, NULL);
    *ret_count = range.end - range.first;
    *ret_timers = ARENA_ARRAY(arena, struct store_listed_timer, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        const struct cell *cell = &store->cells[range.first + i];
        struct store_listed_timer *timer = &(*ret_timers)[i];
        timer->timer.subject = arena_strdup(arena, name_of(cell));
        timer->timer.at.ms = strtoll(cell->data, NULL, 10);
        timer->listed = is_there(store, make_key("subject", partition, "", timer->timer.subject));
    }
    *cursor = 0;
    return 0;
}

static int scan_open(void *self, int32_t partition, struct store_scan *scan, struct arena *arena,
                     struct store_open **ret_open, size_t *ret_count) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    struct range range = range_of(store, "open", partition, NULL);
    *ret_count = range.end - range.first;
    *ret_open = ARENA_ARRAY(arena, struct store_open, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        const struct cell *cell = &store->cells[range.first + i];
        const char *role = strchr(strchr(cell->key, '/') + 1, '/') + 1;
        (*ret_open)[i] = (struct store_open){
            .role = arena_strndup(arena, role, (size_t) (strchr(role, '\t') - role)),
            .alert_id = arena_strdup(arena, name_of(cell)),
            .value = {arena_strndup(arena, cell->data, cell->length), cell->length},
        };
    }
    scan->done = true;
    return 0;
}

static int load_fields(void *self, const char *kind, int32_t partition, struct arena *arena,
                       struct store_field **ret_fields, size_t *ret_count) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    struct range range = range_of(store, kind, partition, NULL);
    *ret_count = range.end - range.first;
    *ret_fields = ARENA_ARRAY(arena, struct store_field, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        const struct cell *cell = &store->cells[range.first + i];
        (*ret_fields)[i] = (struct store_field){arena_strdup(arena, name_of(cell)),
                                                {arena_strndup(arena, cell->data, cell->length), cell->length}};
    }
    return 0;
}

static int load_erased(void *self, int32_t partition, struct arena *arena, struct store_field **ret_erased,
                       size_t *ret_count) {
    return load_fields(self, "erased", partition, arena, ret_erased, ret_count);
}

static int load_feeds(void *self, int32_t partition, struct arena *arena, struct store_field **ret_feeds,
                      size_t *ret_count) {
    return load_fields(self, "feed", partition, arena, ret_feeds, ret_count);
}

static int load_changed(void *self, int32_t partition, int64_t revision, size_t max, struct arena *arena,
                        const char ***ret_subjects, size_t *ret_count) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    struct range range = range_of(store, "changed", partition, NULL);
    const char **subjects = ARENA_ARRAY(arena, const char *, range.end - range.first);
    size_t count = 0;
    for (size_t i = range.first; i < range.end && count < max; i++)
        if (strtoll(store->cells[i].data, NULL, 10) <= revision)
            subjects[count++] = arena_strdup(arena, name_of(&store->cells[i]));
    *ret_subjects = subjects;
    *ret_count = count;
    return 0;
}

/* ---- writing ---- */

static void put_changed(struct memory_store *store, int32_t partition, const char *subject, int64_t revision) {
    char number[32];
    (void) snprintf(number, sizeof number, "%" PRId64, revision);
    put(store, make_key("changed", partition, "", subject), number, strlen(number));
}

static void put_record(struct memory_store *store, int32_t partition, const struct store_record *record) {
    char name[512];
    if (record->replace)
        clear_range(store, "fact", partition, record->subject);
    if (record->held || record->released || record->replace || record->removed)
        put(store, make_key("held", partition, record->subject, ""), record->held ? "1" : NULL, 1);
    if (record->forget_said || record->replace)
        clear_range(store, "said", partition, record->subject);
    if (record->forget_facts)
        clear_range(store, "fact", partition, record->subject);
    put(store, make_key("subject", partition, "", record->subject), record->removed ? NULL : "", 0);
    for (size_t i = 0; i < record->n_facts; i++) {
        (void) snprintf(name, sizeof name, "%012" PRId64, record->facts[i].number);
        put(store, make_key("fact", partition, record->subject, name), record->facts[i].value.data,
            record->facts[i].value.length);
    }
    for (size_t i = 0; i < record->n_said; i++) {
        (void) snprintf(name, sizeof name, "%s|%s", record->said[i].rule, record->said[i].anchor);
        put(store, make_key("said", partition, record->subject, name), record->said[i].value.data,
            record->said[i].value.length);
    }
    (void) snprintf(name, sizeof name, "%" PRId64, record->next.ms);
    bool none = instant_equal(record->next, INSTANT_NEVER);
    put(store, make_key("timer", partition, "", record->subject), none ? NULL : name, strlen(name));
}

static char *entry_key(int32_t partition, struct sequence sequence) {
    char name[64];
    (void) snprintf(name, sizeof name, "%012" PRId64 ":%012" PRId64, sequence.epoch, sequence.n);
    return make_key("outbox", partition, "", name);
}

static void apply(struct memory_store *store, const struct store_write *write) {
    if (write->clear_open)
        clear_range(store, "open", write->partition, NULL);
    for (size_t i = 0; i < write->n_records; i++) {
        put_record(store, write->partition, &write->records[i]);
        if (write->records[i].n_facts > 0 && !write->records[i].checkpointed)
            put_changed(store, write->partition, write->records[i].subject, write->meta.revision);
    }
    for (size_t i = 0; i < write->n_forgotten; i++) {
        clear_range(store, "fact", write->partition, write->forgotten[i]);
        clear_range(store, "said", write->partition, write->forgotten[i]);
        put(store, make_key("subject", write->partition, "", write->forgotten[i]), NULL, 0);
        put(store, make_key("timer", write->partition, "", write->forgotten[i]), NULL, 0);
    }
    for (size_t i = 0; i < write->n_changed; i++)
        put_changed(store, write->partition, write->changed[i], write->meta.revision);
    for (size_t i = 0; i < write->n_saved; i++)
        put(store, make_key("changed", write->partition, "", write->saved[i]), NULL, 0);
    for (size_t i = 0; i < write->n_entries; i++)
        put(store, entry_key(write->partition, write->entries[i].sequence), write->entries[i].value.data,
            write->entries[i].value.length);
    for (size_t i = 0; i < write->n_trimmed; i++)
        put(store, entry_key(write->partition, write->trimmed[i]), NULL, 0);
    for (size_t i = 0; i < write->n_open; i++)
        put(store, make_key("open", write->partition, write->open[i].role, write->open[i].alert_id),
            write->open[i].value.data, write->open[i].value.length);
    for (size_t i = 0; i < write->n_erased; i++)
        put(store, make_key("erased", write->partition, "", write->erased[i].name), write->erased[i].value.data,
            write->erased[i].value.length);
    for (size_t i = 0; i < write->n_feeds; i++)
        put(store, make_key("feed", write->partition, "", write->feeds[i].name), write->feeds[i].value.data,
            write->feeds[i].value.length);
    store->metas[write->partition] = write->meta;
    store->writes++;
}

static int write_call(void *self, const struct store_write *write) {
    struct memory_store *store = self;
    ENSURE(write->partition >= 0 && write->partition < PARTITIONS_MAX);
    enum memory_store_fault fault = store->fault;
    store->fault = MEMORY_STORE_NO_FAULT;
    if (store->down || fault == MEMORY_STORE_LOSE_CALL)
        return STORE_DOWN;
    const struct store_meta *meta = &store->metas[write->partition];
    if (meta->epoch != write->epoch || meta->revision != write->revision)
        return STORE_REFUSED;
    apply(store, write);
    return fault == MEMORY_STORE_LOSE_REPLY ? STORE_DOWN : 0;
}

static size_t count_of(const struct memory_store *store, const char *kind, int32_t partition) {
    struct range range = range_of(store, kind, partition, NULL);
    return range.end - range.first;
}

static void leave(void *self) {
    (void) self;
}

static int ping(void *self) {
    const struct memory_store *store = self;
    return store->down ? STORE_DOWN : 0;
}

static int count_all(void *self, int32_t partition, struct store_counts *ret_counts) {
    struct memory_store *store = self;
    if (store->down)
        return STORE_DOWN;
    *ret_counts = (struct store_counts){
        .subjects = count_of(store, "subject", partition),
        .timers = count_of(store, "timer", partition),
        .open = count_of(store, "open", partition),
        .changed = count_of(store, "changed", partition),
    };
    return 0;
}

static const char *error(void *self) {
    (void) self;
    return "the store in memory was told to fail";
}

struct store memory_store_ops(struct memory_store *store) {
    static const struct store_ops ops = {
        .load = load,
        .load_records = load_records,
        .load_timers = load_timers,
        .load_outbox = load_outbox,
        .load_subjects = load_subjects,
        .inspect = inspect,
        .load_open = load_open,
        .load_said = load_said,
        .scan_timers = scan_timers,
        .scan_open = scan_open,
        .load_erased = load_erased,
        .load_feeds = load_feeds,
        .load_changed = load_changed,
        .write = write_call,
        .ping = ping,
        .leave = leave,
        .count = count_all,
        .error = error,
    };
    return (struct store){&ops, store};
}

/* ---- for tests ---- */

void memory_store_inject(struct memory_store *store, enum memory_store_fault fault) {
    store->fault = fault;
}

void memory_store_set_down(struct memory_store *store, bool down) {
    store->down = down;
}

void memory_store_empty(struct memory_store *store) {
    free_cells(store);
    memset(store->metas, 0, sizeof store->metas);
}

void memory_store_fall_back(struct memory_store *store, const struct memory_store *copy) {
    free_cells(store);
    memcpy(store->metas, copy->metas, sizeof store->metas);
    for (size_t i = 0; i < copy->count; i++)
        put(store, strdup(copy->cells[i].key), copy->cells[i].data, copy->cells[i].length);
}

struct memory_store *memory_store_copy(const struct memory_store *store) {
    struct memory_store *copy = memory_store_new();
    memory_store_fall_back(copy, store);
    return copy;
}

void memory_store_forget_changed(struct memory_store *store) {
    for (int32_t i = 0; i < PARTITIONS_MAX; i++)
        clear_range(store, "changed", i, NULL);
}

void memory_store_set_packs(struct memory_store *store, int32_t partition, const char *hash) {
    (void) snprintf(store->metas[partition].packs, STORE_HASH_MAX, "%s", hash);
}

void memory_store_put_entry(struct memory_store *store, int32_t partition, struct sequence sequence, const char *text) {
    put(store, entry_key(partition, sequence), text, strlen(text));
}

void memory_store_damage(struct memory_store *store, const char *kind, int32_t partition, const char *owner,
                         const char *name, const char *data) {
    put(store, make_key(kind, partition, owner, name), data, data == NULL ? 0 : strlen(data));
}

const struct store_meta *memory_store_meta(const struct memory_store *store, int32_t partition) {
    return &store->metas[partition];
}

size_t memory_store_count(const struct memory_store *store, const char *kind) {
    size_t count = 0, length = strlen(kind);
    for (size_t i = 0; i < store->count; i++)
        count += strncmp(store->cells[i].key, kind, length) == 0 && store->cells[i].key[length] == '/';
    return count;
}

bool memory_store_mentions(const struct memory_store *store, const char *text) {
    for (size_t i = 0; i < store->count; i++)
        if (strstr(store->cells[i].key, text) != NULL ||
            memmem(store->cells[i].data, store->cells[i].length, text, strlen(text)) != NULL)
            return true;
    return false;
}

size_t memory_store_writes(const struct memory_store *store) {
    return store->writes;
}

struct instant memory_store_timer(const struct memory_store *store, const char *subject) {
    for (size_t i = 0; i < store->count; i++)
        if (strncmp(store->cells[i].key, "timer/", 6) == 0 && strcmp(name_of(&store->cells[i]), subject) == 0)
            return (struct instant){strtoll(store->cells[i].data, NULL, 10)};
    return INSTANT_NEVER;
}
