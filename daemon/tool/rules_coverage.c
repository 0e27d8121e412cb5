/* rules_coverage.c: see rules_coverage.h. What no row has (a council's own rule) is listed too: a register that hides
 * what is watched would be as wrong as one that hides what is not. */
#include "rules_coverage.h"

#include "ensure.h"
#include "event_options.h"
#include "pack.h"
#include "table.h"
#include "yaml.h"

#include <jansson.h>
#include <string.h>

struct options {
    struct event_options shared; /* packs, json */
    const char *domain;          /* ENG ...; NULL: all */
};

struct row {
    struct yaml_place place;
    const char *id, *served_by, *title, *packs, *subject, *kind, *limit, *why_not, *source;
    const struct yaml *pack_list;
    const struct rule_face *rule; /* that serves it, or NULL */
};

enum { N_REGISTERS = 2 };
static const char *const registers[N_REGISTERS] = {"duties", "risks"};
static const char *const nouns[N_REGISTERS] = {"duty", "risk"};

struct coverage {
    const struct engine *engine;
    const struct options *options;
    struct arena *arena;
    struct yaml_problems *problems;
    size_t n_rows[N_REGISTERS], n_shown[N_REGISTERS], n_served[N_REGISTERS];
    struct row *rows[N_REGISTERS];
};

/* ---- the register ---- */

static const char *join(struct arena *arena, const struct yaml *list) {
    const char *text = "";
    for (size_t i = 0; list != NULL && list->kind == YAML_SEQUENCE && i < list->count; i++)
        if (list->items[i]->kind == YAML_SCALAR)
            text = arena_printf(arena, "%s%s%s", text, i > 0 ? " " : "", list->items[i]->text);
    return text;
}

static void read_row(const struct coverage *coverage, const struct yaml *node, struct row *row) {
    const struct yaml_reader yaml = {coverage->problems};
    *row = (struct row){.place = node->place, .id = "", .title = "", .source = ""};
    yaml_known_keys(yaml, node,
                    (const char *const[]){"id", "served_by", "title", "packs", "subject", "kind", "limit", "why_not",
                                          "source", NULL});
    (void) yaml_text(yaml, node, "id", true, &row->id);
    row->served_by = row->id;
    (void) yaml_text(yaml, node, "served_by", false, &row->served_by);
    (void) yaml_text(yaml, node, "title", true, &row->title);
    (void) yaml_text(yaml, node, "subject", true, &row->subject);
    (void) yaml_text(yaml, node, "kind", true, &row->kind);
    (void) yaml_text(yaml, node, "limit", false, &row->limit);
    (void) yaml_text(yaml, node, "why_not", false, &row->why_not);
    (void) yaml_text(yaml, node, "source", true, &row->source);
    row->pack_list = yaml_get(node, "packs");
    row->packs = join(coverage->arena, row->pack_list);
    row->rule = engine_find_rule(coverage->engine, row->served_by);
    if (row->rule == NULL && row->why_not == NULL)
        row->why_not = "no reason is on record";
}

static void check_ids(const struct coverage *coverage, const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(rows[i].id, rows[j].id) == 0)
                yaml_problem(coverage->problems, rows[i].place, "`%s` stands already in line %u", rows[i].id,
                             rows[j].place.line);
}

static int read_register(struct coverage *coverage, const char *folder, size_t which) {
    const char *path = arena_printf(coverage->arena, "%s/domain/%s.yaml", folder, registers[which]);
    const struct yaml *root;
    int outcome = yaml_load(path, coverage->arena, coverage->problems, &root);
    if (outcome != 0)
        return outcome;
    const struct yaml *list = yaml_get(root, "rows");
    if (list == NULL || list->kind != YAML_SEQUENCE) {
        yaml_problem(coverage->problems, root->place, "expected `rows`: a list");
        return YAML_WRONG;
    }
    coverage->n_rows[which] = list->count;
    coverage->rows[which] = ARENA_ARRAY(coverage->arena, struct row, list->count);
    for (size_t i = 0; i < list->count; i++)
        read_row(coverage, list->items[i], &coverage->rows[which][i]);
    check_ids(coverage, coverage->rows[which], list->count);
    return coverage->problems->count == 0 ? 0 : YAML_WRONG;
}

