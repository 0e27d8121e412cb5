/* pipeline.c: see pipeline.h. One cycle: how did the transaction end, what came in, what can each partition do now,
 * what can be published, which ends must be asked for. Everything is bounded, so that timers, input and the group's own
 * events take turns; what is left over is told by PIPELINE_MORE. */
#include "pipeline_parts.h"

#include "ensure.h"
#include "log.h"
#include "restore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct pipeline *pipeline_new(const struct pipeline_options *options) {
    struct pipeline *pipeline = calloc(1, sizeof *pipeline);
    ENSURE(pipeline != NULL);
    pipeline->options = *options;
    pipeline->decode.catalogue = engine_catalogue(options->engine);
    pipeline->decode.zone = engine_zone(options->engine);
    pipeline->arena = arena_new();
    pipeline->publication.arena = arena_new();
    pipeline->now = pipeline->store_answered_at = pipeline->store_retry_at = pipeline->sink_retry_at =
        pipeline->ask_again_at = INSTANT_DAWN;
    return pipeline;
}

static void drop_partitions(struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->n_partitions; i++) {
        partition_done(pipeline->partitions[i]);
        free(pipeline->partitions[i]);
    }
    free(pipeline->partitions);
    pipeline->partitions = NULL;
    pipeline->n_partitions = 0;
}

struct pipeline *pipeline_free(struct pipeline *pipeline) {
    if (pipeline == NULL)
        return NULL;
    drop_partitions(pipeline);
    (void) arena_free(pipeline->arena);
    (void) arena_free(pipeline->publication.arena);
    auditor_done(&pipeline->auditor);
    free(pipeline->membership);
    free(pipeline->noted);
    free(pipeline);
    return NULL;
}

/* ---- what the parts share ---- */

struct partition *pipeline_find(const struct pipeline *pipeline, int32_t number) {
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        if (pipeline->partitions[i]->number == number)
            return pipeline->partitions[i];
    return NULL;
}

