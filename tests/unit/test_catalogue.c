/* test_catalogue.c: the catalogue that is shipped, and each mistake a catalogue file can have. */
#include "arena.h"
#include "catalogue.h"
#include "ensure.h"
#include "yaml.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct yaml_problems *new_problems(void) {
    struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena_new();
    return problems;
}

static void free_problems(struct yaml_problems *problems) {
    (void) arena_free(problems->arena);
    free(problems);
}

static int load_shipped(void **state) {
    struct yaml_problems *problems = new_problems();
    struct catalogue *catalogue = NULL;
    int result = catalogue_load(WATCHKEEPER_SOURCE_DIR "/rules/catalogue", problems, &catalogue);
    yaml_problems_print(problems, stderr);
    free_problems(problems);
    *state = catalogue;
    return result;
}

static int free_shipped(void **state) {
    (void) catalogue_free(*state);
    return 0;
}

static void test_complete(void **state) {
    const struct catalogue *catalogue = *state;
    assert_int_equal(catalogue->n_types, 124);
    assert_int_equal(catalogue->n_code_lists, 116); /* those of the domain catalogue, and CONSENT */
    assert_int_equal(catalogue->n_subject_kinds, 9);
    assert_int_equal(catalogue->n_common, 7);
    for (size_t i = 0; i < catalogue->n_types; i++) {
        assert_int_equal(catalogue->types[i].index, i);
        assert_ptr_equal(catalogue_find(catalogue, catalogue->types[i].name), &catalogue->types[i]);
    }
    assert_null(catalogue_find(catalogue, "visit.planned"));
}

static void test_identity(void **state) {
    const struct catalogue *catalogue = *state;
    static const char *const with[][2] = {{"placement.started", "placement"},
                                          {"placement.ended", "placement"},
                                          {"review.held", "review"},
                                          {"missing.started", "episode"},
                                          {"missing.ended", "episode"}};
    size_t n_with = 0;
    for (size_t i = 0; i < catalogue->n_types; i++)
        n_with += catalogue->types[i].identity != FIELD_NONE;
    assert_int_equal(n_with, 5);
    for (size_t i = 0; i < n_with; i++)
        assert_int_equal(catalogue_find(catalogue, with[i][0])->identity, catalogue_symbol(catalogue, with[i][1]));
}

static void test_control(void **state) {
    const struct catalogue *catalogue = *state;
    for (size_t i = 0; i < catalogue->n_types; i++) {
        const char *name = catalogue->types[i].name;
        bool expected =
            strncmp(name, "alert.", 6) == 0 || strncmp(name, "record.", 7) == 0 || strncmp(name, "feed.", 5) == 0;
        assert_int_equal(catalogue->types[i].control, expected);
        assert_int_equal(catalogue->types[i].one_of_required, strcmp(name, "child.updated") == 0);
    }
}

static void test_fields(void **state) {
    const struct catalogue *catalogue = *state;
    const struct event_type *started = catalogue_find(catalogue, "placement.started");
    const struct field_type *type = event_type_field(catalogue, started, "placement_type");
    assert_true(type->required && type->kind == FIELD_CODE && !type->list);
    assert_string_equal(type->codes->name, "PLACE");
    assert_int_equal(type->symbol, catalogue_symbol(catalogue, "placement_type"));
    assert_string_equal(catalogue->field_names[type->symbol], "placement_type");
    assert_false(event_type_field(catalogue, started, "same_carer")->required);
    assert_null(event_type_field(catalogue, started, "seen"));
    assert_int_equal(event_type_field(catalogue, started, "notified_at")->kind, FIELD_TIME);
    assert_true(event_type_field(catalogue, started, "also")->list);
    const struct event_type *allocated = catalogue_find(catalogue, "worker.allocated");
    assert_true(event_type_field(catalogue, allocated, "worker")->required); /* its own, not the common one */
    const struct field_type *score = event_type_field(catalogue, catalogue_find(catalogue, "sdq.completed"), "score");
    assert_true(score->has_range && score->min == 0 && score->max == 40);
    assert_int_equal(catalogue_symbol(catalogue, "no_such_field"), FIELD_NONE);
}

static const struct code_list *find_list(const struct catalogue *catalogue, const char *name) {
    for (size_t i = 0; i < catalogue->n_code_lists; i++)
        if (strcmp(catalogue->code_lists[i].name, name) == 0)
            return &catalogue->code_lists[i];
    return NULL;
}

