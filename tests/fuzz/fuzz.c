/* fuzz.c: see fuzz.h. What is read once is kept in statics: a fuzzer runs one input after another in one process. */
#include "fuzz.h"

#include "encode.h"
#include "ensure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct engine *engine;
static struct arena *input_arena;
static struct yaml_problems problems;
static char folder[256];

static void end_engine(void) {
    engine = engine_free(engine);
}

const struct engine *fuzz_engine(void) {
    if (engine != NULL)
        return engine;
    static struct yaml_problems told;
    told.arena = arena_new();
    const struct engine_paths paths = {.folder = FUZZ_RULES};
    ENSURE(engine_load(&paths, &told, &engine) == 0);
    told.arena = arena_free(told.arena);
    (void) atexit(end_engine);
    return engine;
}

struct decode_context fuzz_decode_context(void) {
    return (struct decode_context){engine_catalogue(fuzz_engine()), engine_zone(fuzz_engine())};
}

static void end_arena(void) {
    input_arena = arena_free(input_arena);
}

struct arena *fuzz_arena(void) {
    if (input_arena == NULL) {
        input_arena = arena_new();
        (void) atexit(end_arena);
    }
    arena_reset(input_arena);
    return input_arena;
}

struct yaml_problems *fuzz_problems(struct arena *arena) {
    problems = (struct yaml_problems){.arena = arena};
    return &problems;
}

/* ---- the input in parts ---- */

static struct fuzz_part take(const uint8_t **data, size_t *size, size_t length, size_t step, struct arena *arena) {
    struct fuzz_part part = {arena_strndup(arena, length == 0 ? "" : (const char *) *data, length), length};
    *data += step;
    *size -= step;
    return part;
}

bool fuzz_next_line(const uint8_t **data, size_t *size, struct arena *arena, struct fuzz_part *ret_part) {
    if (*size == 0)
        return false;
    const uint8_t *end = memchr(*data, '\n', *size);
    size_t length = end == NULL ? *size : (size_t) (end - *data);
    *ret_part = take(data, size, length, end == NULL ? length : length + 1, arena);
    return true;
}

bool fuzz_next_part(const uint8_t **data, size_t *size, struct arena *arena, struct fuzz_part *ret_part) {
    static const char separator[] = "====\n";
    const size_t wide = sizeof separator - 1;
    if (*size == 0)
        return false;
    const uint8_t *at = *data, *end = memmem(at, *size, separator, wide);
    while (end != NULL && end != *data && end[-1] != '\n') {
        at = end + 1;
        end = memmem(at, *size - (size_t) (at - *data), separator, wide);
    }
    size_t length = end == NULL ? *size : (size_t) (end - *data);
    *ret_part = take(data, size, length, end == NULL ? length : length + wide, arena);
    return true;
}

/* ---- files ---- */

static void write_whole(int descriptor, const char *data, size_t size) {
    while (size > 0) {
        ssize_t written = write(descriptor, data, size);
        ENSURE(written > 0);
        data += written;
        size -= (size_t) written;
    }
}

struct fuzz_file fuzz_open_file(const void *data, size_t size) {
    struct fuzz_file file = {.descriptor = memfd_create("fuzz", MFD_CLOEXEC)};
    ENSURE(file.descriptor >= 0);
    write_whole(file.descriptor, data, size);
    (void) snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.descriptor);
    return file;
}

void fuzz_close_file(struct fuzz_file *file) {
    (void) close(file->descriptor);
}

static void end_folder(void) {
    (void) rmdir(folder);
}

const char *fuzz_folder(void) {
    if (folder[0] != '\0')
        return folder;
    const char *above = getenv("TMPDIR");
    (void) snprintf(folder, sizeof folder, "%s/watchkeeper-fuzz-XXXXXX", above == NULL ? "/tmp" : above);
    ENSURE(mkdtemp(folder) != NULL);
    (void) atexit(end_folder);
    return folder;
}

void fuzz_put(const char *name, const void *data, size_t size) {
    char path[512];
    ENSURE(strchr(name, '/') == NULL);
    (void) snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    if (data == NULL) {
        (void) unlink(path);
        return;
    }
    FILE *file = fopen(path, "we");
    ENSURE(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

/* ---- what follows from facts ---- */

/* Before everything, among the facts of today, and when every limit has passed. */
static const char *const moments[] = {"1900-01-01T00:00:00Z", "2026-03-05T10:00:00Z", "2200-12-31T23:59:59.999Z"};

/* What is remembered must be read again after a restart, or it is said twice. */
static void read_again(const struct said *said, struct arena *arena) {
    struct said again;
    char *text = encode_said(said);
    ENSURE(encode_said_decode(text, strlen(text), arena, &again) == 0);
    ENSURE(again.state == said->state && instant_equal(again.due_at, said->due_at));
    free(text);
}

void fuzz_derive(const struct engine *with, const struct fact *facts, size_t n_facts, struct arena *arena) {
    CLEANUP(record_freep) struct record *record = record_new("child/FUZZ-1");
    for (size_t i = 0; i < n_facts; i++)
        (void) !record_add(record, &facts[i]);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        struct step_options options = {.because = BECAUSE_RECORD};
        ENSURE(instant_parse(moments[i], &options.now) == 0);
        struct step step;
        engine_step(with, record, &options, arena, &step);
        for (size_t k = 0; k < step.n_changed; k++)
            read_again(step.latest[k]->said, arena);
        struct step again;
        engine_step(with, record, &options, arena, &again);
        ENSURE(again.n_statements == 0); /* what has been said is not said twice */
    }
}
