/* replay.c: `watchkeeper replay`: the engine on a virtual clock.
 *
 * Lines are taken as they come. The clock is the later of itself and the line's `time`, and on its way it stops at
 * every instant at which something may change. All lines of one instant are one step (R3), so a step is closed only
 * when the clock is about to leave its instant: then everything touched or due is derived and the difference over all
 * subjects is said. Before --silent-until the clock moves without stopping and subjects stay touched; there the one
 * step says what is left. */
#include "caseload.h"
#include "encode.h"
#include "ensure.h"
#include "event_options.h"
#include "tool.h"

#include <inttypes.h>
#include <string.h>

struct replay_options {
    struct event_options events;
    struct instant until;        /* INSTANT_NEVER: none */
    struct instant silent_until; /* INSTANT_DAWN: none */
};

struct replay {
    const struct engine *engine;
    struct caseload caseload;
    struct heap timers;
    struct instant clock, silent_until;
    int64_t position; /* lines taken */
    const char *source_prefix;
    struct subject **step; /* touched and due; each once */
    size_t n_step, step_capacity;
    const struct statement **said;
    size_t n_said, said_capacity;
    struct arena *arena;
};

/* ---- one step ---- */

static void join_step(struct replay *replay, struct subject *subject, bool touched) {
    subject->touched = subject->touched || touched;
    if (replay->n_step == replay->step_capacity) {
        replay->step_capacity = replay->step_capacity * 2 + 64;
        replay->step = reallocarray(replay->step, replay->step_capacity, sizeof(struct subject *));
        ENSURE(replay->step != NULL);
    }
    replay->step[replay->n_step++] = subject;
}

static void touch(struct replay *replay, struct subject *subject) {
    if (subject->touched)
        return;
    heap_remove(&replay->timers, &subject->due);
    join_step(replay, subject, true);
}

static void collect_due(struct replay *replay) {
    while (!instant_before(replay->clock, heap_first_at(&replay->timers))) {
        struct heap_node *node = heap_find_first(&replay->timers);
        if (node == NULL)
            return;
        heap_remove(&replay->timers, node);
        join_step(replay, (struct subject *) node, false);
    }
}

static void remember_said(struct replay *replay, const struct step *step) {
    if (replay->n_said + step->n_statements > replay->said_capacity) {
        replay->said_capacity = (replay->n_said + step->n_statements) * 2;
        replay->said = reallocarray(replay->said, replay->said_capacity, sizeof(struct statement *));
        ENSURE(replay->said != NULL);
    }
    for (size_t i = 0; i < step->n_statements; i++)
        replay->said[replay->n_said++] = &step->statements[i];
}

static enum said_because because_of(const struct replay *replay, const struct subject *subject) {
    if (instant_equal(replay->clock, replay->silent_until))
        return BECAUSE_BACKLOG;
    return subject->touched ? BECAUSE_RECORD : BECAUSE_CLOCK;
}

static void step_subject(struct replay *replay, struct subject *subject) {
    struct step_options options = {.now = replay->clock, .because = because_of(replay, subject)};
    struct step step;
    engine_step(replay->engine, subject->record, &options, replay->arena, &step);
    ENSURE(instant_before(replay->clock, step.next));
    subject->touched = false;
    heap_set(&replay->timers, &subject->due, step.next);
    remember_said(replay, &step);
}

static int compare_event_ids(const void *a, const void *b) {
    const struct statement *const *one = a, *const *other = b;
    return strcmp((*one)->event_id, (*other)->event_id);
}

static void say(struct replay *replay) {
    if (replay->n_said > 1)
        qsort(replay->said, replay->n_said, sizeof(struct statement *), compare_event_ids);
    struct encode_context context = {
        .source_prefix = replay->source_prefix,
        .as_of = {.partition = -1,
                  .position = replay->position,
                  .clock = replay->clock,
                  .packs = engine_packs_hash(replay->engine)},
        .stale_since = INSTANT_NEVER,
    };
    for (size_t i = 0; i < replay->n_said; i++) {
        context.as_of.calendars = engine_calendars_version(replay->engine, replay->said[i]->authority);
        CLEANUP(cleanup_free) char *text = encode_statement(replay->said[i], &context);
        (void) puts(text);
    }
    replay->n_said = 0;
}

static void close_step(struct replay *replay) {
    collect_due(replay);
    for (size_t i = 0; i < replay->n_step; i++)
        step_subject(replay, replay->step[i]);
    replay->n_step = 0;
    say(replay);
    arena_reset(replay->arena);
}

/* ---- the clock ---- */

/* Closes the step of the clock's instant and of every instant before `to` at which something is due, then stands at
 * `to` with its step open. */
