/* The metadata of a group's commit, and what is done about it beside some states of the store. */
#include "fuzz.h"

#include "partition.h"

#include "ensure.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    const char *text = arena_strndup(arena, size == 0 ? "" : (const char *) data, size);
    struct source_committed committed = {.kept = true, .exists = true, .metadata = text};
    struct partition_commit commit = partition_commit_read(&committed);
    const struct store_meta metas[] = {{.exists = false},
                                       {.exists = true, .epoch = 3, .revision = 9, .staged = {3, 2}},
                                       {.exists = true, .restoring = true}};
    for (size_t i = 0; i < sizeof metas / sizeof *metas; i++) {
        struct partition_plan plan = partition_plan(&metas[i], &commit, (struct instant){INT64_C(1700000000000)});
        ENSURE(plan.epoch > metas[i].epoch && plan.epoch > commit.epoch);
        ENSURE(plan.restore || plan.reason == NULL);
        char metadata[SINK_METADATA_MAX];
        const struct partition_commit told = {.epoch = plan.epoch, .published = plan.published};
        partition_metadata_format(&told, metadata);
        committed.metadata = metadata;
        struct partition_commit again = partition_commit_read(&committed);
        ENSURE(again.exists && again.epoch == plan.epoch && sequence_compare(again.published, plan.published) == 0);
    }
    return 0;
}
