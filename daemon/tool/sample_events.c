/* sample_events.c: see sample_events.h. An event is kept as what differs from one to the next (80 bytes and its
 * fields), so that the millions of a country's year fit in memory while they are sorted. */
#include "sample_events.h"

#include "arena.h"
#include "ensure.h"
#include "sample_rates.h"
#include "zone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct event {
    struct instant delivered, recorded, occurred;
    struct date day;
    bool bare;
    const char *kind; /* of the subject, NULL: a child */
    uint32_t child, number;
    uint32_t replaces; /* number of an event of the subject, 0: none */
    const char *type, *fields;
};

struct sample_events {
    struct sample_period period;
    struct instant begins, ends;
    struct arena *arena;
    struct event *list;
    size_t count, room;
    bool loaded; /* something was recorded before the first day */
};

struct sample_events *sample_events_new(const struct sample_period *period) {
    struct sample_events *events = calloc(1, sizeof *events);
    ENSURE(events != NULL);
    *events = (struct sample_events){
        .period = *period,
        .begins = zone_midnight(period->zone, period->from),
        .ends = zone_midnight(period->zone, period->until),
        .arena = arena_new(),
    };
    return events;
}

struct sample_events *sample_events_free(struct sample_events *events) {
    if (events == NULL)
        return NULL;
    arena_free(events->arena);
    free(events->list);
    free(events);
    return NULL;
}

size_t sample_events_count(const struct sample_events *events) {
    return events->count;
}

/* ---- recording ---- */

static struct instant after(struct sample_teller *teller, struct instant at, int minutes_min, int minutes_max) {
    int minutes = sample_random_between(&teller->random, minutes_min, minutes_max);
    int milliseconds = sample_random_between(&teller->random, 0, 59999);
    return instant_add(at, (struct span){(int64_t) minutes * 60000 + milliseconds});
}

enum { HOUR = 60, DAY = 24 * HOUR };

/* Most things are recorded the day they happen, some when the worker is back at a desk, a few when somebody asks. */
static struct instant recorded_after(struct sample_teller *teller, struct sample_when when, enum sample_habit habit) {
    const double weights[] = {sample_rates.same_day, sample_rates.within_two_days, sample_rates.within_two_weeks,
                              1 - sample_rates.same_day - sample_rates.within_two_days - sample_rates.within_two_weeks};
    struct instant from = when.bare ? instant_add(when.at, HOURS(17)) : when.at;
    if (habit == SAMPLE_PROMPT)
        return after(teller, from, 10, 5 * HOUR);
    switch (sample_random_pick(&teller->random, weights, sizeof weights / sizeof *weights)) {
    case 0:
        return after(teller, from, 10, 5 * HOUR);
    case 1:
        return after(teller, from, 6 * HOUR, 2 * DAY);
    case 2:
        return after(teller, from, 2 * DAY, 14 * DAY);
    default:
        return after(teller, from, 14 * DAY, 60 * DAY);
    }
}

/* Puts one record into the list, unless it comes after the last day. */
static void put(struct sample_events *events, struct event event) {
    if (!instant_before(event.recorded, events->ends))
        return;
    if (events->count == events->room) {
        events->room = events->room * 2 + 4096;
        events->list = realloc(events->list, events->room * sizeof *events->list);
        ENSURE(events->list != NULL);
    }
    events->list[events->count++] = event;
}

static void put_delivered(struct sample_teller *teller, struct event event) {
    event.delivered = event.recorded;
    if (sample_random_chance(&teller->random, sample_rates.misordered))
        event.delivered = after(teller, event.recorded, 1, 6 * HOUR);
    put(teller->events, event);
    if (!sample_random_chance(&teller->random, sample_rates.repeated))
        return;
    event.delivered = after(teller, event.delivered, 1, 3 * DAY);
    put(teller->events, event);
}

