/* pipeline_events.c: what the source tells: partitions given and taken back, messages, ends, and answers. An answer to
 * a question that was asked before a partition was loaded again is not for it. */
#include "pipeline_parts.h"

#include "encode.h"
#include "ensure.h"
#include "log.h"
#include "rebuild.h"
#include "restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_partitions(const void *a, const void *b) {
    const struct partition *const *left = a, *const *right = b;
    return ((*left)->number > (*right)->number) - ((*left)->number < (*right)->number);
}

/* What this process has noted outlasts an assignment: it is what tells its own attempts from those of the dead. */
static void make_notes(struct pipeline *pipeline) {
    if (pipeline->n_noted >= pipeline->partitions_total)
        return;
    pipeline->noted = reallocarray(pipeline->noted, (size_t) pipeline->partitions_total, sizeof *pipeline->noted);
    ENSURE(pipeline->noted != NULL);
    while (pipeline->n_noted < pipeline->partitions_total)
        pipeline->noted[pipeline->n_noted++] = 0;
}

static void on_assigned(struct pipeline *pipeline, const struct source_assigned *assigned) {
    pipeline_drop_partitions(pipeline);
    pipeline->assigned = true;
    pipeline->partitions_total = assigned->partitions_total;
    make_notes(pipeline);
    free(pipeline->membership);
    pipeline->membership = malloc(assigned->membership_length + 1);
    ENSURE(pipeline->membership != NULL);
    if (assigned->membership_length > 0)
        memcpy(pipeline->membership, assigned->membership, assigned->membership_length);
    pipeline->membership_length = assigned->membership_length;
    pipeline->partitions = calloc(assigned->n_partitions + 1, sizeof *pipeline->partitions);
    ENSURE(pipeline->partitions != NULL);
    for (size_t i = 0; i < assigned->n_partitions; i++) {
        struct partition *partition = malloc(sizeof *partition);
        ENSURE(partition != NULL);
        partition_init(partition, assigned->partitions[i]);
        pipeline->partitions[pipeline->n_partitions++] = partition;
    }
    qsort(pipeline->partitions, pipeline->n_partitions, sizeof *pipeline->partitions, compare_partitions);
    log_tell(LOG_LEVEL_INFO, "assigned", "%zu of %" PRId32 " partitions", pipeline->n_partitions,
             pipeline->partitions_total);
}

static void on_revoked(struct pipeline *pipeline) {
    log_tell(LOG_LEVEL_INFO, "revoked", "the group takes all partitions back");
    pipeline->revoking = true;
    pipeline->assigned = false;
    if (pipeline->publication.under_way)
        pipeline->options.sink.ops->abort(pipeline->options.sink.self);
}

/* The group waits for this: nobody may hold a partition of which we still have a transaction open. */
void pipeline_finish_revocation(struct pipeline *pipeline) {
    if (!pipeline->revoking || pipeline->publication.under_way)
        return;
    pipeline_drop_partitions(pipeline);
    pipeline->revoking = false;
    pipeline->asking = false;
    pipeline->options.source.ops->release(pipeline->options.source.self);
}

/* The partition that waits, in that state, for the answer to this very question; or NULL: it has been loaded again
 * since, and what the answer says may no longer be so. */
static struct partition *find_asker(const struct pipeline *pipeline, int32_t number, uint64_t ticket,
                                    enum partition_state state) {
    struct partition *partition = pipeline_find(pipeline, number);
    return partition != NULL && partition->state == state && partition->ticket == ticket ? partition : NULL;
}

static int on_committed(struct pipeline *pipeline, const struct source_event *event) {
    const struct source_committed *committed = &event->of.committed;
    struct partition *partition = find_asker(pipeline, committed->partition, event->ticket, PARTITION_ASKED);
    if (partition == NULL)
        return 0;
    partition->commit = partition_commit_read(committed);
    if (partition->commit.newer) {
        (void) pipeline_fail(pipeline,
                             "what the group has committed for partition %" PRId32
                             " (\"%s\") has a later version than this daemon knows: a newer watchkeeperd wrote it; "
                             "upgrade this daemon too",
                             partition->number, committed->metadata);
        return PIPELINE_TOO_OLD;
    }
    partition_move(partition, PARTITION_KNOWN);
    return 0;
}

