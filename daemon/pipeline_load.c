/* pipeline_load.c: from an assignment to a running partition.
 *
 * The order is what makes it safe: fence former holders and end their transactions (prepare), read what is committed,
 * read the store, commit the new epoch with the group's consent, and only then write to the store. A member that has
 * lost its place cannot commit its epoch, so it never writes. */
#include "pipeline_parts.h"

#include "ensure.h"
#include "log.h"
#include "restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool store_waits(const struct pipeline *pipeline) {
    return instant_before(pipeline->now, pipeline->store_retry_at) && pipeline->store_down;
}

static int step_new(struct pipeline *pipeline, struct partition *partition) {
    const struct sink *sink = &pipeline->options.sink;
    if (partition->publishing || store_waits(pipeline) || sink->ops->prepare(sink->self) != 0)
        return 0;
    partition_move(partition, PARTITION_ASKED);
    partition->ticket = ++pipeline->last_ticket;
    pipeline->options.source.ops->ask_committed(pipeline->options.source.self, partition->number, partition->ticket);
    return 0;
}

static int check_meta(struct pipeline *pipeline, const struct partition *partition, const struct store_meta *meta) {
    if (!meta->exists || meta->partitions == pipeline->partitions_total)
        return 0;
    return pipeline_fail(pipeline,
                         "the topic has %" PRId32 " partitions, the state of partition %" PRId32
                         " in Redis was made for %" PRId32
                         ": subjects would be looked for in the wrong place; give the "
                         "topic its old number back, or empty Redis and use a new kafka.group_id to begin anew",
                         pipeline->partitions_total, partition->number, meta->partitions);
}

static int step_known(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    if (store_waits(pipeline))
        return 0;
    struct store_meta meta = {0};
    int outcome = store->ops->load(store->self, partition->number, &meta);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    pipeline_store_worked(pipeline);
    int result = check_meta(pipeline, partition, &meta);
    if (result < 0)
        return result;
    partition->meta = meta;
    partition->plan = partition_plan(&meta, &partition->commit, pipeline->now);
    partition_move(partition, PARTITION_CLAIMING);
    return 0;
}

static void set_first_positions(struct store_meta *meta) {
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        meta->positions[i] = SOURCE_BEGINNING;
}

/* The first write under our epoch. */
static struct store_write taking(const struct pipeline *pipeline, struct partition *partition) {
    if (!partition->meta.exists)
        set_first_positions(&partition->meta);
    partition->clock = partition->meta.clock;
    partition->caught_up_at = instant_min(partition->meta.caught_up_at, pipeline->now);
    struct store_write write = pipeline_write_from(partition);
    write.meta.epoch = partition->plan.epoch;
    write.meta.partitions = pipeline->partitions_total;
    pipeline_careful_claim(pipeline, partition, &write.meta);
    write.meta.rebuilding = partition->plan.rebuild;
    if (!partition->meta.exists)
        pipeline_note_packs(pipeline, &write.meta);
    return write;
}

void pipeline_load_go_on(struct pipeline *pipeline, struct partition *partition) {
    const struct source *source = &pipeline->options.source;
    if (!partition->plan.restore) {
        bool changed = strcmp(partition->meta.packs, engine_packs_hash(pipeline->options.engine)) != 0;
        partition_move(partition, changed ? PARTITION_RESTORED : PARTITION_STARTING);
        return;
    }
    partition->restore = restore_new();
    partition_move(partition, PARTITION_RESTORING);
    partition->ticket = ++pipeline->last_ticket;
    source->ops->read_table(source->self, SOURCE_TABLE_ALERTS, partition->number, partition->ticket);
}

static void tell_restore(struct pipeline *pipeline, const struct partition *partition) {
    if (partition->plan.reason == NULL)
        return;
    log_tell_partition(LOG_LEVEL_WARNING, "restore", partition->number,
                       "partition %" PRId32 ": %s; what has been said is restored from Kafka", partition->number,
                       partition->plan.reason);
    pipeline->counters.restores++;
}

/* Returns 0, an enum store_outcome that has been dealt with, or -errno; so does take_over(). */
static int begin_restore(struct pipeline *pipeline, struct partition *partition) {
    tell_restore(pipeline, partition);
    struct store_write write = taking(pipeline, partition);
    write.clear_open = true;
    write.meta.restoring = true;
    write.meta.staged = partition->plan.published;
    int outcome = pipeline_write(pipeline, partition, &write);
    if (outcome != 0)
        return outcome;
    arena_reset(pipeline->arena);
    outcome = pipeline_erase_load(pipeline, partition);
    if (outcome == 0)
        outcome = pipeline_feeds_load(pipeline, partition);
    if (outcome != 0) {
        int failed = pipeline_store_failed(pipeline, partition, outcome);
        return failed < 0 ? failed : outcome;
    }
    return 0;
}

