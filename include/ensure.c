#include "ensure.h"

#include <stdio.h>
#include <stdlib.h>

void ensure_failed(const char *condition, const char *file, int line) {
    (void) fprintf(stderr, "watchkeeper: bug: %s does not hold (%s:%d)\n", condition, file, line);
    abort();
}
