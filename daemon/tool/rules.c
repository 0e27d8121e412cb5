/* rules.c: `watchkeeper rules check` and `watchkeeper rules list`; the other commands have files of their own. */
#include "dispatch.h"
#include "ensure.h"
#include "event_options.h"
#include "pack.h"
#include "rules_coverage.h"
#include "rules_diff.h"
#include "rules_language.h"
#include "rules_test.h"
#include "table.h"
#include "yaml.h"

#include <jansson.h>
#include <string.h>

/* ---- check ---- */

static error_t parse_packs(int key, char *argument, struct argp_state *state) {
    struct tool_texts *packs = state->input;
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    tool_texts_add(packs, argument);
    return 0;
}

static const struct argp check_argp = {
    .parser = parse_packs,
    .args_doc = "[PACK...]",
    .doc = "Checks packs (names or files) together, as a daemon loads them: the lowest layer first, each beside those "
           "before it, with the catalogue and the calendars they stand on; without PACK those of the configuration. "
           "Every mistake is told with file, line and column.",
};

/* What a pack adds to those before it. */
static void print_counts(const struct engine *engine) {
    size_t n = engine_n_rules(engine);
    for (size_t i = 0; i < n; i++) {
        const char *pack = engine_rule(engine, i)->face.pack;
        size_t count = 0;
        bool counted = false;
        for (size_t j = 0; j < n; j++) {
            bool same = strcmp(engine_rule(engine, j)->face.pack, pack) == 0;
            counted = counted || (same && j < i);
            count += same;
        }
        if (!counted)
            printf("%s: %zu rules, no mistakes\n", pack, count);
    }
}

static int rules_check(const struct tool *tool, int argc, char **argv) {
    CLEANUP(tool_texts_done) struct tool_texts packs = {0};
    CLEANUP(engine_freep) struct engine *engine = NULL;
    tool_parse(tool, &check_argp, argc, argv, &packs);
    struct paths_rules folder;
    if (tool_rules(tool, &folder) != TOOL_OK)
        return TOOL_FAILED;
    if (tool_engine(tool, &packs, &engine) != TOOL_OK)
        return TOOL_PROBLEMS;
    print_counts(engine);
    return TOOL_OK;
}

/* ---- list ---- */

static const char *kind_of(const struct rule *rule) {
    return rule->face.is_risk ? "risk" : "duty";
}

/* An aim is never late; what is off waits for a pack that switches it on. */
static const char *kind_text(const struct rule *rule) {
    if (rule->off)
        return rule->face.is_risk ? "risk (off)" : rule->aim ? "aim (off)" : "duty (off)";
    return rule->aim ? "aim" : kind_of(rule);
}

/* A limit whose law nobody has looked up must not pass for law (M), nor one that is our own choice (E). */
static const char *confidence_text(const struct rule *rule) {
    const char *confidence = rule->face.confidence;
    if (confidence == NULL)
        return NULL;
    if (strcmp(confidence, "M") == 0)
        return "M (from memory)";
    return strcmp(confidence, "E") == 0 ? "E (an estimate)" : confidence;
}

static const char *from_text(const struct rule *rule, char text[static DATE_TEXT_MAX]) {
    return rule->in_force.from.day == INT32_MIN ? NULL : date_format(rule->in_force.from, text);
}

static const char *to_text(const struct rule *rule, char text[static DATE_TEXT_MAX]) {
    return rule->in_force.to.day == INT32_MAX ? NULL : date_format(rule->in_force.to, text);
}

static void list_for_people(const struct engine *engine) {
    static const char *const titles[] = {"RULE",   "KIND",          "LIMIT",      "LEAD", "OWNER",
                                         "LADDER", "IN FORCE FROM", "CONFIDENCE", "LAW",  NULL};
    CLEANUP(table_done) struct table table = table_titled(titles);
    for (size_t i = 0; i < engine_n_rules(engine); i++) {
        const struct rule *rule = engine_rule(engine, i);
        char from[DATE_TEXT_MAX];
        const char *row[] = {
            rule->face.id,     kind_text(rule),       rule->limit_text,      rule->lead_text, rule->face.owner,
            rule->face.ladder, from_text(rule, from), confidence_text(rule), rule->face.law,
        };
        table_add(&table, row);
    }
    table_print(&table, stdout);
}

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static void set_text(json_t *object, const char *key, const char *text) {
    set(object, key, text == NULL ? json_null() : json_string(text));
}

