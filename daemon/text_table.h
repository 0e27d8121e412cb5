/* text_table.h: rows found by a text, by open addressing: for what is read in any order, and sorted when it has all
 * been read. A row is a struct whose first member is its key. */
#ifndef WATCHKEEPER_TEXT_TABLE_H
#define WATCHKEEPER_TEXT_TABLE_H

#include <stddef.h>

struct text_table {
    size_t row_size; /* set by the owner */
    size_t capacity; /* rows, free ones included */
    size_t used;
    void *rows; /* in no order; those with key NULL are free, and all bytes of them 0 */
};

/* The row of a key; a new one, whose key is a copy, holds nothing else. It stays where it is until the next call. Not
 * after the rows were sorted. */
void *text_table_row(struct text_table *table, const char *key);
/* Frees the keys and the rows; what else the rows hold is the owner's. */
void text_table_done(struct text_table *table);

#endif