static void read_topic_again(struct pipeline *pipeline, struct partition *partition, size_t topic) {
    const struct source *source = &pipeline->options.source;
    partition->batch.positions[topic] = SOURCE_BEGINNING;
    partition->batch.moved = true;
    partition->held = source->ops->start(source->self, partition->number, partition->batch.positions) != 0;
}

void pipeline_read_again(struct pipeline *pipeline, struct partition *partition) {
    partition->goal.set = false; /* it may have been reached by what is read again */
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        read_topic_again(pipeline, partition, i);
}

/* The position that was loaded lies behind the end of the topic: it was made anew, or an unclean election cut it. What
 * it holds now is read from the beginning; what was taken before is known by its ids. An end that was asked for before
 * the load is no evidence, nor is a position that has moved since the question. */
static void check_positions(struct pipeline *pipeline, struct partition *partition, struct instant asked_at,
                            const struct source_end *end) {
    if (partition->state != PARTITION_RUNNING || partition->positions_checked ||
        !instant_before(partition->loaded_at, asked_at))
        return;
    partition->positions_checked = true;
    for (size_t i = 0; i < SOURCE_TOPICS; i++) {
        if (partition->positions_loaded[i] <= end->ends[i])
            continue;
        log_tell_partition(LOG_LEVEL_ERROR, "topic_shrank", partition->number,
                           "partition %" PRId32 " of %s ends at %" PRId64 ", before our position %" PRId64
                           ": it is read from the beginning",
                           partition->number, pipeline->options.topics[i], end->ends[i],
                           partition->positions_loaded[i]);
        read_topic_again(pipeline, partition, i);
    }
}

static void on_ends(struct pipeline *pipeline, const struct source_event *event) {
    pipeline->asking = false;
    if (event->of.ends.count == 0)
        pipeline->ask_again_at = instant_add(pipeline->now, (struct span){PIPELINE_ASK_AGAIN_MS});
    for (size_t i = 0; i < event->of.ends.count; i++) {
        struct partition *partition = pipeline_find(pipeline, event->of.ends.list[i].partition);
        if (partition == NULL)
            continue;
        check_positions(pipeline, partition, event->of.ends.asked_at, &event->of.ends.list[i]);
        partition_aim(partition, event->of.ends.asked_at, &event->of.ends.list[i]);
    }
}

static void on_reached(struct pipeline *pipeline, int32_t number, enum source_topic topic, int64_t position) {
    struct partition *partition = pipeline_find(pipeline, number);
    if (partition == NULL || partition->state != PARTITION_RUNNING || position <= partition->batch.positions[topic])
        return;
    partition->batch.positions[topic] = position;
    partition->batch.moved = true;
}

/* Of a running partition it is the audit that asked. */
static bool is_for_audit(struct pipeline *pipeline, int32_t number, const struct source_event *event) {
    struct partition *partition = pipeline_find(pipeline, number);
    bool running = partition != NULL && partition->state == PARTITION_RUNNING;
    if (running)
        pipeline_audit_latest(pipeline, partition, event);
    return running;
}

static int too_old_for(struct pipeline *pipeline, const char *topic, const struct message *message, int known) {
    (void) pipeline_fail(pipeline,
                         "the key %.*s in partition %" PRId32 " of %s (offset %" PRId64
                         ") has a later version than %d, which this daemon knows: a newer watchkeeperd wrote it; "
                         "upgrade this daemon too",
                         (int) message->key_length, (const char *) message->key, message->partition, topic,
                         message->offset, known);
    return PIPELINE_TOO_OLD;
}

static int on_facts_row(struct pipeline *pipeline, struct partition *partition, const struct message *message) {
    int outcome = rebuild_take(partition->rebuild, message);
    if (outcome == CHECKPOINT_NEWER)
        return too_old_for(pipeline, "care.facts", message, CHECKPOINT_VERSION);
    if (outcome != 0)
        log_tell_partition(LOG_LEVEL_WARNING, "facts_unreadable", message->partition,
                           "partition %" PRId32 " offset %" PRId64 " is left out", message->partition, message->offset);
    return 0;
}

