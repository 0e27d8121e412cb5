/* ssda903_rows.c: see ssda903_rows.h. Every row that can be read is kept with its place in the order of reading;
 * sorting by key and place then puts what is one row side by side, the one that stands last. */
#include "ssda903_rows.h"

#include "ensure.h"
#include "ssda903_cell.h"
#include "ssda903_folder.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct arena *arena;
    struct ssda903_report *report;
    struct ssda903_return *returns;
    size_t room[SSDA903_KINDS];
    size_t sequence;
    const char **told; /* unknown columns that have been told of, "kind:COLUMN" */
    size_t n_told, told_room;
};

static const struct ssda903_column *column_of(enum ssda903_kind kind, size_t column) {
    const struct ssda903_file_type *type = ssda903_columns_of(kind);
    ENSURE(column < type->n_columns);
    return &type->columns[column];
}

void ssda903_rows_refuse(struct ssda903_report *report, enum ssda903_kind kind, const struct ssda903_row *row,
                         size_t column, const char *format, ...) {
    const struct csv_cell *cell = row->values[column].cell;
    fprintf(report->to, "%s:%u:%u: %s: ", row->table->name, cell == NULL ? row->line : cell->line,
            cell == NULL ? 1 : cell->column, column_of(kind, column)->name);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(report->to, format, arguments);
    va_end(arguments);
    fputs("; the row is left out\n", report->to);
    report->n_refused++;
}

/* ---- one row ---- */

static bool read_cells(struct reading *reading, enum ssda903_kind kind, const int *places, const struct csv_row *from,
                       struct ssda903_row *row) {
    const struct ssda903_file_type *type = ssda903_columns_of(kind);
    for (size_t i = 0; i < type->n_columns; i++) {
        const struct csv_cell *cell = places[i] < 0 ? NULL : &from->cells[places[i]];
        struct ssda903_value *value = &row->values[i];
        *value = (struct ssda903_value){.text = cell == NULL ? "" : cell->text, .cell = cell};
        value->given = *value->text != '\0';
    }
    for (size_t i = 0; i < type->n_columns; i++) {
        struct ssda903_value *value = &row->values[i];
        if (!value->given && type->columns[i].need == SSDA903_NEEDED_CELL) {
            ssda903_rows_refuse(reading->report, kind, row, i, "blank, and the row means nothing without it");
            return false;
        }
        int outcome = value->given ? ssda903_cell_read(type->columns[i].type, value->text, &value->date) : 0;
        if (outcome != 0) {
            ssda903_rows_refuse(reading->report, kind, row, i, "%s", ssda903_cell_message(outcome));
            return false;
        }
    }
    return true;
}

static bool in_order(struct ssda903_report *report, enum ssda903_kind kind, const struct ssda903_row *row, size_t start,
                     size_t end) {
    const struct ssda903_value *from = &row->values[start], *to = &row->values[end];
    if (!from->given || !to->given || !date_before(to->date, from->date))
        return true;
    ssda903_rows_refuse(report, kind, row, end, "earlier than %s", column_of(kind, start)->name);
    return false;
}

static bool check_episode(struct ssda903_report *report, const struct ssda903_row *row) {
    const char *rne = row->values[EPISODE_RNE].text;
    if (strlen(rne) != 1 || strchr("SLPTBU", *rne) == NULL) {
        ssda903_rows_refuse(report, SSDA903_EPISODES, row, EPISODE_RNE, "unknown code; expected S, L, P, T, B or U");
        return false;
    }
    if (!in_order(report, SSDA903_EPISODES, row, EPISODE_DECOM, EPISODE_DEC))
        return false;
    if (row->values[EPISODE_DEC].given && !row->values[EPISODE_REC].given) {
        ssda903_rows_refuse(report, SSDA903_EPISODES, row, EPISODE_REC,
                            "blank though DEC is given, so it is not known whether care ended");
        return false;
    }
    return true;
}

static bool check_score(struct ssda903_report *report, const struct ssda903_row *row) {
    const struct ssda903_value *score = &row->values[OC2_SDQ_SCORE];
    int number;
    if (!score->given || ssda903_cell_number(score->text, 40, &number))
        return true;
    ssda903_rows_refuse(report, SSDA903_OC2, row, OC2_SDQ_SCORE, "no whole number from 0 to 40");
    return false;
}

