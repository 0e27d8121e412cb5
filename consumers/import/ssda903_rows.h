/* ssda903_rows.h: the rows of a council's returns, read, checked and made one across the years.
 *
 * Rows that agree in the key of their kind (episodes: CHILD, DECOM and RNE) are one, of which the later year's stands
 * (R46). What cannot be used is told with file, line, column and the name of the column, never with the cell's value;
 * it is left out, and the rest goes on. */
#ifndef WATCHKEEPER_SSDA903_ROWS_H
#define WATCHKEEPER_SSDA903_ROWS_H

#include "arena.h"
#include "ssda903_columns.h"
#include "timebase.h"

#include <stdio.h>

/* References of facts are the child's with a date and a code behind it, and no longer than REFERENCE_MAX. */
enum { SSDA903_CHILD_MAX = 48, SSDA903_CODE_MAX = 16 };

struct ssda903_value {
    const char *text; /* "" when blank */
    struct date date; /* of a date that is given */
    bool given;
    const struct csv_cell *cell; /* for messages; NULL where the file has no such column */
};

struct ssda903_row {
    const struct csv_table *table;
    unsigned line;
    int year;                     /* of the file's name, 0: none */
    size_t sequence;              /* in the order of reading: a later year's rows have higher ones */
    struct ssda903_value *values; /* one for each column of its kind that is read */
};

struct ssda903_report {
    FILE *to;
    size_t n_refused; /* rows and files left out */
};
/* "file:line:column: COLUMN: message", and counts the row as refused. `column` is a place in row->values. */
void ssda903_rows_refuse(struct ssda903_report *report, enum ssda903_kind kind, const struct ssda903_row *row,
                         size_t column, const char *format, ...) PRINTF_LIKE(5, 6);

struct ssda903_rows {
    size_t count;
    struct ssda903_row *list; /* by key; the first part of which is the child */
};

/* The last day of the reporting year (31 March) of the files named `year`. Some name a return by the year in which it
 * begins, others by that in which it ends, so the dates decide: episodes end within their return's year, and the year
 * in which most of them end it is. Without any, it is the year named. */
struct ssda903_year {
    int year; /* 0: the files that name none */
    bool known;
    struct date ends_on;
};

struct ssda903_return {
    struct ssda903_rows of[SSDA903_KINDS];
    size_t n_files; /* that are part of a return */
    size_t n_years;
    struct ssda903_year *years;
};

/* Reads every file of the folder. The rows live in the arena. Returns 0 or -errno (the folder cannot be read). */
MUST_CHECK int ssda903_rows_read(const char *folder, struct arena *arena, struct ssda903_report *report,
                                 struct ssda903_return *ret_return);

/* Of a row's files; false when the year is not known. */
bool ssda903_rows_year_end(const struct ssda903_return *returns, int year, struct date *ret_ends_on);

#endif
