/* audit_latest.c: see audit_latest.h. One open-addressing table by the hash of the alert's id serves both. Two alerts
 * of one partition with the same 64 bits are not to be expected in the lifetime of a council. */
#include "audit_latest.h"

#include "audit_subject.h"
#include "encode.h"
#include "ensure.h"
#include "hash.h"
#include "open_alerts.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct cell {
    uint64_t id;   /* 0: free */
    uint64_t said; /* 0: nothing, or a tombstone; the lowest bit tells whether it was seen */
};

struct audit_latest {
    struct cell *cells;
    size_t capacity, used;
    struct audit_row *rows;
    size_t n_rows, rows_capacity;
};

enum { SEEN = 1 };

struct audit_latest *audit_latest_new(void) {
    struct audit_latest *latest = calloc(1, sizeof *latest);
    ENSURE(latest != NULL);
    return latest;
}

static void clear_row(struct audit_row *row) {
    free(row->alert_id);
    free(row->subject);
    free(row->said);
    free(row->role);
    free(row->open);
    *row = (struct audit_row){0};
}

struct audit_latest *audit_latest_free(struct audit_latest *latest) {
    if (latest == NULL)
        return NULL;
    for (size_t i = 0; i < latest->n_rows; i++)
        clear_row(&latest->rows[i]);
    free(latest->rows);
    free(latest->cells);
    free(latest);
    return NULL;
}

uint64_t audit_latest_id(const char *alert_id) {
    uint64_t id = hash_text(HASH_START, alert_id);
    return id == 0 ? 1 : id;
}

static struct cell *place_of(const struct audit_latest *latest, uint64_t id) {
    size_t place = id & (latest->capacity - 1);
    while (latest->cells[place].id != 0 && latest->cells[place].id != id)
        place = (place + 1) & (latest->capacity - 1);
    return &latest->cells[place];
}

static void grow(struct audit_latest *latest) {
    if (latest->used * 2 < latest->capacity)
        return;
    struct cell *old = latest->cells;
    size_t n_old = latest->capacity;
    latest->capacity = n_old == 0 ? 1024 : n_old * 2;
    latest->cells = calloc(latest->capacity, sizeof *latest->cells);
    ENSURE(latest->cells != NULL);
    for (size_t i = 0; i < n_old; i++)
        if (old[i].id != 0)
            *place_of(latest, old[i].id) = old[i];
    free(old);
}

static struct cell *cell_of(struct audit_latest *latest, uint64_t id) {
    grow(latest);
    struct cell *cell = place_of(latest, id);
    if (cell->id == 0) {
        cell->id = id;
        latest->used++;
    }
    return cell;
}

static const struct cell *find(const struct audit_latest *latest, uint64_t id) {
    const struct cell *cell = latest->capacity == 0 ? NULL : place_of(latest, id);
    return cell == NULL || cell->id == 0 ? NULL : cell;
}

/* ---- a survey ---- */

static uint64_t hash_of(uint64_t said_hash) {
    uint64_t hash = said_hash & ~(uint64_t) SEEN;
    return hash == 0 ? 2 : hash;
}

static const char *key_of(const struct message *message, struct arena *arena) {
    return message->key == NULL ? NULL : arena_strndup(arena, message->key, message->key_length);
}

void audit_latest_survey(struct audit_latest *latest, const struct message *message, struct arena *arena) {
    const char *alert_id = key_of(message, arena), *subject;
    if (alert_id == NULL)
        return;
    struct cell *cell = cell_of(latest, audit_latest_id(alert_id));
    struct said said;
    bool good = message->value != NULL &&
                encode_latest_decode(message->value, message->value_length, arena, &subject, &said) == 0;
    cell->said = good ? hash_of(audit_subject_hash(&said)) : 0;
}

bool audit_latest_is(struct audit_latest *latest, const char *alert_id, uint64_t said_hash) {
    struct cell *cell = (struct cell *) find(latest, audit_latest_id(alert_id));
    if (cell == NULL || cell->said == 0)
        return false;
    uint64_t known = cell->said & ~(uint64_t) SEEN;
    cell->said |= SEEN;
    return known == hash_of(said_hash);
}

size_t audit_latest_count(const struct audit_latest *latest) {
    size_t count = 0;
    for (size_t i = 0; i < latest->capacity; i++)
        count += latest->cells[i].said != 0;
    return count;
}

/* ---- a confirmation ---- */

void audit_latest_want(struct audit_latest *latest, uint64_t id) {
    (void) cell_of(latest, id);
}

static uint64_t subject_id(const char *alert_id, size_t length, struct arena *arena) {
    return audit_latest_id(arena_printf(arena, "%.*s|", (int) length, alert_id));
}

void audit_latest_want_subject(struct audit_latest *latest, const char *subject) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    audit_latest_want(latest, subject_id(subject, strlen(subject), arena));
}

void audit_latest_want_unseen(struct audit_latest *latest, const struct audit_latest *survey, size_t max) {
    for (size_t i = 0; i < survey->capacity && latest->used < max; i++)
        if (survey->cells[i].said != 0 && (survey->cells[i].said & SEEN) == 0)
            audit_latest_want(latest, survey->cells[i].id);
}

size_t audit_latest_n_wanted(const struct audit_latest *latest) {
    return latest->used;
}

static struct audit_row *new_row(struct audit_latest *latest) {
    if (latest->n_rows == latest->rows_capacity) {
        latest->rows_capacity = latest->rows_capacity == 0 ? 16 : latest->rows_capacity * 2;
        latest->rows = reallocarray(latest->rows, latest->rows_capacity, sizeof *latest->rows);
        ENSURE(latest->rows != NULL);
    }
    latest->rows[latest->n_rows] = (struct audit_row){0};
    return &latest->rows[latest->n_rows++];
}

/* `said` of a cell that is wanted is the place of its row, from 1. */
static struct audit_row *row_of(struct audit_latest *latest, struct cell *cell) {
    if (cell->said == 0) {
        (void) new_row(latest);
        cell->said = latest->n_rows;
    }
    return &latest->rows[cell->said - 1];
}

static bool is_wanted(const struct audit_latest *latest, const char *alert_id, struct arena *arena) {
    return find(latest, audit_latest_id(alert_id)) != NULL ||
           find(latest, subject_id(alert_id, strcspn(alert_id, "|"), arena)) != NULL;
}

void audit_latest_confirm(struct audit_latest *latest, const struct message *message, struct arena *arena) {
    const char *alert_id = key_of(message, arena), *subject;
    if (alert_id == NULL || !is_wanted(latest, alert_id, arena))
        return;
    struct cell *cell = cell_of(latest, audit_latest_id(alert_id));
    struct audit_row *row = row_of(latest, cell);
    clear_row(row);
    struct said said;
    struct store_open open;
    if (message->value == NULL ||
        encode_latest_decode(message->value, message->value_length, arena, &subject, &said) != 0 ||
        !open_alerts_row_from(message->value, message->value_length, arena, &open))
        return;
    row->alert_id = text_copy(alert_id);
    row->subject = text_copy(subject);
    row->said = encode_said(&said);
    row->role = text_copy(open.role);
    row->open = text_copy(open.value.data);
}

size_t audit_latest_n_rows(const struct audit_latest *latest) {
    return latest->n_rows;
}

const struct audit_row *audit_latest_row(const struct audit_latest *latest, size_t place) {
    ENSURE(place < latest->n_rows);
    return &latest->rows[place];
}