static void advance(struct replay *replay, struct instant to) {
    if (!instant_before(replay->clock, to))
        return;
    if (instant_before(replay->clock, replay->silent_until)) {
        replay->clock = instant_min(to, replay->silent_until);
        if (!instant_before(replay->clock, to))
            return;
    }
    close_step(replay);
    while (instant_before(heap_first_at(&replay->timers), to)) {
        replay->clock = heap_first_at(&replay->timers);
        close_step(replay);
    }
    replay->clock = to;
}

static void finish(struct replay *replay, struct instant until) {
    if (!instant_equal(until, INSTANT_NEVER))
        advance(replay, until);
    else if (!instant_equal(replay->silent_until, INSTANT_DAWN))
        advance(replay, replay->silent_until);
    if (!instant_before(replay->clock, replay->silent_until))
        close_step(replay);
}

struct taking {
    struct replay *replay;
    struct intake *intake;
};

static void taken(void *self, struct subject *subject, const struct fact *fact, int outcome) {
    const struct taking *taking = self;
    (void) fact;
    if (outcome == 0)
        touch(taking->replay, subject);
    else if (outcome == RECORD_FULL)
        intake_refuse(taking->intake, "record_full", "the subject has as many events as a record holds", "$.subject");
}

static void take(struct replay *replay, struct intake *intake, const struct decoded *decoded) {
    advance(replay, decoded->fact.recorded_at);
    struct taking taking = {replay, intake};
    caseload_take(&replay->caseload, replay->engine, decoded->subject, &decoded->fact,
                  (struct caseload_taker){taken, &taking});
    replay->position = (int64_t) intake->line.number;
}

static int run(struct replay *replay, struct intake *intake, struct instant until) {
    struct decoded decoded;
    int outcome;
    while ((outcome = intake_next(intake, &decoded)) == 0)
        if (!instant_before(until, decoded.fact.recorded_at)) /* else it has not happened yet */
            take(replay, intake, &decoded);
    if (outcome == INTAKE_FAILED)
        return TOOL_FAILED;
    finish(replay, until);
    return TOOL_OK;
}

/* ---- the command ---- */

enum { OPTION_UNTIL = 0x2000, OPTION_SILENT_UNTIL };

static const struct argp_option replay_argp_options[] = {
    EVENT_OPTIONS_ROW_PACK,
    {"until", OPTION_UNTIL, "TIME", 0, "Move the clock on to TIME, or stop there", 0},
    {"silent-until", OPTION_SILENT_UNTIL, "TIME", 0, "Say nothing before TIME, and there what is left to say", 0},
    EVENT_OPTIONS_ROW_DEADLETTER,
    {0},
};

static error_t parse_replay(int key, char *argument, struct argp_state *state) {
    struct replay_options *options = state->input;
    switch (key) {
    case OPTION_UNTIL:
        options->until = tool_time(state, "--until", argument);
        return 0;
    case OPTION_SILENT_UNTIL:
        options->silent_until = tool_time(state, "--silent-until", argument);
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "one FILE at a time");
        options->events.intake.path = argument;
        return 0;
    default:
        return event_options_parse(&options->events, key, argument);
    }
}

static const struct argp replay_argp = {
    .options = replay_argp_options,
    .parser = parse_replay,
    .args_doc = "[FILE]",
    .doc =
        "Runs the engine over event lines (FILE, or standard input) on a virtual clock and writes each alert and "
        "escalation as a line, in the order of the clock.\v"
        "TIME is an RFC 3339 time or a date (00:00 UTC). Without --until the clock stops at the last event. Lines that "
        "cannot be read are told on standard error and change nothing of the exit status.",
};

static void replay_done(struct replay *replay) {
    heap_done(&replay->timers);
    caseload_done(&replay->caseload);
    free(replay->step);
    free(replay->said);
    (void) arena_free(replay->arena);
}

static int replay_with(const struct tool *tool, const struct replay_options *options) {
    CLEANUP(engine_freep) struct engine *engine = NULL;
    CLEANUP(config_freep) struct config *config = NULL;
    int status = tool_config(tool, &config);
    if (status == TOOL_OK)
        status = tool_engine(tool, &options->events.packs, &engine);
    if (status != TOOL_OK)
        return status;
    CLEANUP(intake_close) struct intake intake;
    status = intake_open(&options->events.intake, engine, &intake);
    if (status != TOOL_OK)
        return status;
    CLEANUP(replay_done)
    struct replay replay = {.engine = engine,
                            .clock = INSTANT_DAWN,
                            .silent_until = options->silent_until,
                            .source_prefix = config->alerts.source,
                            .arena = arena_new()};
    return run(&replay, &intake, options->until);
}

int command_replay(const struct tool *tool, int argc, char **argv) {
    struct replay_options options = {.until = INSTANT_NEVER, .silent_until = INSTANT_DAWN};
    tool_parse(tool, &replay_argp, argc, argv, &options);
    int status = replay_with(tool, &options);
    event_options_done(&options.events);
    return status;
}