static int on_alerts_row(struct pipeline *pipeline, struct partition *partition, const struct message *message) {
    int outcome = restore_take(partition->restore, message);
    if (outcome == RESTORE_NEWER)
        return too_old_for(pipeline, "care.alerts.latest", message, ENCODE_SAID_VERSION);
    if (outcome != 0)
        log_tell_partition(LOG_LEVEL_WARNING, "latest_unreadable", message->partition,
                           "partition %" PRId32 " offset %" PRId64 " is left out", message->partition, message->offset);
    return 0;
}

static int on_latest(struct pipeline *pipeline, const struct source_event *event) {
    const struct message *message = &event->of.message;
    if (is_for_audit(pipeline, message->partition, event))
        return 0;
    struct partition *rebuilding = find_asker(pipeline, message->partition, event->ticket, PARTITION_REBUILDING);
    if (rebuilding != NULL)
        return on_facts_row(pipeline, rebuilding, message);
    struct partition *restoring = find_asker(pipeline, message->partition, event->ticket, PARTITION_RESTORING);
    return restoring == NULL ? 0 : on_alerts_row(pipeline, restoring, message);
}

static void on_latest_end(struct pipeline *pipeline, const struct source_event *event) {
    if (is_for_audit(pipeline, event->of.partition, event))
        return;
    struct partition *rebuilding = find_asker(pipeline, event->of.partition, event->ticket, PARTITION_REBUILDING);
    struct partition *restoring = find_asker(pipeline, event->of.partition, event->ticket, PARTITION_RESTORING);
    if (rebuilding != NULL) {
        rebuild_complete(rebuilding->rebuild);
        partition_move(rebuilding, PARTITION_REBUILT);
    } else if (restoring != NULL) {
        partition_move(restoring, PARTITION_RESTORED);
    }
}

static void on_broker(struct pipeline *pipeline, const char *error) {
    bool down = error != NULL;
    (void) snprintf(pipeline->broker_error, sizeof pipeline->broker_error, "%s", down ? error : "");
    if (down && !pipeline->broker_down)
        log_tell(LOG_LEVEL_ERROR, "kafka_down", "%s; deadlines wait in the outbox", error);
    if (!down && pipeline->broker_down)
        log_tell(LOG_LEVEL_NOTICE, "kafka_up", "Kafka is back");
    pipeline->broker_down = down;
}

static int on_event(struct pipeline *pipeline, const struct source_event *event) {
    switch (event->kind) {
    case SOURCE_MESSAGE:
        pipeline_take(pipeline, &event->of.message);
        break;
    case SOURCE_REACHED:
        on_reached(pipeline, event->of.reached.partition, event->of.reached.topic, event->of.reached.position);
        break;
    case SOURCE_ENDS:
        on_ends(pipeline, event);
        break;
    case SOURCE_ASSIGNED:
        on_assigned(pipeline, &event->of.assigned);
        break;
    case SOURCE_REVOKED:
        on_revoked(pipeline);
        break;
    case SOURCE_COMMITTED:
        return on_committed(pipeline, event);
    case SOURCE_LATEST:
        return on_latest(pipeline, event);
    case SOURCE_LATEST_END:
        on_latest_end(pipeline, event);
        break;
    case SOURCE_BROKER_UP:
    case SOURCE_BROKER_DOWN:
        on_broker(pipeline, event->kind == SOURCE_BROKER_DOWN ? event->of.error : NULL);
        break;
    }
    return 0;
}

static bool any_full(const struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        if (pipeline_is_full(pipeline, pipeline->partitions[i]))
            return true;
    return false;
}

int pipeline_take_events(struct pipeline *pipeline) {
    const struct source *source = &pipeline->options.source;
    for (int i = 0; i < PIPELINE_EVENTS_MAX && !any_full(pipeline); i++) {
        struct source_event event;
        int outcome = source->ops->poll(source->self, &event);
        if (outcome == SOURCE_NOTHING)
            return 0;
        if (outcome < 0)
            return pipeline_fail(pipeline, "%s", source->ops->error(source->self));
        outcome = on_event(pipeline, &event);
        if (outcome < 0)
            return outcome;
        if (pipeline->revoking)
            break;
    }
    pipeline->more = true;
    return 0;
}
