/* ssda903_columns.h: the files of the SSDA903 return, their columns, and which of them are read.
 *
 * Source: the return's column and code sets by year (Social Finance Digital Labs, liia-tools-pipeline, SSDA903 schema
 * 2017 to 2026, MIT). Codes are not checked against their lists here: a code outside its list is kept and satisfies no
 * rule. */
#ifndef WATCHKEEPER_SSDA903_COLUMNS_H
#define WATCHKEEPER_SSDA903_COLUMNS_H

#include "csv_table.h"

#include <stdbool.h>
#include <stddef.h>

enum ssda903_kind {
    SSDA903_HEADER,
    SSDA903_EPISODES,
    SSDA903_REVIEWS,
    SSDA903_MISSING,
    SSDA903_OC2,
    SSDA903_OC3,
    SSDA903_UASC,
    SSDA903_PREVIOUS_PERMANENCE,
    SSDA903_AD1,
    SSDA903_PLACED_ADOPTION,
    SSDA903_SOCIAL_WORKER,
    SSDA903_KINDS,
};

/* The columns that are read, by their place in a row's values; SSDA903_CHILD is the first of every kind. */
enum { SSDA903_CHILD };
enum { HEADER_SEX = 1, HEADER_DOB, HEADER_ETHNIC, HEADER_MOTHER, HEADER_MC_DOB };
enum {
    EPISODE_DECOM = 1,
    EPISODE_RNE,
    EPISODE_LS,
    EPISODE_CIN,
    EPISODE_PLACE,
    EPISODE_PROVIDER,
    EPISODE_DEC,
    EPISODE_REC,
    EPISODE_REASON,
    EPISODE_URN,
};
enum { REVIEW_DATE = 1, REVIEW_CODE };
enum { MISSING_START = 1, MISSING_KIND, MISSING_END };
enum { OC2_SDQ_SCORE = 1, OC2_SDQ_REASON };
enum { OC3_DOB = 1, OC3_IN_TOUCH, OC3_ACTIV, OC3_ACCOM };
enum { UASC_DUC = 1 };
enum { PERMANENCE_KIND = 1, PERMANENCE_DATE };
enum { AD1_DECIDED = 1, AD1_MATCHED, AD1_FOSTER_CARE };
enum { PLACED_DECIDED = 1, PLACED_CEASED };
enum { WORKER_ID = 1, WORKER_DECOM, WORKER_DEC, WORKER_REASON };

enum ssda903_type { SSDA903_REFERENCE, SSDA903_DATE, SSDA903_CODE };

struct ssda903_column {
    const char *name;
    enum ssda903_type type;
    enum {
        SSDA903_OPTIONAL,      /* the column may be missing */
        SSDA903_NEEDED_COLUMN, /* the column must be there, its cells may be blank */
        SSDA903_NEEDED_CELL,   /* no cell may be blank */
    } need;
    bool key;       /* rows that agree in these are one row, of which the last year's stands */
    bool signature; /* a file with all of these is a file of this kind, whatever its name */
};

enum { SSDA903_COLUMNS_MAX = 11 };
struct ssda903_file_type {
    const char *title;
    const char *const *names; /* as file names end; NULL-terminated */
    bool key_by_year;         /* the year of the return belongs to the key */
    size_t n_columns;
    const struct ssda903_column *columns;
    const char *const *unread; /* known columns that say nothing an event could carry; NULL-terminated */
};
const struct ssda903_file_type *ssda903_columns_of(enum ssda903_kind kind);

/* By the columns, else by how the name ends (`2017-episodes`, without ".csv"), in small letters. SSDA903_KINDS:
 * neither. */
enum ssda903_kind ssda903_columns_recognise(const struct csv_table *table, const char *stem);

/* Whether the return has such a column in files of that kind. */
bool ssda903_columns_known(enum ssda903_kind kind, const char *column);

#endif
