/* murmur2.c: see murmur2.h. Kafka's variant has a fixed seed and reads four bytes at a time, little-endian. */
#include "murmur2.h"

#include "ensure.h"

#include <string.h>

static uint32_t word_at(const unsigned char *at) {
    return (uint32_t) at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16 | (uint32_t) at[3] << 24;
}

static uint32_t tail_of(const unsigned char *at, size_t length) {
    uint32_t tail = 0;
    for (size_t i = 0; i < length; i++)
        tail |= (uint32_t) at[i] << (8 * i);
    return tail;
}

uint32_t murmur2_hash(const void *data, size_t length) {
    const uint32_t seed = 0x9747b28c, multiplier = 0x5bd1e995;
    const unsigned char *at = data;
    uint32_t hash = seed ^ (uint32_t) length;
    for (; length >= 4; length -= 4, at += 4) {
        uint32_t word = word_at(at) * multiplier;
        word ^= word >> 24;
        hash = (hash * multiplier) ^ (word * multiplier);
    }
    if (length > 0)
        hash = (hash ^ tail_of(at, length)) * multiplier;
    hash ^= hash >> 13;
    hash *= multiplier;
    return hash ^ hash >> 15;
}

int32_t murmur2_partition(const char *key, int32_t n_partitions) {
    ENSURE(n_partitions > 0);
    return (int32_t) ((murmur2_hash(key, strlen(key)) & 0x7fffffff) % (uint32_t) n_partitions);
}
