/* rules.c: `watchkeeper rules check` and `watchkeeper rules list`. */
#include "dispatch.h"
#include "ensure.h"
#include "pack.h"
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
    .doc = "Checks packs (names or files), each for itself, with the catalogue and the calendars they stand on; "
           "without PACK "
           "those of the configuration. Every mistake is told with file, line and column.",
};

static int check_one(const struct tool *tool, const char *pack) {
    CLEANUP(tool_texts_done) struct tool_texts one = {0};
    CLEANUP(engine_freep) struct engine *engine = NULL;
    tool_texts_add(&one, pack);
    if (tool_engine(tool, &one, &engine) != TOOL_OK)
        return TOOL_PROBLEMS;
    printf("%s: %zu rules, no mistakes\n", pack, engine_n_rules(engine));
    return TOOL_OK;
}

static int check_configured(const struct tool *tool) {
    const struct tool_texts none = {0};
    CLEANUP(engine_freep) struct engine *engine = NULL;
    if (tool_engine(tool, &none, &engine) != TOOL_OK)
        return TOOL_PROBLEMS;
    printf("%zu rules, no mistakes\n", engine_n_rules(engine));
    return TOOL_OK;
}

static int rules_check(const struct tool *tool, int argc, char **argv) {
    CLEANUP(tool_texts_done) struct tool_texts packs = {0};
    tool_parse(tool, &check_argp, argc, argv, &packs);
    struct paths_rules folder;
    if (tool_rules(tool, &folder) != TOOL_OK)
        return TOOL_FAILED;
    int status = packs.count == 0 ? check_configured(tool) : TOOL_OK;
    for (size_t i = 0; i < packs.count; i++)
        if (check_one(tool, packs.list[i]) != TOOL_OK)
            status = TOOL_PROBLEMS;
    return status;
}

/* ---- list ---- */

struct list_options {
    struct tool_texts packs;
    bool json;
};

static const char *kind_of(const struct rule *rule) {
    return rule->face.is_risk ? "risk" : "duty";
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
            rule->face.id,     kind_of(rule),         rule->limit_text,      rule->lead_text, rule->face.owner,
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
        {"ladder", rule->face.ladder},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        set_text(object, texts[i].key, texts[i].text);
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

enum { OPTION_PACK = 0x2000, OPTION_JSON };

static const struct argp_option list_argp_options[] = {
    {"pack", OPTION_PACK, "NAME", 0, "Use this pack (a name or a file); may be repeated, the lowest layer first", 0},
    {"json", OPTION_JSON, NULL, 0, "One JSON object a line", 0},
    {0},
};

static error_t parse_list(int key, char *argument, struct argp_state *state) {
    struct list_options *options = state->input;
    switch (key) {
    case OPTION_PACK:
        tool_texts_add(&options->packs, argument);
        return 0;
    case OPTION_JSON:
        options->json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp list_argp = {
    .options = list_argp_options,
    .parser = parse_list,
    .doc = "Every rule with its kind, limit, owner, ladder and law. Confidence V: the text of the law was seen; S: a "
           "secondary page; M: from memory; E: our own estimate or choice.",
};

static int rules_list(const struct tool *tool, int argc, char **argv) {
    struct list_options options = {0};
    CLEANUP(engine_freep) struct engine *engine = NULL;
    tool_parse(tool, &list_argp, argc, argv, &options);
    int status = tool_engine(tool, &options.packs, &engine);
    tool_texts_done(&options.packs);
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
    {0},
};

int command_rules(const struct tool *tool, int argc, char **argv) {
    return dispatch_run(tool, rules_commands, "Works with the packs of rules.", argc, argv);
}
