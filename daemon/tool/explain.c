/* explain.c: `watchkeeper explain`: why this is due, late or clear.
 *
 * --known-at leaves out what was recorded later and --true-at moves the moment of the question, so late practice and
 * late recording can be told apart. */
#include "explain.h"

#include "caseload.h"
#include "clock.h"
#include "encode.h"
#include "event_options.h"
#include "explain_said.h"
#include "people.h"
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

/* ---- for people ---- */

static void print_fact(const struct explain_run *run, const struct explained_fact *fact) {
    char occurred[INSTANT_TEXT_MAX], recorded[PEOPLE_TEXT_MAX];
    printf("    %-8s %s of %s, recorded %s (event %s)\n", fact->evidence.role, fact->evidence.type,
           occurrence_format(fact->evidence.occurred, occurred), people_time(run->zone, fact->recorded_at, recorded),
           fact->evidence.event_id);
}

static void print_days(const struct day_step *days, size_t count) {
    char day[PEOPLE_TEXT_MAX];
    for (size_t i = 0; i < count; i++) {
        if (days[i].number > 0)
            printf("      %s  %2d%s%s\n", people_day(days[i].day, day), days[i].number,
                   days[i].term != NULL ? "  " : "", days[i].term != NULL ? days[i].term : "");
        else
            printf("      %s   -  %s\n", people_day(days[i].day, day), days[i].label);
    }
}

static void print_rule(const struct rule *rule) {
    printf("  Rule      %s: %s\n", rule->face.id, rule->face.title);
    printf("            %s, version %s\n", rule->face.pack, rule->face.pack_version);
    printf("  Law       %s (confidence %s)\n", rule->face.law, rule->face.confidence);
    if (rule->opens_text != NULL)
        printf("  %-9s %s\n", rule->opens_word != NULL ? rule->opens_word : "Opens", rule->opens_text);
    if (rule->while_text != NULL)
        printf("  While     %s\n", rule->while_text);
    if (rule->when_text != NULL)
        printf("  When      %s\n", rule->when_text);
    if (rule->reading_text != NULL)
        printf("  Reading   %s\n", rule->reading_text);
    if (rule->limit_text != NULL)
        printf("  Limit     %s%s%s\n", rule->limit_text, rule->lead_text != NULL ? "; due soon " : "",
               rule->lead_text != NULL ? rule->lead_text : "");
    if (rule->face.owner != NULL)
        printf("  Owner     %s\n", rule->face.owner);
}

static void print_unknown(const struct explanation *explanation) {
    char to[DATE_TEXT_MAX];
    switch (explanation->terms) {
    case DEADLINE_NO_TERMS:
        printf("  Deadline  unknown: %d %s, and the calendar %s has no school terms; nothing is said of it\n",
               explanation->limit.number, unit_name(explanation->limit.unit), explanation->calendar);
        break;
    case DEADLINE_BEYOND_TERMS:
        printf("  Deadline  unknown: %d %s reach beyond the school terms of the calendar %s, which are known to %s\n",
               explanation->limit.number, unit_name(explanation->limit.unit), explanation->calendar,
               date_format(explanation->school->to, to));
        break;
    case DEADLINE_KNOWN:
        printf("  Deadline  unknown: something that the rule needs is not recorded\n");
    }
}

static void print_arithmetic(const struct explain_run *run, const struct explanation *explanation) {
    const struct instance *instance = &explanation->instance;
    char opened[PEOPLE_TEXT_MAX], text[PEOPLE_TEXT_MAX];
    if (explanation->not_fed != NULL) {
        printf("  Deadline  unknown: %s does not publish what could meet it (not_fed), so it is not watched there\n",
               explanation->not_fed->authority);
        return;
    }
    if (explanation->limit_words != NULL)
        printf("  Reading   %s\n", explanation->limit_words);
    if (explanation->unset && explanation->terms == DEADLINE_KNOWN) {
        printf("  Deadline  none: no limit is set\n");
        return;
    }
    if (explanation->dateless) {
        printf("  Deadline  none yet\n");
        return;
    }
    if (instance->due_at.ms == INSTANT_NEVER.ms) {
        print_unknown(explanation);
        return;
    }
    printf("  Calendar  %s\n", explanation->calendar_version);
    if (explanation->limit.number > 0)
        printf("  Deadline  %d %s from %s%s: ", explanation->limit.number, unit_name(explanation->limit.unit),
               explanation->limit.unit == UNIT_HOURS ? people_time(run->zone, explanation->counted_from.at, opened)
                                                     : people_day(explanation->counted_from.day, opened),
               explanation->limit.unit == UNIT_HOURS ? "" : ", that day not counted");
    else
        printf("  Deadline  ");
    printf("in time until %s\n", people_deadline(run->zone, instance->due_at, text));
    print_days(explanation->days, explanation->n_days);
    printf("  Due soon  from %s\n", people_time(run->zone, instance->due_soon_at, text));
    print_days(explanation->lead_days, explanation->n_lead_days);
    if (instance->provisional)
        printf("            provisional: the days of the calendar %s are not known so far\n", explanation->calendar);
    if (explanation->soft)
        printf("            an aim: nothing more is said when it is late\n");
    for (size_t i = 0; i < explanation->n_rungs; i++)
        printf("  Rung %zu    %s%s\n", i + 1, people_time(run->zone, explanation->rungs[i], text),
               instance->state == INSTANCE_OVERDUE ? "" : ", if it is overdue then");
}

