/* csv_table.c: the one file that includes libcsv.
 *
 * libcsv says what a cell is and not where. So it is fed one character at a time, and the place is counted beside it: a
 * cell begins where the one before it was reported. That costs a call a byte, which even ten years of returns do not
 * feel. */
#include "csv_table.h"

#include "cleanup.h"
#include "ensure.h"

#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

struct reader {
    struct arena *arena;
    struct csv_table *table;
    struct csv_cell *cells; /* of the row being read */
    size_t n_cells, cells_room, rows_room;
    unsigned line, column;           /* of the next character */
    unsigned cell_line, cell_column; /* where the cell being read begins */
    bool header_read, row_ended;
};

static void begin_cell(struct reader *reader) {
    reader->cell_line = reader->line;
    reader->cell_column = reader->column;
}

static const char *trimmed(struct arena *arena, const char *text, size_t length) {
    while (length > 0 && isspace((unsigned char) *text)) {
        text++;
        length--;
    }
    while (length > 0 && isspace((unsigned char) text[length - 1]))
        length--;
    return length == 0 ? "" : arena_strndup(arena, text, length);
}

/* A cell is reported at the separator that ends it, before that is counted: the next one begins one character on. */
static void take_cell(void *text, size_t length, void *context) {
    struct reader *reader = context;
    if (reader->n_cells == reader->cells_room) {
        size_t room = reader->cells_room * 2 + 16;
        reader->cells = arena_grow_array(reader->arena, reader->cells, reader->n_cells, room, sizeof *reader->cells);
        reader->cells_room = room;
    }
    reader->cells[reader->n_cells++] = (struct csv_cell){
        .text = length == 0 ? "" : trimmed(reader->arena, text, length),
        .line = reader->cell_line,
        .column = reader->cell_column,
    };
    reader->cell_line = reader->line;
    reader->cell_column = reader->column + 1;
}

static bool blank(const struct reader *reader) {
    for (size_t i = 0; i < reader->n_cells; i++)
        if (*reader->cells[i].text != '\0')
            return false;
    return true;
}

static struct csv_cell *copy_cells(struct reader *reader, size_t at_least) {
    size_t count = reader->n_cells > at_least ? reader->n_cells : at_least;
    struct csv_cell *cells = ARENA_ARRAY(reader->arena, struct csv_cell, count);
    for (size_t i = 0; i < count; i++)
        cells[i] =
            i < reader->n_cells ? reader->cells[i] : (struct csv_cell){"", reader->cells[0].line, reader->cell_column};
    return cells;
}

static void take_header(struct reader *reader) {
    struct csv_table *table = reader->table;
    table->n_columns = reader->n_cells;
    table->columns = copy_cells(reader, 0);
    for (size_t i = 0; i < table->n_columns; i++) {
        char *name = arena_strdup(reader->arena, table->columns[i].text);
        for (char *c = name; *c != '\0'; c++)
            *c = (char) toupper((unsigned char) *c);
        table->columns[i].text = name;
    }
    reader->header_read = true;
}

static void take_values(struct reader *reader) {
    struct csv_table *table = reader->table;
    if (table->n_rows == reader->rows_room) {
        size_t room = reader->rows_room * 2 + 64;
        table->rows = arena_grow_array(reader->arena, table->rows, table->n_rows, room, sizeof *table->rows);
        reader->rows_room = room;
    }
    const struct csv_cell *cells = copy_cells(reader, table->n_columns);
    size_t n_cells = reader->n_cells > table->n_columns ? reader->n_cells : table->n_columns;
    table->rows[table->n_rows++] = (struct csv_row){reader->cells[0].line, n_cells, cells};
}

/* Called at every line end outside quotes, blank lines and the LF of a CRLF among them (CSV_REPALL_NL). */
static void take_row(int ended_by, void *context) {
    (void) ended_by;
    struct reader *reader = context;
    if (reader->n_cells > 0 && !blank(reader)) {
        if (reader->header_read)
            take_values(reader);
        else
            take_header(reader);
    }
    reader->n_cells = 0;
    reader->row_ended = true;
}

