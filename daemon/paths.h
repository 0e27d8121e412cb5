/* paths.h: where the rules folder (packs/, catalogue/, calendars/) lies. */
#ifndef WATCHKEEPER_PATHS_H
#define WATCHKEEPER_PATHS_H

#include "result.h"

#include <limits.h>

struct paths_rules {
    char folder[PATH_MAX];
};

enum paths_outcome {
    PATHS_NO_RULES = 1, /* ret_looked_at names the folders that were tried */
};
/* The configured folder (NULL: none) and nothing else when there is one; else the source tree that the program was
 * built from, else the installed data. Returns 0 with *ret_rules, or PATHS_NO_RULES with the text *ret_looked_at, which
 * is static or the configured folder itself. */
MUST_CHECK int paths_find_rules(const char *configured, struct paths_rules *ret_rules, const char **ret_looked_at);

#endif
