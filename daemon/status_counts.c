/* status_counts.c: see status_counts.h. */
#include "status_counts.h"

#include "ensure.h"

#include <stdlib.h>

enum { KEPT_MS = 1000 };

void status_counts_done(struct status_counts *counts) {
    free(counts->list);
    *counts = STATUS_COUNTS_INIT;
}

static int ask(const struct store *store, int32_t partition, struct status_count *ret_count) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct store_timer *timers;
    size_t n_timers;
    *ret_count = (struct status_count){.partition = partition};
    int outcome = store->ops->count(store->self, partition, &ret_count->counts);
    if (outcome == 0)
        outcome = store->ops->load_timers(store->self, partition, 1, arena, &timers, &n_timers);
    if (outcome == 0)
        ret_count->first_timer = n_timers > 0 ? timers[0].at : INSTANT_NEVER;
    return outcome;
}

void status_counts_refresh(struct status_counts *counts, const struct pipeline_view *view, const struct store *store,
                           struct instant now) {
    bool fresh = !instant_before(now, counts->asked_at) && now.ms < counts->asked_at.ms + KEPT_MS;
    if (fresh && !instant_equal(counts->asked_at, INSTANT_DAWN))
        return;
    counts->asked_at = now;
    counts->count = 0;
    counts->failed = false;
    counts->list = reallocarray(counts->list, view->n_partitions + 1, sizeof *counts->list);
    ENSURE(counts->list != NULL);
    for (size_t i = 0; i < view->n_partitions && !view->store_down && !counts->failed; i++) {
        if (view->partitions[i]->state != PARTITION_RUNNING)
            continue;
        counts->failed = ask(store, view->partitions[i]->number, &counts->list[counts->count]) != 0;
        counts->count += !counts->failed;
    }
}

const struct status_count *status_counts_find(const struct status_counts *counts, int32_t partition) {
    for (size_t i = 0; i < counts->count; i++)
        if (counts->list[i].partition == partition)
            return &counts->list[i];
    return NULL;
}
