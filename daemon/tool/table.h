/* table.h: rows of texts under titles, for people to read. */
#ifndef WATCHKEEPER_TABLE_H
#define WATCHKEEPER_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum { TABLE_COLUMNS_MAX = 12 };

struct table {
    const char *const *titles; /* NULL-terminated; borrowed */
    size_t n_columns;
    char **cells; /* row after row */
    size_t n_cells, capacity;
};

struct table table_titled(const char *const *titles);
void table_add(struct table *table, const char *const *row); /* n_columns texts, copied; NULL shows as "-" */
void table_print(const struct table *table, FILE *to);
void table_done(struct table *table);

#endif