static json_t *rung_object(const struct rung *rung, size_t level) {
    json_t *object = json_object();
    set(object, "level", json_integer((json_int_t) level));
    if (rung->after.number == 0)
        set_text(object, "after", "due_at");
    else
        set(object, "after", json_sprintf("%d %s", rung->after.number, unit_name(rung->after.unit)));
    json_t *recipients = json_array();
    for (size_t i = 0; rung->recipients != NULL && rung->recipients[i] != NULL; i++)
        ENSURE(json_array_append_new(recipients, json_string(rung->recipients[i])) == 0);
    set(object, "recipients", recipients);
    return object;
}

static json_t *rungs_array(const struct ladder *ladder) {
    json_t *rungs = json_array();
    for (size_t i = 0; ladder != NULL && i < ladder->n_rungs; i++)
        ENSURE(json_array_append_new(rungs, rung_object(&ladder->rungs[i], i + 1)) == 0);
    return rungs;
}

static json_t *rule_object(const struct rule *rule) {
    char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];
    const struct {
        const char *key, *text;
    } texts[] = {
        {"id", rule->face.id},
        {"title", rule->face.title},
        {"kind", kind_of(rule)},
        {"pack", rule->face.pack},
        {"version", rule->face.pack_version},
        {"law", rule->face.law},
        {"confidence", rule->face.confidence},
        {"in_force_from", from_text(rule, from)},
        {"in_force_to", to_text(rule, to)},
        {"scope", rule->scope_text},
        {"opens", rule->opens_text},
        {"met_by", rule->met_text},
        {"when", rule->when_text},
        {"limit", rule->limit_text},
        {"lead", rule->lead_text},
        {"owner", rule->face.owner},
        {"severity", rule->face.severity},
        {"tell", rule->tell_text},
        {"ladder", rule->face.ladder},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        set_text(object, texts[i].key, texts[i].text);
    set(object, "aim", json_boolean(rule->aim));
    set(object, "off", json_boolean(rule->off));
    set(object, "rungs", rungs_array(rule->ladder));
    return object;
}

static void list_as_json(const struct engine *engine) {
    for (size_t i = 0; i < engine_n_rules(engine); i++) {
        json_t *object = rule_object(engine_rule(engine, i));
        (void) json_dumpf(object, stdout, JSON_COMPACT);
        (void) putchar('\n');
        json_decref(object);
    }
}

static const struct argp_option list_argp_options[] = {EVENT_OPTIONS_ROW_PACK, EVENT_OPTIONS_ROW_JSON, {0}};

static error_t parse_list(int key, char *argument, struct argp_state *state) {
    return event_options_parse(state->input, key, argument);
}

static const struct argp list_argp = {
    .options = list_argp_options,
    .parser = parse_list,
    .doc = "Every rule with its kind, limit, owner, ladder and law. Confidence V: the text of the law was seen; S: a "
           "secondary page; M: from memory; E: our own estimate or choice.",
};

static int rules_list(const struct tool *tool, int argc, char **argv) {
    struct event_options options = {0};
    CLEANUP(engine_freep) struct engine *engine = NULL;
    tool_parse(tool, &list_argp, argc, argv, &options);
    int status = tool_engine(tool, &options.packs, &engine);
    event_options_done(&options);
    if (status != TOOL_OK)
        return status;
    if (options.json)
        list_as_json(engine);
    else
        list_for_people(engine);
    return TOOL_OK;
}

/* ---- the command ---- */

static const struct dispatch_command rules_commands[] = {
    {"check", rules_check, "check packs and tell every mistake with its place"},
    {"list", rules_list, "every rule with its kind, limit, owner, ladder and law"},
    {"test", rules_test, "run rule tests: events in, what must be due or said when"},
    {"diff", rules_diff, "what a pack changes against another, in its rules and in what would be said"},
    {"language", rules_language, "the reference of what can be written in a pack, with examples"},
    {"coverage", rules_coverage, "which duties and risks of the domain a rule serves, and why others have none"},
    {0},
};

int command_rules(const struct tool *tool, int argc, char **argv) {
    return dispatch_run(tool, rules_commands, "Works with the packs of rules.", argc, argv);
}