/* Moves the place past one character. Line ends are LF, CRLF and a CR alone. */
static void count(struct reader *reader, char c, char next) {
    if (c == '\n' || (c == '\r' && next != '\n')) {
        reader->line++;
        reader->column = 1;
    } else if (((unsigned char) c & 0xC0) != 0x80) {
        reader->column++;
    }
}

static void feed(struct csv_parser *parser, struct reader *reader, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        ENSURE(csv_parse(parser, text + i, 1, take_cell, take_row, reader) == 1);
        count(reader, text[i], i + 1 < length ? text[i + 1] : '\0');
        if (reader->row_ended)
            begin_cell(reader);
        reader->row_ended = false;
    }
}

int csv_table_parse(const char *name, const char *text, size_t length, struct arena *arena,
                    struct csv_table **ret_table) {
    if (length > CSV_TABLE_SIZE_MAX)
        return CSV_TABLE_TOO_LARGE;
    if (length > 0 && memchr(text, '\0', length) != NULL)
        return CSV_TABLE_NOT_TEXT;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    struct reader reader = {.arena = arena, .table = ARENA_NEW(arena, struct csv_table), .line = 1, .column = 1};
    begin_cell(&reader);
    reader.table->name = arena_strdup(arena, name);
    struct csv_parser parser;
    ENSURE(csv_init(&parser, CSV_REPALL_NL) == 0);
    feed(&parser, &reader, text, length);
    /* Strict to the end only: quotes in the middle of a cell are common, one that is never closed swallows the file. */
    ENSURE(csv_set_opts(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    int unclosed = csv_fini(&parser, take_cell, take_row, &reader);
    csv_free(&parser);
    if (unclosed != 0)
        return CSV_TABLE_UNCLOSED_QUOTE;
    if (!reader.header_read)
        return CSV_TABLE_EMPTY;
    *ret_table = reader.table;
    return 0;
}

static int read_whole(FILE *file, char **ret_text, size_t *ret_length) {
    CLEANUP(cleanup_free) char *text = NULL;
    size_t length = 0, room = 0;
    for (;;) {
        if (length == room) {
            room = room * 2 + (size_t) 64 * 1024;
            text = realloc(text, room);
            ENSURE(text != NULL);
        }
        size_t got = fread(text + length, 1, room - length, file);
        length += got;
        if (length > CSV_TABLE_SIZE_MAX)
            return CSV_TABLE_TOO_LARGE;
        if (got == 0)
            break;
    }
    if (ferror(file))
        return errno > 0 ? -errno : -EIO;
    *ret_text = TAKE(text);
    *ret_length = length;
    return 0;
}

int csv_table_load(const char *path, const char *name, struct arena *arena, struct csv_table **ret_table) {
    CLEANUP(cleanup_fclose) FILE *file = fopen(path, "re");
    if (file == NULL)
        return -errno;
    CLEANUP(cleanup_free) char *text = NULL;
    size_t length = 0;
    errno = 0;
    int outcome = read_whole(file, &text, &length);
    return outcome == 0 ? csv_table_parse(name, text, length, arena, ret_table) : outcome;
}

const char *csv_table_message(int outcome) {
    switch ((enum csv_table_outcome) outcome) {
    case CSV_TABLE_TOO_LARGE:
        return "the file is too large";
    case CSV_TABLE_NOT_TEXT:
        return "the file is not UTF-8 text; save it as CSV (UTF-8)";
    case CSV_TABLE_UNCLOSED_QUOTE:
        return "a quoted cell is never closed, so the file cannot be read";
    case CSV_TABLE_EMPTY:
        return "the file has no line of column names";
    }
    return outcome < 0 ? strerror(-outcome) : "the file can be read";
}

int csv_table_column(const struct csv_table *table, const char *column) {
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].text, column) == 0)
            return (int) i;
    return -1;
}

bool csv_row_overflows(const struct csv_table *table, const struct csv_row *row) {
    for (size_t i = table->n_columns; i < row->n_cells; i++)
        if (*row->cells[i].text != '\0')
            return true;
    return false;
}
