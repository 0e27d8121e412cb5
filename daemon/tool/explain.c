/* explain.c: `watchkeeper explain`: why this is due, late or clear.
 *
 * --known-at leaves out what was recorded later and --true-at moves the moment of the question, so late practice and
 * late recording can be told apart. */
#include "explain.h"

#include "caseload.h"
#include "clock.h"
#include "encode.h"
#include "event_options.h"
#include "explain_print.h"
#include "explain_said.h"
#include "tool.h"
#include "zone.h"

#include <jansson.h>
#include <string.h>

struct explain_options {
    const char *subject, *rule;
    struct event_options events;
    struct view view;
    bool true_at_given;
};

struct explain_run {
    const struct engine *engine;
    const struct zone *zone;
    const struct explain_options *options;
    const struct record *record;
};

/* All subjects: others may have been merged into this one. */
static int take_all(const struct engine *engine, struct caseload *caseload, struct intake *intake) {
    struct decoded decoded;
    int outcome;
    while ((outcome = intake_next(intake, &decoded)) == 0)
        intake_take(intake, engine, caseload, &decoded);
    return outcome == INTAKE_FAILED ? TOOL_FAILED : TOOL_OK;
}

/* ---- for machines ---- */

static json_t *instant_json(struct instant at) {
    char text[INSTANT_TEXT_MAX];
    return at.ms == INSTANT_NEVER.ms || at.ms == INSTANT_DAWN.ms ? json_null() : json_string(instant_format(at, text));
}

static json_t *optional_text(const char *text) {
    return text != NULL ? json_string(text) : json_null();
}

static json_t *facts_json(const struct explanation *explanation) {
    json_t *facts = json_array();
    for (size_t i = 0; i < explanation->n_facts; i++) {
        const struct explained_fact *fact = &explanation->facts[i];
        char occurred[INSTANT_TEXT_MAX];
        (void) json_array_append_new(facts, json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "role", fact->evidence.role,
                                                      "type", fact->evidence.type, "occurred_at",
                                                      occurrence_format(fact->evidence.occurred, occurred), "id",
                                                      fact->evidence.event_id, "source", fact->evidence.source,
                                                      "recorded_at", instant_json(fact->recorded_at)));
    }
    return facts;
}

static json_t *days_json(const struct day_step *days, size_t count) {
    json_t *list = json_array();
    char text[DATE_TEXT_MAX];
    for (size_t i = 0; i < count; i++)
        (void) json_array_append_new(list, json_pack("{s:s, s:i, s:s, s:o*}", "day", date_format(days[i].day, text),
                                                     "counts_as", days[i].number, "label", days[i].label, "term",
                                                     days[i].term != NULL ? json_string(days[i].term) : NULL));
    return list;
}

static const char *terms_name(const struct explanation *explanation) {
    static const char *const names[] = {[DEADLINE_KNOWN] = "known", [DEADLINE_BEYOND_TERMS] = "beyond"};
    return explanation->estimated ? "estimated" : names[explanation->terms];
}

static json_t *held_json(const struct explanation *explanation) {
    json_t *list = json_array();
    for (size_t i = 0; i < explanation->n_held; i++)
        (void) json_array_append_new(list, json_pack("{s:o, s:o}", "from", instant_json(explanation->held[i].from),
                                                     "to", instant_json(explanation->held[i].to)));
    return list;
}

static json_t *rungs_json(const struct explanation *explanation) {
    json_t *list = json_array();
    for (size_t i = 0; i < explanation->n_rungs; i++)
        (void) json_array_append_new(list, instant_json(explanation->rungs[i]));
    return list;
}

static json_t *rule_json(const struct rule *rule) {
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "id", rule->face.id, "title",
                     rule->face.title, "pack", rule->face.pack, "version", rule->face.pack_version, "law",
                     rule->face.law, "confidence", rule->face.confidence, "opens", optional_text(rule->opens_text),
                     "when", optional_text(rule->when_text), "limit", optional_text(rule->limit_text), "lead",
                     optional_text(rule->lead_text), "met_by", optional_text(rule->met_text), "owner",
                     optional_text(rule->face.owner));
}

static void print_json(const struct explain_run *run, const struct explanation *explanation) {
    const struct instance *instance = &explanation->instance;
    json_t *object = json_pack(
        "{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:i, s:o}",
        "subject", run->options->subject, "rule", rule_json(explanation->rule), "anchor", instance->anchor, "state",
        instance_state_name(instance->state), "opened_at", instant_json(instance->opened_at), "due_soon_at",
        instant_json(instance->due_soon_at), "due_at", instant_json(instance->due_at), "met_at",
        instant_json(instance->met_at), "ended_at", instant_json(instance->ended_at), "provisional",
        instance->provisional, "not_fed", explanation->not_fed != NULL, "reading",
        optional_text(explanation->limit_words), "calendar", explanation->calendar_version, "terms",
        terms_name(explanation), "facts", facts_json(explanation), "days",
        days_json(explanation->days, explanation->n_days), "lead_days",
        days_json(explanation->lead_days, explanation->n_lead_days), "rungs", rungs_json(explanation), "held",
        held_json(explanation), "count", explanation->count, "clears",
        optional_text(explain_print_clears(explanation)));
    (void) json_dumpf(object, stdout, JSON_COMPACT);
    (void) putchar('\n');
    json_decref(object);
}

