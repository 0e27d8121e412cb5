/* rules_diff.c: see rules_diff.h. */
#include "rules_diff.h"

#include "ensure.h"
#include "event_options.h"
#include "rules_diff_fields.h"
#include "rules_diff_said.h"
#include "table.h"

#include <jansson.h>
#include <string.h>

enum { EXAMPLES_MAX = 5 }; /* of a rule, for people */

struct options {
    struct event_options shared; /* packs below both, events, json */
    const char *names[2];        /* old, new */
    struct instant until;
};

struct per_rule {
    const char *rule;
    size_t count[3]; /* enum rules_diff_how */
    size_t n_examples;
    const char *examples[EXAMPLES_MAX];
};

struct diff {
    const struct options *options;
    struct arena *arena;
    size_t n_different; /* entries */
    size_t n_rules;
    struct per_rule *rules;
};

static void set_text(json_t *object, const char *key, const char *text) {
    json_t *value = text == NULL ? json_null() : json_string(text);
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static void print_object(json_t *object) {
    (void) json_dumpf(object, stdout, JSON_COMPACT);
    (void) putchar('\n');
    json_decref(object);
}

static json_t *change_object(const char *change, const struct rules_diff_entry *entry) {
    json_t *object = json_object();
    set_text(object, "change", change);
    set_text(object, "kind", entry->kind);
    set_text(object, "id", entry->id);
    return object;
}

/* ---- the rules ---- */

static void tell_entry(struct diff *diff, const char *change, const struct rules_diff_entry *entry) {
    diff->n_different++;
    if (diff->options->shared.json)
        print_object(change_object(change, entry));
    else
        printf("%s %s %s (%s:%u)\n", change, entry->kind, entry->id, entry->place.file, entry->place.line);
}

static void print_side(const char *sign, const struct rules_diff_field *field) {
    if (field != NULL)
        printf("    %s %s:%u %s: %s\n", sign, field->place.file, field->place.line, field->key, field->text);
}

static void tell_field(const struct diff *diff, const struct rules_diff_entry *entry, const char *key,
                       const struct rules_diff_field *before, const struct rules_diff_field *after) {
    if (!diff->options->shared.json) {
        print_side("-", before);
        print_side("+", after);
        return;
    }
    json_t *object = change_object("changed", entry);
    set_text(object, "field", key);
    set_text(object, "old", before != NULL ? before->text : NULL);
    set_text(object, "new", after != NULL ? after->text : NULL);
    print_object(object);
}

static bool same_field(const struct rules_diff_field *one, const struct rules_diff_field *other) {
    return one != NULL && other != NULL && strcmp(one->text, other->text) == 0;
}

static void compare_fields(struct diff *diff, const struct rules_diff_entry *before,
                           const struct rules_diff_entry *after) {
    bool told = false;
    for (size_t i = 0; i < before->n_fields + after->n_fields; i++) {
        bool of_old = i < before->n_fields;
        const struct rules_diff_field *field = of_old ? &before->fields[i] : &after->fields[i - before->n_fields];
        const struct rules_diff_field *one = rules_diff_fields_get(before, field->key);
        const struct rules_diff_field *other = rules_diff_fields_get(after, field->key);
        if (same_field(one, other) || (!of_old && one != NULL))
            continue;
        if (!told && !diff->options->shared.json)
            printf("changed %s %s\n", before->kind, before->id);
        told = true;
        tell_field(diff, before, field->key, one, other);
    }
    diff->n_different += told;
}

static void compare_entries(struct diff *diff, const struct rules_diff_entries *before,
                            const struct rules_diff_entries *after) {
    for (size_t i = 0; i < before->count; i++) {
        const struct rules_diff_entry *now = rules_diff_fields_find(after, &before->list[i]);
        if (now == NULL)
            tell_entry(diff, "removed", &before->list[i]);
        else
            compare_fields(diff, &before->list[i], now);
    }
    for (size_t i = 0; i < after->count; i++)
        if (rules_diff_fields_find(before, &after->list[i]) == NULL)
            tell_entry(diff, "added", &after->list[i]);
}

static const char *path_of(const struct tool *tool, struct arena *arena, const char *name) {
    struct paths_rules rules;
    if (strchr(name, '/') != NULL || strstr(name, ".yaml") != NULL)
        return name;
    return tool_rules(tool, &rules) == TOOL_OK ? arena_printf(arena, "%s/packs/%s.yaml", rules.folder, name) : NULL;
}

static int diff_rules(const struct tool *tool, struct diff *diff) {
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = diff->arena;
    struct rules_diff_entries entries[2];
    for (size_t i = 0; i < 2; i++) {
        const char *path = path_of(tool, diff->arena, diff->options->names[i]);
        if (path == NULL || rules_diff_fields_load(path, diff->arena, problems, &entries[i]) != 0) {
            yaml_problems_print(problems, stderr);
            return tool_fail("cannot read the pack %s", diff->options->names[i]);
        }
    }
    compare_entries(diff, &entries[0], &entries[1]);
    if (diff->n_different == 0 && !diff->options->shared.json)
        puts("the rules are the same");
    return TOOL_OK;
}

/* ---- what would be said ---- */

static const char *const how_names[] = {"appears", "changes", "goes"};

static struct per_rule *per_rule(struct diff *diff, const char *rule) {
    for (size_t i = 0; i < diff->n_rules; i++)
        if (strcmp(diff->rules[i].rule, rule) == 0)
            return &diff->rules[i];
    diff->rules = arena_grow_array(diff->arena, diff->rules, diff->n_rules, diff->n_rules + 1, sizeof *diff->rules);
    diff->rules[diff->n_rules] = (struct per_rule){.rule = arena_strdup(diff->arena, rule)};
    return &diff->rules[diff->n_rules++];
}

static const char *at_text(struct arena *arena, struct instant at) {
    char text[INSTANT_TEXT_MAX];
    return instant_equal(at, INSTANT_NEVER) ? NULL : arena_strdup(arena, instant_format(at, text));
}

static const char *moved_text(struct arena *arena, const struct rules_diff_said *before,
                              const struct rules_diff_said *after) {
    const char *one = before != NULL ? at_text(arena, before->said_at) : NULL;
    const char *other = after != NULL ? at_text(arena, after->said_at) : NULL;
    if (one == NULL || other == NULL)
        return one != NULL ? one : other;
    return strcmp(one, other) == 0 ? arena_printf(arena, "%s, another due date", one)
                                   : arena_printf(arena, "%s -> %s", one, other);
}

static void found(void *context, enum rules_diff_how how, const struct rules_diff_said *before,
                  const struct rules_diff_said *after) {
    struct diff *diff = context;
    const struct rules_diff_said *either = after == NULL ? before : after;
    ENSURE(either != NULL);
    struct per_rule *rule = per_rule(diff, either->rule);
    rule->count[how]++;
    if (diff->options->shared.json) {
        json_t *object = json_object();
        set_text(object, "statement", how_names[how]);
        set_text(object, "rule", either->rule);
        set_text(object, "event_id", either->event_id);
        set_text(object, "old_said_at", before != NULL ? at_text(diff->arena, before->said_at) : NULL);
        set_text(object, "new_said_at", after != NULL ? at_text(diff->arena, after->said_at) : NULL);
        set_text(object, "old_due_at", before != NULL ? at_text(diff->arena, before->due_at) : NULL);
        set_text(object, "new_due_at", after != NULL ? at_text(diff->arena, after->due_at) : NULL);
        print_object(object);
    } else if (rule->n_examples < EXAMPLES_MAX) {
        rule->examples[rule->n_examples++] = arena_printf(diff->arena, "%s %s (%s)", how_names[how], either->event_id,
                                                          moved_text(diff->arena, before, after));
    }
}

static void print_said(const struct diff *diff) {
    static const char *const titles[] = {"RULE", "APPEAR", "CHANGE", "GO", NULL};
    CLEANUP(table_done) struct table table = table_titled(titles);
    if (diff->n_rules == 0) {
        puts("\nnothing that is said changes");
        return;
    }
    (void) putchar('\n');
    for (size_t i = 0; i < diff->n_rules; i++) {
        const struct per_rule *rule = &diff->rules[i];
        const char *cells[4] = {rule->rule};
        for (size_t how = 0; how < 3; how++)
            cells[how + 1] = arena_printf(diff->arena, "%zu", rule->count[how]);
        table_add(&table, cells);
    }
    table_print(&table, stdout);
    for (size_t i = 0; i < diff->n_rules; i++)
        for (size_t j = 0; j < diff->rules[i].n_examples; j++)
            printf("    %s\n", diff->rules[i].examples[j]);
}

static int diff_said(const struct diff *diff, struct engine *const engines[static 2]) {
    struct rules_diff_log logs[2];
    const struct options *options = diff->options;
    for (size_t i = 0; i < 2; i++) {
        int status =
            rules_diff_said_live(engines[i], options->shared.intake.path, options->until, diff->arena, &logs[i]);
        if (status != TOOL_OK)
            return status;
    }
    rules_diff_said_compare(&logs[0], &logs[1], found, (void *) diff);
    if (!options->shared.json)
        print_said(diff);
    return TOOL_OK;
}

/* ---- the command ---- */

static int load(const struct tool *tool, const struct options *options, const char *name, struct engine **ret_engine) {
    struct tool_texts packs = {0};
    for (size_t i = 0; i < options->shared.packs.count; i++)
        tool_texts_add(&packs, options->shared.packs.list[i]);
    tool_texts_add(&packs, name);
    int status = tool_engine(tool, &packs, ret_engine);
    tool_texts_done(&packs);
    return status;
}

static int compare(const struct tool *tool, const struct options *options) {
    CLEANUP(engine_freep) struct engine *before = NULL;
    CLEANUP(engine_freep) struct engine *after = NULL;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct diff diff = {.options = options, .arena = arena};
    int one = load(tool, options, options->names[0], &before), other = load(tool, options, options->names[1], &after);
    if (one != TOOL_OK || other != TOOL_OK)
        return TOOL_FAILED;
    int status = diff_rules(tool, &diff);
    if (status == TOOL_OK && options->shared.intake.path != NULL)
        status = diff_said(&diff, (struct engine *[]){before, after});
    return status;
}

enum { OPTION_UNTIL = 0x2000 };

static const struct argp_option argp_options[] = {
    EVENT_OPTIONS_ROW_EVENTS,
    {"until", OPTION_UNTIL, "TIME", 0, "With --events: move the clock on to TIME, or stop there", 0},
    {"pack", EVENT_OPTIONS_PACK, "NAME", 0, "A pack that lies below both; may be repeated, the lowest first", 0},
    EVENT_OPTIONS_ROW_JSON,
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct options *options = state->input;
    switch (key) {
    case OPTION_UNTIL:
        options->until = tool_time(state, "--until", argument);
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num >= 2)
            argp_error(state, "two packs are compared: OLD and NEW");
        else
            options->names[state->arg_num] = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->names[1] == NULL)
            argp_error(state, "two packs are compared: OLD and NEW");
        if (options->shared.intake.path != NULL && strcmp(options->shared.intake.path, "-") == 0)
            argp_error(state, "--events: the events are read twice, so they must be a file");
        return 0;
    default:
        return event_options_parse(&options->shared, key, argument);
    }
}

static const struct argp argp = {
    .options = argp_options,
    .parser = parse,
    .args_doc = "OLD NEW",
    .doc =
        "Which rules and ladders NEW adds, removes and changes against OLD (names or files), field by field with both "
        "lines; with events also which statements would appear, change or go, by rule.",
};

int rules_diff(const struct tool *tool, int argc, char **argv) {
    struct options options = {.until = INSTANT_NEVER};
    tool_parse(tool, &argp, argc, argv, &options);
    int status = compare(tool, &options);
    event_options_done(&options.shared);
    return status;
}
