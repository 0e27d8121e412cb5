/* csv_table.h: a CSV file as a table that knows the line and column of each cell.
 *
 * Tolerates what spreadsheets and case systems write: a UTF-8 byte order mark, CRLF or CR line ends, quoted cells,
 * spaces around cells, blank cells and lines, columns in any order, their names in any case. Everything lives in the
 * arena. */
#ifndef WATCHKEEPER_CSV_TABLE_H
#define WATCHKEEPER_CSV_TABLE_H

#include "arena.h"
#include "result.h"

#include <stdbool.h>
#include <stddef.h>

enum { CSV_TABLE_SIZE_MAX = 512 * 1024 * 1024 };

struct csv_cell {
    const char *text;      /* trimmed; "" when blank, never NULL */
    unsigned line, column; /* where the cell begins, from 1; the column counts characters */
};

struct csv_row {
    unsigned line;
    size_t n_cells; /* as many as the table has columns, or more where the row has too many */
    const struct csv_cell *cells;
};

struct csv_table {
    const char *name; /* the file, for messages */
    size_t n_columns;
    struct csv_cell *columns; /* their names, in capitals */
    size_t n_rows;
    struct csv_row *rows; /* without blank ones */
};

enum csv_table_outcome {
    CSV_TABLE_TOO_LARGE = 1,
    CSV_TABLE_NOT_TEXT,       /* a NUL byte: UTF-16 or no text at all */
    CSV_TABLE_UNCLOSED_QUOTE, /* a quoted cell runs to the end of the file */
    CSV_TABLE_EMPTY,          /* not even a line of column names */
};
const char *csv_table_message(int outcome);

/* Returns 0, -errno or enum csv_table_outcome. `name` is what messages call the file. */
MUST_CHECK int csv_table_load(const char *path, const char *name, struct arena *arena, struct csv_table **ret_table);
MUST_CHECK int csv_table_parse(const char *name, const char *text, size_t length, struct arena *arena,
                               struct csv_table **ret_table);

/* The index of the first column of that name (given in capitals), or -1. */
int csv_table_column(const struct csv_table *table, const char *column);

/* Whether a row has a cell that is not blank beyond the last column: one comma too many shifts every value after it. */
bool csv_row_overflows(const struct csv_table *table, const struct csv_row *row);

#endif