static void test_codes(void **state) {
    const struct catalogue *catalogue = *state;
    const struct code_list *levels = find_list(catalogue, "RISK_LEVEL"), *places = find_list(catalogue, "PLACE");
    assert_true(levels->ordered);
    assert_true(code_list_find(levels, "emerging") < code_list_find(levels, "significant"));
    assert_false(places->ordered);
    assert_int_equal(places->count, 34);
    assert_int_equal(code_list_find(places, "LINK"), 33);
    assert_int_equal(code_list_find(places, "u4"), -1);
    const struct code_list *recipients = find_list(catalogue, "RECIPIENT");
    assert_true(code_list_find(recipients, "social-worker") >= 0); /* includes ROLE */
    assert_true(code_list_find(recipients, "gp") >= 0);
    assert_int_equal(code_list_find(find_list(catalogue, "YNU"), "yes"), 0);
}

static void test_subjects(void **state) {
    const struct catalogue *catalogue = *state;
    assert_true(event_type_allows(catalogue_find(catalogue, "visit.made"), "home"));
    assert_false(event_type_allows(catalogue_find(catalogue, "visit.made"), "carer"));
    assert_true(event_type_allows(catalogue_find(catalogue, "record.voided"), "carer"));
}

/* A folder with one file, c.yaml; removed with the file in it. */
static int load_text(const char *text, char **ret_problems) {
    char folder[] = "/tmp/test_catalogue.XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    (void) snprintf(path, sizeof path, "%s/c.yaml", folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    (void) fputs(text, file);
    (void) fclose(file);
    struct yaml_problems *problems = new_problems();
    CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
    int result = catalogue_load(folder, problems, &catalogue);
    size_t size = 0;
    FILE *out = open_memstream(ret_problems, &size);
    assert_non_null(out);
    for (size_t i = 0; i < problems->count; i++)
        (void) fprintf(out, "%u:%u: %s\n", problems->list[i].place.line, problems->list[i].place.column,
                       problems->list[i].message);
    (void) fclose(out);
    free_problems(problems);
    (void) unlink(path);
    (void) rmdir(folder);
    return result;
}

#define HEAD "subject_kinds: [child, home]\nlists: {PLACE: [U1, K2]}\n"
#define TYPE HEAD "types:\n  - type: a.b\n    subjects: [child]\n"

static const struct {
    const char *text, *problems;
} wrong[] = {
    {"- a\n", "1:1: a catalogue file must be a mapping\n"},
    {HEAD "typs: []\n", "3:1: unknown key \"typs\"; did you mean \"types\"?\n"},
    {HEAD "types: {}\n", "3:8: \"types\" must be a list\n"},
    {HEAD "types: [x]\n", "3:9: an event type must be a mapping\n"},
    {HEAD "types: [{subjects: any}]\n", "3:9: \"type\" is missing\n"},
    {HEAD "types: [{type: a.b}]\n", "3:9: \"subjects\" must be a list of kinds, or any\n"},
    {HEAD "types: [{type: a.b, subjects: []}]\n", "3:31: \"subjects\" must be a list of kinds, or any\n"},
    {HEAD "types: [{type: a.b, subjects: [dog]}]\n", "3:32: \"dog\" is not a kind of subject\n"},
    {HEAD "types: [{type: a.b, subjects: any, control: maybe}]\n", "3:45: \"control\" must be true or false\n"},
    {HEAD "types: [{type: a.b, subjects: any, at_least_one: true}]\n", "3:9: \"at_least_one\" needs fields\n"},
    {TYPE "    requird: {}\n", "6:5: unknown key \"requird\"; did you mean \"required\"?\n"},
    {TYPE "    required: [x]\n", "6:15: \"required\" must be a mapping of field to kind\n"},
    {TYPE "    required: {x: PLAC}\n",
     "6:19: \"PLAC\" is neither a kind of field nor a code list; did you mean \"PLACE\"?\n"},
    {TYPE "    required: {x: wibble}\n", "6:19: \"wibble\" is neither a kind of field nor a code list\n"},
    {TYPE "    required: {x: [text]}\n", "6:19: the kind of a field must be a word\n"},
    {TYPE "    required: {x: {}}\n", "6:19: a field has either \"kind\" or \"list\"\n"},
    {TYPE "    required: {x: {kind: text, list: text}}\n", "6:19: a field has either \"kind\" or \"list\"\n"},
    {TYPE "    required: {x: {kind: number, mix: 1}}\n", "6:34: unknown key \"mix\"; did you mean \"min\"?\n"},
    {TYPE "    required: {x: {kind: number, min: 2, max: 1}}\n", "6:19: \"min\" must not be more than \"max\"\n"},
    {TYPE "    required: {x: {kind: date, min: 2}}\n", "6:19: only a number, a text or a reference has bounds\n"},
    {TYPE "    required: {x: text}\n    optional: {x: text}\n", "7:16: \"x\" is both required and optional\n"},
    {TYPE "    optional: {x: text}\n    identity: x\n",
     "7:15: \"identity\" must be a required field of the type; \"x\" is none\n"},
    {TYPE "  - {type: a.c, subjects: any}\n  - {type: a.b, subjects: any}\n", "7:5: the type \"a.b\" is given twice\n"},
    {TYPE "common: {y: text, x: PLOCE}\n",
     "6:22: \"PLOCE\" is neither a kind of field nor a code list; did you mean \"PLACE\"?\n"},
    {"subject_kinds: [child, child]\n", "1:24: the kind of subject \"child\" is given twice\n"},
    {"subject_kinds: child\n", "1:16: \"subject_kinds\" must be a list\n"},
    {"lists: [A]\n", "1:8: \"lists\" must be a mapping\n"},
    {"lists: {A: []}\n", "1:9: the list \"A\" has no codes\n"},
    {"lists: {A: {ordered: true}}\n", "1:9: the list \"A\" has no codes\n"},
    {"lists: {A: [x, y, x]}\n", "1:19: the code \"x\" is given twice\n"},
    {"lists: {A: [x, [y]]}\n", "1:16: a code must be a word\n"},
    {"lists: {A: {includes: B, codes: [x]}, B: [y]}\n",
     "1:23: \"includes\" must name a list that stands before this one; \"B\" does not\n"},
    {"lists: {A: [x], B: {includes: A, codes: [x]}}\n", "1:42: the code \"x\" is given twice\n"},
    {"lists: {A: {codes: [x], sauce: y}}\n", "1:25: unknown key \"sauce\"; did you mean \"source\"?\n"},
    {"lists: {A: {codes: {x: [y]}}}\n", "1:24: what a code means must be a text\n"},
    {TYPE "fields: [x]\n", "6:9: \"fields\" must be a mapping of field to what it means\n"},
    {TYPE "    required: {x: text}\nfields: {y: why}\n", "7:10: no type has a field \"y\"\n"},
    {TYPE "    required: {x: text}\nfields: {x: [why]}\n", "7:13: what a field means must be a text or a mapping\n"},
    {TYPE "    required: {x: text}\nfields: {x: {mean: y}}\n", "7:14: unknown key \"mean\"; did you mean \"means\"?\n"},
    {"lists: {}\n", "0:0: no event types in any *.yaml of this folder\n"},
    /* Several at once. */
    {TYPE "    required: {x: wibble, y: date}\n    identity: z\n",
     "6:19: \"wibble\" is neither a kind of field nor a code list\n"
     "7:15: \"identity\" must be a required field of the type; \"z\" is none\n"},
};

