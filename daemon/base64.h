/* base64.h: bytes as a text, for what is not UTF-8 and has to stand in JSON. */
#ifndef WATCHKEEPER_BASE64_H
#define WATCHKEEPER_BASE64_H

#include <stddef.h>

char *base64_encode(const char *bytes, size_t length); /* the caller frees it */

#endif