static struct sequence *sequences(struct arena *arena, const struct store_entry *entries, size_t count) {
    struct sequence *list = ARENA_ARRAY(arena, struct sequence, count);
    for (size_t i = 0; i < count; i++)
        list[i] = entries[i].sequence;
    return list;
}

static size_t count_published(const struct store_entry *entries, size_t count, struct sequence published) {
    size_t n = 0;
    while (n < count && sequence_compare(entries[n].sequence, published) <= 0)
        n++;
    return n;
}

static int take_over(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct store_entry *entries;
    size_t count;
    arena_reset(pipeline->arena);
    int outcome = store->ops->load_outbox(store->self, partition->number, pipeline->arena, &entries, &count);
    if (outcome == 0)
        outcome = pipeline_erase_load(pipeline, partition);
    if (outcome == 0)
        outcome = pipeline_feeds_load(pipeline, partition);
    if (outcome != 0) {
        int failed = pipeline_store_failed(pipeline, partition, outcome);
        return failed < 0 ? failed : outcome;
    }
    int result = pipeline_check_outbox(pipeline, partition, entries, count);
    if (result < 0)
        return result;
    struct store_write write = taking(pipeline, partition);
    write.n_trimmed = count_published(entries, count, partition->plan.published);
    write.trimmed = sequences(pipeline->arena, entries, write.n_trimmed);
    outcome = pipeline_write(pipeline, partition, &write);
    for (size_t i = write.n_trimmed; outcome == 0 && i < count; i++)
        outbox_add(&partition->outbox, &entries[i]);
    return outcome;
}

/* One at a time: what care.facts says of a partition is kept in memory meanwhile. */
static bool another_rebuilds(const struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        if (pipeline->partitions[i]->rebuild != NULL)
            return true;
    return false;
}

static int step_claimed(struct pipeline *pipeline, struct partition *partition) {
    if (partition->plan.rebuild && another_rebuilds(pipeline))
        return 0;
    int outcome = partition->plan.restore ? begin_restore(pipeline, partition) : take_over(pipeline, partition);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    if (partition->plan.rebuild)
        pipeline_rebuild_begin(pipeline, partition);
    else
        pipeline_load_go_on(pipeline, partition);
    return 0;
}

static int step_starting(struct pipeline *pipeline, struct partition *partition) {
    const struct source *source = &pipeline->options.source;
    if (source->ops->start(source->self, partition->number, partition->meta.positions) != 0)
        return 0;
    memcpy(partition->batch.positions, partition->meta.positions, sizeof partition->batch.positions);
    memcpy(partition->positions_loaded, partition->meta.positions, sizeof partition->positions_loaded);
    partition->loaded_at = partition->position_told_at = pipeline->now;
    partition->position_told = true;
    partition->next_timer = INSTANT_DAWN;
    partition->checkpoint.next_at =
        instant_add(partition->meta.checkpoint.exists ? partition->meta.checkpoint.at : pipeline->now,
                    pipeline->options.checkpoint.interval);
    partition_move(partition, PARTITION_RUNNING);
    log_tell_partition(LOG_LEVEL_INFO, "partition_running", partition->number,
                       "partition %" PRId32 " epoch %" PRId64 " from position %" PRId64 ", %zu entries to publish",
                       partition->number, partition->meta.epoch, partition->meta.positions[SOURCE_EVENTS],
                       partition->outbox.count);
    pipeline->more = true;
    return 0;
}

int pipeline_load_step(struct pipeline *pipeline, struct partition *partition) {
    if (instant_before(pipeline->now, partition->retry_at))
        return 0;
    switch (partition->state) {
    case PARTITION_NEW:
        return step_new(pipeline, partition);
    case PARTITION_KNOWN:
        return step_known(pipeline, partition);
    case PARTITION_CLAIMED:
        return step_claimed(pipeline, partition);
    case PARTITION_STARTING:
        return step_starting(pipeline, partition);
    case PARTITION_ASKED:
    case PARTITION_CLAIMING:
    case PARTITION_REBUILDING:
    case PARTITION_REBUILT:
    case PARTITION_RESTORING:
    case PARTITION_RESTORED:
    case PARTITION_RUNNING:
    case PARTITION_STATES:
        break;
    }
    return 0;
}
