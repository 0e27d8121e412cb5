/* ssda903_events.c: see ssda903_events.h. Each event becomes its line as soon as the next one begins, so that a child's
 * JSON is in memory once, as text. */
#include "ssda903_events.h"

#include "ensure.h"
#include "zone.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

struct event {
    const char *id;
    struct date occurred;
    size_t sequence;
    const char *line;
};

struct ssda903_events {
    const char *authority;
    const struct zone *zone;
    struct arena *arena;
    struct event *list;
    size_t count, room;
    const char *child, *type; /* of the event being made */
    json_t *data;             /* NULL when none is being made */
};

struct ssda903_events *ssda903_events_new(const char *authority, const struct zone *zone) {
    struct ssda903_events *events = calloc(1, sizeof *events);
    ENSURE(events != NULL);
    *events = (struct ssda903_events){.authority = authority, .zone = zone, .arena = arena_new()};
    return events;
}

struct ssda903_events *ssda903_events_free(struct ssda903_events *events) {
    if (events == NULL)
        return NULL;
    json_decref(events->data);
    arena_free(events->arena);
    free(events);
    return NULL;
}

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new_nocheck(object, key, value) == 0);
}

static json_t *text(const char *value) {
    return json_string_nocheck(value); /* cells are checked when they are read: printable ASCII */
}

/* Turns the event being made into its line. */
static void finish(struct ssda903_events *events) {
    if (events->data == NULL)
        return;
    struct event *event = &events->list[events->count - 1];
    char at[INSTANT_TEXT_MAX], subject[64 + 8], source[32];
    snprintf(subject, sizeof subject, "child/%s", events->child);
    snprintf(source, sizeof source, "/ssda903/%s", events->authority);
    json_t *whole = json_object();
    set(whole, "specversion", text("1.0"));
    set(whole, "id", text(event->id));
    set(whole, "source", text(source));
    set(whole, "type", text(events->type));
    set(whole, "subject", text(subject));
    set(whole, "time", text(instant_format(zone_midnight(events->zone, date_add_days(event->occurred, 1)), at)));
    set(whole, "data", events->data);
    events->data = NULL;
    char *line = json_dumps(whole, JSON_COMPACT);
    ENSURE(line != NULL);
    event->line = arena_strdup(events->arena, line);
    free(line);
    json_decref(whole);
}

void ssda903_events_begin(struct ssda903_events *events, const char *type, const char *child, const char *row,
                          struct date occurred) {
    finish(events);
    if (events->count == events->room) {
        size_t room = events->room * 2 + 1024;
        events->list = arena_grow_array(events->arena, events->list, events->count, room, sizeof *events->list);
        events->room = room;
    }
    char day[DATE_TEXT_MAX];
    events->list[events->count] = (struct event){
        .id = arena_printf(events->arena, "%s-%s-%s", child, row, type),
        .occurred = occurred,
        .sequence = events->count,
    };
    events->count++;
    events->child = child;
    events->type = type;
    events->data = json_object();
    set(events->data, "occurred_at", text(date_format(occurred, day)));
    set(events->data, "authority", text(events->authority));
}

void ssda903_events_text(struct ssda903_events *events, const char *field, const char *value) {
    if (*value != '\0')
        set(events->data, field, text(value));
}

void ssda903_events_date(struct ssda903_events *events, const char *field, struct date date) {
    char day[DATE_TEXT_MAX];
    set(events->data, field, text(date_format(date, day)));
}

void ssda903_events_truth(struct ssda903_events *events, const char *field, bool truth) {
    set(events->data, field, json_boolean(truth));
}

void ssda903_events_number(struct ssda903_events *events, const char *field, int number) {
    set(events->data, field, json_integer(number));
}

static int by_id(const void *left, const void *right) {
    const struct event *a = left, *b = right;
    int order = strcmp(a->id, b->id);
    return order != 0 ? order : (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static int by_time(const void *left, const void *right) {
    const struct event *a = left, *b = right;
    if (a->occurred.day != b->occurred.day)
        return a->occurred.day < b->occurred.day ? -1 : 1;
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

/* Two files can say the same (AD1 and the decisions to place for adoption): the first to say it stands. */
static void drop_repeated(struct ssda903_events *events) {
    qsort(events->list, events->count, sizeof *events->list, by_id);
    size_t kept = 0;
    for (size_t i = 1; i < events->count; i++)
        if (strcmp(events->list[i].id, events->list[kept].id) != 0)
            events->list[++kept] = events->list[i];
    events->count = kept + 1;
}

int ssda903_events_write(struct ssda903_events *events, FILE *to) {
    finish(events);
    if (events->count == 0)
        return 0;
    drop_repeated(events);
    qsort(events->list, events->count, sizeof *events->list, by_time);
    for (size_t i = 0; i < events->count; i++)
        if (fprintf(to, "%s\n", events->list[i].line) < 0)
            return errno != 0 ? -errno : -EIO;
    return 0;
}

size_t ssda903_events_count(const struct ssda903_events *events) {
    return events->count;
}
