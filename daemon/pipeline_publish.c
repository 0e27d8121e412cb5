/* pipeline_publish.c: the outboxes of all partitions to Kafka, in one transaction at a time.
 *
 * A transaction carries entries of as many partitions as there are, in the order of each, and always commits the
 * position of each together with its epoch and the sequence of the last entry. It is also how an epoch is committed
 * before the first write to the store. */
#include "pipeline_parts.h"

#include "ensure.h"
#include "log.h"

#include <inttypes.h>
#include <string.h>

static void backed_off(struct pipeline *pipeline) {
    pipeline->sink_backoff_ms = pipeline->sink_backoff_ms == 0 ? PIPELINE_RETRY_MIN_MS : pipeline->sink_backoff_ms * 2;
    if (pipeline->sink_backoff_ms > PIPELINE_RETRY_MAX_MS)
        pipeline->sink_backoff_ms = PIPELINE_RETRY_MAX_MS;
    pipeline->sink_retry_at = instant_add(pipeline->now, (struct span){pipeline->sink_backoff_ms});
}

/* ---- how it ended ---- */

static void part_done(struct pipeline *pipeline, const struct publication_part *part) {
    struct partition *partition = part->partition;
    if (part->claim) {
        if (partition->state == PARTITION_CLAIMING)
            partition_move(partition, PARTITION_CLAIMED);
        return;
    }
    if (partition->state != PARTITION_RUNNING || partition->n_publishing != part->n_entries)
        return; /* it was loaded anew meanwhile */
    partition->n_published = part->n_entries;
    partition->position_told_at = pipeline->now;
}

static void finish_parts(struct pipeline *pipeline, bool done) {
    struct publication *publication = &pipeline->publication;
    for (size_t i = 0; i < publication->n_parts; i++) {
        struct partition *partition = publication->parts[i].partition;
        partition->publishing = false;
        if (done)
            part_done(pipeline, &publication->parts[i]);
        else
            partition->position_told = false;
        partition->n_publishing = 0;
    }
    publication->under_way = false;
    publication->n_parts = 0;
}

static void reload_all(struct pipeline *pipeline, const char *why) {
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        if (pipeline->partitions[i]->state != PARTITION_NEW)
            pipeline_reload(pipeline, pipeline->partitions[i], why);
}

static const char *sink_error(const struct pipeline *pipeline) {
    const struct sink *sink = &pipeline->options.sink;
    const char *error = sink->ops->error(sink->self);
    return error == NULL ? "no reason given" : error;
}

void pipeline_publish_poll(struct pipeline *pipeline) {
    const struct sink *sink = &pipeline->options.sink;
    if (!pipeline->publication.under_way)
        return;
    switch (sink->ops->poll(sink->self)) {
    case SINK_DONE:
        pipeline->counters.transactions++;
        pipeline->sink_backoff_ms = 0;
        finish_parts(pipeline, true);
        break;
    case SINK_ABORTED:
        pipeline->counters.transactions_aborted++;
        if (!pipeline->revoking && pipeline->sink_backoff_ms == 0)
            log_tell(LOG_LEVEL_WARNING, "transaction_aborted", "%s; it is tried again", sink_error(pipeline));
        finish_parts(pipeline, false);
        backed_off(pipeline);
        break;
    case SINK_LOST:
        finish_parts(pipeline, false);
        reload_all(pipeline, sink_error(pipeline));
        backed_off(pipeline);
        break;
    default:
        break;
    }
}

/* ---- what goes in ---- */

struct room {
    size_t entries, bytes;
};

static bool wants_claim(const struct partition *partition) {
    return partition->state == PARTITION_CLAIMING && !partition->publishing;
}

static bool position_is_old(const struct pipeline *pipeline, const struct partition *partition) {
    return !partition->position_told &&
           (pipeline->stopping || pipeline->now.ms - partition->position_told_at.ms >= PIPELINE_POSITION_MS);
}

static bool wants_part(const struct pipeline *pipeline, const struct partition *partition) {
    if (partition->state != PARTITION_RUNNING || partition->publishing || partition->n_published > 0)
        return false;
    return partition->outbox.count > 0 || position_is_old(pipeline, partition);
}

