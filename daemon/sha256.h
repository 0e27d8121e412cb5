/* sha256.h: SHA-256 (FIPS 180-4), for names from which nobody reads what they stand for. */
#ifndef WATCHKEEPER_SHA256_H
#define WATCHKEEPER_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32 };

void sha256(const void *data, size_t length, uint8_t ret_digest[static SHA256_BYTES]);

#endif
