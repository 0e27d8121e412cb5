/* table.c: see table.h. Widths are counted in bytes: what is shown are references, ids and times, all of them ASCII. */
#include "table.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

struct table table_titled(const char *const *titles) {
    struct table table = {.titles = titles};
    while (titles[table.n_columns] != NULL)
        table.n_columns++;
    ENSURE(table.n_columns <= TABLE_COLUMNS_MAX);
    return table;
}

void table_add(struct table *table, const char *const *row) {
    if (table->n_cells + table->n_columns > table->capacity) {
        table->capacity = table->capacity * 2 + 16 * table->n_columns;
        table->cells = reallocarray(table->cells, table->capacity, sizeof(char *));
        ENSURE(table->cells != NULL);
    }
    for (size_t i = 0; i < table->n_columns; i++) {
        char *cell = strdup(row[i] == NULL ? "-" : row[i]);
        ENSURE(cell != NULL);
        table->cells[table->n_cells++] = cell;
    }
}

static void measure(const struct table *table, size_t widths[static TABLE_COLUMNS_MAX]) {
    ENSURE(table->n_columns > 0);
    for (size_t i = 0; i < table->n_columns; i++)
        widths[i] = strlen(table->titles[i]);
    for (size_t i = 0; i < table->n_cells; i++) {
        size_t width = strlen(table->cells[i]);
        if (width > widths[i % table->n_columns])
            widths[i % table->n_columns] = width;
    }
}

static void print_row(const struct table *table, const char *const *row, const size_t *widths, FILE *to) {
    for (size_t i = 0; i + 1 < table->n_columns; i++)
        fprintf(to, "%-*s  ", (int) widths[i], row[i]);
    fprintf(to, "%s\n", row[table->n_columns - 1]);
}

void table_print(const struct table *table, FILE *to) {
    size_t widths[TABLE_COLUMNS_MAX];
    measure(table, widths);
    print_row(table, table->titles, widths, to);
    for (size_t i = 0; i < table->n_cells; i += table->n_columns)
        print_row(table, (const char *const *) table->cells + i, widths, to);
}

void table_done(struct table *table) {
    for (size_t i = 0; i < table->n_cells; i++)
        free(table->cells[i]);
    free(table->cells);
    *table = (struct table){0};
}
