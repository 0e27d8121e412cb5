/* pipeline.c: see pipeline.h. One cycle: how did the transaction end, what came in, what can each partition do now,
 * what can be published, which ends must be asked for. Everything is bounded, so that timers, input and the group's own
 * events take turns; what is left over is told by PIPELINE_MORE. */
#include "pipeline_parts.h"

#include "encode.h"
#include "ensure.h"
#include "log.h"
#include "rebuild.h"
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

void pipeline_drop_partitions(struct pipeline *pipeline) {
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
    pipeline_drop_partitions(pipeline);
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
    if (outcome == STORE_UNUSABLE || outcome == STORE_NEWER) {
        (void) pipeline_fail(pipeline, "%s", store->ops->error(store->self));
        return outcome == STORE_NEWER ? PIPELINE_TOO_OLD : -EINVAL;
    }
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

/* ---- the cycle ---- */

static int step_partition(struct pipeline *pipeline, struct partition *partition) {
    if (partition->state == PARTITION_RUNNING)
        return pipeline_run_step(pipeline, partition);
    if (pipeline->stopping)
        return 0;
    if (partition->state == PARTITION_REBUILT)
        return pipeline_rebuild_step(pipeline, partition);
    if (partition->state == PARTITION_RESTORED)
        return partition->restore != NULL ? pipeline_restore_step(pipeline, partition)
                                          : pipeline_rescan_step(pipeline, partition);
    return pipeline_load_step(pipeline, partition);
}

/* Where many partitions have a storm of timers at once, each has its turn. */
static int step_partitions(struct pipeline *pipeline) {
    size_t first = pipeline->n_cycles++;
    pipeline->timers_left = PIPELINE_TIMERS_MAX;
    for (size_t i = 0; i < pipeline->n_partitions && !pipeline->revoking; i++) {
        int result = step_partition(pipeline, pipeline->partitions[(first + i) % pipeline->n_partitions]);
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
    int result = pipeline_take_events(pipeline);
    if (result < 0)
        return result;
    pipeline_finish_revocation(pipeline);
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
