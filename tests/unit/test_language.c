/* The language of packs: no word without its meaning, each example is one that the reader accepts, each table has a
 * word for everything that a reader can make of it, and nothing that a pack says is missing. */
#include "language.h"

#include "expression_language.h"
#include "expression_node.h"
#include "pack.h"
#include "pack_language.h"
#include "rules_fixture.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct language_fixture {
    struct catalogue *catalogue;
    struct arena *arena;
    struct yaml_problems problems;
    struct pack *earlier;
};

/* Read through a file without a name; the problems are in the fixture. */
static int load(struct language_fixture *f, const char *text, struct pack **ret_pack) {
    int file = memfd_create("pack", MFD_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t) strlen(text));
    const char *path = arena_printf(f->arena, "/proc/self/fd/%d", file);
    struct pack_context context = {
        .catalogue = f->catalogue, .n_earlier = f->earlier != NULL, .earlier = (struct pack *const[]){f->earlier}};
    f->problems = (struct yaml_problems){.arena = f->arena};
    int outcome = pack_load(path, &context, f->arena, &f->problems, ret_pack);
    (void) close(file);
    return outcome;
}

/* What examples may name. */
static const char earlier[] =
    "pack: earlier\nversion: '1'\n"
    "spans: {own_plan: {from: care_plan.agreed, within: care}}\n"
    "ladders: {ladder-own: {rungs: [{tell: [iro]}]}}\n"
    "duties:\n"
    "  - {id: earlier-rule, title: T, law: {ref: R, confidence: E}, off: true, opens: start,\n"
    "     met_by: review.held, limit: 1 days}\n";

static int set_up(void **state) {
    static struct language_fixture f;
    f = (struct language_fixture){.arena = arena_new()};
    f.problems.arena = f.arena;
    *state = &f;
    if (catalogue_load(RULES_FOLDER "/catalogue", &f.problems, &f.catalogue) != 0)
        return -1;
    struct pack *pack;
    if (load(&f, earlier, &pack) != 0)
        return -1;
    f.earlier = pack;
    return 0;
}

static int tear_down(void **state) {
    struct language_fixture *f = *state;
    (void) catalogue_free(f->catalogue);
    (void) arena_free(f->arena);
    return 0;
}

/* ---- examples ---- */

/* Where the examples of sections stand: behind these lines, with so much margin, and beside the lines that are needed
 * unless the example has that key. */
struct frame {
    const char *sections; /* each between spaces */
    const char *before;
    unsigned margin;
    const char *needed[7];
};

#define HEAD "pack: own\nversion: '1'\n"
#define FACE "id: a", "title: T", "law: {ref: R, confidence: E}"
#define DUTY HEAD "duties:\n  - id: a\n    title: T\n    limit: 1 days\n"
#define LAW "    law: {ref: R, confidence: E}\n"
#define OPENS "    opens: start\n"
#define MET "    met_by: review.held\n"
#define RISK HEAD "risks:\n  - id: a\n    title: T\n    scope: care\n" LAW