/* A copy: the sink reads them until the transaction is over, and the partition may be loaded again before that. */
static struct sink_entry *decode_entries(struct pipeline *pipeline, const struct partition *partition, size_t count) {
    struct arena *arena = pipeline->publication.arena;
    struct sink_entry *entries = ARENA_ARRAY(arena, struct sink_entry, count);
    for (size_t i = 0; i < count; i++) {
        const struct outbox_item *item = &partition->outbox.items[i];
        struct bytes bytes = {arena_strndup(arena, item->data, item->length), item->length};
        int outcome = outbox_decode(bytes, arena, &entries[i]);
        ENSURE(outcome == 0); /* we have written it, or checked it when it was loaded */
    }
    return entries;
}

static void add_entries(struct pipeline *pipeline, const struct partition *partition, size_t count) {
    struct sink_batch *batch = &pipeline->publication.batch;
    struct sink_entry *all = arena_grow_array(pipeline->publication.arena, batch->entries, batch->n_entries,
                                              batch->n_entries + count, sizeof *all);
    struct sink_entry *more = decode_entries(pipeline, partition, count);
    if (count > 0)
        memcpy(all + batch->n_entries, more, count * sizeof *more);
    batch->entries = all;
    batch->n_entries += count;
}

static struct sequence newest_published(const struct partition *partition, size_t count) {
    return count > 0 ? partition->outbox.items[count - 1].sequence : partition->meta.staged;
}

static void add_part(struct pipeline *pipeline, struct partition *partition, size_t count, struct sink_commit *commit) {
    struct publication_part *part = &pipeline->publication.parts[pipeline->publication.n_parts++];
    bool claim = partition->state == PARTITION_CLAIMING;
    *part = (struct publication_part){.partition = partition, .n_entries = count, .claim = claim};
    part->published = claim ? partition->plan.published : newest_published(partition, count);
    const struct partition_commit told = {
        .epoch = claim ? partition->plan.epoch : partition->meta.epoch,
        .published = part->published,
        .written = claim ? partition->commit.written : partition->meta.epoch,
    };
    commit->partition = partition->number;
    memcpy(commit->positions, partition->meta.positions, sizeof commit->positions);
    partition_metadata_format(&told, commit->metadata);
    partition->publishing = true;
    partition->n_publishing = count;
    partition->position_told = true;
}

static void gather(struct pipeline *pipeline, struct sink_commit *commits) {
    struct room room = {PIPELINE_PUBLISH_MAX, PIPELINE_PUBLISH_BYTES_MAX};
    struct sink_batch *batch = &pipeline->publication.batch;
    for (size_t i = 0; i < pipeline->n_partitions && room.entries > 0 && room.bytes > 0; i++) {
        struct partition *partition = pipeline->partitions[(pipeline->publish_first + i) % pipeline->n_partitions];
        if (!wants_claim(partition) && !wants_part(pipeline, partition))
            continue;
        size_t count = outbox_fit(&partition->outbox, room.entries, room.bytes);
        size_t bytes = 0;
        for (size_t k = 0; k < count; k++)
            bytes += partition->outbox.items[k].length;
        add_entries(pipeline, partition, count);
        add_part(pipeline, partition, count, &commits[batch->n_commits++]);
        room.entries -= count;
        room.bytes -= bytes < room.bytes ? bytes : room.bytes;
    }
    pipeline->publish_first++;
}

void pipeline_publish_start(struct pipeline *pipeline) {
    const struct sink *sink = &pipeline->options.sink;
    struct publication *publication = &pipeline->publication;
    if (publication->under_way || pipeline->revoking || pipeline->n_partitions == 0 ||
        instant_before(pipeline->now, pipeline->sink_retry_at) || sink->ops->prepare(sink->self) != 0)
        return;
    arena_reset(publication->arena);
    publication->n_parts = 0;
    publication->parts = ARENA_ARRAY(publication->arena, struct publication_part, pipeline->n_partitions);
    struct sink_commit *commits = ARENA_ARRAY(publication->arena, struct sink_commit, pipeline->n_partitions);
    publication->batch = (struct sink_batch){.commits = commits};
    gather(pipeline, commits);
    if (publication->batch.n_commits == 0)
        return;
    publication->batch.membership = pipeline->membership;
    publication->batch.membership_length = pipeline->membership_length;
    publication->under_way = true;
    sink->ops->start(sink->self, &publication->batch);
}
