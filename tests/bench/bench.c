/* bench.c: see bench.h. */
#include "bench.h"

#include "ensure.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double read_clock(clockid_t id) {
    struct timespec at;
    ENSURE(clock_gettime(id, &at) == 0);
    return (double) at.tv_sec + (double) at.tv_nsec / 1e9;
}

/* The wall clock is read innermost: reading the other costs a system call. */
struct bench_time bench_now(void) {
    double cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    return (struct bench_time){read_clock(CLOCK_MONOTONIC), cpu};
}

struct bench_time bench_since(struct bench_time start) {
    double wall = read_clock(CLOCK_MONOTONIC);
    return (struct bench_time){wall - start.wall, read_clock(CLOCK_PROCESS_CPUTIME_ID) - start.cpu};
}

static void keep_best(bench_work work, void *context, struct bench_time *best) {
    struct bench_time start = bench_now();
    work(context);
    struct bench_time took = bench_since(start);
    if (best->wall == 0 || took.wall < best->wall)
        *best = took;
}

void bench_pair(bench_work ours, bench_work limit, void *context, int rounds, struct bench_time *ret_ours,
                struct bench_time *ret_limit) {
    struct bench_time best_ours = {0}, best_limit = {0};
    for (int i = 0; i < rounds; i++) {
        keep_best(ours, context, &best_ours);
        keep_best(limit, context, &best_limit);
    }
    *ret_ours = best_ours;
    *ret_limit = best_limit;
}

static int compare_doubles(const void *a, const void *b) {
    double one = *(const double *) a, other = *(const double *) b;
    return (one > other) - (one < other);
}

double bench_percentile(double *values, size_t count, double fraction) {
    ENSURE(count > 0);
    qsort(values, count, sizeof *values, compare_doubles);
    size_t place = (size_t) ((double) count * fraction);
    return values[place < count ? place : count - 1];
}

static json_t *text_or_null(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

void bench_print(const struct bench_row *row) {
    struct rusage usage;
    ENSURE(getrusage(RUSAGE_SELF, &usage) == 0);
    json_t *line = json_pack("{s:s, s:s, s:f, s:f, s:s, s:s, s:o, s:f, s:o}", "what", row->what, "unit", row->unit,
                             "ours", row->ours, "limit", row->limit, "limit_is", row->limit_is, "taken", row->taken,
                             "cpu_seconds", row->cpu_seconds < 0 ? json_null() : json_real(row->cpu_seconds),
                             "peak_mib", (double) usage.ru_maxrss / 1024, "note", text_or_null(row->note));
    ENSURE(line != NULL && json_dumpf(line, stdout, JSON_COMPACT) == 0);
    json_decref(line);
    (void) puts("");
    (void) fflush(stdout);
}
