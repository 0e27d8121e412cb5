/* pipeline_restage.c: what of the outbox outlives a restore.
 *
 * Alerts, their newest statements and escalations are derived again from the facts. Facts on their way to care.facts
 * may be older than what is there: the next checkpoint, which begins anew, writes every subject. Dead letters and
 * events that were passed on to another partition are not: what they were made of lies before the store's position and
 * is not read again. Nobody knows whether they were published, so they are said (again) under new sequences: an event
 * passed on twice is a duplicate to whoever takes it, a dead letter that is there twice is better than none.
 *
 * Nor is what says an erasure to readers: the facts are gone. What was on its way about the subject up to its
 * tombstones stays whole, and what it removes is taken out of the memory that is restored. */
#include "pipeline_parts.h"

#include "ensure.h"
#include "restore.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

int pipeline_check_outbox(struct pipeline *pipeline, const struct partition *partition,
                          const struct store_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct sink_entry entry;
        int outcome = outbox_decode(entries[i].value, pipeline->arena, &entry);
        if (outcome == 0)
            continue;
        bool newer = outcome == OUTBOX_NEWER;
        (void) pipeline_fail(pipeline,
                             "the entry %" PRId64 ":%" PRId64 " of the key {wk:%" PRId32 "}:outbox in Redis %s",
                             entries[i].sequence.epoch, entries[i].sequence.n, partition->number,
                             newer ? "has a later version than this daemon knows: a newer watchkeeperd wrote it; "
                                     "upgrade this daemon too"
                                   : "is not what any version writes; give Watchkeeper a database of its own");
        return newer ? PIPELINE_TOO_OLD : -EINVAL;
    }
    return 0;
}

/* An erased subject of whom the outbox removes statements. */
struct gone {
    const char *subject;
    size_t last; /* of the entries that do so */
    bool told;   /* readers have it */
};

struct restaging {
    struct pipeline *pipeline;
    struct partition *partition;
    const struct store_entry *entries;
    size_t count;
    bool *kept; /* of each entry, once it has been decided */
    struct gone *gone;
    size_t n_gone;
};

static struct sink_entry decoded(const struct restaging *restaging, size_t place) {
    struct sink_entry entry;
    ENSURE(outbox_decode(restaging->entries[place].value, restaging->pipeline->arena, &entry) ==
           0); /* checked before */
    return entry;
}

/* Of an alert: what stands before the rule; of a statement the whole key. */
static const char *subject_of(const struct restaging *restaging, const struct sink_entry *entry) {
    char *subject = arena_strndup(restaging->pipeline->arena, entry->key, entry->key_length);
    subject[strcspn(subject, "|")] = '\0';
    return subject;
}

static struct gone *find_gone(const struct restaging *restaging, const char *subject) {
    for (size_t i = 0; i < restaging->n_gone; i++)
        if (strcmp(restaging->gone[i].subject, subject) == 0)
            return &restaging->gone[i];
    return NULL;
}

static bool is_told(const struct restaging *restaging, const char *subject) {
    const struct partition *partition = restaging->partition;
    const char *key = restaging->pipeline->options.erasure_key;
    const struct erasures_mark *told = erasures_find(restore_erasures(partition->restore), key, subject);
    const struct erasures_mark *ours = erasures_find(&partition->erasures, key, subject);
    return told != NULL && ours != NULL && !instant_before(told->to, ours->to);
}

/* The tombstones of a subject come one after the other. */
static void find_all_gone(struct restaging *restaging) {
    restaging->gone = ARENA_ARRAY(restaging->pipeline->arena, struct gone, restaging->count);
    for (size_t i = 0; i < restaging->count; i++) {
        struct sink_entry entry = decoded(restaging, i);
        if (entry.topic != SINK_LATEST || entry.value != NULL)
            continue;
        const char *subject = subject_of(restaging, &entry);
        struct gone *gone = find_gone(restaging, subject);
        if (gone == NULL)
            gone = &restaging->gone[restaging->n_gone++];
        *gone = (struct gone){subject, i, is_told(restaging, subject)};
    }
}

static bool receipt_is_told(const struct restaging *restaging, const struct sink_entry *entry) {
    const struct erasures *told = restore_erasures(restaging->partition->restore);
    struct erasures_mark mark;
    if (!erasures_receipt_decode(entry->value, entry->value_length, &mark))
        return true; /* not what we write: nothing that could be taken back */
    for (size_t i = 0; i < told->count; i++)
        if (strcmp(told->marks[i].name, mark.name) == 0)
            return !instant_before(told->marks[i].to, mark.to);
    return false;
}

static bool says_erasure(const struct restaging *restaging, size_t place, const struct sink_entry *entry) {
    if (entry->topic == SINK_FACTS)
        return entry->value == NULL;
    if (erasures_is_receipt(arena_strndup(restaging->pipeline->arena, entry->key, entry->key_length)))
        return !receipt_is_told(restaging, entry);
    if (entry->topic == SINK_LATEST && entry->value != NULL)
        return false;
    const struct gone *gone = find_gone(restaging, subject_of(restaging, entry));
    return gone != NULL && !gone->told && place <= gone->last;
}

