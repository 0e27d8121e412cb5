/* test_yaml.c: the tree with its places, what is refused and where, and the small readers. */
#include "ensure.h"
#include "yaml.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct yaml_problems problems;
};

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ENSURE(fixture != NULL);
    fixture->arena = arena_new();
    fixture->problems.arena = fixture->arena;
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    (void) arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static const char *problems_text(const struct fixture *fixture) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ENSURE(out != NULL);
    yaml_problems_print(&fixture->problems, out);
    (void) fclose(out);
    const char *copy = arena_strdup(fixture->arena, text);
    free(text);
    return copy;
}

static const struct yaml *parse(struct fixture *fixture, const char *text) {
    const struct yaml *root = NULL;
    assert_int_equal(yaml_parse("f", text, fixture->arena, &fixture->problems, &root), 0);
    return root;
}

static void assert_place(const struct yaml *node, unsigned line, unsigned column) {
    assert_string_equal(node->place.file, "f");
    assert_int_equal(node->place.line, line);
    assert_int_equal(node->place.column, column);
}

static void test_tree(void **state) {
    const struct yaml *root = parse(*state, "limit: 20\nname: \"20\"\nlist:\n  - a\n  - {b: c}\nnothing:\n");
    assert_int_equal(root->kind, YAML_MAPPING);
    assert_int_equal(root->count, 4);
    assert_string_equal(root->pairs[1].key, "name");
    assert_int_equal(root->pairs[1].key_place.line, 2);
    assert_string_equal(yaml_get(root, "limit")->text, "20");
    assert_false(yaml_get(root, "limit")->quoted);
    assert_true(yaml_get(root, "name")->quoted);
    assert_place(yaml_get(root, "name"), 2, 7);
    const struct yaml *list = yaml_get(root, "list");
    assert_int_equal(list->kind, YAML_SEQUENCE);
    assert_int_equal(list->count, 2);
    assert_place(list->items[0], 4, 5);
    assert_string_equal(yaml_get(list->items[1], "b")->text, "c");
    assert_string_equal(yaml_get(root, "nothing")->text, "");
    assert_null(yaml_get(root, "absent"));
    assert_null(yaml_get(list, "b"));
    assert_null(yaml_get(NULL, "b"));
}

static void test_long_sequence(void **state) {
    const struct yaml *root = parse(*state, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
    assert_int_equal(root->count, 10);
    for (size_t i = 0; i < root->count; i++)
        assert_int_equal(root->items[i]->text[0], '0' + (int) i);
}

static const struct {
    const char *text, *problems;
} refused[] = {
    {"a: &x 1\nb: *x\nc: !!str d\na: 2\n", "f:1:4: anchors are not accepted\n"
                                           "f:2:4: aliases are not accepted\n"
                                           "f:3:4: tags are not accepted\n"
                                           "f:4:1: the key \"a\" is given twice, first in line 1\n"},
    {"a: 1\nb: {c: 1, d: 2, c: 3, c: 4}\n", "f:2:17: the key \"c\" is given twice, first in line 2\n"
                                            "f:2:23: the key \"c\" is given twice, first in line 2\n"},
    {"--- 1\n--- 2\n", "f:2:1: a second document: one file holds one\n"},
    {"", "f:1:1: the file is empty\n"},
    {"? [a, b]\n: 1\n? {c: d}\n: 2\n", "f:1:3: a key must be a plain word, not a list or a mapping\n"
                                       "f:3:3: a key must be a plain word, not a list or a mapping\n"},
    {"a: \"x\\0y\"", "f:1:4: a NUL character is not accepted\n"},
    {"a: 1\nb: \xff\n", "f:2:4: not a character of UTF-8 text\n"},
    {"a: \xc3\xa9 \xc3(\n", "f:1:6: not a character of UTF-8 text\n"},
    {"a: \xe2\x82", "f:1:4: not a character of UTF-8 text\n"},
    {"a: b: c\n", "f:1:5: invalid nested block mapping on the same line\n"},
    {"a:\n\tb: 1\n", "f:2:1: tab character may not be used as indentation\n"},
    {"a: 'x\n", "f:1:5: single-quoted scalar without closing quote\n"},
    {"a: *b\nc: {d: ]}\n", "f:1:4: aliases are not accepted\nf:2:8: mismatched flow sequence end\n"},
};

static void test_refused(void **state) {
    (void) state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        void *own = NULL;
        (void) set_up(&own);
        struct fixture *fixture = own;
        const struct yaml *root = NULL;
        int result = yaml_parse("f", refused[i].text, fixture->arena, &fixture->problems, &root);
        assert_int_equal(result, YAML_WRONG);
        assert_null(root);
        assert_string_equal(problems_text(fixture), refused[i].problems);
        (void) tear_down(&own);
    }
}

