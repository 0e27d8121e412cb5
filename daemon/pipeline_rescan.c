/* pipeline_rescan.c: the packs or the calendars are not those that the state was derived with: every subject gets a
 * timer at this moment, so that the difference is said when the partition has caught up. The new hash is written last:
 * a daemon that dies on the way begins again. */
#include "pipeline_parts.h"

#include "log.h"

#include <inttypes.h>
#include <stdio.h>

void pipeline_note_packs(const struct pipeline *pipeline, struct store_meta *meta) {
    (void) snprintf(meta->packs, sizeof meta->packs, "%s", engine_packs_hash(pipeline->options.engine));
}

/* Before any timer is written: what was due under the former rules, and which of them are others. */
static int note_former(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct store_timer *timers;
    size_t count;
    int outcome = store->ops->load_timers(store->self, partition->number, 1, pipeline->arena, &timers, &count);
    if (outcome != 0)
        return outcome;
    partition->rules_waiting = count > 0 ? timers[0].at : INSTANT_NEVER;
    partition->rules_because = engine_change_since(pipeline->options.engine, partition->meta.packs);
    return 0;
}

static int finish(struct pipeline *pipeline, struct partition *partition) {
    const char *what = partition->rules_because == BECAUSE_CALENDAR_CHANGE ? "calendars" : "rules";
    log_tell_partition(LOG_LEVEL_NOTICE, "rules_changed", partition->number,
                       "partition %" PRId32 ": other %s: every subject is looked at anew", partition->number, what);
    partition->rules_changed_at = pipeline->now;
    partition_move(partition, PARTITION_STARTING);
    return 0;
}

static int write_timers(struct pipeline *pipeline, struct partition *partition, const char *const *subjects,
                        size_t count, bool last) {
    struct store_record *records = ARENA_ARRAY(pipeline->arena, struct store_record, count);
    for (size_t i = 0; i < count; i++)
        records[i] = (struct store_record){.subject = subjects[i], .next = pipeline->now};
    struct store_write write = pipeline_write_from(partition);
    write.records = records;
    write.n_records = count;
    if (last)
        pipeline_note_packs(pipeline, &write.meta);
    return pipeline_write(pipeline, partition, &write);
}

int pipeline_rescan_step(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    const char **subjects;
    size_t count;
    arena_reset(pipeline->arena);
    pipeline->more = true;
    int outcome = partition->rescan_cursor == 0 ? note_former(pipeline, partition) : 0;
    if (outcome == 0)
        outcome = store->ops->load_subjects(store->self, partition->number, &partition->rescan_cursor, pipeline->arena,
                                            &subjects, &count);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    bool last = partition->rescan_cursor == 0;
    outcome = write_timers(pipeline, partition, subjects, count, last);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    return last ? finish(pipeline, partition) : 0;
}
