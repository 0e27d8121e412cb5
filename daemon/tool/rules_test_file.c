/* rules_test_file.c: see rules_test_file.h. Sorting is by insertion: tests have a handful of events, mostly in order,
 * and what stands at one instant keeps the order in which it was written. */
#include "rules_test_file.h"

#include "ensure.h"
#include "rules_test_parts.h"

#include <string.h>

/* A pack that is named by its file lies where the tests say, whichever folder one stands in. */
static const char *pack_name(const char *path, const char *name, struct arena *arena) {
    const char *slash = strrchr(path, '/');
    bool is_file = strchr(name, '/') != NULL || strstr(name, ".yaml") != NULL;
    if (!is_file || *name == '/' || slash == NULL)
        return name;
    return arena_printf(arena, "%.*s/%s", (int) (slash - path), path, name);
}

int rules_test_file_open(const char *path, struct arena *arena, struct yaml_problems *problems,
                         struct rules_test_file *ret_file) {
    const struct yaml *root;
    int outcome = yaml_load(path, arena, problems, &root);
    if (outcome != 0)
        return outcome;
    *ret_file = (struct rules_test_file){.path = path, .root = root};
    const struct yaml *packs = yaml_get(root, "packs");
    if (packs == NULL)
        return 0;
    const char **names = ARENA_ARRAY(arena, const char *, packs->count + 1);
    for (size_t i = 0; packs->kind == YAML_SEQUENCE && i < packs->count; i++)
        names[i] = packs->items[i]->kind == YAML_SCALAR ? pack_name(path, packs->items[i]->text, arena) : "";
    if (names[0] == NULL || *names[0] == '\0') {
        yaml_problem(problems, packs->place, "packs: expected a list of names, the lowest layer first");
        return YAML_WRONG;
    }
    ret_file->packs = names;
    return 0;
}

/* ---- one test ---- */

static void insert_event(struct rules_test_case *test, const struct decoded *event) {
    size_t place = test->n_events++;
    for (; place > 0 && instant_before(event->fact.recorded_at, test->events[place - 1].fact.recorded_at); place--)
        test->events[place] = test->events[place - 1];
    test->events[place] = *event;
}

static void insert_expectation(struct rules_test_case *test, const struct rules_test_expectation *expectation) {
    size_t place = test->n_expectations++;
    for (; place > 0 && instant_before(expectation->at, test->expectations[place - 1].at); place--)
        test->expectations[place] = test->expectations[place - 1];
    test->expectations[place] = *expectation;
}

/* The items of a list that must be there and not be empty. */
static size_t items_of(const struct rules_test_reader *reader, const struct yaml *node, const char *key,
                       const struct yaml **ret_list) {
    *ret_list = yaml_get(node, key);
    if (*ret_list != NULL && (*ret_list)->kind == YAML_SEQUENCE && (*ret_list)->count > 0)
        return (*ret_list)->count;
    yaml_problem(reader->problems, *ret_list != NULL ? (*ret_list)->place : node->place, "expected a list `%s`", key);
    return 0;
}

static void read_rules(const struct rules_test_reader *reader, const struct yaml *of, struct rules_test_case *test) {
    const struct yaml *rules = yaml_get(of, "rule");
    if (rules == NULL) {
        yaml_problem(reader->problems, of->place, "expected `rule`: the id of the rule that is tested, or a list");
        return;
    }
    size_t count = rules->kind == YAML_SEQUENCE ? rules->count : 1;
    test->rules = ARENA_ARRAY(reader->arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        const struct yaml *item = rules->kind == YAML_SEQUENCE ? rules->items[i] : rules;
        if (item->kind != YAML_SCALAR)
            yaml_problem(reader->problems, item->place, "expected the id of a rule");
        else if (rules_test_rule_known(reader, item->place, item->text))
            test->rules[test->n_rules++] = item->text;
    }
}

