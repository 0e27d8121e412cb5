/* pipeline_ping.c: is the store still there? An idle daemon would not notice until the next deadline that it is not,
 * and would seem well until then.
 *
 * Asked only at the end of a cycle that left nothing to do, so it stands in nobody's way. The wait for an answer is the
 * store's own timeout. */
#include "pipeline_parts.h"

/* Whoever loads a partition speaks to the store by itself, and waits for the end of its backoff. */
static bool is_spoken_to(const struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->n_partitions; i++) {
        enum partition_state state = pipeline->partitions[i]->state;
        if (state == PARTITION_KNOWN || state == PARTITION_CLAIMED || state == PARTITION_RESTORED)
            return true;
    }
    return false;
}

static bool is_due(const struct pipeline *pipeline) {
    if (pipeline->store_down)
        return !instant_before(pipeline->now, pipeline->store_retry_at);
    bool lately = !instant_before(pipeline->now, pipeline->store_answered_at) &&
                  pipeline->now.ms < pipeline->store_answered_at.ms + PIPELINE_PING_MS;
    return !lately || instant_equal(pipeline->store_answered_at, INSTANT_DAWN);
}

int pipeline_ping_store(struct pipeline *pipeline) {
    const struct store *store = &pipeline->options.store;
    if (pipeline->more || pipeline->stopping || is_spoken_to(pipeline) || !is_due(pipeline))
        return 0;
    int outcome = store->ops->ping(store->self);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, NULL, outcome);
    pipeline_store_worked(pipeline);
    return 0;
}