static const struct frame frames[] = {
    {" pack ", "", 0, {"pack: own", "version: '1'"}},
    {" law confidence ", DUTY OPENS MET "    law:\n", 6, {"ref: R", "confidence: E"}},
    {" in_force ", DUTY OPENS MET LAW "    in_force:\n", 6, {NULL}},
    {" ladder ", HEAD "ladders:\n  a:\n", 4, {"rungs: []"}},
    {" rung ", HEAD "ladders:\n  a:\n    rungs:\n      -\n", 8, {NULL}},
    {" span within again ", HEAD "spans:\n  a:\n", 4, {"from: care_plan.agreed"}},
    {" rule duty profile count_from limit limit-word limit-unit unit scope event comparison ",
     HEAD "duties:\n  -\n",
     4,
     {FACE, "opens: start", "met_by: review.held", "limit: 1 days"}},
    {" clock ",
     HEAD "duties:\n  -\n",
     4,
     {"opens: start", "met_by: review.held", "rows: [{id: a, title: T, law: {ref: R, confidence: E}, limit: 1 days}]"}},
    {" row ", HEAD "duties:\n  - opens: visit.made\n" MET "    rows:\n      -\n", 8, {FACE, "limit: 1 days"}},
    {" opener term ", DUTY LAW MET "    opens:\n", 6, {NULL}},
    {" met_by met_by-all ", DUTY LAW OPENS "    met_by:\n", 6, {NULL}},
    {" each ", DUTY LAW OPENS "    met_by: notification.sent{to=each}\n    each:\n      -\n", 8, {NULL}},
    {" risk ", HEAD "risks:\n  -\n", 4, {FACE, "while: age < 13"}},
    {" risk-count ", HEAD "risks:\n  -\n", 4, {FACE, "counts: missing.started", "raise: {at_least: 1, within: ever}"}},
    {" risk-state severity risk-subject ", HEAD "risks:\n  -\n", 4, {FACE, "for: 1 days"}},
    {" risk-event ", HEAD "risks:\n  -\n", 4, {FACE, "raised_by: concern.raised"}},
    {" threshold ", RISK "    counts: missing.started\n    raise:\n", 6, {NULL}},
    {" raise ", RISK "    raised_by:\n", 6, {NULL}},
    {" condition path window measure ", HEAD "risks:\n  -\n", 4, {FACE}},
};

static const struct frame *frame_of(struct language_fixture *f, const char *section) {
    const char *name = arena_printf(f->arena, " %s ", section);
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        if (strstr(frames[i].sections, name) != NULL)
            return &frames[i];
    fail_msg("the examples of the section %s stand nowhere", section);
    return NULL;
}

static bool has_key(const char *lines, const char *line) {
    size_t length = strcspn(line, ":") + 1;
    for (const char *at = lines; at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, line, length) == 0)
            return true;
    }
    return false;
}

static const char *add_lines(struct language_fixture *f, const char *text, unsigned margin, const char *lines) {
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        text = arena_printf(f->arena, "%s%*s%.*s\n", text, (int) margin, "", (int) length, lines);
        lines += length + (lines[length] != '\0');
    }
    return text;
}

static const char *pack_with(struct language_fixture *f, const char *section, const char *example) {
    const struct frame *frame = frame_of(f, has_key(example, "after:") ? "rung" : section);
    const char *text = frame->before;
    for (size_t i = 0; frame->needed[i] != NULL; i++)
        if (!has_key(example, frame->needed[i]))
            text = add_lines(f, text, frame->margin, frame->needed[i]);
    return add_lines(f, text, frame->margin, example);
}

static struct pack *read_example(struct language_fixture *f, const char *section, const struct language_word *word) {
    const char *text = pack_with(f, section, word->example);
    struct pack *pack = NULL;
    if (load(f, text, &pack) != 0)
        fail_msg("%s, %s: %u:%u: %s\n%s", section, word->word, f->problems.list[0].place.line,
                 f->problems.list[0].place.column, f->problems.list[0].message, text);
    return pack;
}

/* The tables of one section, in the order of the reference. */
#define EACH_SECTION(section)                                                                                          \
    const struct language_section *const *section = language_sections();                                               \
    *section != NULL;                                                                                                  \
    section++
#define EACH_WORD(word, section)                                                                                       \
    const struct language_word *word = (section)->words;                                                               \
    (word)->word != NULL;                                                                                              \
    (word)++

static void test_each_example_is_read(void **state) {
    struct language_fixture *f = *state;
    for (EACH_SECTION(section))
        for (EACH_WORD(word, *section))
            (void) read_example(f, (*section)->name, word);
}

/* An example shows its word: a key as a key of it, anything else somewhere in it. */
static void test_each_example_shows_its_word(void **state) {
    struct language_fixture *f = *state;
    for (EACH_SECTION(section))
        for (EACH_WORD(word, *section)) {
            const char *shown = word->otherwise != NULL ? arena_printf(f->arena, "%s:", word->word) : word->word;
            bool placeholder = word->word[0] >= 'A' && word->word[0] <= 'Z' && word->form != NULL;
            if (!placeholder && strstr(word->example, shown) == NULL)
                fail_msg("%s: the example of %s does not show it: %s", (*section)->name, word->word, word->example);
        }
}