static void test_wrong(void **state) {
    (void) state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CLEANUP(cleanup_free) char *problems = NULL;
        int result = load_text(wrong[i].text, &problems);
        assert_string_equal(problems, wrong[i].problems);
        assert_int_equal(result, YAML_WRONG);
    }
}

/* A name may be a date here and a text there: it is one symbol all the same. */
static void test_one_name_two_kinds(void **state) {
    (void) state;
    CLEANUP(cleanup_free) char *problems = NULL;
    assert_int_equal(
        load_text(TYPE "    required: {x: date}\n  - {type: a.c, subjects: any, required: {x: text}}\n", &problems), 0);
}

/* What a type says of its own field outweighs what is said of the name; a unit belongs to numbers only. */
static void test_meanings(void **state) {
    (void) state;
    struct yaml_problems *problems = new_problems();
    CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
    assert_int_equal(catalogue_load(TESTS_DIR "/catalogue/meanings", problems, &catalogue), 0);
    free_problems(problems);
    const struct event_type *one = catalogue_find(catalogue, "a.one"), *other = catalogue_find(catalogue, "a.other");
    assert_string_equal(one->fields[0].means, "How far");
    assert_string_equal(one->fields[0].unit, "miles");
    assert_string_equal(other->fields[0].means, "How far by road");
    assert_string_equal(other->fields[0].unit, "kilometres");
    assert_string_equal(other->fields[1].means, "Where");
    assert_null(other->fields[1].unit);
}

static void test_no_folder(void **state) {
    (void) state;
    struct yaml_problems *problems = new_problems();
    struct catalogue *catalogue = NULL;
    assert_int_equal(catalogue_load("/nowhere", problems, &catalogue), -ENOENT);
    assert_int_equal(problems->count, 1);
    assert_null(catalogue);
    free_problems(problems);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete), cmocka_unit_test(test_identity),
        cmocka_unit_test(test_control),  cmocka_unit_test(test_fields),
        cmocka_unit_test(test_codes),    cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_wrong),    cmocka_unit_test(test_one_name_two_kinds),
        cmocka_unit_test(test_meanings), cmocka_unit_test(test_no_folder),
    };
    return cmocka_run_group_tests(tests, load_shipped, free_shipped);
}
