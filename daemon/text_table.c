/* text_table.c: see text_table.h. At most half of the places are used. */
#include "text_table.h"

#include "murmur2.h"
#include "text.h"

enum { CAPACITY_MIN = 1024 };

static char **key_at(const struct text_table *table, size_t place) {
    return (char **) (void *) ((char *) table->rows + place * table->row_size);
}

static size_t place_of(const struct text_table *table, const char *key) {
    size_t place = murmur2_hash(key, strlen(key)) & (table->capacity - 1);
    while (*key_at(table, place) != NULL && strcmp(*key_at(table, place), key) != 0)
        place = (place + 1) & (table->capacity - 1);
    return place;
}

static void grow(struct text_table *table) {
    if (table->used * 2 < table->capacity)
        return;
    struct text_table grown = *table;
    grown.capacity = table->capacity == 0 ? CAPACITY_MIN : table->capacity * 2;
    grown.rows = calloc(grown.capacity, grown.row_size);
    ENSURE(grown.rows != NULL);
    for (size_t i = 0; i < table->capacity; i++)
        if (*key_at(table, i) != NULL)
            memcpy(key_at(&grown, place_of(&grown, *key_at(table, i))), key_at(table, i), table->row_size);
    free(table->rows);
    *table = grown;
}

void *text_table_row(struct text_table *table, const char *key) {
    grow(table);
    char **row = key_at(table, place_of(table, key));
    if (*row == NULL) {
        *row = text_copy(key);
        table->used++;
    }
    return row;
}

void text_table_done(struct text_table *table) {
    for (size_t i = 0; i < table->capacity; i++)
        free(*key_at(table, i));
    free(table->rows);
    table->rows = NULL;
    table->capacity = table->used = 0;
}