static void test_no_word_without_its_meaning(void **state) {
    (void) state;
    for (EACH_SECTION(section)) {
        assert_true(strlen((*section)->about) > 10);
        assert_non_null((*section)->words->word);
        assert_ptr_equal(language_find((*section)->name), *section);
        for (EACH_WORD(word, *section)) {
            size_t length = strlen(word->meaning);
            if (length < 3 || word->meaning[length - 1] != '.')
                fail_msg("%s: the meaning of %s is no sentence: %s", (*section)->name, word->word, word->meaning);
            assert_true(word->otherwise == NULL || strlen(word->form) > 0);
        }
    }
}

/* ---- a word for everything that a reader can make ---- */

static const struct expression *condition_of(const struct pack *pack) {
    const struct risk *risk = &pack->risks[0];
    if (risk->holds != NULL)
        return risk->holds;
    return risk->kind == RISK_COUNT ? risk->counts_when : risk->raises[0].when;
}

/* That of the example, without the `not` that makes sense of it. */
static const struct expression *inner_of(const struct expression *node) {
    return node->kind == NODE_NOT ? node->left : node;
}

static size_t n_words(const struct language_section *section) {
    size_t count = 0;
    while (section->words[count].word != NULL)
        count++;
    return count;
}

static const struct expression *example_of(struct language_fixture *f, const struct language_section *section,
                                           size_t index) {
    return condition_of(read_example(f, section->name, &section->words[index]));
}

static void test_each_condition(void **state) {
    struct language_fixture *f = *state;
    assert_int_equal(n_words(&expression_language_condition), N_NODES);
    for (size_t i = 0; i < N_NODES; i++) {
        const struct expression *node = example_of(f, &expression_language_condition, i);
        assert_int_equal(i == NODE_NOT ? node->kind : inner_of(node)->kind, i);
    }
}

static void test_each_path(void **state) {
    struct language_fixture *f = *state;
    assert_int_equal(n_words(&expression_language_path), N_PATHS);
    for (size_t i = 0; i < N_PATHS; i++)
        assert_int_equal(example_of(f, &expression_language_path, i)->path.kind, i);
}

static void test_each_window_and_measure(void **state) {
    struct language_fixture *f = *state;
    assert_int_equal(n_words(&expression_language_window), N_WINDOWS);
    for (size_t i = 0; i < N_WINDOWS; i++)
        assert_int_equal(inner_of(example_of(f, &expression_language_window, i))->window, i);
    assert_int_equal(n_words(&expression_language_measure), N_MEASURES);
    for (size_t i = 0; i < N_MEASURES; i++)
        assert_int_equal(example_of(f, &expression_language_measure, i)->measure, i);
}

static void test_each_comparison(void **state) {
    struct language_fixture *f = *state;
    assert_int_equal(n_words(&filter_language_comparison), N_COMPARISONS);
    for (size_t i = 0; i < N_COMPARISONS; i++) {
        const struct pack *pack = read_example(f, "comparison", &filter_language_comparison.words[i]);
        const struct expression *when = pack->clocks[0].rows[0].when;
        const struct filter *filter = &pack->clocks[0].meets[0].filter;
        assert_int_equal(when != NULL ? when->comparison : filter->conditions[0].comparison, i);
    }
}

