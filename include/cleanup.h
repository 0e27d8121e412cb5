/* cleanup.h: scoped release. CLEANUP(record_freep) struct record *record = NULL; frees at the end of the scope;
 * TAKE(record) hands it on. */
#ifndef WATCHKEEPER_CLEANUP_H
#define WATCHKEEPER_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

#define TAKE(pointer)                                                                                                  \
    __extension__({                                                                                                    \
        __typeof__(pointer) take_value_ = (pointer);                                                                   \
        (pointer) = NULL;                                                                                              \
        take_value_;                                                                                                   \
    })

/* Defines TYPE_freep for CLEANUP from a destructor that accepts NULL. */
#define DEFINE_CLEANUP(type, destructor)                                                                               \
    static inline void destructor##p(type *pointer) {                                                                  \
        destructor(*pointer);                                                                                          \
    }

static inline void cleanup_free(void *pointer) {
    free(*(void **) pointer);
}

static inline void cleanup_fclose(FILE **file) {
    if (*file != NULL)
        (void) fclose(*file);
}

#endif
