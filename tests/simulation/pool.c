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

static const char *text_at(const json_t *row, size_t place) {
    const char *text = json_string_value(json_array_get(row, place));
    ENSURE(text != NULL);
    return text;
}

static void *new_list(const json_t *rows, size_t size) {
    void *list = calloc(json_array_size(rows) + 1, size);
    ENSURE(list != NULL);
    return list;
}

int pool_by_time(const void *a, const void *b) {
    const struct pool_event *one = a, *other = b;
    if (one->at.ms != other->at.ms)
        return one->at.ms < other->at.ms ? -1 : 1;
    return strcmp(one->line, other->line);
}

/* The texts stay in the parsed line, which is never freed. */
static struct story read_story(const json_t *parsed) {
    const json_t *events = json_object_get(parsed, "events"), *open = json_object_get(parsed, "open");
    const json_t *rungs = json_object_get(parsed, "rungs"), *row;
    struct story story = {
        .events = new_list(events, sizeof *story.events),
        .open = new_list(open, sizeof *story.open),
        .rungs = new_list(rungs, sizeof *story.rungs),
    };
    size_t i;
    json_array_foreach(events, i, row) {
        struct pool_event *event = &story.events[story.n_events++];
        *event = (struct pool_event){.subject = text_at(row, 0), .line = text_at(row, 2)};
        ENSURE(instant_parse(text_at(row, 1), &event->at) == 0);
    }
    json_array_foreach(open, i, row) story.open[story.n_open++] =
        (struct pool_open){text_at(row, 0), text_at(row, 1), text_at(row, 2)};
    json_array_foreach(rungs, i, row) story.rungs[story.n_rungs++] = json_string_value(row);
    qsort(story.events, story.n_events, sizeof *story.events, pool_by_time);
    return story;
}

static void read_stories(FILE *file, struct pool *pool) {
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) > 0) {
        json_t *parsed = json_loads(line, 0, NULL);
        ENSURE(parsed != NULL);
        if ((pool->n_stories & (pool->n_stories - 1)) == 0)
            pool->stories = reallocarray(pool->stories, pool->n_stories * 2 + 1, sizeof *pool->stories);
        ENSURE(pool->stories != NULL);
        pool->stories[pool->n_stories++] = read_story(parsed);
    }
    free(line);
}

struct pool pool_load(const char *folder) {
    struct pool pool = {0};
    char *pack, *stricter;
    FILE *file = open_file(folder, "stories.jsonl");
    read_stories(file, &pool);
    (void) fclose(file);
    file = open_file(folder, "until");
    char text[64];
    ENSURE(fscanf(file, "%63s", text) == 1 && instant_parse(text, &pool.until) == 0);
    (void) fclose(file);
    ENSURE(asprintf(&pack, "%s/pack.yaml", folder) > 0 && asprintf(&stricter, "%s/stricter.yaml", folder) > 0);
    pool.pack = pack;
    pool.stricter = stricter;
    return pool;
}
