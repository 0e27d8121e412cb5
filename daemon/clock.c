/* clock.c: see clock.h. */
#include "clock.h"

#include "ensure.h"

#include <time.h>

struct instant clock_now(void) {
    struct timespec now;
    ENSURE(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (struct instant){(int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000};
}
