/* bench_decode.c: one event's bytes to one fact, beside jansson parsing the same bytes and throwing the result away.
 *
 *     bench_decode CASELOAD */
#include "bench.h"
#include "workload.h"
#include "ensure.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 7, BATCH = 1000, HEADERS = 7 }; /* a batch: what the daemon decodes into one arena */

struct binary { /* the same event in binary mode */
    struct header headers[HEADERS];
    size_t n_headers;
    char *data;
    size_t length;
};

struct bench {
    struct workload workload;
    struct arena *arena;
    struct binary *binaries; /* by line */
    size_t n_read;
};

/* ---- structured ---- */

static void decode_lines(void *context) {
    struct bench *bench = context;
    bench->n_read = 0;
    for (size_t i = 0; i < bench->workload.n_lines; i++) {
        struct decoded decoded;
        struct refusal refusal;
        const struct workload_line *line = &bench->workload.lines[i];
        if (i % BATCH == 0)
            arena_reset(bench->arena);
        bench->n_read += decode_structured(&bench->workload.context, line->text, line->length, bench->arena, &decoded,
                                           &refusal) == DECODE_OK;
    }
}

static void parse(const char *text, size_t length) {
    json_t *json = json_loadb(text, length, 0, NULL);
    bench_use((size_t) json);
    json_decref(json);
}

static void parse_lines(void *context) {
    const struct bench *bench = context;
    for (size_t i = 0; i < bench->workload.n_lines; i++)
        parse(bench->workload.lines[i].text, bench->workload.lines[i].length);
}

/* ---- binary ---- */

static struct binary binary_of(const struct workload_line *line, struct arena *arena) {
    struct binary binary = {0};
    json_t *event = json_loadb(line->text, line->length, 0, NULL), *value;
    ENSURE(event != NULL);
    const char *name;
    json_object_foreach(event, name, value) {
        if (strcmp(name, "data") == 0)
            continue;
        ENSURE(binary.n_headers < HEADERS - 1 && json_is_string(value));
        const char *text = arena_strdup(arena, json_string_value(value));
        binary.headers[binary.n_headers++] = (struct header){arena_printf(arena, "ce_%s", name), text, strlen(text)};
    }
    binary.headers[binary.n_headers++] = (struct header){"content-type", "application/json", 16};
    char *data = json_dumps(json_object_get(event, "data"), JSON_COMPACT);
    ENSURE(data != NULL);
    binary.data = arena_strdup(arena, data);
    binary.length = strlen(data);
    free(data);
    json_decref(event);
    return binary;
}

static void decode_binaries(void *context) {
    struct bench *bench = context;
    bench->n_read = 0;
    for (size_t i = 0; i < bench->workload.n_lines; i++) {
        struct decoded decoded;
        struct refusal refusal;
        const struct binary *binary = &bench->binaries[i];
        if (i % BATCH == 0)
            arena_reset(bench->arena);
        bench->n_read += decode_binary(&bench->workload.context, binary->headers, binary->n_headers, binary->data,
                                       binary->length, bench->arena, &decoded, &refusal) == DECODE_OK;
    }
}

static void parse_binaries(void *context) {
    const struct bench *bench = context;
    for (size_t i = 0; i < bench->workload.n_lines; i++)
        parse(bench->binaries[i].data, bench->binaries[i].length);
}

/* ---- rows ---- */

static void measure(struct bench *bench, const char *what, bench_work ours, bench_work limit, size_t n_bytes) {
    struct bench_time ours_took, limit_took;
    bench_pair(ours, limit, bench, ROUNDS, &ours_took, &limit_took);
    double count = (double) bench->workload.n_lines;
    char note[160];
    (void) snprintf(note, sizeof note, "%zu of %zu events read, %.0f bytes of JSON each", bench->n_read,
                    bench->workload.n_lines, (double) n_bytes / count);
    bench_print(&(struct bench_row){
        .what = what,
        .unit = "events/s",
        .ours = count / ours_took.wall,
        .limit = count / limit_took.wall,
        .limit_is = "json_loadb of the same bytes",
        .taken = "best of 7",
        .cpu_seconds = ours_took.cpu,
        .note = note,
    });
}

int main(int argc, char **argv) {
    if (argc != 2) {
        (void) fprintf(stderr, "usage: bench_decode CASELOAD\n");
        return 2;
    }
    struct bench bench = {.workload = workload_load(argv[1]), .arena = arena_new()};
    bench.binaries = ARENA_ARRAY(bench.workload.arena, struct binary, bench.workload.n_lines);
    size_t n_bytes = 0;
    for (size_t i = 0; i < bench.workload.n_lines; i++) {
        bench.binaries[i] = binary_of(&bench.workload.lines[i], bench.workload.arena);
        n_bytes += bench.binaries[i].length;
    }
    measure(&bench, "decoding: structured", decode_lines, parse_lines, bench.workload.n_bytes);
    measure(&bench, "decoding: binary", decode_binaries, parse_binaries, n_bytes);
    (void) arena_free(bench.arena);
    workload_done(&bench.workload);
    return 0;
}