/* ---- the command ---- */

enum { OPTION_KNOWN_AT = 0x2000, OPTION_TRUE_AT };

static const struct argp_option explain_argp_options[] = {
    EVENT_OPTIONS_ROW_EVENTS,
    {"known-at", OPTION_KNOWN_AT, "TIME", 0, "Leave out what was recorded later", 0},
    {"true-at", OPTION_TRUE_AT, "TIME", 0, "The instant the question is about (default: --known-at, else now)", 0},
    EVENT_OPTIONS_ROW_JSON,
    EVENT_OPTIONS_ROW_PACK,
    {0},
};

static error_t take_argument(struct explain_options *options, char *argument) {
    if (options->subject == NULL)
        options->subject = argument;
    else if (options->rule == NULL)
        options->rule = argument;
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

static error_t parse_explain(int key, char *argument, struct argp_state *state) {
    struct explain_options *options = state->input;
    switch (key) {
    case OPTION_KNOWN_AT:
        options->view.known_at = tool_time(state, "--known-at", argument);
        return 0;
    case OPTION_TRUE_AT:
        options->view.at = tool_time(state, "--true-at", argument);
        options->true_at_given = true;
        return 0;
    case ARGP_KEY_ARG:
        return take_argument(options, argument);
    case ARGP_KEY_END:
        if (options->subject == NULL)
            argp_error(state, "say whom: SUBJECT, as in child/CE-0001234");
        return 0;
    default:
        return event_options_parse(&options->events, key, argument);
    }
}

static const struct argp explain_argp = {
    .options = explain_argp_options,
    .parser = parse_explain,
    .args_doc = "SUBJECT [RULE]",
    .doc =
        "Why each duty or risk of a subject is due, late or clear: the facts, the rule, the law, the arithmetic day by "
        "day, and what would clear it.\v"
        "Without --events the subject's record is read from the live state in Redis (redis.url, as the daemon has it); "
        "then it also says what has been said, and what of it waits to be published.",
};

/* Nothing is due of a reference that is another's now: say whose. */
static void hint_at_merges(const struct explain_run *run) {
    for (size_t i = 0; i < record_n_facts(run->record); i++) {
        const struct fact *fact = record_fact(run->record, i);
        if (fact->origin == NULL && strcmp(fact->type->name, "record.merged") == 0)
            fprintf(stderr, "watchkeeper: event %s merges it into %s: ask for that\n", fact->id,
                    fact_value(fact, fact->type->fields[0].symbol).of.text);
    }
}

static int explain_all(const struct explain_run *run) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct explanation *list;
    size_t count;
    engine_explain(run->engine, run->record, run->options->view, run->options->rule, arena, &list, &count);
    for (size_t i = 0; i < count; i++)
        run->options->events.json ? print_json(run, &list[i])
                                  : explain_print(run->zone, run->options->subject, &list[i]);
    if (count > 0)
        return TOOL_OK;
    fprintf(stderr, "watchkeeper: nothing is or was due of %s%s%s by what was known; %zu of its events were read\n",
            run->options->subject, run->options->rule != NULL ? " under " : "",
            run->options->rule != NULL ? run->options->rule : "", record_n_facts(run->record));
    hint_at_merges(run);
    return TOOL_PROBLEMS;
}

static int explain_lines(struct explain_run *run, struct caseload *caseload) {
    CLEANUP(intake_close) struct intake intake;
    int status = intake_open(&run->options->events.intake, run->engine, &intake);
    if (status == TOOL_OK)
        status = take_all(run->engine, caseload, &intake);
    run->record = caseload_get(caseload, run->options->subject)->record;
    return status == TOOL_OK ? explain_all(run) : status;
}

static int explain_live(const struct tool *tool, struct explain_run *run, struct caseload *caseload) {
    CLEANUP(live_close) struct live live;
    struct live_subject subject;
    struct record *record = caseload_get(caseload, run->options->subject)->record;
    run->record = record;
    int status = live_open(tool, run->engine, &live);
    if (status == TOOL_OK)
        status = live_find(&live, record, &subject);
    if (status != TOOL_OK)
        return status;
    status = explain_all(run);
    const struct explain_said said = {run->zone, run->record, &subject, run->options->rule};
    if (run->options->events.json)
        explain_said_json(&said);
    else
        explain_said_print(&said);
    return status;
}

static int explain_with(const struct tool *tool, const struct explain_options *options) {
    CLEANUP(engine_freep) struct engine *engine = NULL;
    int status = tool_engine(tool, &options->events.packs, &engine);
    if (status != TOOL_OK)
        return status;
    CLEANUP(caseload_done) struct caseload caseload = CASELOAD_INIT;
    struct explain_run run = {.engine = engine, .zone = engine_zone(engine), .options = options};
    return options->events.intake.path != NULL ? explain_lines(&run, &caseload) : explain_live(tool, &run, &caseload);
}

int command_explain(const struct tool *tool, int argc, char **argv) {
    struct explain_options options = {.view.known_at = INSTANT_NEVER};
    tool_parse(tool, &explain_argp, argc, argv, &options);
    if (!options.true_at_given)
        options.view.at = options.view.known_at.ms != INSTANT_NEVER.ms ? options.view.known_at : clock_now();
    int status = explain_with(tool, &options);
    event_options_done(&options.events);
    return status;
}