/* The day was written down wrong, some days too early; the correction stands in for the whole record. */
static void put_wrong_at_first(struct sample_teller *teller, struct event event) {
    struct event wrong = event;
    int days = sample_random_between(&teller->random, 1, 9);
    wrong.day = date_add_days(event.day, -days);
    wrong.occurred = instant_add(event.occurred, HOURS(-24 * days));
    put_delivered(teller, wrong);
    event.number = ++teller->n_events;
    event.replaces = wrong.number;
    event.recorded = after(teller, wrong.recorded, 2 * HOUR, 20 * DAY);
    put_delivered(teller, event);
}

enum { ID_TEXT_MAX = 48 };

/* 000007-00012 of child 7, carer-000007-00012 of carer 7. */
static const char *format_id(const struct event *event, uint32_t number, char text[static ID_TEXT_MAX]) {
    snprintf(text, ID_TEXT_MAX, "%s%s%06" PRIu32 "-%05" PRIu32, event->kind == NULL ? "" : event->kind,
             event->kind == NULL ? "" : "-", event->child, number);
    return text;
}

/* Something that happened to another child, on another day, was recorded here, and is taken back. */
static void put_of_another_child(struct sample_teller *teller, struct event event) {
    struct sample_events *events = teller->events;
    struct event void_record = {.kind = event.kind, .child = event.child, .type = "record.voided"};
    int days = sample_random_between(&teller->random, 0, 12);
    event.number = ++teller->n_events;
    event.day = date_add_days(event.day, days);
    event.occurred = instant_add(event.occurred, HOURS(24 * days));
    event.recorded = after(teller, instant_max(event.recorded, instant_add(event.occurred, HOURS(18))), 10, DAY);
    put_delivered(teller, event);
    void_record.number = ++teller->n_events;
    void_record.recorded = void_record.occurred = after(teller, event.recorded, HOUR, 10 * DAY);
    char target[ID_TEXT_MAX];
    void_record.fields = arena_printf(events->arena, "\"target\":\"%s\",\"reason\":\"wrong_child\"",
                                      format_id(&event, event.number, target));
    put_delivered(teller, void_record);
}

__attribute__((format(printf, 2, 0))) static const char *format_fields(struct sample_events *events, const char *fields,
                                                                       va_list arguments) {
    char text[512];
    int length = vsnprintf(text, sizeof text, fields, arguments);
    ENSURE(length >= 0 && (size_t) length < sizeof text);
    return arena_strndup(events->arena, text, (size_t) length);
}

void sample_events_tell(struct sample_teller *teller, const char *type, enum sample_habit habit,
                        struct sample_when when, const char *fields, ...) {
    va_list arguments;
    va_start(arguments, fields);
    sample_events_tell_list(teller, type, habit, when, fields, arguments);
    va_end(arguments);
}

void sample_events_tell_list(struct sample_teller *teller, const char *type, enum sample_habit habit,
                             struct sample_when when, const char *fields, va_list arguments) {
    struct sample_events *events = teller->events;
    struct event event = {.kind = teller->kind, .child = teller->child, .type = type};
    event.occurred = when.at;
    event.day = when.day;
    event.bare = when.bare;
    event.recorded = recorded_after(teller, when, habit);
    event.number = ++teller->n_events;
    bool forgotten = habit >= SAMPLE_FORGETTABLE && sample_random_chance(&teller->random, sample_rates.never);
    if (forgotten || !instant_before(event.recorded, events->ends))
        return;
    event.fields = format_fields(events, fields, arguments);
    if (instant_before(event.recorded, events->begins)) {
        event.recorded = event.delivered = events->begins;
        events->loaded = true;
        put(events, event);
        return;
    }
    if (habit != SAMPLE_PROMPT && sample_random_chance(&teller->random, sample_rates.wrong))
        put_wrong_at_first(teller, event);
    else
        put_delivered(teller, event);
    if (habit == SAMPLE_CONFUSABLE && sample_random_chance(&teller->random, sample_rates.voided))
        put_of_another_child(teller, event);
}

