/* ssda903_folder.h: the CSV files of a folder of returns, and the year that each one's name gives.
 *
 * `2017-episodes.csv`, `episodes-2017.csv` and `2017/episodes.csv` are of the return named 2017; the name's own year
 * counts before its folder's. A file without a year comes before all others. */
#ifndef WATCHKEEPER_SSDA903_FOLDER_H
#define WATCHKEEPER_SSDA903_FOLDER_H

#include "arena.h"
#include "result.h"

#include <stddef.h>

enum { SSDA903_FOLDER_DEPTH_MAX = 3 };

struct ssda903_file {
    const char *path; /* to open */
    const char *name; /* below the folder, for messages */
    const char *stem; /* the last part of the name in small letters, without ".csv" */
    int year;         /* 0: none */
};

/* Every *.csv below the folder, by year, then by name. Returns 0 or -errno. */
MUST_CHECK int ssda903_folder_find(const char *folder, struct arena *arena, struct ssda903_file **ret_files,
                                   size_t *ret_count);

#endif
