/* rebuild.c: see rebuild.h. A table by key, the later value in place of the earlier; sorted when all has been read,
 * which puts the parts of a subject side by side: no character of a reference sorts before '#'. */
#include "rebuild.h"

#include "ensure.h"
#include "text.h"
#include "text_table.h"

#include <stdlib.h>
#include <string.h>

struct row {
    char *key;   /* NULL: a free place */
    char *value; /* NULL: removed */
    size_t length;
};

struct rebuild {
    struct text_table table; /* of struct row */
    bool complete, has_marker;
    struct checkpoint_marker marker;
    char *feeds; /* of the marker */
    struct arena *scratch;
    size_t next, n_subjects, n_facts;
};

static struct row *row_at(const struct rebuild *rebuild, size_t place) {
    return (struct row *) rebuild->table.rows + place;
}

struct rebuild *rebuild_new(void) {
    struct rebuild *rebuild = calloc(1, sizeof *rebuild);
    ENSURE(rebuild != NULL);
    rebuild->table.row_size = sizeof(struct row);
    rebuild->scratch = arena_new();
    return rebuild;
}

struct rebuild *rebuild_free(struct rebuild *rebuild) {
    if (rebuild == NULL)
        return NULL;
    for (size_t i = 0; i < rebuild->table.capacity; i++)
        free(row_at(rebuild, i)->value);
    text_table_done(&rebuild->table);
    (void) arena_free(rebuild->scratch);
    free(rebuild->feeds);
    free(rebuild);
    return NULL;
}

static void put(struct rebuild *rebuild, const struct message *message) {
    struct row *row =
        text_table_row(&rebuild->table, arena_strndup(rebuild->scratch, message->key, message->key_length));
    free(row->value);
    row->value = message->value == NULL ? NULL : text_copy_of(message->value, message->value_length);
    row->length = message->value_length;
}

int rebuild_take(struct rebuild *rebuild, const struct message *message) {
    arena_reset(rebuild->scratch);
    struct checkpoint_row row;
    int outcome = checkpoint_read(message, rebuild->scratch, &row);
    if (outcome != 0)
        return outcome;
    if (row.removed || row.subject != NULL) {
        put(rebuild, message);
        return 0;
    }
    free(rebuild->feeds);
    rebuild->feeds = text_copy(row.marker.feeds);
    rebuild->marker = row.marker;
    rebuild->marker.feeds = rebuild->feeds;
    rebuild->has_marker = true;
    return 0;
}

static int compare_rows(const void *a, const void *b) {
    const struct row *left = a, *right = b;
    if (left->value == NULL || right->value == NULL)
        return (left->value == NULL) - (right->value == NULL); /* removed and free ones last */
    return strcmp(left->key, right->key);
}

void rebuild_complete(struct rebuild *rebuild) {
    if (rebuild->table.capacity > 0)
        qsort(rebuild->table.rows, rebuild->table.capacity, sizeof(struct row), compare_rows);
    rebuild->complete = true;
}

const struct checkpoint_marker *rebuild_marker(const struct rebuild *rebuild) {
    return rebuild->has_marker ? &rebuild->marker : NULL;
}

static bool is_part_of(const struct row *row, const char *subject) {
    size_t length = strlen(subject);
    return strncmp(row->key, subject, length) == 0 && (row->key[length] == '\0' || row->key[length] == '#');
}

static void add_part(struct store_record *record, const struct row *row, struct arena *arena) {
    struct message message = {
        .key = row->key, .key_length = strlen(row->key), .value = row->value, .value_length = row->length};
    struct checkpoint_row part;
    int outcome = checkpoint_read(&message, arena, &part);
    ENSURE(outcome == 0); /* it could be read when it was taken */
    record->subject = part.subject;
    record->facts =
        arena_grow_array(arena, record->facts, record->n_facts, record->n_facts + part.n_facts, sizeof *record->facts);
    for (size_t i = 0; i < part.n_facts; i++) {
        record->facts[record->n_facts] = (struct store_fact){(int64_t) record->n_facts, part.facts[i]};
        record->n_facts++;
    }
}

bool rebuild_next(struct rebuild *rebuild, struct arena *arena, struct store_record *ret_record) {
    ENSURE(rebuild->complete);
    struct store_record record = {0};
    while (rebuild->next < rebuild->table.capacity && row_at(rebuild, rebuild->next)->value != NULL) {
        const struct row *row = row_at(rebuild, rebuild->next);
        if (record.subject != NULL && !is_part_of(row, record.subject))
            break;
        add_part(&record, row, arena);
        rebuild->next++;
    }
    if (record.subject == NULL)
        return false;
    rebuild->n_subjects++;
    rebuild->n_facts += record.n_facts;
    *ret_record = record;
    return true;
}

bool rebuild_has(const struct rebuild *rebuild, const char *subject) {
    size_t low = 0, high = rebuild->table.capacity;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct row *row = row_at(rebuild, middle);
        if (row->value != NULL && strcmp(row->key, subject) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rebuild->table.capacity && row_at(rebuild, low)->value != NULL &&
           is_part_of(row_at(rebuild, low), subject);
}

size_t rebuild_subjects(const struct rebuild *rebuild) {
    return rebuild->n_subjects;
}

size_t rebuild_facts(const struct rebuild *rebuild) {
    return rebuild->n_facts;
}
