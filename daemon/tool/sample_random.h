/* sample_random.h: the random numbers of `watchkeeper sample`, the same on every machine for the same seed.
 *
 * xoshiro256** (Blackman and Vigna 2018), its state filled by splitmix64 from the seed and the number of the stream.
 * Each child is a stream of its own: child 7 of seed 1 has the same life among 10 children as among 10,000. */
#ifndef WATCHKEEPER_SAMPLE_RANDOM_H
#define WATCHKEEPER_SAMPLE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sample_random {
    uint64_t state[4];
};

void sample_random_init(struct sample_random *random, uint64_t seed, uint64_t stream);
uint64_t sample_random_next(struct sample_random *random);
double sample_random_unit(struct sample_random *random); /* 0 included, 1 not */
bool sample_random_chance(struct sample_random *random, double probability);
int sample_random_between(struct sample_random *random, int first,
                          int last); /* both included; first where last < first */
/* Whole days until something that happens `per_year` times a year, at least 1; at most 200 years. */
int sample_random_wait(struct sample_random *random, double per_year);
/* The index of one of the weights, drawn in proportion to them. */
size_t sample_random_pick(struct sample_random *random, const double *weights, size_t count);

#endif
