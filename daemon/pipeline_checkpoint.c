/* pipeline_checkpoint.c: the facts of every subject that has changed, to care.facts, in the background.
 *
 * A round takes the revision and the positions of the store as they are. Every subject that was changed by then is
 * written with the facts that it has now, a few at a time, through the outbox like everything else that is said: so the
 * subject is no longer noted as changed exactly when its facts are on their way. When none is left, every fact of the
 * events before those positions is on the topic, and the marker says so; it comes behind the facts in the same outbox.
 *
 * Nothing is written before the end has been reached since the partition was loaded. Until then the store may have
 * fallen back, and know less of a subject than care.facts does. */
#include "pipeline_parts.h"

#include "checkpoint.h"
#include "log.h"

#include <inttypes.h>
#include <string.h>

/* What one step writes. */
struct step_out {
    struct store_write write;
    struct store_entry *entries;
    size_t n_entries, capacity;
};

static bool is_under_way(const struct partition *partition) {
    return partition->outbox.count > 0 &&
           sequence_compare(partition->outbox.items[0].sequence, partition->checkpoint.last) <= 0;
}

static bool may_step(const struct pipeline *pipeline, const struct partition *partition) {
    return pipeline->options.checkpoint.interval.ms > 0 && !pipeline->stopping && partition->caught_up &&
           !partition->held && !partition_is_due(partition) && !is_under_way(partition) &&
           !instant_before(pipeline->now, partition->checkpoint.next_at);
}

static void add_entries(struct pipeline *pipeline, const struct partition *partition, struct step_out *out,
                        const struct sink_entry *entries, size_t count) {
    if (out->capacity < out->n_entries + count) {
        out->capacity = 2 * (out->n_entries + count);
        out->entries =
            arena_grow_array(pipeline->arena, out->entries, out->n_entries, out->capacity, sizeof *out->entries);
    }
    for (size_t i = 0; i < count; i++) {
        struct sequence sequence = {partition->meta.epoch, partition->n_sequence + (int64_t) out->n_entries + 1};
        out->entries[out->n_entries++] = (struct store_entry){sequence, outbox_encode(&entries[i], pipeline->arena)};
    }
}

/* Returns as pipeline_write(). */
static int write_out(struct pipeline *pipeline, struct partition *partition, struct step_out *out) {
    out->write.entries = out->entries;
    out->write.n_entries = out->n_entries;
    if (out->n_entries > 0)
        out->write.meta.staged = out->entries[out->n_entries - 1].sequence;
    int outcome = pipeline_write(pipeline, partition, &out->write);
    if (outcome != 0)
        return outcome;
    for (size_t i = 0; i < out->n_entries; i++)
        outbox_add(&partition->outbox, &out->entries[i]);
    partition->n_sequence += (int64_t) out->n_entries;
    if (out->n_entries > 0)
        partition->checkpoint.last = partition->meta.staged;
    pipeline->more = true;
    return 0;
}

/* ---- all subjects, when there is no checkpoint yet ---- */

static int mark_step(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    const char **subjects;
    size_t count;
    int outcome = store->ops->load_subjects(store->self, partition->number, &partition->checkpoint.mark_cursor,
                                            pipeline->arena, &subjects, &count);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    struct step_out out = {.write = pipeline_write_from(partition)};
    out.write.changed = subjects;
    out.write.n_changed = count;
    outcome = write_out(pipeline, partition, &out);
    if (outcome == 0)
        partition->checkpoint.marked = partition->checkpoint.mark_cursor == 0;
    return outcome < 0 ? outcome : 0;
}

/* ---- a round ---- */

static void wait_for_next(struct pipeline *pipeline, struct partition *partition) {
    partition->checkpoint.in_round = false;
    partition->checkpoint.next_at = instant_add(pipeline->now, pipeline->options.checkpoint.interval);
}