static void nest(char *text, size_t depth) {
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = '\0';
}

static void test_depth(void **state) {
    struct fixture *fixture = *state;
    char text[256];
    nest(text, YAML_DEPTH_MAX);
    (void) parse(fixture, text);
    nest(text, YAML_DEPTH_MAX + 1);
    const struct yaml *root;
    assert_int_equal(yaml_parse("f", text, fixture->arena, &fixture->problems, &root), YAML_WRONG);
    assert_string_equal(problems_text(fixture), "f:1:33: nested deeper than 32 levels\n");
}

static void test_size(void **state) {
    struct fixture *fixture = *state;
    const struct yaml *root;
    char *text = arena_alloc(fixture->arena, YAML_SIZE_MAX + 2);
    memset(text, ' ', YAML_SIZE_MAX);
    text[0] = 'a';
    assert_int_equal(yaml_parse("f", text, fixture->arena, &fixture->problems, &root), 0);
    text[YAML_SIZE_MAX] = ' ';
    assert_int_equal(yaml_parse("f", text, fixture->arena, &fixture->problems, &root), -EFBIG);
    assert_string_equal(problems_text(fixture), "f: larger than 4194304 bytes\n");
}

static void test_files(void **state) {
    struct fixture *fixture = *state;
    const struct yaml *root;
    assert_int_equal(yaml_load("/nowhere.yaml", fixture->arena, &fixture->problems, &root), -ENOENT);
    assert_int_equal(yaml_load("/", fixture->arena, &fixture->problems, &root), -EISDIR);
    assert_string_equal(problems_text(fixture), "/: cannot be read: Is a directory\n"
                                                "/nowhere.yaml: cannot be read: No such file or directory\n");
    char path[] = "/tmp/test_yaml.XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    static const char text[] = "a: 1\nb: \0";
    assert_int_equal(write(descriptor, text, sizeof text - 1), sizeof text - 1);
    (void) close(descriptor);
    fixture->problems.count = 0;
    assert_int_equal(yaml_load(path, fixture->arena, &fixture->problems, &root), YAML_WRONG);
    (void) unlink(path);
    assert_int_equal(fixture->problems.list[0].place.line, 2);
    assert_string_equal(fixture->problems.list[0].place.file, path);
}

/* The library would print its diagnostics to stderr, some of them even when it is told to collect them. */
static void test_prints_nothing(void **state) {
    struct fixture *fixture = *state;
    FILE *captured = tmpfile();
    assert_non_null(captured);
    (void) fflush(stderr);
    int kept = dup(STDERR_FILENO);
    assert_true(dup2(fileno(captured), STDERR_FILENO) >= 0);
    const struct yaml *root;
    int result = yaml_parse("f", "a: b: c\n", fixture->arena, &fixture->problems, &root);
    int other_result = yaml_parse("f", "%YAML 1.5\n---\na: b\n", fixture->arena, &fixture->problems, &root);
    (void) fflush(stderr);
    (void) dup2(kept, STDERR_FILENO);
    (void) close(kept);
    assert_int_equal(result, YAML_WRONG);
    assert_int_equal(other_result, YAML_WRONG);
    assert_int_equal(lseek(fileno(captured), 0, SEEK_END), 0);
    (void) fclose(captured);
}

