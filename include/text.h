/* text.h: copies of texts on the heap that cannot fail: without memory the program ends (ensure.h). */
#ifndef WATCHKEEPER_TEXT_H
#define WATCHKEEPER_TEXT_H

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

static inline char *text_copy(const char *text) { /* NULL of NULL */
    char *copy = text == NULL ? NULL : strdup(text);
    ENSURE(copy != NULL || text == NULL);
    return copy;
}

/* With a 0 behind it. */
static inline char *text_copy_of(const void *data, size_t length) {
    char *copy = malloc(length + 1);
    ENSURE(copy != NULL);
    memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

#endif
