/* rules_diff_said.c: see rules_diff_said.h. Facts point into the catalogue of the engine they were decoded for, so each
 * engine reads the events itself. */
#include "rules_diff_said.h"

#include "ensure.h"
#include "intake.h"
#include "rules_life.h"
#include "tool.h"

#include <stdlib.h>
#include <string.h>

struct living {
    struct arena *arena; /* of the log */
    struct rules_diff_log log;
};

static void say(void *context, const struct statement *statement) {
    struct living *living = context;
    struct rules_diff_log *log = &living->log;
    if (log->count == log->capacity) {
        log->capacity = log->capacity * 2 + 256;
        log->list = arena_grow_array(living->arena, log->list, log->count, log->capacity, sizeof *log->list);
    }
    log->list[log->count++] = (struct rules_diff_said){
        .event_id = arena_strdup(living->arena, statement->event_id),
        .rule = statement->rule->id,
        .said_at = statement->said_at,
        .due_at = statement->due_at,
    };
}

static int by_event_id(const void *a, const void *b) {
    const struct rules_diff_said *one = a, *other = b;
    return strcmp(one->event_id, other->event_id);
}

static int live(struct rules_life *life, struct intake *intake, struct instant until) {
    struct decoded decoded;
    int outcome;
    while ((outcome = intake_next(intake, &decoded)) == 0) {
        if (instant_before(until, decoded.fact.recorded_at))
            continue;
        rules_life_take(life, &decoded);
        arena_reset(life->arena);
    }
    rules_life_run(life, instant_equal(until, INSTANT_NEVER) ? life->clock : until);
    return outcome == INTAKE_FAILED ? TOOL_FAILED : TOOL_OK;
}

int rules_diff_said_live(const struct engine *engine, const char *path, struct instant until, struct arena *arena,
                         struct rules_diff_log *ret_log) {
    struct living living = {.arena = arena};
    CLEANUP(intake_close) struct intake intake;
    int status = intake_open(&(struct intake_options){.path = path}, engine, &intake);
    if (status != TOOL_OK)
        return status;
    CLEANUP(arena_freep) struct arena *passing = arena_new();
    CLEANUP(rules_life_done) struct rules_life life;
    rules_life_init(&life, engine, passing);
    life.say = say;
    life.context = &living;
    status = live(&life, &intake, until);
    if (living.log.count > 1)
        qsort(living.log.list, living.log.count, sizeof *living.log.list, by_event_id);
    *ret_log = living.log;
    return status;
}

void rules_diff_said_compare(const struct rules_diff_log *before, const struct rules_diff_log *after,
                             void (*found)(void *context, enum rules_diff_how how, const struct rules_diff_said *before,
                                           const struct rules_diff_said *after),
                             void *context) {
    size_t i = 0, j = 0;
    while (i < before->count || j < after->count) {
        const struct rules_diff_said *one = i < before->count ? &before->list[i] : NULL;
        const struct rules_diff_said *other = j < after->count ? &after->list[j] : NULL;
        int order = one == NULL ? 1 : other == NULL ? -1 : by_event_id(one, other);
        i += order <= 0;
        j += order >= 0;
        if (order < 0)
            found(context, RULES_DIFF_GOES, one, NULL);
        else if (order > 0)
            found(context, RULES_DIFF_APPEARS, NULL, other);
        else if (!instant_equal(one->said_at, other->said_at) || !instant_equal(one->due_at, other->due_at))
            found(context, RULES_DIFF_CHANGES, one, other);
    }
}
