/* lateness.h: how late statements are that the clock alone raised: a histogram in milliseconds since the daemon
 * started.
 *
 * Bounds are fixed, so that two daemons' histograms, or one daemon's of two days, can be added and compared. */
#ifndef WATCHKEEPER_LATENESS_H
#define WATCHKEEPER_LATENESS_H

#include <stddef.h>
#include <stdint.h>

enum { LATENESS_BUCKETS = 20 };

struct lateness {
    uint64_t counts[LATENESS_BUCKETS];
    uint64_t count; /* of them all */
    int64_t max_ms;
};

/* Before its instant is as good as at its instant: 0. */
void lateness_note(struct lateness *lateness, int64_t late_ms);
void lateness_merge(struct lateness *into, const struct lateness *from);
/* The largest lateness that bucket holds; INT64_MAX for the last. */
int64_t lateness_bound_ms(size_t bucket);
/* An upper bound: that percentage (1 to 100) was at most so late. 0 when nothing was noted. */
int64_t lateness_percentile_ms(const struct lateness *lateness, unsigned percent);

#endif
