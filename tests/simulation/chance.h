/* chance.h: random numbers that follow from a seed (splitmix64), the same on every machine. */
#ifndef WATCHKEEPER_SIMULATION_CHANCE_H
#define WATCHKEEPER_SIMULATION_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

static inline uint64_t chance_next(struct chance *chance) {
    uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 to count - 1. */
static inline uint64_t chance_below(struct chance *chance, uint64_t count) {
    return chance_next(chance) % count;
}

/* True so many times in ten thousand. */
static inline bool chance_in_10000(struct chance *chance, uint64_t times) {
    return chance_below(chance, 10000) < times;
}

#endif
