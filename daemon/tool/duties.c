/* duties.c: `watchkeeper duties`: every duty and risk as a pure function of what is known at one instant.
 *
 * Lines recorded later than that instant are left out before anything else is done with them, as a replay up to it
 * leaves them out. The records then do not depend on the order of the lines, and neither does the output. */
#include "caseload.h"
#include "clock.h"
#include "encode.h"
#include "ensure.h"
#include "event_options.h"
#include "live.h"
#include "people.h"
#include "table.h"
#include "tool.h"

struct duties_options {
    struct event_options events;
    struct instant at;
    bool at_given;
};

struct duties {
    const struct engine *engine;
    const struct duties_options *options;
    struct arena *arena;
    struct table *table; /* for people */
};

static int take_all(const struct engine *engine, struct caseload *caseload, struct intake *intake, struct instant at) {
    struct decoded decoded;
    int outcome;
    while ((outcome = intake_next(intake, &decoded)) == 0)
        if (!instant_before(at, decoded.fact.recorded_at))
            intake_take(intake, engine, caseload, &decoded);
    return outcome == INTAKE_FAILED ? TOOL_FAILED : TOOL_OK;
}

/* ---- output ---- */

static void add_row(struct duties *duties, const char *subject, const struct instance *instance) {
    char opened[PEOPLE_TEXT_MAX], due[PEOPLE_TEXT_MAX], met[PEOPLE_TEXT_MAX];
    const struct zone *zone = engine_zone(duties->engine);
    const char *row[] = {subject,
                         instance->rule->id,
                         instance_state_name(instance->state),
                         people_deadline(zone, instance->due_at, due),
                         people_time(zone, instance->opened_at, opened),
                         people_time(zone, instance->met_at, met),
                         instance->anchor};
    table_add(duties->table, row);
}

static void print_line(const char *subject, const struct instance *instance) {
    CLEANUP(cleanup_free) char *text = encode_instance(subject, instance);
    (void) puts(text);
}

static void show_subject(struct duties *duties, const struct record *record) {
    struct view view = {.at = duties->options->at, .known_at = duties->options->at};
    struct instance *instances;
    size_t count;
    struct instant next;
    engine_derive(duties->engine, record, view, duties->arena, &instances, &count, &next);
    for (size_t i = 0; i < count; i++) {
        if (duties->options->events.json)
            print_line(record_subject(record), &instances[i]);
        else
            add_row(duties, record_subject(record), &instances[i]);
    }
    arena_reset(duties->arena);
}

static void show_all(const struct engine *engine, const struct duties_options *options,
                     const struct caseload *caseload) {
    static const char *const titles[] = {"SUBJECT", "RULE", "STATE", "DUE", "OPENED", "MET", "ANCHOR", NULL};
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(table_done) struct table table = table_titled(titles);
    struct duties duties = {.engine = engine, .options = options, .arena = arena, .table = &table};
    CLEANUP(cleanup_free) struct subject **subjects = caseload_sorted(caseload);
    for (size_t i = 0; i < caseload->count; i++)
        show_subject(&duties, subjects[i]->record);
    if (!options->events.json)
        table_print(&table, stdout);
}

/* ---- the command ---- */

enum { OPTION_AT = 0x2000 };

static const struct argp_option duties_argp_options[] = {
    EVENT_OPTIONS_ROW_EVENTS,
    {"at", OPTION_AT, "TIME", 0, "The instant to look at: an RFC 3339 time or a date (00:00 UTC)", 0},
    EVENT_OPTIONS_ROW_JSON,
    EVENT_OPTIONS_ROW_PACK,
    EVENT_OPTIONS_ROW_DEADLETTER,
    {0},
};

static error_t parse_duties(int key, char *argument, struct argp_state *state) {
    struct duties_options *options = state->input;
    switch (key) {
    case OPTION_AT:
        options->at = tool_time(state, "--at", argument);
        options->at_given = true;
        return 0;
    case ARGP_KEY_END:
        if (options->events.intake.path == NULL && options->events.intake.deadletter != NULL)
            argp_error(state, "--deadletter is for event lines: it needs --events FILE");
        return 0;
    default:
        return event_options_parse(&options->events, key, argument);
    }
}

static const struct argp duties_argp = {
    .options = duties_argp_options,
    .parser = parse_duties,
    .doc = "Every duty and risk of every subject, from what is known at one instant: of the live state in Redis, or of "
           "event lines. The same events in any order give the same output.\v"
           "The live state needs redis.url, as the daemon has it (--config FILE or --set redis.url=...).",
};

static int take_lines(const struct engine *engine, const struct duties_options *options, struct caseload *caseload) {
    CLEANUP(intake_close) struct intake intake;
    int status = intake_open(&options->events.intake, engine, &intake);
    return status == TOOL_OK ? take_all(engine, caseload, &intake, options->at) : status;
}

static int take_live(const struct tool *tool, const struct engine *engine, const struct duties_options *options,
                     struct caseload *caseload) {
    CLEANUP(live_close) struct live live;
    int status = live_open(tool, engine, &live);
    return status == TOOL_OK ? live_take_all(&live, options->at, caseload) : status;
}

static int duties_with(const struct tool *tool, const struct duties_options *options) {
    CLEANUP(engine_freep) struct engine *engine = NULL;
    int status = tool_engine(tool, &options->events.packs, &engine);
    if (status != TOOL_OK)
        return status;
    CLEANUP(caseload_done) struct caseload caseload = CASELOAD_INIT;
    status = options->events.intake.path != NULL ? take_lines(engine, options, &caseload)
                                                 : take_live(tool, engine, options, &caseload);
    if (status == TOOL_OK)
        show_all(engine, options, &caseload);
    return status;
}

int command_duties(const struct tool *tool, int argc, char **argv) {
    struct duties_options options = {0};
    tool_parse(tool, &duties_argp, argc, argv, &options);
    if (!options.at_given)
        options.at = clock_now();
    int status = duties_with(tool, &options);
    event_options_done(&options.events);
    return status;
}