int pipeline_fail(struct pipeline *pipeline, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(pipeline->error, sizeof pipeline->error, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

const char *pipeline_error(const struct pipeline *pipeline) {
    return pipeline->error;
}

void pipeline_reload(struct pipeline *pipeline, struct partition *partition, const char *why) {
    if (why != NULL)
        log_tell_partition(LOG_LEVEL_WARNING, "partition_reloaded", partition->number,
                           "partition %" PRId32 " is loaded again: %s", partition->number, why);
    pipeline->options.source.ops->stop(pipeline->options.source.self, partition->number);
    pipeline->counters.reloads++;
    partition_forget(partition, instant_add(pipeline->now, (struct span){PIPELINE_RETRY_MIN_MS}));
}

static void back_off(int64_t *backoff_ms) {
    *backoff_ms *= 2;
    if (*backoff_ms < PIPELINE_RETRY_MIN_MS)
        *backoff_ms = PIPELINE_RETRY_MIN_MS;
    if (*backoff_ms > PIPELINE_RETRY_MAX_MS)
        *backoff_ms = PIPELINE_RETRY_MAX_MS;
}

static void store_went_down(struct pipeline *pipeline) {
    const struct store *store = &pipeline->options.store;
    if (!pipeline->store_down)
        log_tell(LOG_LEVEL_ERROR, "redis_down", "%s; input waits until it is back", store->ops->error(store->self));
    pipeline->store_down = true;
    back_off(&pipeline->store_backoff_ms);
    pipeline->store_retry_at = instant_add(pipeline->now, (struct span){pipeline->store_backoff_ms});
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        if (pipeline->partitions[i]->state >= PARTITION_CLAIMED)
            pipeline_reload(pipeline, pipeline->partitions[i], NULL);
}

int pipeline_store_failed(struct pipeline *pipeline, struct partition *partition, int outcome) {
    const struct store *store = &pipeline->options.store;
    ENSURE(outcome > 0);
    if (outcome == STORE_UNUSABLE)
        return pipeline_fail(pipeline, "%s", store->ops->error(store->self));
    if (outcome == STORE_REFUSED)
        pipeline_reload(pipeline, partition, "Redis has another epoch or revision");
    else
        store_went_down(pipeline);
    return 0;
}

void pipeline_store_worked(struct pipeline *pipeline) {
    if (pipeline->store_down)
        log_tell(LOG_LEVEL_NOTICE, "redis_up", "Redis is back");
    pipeline->store_down = false;
    pipeline->store_answered_at = pipeline->now;
    pipeline->store_backoff_ms = 0;
}

struct store_write pipeline_write_from(const struct partition *partition) {
    struct store_write write = {
        .partition = partition->number,
        .epoch = partition->meta.epoch,
        .revision = partition->meta.revision,
        .meta = partition->meta,
    };
    write.meta.exists = true;
    write.meta.revision++;
    write.meta.clock = partition->clock;
    write.meta.caught_up_at = partition->caught_up_at;
    return write;
}

int pipeline_write(struct pipeline *pipeline, struct partition *partition, struct store_write *write) {
    const struct store *store = &pipeline->options.store;
    int outcome = store->ops->write(store->self, write);
    if (outcome != 0) {
        int result = pipeline_store_failed(pipeline, partition, outcome);
        return result < 0 ? result : outcome;
    }
    pipeline_store_worked(pipeline);
    pipeline->counters.writes++;
    partition->meta = write->meta;
    return 0;
}

/* ---- what comes in ---- */

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
    drop_partitions(pipeline);
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
static void finish_revocation(struct pipeline *pipeline) {
    if (!pipeline->revoking || pipeline->publication.under_way)
        return;
    drop_partitions(pipeline);
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

static void on_committed(struct pipeline *pipeline, const struct source_event *event) {
    const struct source_committed *committed = &event->of.committed;
    struct partition *partition = find_asker(pipeline, committed->partition, event->ticket, PARTITION_ASKED);
    if (partition == NULL)
        return;
    partition->commit = partition_commit_read(committed);
    partition_move(partition, PARTITION_KNOWN);
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

static void on_latest(struct pipeline *pipeline, const struct source_event *event) {
    const struct message *message = &event->of.message;
    if (is_for_audit(pipeline, message->partition, event))
        return;
    struct partition *partition = find_asker(pipeline, message->partition, event->ticket, PARTITION_RESTORING);
    if (partition == NULL)
        return;
    if (!restore_take(partition->restore, message))
        log_tell_partition(LOG_LEVEL_WARNING, "latest_unreadable", message->partition,
                           "partition %" PRId32 " offset %" PRId64 " is left out", message->partition, message->offset);
}

static void on_latest_end(struct pipeline *pipeline, const struct source_event *event) {
    if (is_for_audit(pipeline, event->of.partition, event))
        return;
    struct partition *partition = find_asker(pipeline, event->of.partition, event->ticket, PARTITION_RESTORING);
    if (partition == NULL)
        return;
    restore_complete(partition->restore);
    partition_move(partition, PARTITION_RESTORED);
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

static void on_event(struct pipeline *pipeline, const struct source_event *event) {
    switch (event->kind) {
    case SOURCE_MESSAGE:
        pipeline_take(pipeline, &event->of.message);
        return;
    case SOURCE_REACHED:
        on_reached(pipeline, event->of.reached.partition, event->of.reached.topic, event->of.reached.position);
        return;
    case SOURCE_ENDS:
        on_ends(pipeline, event);
        return;
    case SOURCE_ASSIGNED:
        on_assigned(pipeline, &event->of.assigned);
        return;
    case SOURCE_REVOKED:
        on_revoked(pipeline);
        return;
    case SOURCE_COMMITTED:
        on_committed(pipeline, event);
        return;
    case SOURCE_LATEST:
        on_latest(pipeline, event);
        return;
    case SOURCE_LATEST_END:
        on_latest_end(pipeline, event);
        return;
    case SOURCE_BROKER_UP:
    case SOURCE_BROKER_DOWN:
        on_broker(pipeline, event->kind == SOURCE_BROKER_DOWN ? event->of.error : NULL);
        return;
    }
}

static bool any_full(const struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        if (pipeline_is_full(pipeline, pipeline->partitions[i]))
            return true;
    return false;
}

static int take_events(struct pipeline *pipeline) {
    const struct source *source = &pipeline->options.source;
    for (int i = 0; i < PIPELINE_EVENTS_MAX && !any_full(pipeline); i++) {
        struct source_event event;
        int outcome = source->ops->poll(source->self, &event);
        if (outcome == SOURCE_NOTHING)
            return 0;
        if (outcome < 0)
            return pipeline_fail(pipeline, "%s", source->ops->error(source->self));
        on_event(pipeline, &event);
        if (pipeline->revoking)
            break;
    }
    pipeline->more = true;
    return 0;
}

/* ---- the cycle ---- */

static int step_partition(struct pipeline *pipeline, struct partition *partition) {
    if (partition->state == PARTITION_RUNNING)
        return pipeline_run_step(pipeline, partition);
    if (pipeline->stopping)
        return 0;
    if (partition->state == PARTITION_RESTORED)
        return partition->restore != NULL ? pipeline_restore_step(pipeline, partition)
                                          : pipeline_rescan_step(pipeline, partition);
    return pipeline_load_step(pipeline, partition);
}

static int step_partitions(struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->n_partitions && !pipeline->revoking; i++) {
        int result = step_partition(pipeline, pipeline->partitions[i]);
        if (result < 0)
            return result;
    }
    return 0;
}

/* A question is worth its round trip when something waits for the answer, and now and then anyway. */
static bool wants_end(const struct pipeline *pipeline, const struct partition *partition) {
    if (partition->state != PARTITION_RUNNING || partition->goal.set)
        return false;
    return !instant_equal(partition->batch.first_at, INSTANT_NEVER) ||
           !instant_before(pipeline->now, partition->next_timer) ||
           pipeline->now.ms - partition->caught_up_at.ms >= PIPELINE_ASK_MS;
}

static void ask_ends(struct pipeline *pipeline) {
    if (pipeline->asking || pipeline->revoking || instant_before(pipeline->now, pipeline->ask_again_at))
        return;
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        if (wants_end(pipeline, pipeline->partitions[i])) {
            pipeline->asking = true;
            pipeline->options.source.ops->ask_ends(pipeline->options.source.self, pipeline->now);
            return;
        }
}

static struct instant wake_partition(const struct pipeline *pipeline, const struct partition *partition) {
    if (partition->state != PARTITION_RUNNING)
        return instant_add(pipeline->now, (struct span){PIPELINE_RETRY_MIN_MS});
    struct instant wake = instant_add(pipeline->now, (struct span){PIPELINE_ASK_MS});
    if (!instant_equal(partition->batch.first_at, INSTANT_NEVER))
        wake = instant_min(wake, instant_add(partition->batch.first_at, pipeline->options.wait));
    if (instant_before(pipeline->now, partition->next_timer))
        wake = instant_min(wake, partition->next_timer);
    return instant_min(wake, pipeline_audit_wake(pipeline, partition));
}

static struct instant next_wake(const struct pipeline *pipeline) {
    struct instant wake = instant_add(pipeline->now, (struct span){PIPELINE_ASK_MS});
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        wake = instant_min(wake, wake_partition(pipeline, pipeline->partitions[i]));
    if (instant_before(pipeline->now, pipeline->ask_again_at))
        wake = instant_min(wake, pipeline->ask_again_at);
    return wake;
}

/* The process or its machine was suspended. As after a start, the input is given stale_after to be read to its end:
 * what was done in time may be in it. */
static void note_sleep(struct pipeline *pipeline, struct instant now) {
    log_tell(LOG_LEVEL_WARNING, "slept", "nothing ran for %" PRId64 " s: the input is read before anything is said",
             (now.ms - pipeline->now.ms) / 1000);
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        pipeline->partitions[i]->loaded_at = now;
}

/* Small steps back are passed over. After a large one every instant that we wait for would be too far away: so
 * everything begins anew from the store. The partitions' own clocks never go back. */
static void take_time(struct pipeline *pipeline, struct instant now) {
    enum { SET_BACK_MS = 5000 };
    if (instant_equal(pipeline->now, INSTANT_DAWN) || now.ms >= pipeline->now.ms - SET_BACK_MS) {
        if (!instant_equal(pipeline->now, INSTANT_DAWN) && now.ms - pipeline->now.ms > PARTITION_BEHIND_MS)
            note_sleep(pipeline, now);
        pipeline->now = instant_max(pipeline->now, now);
        return;
    }
    log_tell(LOG_LEVEL_WARNING, "clock_set_back", "by %" PRId64 " s", (pipeline->now.ms - now.ms) / 1000);
    pipeline->now = now;
    pipeline->store_retry_at = pipeline->sink_retry_at = pipeline->ask_again_at = INSTANT_DAWN;
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        pipeline_reload(pipeline, pipeline->partitions[i], "the clock was set back");
}

int pipeline_cycle(struct pipeline *pipeline, struct instant now, struct instant *ret_wake) {
    take_time(pipeline, now);
    pipeline->more = false;
    pipeline_publish_poll(pipeline);
    int result = take_events(pipeline);
    if (result < 0)
        return result;
    finish_revocation(pipeline);
    result = step_partitions(pipeline);
    if (result < 0)
        return result;
    pipeline_audit_poll(pipeline);
    pipeline_publish_start(pipeline);
    ask_ends(pipeline);
    result = pipeline_ping_store(pipeline);
    if (result < 0)
        return result;
    *ret_wake = next_wake(pipeline);
    return pipeline->more ? PIPELINE_MORE : 0;
}

void pipeline_stop(struct pipeline *pipeline) {
    pipeline->stopping = true;
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        pipeline->options.source.ops->stop(pipeline->options.source.self, pipeline->partitions[i]->number);
}

bool pipeline_is_stopped(const struct pipeline *pipeline) {
    bool idle = pipeline->stopping && !pipeline->publication.under_way;
    for (size_t i = 0; idle && i < pipeline->n_partitions; i++) {
        const struct partition *partition = pipeline->partitions[i];
        idle = partition->state != PARTITION_RUNNING ||
               (partition->outbox.count == 0 && instant_equal(partition->batch.first_at, INSTANT_NEVER) &&
                partition->position_told);
    }
    return idle;
}

struct pipeline_view pipeline_view(const struct pipeline *pipeline) {
    const struct store *store = &pipeline->options.store;
    const struct sink *sink = &pipeline->options.sink;
    struct pipeline_view view = {
        .counters = &pipeline->counters,
        .n_partitions = pipeline->n_partitions,
        .partitions = (const struct partition *const *) pipeline->partitions,
        .assigned = pipeline->assigned,
        .loaded = pipeline->assigned,
        .store_down = pipeline->store_down,
        .broker_down = pipeline->broker_down,
        .store_error = pipeline->store_down ? store->ops->error(store->self) : NULL,
        .sink_error = sink->ops->error(sink->self),
        .broker_error = pipeline->broker_down ? pipeline->broker_error : NULL,
        .now = pipeline->now,
        .stale_after = pipeline->options.stale_after,
    };
    for (size_t i = 0; i < pipeline->n_partitions; i++)
        view.loaded = view.loaded && pipeline->partitions[i]->state == PARTITION_RUNNING;
    return view;
}
