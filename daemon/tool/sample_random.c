/* sample_random.c: see sample_random.h. */
#include "sample_random.h"

static uint64_t splitmix64(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void sample_random_init(struct sample_random *random, uint64_t seed, uint64_t stream) {
    uint64_t state = seed;
    state = splitmix64(&state) ^ stream;
    for (int i = 0; i < 4; i++)
        random->state[i] = splitmix64(&state);
}

static uint64_t rotated(uint64_t value, int by) {
    return (value << by) | (value >> (64 - by));
}

uint64_t sample_random_next(struct sample_random *random) {
    uint64_t *s = random->state;
    uint64_t result = rotated(s[1] * 5, 7) * 9, shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45);
    return result;
}

double sample_random_unit(struct sample_random *random) {
    return (double) (sample_random_next(random) >> 11) * 0x1.0p-53;
}

bool sample_random_chance(struct sample_random *random, double probability) {
    return sample_random_unit(random) < probability;
}

int sample_random_between(struct sample_random *random, int first, int last) {
    if (last <= first)
        return first;
    return first + (int) (sample_random_unit(random) * (double) (last - first + 1));
}

/* The natural logarithm of 0 < x <= 1. Written out, since libraries differ in the last digit, and a seed must not. */
static double logarithm(double x) {
    static const double of_two = 0.693147180559945309417;
    int halvings = 0;
    while (x < 0.70710678) {
        x *= 2;
        halvings++;
    }
    double y = (x - 1) / (x + 1), power = y, sum = 0; /* 2 (y + y^3/3 + y^5/5 + ...) */
    for (int n = 1; n < 16; n += 2) {
        sum += power / n;
        power *= y * y;
    }
    return 2 * sum - halvings * of_two;
}

int sample_random_wait(struct sample_random *random, double per_year) {
    static const double days_in_year = 365.25, most = 200 * 365.25;
    double days = per_year <= 0 ? most : -logarithm(1 - sample_random_unit(random)) * days_in_year / per_year;
    return days >= most ? (int) most : 1 + (int) days;
}

size_t sample_random_pick(struct sample_random *random, const double *weights, size_t count) {
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += weights[i];
    double left = sample_random_unit(random) * total;
    for (size_t i = 0; i + 1 < count; i++)
        if ((left -= weights[i]) < 0)
            return i;
    return count - 1;
}