static void print_held(const struct explain_run *run, const struct explanation *explanation) {
    char from[PEOPLE_TEXT_MAX], to[PEOPLE_TEXT_MAX];
    if (explanation->not_fed != NULL)
        printf("  Unknown   %s does not publish what the condition asks for (not_fed), so it is not watched there\n",
               explanation->not_fed->authority);
    for (size_t i = 0; i < explanation->n_held; i++)
        printf("  Held      from %s to %s\n", people_time(run->zone, explanation->held[i].from, from),
               people_time(run->zone, explanation->held[i].to, to));
    if (explanation->count > 0)
        printf("  Count     %d now\n", explanation->count);
}

static const char *clears_risk(const struct rule *rule) {
    if (rule->met_text != NULL)
        return rule->met_text;
    return "the condition no longer holding: the window passing, the state or its scope ending";
}

static const char *clears(const struct explanation *explanation) {
    const struct rule *rule = explanation->rule;
    switch (explanation->instance.state) {
    case INSTANCE_OPEN:
    case INSTANCE_DUE_SOON:
    case INSTANCE_OVERDUE:
    case INSTANCE_UNKNOWN:
        return rule->face.is_risk ? "the missing record, or the end of the state" : rule->met_text;
    case INSTANCE_RAISED:
        return clears_risk(rule);
    default:
        return NULL;
    }
}

static void print_explanation(const struct explain_run *run, const struct explanation *explanation) {
    const struct instance *instance = &explanation->instance;
    char text[PEOPLE_TEXT_MAX];
    printf("%s|%s|%s is %s\n", run->options->subject, instance->rule->id, instance->anchor,
           instance_state_name(instance->state));
    print_rule(explanation->rule);
    printf("  Opened    %s\n", people_time(run->zone, instance->opened_at, text));
    printf("  Facts\n");
    for (size_t i = 0; i < explanation->n_facts; i++)
        print_fact(run, &explanation->facts[i]);
    if (instance->rule->is_risk && explanation->terms != DEADLINE_KNOWN)
        print_unknown(explanation);
    if (instance->rule->is_risk)
        print_held(run, explanation);
    else
        print_arithmetic(run, explanation);
    if (instance->met_at.ms != INSTANT_NEVER.ms)
        printf("  Met       %s\n", people_time(run->zone, instance->met_at, text));
    if (instance->state == INSTANCE_CANCELLED)
        printf("  Ended     %s\n", people_time(run->zone, instance->ended_at, text));
    if (clears(explanation) != NULL)
        printf("  Clears it %s\n", clears(explanation));
    if (instance->state == INSTANCE_RAISED && explanation->rule->may_be_closed)
        printf("            or a person, who closes the alert with a rationale (alert.closed)\n");
    (void) putchar('\n');
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

static const char *terms_name(enum deadline_outcome outcome) {
    static const char *const names[] = {
        [DEADLINE_KNOWN] = "known", [DEADLINE_NO_TERMS] = "none", [DEADLINE_BEYOND_TERMS] = "beyond"};
    return names[outcome];
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
        terms_name(explanation->terms), "facts", facts_json(explanation), "days",
        days_json(explanation->days, explanation->n_days), "lead_days",
        days_json(explanation->lead_days, explanation->n_lead_days), "rungs", rungs_json(explanation), "held",
        held_json(explanation), "count", explanation->count, "clears", optional_text(clears(explanation)));
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
        run->options->events.json ? print_json(run, &list[i]) : print_explanation(run, &list[i]);
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
