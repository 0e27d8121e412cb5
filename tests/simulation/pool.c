/* pool.c: see pool.h. */
#include "pool.h"

#include "ensure.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_file(const char *folder, const char *name) {
    char path[4096];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "simulate: %s: cannot be read\n", path);
        exit(2);
    }
    return file;
}

static void *grow(void *list, size_t count, size_t size) {
    if ((count & (count - 1)) != 0)
        return list;
    void *grown = reallocarray(list, count == 0 ? 1 : count * 2, size);
    ENSURE(grown != NULL);
    return grown;
}

static struct story *find_story(struct pool *pool, const char *subject) {
    for (size_t i = pool->n_stories; i-- > 0;)
        if (strcmp(pool->stories[i].subject, subject) == 0)
            return &pool->stories[i];
    pool->stories = grow(pool->stories, pool->n_stories, sizeof *pool->stories);
    pool->stories[pool->n_stories] = (struct story){.subject = strdup(subject)};
    return &pool->stories[pool->n_stories++];
}

static const char *text_of(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

static void take_event(struct pool *pool, const json_t *event, const char *line) {
    struct story *story = find_story(pool, text_of(event, "subject"));
    struct pool_event made = {.subject = story->subject, .line = strdup(line)};
    ENSURE(instant_parse(text_of(event, "time"), &made.at) == 0);
    story->events = grow(story->events, story->n_events, sizeof *story->events);
    story->events[story->n_events++] = made;
}

static bool is_open(const json_t *duty) {
    static const char *const states[] = {"due_soon", "overdue", "unknown", "raised"};
    /* Nothing is said of an adoption visit whose interval the plan has not set (R36). */
    if (strcmp(text_of(duty, "state"), "unknown") == 0 &&
        strcmp(text_of(duty, "rule"), "visit-adoption-subsequent") == 0)
        return false;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(text_of(duty, "state"), states[i]) == 0)
            return true;
    return false;
}

static void take_duty(struct pool *pool, const json_t *duty, const char *line) {
    (void) line;
    if (!is_open(duty))
        return;
    struct story *story = find_story(pool, text_of(duty, "subject"));
    char *alert;
    ENSURE(asprintf(&alert, "%s|%s|%s", story->subject, text_of(duty, "rule"), text_of(duty, "anchor")) > 0);
    story->open = grow(story->open, story->n_open, sizeof *story->open);
    story->open[story->n_open++] =
        (struct pool_open){alert, strdup(text_of(duty, "state")), strdup(text_of(duty, "due_at"))};
}

static void each_line(const char *folder, const char *name, struct pool *pool,
                      void (*take)(struct pool *, const json_t *, const char *)) {
    FILE *file = open_file(folder, name);
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length = getline(&line, &size, file); length > 0; length = getline(&line, &size, file)) {
        line[length - 1] = '\0';
        json_t *value = json_loads(line, 0, NULL);
        ENSURE(value != NULL);
        take(pool, value, line);
        json_decref(value);
    }
    free(line);
    (void) fclose(file);
}

static int by_time(const void *a, const void *b) {
    const struct pool_event *one = a, *other = b;
    if (one->at.ms != other->at.ms)
        return one->at.ms < other->at.ms ? -1 : 1;
    return strcmp(one->line, other->line);
}

struct pool pool_load(const char *folder) {
    struct pool pool = {0};
    each_line(folder, "events.jsonl", &pool, take_event);
    each_line(folder, "duties.jsonl", &pool, take_duty);
    for (size_t i = 0; i < pool.n_stories; i++)
        qsort(pool.stories[i].events, pool.stories[i].n_events, sizeof *pool.stories[i].events, by_time);
    FILE *file = open_file(folder, "until");
    char text[64];
    ENSURE(fscanf(file, "%63s", text) == 1 && instant_parse(text, &pool.until) == 0);
    (void) fclose(file);
    return pool;
}