static bool consistent(struct ssda903_report *report, enum ssda903_kind kind, const struct ssda903_row *row) {
    switch (kind) {
    case SSDA903_EPISODES:
        return check_episode(report, row);
    case SSDA903_MISSING:
        return in_order(report, kind, row, MISSING_START, MISSING_END);
    case SSDA903_OC2:
        return check_score(report, row);
    case SSDA903_AD1:
        return in_order(report, kind, row, AD1_DECIDED, AD1_MATCHED);
    case SSDA903_PLACED_ADOPTION:
        return in_order(report, kind, row, PLACED_DECIDED, PLACED_CEASED);
    case SSDA903_SOCIAL_WORKER:
        return in_order(report, kind, row, WORKER_DECOM, WORKER_DEC);
    default:
        return true;
    }
}

static void keep(struct reading *reading, enum ssda903_kind kind, const struct ssda903_row *row) {
    struct ssda903_rows *rows = &reading->returns->of[kind];
    if (rows->count == reading->room[kind]) {
        size_t room = reading->room[kind] * 2 + 256;
        rows->list = arena_grow_array(reading->arena, rows->list, rows->count, room, sizeof *rows->list);
        reading->room[kind] = room;
    }
    rows->list[rows->count++] = *row;
}

/* ---- one file ---- */

static void refuse_file(struct reading *reading, const char *name, unsigned column, const char *what,
                        const char *message) {
    fprintf(reading->report->to, "%s:1:%u: %s%s; the file is left out\n", name, column, what, message);
    reading->report->n_refused++;
}

static void tell_unknown(struct reading *reading, enum ssda903_kind kind, const struct csv_table *table,
                         const struct csv_cell *column) {
    const char *key = arena_printf(reading->arena, "%d:%s", (int) kind, column->text);
    for (size_t i = 0; i < reading->n_told; i++)
        if (strcmp(reading->told[i], key) == 0)
            return;
    if (reading->n_told == reading->told_room) {
        size_t room = reading->told_room * 2 + 16;
        reading->told = arena_grow_array(reading->arena, reading->told, reading->n_told, room, sizeof *reading->told);
        reading->told_room = room;
    }
    reading->told[reading->n_told++] = key;
    fprintf(reading->report->to, "%s:1:%u: %s: not a column of the return (%s); ignored\n", table->name, column->column,
            column->text, ssda903_columns_of(kind)->title);
}

static bool find_columns(struct reading *reading, enum ssda903_kind kind, const struct csv_table *table, int *places) {
    const struct ssda903_file_type *type = ssda903_columns_of(kind);
    for (size_t i = 0; i < table->n_columns; i++)
        if (*table->columns[i].text != '\0' && !ssda903_columns_known(kind, table->columns[i].text))
            tell_unknown(reading, kind, table, &table->columns[i]);
    bool complete = true;
    for (size_t i = 0; i < type->n_columns; i++) {
        places[i] = csv_table_column(table, type->columns[i].name);
        if (places[i] >= 0 || type->columns[i].need == SSDA903_OPTIONAL)
            continue;
        refuse_file(reading, table->name, 1, type->columns[i].name, ": required column missing");
        complete = false;
    }
    return complete;
}

static void read_table(struct reading *reading, const struct csv_table *table, enum ssda903_kind kind, int year) {
    int places[SSDA903_COLUMNS_MAX] = {0};
    if (!find_columns(reading, kind, table, places))
        return;
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct csv_row *from = &table->rows[i];
        struct ssda903_row row = {.table = table, .line = from->line, .year = year, .sequence = reading->sequence++};
        row.values = ARENA_ARRAY(reading->arena, struct ssda903_value, ssda903_columns_of(kind)->n_columns);
        if (csv_row_overflows(table, from)) {
            fprintf(reading->report->to, "%s:%u:%u: more cells than columns; the row is left out\n", table->name,
                    from->line, from->cells[table->n_columns].column);
            reading->report->n_refused++;
            continue;
        }
        if (read_cells(reading, kind, places, from, &row) && consistent(reading->report, kind, &row))
            keep(reading, kind, &row);
    }
}

static void read_file(struct reading *reading, const struct ssda903_file *file) {
    struct csv_table *table;
    int outcome = csv_table_load(file->path, file->name, reading->arena, &table);
    if (outcome != 0) {
        refuse_file(reading, file->name, 1, "", csv_table_message(outcome));
        return;
    }
    enum ssda903_kind kind = ssda903_columns_recognise(table, file->stem);
    if (kind == SSDA903_KINDS) {
        refuse_file(reading, file->name, 1, "", "neither the columns nor the name are those of a file of the return");
        return;
    }
    reading->returns->n_files++;
    read_table(reading, table, kind, file->year);
}

