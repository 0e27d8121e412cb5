/* pipeline_restore.c: writes what has been said, as care.alerts.latest has it, in place of what the store remembers.
 *
 * What the store remembers may be too little (statements it lost) or too much (statements it staged and lost with the
 * outbox): so every subject's memory is replaced, also of those of whom nothing has been said. Each gets a timer at
 * this moment, which the partition's clock passes only when the consumer has caught up: then the difference is said. */
#include "pipeline_parts.h"

#include "log.h"
#include "restore.h"

#include <inttypes.h>

enum { SUBJECTS_AT_ONCE = 200 };

struct filling {
    struct store_record records[SUBJECTS_AT_ONCE];
    struct store_open *open;
    size_t n_records, n_open;
};

static void add_group(struct pipeline *pipeline, struct filling *filling, const struct restore_group *group) {
    filling->records[filling->n_records++] = (struct store_record){
        .subject = group->subject,
        .n_said = group->n_said,
        .said = group->said,
        .forget_said = true,
        .next = pipeline->now,
    };
    filling->open = arena_grow_array(pipeline->arena, filling->open, filling->n_open, filling->n_open + group->n_open,
                                     sizeof *filling->open);
    for (size_t i = 0; i < group->n_open; i++)
        filling->open[filling->n_open++] = group->open[i];
}

static int write_filling(struct pipeline *pipeline, struct partition *partition, const struct filling *filling) {
    struct store_write write = pipeline_write_from(partition);
    write.n_records = filling->n_records;
    write.records = filling->records;
    write.n_open = filling->n_open;
    write.open = filling->open;
    return pipeline_write(pipeline, partition, &write);
}

static int write_subjects(struct pipeline *pipeline, struct partition *partition, const char *const *subjects,
                          size_t count) {
    for (size_t first = 0; first < count; first += SUBJECTS_AT_ONCE) {
        struct filling filling = {0};
        for (size_t i = first; i < count && i < first + SUBJECTS_AT_ONCE; i++) {
            struct restore_group group = restore_find(partition->restore, subjects[i], pipeline->arena);
            add_group(pipeline, &filling, &group);
        }
        int outcome = write_filling(pipeline, partition, &filling);
        if (outcome != 0)
            return outcome;
    }
    return 0;
}

/* Subjects that the store knows. */
static int scan_step(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    uint64_t *cursor = restore_cursor(partition->restore);
    const char **subjects;
    size_t count;
    int outcome = store->ops->load_subjects(store->self, partition->number, cursor, pipeline->arena, &subjects, &count);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    outcome = write_subjects(pipeline, partition, subjects, count);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    *restore_scanned(partition->restore) = *cursor == 0;
    return 0;
}

/* Before anything is derived: the store may hold what has been erased since. */
static void take_erasures(struct pipeline *pipeline, struct partition *partition, struct store_write *write) {
    const struct erasures *erasures = restore_erasures(partition->restore);
    struct store_field *list = ARENA_ARRAY(pipeline->arena, struct store_field, erasures->count);
    for (size_t i = 0; i < erasures->count; i++) {
        erasures_put(&partition->erasures, &erasures->marks[i]);
        list[i] = erasures_encode(&erasures->marks[i], pipeline->arena);
    }
    write->erased = list;
    write->n_erased = erasures->count;
}

static int finish(struct pipeline *pipeline, struct partition *partition) {
    struct store_write write = pipeline_write_from(partition);
    write.meta.restoring = false;
    take_erasures(pipeline, partition, &write);
    pipeline_note_packs(pipeline, &write.meta); /* every subject has a timer now */
    int outcome = pipeline_write(pipeline, partition, &write);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    if (partition->plan.reason != NULL || restore_count(partition->restore) > 0)
        log_tell_partition(LOG_LEVEL_NOTICE, "restored", partition->number,
                           "partition %" PRId32 ": the memory of %zu alerts", partition->number,
                           restore_count(partition->restore));
    partition->restore = restore_free(partition->restore);
    partition_move(partition, PARTITION_STARTING);
    return 0;
}

/* Subjects that only Kafka knows. */
static int rest_step(struct pipeline *pipeline, struct partition *partition) {
    struct filling filling = {0};
    struct restore_group group;
    while (filling.n_records < SUBJECTS_AT_ONCE && restore_next(partition->restore, pipeline->arena, &group))
        add_group(pipeline, &filling, &group);
    if (filling.n_records == 0)
        return finish(pipeline, partition);
    int outcome = write_filling(pipeline, partition, &filling);
    return outcome < 0 ? outcome : 0;
}

int pipeline_restore_step(struct pipeline *pipeline, struct partition *partition) {
    pipeline->more = true;
    if (!restore_is_complete(partition->restore)) {
        int outcome = pipeline_restage(pipeline, partition);
        if (outcome != 0)
            return outcome < 0 ? outcome : 0;
        restore_complete(partition->restore);
    }
    arena_reset(pipeline->arena);
    return *restore_scanned(partition->restore) ? rest_step(pipeline, partition) : scan_step(pipeline, partition);
}