/* ---- writing ---- */

static int compare_instants(struct instant a, struct instant b) {
    return (a.ms > b.ms) - (a.ms < b.ms);
}

static int by_delivery(const void *left, const void *right) {
    const struct event *a = left, *b = right;
    int order = compare_instants(a->delivered, b->delivered);
    if (order == 0)
        order = compare_instants(a->recorded, b->recorded);
    if (order == 0)
        order = compare_instants(a->occurred, b->occurred);
    if (order == 0)
        order = (a->child > b->child) - (a->child < b->child);
    if (order == 0)
        order = strcmp(a->kind == NULL ? "" : a->kind, b->kind == NULL ? "" : b->kind);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

/* An authority is itself; the others have a number under the seed. */
static void write_subject(const struct sample_events *events, const struct event *event, FILE *to) {
    const struct sample_period *period = &events->period;
    if (event->kind != NULL && strcmp(event->kind, "authority") == 0)
        fprintf(to, "\"subject\":\"authority/%s\"", period->authority);
    else
        fprintf(to, "\"subject\":\"%s/S%" PRIu64 "-%06" PRIu32 "\"", event->kind == NULL ? "child" : event->kind,
                period->seed, event->child);
}

static int write_event(const struct sample_events *events, const struct event *event, FILE *to) {
    const struct sample_period *period = &events->period;
    char id[ID_TEXT_MAX], replaced[ID_TEXT_MAX], time[INSTANT_TEXT_MAX], at[INSTANT_TEXT_MAX], day[DATE_TEXT_MAX];
    fprintf(to, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/sample/%" PRIu64 "\",\"type\":\"%s\",",
            format_id(event, event->number, id), period->seed, event->type);
    write_subject(events, event, to);
    fprintf(to, ",\"time\":\"%s\",\"data\":{\"occurred_at\":\"%s\",\"authority\":\"%s\"",
            instant_format(event->recorded, time),
            event->bare ? date_format(event->day, day) : instant_format(event->occurred, at), period->authority);
    if (event->replaces != 0)
        fprintf(to, ",\"replaces\":\"%s\"", format_id(event, event->replaces, replaced));
    return fprintf(to, "%s%s}}\n", *event->fields == '\0' ? "" : ",", event->fields);
}

static int write_load(const struct sample_events *events, const char *what, FILE *to) {
    const struct sample_period *period = &events->period;
    char time[INSTANT_TEXT_MAX];
    instant_format(events->begins, time);
    return fprintf(to,
                   "{\"specversion\":\"1.0\",\"id\":\"load-%s\",\"source\":\"/sample/%" PRIu64
                   "\",\"type\":\"feed.load_%s\",\"subject\":\"authority/%s\",\"time\":\"%s\",\"data\":{"
                   "\"occurred_at\":\"%s\",\"authority\":\"%s\",\"load\":\"sample-%" PRIu64 "\"}}\n",
                   what, period->seed, what, period->authority, time, time, period->authority, period->seed);
}

/* The load holds what was recorded before the first day: nothing of the first day comes at its first instant. */
static bool of_load(const struct sample_events *events, size_t place) {
    return place < events->count && instant_equal(events->list[place].delivered, events->begins);
}

int sample_events_write(struct sample_events *events, FILE *to) {
    if (events->count > 0)
        qsort(events->list, events->count, sizeof *events->list, by_delivery);
    size_t place = 0;
    bool written = true;
    if (events->loaded) {
        written = write_load(events, "started", to) > 0;
        for (; written && of_load(events, place); place++)
            written = write_event(events, &events->list[place], to) > 0;
        written = written && write_load(events, "ended", to) > 0;
    }
    for (; written && place < events->count; place++)
        written = write_event(events, &events->list[place], to) > 0;
    if (written && fflush(to) == 0)
        return 0;
    return errno > 0 ? -errno : -EIO;
}