static void read_of(const struct rules_test_reader *reader, const struct yaml *node, struct rules_test_case *test) {
    struct yaml_reader yaml = {reader->problems};
    const struct yaml *of = yaml_get(node, "of");
    if (of == NULL || of->kind != YAML_MAPPING) {
        yaml_problem(reader->problems, node->place,
                     "expected `of: {rule: ..., row: ..., law: ...}`: what the test is a test of");
        return;
    }
    yaml_known_keys(yaml, of, (const char *const[]){"rule", "row", "law", NULL});
    (void) yaml_text(yaml, of, "row", true, &test->row);
    (void) yaml_text(yaml, of, "law", true, &test->law);
    read_rules(reader, of, test);
}

static void read_events(struct rules_test_reader *reader, const struct yaml *node, struct rules_test_case *test) {
    const struct yaml *list;
    size_t count = items_of(reader, node, "events", &list);
    test->events = ARENA_ARRAY(reader->arena, struct decoded, count);
    for (size_t i = 0; i < count; i++) {
        struct decoded event;
        if (rules_test_event_read(reader, list->items[i], &event))
            insert_event(test, &event);
    }
}

static void read_expectations(const struct rules_test_reader *reader, const struct yaml *node,
                              struct rules_test_case *test) {
    const struct yaml *list;
    size_t count = items_of(reader, node, "expect", &list);
    test->expectations = ARENA_ARRAY(reader->arena, struct rules_test_expectation, count * 2);
    for (size_t i = 0; i < count; i++) {
        struct rules_test_expectation found[2];
        size_t n_found = rules_test_expect_read(reader, list->items[i], found);
        for (size_t j = 0; j < n_found; j++)
            insert_expectation(test, &found[j]);
    }
}

/* A rule that a test names and expects nothing of would count as tested and not be. */
static void check_rules(const struct rules_test_reader *reader, const struct rules_test_case *test) {
    for (size_t i = 0; i < test->n_rules; i++) {
        bool expected = false;
        for (size_t j = 0; j < test->n_expectations; j++)
            expected = expected || strcmp(test->expectations[j].rule, test->rules[i]) == 0;
        if (!expected)
            yaml_problem(reader->problems, test->place, "nothing is expected of `%s`", test->rules[i]);
    }
}

static void read_case(struct rules_test_reader *reader, const struct yaml *node, struct rules_test_case *test) {
    struct yaml_reader yaml = {reader->problems};
    size_t told = reader->problems->count;
    *test = (struct rules_test_case){.place = node->place, .title = "", .row = "", .law = ""};
    if (node->kind != YAML_MAPPING) {
        yaml_problem(reader->problems, node->place, "expected a test: test, of, events, expect");
        return;
    }
    yaml_known_keys(yaml, node, (const char *const[]){"test", "of", "events", "expect", NULL});
    (void) yaml_text(yaml, node, "test", true, &test->title);
    reader->number = 0;
    read_of(reader, node, test);
    read_events(reader, node, test);
    read_expectations(reader, node, test);
    if (reader->problems->count == told)
        check_rules(reader, test);
}

/* ---- the file ---- */

static void check_titles(const struct rules_test_file *file, struct yaml_problems *problems) {
    for (size_t i = 0; i < file->n_cases; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(file->cases[i].title, file->cases[j].title) == 0)
                yaml_problem(problems, file->cases[i].place, "a test of that name stands already in line %u",
                             file->cases[j].place.line);
}

int rules_test_file_read(struct rules_test_file *file, const struct engine *engine, struct arena *arena,
                         struct yaml_problems *problems) {
    size_t told = problems->count;
    struct rules_test_reader reader = {
        .engine = engine, .arena = arena, .problems = problems, .defaults = yaml_get(file->root, "defaults")};
    yaml_known_keys((struct yaml_reader){problems}, file->root,
                    (const char *const[]){"family", "packs", "defaults", "tests", NULL});
    const struct yaml *list;
    file->n_cases = items_of(&reader, file->root, "tests", &list);
    file->cases = ARENA_ARRAY(arena, struct rules_test_case, file->n_cases);
    for (size_t i = 0; i < file->n_cases; i++)
        read_case(&reader, list->items[i], &file->cases[i]);
    if (problems->count == told)
        check_titles(file, problems);
    return problems->count == told ? 0 : YAML_WRONG;
}
