/* base64.c: see base64.h (RFC 4648 section 4). */
#include "base64.h"

#include "ensure.h"

#include <stdlib.h>

char *base64_encode(const char *bytes, size_t length) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *coded = calloc((length + 2) / 3 * 4 + 1, 1);
    ENSURE(coded != NULL);
    char *to = coded;
    for (size_t i = 0; i < length; i += 3) {
        size_t here = length - i < 3 ? length - i : 3;
        unsigned bits = 0;
        for (size_t j = 0; j < 3; j++)
            bits = bits << 8 | (j < here ? (unsigned char) bytes[i + j] : 0u);
        for (size_t j = 0; j < 4; j++)
            *to++ = j <= here ? digits[bits >> (18 - 6 * j) & 63] : '=';
    }
    return coded;
}
