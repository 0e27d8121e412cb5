/* The files of an SSDA903 return, each behind a line with its name, between lines of ====. Whatever the rows are, the
 * events written are events that decoding accepts. */
#include "fuzz.h"

#include "import/import_ssda903.h"

#include "ensure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 8 };

static size_t put_files(const uint8_t *data, size_t size, struct arena *arena, char names[FILES_MAX][64]) {
    size_t count = 0;
    struct fuzz_part part, name;
    while (count < FILES_MAX && fuzz_next_part(&data, &size, arena, &part)) {
        const uint8_t *rest = (const uint8_t *) part.text;
        size_t left = part.length;
        if (!fuzz_next_line(&rest, &left, arena, &name))
            continue;
        /* A name of the file system: few of its characters, so that all of them can be told. */
        size_t kept = strspn(name.text, "abcdefghijklmnopqrstuvwxyz0123456789-_");
        (void) snprintf(names[count], 64, "%zu-%.*s.csv", count, (int) (kept < 40 ? kept : 40), name.text);
        fuzz_put(names[count], left == 0 ? "" : (const char *) rest, left);
        count++;
    }
    return count;
}

static void check_events(const char *text, size_t length, struct arena *arena) {
    const struct decode_context context = fuzz_decode_context();
    const uint8_t *data = (const uint8_t *) text;
    struct fuzz_part line;
    while (fuzz_next_line(&data, &length, arena, &line)) {
        struct decoded decoded;
        struct refusal refusal;
        ENSURE(decode_structured(&context, line.text, line.length, arena, &decoded, &refusal) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    char names[FILES_MAX][64];
    size_t n_names = put_files(data, size, arena, names);
    char *events = NULL, *told = NULL;
    size_t n_events = 0, n_told = 0;
    struct import_ssda903_options options = {
        .folder = fuzz_folder(),
        .authority = "E10000003",
        .zone = engine_zone(fuzz_engine()),
        .out = open_memstream(&events, &n_events),
        .problems = open_memstream(&told, &n_told),
    };
    ENSURE(options.out != NULL && options.problems != NULL);
    struct import_ssda903_result result;
    int outcome = import_ssda903(&options, &result);
    ENSURE(outcome >= 0);
    ENSURE(fclose(options.out) == 0 && fclose(options.problems) == 0);
    check_events(events, n_events, arena);
    free(events);
    free(told);
    for (size_t i = 0; i < n_names; i++)
        fuzz_put(names[i], NULL, 0);
    return 0;
}
