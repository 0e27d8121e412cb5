/* counters.c: see counters.h. Names come from outside, so their number is limited. */
#include "counters.h"

#include <stdio.h>
#include <string.h>

void counters_add(struct counter_named *list, size_t size, const char *name) {
    for (size_t i = 0; i < size; i++) {
        if (list[i].count == 0)
            (void) snprintf(list[i].name, sizeof list[i].name, "%s", i + 1 == size ? "other" : name);
        if (i + 1 == size || strncmp(list[i].name, name, sizeof list[i].name - 1) == 0) {
            list[i].count++;
            return;
        }
    }
}
