/* ensure.h: an assertion that stays on in every build. It is for our own bugs only; bad input is data. */
#ifndef WATCHKEEPER_ENSURE_H
#define WATCHKEEPER_ENSURE_H

#define ENSURE(condition)                                                                                              \
    do {                                                                                                               \
        if (__builtin_expect(!(condition), 0))                                                                         \
            ensure_failed(#condition, __FILE__, __LINE__);                                                             \
    } while (0)

/* Prints the condition and its place to stderr and aborts. */
_Noreturn void ensure_failed(const char *condition, const char *file, int line);

#endif