/* ---- one row across the years ---- */

static int compare_values(enum ssda903_type type, const struct ssda903_value *a, const struct ssda903_value *b) {
    if (type != SSDA903_DATE)
        return strcmp(a->text, b->text);
    if (a->given != b->given)
        return a->given ? 1 : -1;
    return a->given ? (a->date.day > b->date.day) - (a->date.day < b->date.day) : 0;
}

static int compare_keys(const struct ssda903_row *a, const struct ssda903_row *b, enum ssda903_kind kind) {
    const struct ssda903_file_type *type = ssda903_columns_of(kind);
    for (size_t i = 0; i < type->n_columns; i++) {
        int order = type->columns[i].key ? compare_values(type->columns[i].type, &a->values[i], &b->values[i]) : 0;
        if (order != 0)
            return order;
    }
    return type->key_by_year ? (a->year > b->year) - (a->year < b->year) : 0;
}

static int compare_rows(const void *left, const void *right, void *kind) {
    const struct ssda903_row *a = left, *b = right;
    int order = compare_keys(a, b, *(const enum ssda903_kind *) kind);
    return order != 0 ? order : (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static void merge(struct ssda903_rows *rows, enum ssda903_kind kind) {
    if (rows->count == 0)
        return;
    qsort_r(rows->list, rows->count, sizeof *rows->list, compare_rows, &kind);
    size_t kept = 0;
    for (size_t i = 1; i < rows->count; i++)
        rows->list[compare_keys(&rows->list[kept], &rows->list[i], kind) == 0 ? kept : ++kept] = rows->list[i];
    rows->count = kept + 1;
}

/* ---- the reporting year ---- */

enum { YEAR_FIRST = 1900, YEAR_LAST = 2201, MARCH = 3, APRIL = 4 };

static int reporting_year(struct date date) {
    int year, month, day;
    date_to_civil(date, &year, &month, &day);
    return month < APRIL ? year : year + 1;
}

static struct ssda903_year year_of(const struct ssda903_rows *episodes, int year) {
    unsigned ends[YEAR_LAST - YEAR_FIRST + 1] = {0};
    for (size_t i = 0; i < episodes->count; i++) {
        const struct ssda903_row *row = &episodes->list[i];
        if (row->year == year && row->values[EPISODE_DEC].given)
            ends[reporting_year(row->values[EPISODE_DEC].date) - YEAR_FIRST]++;
    }
    int best = 0;
    for (int i = 1; i <= YEAR_LAST - YEAR_FIRST; i++)
        if (ends[i] >= ends[best])
            best = i;
    int ends_in = ends[best] > 0 ? YEAR_FIRST + best : year;
    return (struct ssda903_year){year, ends_in != 0, date_from_civil(ends_in, MARCH, 31)};
}

/* The files come by year, so a year's follow each other. */
static void find_years(struct reading *reading, const struct ssda903_file *files, size_t n_files) {
    struct ssda903_return *returns = reading->returns;
    returns->years = ARENA_ARRAY(reading->arena, struct ssda903_year, n_files);
    for (size_t i = 0; i < n_files; i++)
        if (i == 0 || files[i].year != files[i - 1].year)
            returns->years[returns->n_years++] = year_of(&returns->of[SSDA903_EPISODES], files[i].year);
}

bool ssda903_rows_year_end(const struct ssda903_return *returns, int year, struct date *ret_ends_on) {
    for (size_t i = 0; i < returns->n_years; i++)
        if (returns->years[i].year == year && returns->years[i].known) {
            *ret_ends_on = returns->years[i].ends_on;
            return true;
        }
    return false;
}

/* ---- the whole ---- */

int ssda903_rows_read(const char *folder, struct arena *arena, struct ssda903_report *report,
                      struct ssda903_return *ret_return) {
    struct ssda903_file *files;
    size_t n_files;
    int outcome = ssda903_folder_find(folder, arena, &files, &n_files);
    if (outcome < 0)
        return outcome;
    *ret_return = (struct ssda903_return){0};
    struct reading reading = {.arena = arena, .report = report, .returns = ret_return};
    for (size_t i = 0; i < n_files; i++)
        read_file(&reading, &files[i]);
    for (int kind = 0; kind < SSDA903_KINDS; kind++)
        merge(&ret_return->of[kind], (enum ssda903_kind) kind);
    find_years(&reading, files, n_files);
    return 0;
}
