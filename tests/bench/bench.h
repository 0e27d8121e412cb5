/* bench.h: measuring something beside its limit, in one run of one program, so that a busy machine slows both.
 *
 * A row says what was measured, ours, the limit (the least that this work could cost here) and which work that limit
 * is; tests/bench/run makes the table. */
#ifndef WATCHKEEPER_BENCH_H
#define WATCHKEEPER_BENCH_H

#include <stddef.h>

struct bench_time {   /* seconds */
    double wall, cpu; /* cpu: of this process, all threads */
};
struct bench_time bench_now(void);
struct bench_time bench_since(struct bench_time start);

typedef void (*bench_work)(void *context);
/* Does both in turn, so often; of each the round with the least wall time. */
void bench_pair(bench_work ours, bench_work limit, void *context, int rounds, struct bench_time *ret_ours,
                struct bench_time *ret_limit);

/* Sorts the values. The fraction is 0 to 1. */
double bench_percentile(double *values, size_t count, double fraction);

struct bench_row {
    const char *what;
    const char *unit; /* "events/s": more is better; any other: less is */
    double ours, limit;
    const char *limit_is; /* what the limit does */
    const char *taken;    /* "best of 5", "median of 1000" */
    double cpu_seconds;   /* of ours, for the whole work measured; negative: not known */
    const char *note;     /* or NULL */
};
/* One line of JSON to stdout, with the most memory that the process has had by now. */
void bench_print(const struct bench_row *row);

/* Keeps the compiler from leaving out what leads to the value. */
static inline void bench_use(size_t value) {
    __asm__ volatile("" : : "r"(value) : "memory");
}

#endif
