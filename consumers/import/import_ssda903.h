/* import_ssda903.h: a council's SSDA903 returns as events (R46).
 *
 * Reads every CSV file of a folder: the header, episodes, reviews, missing, OC2, OC3, UASC, previous permanence, AD1,
 * placed for adoption and social worker files of one year or of several. Rows that cannot be used are told with file,
 * line and column and left out. Not in the return, so in no event: visits, health assessments with a date, PEPs, return
 * interviews. */
#ifndef WATCHKEEPER_IMPORT_SSDA903_H
#define WATCHKEEPER_IMPORT_SSDA903_H

#include "result.h"

#include <stddef.h>
#include <stdio.h>

struct zone;

struct import_ssda903_options {
    const char *folder;
    const char *authority; /* GSS code: a letter and eight digits */
    const struct zone *zone;
    FILE *out;      /* events, one a line, oldest first */
    FILE *problems; /* what was left out, and what was ignored */
};
struct import_ssda903_result {
    size_t n_events, n_refused; /* events written; rows and files left out */
};

enum import_ssda903_outcome {
    IMPORT_SSDA903_NO_FILES = 1, /* the folder has no file of the return */
    IMPORT_SSDA903_BAD_AUTHORITY,
};
/* Returns 0, -errno or enum import_ssda903_outcome. */
MUST_CHECK int import_ssda903(const struct import_ssda903_options *options, struct import_ssda903_result *ret_result);

#endif
