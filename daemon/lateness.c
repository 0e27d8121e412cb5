/* lateness.c: see lateness.h. Bounds rise by 1, 2, 5 up to ten seconds, where a promise is measured, and coarsely after
 * that, where only the order of magnitude matters. */
#include "lateness.h"

#include "ensure.h"

static const int64_t bounds_ms[LATENESS_BUCKETS] = {
    1,    2,    5,     10,    20,    50,     100,    200,     500,      1000,
    2000, 5000, 10000, 20000, 60000, 300000, 900000, 3600000, 86400000, INT64_MAX,
};

int64_t lateness_bound_ms(size_t bucket) {
    ENSURE(bucket < LATENESS_BUCKETS);
    return bounds_ms[bucket];
}

void lateness_note(struct lateness *lateness, int64_t late_ms) {
    size_t bucket = 0;
    while (late_ms > bounds_ms[bucket])
        bucket++;
    lateness->counts[bucket]++;
    lateness->count++;
    if (late_ms > lateness->max_ms)
        lateness->max_ms = late_ms;
}

void lateness_merge(struct lateness *into, const struct lateness *from) {
    for (size_t i = 0; i < LATENESS_BUCKETS; i++)
        into->counts[i] += from->counts[i];
    into->count += from->count;
    if (from->max_ms > into->max_ms)
        into->max_ms = from->max_ms;
}

int64_t lateness_percentile_ms(const struct lateness *lateness, unsigned percent) {
    ENSURE(percent >= 1 && percent <= 100);
    uint64_t wanted = (lateness->count * percent + 99) / 100, seen = 0;
    size_t bucket = 0;
    while ((seen += lateness->counts[bucket]) < wanted)
        bucket++;
    return bounds_ms[bucket] < lateness->max_ms ? bounds_ms[bucket] : lateness->max_ms;
}
