/* pipeline_rebuild.c: writes the facts that care.facts has to the store, when the store has none or lacks those of
 * events that the topic no longer has.
 *
 * Where the checkpoint is complete up to a position at or behind the store's, it knows everything that the store knows,
 * and more: each record is replaced, and a subject that is not on care.facts has been erased since. Otherwise what it
 * has is added to what the store has. Either way the consumer goes on from the later of both positions, and every
 * subject gets a timer at this moment, which fires when the consumer has caught up. A daemon that dies on the way
 * begins again: meta says `rebuilding` until the end. */
#include "pipeline_parts.h"

#include "log.h"
#include "murmur2.h"
#include "rebuild.h"

#include <inttypes.h>
#include <string.h>

enum { SUBJECTS_AT_ONCE = 200, BYTES_AT_ONCE = 1 << 20 };

void pipeline_rebuild_begin(struct pipeline *pipeline, struct partition *partition) {
    const struct source *source = &pipeline->options.source;
    pipeline->counters.rebuilds++;
    partition->rebuild = rebuild_new();
    partition->rebuilt.told = false;
    partition->rebuilt.since = pipeline->now;
    partition_move(partition, PARTITION_REBUILDING);
    partition->ticket = ++pipeline->last_ticket;
    source->ops->read_table(source->self, SOURCE_TABLE_FACTS, partition->number, partition->ticket);
}

/* NULL without a checkpoint that is complete. One that was made for another number of partitions is none: its subjects
 * are elsewhere now. */
static const struct checkpoint_marker *complete(const struct pipeline *pipeline, const struct partition *partition) {
    const struct checkpoint_marker *marker = rebuild_marker(partition->rebuild);
    return marker != NULL && marker->partitions == pipeline->partitions_total ? marker : NULL;
}

static bool replaces(const struct pipeline *pipeline, const struct partition *partition) {
    const struct checkpoint_marker *marker = complete(pipeline, partition);
    for (size_t i = 0; marker != NULL && i < SOURCE_TOPICS; i++)
        if (marker->positions[i] < partition->meta.positions[i])
            return false;
    return marker != NULL;
}

static int write_records(struct pipeline *pipeline, struct partition *partition, const struct store_record *records,
                         size_t count) {
    struct store_write write = pipeline_write_from(partition);
    write.records = records;
    write.n_records = count;
    int outcome = pipeline_write(pipeline, partition, &write);
    return outcome < 0 ? outcome : 0;
}

/* ---- subjects that the store has and the checkpoint has not ---- */

static int forget_step(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    const char **subjects;
    size_t count, n_records = 0;
    int outcome = store->ops->load_subjects(store->self, partition->number, &partition->rescan_cursor, pipeline->arena,
                                            &subjects, &count);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    bool last = partition->rescan_cursor == 0;
    struct store_record *records = ARENA_ARRAY(pipeline->arena, struct store_record, count);
    for (size_t i = 0; i < count; i++)
        if (!rebuild_has(partition->rebuild, subjects[i]))
            records[n_records++] =
                (struct store_record){.subject = subjects[i], .forget_facts = true, .next = pipeline->now};
    int result = n_records == 0 ? 0 : write_records(pipeline, partition, records, n_records);
    partition->rebuilt.forgotten = last && partition->state == PARTITION_REBUILT;
    return result;
}

/* ---- what the checkpoint has ---- */

static bool has_fact(const struct store_record *record, const struct bytes *fact) {
    for (size_t i = 0; i < record->n_facts; i++)
        if (record->facts[i].value.length == fact->length &&
            memcmp(record->facts[i].value.data, fact->data, fact->length) == 0)
            return true;
    return false;
}

/* Leaves in the record what the store lacks, under numbers of its own. A fact that is there already in other words
 * would do no harm: facts are known by source and id. */
static void keep_lacking(struct store_record *record, const struct store_record *stored) {
    int64_t number = stored->n_facts == 0 ? 0 : stored->facts[stored->n_facts - 1].number + 1;
    size_t kept = 0;
    for (size_t i = 0; i < record->n_facts; i++)
        if (!has_fact(stored, &record->facts[i].value))
            record->facts[kept++] = (struct store_fact){number++, record->facts[i].value};
    record->n_facts = kept;
}

static int keep_all_lacking(struct pipeline *pipeline, const struct partition *partition, struct store_record *records,
                            size_t count) {
    const struct store *store = &pipeline->options.store;
    const char **subjects = ARENA_ARRAY(pipeline->arena, const char *, count);
    struct store_record *stored = ARENA_ARRAY(pipeline->arena, struct store_record, count);
    for (size_t i = 0; i < count; i++)
        subjects[i] = records[i].subject;
    int outcome = store->ops->load_records(store->self, partition->number, subjects, count, pipeline->arena, stored);
    for (size_t i = 0; outcome == 0 && i < count; i++)
        keep_lacking(&records[i], &stored[i]);
    return outcome;
}

