/* health.c: see health.h. */
#include "health.h"

#include "ensure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *health_mode(const struct pipeline_view *view, const struct partition *partition) {
    if (partition->state != PARTITION_RUNNING)
        return partition_state_name(partition->state);
    if (partition->speaks_stale)
        return "stale";
    if (!partition->meta.live)
        return "loading";
    return view->now.ms - partition_behind_since(partition).ms > PARTITION_BEHIND_MS ? "behind" : "live";
}

/* The text of one more reason, to be filled; there is room for one of each kind. */
static char *add(struct health *health) {
    ENSURE(health->n_reasons < HEALTH_REASONS_MAX);
    return health->reasons[health->n_reasons++];
}

static void examine_servers(const struct pipeline_view *view, struct health *health) {
    if (view->store_down)
        (void) snprintf(add(health), HEALTH_REASON_MAX, "Redis is down: %s", view->store_error);
    if (view->broker_down)
        (void) snprintf(add(health), HEALTH_REASON_MAX, "Kafka is down: %s", view->broker_error);
    if (view->sink_error != NULL)
        (void) snprintf(add(health), HEALTH_REASON_MAX, "what is said cannot be published: %s", view->sink_error);
}

struct count {
    size_t running, live, stale, held;
};

static struct count count_partitions(const struct pipeline_view *view) {
    struct count count = {0};
    for (size_t i = 0; i < view->n_partitions; i++) {
        const struct partition *partition = view->partitions[i];
        const char *mode = health_mode(view, partition);
        count.running += partition->state == PARTITION_RUNNING;
        count.live += strcmp(mode, "live") == 0;
        count.stale += strcmp(mode, "stale") == 0;
        count.held += partition->held;
    }
    return count;
}

static void examine_partitions(const struct pipeline_view *view, struct health *health) {
    struct count count = count_partitions(view);
    size_t n = view->n_partitions;
    if (count.running < n)
        (void) snprintf(add(health), HEALTH_REASON_MAX, "%zu of %zu partitions are not loaded yet", n - count.running,
                        n);
    if (n > 0 && count.live == 0)
        (void) snprintf(add(health), HEALTH_REASON_MAX,
                        "no partition is live: nothing is said by the clock until one has been read to its end");
    if (count.stale > 0)
        (void) snprintf(add(health), HEALTH_REASON_MAX,
                        "%zu of %zu partitions are stale: they have been behind for longer than "
                        "clock.stale_after_minutes",
                        count.stale, n);
    if (count.held > 0)
        (void) snprintf(add(health), HEALTH_REASON_MAX,
                        "%zu of %zu partitions take no input: too much waits to be published", count.held, n);
}

void health_examine(const struct pipeline_view *view, struct health *ret_health) {
    ret_health->n_reasons = 0;
    examine_servers(view, ret_health);
    if (view->assigned)
        examine_partitions(view, ret_health);
    else
        (void) snprintf(add(ret_health), HEALTH_REASON_MAX, "the group has not assigned any partitions yet");
}
