/* A partition of care.alerts.latest: key and value on a line each; an empty value is a tombstone. */
#include "fuzz.h"

#include "restore.h"

#include "ensure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    struct restore *restore = restore_new();
    struct fuzz_part key, value = {"", 0};
    size_t taken = 0, given = 0;
    while (fuzz_next_line(&data, &size, arena, &key)) {
        (void) fuzz_next_line(&data, &size, arena, &value);
        struct message message = {.key = key.text,
                                  .key_length = key.length,
                                  .value = value.length == 0 ? NULL : value.text,
                                  .value_length = value.length};
        taken += restore_take(restore, &message) == 0;
    }
    restore_complete(restore);
    struct restore_group group = restore_find(restore, "child/CE-1", arena);
    given += group.n_said;
    while (restore_next(restore, arena, &group))
        given += group.n_said;
    ENSURE(given == restore_count(restore) && given <= taken);
    (void) restore_free(restore);
    return 0;
}
