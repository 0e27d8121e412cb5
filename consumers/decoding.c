/* decoding.c: the two things that every part of decoding needs. */
#include "decoding.h"

int decoding_refuse(struct decoding *decoding, int outcome, const char *path, const char *message) {
    decoding->refusal = (struct refusal){.message = message, .path = path};
    return outcome;
}

size_t decoding_characters(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char) *text & 0xc0) != 0x80;
    return count;
}
