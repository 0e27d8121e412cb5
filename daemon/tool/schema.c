/* schema.c: `watchkeeper schema`: what may come in and what is said, in the forms that other programs read. */
#include "ensure.h"
#include "schema_asyncapi.h"
#include "schema_event.h"
#include "schema_said.h"
#include "tool.h"
#include "yaml.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct schema_options {
    struct tool_texts types;
    const char *folder; /* NULL: standard output */
    bool strict, sample;
};

struct schema_run {
    const struct schema_options *options;
    const struct catalogue *catalogue;
    struct schema_style style;
    size_t n_files;
};

enum { OPTION_OUT = 'o', OPTION_STRICT = 0x2000, OPTION_SAMPLE };

static const struct argp_option option_list[] = {
    {"out", OPTION_OUT, "FOLDER", 0, "Write FOLDER/<TYPE>.json for each type, and FOLDER/asyncapi.json", 0},
    {"strict", OPTION_STRICT, NULL, 0, "Allow only the codes of each list, and only fields that are known", 0},
    {"sample", OPTION_SAMPLE, NULL, 0,
     "Instead of schemas, two event lines of each type: with the required fields only, and with all", 0},
    {0},
};

static const char documentation[] =
    "Prints the AsyncAPI 3.0 document of the daemon: its topics, what it reads from and writes to each, and the schema "
    "of "
    "every message. With TYPE (placement.started, care.alert.raised) the JSON Schema (2020-12) of that type instead, "
    "complete in itself. Everything follows from the event catalogue and the configuration in use."
    "\vWithout --strict a schema takes what the decoder takes: fields that are not known are ignored, null is the same "
    "as "
    "not given, and a code that is not in its list is kept, though it satisfies no rule. With --strict it finds "
    "misspelt "
    "fields and codes: use it to test a system that publishes. A few things no schema can say (a day that does not "
    "exist, "
    "unless the validator asserts formats; a period that ends before it starts; 1 MiB; a key given twice): such events "
    "are "
    "refused all the same.\n\n"
    "Types of events that come in are those of rules/catalogue. What is said: care.alert.raised, .changed, .cleared "
    "and "
    ".withdrawn, care.escalation.raised and .ended, care.notice.issued; checkpoint.facts and checkpoint.marker are on "
    "the "
    "topic of facts.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct schema_options *options = state->input;
    switch (key) {
    case OPTION_OUT:
        options->folder = argument;
        return 0;
    case OPTION_STRICT:
        options->strict = true;
        return 0;
    case OPTION_SAMPLE:
        options->sample = true;
        return 0;
    case ARGP_KEY_ARG:
        tool_texts_add(&options->types, argument);
        return 0;
    case ARGP_KEY_END:
        if (options->sample && options->folder != NULL)
            argp_error(state, "--sample writes to standard output and needs no --out");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- types ---- */

static int unknown_type(const struct catalogue *catalogue, const char *name) {
    CLEANUP(tool_texts_done) struct tool_texts names = {0};
    for (size_t i = 0; i < catalogue->n_types; i++)
        tool_texts_add(&names, catalogue->types[i].name);
    for (const struct schema_said *said = schema_said_list(); said->name != NULL; said++)
        tool_texts_add(&names, said->name);
    const char *nearest = yaml_nearest(name, names.list);
    if (nearest != NULL)
        return tool_fail("there is no type `%s`; did you mean `%s`?", name, nearest);
    return tool_fail("there is no type `%s`; rules/catalogue and `watchkeeper schema --help` have them all", name);
}

static int check_types(const struct schema_run *run) {
    const struct tool_texts *types = &run->options->types;
    for (size_t i = 0; i < types->count; i++) {
        bool in = catalogue_find(run->catalogue, types->list[i]) != NULL;
        if (!in && schema_said_find(types->list[i]) == NULL)
            return unknown_type(run->catalogue, types->list[i]);
        if (!in && run->options->sample)
            return tool_fail("`%s` is what the daemon says: there are samples of what comes in only", types->list[i]);
    }
    return TOOL_OK;
}

static bool is_chosen(const struct schema_run *run, const char *name) {
    const struct tool_texts *types = &run->options->types;
    bool chosen = types->count == 0;
    for (size_t i = 0; i < types->count && !chosen; i++)
        chosen = strcmp(types->list[i], name) == 0;
    return chosen;
}

/* ---- writing ---- */

static int write_document(const json_t *document, const char *name, FILE *to) {
    if (json_dumpf(document, to, JSON_INDENT(2)) == 0 && fputc('\n', to) != EOF && fflush(to) == 0)
        return TOOL_OK;
    return tool_fail("cannot write %s: %s", name, strerror(errno));
}

/* Takes the document. */
static int put(struct schema_run *run, const char *name, json_t *document) {
    int status = TOOL_OK;
    if (run->options->folder == NULL) {
        status = write_document(document, name, stdout);
    } else {
        CLEANUP(cleanup_free) char *path = NULL;
        ENSURE(asprintf(&path, "%s/%s.json", run->options->folder, name) > 0);
        CLEANUP(cleanup_fclose) FILE *file = fopen(path, "we");
        status = file == NULL ? tool_fail("cannot write %s: %s", path, strerror(errno))
                              : write_document(document, path, file);
        run->n_files++;
    }
    json_decref(document);
    return status;
}

static json_t *definitions(const struct schema_run *run) {
    json_t *all = json_object();
    schema_event_definitions(run->catalogue, &run->style, all);
    schema_said_definitions(&run->style, all);
    return all;
}

static int put_schemas(struct schema_run *run) {
    int status = TOOL_OK;
    for (size_t i = 0; i < run->catalogue->n_types && status == TOOL_OK; i++) {
        const struct event_type *type = &run->catalogue->types[i];
        if (is_chosen(run, type->name))
            status = put(run, type->name,
                         schema_parts_document(schema_event(run->catalogue, type, &run->style), definitions(run)));
    }
    for (const struct schema_said *said = schema_said_list(); said->name != NULL && status == TOOL_OK; said++)
        if (is_chosen(run, said->name))
            status = put(run, said->name, schema_parts_document(said->schema(said, &run->style), definitions(run)));
    return status;
}

static void put_sample(const struct catalogue *catalogue, const struct event_type *type, bool all) {
    json_t *event = schema_event_sample(catalogue, type, all);
    (void) json_dumpf(event, stdout, JSON_COMPACT); /* tool_finish() tells what could not be written */
    (void) putchar('\n');
    json_decref(event);
}

static int put_samples(const struct schema_run *run) {
    for (size_t i = 0; i < run->catalogue->n_types; i++) {
        if (!is_chosen(run, run->catalogue->types[i].name))
            continue;
        put_sample(run->catalogue, &run->catalogue->types[i], false);
        put_sample(run->catalogue, &run->catalogue->types[i], true);
    }
    return TOOL_OK;
}

static int put_all(struct schema_run *run, const struct config *config) {
    const struct schema_options *options = run->options;
    if (options->sample)
        return put_samples(run);
    if (options->folder != NULL && mkdir(options->folder, 0777) != 0 && errno != EEXIST)
        return tool_fail("cannot make the folder %s: %s", options->folder, strerror(errno));
    int status = TOOL_OK;
    if (options->types.count > 0 || options->folder != NULL)
        status = put_schemas(run);
    if (options->types.count == 0 && status == TOOL_OK)
        status = put(run, "asyncapi", schema_asyncapi(run->catalogue, config, options->strict));
    if (options->folder != NULL && status == TOOL_OK)
        (void) fprintf(stderr, "%zu files in %s\n", run->n_files, options->folder);
    return status;
}

/* ---- the command ---- */

static int load_catalogue(const struct tool *tool, struct catalogue **ret_catalogue) {
    struct paths_rules rules;
    if (tool_rules(tool, &rules) != TOOL_OK)
        return TOOL_FAILED;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena;
    int outcome = catalogue_load(arena_printf(arena, "%s/catalogue", rules.folder), problems, ret_catalogue);
    yaml_problems_print(problems, stderr);
    return outcome == 0 ? TOOL_OK : tool_fail("the event catalogue is not usable");
}

static int run_with(const struct tool *tool, const struct schema_options *options) {
    CLEANUP(config_freep) struct config *config = NULL;
    CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
    if (tool_config(tool, &config) != TOOL_OK || load_catalogue(tool, &catalogue) != TOOL_OK)
        return TOOL_FAILED;
    struct schema_run run = {
        .options = options,
        .catalogue = catalogue,
        .style = {.references = "#/$defs/", .strict = options->strict},
    };
    int status = check_types(&run);
    return status == TOOL_OK ? put_all(&run, config) : status;
}

int command_schema(const struct tool *tool, int argc, char **argv) {
    static const struct argp argp = {option_list, parse, "[TYPE...]", documentation, NULL, NULL, NULL};
    struct schema_options options = {0};
    tool_parse(tool, &argp, argc, argv, &options);
    int status = run_with(tool, &options);
    tool_texts_done(&options.types);
    return tool_finish(status);
}
