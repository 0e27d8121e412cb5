/* pipeline_run.c: one step of a running partition: when to write, and what a write changes in memory.
 *
 * A batch waits until the end of the partition is known (one round trip to the broker, asked for as soon as the first
 * message is in), so that in ordinary times an event and what follows from it are one write. It is written earlier when
 * it is full or has waited long enough: then what it touched gets a timer at the instant at which it came, and is
 * derived when the partition's clock passes that. */
#include "pipeline_parts.h"

#include "ensure.h"

#include <string.h>

static bool has_batch(const struct partition *partition) {
    return !instant_equal(partition->batch.first_at, INSTANT_NEVER);
}

static bool batch_is_ready(const struct pipeline *pipeline, const struct partition *partition) {
    if (!has_batch(partition))
        return false;
    return pipeline->stopping || partition->clock_moved || partition->speaks_stale ||
           pipeline_is_full(pipeline, partition) ||
           pipeline->now.ms - partition->batch.first_at.ms >= pipeline->options.wait.ms;
}

static bool position_is_old(const struct pipeline *pipeline, const struct partition *partition) {
    return partition->batch.moved && !has_batch(partition) &&
           (pipeline->stopping || pipeline->now.ms - partition->position_told_at.ms >= PIPELINE_POSITION_MS);
}

static bool has_turn(const struct pipeline *pipeline, const struct partition *partition) {
    return partition_is_due(partition) && pipeline->timers_left > 0;
}

static bool must_write(const struct pipeline *pipeline, const struct partition *partition) {
    return partition->batch.held != NULL || partition->n_published > 0 || batch_is_ready(pipeline, partition) ||
           has_turn(pipeline, partition) || partition->became_live || position_is_old(pipeline, partition);
}

static bool is_empty(const struct partition *partition, const struct store_write *write) {
    return write->n_records == 0 && write->n_entries == 0 && write->n_trimmed == 0 && write->n_open == 0 &&
           !has_batch(partition) && !partition->batch.moved && !partition->became_live;
}

static void trim(const struct partition *partition, struct arena *arena, struct store_write *write) {
    struct sequence *list = ARENA_ARRAY(arena, struct sequence, partition->n_published);
    for (size_t i = 0; i < partition->n_published; i++)
        list[i] = partition->outbox.items[i].sequence;
    write->trimmed = list;
    write->n_trimmed = partition->n_published;
}

static void remember_touches(struct speech *speech) {
    for (size_t i = 0; i < speech->write->n_records; i++)
        speech->changed[i]->n_stored += (int64_t) speech->write->records[i].n_facts;
    for (size_t i = 0; i < speech->n_derived; i++)
        speech->derived[i]->touched = false;
}

/* The write was accepted: memory follows. */
static void accept(struct pipeline *pipeline, struct partition *partition, struct speech *speech) {
    const struct store_write *write = speech->write;
    remember_touches(speech);
    feeds_told(&partition->feeds);
    outbox_drop(&partition->outbox, write->n_trimmed);
    partition->n_published = 0;
    for (size_t i = 0; i < write->n_entries; i++)
        outbox_add(&partition->outbox, &write->entries[i]);
    partition->n_sequence += (int64_t) write->n_entries;
    if (partition->batch.moved)
        partition->position_told = false;
    lateness_merge(&pipeline->counters.timer_lateness, &speech->lateness);
    partition->became_live = false;
    pipeline_careful_count(partition);
    if (partition->batch.held == NULL)
        batch_reset(&partition->batch);
    else
        partition->batch.moved = false; /* timers took their turn: what is held has not been looked at */
    records_shrink(&partition->records, PIPELINE_WEIGHT_MAX / pipeline->n_partitions);
    pipeline->more = pipeline->more || speech->timers_left;
}

static void note_timers(struct partition *partition, const struct speech *speech) {
    partition->next_timer = speech->timers_left ? INSTANT_DAWN : speech->next_timer;
}

static int write_step(struct pipeline *pipeline, struct partition *partition) {
    int outcome = pipeline_careful_begin(pipeline, partition);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    arena_reset(pipeline->arena);
    struct store_write write = pipeline_write_from(partition);
    struct speech speech = {.write = &write};
    memcpy(write.meta.positions, partition->batch.positions, sizeof write.meta.positions);
    outcome = pipeline_speak(pipeline, partition, &speech);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    trim(partition, pipeline->arena, &write);
    if (is_empty(partition, &write)) {
        note_timers(partition, &speech);
        return 0;
    }
    pipeline_feeds_fill(pipeline, partition, &write);
    pipeline_careful_pass(partition, speech.timers_left, &write.meta);
    outcome = pipeline_write(pipeline, partition, &write);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    accept(pipeline, partition, &speech);
    note_timers(partition, &speech);
    return 0;
}

/* A partition of which nothing can be published takes no more input; its deadlines still fire. */
static void hold_input(struct pipeline *pipeline, struct partition *partition) {
    const struct source *source = &pipeline->options.source;
    if (!partition->held && partition->outbox.count >= PIPELINE_OUTBOX_FULL) {
        source->ops->stop(source->self, partition->number);
        partition->held = true;
    } else if (partition->held && partition->outbox.count < PIPELINE_OUTBOX_FULL / 2 && !pipeline->stopping) {
        partition->held = source->ops->start(source->self, partition->number, partition->batch.positions) != 0;
    }
}

int pipeline_run_step(struct pipeline *pipeline, struct partition *partition) {
    if (partition_reach(partition) && !partition->rebuilt.told)
        pipeline_rebuild_tell(pipeline, partition);
    (void) partition_speak_stale(partition, pipeline->now, pipeline->options.stale_after);
    bool must = must_write(pipeline, partition);
    pipeline->more = pipeline->more || (!must && partition_is_due(partition));
    int result = must ? write_step(pipeline, partition) : 0;
    if (result < 0 || partition->state != PARTITION_RUNNING)
        return result;
    partition->clock_moved = false;
    hold_input(pipeline, partition);
    result = pipeline_feeds_step(pipeline, partition);
    if (result < 0 || partition->state != PARTITION_RUNNING)
        return result;
    result = pipeline_checkpoint_step(pipeline, partition);
    if (result < 0 || partition->state != PARTITION_RUNNING)
        return result;
    return pipeline_audit_step(pipeline, partition);
}
