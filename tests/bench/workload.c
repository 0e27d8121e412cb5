/* workload.c: see workload.h. */
#include "workload.h"

#include "ensure.h"
#include "lines.h"
#include "paths.h"
#include "yaml.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void give_up(const char *what, const char *path) {
    (void) fprintf(stderr, "bench: %s: %s\n", path, what);
    exit(2);
}

static struct engine *load_engine(const char *pack) {
    struct paths_rules rules;
    const char *looked_at;
    if (paths_find_rules(NULL, &rules, &looked_at) != 0)
        give_up("no rules here", looked_at);
    struct yaml_problems problems = {.arena = arena_new()};
    const char *const packs[] = {pack, NULL};
    struct engine_paths paths = {.folder = rules.folder, .packs = packs};
    struct engine *engine = NULL;
    int outcome = engine_load(&paths, &problems, &engine);
    yaml_problems_print(&problems, stderr);
    (void) arena_free(problems.arena);
    if (outcome != 0)
        give_up("the rules cannot be loaded", rules.folder);
    return engine;
}

static void load_lines(struct workload *workload, const char *path) {
    CLEANUP(lines_closep) struct lines *lines = NULL;
    if (lines_open(path, &lines) != 0)
        give_up("cannot be opened", path);
    size_t capacity = 0;
    struct line line;
    while (lines_next(lines, &line) == 0) {
        if (workload->n_lines == capacity) {
            size_t room = capacity == 0 ? 1024 : capacity * 2;
            workload->lines =
                arena_grow_array(workload->arena, workload->lines, capacity, room, sizeof *workload->lines);
            capacity = room;
        }
        const char *text = arena_strndup(workload->arena, line.text, line.length);
        workload->lines[workload->n_lines++] = (struct workload_line){text, line.length};
        workload->n_bytes += line.length;
    }
    if (workload->n_lines == 0)
        give_up("holds no events", path);
}

struct workload workload_load(const char *path) {
    return workload_load_under(path, NULL);
}

struct workload workload_load_under(const char *path, const char *pack) {
    struct workload workload = {.arena = arena_new(), .engine = load_engine(pack)};
    workload.context = (struct decode_context){engine_catalogue(workload.engine), engine_zone(workload.engine)};
    load_lines(&workload, path);
    return workload;
}

void workload_done(struct workload *workload) {
    (void) engine_free(workload->engine);
    (void) arena_free(workload->arena);
}

/* ---- facts ---- */

/* The place of the subject, a new one for a new subject. */
static size_t place_of(struct workload_facts *facts, const char *subject) {
    ENTRY *found = hsearch((ENTRY){.key = (char *) subject}, FIND);
    if (found == NULL) {
        found = hsearch((ENTRY){.key = (char *) subject, .data = (void *) facts->n_children}, ENTER);
        ENSURE(found != NULL);
        facts->subjects[facts->n_children++] = subject;
    }
    return (size_t) found->data;
}

struct workload_facts workload_facts(struct workload *workload) {
    struct workload_facts facts = {
        .list = ARENA_ARRAY(workload->arena, struct workload_fact, workload->n_lines),
        .subjects = ARENA_ARRAY(workload->arena, const char *, workload->n_lines),
    };
    ENSURE(hcreate(workload->n_lines * 2) != 0);
    for (size_t i = 0; i < workload->n_lines; i++) {
        struct decoded decoded;
        struct refusal refusal;
        const struct workload_line *line = &workload->lines[i];
        if (decode_structured(&workload->context, line->text, line->length, workload->arena, &decoded, &refusal) != 0 ||
            strncmp(decoded.subject, "child/", 6) != 0)
            continue;
        facts.list[facts.count].child = place_of(&facts, decoded.subject);
        facts.list[facts.count++].fact = decoded.fact;
    }
    hdestroy();
    return facts;
}

struct record **workload_records(const struct workload_facts *facts) {
    struct record **records = calloc(facts->n_children, sizeof *records);
    ENSURE(records != NULL);
    for (size_t i = 0; i < facts->n_children; i++)
        records[i] = record_new(facts->subjects[i]);
    return records;
}

void workload_records_free(const struct workload_facts *facts, struct record **records) {
    for (size_t i = 0; i < facts->n_children; i++)
        (void) record_free(records[i]);
    free(records);
}