/* Nothing is known of what is published where the group's offsets have expired. */
static bool is_published(const struct restaging *restaging, size_t place) {
    struct sequence published = restaging->partition->plan.published;
    return published.n > 0 && sequence_compare(restaging->entries[place].sequence, published) <= 0;
}

static bool is_kept(const struct restaging *restaging, size_t place, const struct sink_entry *entry) {
    switch (entry->topic) {
    case SINK_ALERTS:
    case SINK_LATEST:
    case SINK_ESCALATIONS:
    case SINK_FACTS:
        return !is_published(restaging, place) && says_erasure(restaging, place, entry);
    default:
        return true;
    }
}

enum { ENTRIES_AT_ONCE = 200, BYTES_AT_ONCE = 1 << 20 };

/* How many of the last entries are written at once. */
static size_t slice_of(const struct store_entry *entries, size_t count) {
    size_t n = 0, bytes = 0;
    while (n < count && n < ENTRIES_AT_ONCE && (n == 0 || bytes + entries[count - n - 1].value.length <= BYTES_AT_ONCE))
        bytes += entries[count - ++n].value.length;
    return n;
}

static int restage_slice(const struct restaging *restaging, size_t first, size_t count) {
    struct partition *partition = restaging->partition;
    struct arena *arena = restaging->pipeline->arena;
    struct sequence *old = ARENA_ARRAY(arena, struct sequence, count);
    struct store_entry *kept = ARENA_ARRAY(arena, struct store_entry, count);
    struct store_write write = pipeline_write_from(partition);
    write.trimmed = old;
    write.entries = kept;
    for (size_t i = first; i < first + count; i++) {
        struct sink_entry entry = decoded(restaging, i);
        struct sequence next = {partition->meta.epoch, partition->n_sequence + (int64_t) i + 1};
        old[write.n_trimmed++] = restaging->entries[i].sequence;
        if (entry.topic == SINK_FACTS)
            write.meta.checkpoint.exists = false;
        restaging->kept[i] = is_kept(restaging, i, &entry);
        if (restaging->kept[i])
            kept[write.n_entries++] = (struct store_entry){next, restaging->entries[i].value};
    }
    write.meta.staged = (struct sequence){partition->meta.epoch, partition->n_sequence + (int64_t) restaging->count};
    return pipeline_write(restaging->pipeline, partition, &write);
}

/* From the last to the first: where this is interrupted, what is not moved yet still stands before what is. */
static int restage_all(const struct restaging *restaging) {
    struct partition *partition = restaging->partition;
    int outcome = 0;
    for (size_t left = restaging->count, n; left > 0 && outcome == 0; left -= n) {
        n = slice_of(restaging->entries, left);
        outcome = restage_slice(restaging, left - n, n);
    }
    for (size_t i = 0; i < restaging->count && outcome == 0; i++) {
        struct store_entry moved = {{partition->meta.epoch, partition->n_sequence + (int64_t) i + 1},
                                    restaging->entries[i].value};
        if (restaging->kept[i])
            outbox_add(&partition->outbox, &moved);
    }
    partition->n_sequence += (int64_t) restaging->count;
    return outcome;
}

/* What the outbox is about to remove from care.alerts.latest is not remembered as said. */
static void forget_removed(struct pipeline *pipeline, struct partition *partition) {
    for (size_t i = 0; i < partition->outbox.count; i++) {
        const struct outbox_item *item = &partition->outbox.items[i];
        struct sink_entry entry;
        ENSURE(outbox_decode((struct bytes){item->data, item->length}, pipeline->arena, &entry) == 0);
        struct message message = {
            .key = entry.key, .key_length = entry.key_length, .value = entry.value, .value_length = entry.value_length};
        if (entry.topic == SINK_LATEST)
            (void) !restore_take(partition->restore, &message); /* our own */
    }
}

int pipeline_restage(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct store_entry *entries;
    size_t count;
    arena_reset(pipeline->arena);
    int outcome = store->ops->load_outbox(store->self, partition->number, pipeline->arena, &entries, &count);
    if (outcome != 0) {
        int result = pipeline_store_failed(pipeline, partition, outcome);
        return result < 0 ? result : outcome;
    }
    outcome = pipeline_check_outbox(pipeline, partition, entries, count);
    if (outcome != 0)
        return outcome;
    struct restaging restaging = {.pipeline = pipeline,
                                  .partition = partition,
                                  .entries = entries,
                                  .count = count,
                                  .kept = ARENA_ARRAY(pipeline->arena, bool, count)};
    find_all_gone(&restaging);
    outcome = restage_all(&restaging);
    if (outcome == 0)
        forget_removed(pipeline, partition);
    return outcome;
}