static void begin_round(struct pipeline *pipeline, struct partition *partition) {
    const struct store_meta *meta = &partition->meta;
    size_t size = sizeof meta->positions;
    if (meta->checkpoint.exists && memcmp(meta->checkpoint.positions, meta->positions, size) == 0) {
        wait_for_next(pipeline, partition);
        return;
    }
    partition->checkpoint.in_round = true;
    partition->checkpoint.revision = meta->revision;
    memcpy(partition->checkpoint.positions, meta->positions, size);
}

static int finish_round(struct pipeline *pipeline, struct partition *partition) {
    struct checkpoint_marker marker = {
        .at = pipeline->now,
        .partitions = pipeline->partitions_total,
        .feeds = feeds_to_json(&partition->feeds, pipeline->arena), /* perhaps of later events too: no harm */
    };
    memcpy(marker.positions, partition->checkpoint.positions, sizeof marker.positions);
    struct sink_entry entry = checkpoint_marker(partition->number, &marker, pipeline->arena);
    struct step_out out = {.write = pipeline_write_from(partition)};
    struct store_checkpoint *checkpoint = &out.write.meta.checkpoint;
    *checkpoint = (struct store_checkpoint){.exists = true, .at = marker.at};
    memcpy(checkpoint->positions, marker.positions, sizeof checkpoint->positions);
    add_entries(pipeline, partition, &out, &entry, 1);
    int outcome = write_out(pipeline, partition, &out);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    pipeline->counters.checkpoints++;
    log_tell_partition(LOG_LEVEL_INFO, "checkpoint", partition->number,
                       "partition %" PRId32 ": care.facts is complete up to position %" PRId64, partition->number,
                       marker.positions[SOURCE_EVENTS]);
    wait_for_next(pipeline, partition);
    return 0;
}

/* As many of them as the step may hold, at least one; returns how many. */
static size_t add_facts(struct pipeline *pipeline, const struct partition *partition, struct step_out *out,
                        const struct store_record *records, size_t count) {
    size_t bytes = 0, taken = 0;
    while (taken < count && bytes < pipeline->options.checkpoint.bytes_max) {
        size_t n_entries;
        const struct sink_entry *entries =
            checkpoint_facts(partition->number, &records[taken++], pipeline->arena, &n_entries);
        add_entries(pipeline, partition, out, entries, n_entries);
        for (size_t i = 0; i < n_entries; i++)
            bytes += entries[i].value_length;
    }
    return taken;
}

static int save_step(struct pipeline *pipeline, struct partition *partition, const char *const *subjects,
                     size_t count) {
    const struct store *store = &pipeline->options.store;
    struct store_record *records = ARENA_ARRAY(pipeline->arena, struct store_record, count);
    int outcome = store->ops->load_records(store->self, partition->number, subjects, count, pipeline->arena, records);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    struct step_out out = {.write = pipeline_write_from(partition)};
    out.write.saved = subjects;
    out.write.n_saved = add_facts(pipeline, partition, &out, records, count);
    outcome = write_out(pipeline, partition, &out);
    if (outcome == 0)
        pipeline->counters.checkpointed += out.write.n_saved;
    return outcome < 0 ? outcome : 0;
}

static int round_step(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    const char **subjects;
    size_t count;
    int outcome =
        store->ops->load_changed(store->self, partition->number, partition->checkpoint.revision,
                                 pipeline->options.checkpoint.records_max, pipeline->arena, &subjects, &count);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    return count == 0 ? finish_round(pipeline, partition) : save_step(pipeline, partition, subjects, count);
}

int pipeline_checkpoint_step(struct pipeline *pipeline, struct partition *partition) {
    if (!may_step(pipeline, partition))
        return 0;
    arena_reset(pipeline->arena);
    if (!partition->meta.checkpoint.exists && !partition->checkpoint.marked)
        return mark_step(pipeline, partition);
    if (!partition->checkpoint.in_round)
        begin_round(pipeline, partition);
    return partition->checkpoint.in_round ? round_step(pipeline, partition) : 0;
}
