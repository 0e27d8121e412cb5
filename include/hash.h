/* hash.h: FNV-1a with 64 bits, for finding by text and for telling contents apart. No protection against an enemy. */
#ifndef WATCHKEEPER_HASH_H
#define WATCHKEEPER_HASH_H

#include <stdint.h>

#define HASH_START UINT64_C(14695981039346656037)

static inline uint64_t hash_mix(uint64_t hash, uint64_t value) {
    return (hash ^ value) * UINT64_C(1099511628211);
}

/* The end of the text counts too, so that "ab" and "c" differ from "a" and "bc". */
static inline uint64_t hash_text(uint64_t hash, const char *text) {
    for (; *text != '\0'; text++)
        hash = hash_mix(hash, (unsigned char) *text);
    return hash_mix(hash, 0xff);
}

#endif
