/* pipeline_restage.c: what of the outbox outlives a restore.
 *
 * Alerts, their newest statements and escalations are derived again from the facts. Facts on their way to care.facts
 * may be older than what is there: the next checkpoint, which begins anew, writes every subject. Dead letters and
 * events that were passed on to another partition are not: what they were made of lies before the store's position and
 * is not read again. Nobody knows whether they were published, so they are said (again) under new sequences: an event
 * passed on twice is a duplicate to whoever takes it, a dead letter that is there twice is better than none. */
#include "pipeline_parts.h"

#include "ensure.h"

#include <errno.h>
#include <inttypes.h>

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

enum { ENTRIES_AT_ONCE = 200, BYTES_AT_ONCE = 1 << 20 };

static enum sink_topic topic_of(const struct store_entry *entry, struct arena *arena) {
    struct sink_entry decoded;
    ENSURE(outbox_decode(entry->value, arena, &decoded) == 0); /* checked before */
    return decoded.topic;
}

static bool is_made_again(enum sink_topic topic) {
    return topic == SINK_ALERTS || topic == SINK_LATEST || topic == SINK_ESCALATIONS || topic == SINK_FACTS;
}

static size_t slice_of(const struct store_entry *entries, size_t count) {
    size_t n = 0, bytes = 0;
    while (n < count && n < ENTRIES_AT_ONCE && (n == 0 || bytes + entries[n].value.length <= BYTES_AT_ONCE))
        bytes += entries[n++].value.length;
    return n;
}

static int restage_slice(struct pipeline *pipeline, struct partition *partition, const struct store_entry *entries,
                         size_t count) {
    struct sequence *old = ARENA_ARRAY(pipeline->arena, struct sequence, count);
    struct store_entry *kept = ARENA_ARRAY(pipeline->arena, struct store_entry, count);
    struct store_write write = pipeline_write_from(partition);
    write.trimmed = old;
    write.entries = kept;
    for (size_t i = 0; i < count; i++) {
        old[write.n_trimmed++] = entries[i].sequence;
        enum sink_topic topic = topic_of(&entries[i], pipeline->arena);
        if (topic == SINK_FACTS)
            write.meta.checkpoint.exists = false;
        if (is_made_again(topic))
            continue;
        struct sequence next = {partition->meta.epoch, partition->n_sequence + (int64_t) write.n_entries + 1};
        kept[write.n_entries++] = (struct store_entry){next, entries[i].value};
        write.meta.staged = next;
    }
    int outcome = pipeline_write(pipeline, partition, &write);
    if (outcome != 0)
        return outcome;
    for (size_t i = 0; i < write.n_entries; i++)
        outbox_add(&partition->outbox, &kept[i]);
    partition->n_sequence += (int64_t) write.n_entries;
    return 0;
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
    for (size_t first = 0, n; first < count && outcome == 0; first += n) {
        n = slice_of(entries + first, count - first);
        outcome = restage_slice(pipeline, partition, entries + first, n);
    }
    return outcome;
}
