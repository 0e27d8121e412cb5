/* erasures.c: see erasures.h. Some hundred marks in a partition at most, so a sorted array is enough; where there is
 * none, nothing is hashed. */
#include "erasures.h"

#include "ensure.h"
#include "sha256.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECEIPT_PREFIX "erasure|"

void erasures_done(struct erasures *erasures) {
    free(erasures->marks);
    *erasures = ERASURES_INIT;
}

static void name_of(const char *key, const char *subject, char name[static ERASURES_NAME_MAX]) {
    uint8_t digest[SHA256_BYTES];
    char *text = NULL;
    int length = asprintf(&text, "%s\n%s", key == NULL ? "" : key, subject);
    ENSURE(length > 0);
    sha256(text, (size_t) length, digest);
    free(text);
    for (size_t i = 0; i < (ERASURES_NAME_MAX - 1) / 2; i++)
        (void) snprintf(name + 2 * i, 3, "%02x", digest[i]);
}

struct erasures_mark erasures_mark_of(const char *key, const char *subject, struct instant to, const char *authority) {
    struct erasures_mark mark = {.to = to};
    name_of(key, subject, mark.name);
    (void) snprintf(mark.authority, sizeof mark.authority, "%s", authority == NULL ? "" : authority);
    return mark;
}

static size_t place_of(const struct erasures *erasures, const char *name) {
    size_t low = 0, high = erasures->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(erasures->marks[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct erasures *erasures, size_t place, const char *name) {
    return place < erasures->count && strcmp(erasures->marks[place].name, name) == 0;
}

void erasures_put(struct erasures *erasures, const struct erasures_mark *mark) {
    size_t place = place_of(erasures, mark->name);
    if (is_at(erasures, place, mark->name)) {
        if (instant_before(erasures->marks[place].to, mark->to))
            erasures->marks[place] = *mark;
        return;
    }
    if (erasures->count == erasures->capacity) {
        erasures->capacity = erasures->capacity * 2 + 8;
        erasures->marks = reallocarray(erasures->marks, erasures->capacity, sizeof *erasures->marks);
        ENSURE(erasures->marks != NULL);
    }
    memmove(erasures->marks + place + 1, erasures->marks + place, (erasures->count - place) * sizeof *erasures->marks);
    erasures->marks[place] = *mark;
    erasures->count++;
}

const struct erasures_mark *erasures_find(const struct erasures *erasures, const char *key, const char *subject) {
    if (erasures->count == 0)
        return NULL;
    char name[ERASURES_NAME_MAX];
    name_of(key, subject, name);
    size_t place = place_of(erasures, name);
    return is_at(erasures, place, name) ? &erasures->marks[place] : NULL;
}

struct store_field erasures_encode(const struct erasures_mark *mark, struct arena *arena) {
    const char *text = arena_printf(arena, "%" PRId64 " %s", mark->to.ms, mark->authority);
    return (struct store_field){arena_strdup(arena, mark->name), {text, strlen(text)}};
}

bool erasures_decode(const struct store_field *stored, struct erasures_mark *ret_mark) {
    struct erasures_mark mark = {0};
    if (strlen(stored->name) != ERASURES_NAME_MAX - 1 || stored->value.length >= 64)
        return false;
    strcpy(mark.name, stored->name);
    char text[64] = "";
    memcpy(text, stored->value.data, stored->value.length);
    if (sscanf(text, "%" SCNd64 " %15s", &mark.to.ms, mark.authority) < 1)
        return false;
    *ret_mark = mark;
    return true;
}

/* ---- the receipt ---- */

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static json_t *instant_json(struct instant at) {
    char text[INSTANT_TEXT_MAX];
    return instant_equal(at, INSTANT_NEVER) ? json_null() : json_string(instant_format(at, text));
}

static json_t *data_json(const struct erasures_receipt *receipt) {
    const struct erasures_mark *mark = &receipt->mark;
    json_t *data = json_object();
    set(data, "kind", json_string("erasure"));
    set(data, "erasure", json_string(mark->name));
    set(data, "authority", mark->authority[0] == '\0' ? json_null() : json_string(mark->authority));
    set(data, "erased_to", instant_json(mark->to));
    set(data, "events_removed", json_integer((json_int_t) receipt->n_facts));
    set(data, "alerts_cancelled", json_integer((json_int_t) receipt->n_alerts));
    set(data, "log_removed_by", instant_json(receipt->removed_by));
    return data;
}

const char *erasures_receipt_key(const struct erasures_mark *mark, struct arena *arena) {
    return arena_printf(arena, RECEIPT_PREFIX "%s", mark->name);
}

const char *erasures_receipt_encode(const struct erasures_receipt *receipt, struct arena *arena) {
    const struct erasures_mark *mark = &receipt->mark;
    char to[INSTANT_TEXT_MAX];
    json_t *event = json_object();
    set(event, "specversion", json_string("1.0"));
    set(event, "id", json_sprintf(RECEIPT_PREFIX "%s#%s", mark->name, instant_format(mark->to, to)));
    set(event, "source",
        json_sprintf("%s/%s", receipt->source_prefix, mark->authority[0] == '\0' ? "unknown" : mark->authority));
    set(event, "type", json_string("care.notice.issued"));
    set(event, "subject", json_sprintf("erasure/%s", mark->name));
    set(event, "time", instant_json(receipt->said_at));
    set(event, "datacontenttype", json_string("application/json"));
    set(event, "data", data_json(receipt));
    char *text = json_dumps(event, JSON_COMPACT);
    json_decref(event);
    ENSURE(text != NULL);
    const char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

bool erasures_is_receipt(const char *key) {
    return strncmp(key, RECEIPT_PREFIX, strlen(RECEIPT_PREFIX)) == 0;
}

static bool read_mark(const json_t *data, struct erasures_mark *mark) {
    const char *name = json_string_value(json_object_get(data, "erasure"));
    const char *to = json_string_value(json_object_get(data, "erased_to"));
    const char *authority = json_string_value(json_object_get(data, "authority"));
    if (name == NULL || strlen(name) != ERASURES_NAME_MAX - 1 || to == NULL || instant_parse(to, &mark->to) != 0)
        return false;
    strcpy(mark->name, name);
    (void) snprintf(mark->authority, sizeof mark->authority, "%s", authority == NULL ? "" : authority);
    return true;
}

bool erasures_receipt_decode(const char *value, size_t length, struct erasures_mark *ret_mark) {
    json_t *event = json_loadb(value, length, 0, NULL);
    struct erasures_mark mark = {0};
    bool good = read_mark(json_object_get(event, "data"), &mark);
    json_decref(event);
    if (good)
        *ret_mark = mark;
    return good;
}
