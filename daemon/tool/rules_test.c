/* rules_test.c: see rules_test.h. A failure is told as a compiler tells a mistake, with the two texts one under the
 * other; the last line counts. */
#include "rules_test.h"

#include "ensure.h"
#include "event_options.h"
#include "pack.h"
#include "progress.h"
#include "rules_test_cover.h"
#include "rules_test_file.h"
#include "rules_test_parts.h"
#include "rules_test_run.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

struct options {
    struct event_options shared; /* packs, json */
    struct tool_texts paths;
    const char *rule;
    bool complete;
};

struct testing {
    const struct tool *tool;
    const struct options *options;
    struct engine *engine;
    const char **packs; /* of the engine; in `names` */
    bool rule_known;    /* the rule of --rule, to some engine */
    struct arena *names, *arena;
    struct rules_test_cover cover;
    struct progress progress;
    size_t n_files, n_tests, n_failed;
};

/* ---- the files ---- */

static int is_yaml(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return *entry->d_name != '.' && length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

static int add_folder(struct tool_texts *files, const char *folder, struct arena *arena) {
    struct dirent **entries;
    int count = scandir(folder, &entries, is_yaml, alphasort);
    if (count < 0)
        return tool_fail("cannot read the tests in %s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        tool_texts_add(files, arena_printf(arena, "%s/%s", folder, entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return count > 0 ? TOOL_OK : tool_fail("no tests (*.yaml) in %s", folder);
}

static int add_path(struct tool_texts *files, const char *path, struct arena *arena) {
    struct stat about;
    if (stat(path, &about) != 0)
        return tool_fail("cannot read %s: %s", path, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return add_folder(files, path, arena);
    tool_texts_add(files, path);
    return TOOL_OK;
}

static int find_files(const struct testing *testing, struct tool_texts *files) {
    struct paths_rules rules;
    const struct tool_texts *paths = &testing->options->paths;
    if (paths->count == 0)
        return tool_rules(testing->tool, &rules) == TOOL_OK
                   ? add_folder(files, arena_printf(testing->names, "%s/tests", rules.folder), testing->names)
                   : TOOL_FAILED;
    int status = TOOL_OK;
    for (size_t i = 0; status == TOOL_OK && i < paths->count; i++)
        status = add_path(files, paths->list[i], testing->names);
    return status;
}

/* ---- the engine ---- */

static bool same_packs(const char *const *one, const char *const *other) {
    if (one == NULL || other == NULL)
        return one == other;
    for (; *one != NULL && *other != NULL; one++, other++)
        if (strcmp(*one, *other) != 0)
            return false;
    return *one == *other;
}

/* Those of the command line, else of the file, else of the configuration; the engine stays while they do. */
static int use_packs(struct testing *testing, const struct rules_test_file *file) {
    struct tool_texts packs = {0};
    const char *const *names = testing->options->shared.packs.list;
    if (names == NULL)
        names = file->packs;
    if (testing->engine != NULL && same_packs(testing->packs, names))
        return TOOL_OK;
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        tool_texts_add(&packs, arena_strdup(testing->names, names[i]));
    testing->engine = engine_free(testing->engine);
    int status = tool_engine(testing->tool, &packs, &testing->engine);
    testing->packs = packs.count > 0 ? ARENA_ARRAY(testing->names, const char *, packs.count + 1) : NULL;
    for (size_t i = 0; i < packs.count; i++)
        testing->packs[i] = packs.list[i];
    tool_texts_done(&packs);
    if (status != TOOL_OK)
        return status;
    rules_test_cover_add(&testing->cover, testing->engine);
    const char *rule = testing->options->rule;
    testing->rule_known = testing->rule_known || rule == NULL || engine_find_rule(testing->engine, rule) != NULL;
    return TOOL_OK;
}

/* ---- what is told ---- */

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static json_t *failure_object(const struct rules_test_failure *failure) {
    char at[INSTANT_TEXT_MAX];
    const struct rules_test_expectation *expectation = failure->expectation;
    json_t *object = json_object();
    set(object, "line", json_integer(expectation->place.line));
    set(object, "column", json_integer(expectation->place.column));
    set(object, "at", json_string(instant_format(expectation->at, at)));
    set(object, "rule", json_string(expectation->rule));
    set(object, "expected", json_string(expectation->expected));
    set(object, "found", json_string(failure->found));
    return object;
}

static void print_line(const struct rules_test_file *file, const struct rules_test_case *test,
                       const struct rules_test_failure *failures, size_t n_failures) {
    json_t *object = json_object(), *rules = json_array(), *list = json_array();
    for (size_t i = 0; i < test->n_rules; i++)
        ENSURE(json_array_append_new(rules, json_string(test->rules[i])) == 0);
    for (size_t i = 0; i < n_failures; i++)
        ENSURE(json_array_append_new(list, failure_object(&failures[i])) == 0);
    set(object, "file", json_string(file->path));
    set(object, "line", json_integer(test->place.line));
    set(object, "test", json_string(test->title));
    set(object, "rules", rules);
    set(object, "row", json_string(test->row));
    set(object, "law", json_string(test->law));
    set(object, "passed", json_boolean(n_failures == 0));
    set(object, "failures", list);
    (void) json_dumpf(object, stdout, JSON_COMPACT);
    (void) putchar('\n');
    json_decref(object);
}

static const char *what_text(enum rules_test_what what) {
    static const char *const texts[] = {"", " said", " rungs"};
    return texts[what];
}

/* The millisecond before an instant is shown as tests write it. */
static const char *at_text(const struct testing *testing, struct instant at) {
    bool before = at.ms % 1000 == 999;
    struct instant shown = {at.ms + before};
    return arena_printf(testing->arena, "%s%s", before ? "before " : "",
                        rules_test_instant_text(engine_zone(testing->engine), shown, testing->arena));
}

static void tell_failures(const struct testing *testing, const struct rules_test_case *test,
                          const struct rules_test_failure *failures, size_t n_failures) {
    for (size_t i = 0; i < n_failures; i++) {
        const struct rules_test_expectation *expectation = failures[i].expectation;
        bool other = strcmp(expectation->subject, RULES_TEST_SUBJECT) != 0;
        printf("%s:%u:%u: %s\n    %s %s%s%s%s%s%s\n    expected  %s\n    found     %s\n", expectation->place.file,
               expectation->place.line, expectation->place.column, test->title, at_text(testing, expectation->at),
               other ? expectation->subject : "", other ? " " : "", expectation->rule,
               expectation->anchor != NULL ? " " : "", expectation->anchor != NULL ? expectation->anchor : "",
               what_text(expectation->what), expectation->expected, failures[i].found);
    }
}

/* ---- the tests ---- */

static bool is_chosen(const struct options *options, const struct rules_test_case *test) {
    for (size_t i = 0; i < test->n_rules; i++)
        if (options->rule == NULL || strcmp(options->rule, test->rules[i]) == 0)
            return true;
    return false;
}

static void run_case(struct testing *testing, const struct rules_test_file *file, const struct rules_test_case *test) {
    struct rules_test_failure *failures;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    size_t count = rules_test_run(testing->engine, test, arena, &failures);
    testing->n_tests++;
    testing->n_failed += count > 0;
    if (count == 0)
        rules_test_cover_note(&testing->cover, test);
    else
        progress_clear(&testing->progress);
    if (testing->options->shared.json)
        print_line(file, test, failures, count);
    else
        tell_failures(testing, test, failures, count);
}

static int read_file(struct testing *testing, const char *path, struct rules_test_file *file) {
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = testing->arena;
    int outcome = rules_test_file_open(path, testing->arena, problems, file);
    if (outcome == 0 && use_packs(testing, file) != TOOL_OK)
        return TOOL_FAILED;
    if (outcome == 0)
        outcome = rules_test_file_read(file, testing->engine, testing->arena, problems);
    yaml_problems_print(problems, stderr);
    if (outcome == 0)
        return TOOL_OK;
    return outcome > 0 ? tool_fail("the tests in %s are not usable", path)
                       : tool_fail("cannot read %s: %s", path, strerror(-outcome));
}

static int test_file(struct testing *testing, const char *path) {
    struct rules_test_file file;
    arena_reset(testing->arena);
    if (read_file(testing, path, &file) != TOOL_OK)
        return TOOL_FAILED;
    testing->n_files++;
    for (size_t i = 0; i < file.n_cases; i++)
        if (is_chosen(testing->options, &file.cases[i]))
            run_case(testing, &file, &file.cases[i]);
    return TOOL_OK;
}

static int unknown_rule(const struct testing *testing) {
    const char *id = testing->options->rule;
    return tool_fail("no pack has a rule `%s`%s", id,
                     yaml_suggest(testing->arena, id, rules_test_rule_ids(testing->engine, testing->arena)));
}

static int conclude(const struct testing *testing) {
    const struct options *options = testing->options;
    if (!testing->rule_known)
        return unknown_rule(testing);
    if (testing->n_tests == 0)
        return tool_fail("no test names the rule `%s`", options->rule);
    fprintf(options->shared.json ? stderr : stdout, "%zu tests in %zu files: %zu passed, %zu failed\n",
            testing->n_tests, testing->n_files, testing->n_tests - testing->n_failed, testing->n_failed);
    size_t n_lacking = options->complete ? rules_test_cover_tell(&testing->cover) : 0;
    return testing->n_failed + n_lacking == 0 ? TOOL_OK : TOOL_PROBLEMS;
}

/* Every file is read, also after one that cannot be, so that all mistakes are told in one run. */
static int test_all(struct testing *testing, const struct tool_texts *files) {
    int status = TOOL_OK;
    progress_init(&testing->progress, files->count);
    for (size_t i = 0; i < files->count; i++) {
        if (test_file(testing, files->list[i]) != TOOL_OK)
            status = TOOL_FAILED;
        if (testing->engine == NULL)
            break;
        progress_show(&testing->progress, i + 1);
    }
    progress_done(&testing->progress);
    return status == TOOL_OK ? conclude(testing) : status;
}

/* ---- the command ---- */

enum { OPTION_RULE = 0x2000, OPTION_COMPLETE };

static const struct argp_option argp_options[] = {
    {"rule", OPTION_RULE, "ID", 0, "Only the tests of this rule", 0},
    {"complete", OPTION_COMPLETE, NULL, 0,
     "Demand that every rule of the packs has a test in which it is breached and one in which it is met", 0},
    EVENT_OPTIONS_ROW_PACK,
    EVENT_OPTIONS_ROW_JSON,
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct options *options = state->input;
    switch (key) {
    case OPTION_RULE:
        options->rule = argument;
        return 0;
    case OPTION_COMPLETE:
        options->complete = true;
        return 0;
    case ARGP_KEY_ARG:
        tool_texts_add(&options->paths, argument);
        return 0;
    default:
        return event_options_parse(&options->shared, key, argument);
    }
}

static const struct argp argp = {
    .options = argp_options,
    .parser = parse,
    .args_doc = "[FILE|FOLDER...]",
    .doc =
        "Runs rule tests: events in, and what must be due, late, met or said at which instant. Without FILE those of "
        "the rules folder (tests/*.yaml; its README.md is the language). Each failure is told with file, line and "
        "column, what was expected and what was found.\v"
        "The packs are those of --pack, else those that the file names, else those of the configuration. Exit "
        "status: 0, 1 (a test failed, or --complete found a gap), 2 (packs or tests cannot be read).",
};

int rules_test(const struct tool *tool, int argc, char **argv) {
    struct options options = {0};
    tool_parse(tool, &argp, argc, argv, &options);
    struct tool_texts files = {0};
    struct testing testing = {.tool = tool, .options = &options, .names = arena_new(), .arena = arena_new()};
    int status = find_files(&testing, &files);
    if (status == TOOL_OK)
        status = test_all(&testing, &files);
    rules_test_cover_done(&testing.cover);
    (void) engine_free(testing.engine);
    (void) arena_free(testing.names);
    (void) arena_free(testing.arena);
    tool_texts_done(&files);
    tool_texts_done(&options.paths);
    event_options_done(&options.shared);
    return status;
}