static void test_readers(void **state) {
    struct fixture *fixture = *state;
    struct yaml_reader reader = {&fixture->problems};
    const struct yaml *root =
        parse(fixture, "text: x\nwhole: -3\nyes: true\nempty:\nquoted: \"4\"\nbig: 11\nlist: [a]\n"
                       "huge: 99999999999999999999\npart: 3x\n");
    const char *text = NULL;
    long number = 0;
    bool truth = false;
    assert_true(yaml_text(reader, root, "text", true, &text));
    assert_string_equal(text, "x");
    assert_true(yaml_integer(reader, root, "whole", true, -5, 10, &number));
    assert_int_equal(number, -3);
    assert_true(yaml_boolean(reader, root, "yes", true, &truth));
    assert_true(truth);
    assert_false(yaml_text(reader, root, "absent", false, &text));
    assert_int_equal(fixture->problems.count, 0);
    assert_false(yaml_text(reader, root, "absent", true, &text));
    assert_false(yaml_text(reader, root, "empty", true, &text));
    assert_false(yaml_integer(reader, root, "quoted", true, 0, 10, &number));
    assert_false(yaml_integer(reader, root, "big", true, 0, 10, &number));
    assert_false(yaml_text(reader, root, "list", true, &text));
    assert_false(yaml_integer(reader, root, "huge", true, 0, 10, &number));
    assert_false(yaml_integer(reader, root, "part", true, 0, 10, &number));
    assert_false(yaml_boolean(reader, root, "text", true, &truth));
    assert_string_equal(text, "x");
    assert_int_equal(number, -3);
    assert_string_equal(problems_text(fixture), "f:1:1: \"absent\" is missing\n"
                                                "f:1:7: \"text\" must be true or false\n"
                                                "f:4:1: \"empty\" must be a text\n"
                                                "f:5:9: \"quoted\" must be a whole number\n"
                                                "f:6:6: \"big\" must be from 0 to 10\n"
                                                "f:7:7: \"list\" must be a text\n"
                                                "f:8:7: \"huge\" must be from 0 to 10\n"
                                                "f:9:7: \"part\" must be a whole number\n");
}

static void test_known_keys(void **state) {
    struct fixture *fixture = *state;
    static const char *const keys[] = {"limit", "owner", NULL};
    yaml_known_keys((struct yaml_reader){&fixture->problems}, parse(fixture, "limt: 1\nowner: x\nzebra: 2\n"), keys);
    assert_string_equal(problems_text(fixture), "f:1:1: unknown key \"limt\"; did you mean \"limit\"?\n"
                                                "f:3:1: unknown key \"zebra\"\n");
}

static void test_nearest(void **state) {
    (void) state;
    static const char *const words[] = {"visit.made", "review.held", "kind", NULL};
    assert_string_equal(yaml_nearest("visits.made", words), "visit.made");
    assert_string_equal(yaml_nearest("reveiw.held", words), "review.held");
    assert_string_equal(yaml_nearest("kin", words), "kind");
    assert_string_equal(yaml_nearest("kidn", words), "kind"); /* two letters changed places: one slip */
    assert_null(yaml_nearest("care.started", words));
    assert_null(yaml_nearest("", words));
}

/* More problems than the list holds are counted, and the printing says so. */
static void test_many_problems(void **state) {
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < YAML_PROBLEMS_MAX + 3; i++)
        yaml_problem(&fixture->problems, (struct yaml_place){"f", 1000 - i, 1}, "p");
    const char *text = problems_text(fixture);
    assert_int_equal(strncmp(text, "f:801:1: p\nf:802:1: p\n", 22), 0);
    assert_string_equal(text + strlen(text) - 11, "and 3 more\n");
}

/* A problem outlives the tree and the name of the file it is about. */
static void test_problems_own_their_file(void **state) {
    struct fixture *fixture = *state;
    struct arena *tree = arena_new();
    char name[] = "f";
    const struct yaml *root;
    assert_int_equal(yaml_parse(name, "a: *b", tree, &fixture->problems, &root), YAML_WRONG);
    (void) arena_free(tree);
    name[0] = '?';
    assert_string_equal(problems_text(fixture), "f:1:4: aliases are not accepted\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_sequence, set_up, tear_down),
        cmocka_unit_test(test_refused),
        cmocka_unit_test_setup_teardown(test_depth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prints_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_readers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_known_keys, set_up, tear_down),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test_setup_teardown(test_many_problems, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_problems_own_their_file, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