/* The next subjects that belong here, as many as one write may hold. */
static size_t next_records(struct pipeline *pipeline, struct partition *partition, bool replace,
                           struct store_record *records) {
    size_t count = 0, bytes = 0;
    struct store_record record;
    while (count < SUBJECTS_AT_ONCE && bytes < BYTES_AT_ONCE &&
           rebuild_next(partition->rebuild, pipeline->arena, &record)) {
        if (murmur2_partition(record.subject, pipeline->partitions_total) != partition->number)
            continue;
        record.forget_facts = replace;
        record.checkpointed = true;
        record.next = pipeline->now;
        records[count++] = record;
        for (size_t i = 0; i < record.n_facts; i++)
            bytes += record.facts[i].value.length;
    }
    return count;
}

/* ---- the end ---- */

static void tell_lost(struct pipeline *pipeline, const struct partition *partition, size_t topic, int64_t from) {
    int64_t start = partition->commit.starts[topic];
    pipeline->counters.offsets_lost += (uint64_t) (start - from);
    log_tell_partition(
        LOG_LEVEL_ERROR, "events_lost", partition->number,
        "partition %" PRId32 " of %s begins at offset %" PRId64 ": %" PRId64 " offsets from %" PRId64
        " on were removed before they were read, and no checkpoint on care.facts has what they said; what rests "
        "on them is missing. Have the case systems publish these records again (what is known already does no "
        "harm), and give the topic a longer retention",
        partition->number, pipeline->options.topics[topic], start, start - from, from);
}

static void move_on(struct pipeline *pipeline, const struct partition *partition, struct store_meta *meta) {
    const struct checkpoint_marker *marker = complete(pipeline, partition);
    for (size_t i = 0; i < SOURCE_TOPICS; i++) {
        if (marker != NULL && marker->positions[i] > meta->positions[i])
            meta->positions[i] = marker->positions[i];
        int64_t from = meta->positions[i] < 0 ? 0 : meta->positions[i];
        if (from >= partition->commit.starts[i])
            continue;
        tell_lost(pipeline, partition, i, from);
        meta->positions[i] = partition->commit.starts[i];
    }
}

/* What the store knows already is read with everything else that is in it. */
static void take_feeds(struct pipeline *pipeline, struct partition *partition, struct store_write *write) {
    const struct checkpoint_marker *marker = complete(pipeline, partition);
    if (marker != NULL && marker->feeds != NULL)
        feeds_merge_json(&partition->feeds, marker->feeds);
    pipeline_feeds_fill(pipeline, partition, write);
}

static int finish(struct pipeline *pipeline, struct partition *partition) {
    struct store_write write = pipeline_write_from(partition);
    write.meta.rebuilding = false;
    if (replaces(pipeline, partition)) {
        const struct checkpoint_marker *marker = complete(pipeline, partition);
        write.meta.checkpoint = (struct store_checkpoint){.exists = true, .at = marker->at};
        memcpy(write.meta.checkpoint.positions, marker->positions, sizeof marker->positions);
    }
    move_on(pipeline, partition, &write.meta);
    take_feeds(pipeline, partition, &write);
    int outcome = pipeline_write(pipeline, partition, &write);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    feeds_told(&partition->feeds);
    partition->rebuilt.n_subjects = rebuild_subjects(partition->rebuild);
    partition->rebuilt.n_facts = rebuild_facts(partition->rebuild);
    partition->rebuild = rebuild_free(partition->rebuild);
    partition->rescan_cursor = 0;
    pipeline_load_go_on(pipeline, partition);
    return 0;
}

int pipeline_rebuild_step(struct pipeline *pipeline, struct partition *partition) {
    struct store_record records[SUBJECTS_AT_ONCE];
    bool replace = replaces(pipeline, partition);
    arena_reset(pipeline->arena);
    pipeline->more = true;
    if (replace && !partition->rebuilt.forgotten)
        return forget_step(pipeline, partition);
    size_t count = next_records(pipeline, partition, replace, records);
    if (count == 0)
        return finish(pipeline, partition);
    int outcome = replace ? 0 : keep_all_lacking(pipeline, partition, records, count);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    return write_records(pipeline, partition, records, count);
}

void pipeline_rebuild_tell(struct pipeline *pipeline, struct partition *partition) {
    partition->rebuilt.told = true;
    if (partition->rebuilt.n_subjects == 0 && partition->rebuilt.n_messages == 0)
        return;
    double seconds = (double) (pipeline->now.ms - partition->rebuilt.since.ms) / 1000;
    double work = (double) (partition->rebuilt.n_facts + partition->rebuilt.n_messages);
    const char *from = partition->rebuilt.n_subjects > 0 ? "from the checkpoint" : "from the beginning";
    log_tell_partition(LOG_LEVEL_NOTICE, "rebuilt", partition->number,
                       "partition %" PRId32 ": %s, %zu subjects with %zu facts, and %" PRIu64
                       " messages in %.1f s (%.0f/s)",
                       partition->number, from, partition->rebuilt.n_subjects, partition->rebuilt.n_facts,
                       partition->rebuilt.n_messages, seconds, work / (seconds > 0.001 ? seconds : 0.001));
}