static bool is_chosen(const struct coverage *coverage, const struct row *row) {
    const char *domain = coverage->options->domain;
    for (size_t i = 0; row->pack_list != NULL && i < row->pack_list->count; i++)
        if (domain == NULL || strcmp(row->pack_list->items[i]->text, domain) == 0)
            return true;
    return domain == NULL;
}

/* ---- what is shown ---- */

static void set_text(json_t *object, const char *key, const char *text) {
    json_t *value = text == NULL ? json_null() : json_string(text);
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static void print_line(const struct row *row, const char *noun) {
    const struct {
        const char *key, *text;
    } texts[] = {
        {"id", row->id},
        {"kind", noun},
        {"title", row->title},
        {"domain_packs", row->packs},
        {"subject", row->subject},
        {"form", row->kind},
        {"limit", row->limit},
        {"rule", row->rule != NULL ? row->rule->id : NULL},
        {"pack", row->rule != NULL ? row->rule->pack : NULL},
        {"why_not", row->rule != NULL ? NULL : row->why_not},
        {"source", row->source},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        set_text(object, texts[i].key, texts[i].text);
    (void) json_dumpf(object, stdout, JSON_COMPACT);
    (void) putchar('\n');
    json_decref(object);
}

static void add_row(struct table *table, const struct coverage *coverage, const struct row *row, const char *noun) {
    const char *served = row->rule != NULL ? arena_printf(coverage->arena, "%s: %s", row->rule->pack, row->rule->id)
                                           : arena_printf(coverage->arena, "none: %s", row->why_not);
    const char *cells[] = {row->id, noun, row->packs, row->subject, row->limit != NULL ? row->limit : row->kind,
                           served};
    table_add(table, cells);
}

static void show_rows(struct coverage *coverage) {
    static const char *const titles[] = {"ID", "KIND", "PACKS", "SUBJECT", "LIMIT OR FORM", "SERVED BY", NULL};
    CLEANUP(table_done) struct table table = table_titled(titles);
    for (size_t which = 0; which < N_REGISTERS; which++)
        for (size_t i = 0; i < coverage->n_rows[which]; i++) {
            const struct row *row = &coverage->rows[which][i];
            if (!is_chosen(coverage, row))
                continue;
            coverage->n_shown[which]++;
            coverage->n_served[which] += row->rule != NULL;
            if (coverage->options->shared.json)
                print_line(row, nouns[which]);
            else
                add_row(&table, coverage, row, nouns[which]);
        }
    if (!coverage->options->shared.json)
        table_print(&table, stdout);
}

/* ---- the totals ---- */

static bool is_registered(const struct coverage *coverage, const char *id) {
    for (size_t which = 0; which < N_REGISTERS; which++)
        for (size_t i = 0; i < coverage->n_rows[which]; i++)
            if (strcmp(coverage->rows[which][i].served_by, id) == 0)
                return true;
    return false;
}

static void print_unregistered(const struct coverage *coverage, FILE *to) {
    for (size_t i = 0; i < engine_n_rules(coverage->engine); i++) {
        const struct rule_face *face = &engine_rule(coverage->engine, i)->face;
        if (!is_registered(coverage, face->id))
            fprintf(to, "%s: %s stands in no row of the register\n", face->pack, face->id);
    }
}

struct reason {
    const char *text;
    size_t count;
};

static int by_count(const void *a, const void *b) {
    const struct reason *one = a, *other = b;
    if (one->count != other->count)
        return one->count < other->count ? 1 : -1;
    return strcmp(one->text, other->text);
}

static size_t count_reasons(const struct coverage *coverage, struct reason *reasons) {
    size_t count = 0;
    for (size_t which = 0; which < N_REGISTERS; which++)
        for (size_t i = 0; i < coverage->n_rows[which]; i++) {
            const struct row *row = &coverage->rows[which][i];
            if (row->rule != NULL || !is_chosen(coverage, row))
                continue;
            size_t place = 0;
            while (place < count && strcmp(reasons[place].text, row->why_not) != 0)
                place++;
            reasons[place].text = row->why_not;
            reasons[place].count++;
            count += place == count;
        }
    return count;
}

/* Totals are for people, also beside the lines for machines. */
static void print_totals(const struct coverage *coverage) {
    FILE *to = coverage->options->shared.json ? stderr : stdout;
    struct reason *reasons = ARENA_ARRAY(coverage->arena, struct reason, coverage->n_rows[0] + coverage->n_rows[1] + 1);
    size_t n_reasons = count_reasons(coverage, reasons);
    qsort(reasons, n_reasons, sizeof *reasons, by_count);
    fputc('\n', to);
    print_unregistered(coverage, to);
    for (size_t i = 0; i < n_reasons; i++)
        fprintf(to, "%5zu %s\n", reasons[i].count, reasons[i].text);
    fprintf(to, "served: %zu of %zu duties, %zu of %zu risks\n", coverage->n_served[0], coverage->n_shown[0],
            coverage->n_served[1], coverage->n_shown[1]);
}

/* ---- the command ---- */

static int read_registers(const struct tool *tool, struct coverage *coverage) {
    struct paths_rules rules;
    if (tool_rules(tool, &rules) != TOOL_OK)
        return TOOL_FAILED;
    int outcome = 0;
    for (size_t which = 0; which < N_REGISTERS; which++) {
        int one = read_register(coverage, rules.folder, which);
        outcome = outcome == 0 ? one : outcome;
    }
    yaml_problems_print(coverage->problems, stderr);
    return outcome == 0 ? TOOL_OK : tool_fail("the register in %s/domain is not usable", rules.folder);
}

static int cover(const struct tool *tool, const struct options *options) {
    CLEANUP(engine_freep) struct engine *engine = NULL;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena;
    if (tool_engine(tool, &options->shared.packs, &engine) != TOOL_OK)
        return TOOL_FAILED;
    struct coverage coverage = {.engine = engine, .options = options, .arena = arena, .problems = problems};
    if (read_registers(tool, &coverage) != TOOL_OK)
        return TOOL_FAILED;
    show_rows(&coverage);
    print_totals(&coverage);
    return TOOL_OK;
}

static const struct argp_option argp_options[] = {
    {"pack", EVENT_OPTIONS_PACK, "NAME", 0,
     "Only the rows of this pack of the domain (ENG, COR, CHE, HER, CAM, all); any other name is a pack to lay beside "
     "the register, and may be repeated",
     0},
    EVENT_OPTIONS_ROW_JSON,
    {0},
};

static bool is_domain_pack(const char *name) {
    static const char *const names[] = {"ENG", "COR", "CHE", "HER", "CAM", "all"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct options *options = state->input;
    if (key != EVENT_OPTIONS_PACK || !is_domain_pack(argument))
        return event_options_parse(&options->shared, key, argument);
    options->domain = argument;
    return 0;
}

static const struct argp argp = {
    .options = argp_options,
    .parser = parse,
    .doc = "Every duty and risk of the domain's register (rules/domain), with the rule of the packs that serves it, or "
           "why none does; totals and reasons at the end.",
};

int rules_coverage(const struct tool *tool, int argc, char **argv) {
    struct options options = {0};
    tool_parse(tool, &argp, argc, argv, &options);
    int status = cover(tool, &options);
    event_options_done(&options.shared);
    return status;
}
