/* restore.c: see restore.h.
 *
 * Values are read one by one and kept as small as they can be (what the store will hold, not the statement), because an
 * uncompacted topic may hold many of each alert: a table by alert id, the later value in place of the earlier. When all
 * has been read, the rows are sorted by subject. */
#include "restore.h"

#include "cleanup.h"
#include "encode.h"
#include "ensure.h"
#include "open_alerts.h"
#include "text.h"
#include "text_table.h"

#include <stdlib.h>
#include <string.h>

struct row {
    char *alert_id; /* NULL: a free place */
    char *subject;  /* NULL: erased by a tombstone, as everything below */
    char *rule, *anchor, *said, *role, *open;
    bool given;
};

struct restore {
    struct text_table table; /* of struct row */
    size_t count;            /* rows that are not erased */
    struct erasures erasures;
    struct arena *scratch;
    bool sorted, scanned;
    uint64_t cursor;
    size_t next;
};

static struct row *row_at(const struct restore *restore, size_t place) {
    return (struct row *) restore->table.rows + place;
}

struct restore *restore_new(void) {
    struct restore *restore = calloc(1, sizeof *restore);
    ENSURE(restore != NULL);
    restore->table.row_size = sizeof(struct row);
    restore->scratch = arena_new();
    return restore;
}

static void clear(struct row *row) {
    free(row->subject);
    free(row->rule);
    free(row->anchor);
    free(row->said);
    free(row->role);
    free(row->open);
    *row = (struct row){.alert_id = row->alert_id};
}

struct restore *restore_free(struct restore *restore) {
    if (restore == NULL)
        return NULL;
    for (size_t i = 0; i < restore->table.capacity; i++)
        clear(row_at(restore, i));
    text_table_done(&restore->table);
    erasures_done(&restore->erasures);
    (void) arena_free(restore->scratch);
    free(restore);
    return NULL;
}

static struct row *row_of(struct restore *restore, const char *alert_id) {
    struct row *row = text_table_row(&restore->table, alert_id);
    restore->count -= row->subject != NULL;
    clear(row);
    return row;
}

static int take_receipt(struct restore *restore, const struct message *message) {
    struct erasures_mark mark;
    if (message->value == NULL)
        return 0;
    if (!erasures_receipt_decode(message->value, message->value_length, &mark))
        return RESTORE_NOT_OURS;
    erasures_put(&restore->erasures, &mark);
    return 0;
}

int restore_take(struct restore *restore, const struct message *message) {
    if (message->key == NULL)
        return RESTORE_NOT_OURS;
    arena_reset(restore->scratch);
    const char *alert_id = arena_strndup(restore->scratch, message->key, message->key_length);
    if (erasures_is_receipt(alert_id))
        return take_receipt(restore, message);
    if (message->value == NULL) {
        (void) row_of(restore, alert_id);
        return 0;
    }
    const char *subject;
    struct said said;
    struct store_open open;
    int outcome = encode_latest_decode(message->value, message->value_length, restore->scratch, &subject, &said);
    if (outcome == ENCODE_NEWER)
        return RESTORE_NEWER;
    if (outcome != 0 || !open_alerts_row_from(message->value, message->value_length, restore->scratch, &open))
        return RESTORE_NOT_OURS;
    struct row *row = row_of(restore, alert_id);
    restore->count++;
    row->subject = text_copy(subject);
    row->rule = text_copy(said.rule);
    row->anchor = text_copy(said.anchor);
    row->said = encode_said(&said);
    row->role = text_copy(open.role);
    row->open = text_copy(open.value.data);
    return 0;
}

static int compare_rows(const void *a, const void *b) {
    const struct row *left = a, *right = b;
    if (left->subject == NULL || right->subject == NULL)
        return (left->subject == NULL) - (right->subject == NULL); /* erased and free ones last */
    int order = strcmp(left->subject, right->subject);
    return order != 0 ? order : strcmp(left->alert_id, right->alert_id);
}

void restore_complete(struct restore *restore) {
    if (restore->table.capacity > 0)
        qsort(restore->table.rows, restore->table.capacity, sizeof(struct row), compare_rows);
    restore->sorted = true;
}

bool restore_is_complete(const struct restore *restore) {
    return restore->sorted;
}

static size_t first_of(const struct restore *restore, const char *subject) {
    size_t low = 0, high = restore->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(row_at(restore, middle)->subject, subject) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t end_of(const struct restore *restore, size_t first, const char *subject) {
    size_t end = first;
    while (end < restore->count && strcmp(row_at(restore, end)->subject, subject) == 0)
        end++;
    return end;
}

static struct bytes text_bytes(const char *text) {
    return (struct bytes){text, text == NULL ? 0 : strlen(text)};
}

static struct restore_group give(struct restore *restore, size_t first, size_t end, struct arena *arena) {
    struct restore_group group = {
        .said = ARENA_ARRAY(arena, struct store_said, end - first),
        .open = ARENA_ARRAY(arena, struct store_open, end - first),
    };
    for (size_t i = first; i < end; i++) {
        struct row *row = row_at(restore, i);
        row->given = true;
        group.said[group.n_said++] = (struct store_said){row->rule, row->anchor, text_bytes(row->said)};
        if (row->open != NULL)
            group.open[group.n_open++] = (struct store_open){row->role, row->alert_id, text_bytes(row->open)};
    }
    return group;
}

struct restore_group restore_find(struct restore *restore, const char *subject, struct arena *arena) {
    ENSURE(restore->sorted);
    size_t first = first_of(restore, subject);
    struct restore_group group = give(restore, first, end_of(restore, first, subject), arena);
    group.subject = subject;
    return group;
}

bool restore_next(struct restore *restore, struct arena *arena, struct restore_group *ret_group) {
    ENSURE(restore->sorted);
    while (restore->next < restore->count && row_at(restore, restore->next)->given)
        restore->next++;
    if (restore->next == restore->count)
        return false;
    *ret_group = restore_find(restore, row_at(restore, restore->next)->subject, arena);
    return true;
}

const struct erasures *restore_erasures(const struct restore *restore) {
    return &restore->erasures;
}

uint64_t *restore_cursor(struct restore *restore) {
    return &restore->cursor;
}

bool *restore_scanned(struct restore *restore) {
    return &restore->scanned;
}

size_t restore_count(const struct restore *restore) {
    return restore->count;
}