static void test_codes_stand_at_their_place(void **state) {
    struct language_fixture *f = *state;
    assert_int_equal(n_words(&expression_language_scope), SCOPE_SPAN);
    for (size_t i = 0; i < SCOPE_SPAN; i++)
        assert_int_equal(read_example(f, "scope", &expression_language_scope.words[i])->clocks[0].scope, i);
    assert_int_equal(n_words(&pack_language_profile), N_PROFILES);
    for (size_t i = 1; i < N_PROFILES; i++)
        assert_string_equal(profile_name((enum profile) i), pack_language_profile.words[i].word);
    assert_int_equal(n_words(&limit_language_unit), N_UNITS);
    static const enum limit_kind kinds[] = {LIMIT_UNSET, LIMIT_AT_ONCE, LIMIT_WATCH};
    assert_int_equal(n_words(&pack_language_limit_word), sizeof kinds / sizeof *kinds);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_int_equal(
            read_example(f, "limit-word", &pack_language_limit_word.words[i])->clocks[0].rows[0].limits[0].kind,
            kinds[i]);
    static const enum unit units[] = {UNIT_DAYS, UNIT_WEEKS, UNIT_WORKING_DAYS};
    assert_int_equal(n_words(&pack_language_limit_field_unit), sizeof units / sizeof *units);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        assert_int_equal(read_example(f, "limit-unit", &pack_language_limit_field_unit.words[i])
                             ->clocks[0]
                             .rows[0]
                             .limits[0]
                             .limit.unit,
                         units[i]);
}

/* ---- what packs say ---- */

static bool is_in_the_reference(const char *key) {
    for (EACH_SECTION(section))
        for (EACH_WORD(word, *section))
            if (word->otherwise != NULL && strcmp(word->word, key) == 0)
                return true;
    return false;
}

/* Names that the pack itself chooses are no keys of the language. */
static size_t check_keys(const struct yaml *node, bool own_names) {
    size_t count = 0;
    for (size_t i = 0; node->kind == YAML_SEQUENCE && i < node->count; i++)
        count += check_keys(node->items[i], false);
    for (size_t i = 0; node->kind == YAML_MAPPING && i < node->count; i++) {
        const char *key = node->pairs[i].key;
        if (!own_names && !is_in_the_reference(key))
            fail_msg("line %u: the reference has no key `%s`", node->pairs[i].key_place.line, key);
        count += 1 + check_keys(node->pairs[i].value, strcmp(key, "ladders") == 0 || strcmp(key, "spans") == 0);
    }
    return count;
}

static void test_each_key_of_the_packs_is_in_the_reference(void **state) {
    struct language_fixture *f = *state;
    glob_t packs;
    assert_int_equal(glob(RULES_FOLDER "/packs/*.yaml", 0, NULL, &packs), 0);
    for (size_t i = 0; i < packs.gl_pathc; i++) {
        const struct yaml *root;
        assert_int_equal(yaml_load(packs.gl_pathv[i], f->arena, &f->problems, &root), 0);
        assert_true(check_keys(root, false) > 5);
    }
    globfree(&packs);
}

/* ---- what readers take from it ---- */

static void test_names_and_expectations(void **state) {
    struct language_fixture *f = *state;
    const char *const *names = language_names(&pack_language_clock, f->arena);
    size_t count = 0, n_beside = n_words(&pack_language_duty);
    while (names[count] != NULL)
        count++;
    assert_int_equal(count, n_beside + 2);
    assert_string_equal(names[0], "subject"); /* of a duty, beside it */
    assert_string_equal(names[n_beside], "clock");
    assert_string_equal(names[n_beside + 1], "rows");
    assert_string_equal(language_expected(&pack_language_profile, f->arena),
                        "a profile (any, standard, short_break, adoption)");
    assert_string_equal(language_expected(&expression_language_scope, f->arena),
                        "a scope (life, care, placement, episode; of a duty also a span)");
    assert_string_equal(language_expected(&pack_language_span_again, f->arena), "begins_anew or goes_on");
    assert_null(language_find("lmit"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_example_is_read),
        cmocka_unit_test(test_each_example_shows_its_word),
        cmocka_unit_test(test_no_word_without_its_meaning),
        cmocka_unit_test(test_each_condition),
        cmocka_unit_test(test_each_path),
        cmocka_unit_test(test_each_window_and_measure),
        cmocka_unit_test(test_each_comparison),
        cmocka_unit_test(test_codes_stand_at_their_place),
        cmocka_unit_test(test_each_key_of_the_packs_is_in_the_reference),
        cmocka_unit_test(test_names_and_expectations),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
