/* test_decode.c: walks tests/decode/<case>/, and what does not fit into a file there.
 *
 * A case is a folder with `message` (the bytes of the value; without the file there is none), `headers` (lines `name:
 * value`, or a name alone for a header without a value; without the file there are none) and `expected`: either the
 * class of the refusal and the path, or the fact as format_fact() below writes it. */
#include "decode.h"
#include "ensure.h"
#include "yaml.h"
#include "zone.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

enum { HEADERS_MAX = 32, NAME_MAX_BYTES = 512 };

struct fixture {
    struct yaml_problems problems;
    struct catalogue *catalogue;
    struct zone *zone;
    struct arena *arena;
};

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ENSURE(fixture != NULL);
    fixture->arena = arena_new();
    fixture->problems.arena = arena_new();
    int result = catalogue_load(WATCHKEEPER_SOURCE_DIR "/rules/catalogue", &fixture->problems, &fixture->catalogue);
    if (result == 0)
        result =
            zone_load(WATCHKEEPER_SOURCE_DIR "/rules/calendars/europe-london.yaml", &fixture->problems, &fixture->zone);
    yaml_problems_print(&fixture->problems, stderr);
    *state = fixture;
    return result;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    (void) zone_free(fixture->zone);
    (void) catalogue_free(fixture->catalogue);
    (void) arena_free(fixture->problems.arena);
    (void) arena_free(fixture->arena);
    free(fixture);
    return 0;
}

/* The bytes of a file, NUL-terminated in the arena; NULL when there is no such file. */
static char *read_file(struct arena *arena, const char *path, size_t *ret_length) {
    CLEANUP(cleanup_fclose) FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    char *text = arena_alloc(arena, 64 * 1024);
    *ret_length = fread(text, 1, 64 * 1024 - 1, file);
    return text;
}

static size_t split_headers(char *text, struct header *headers) {
    size_t count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        ENSURE(count < HEADERS_MAX);
        char *colon = strstr(line, ": ");
        headers[count] = (struct header){.name = line};
        if (colon != NULL) {
            *colon = '\0';
            headers[count].value = colon + 2;
            headers[count].length = strlen(colon + 2);
        }
        count++;
    }
    return count;
}

static void format_value(FILE *out, const struct value *value) {
    char buffer[INSTANT_TEXT_MAX];
    if (value->kind == VALUE_BOOLEAN)
        (void) fputs(value->of.truth ? "true" : "false", out);
    else if (value->kind == VALUE_NUMBER)
        (void) fprintf(out, "%g", value->of.number);
    else if (value->kind == VALUE_TEXT)
        (void) fprintf(out, "%s%s", value->of.text, value->unlisted ? " unlisted" : "");
    else if (value->kind == VALUE_DATE)
        (void) fputs(date_format(value->of.date, buffer), out);
    else if (value->kind == VALUE_TIME)
        (void) fputs(instant_format(value->of.time, buffer), out);
}

static void format_fact(FILE *out, const struct catalogue *catalogue, const struct decoded *decoded) {
    const struct fact *fact = &decoded->fact;
    char at[INSTANT_TEXT_MAX], day[DATE_TEXT_MAX];
    (void) fprintf(out, "subject %s\ntype %s\nsource %s\nid %s\n", decoded->subject, fact->type->name, fact->source,
                   fact->id);
    (void) fprintf(out, "recorded %s\n", instant_format(fact->recorded_at, at));
    (void) fprintf(out, "occurred %s on %s%s\n", instant_format(fact->occurred.at, at),
                   date_format(fact->occurred.day, day), fact->occurred.bare ? " bare" : "");
    (void) fprintf(out, "authority %s\n", fact->authority);
    if (fact->replaces != NULL)
        (void) fprintf(out, "replaces %s\n", fact->replaces);
    for (size_t i = 0; i < fact->n_fields; i++) {
        (void) fprintf(out, "%s = ", catalogue->field_names[fact->fields[i].field]);
        format_value(out, &fact->fields[i].value);
        (void) fputc('\n', out);
    }
}

/* What came of a message, in the form of `expected`; the caller frees it. */
static char *outcome_text(struct fixture *fixture, const struct header *headers, size_t n_headers, const char *value,
                          size_t length) {
    const struct decode_context context = {fixture->catalogue, fixture->zone};
    struct decoded decoded;
    struct refusal refusal;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ENSURE(out != NULL);
    int outcome = decode_message(&context, headers, n_headers, value, length, fixture->arena, &decoded, &refusal);
    if (outcome == 0)
        format_fact(out, fixture->catalogue, &decoded);
    else
        (void) fprintf(out, "%s%s%s\n", decode_class(outcome), refusal.path[0] == '\0' ? "" : " ", refusal.path);
    (void) fclose(out);
    return text;
}

static bool run_case(struct fixture *fixture, const char *name) {
    char path[NAME_MAX_BYTES];
    size_t length = 0, ignored;
    struct header headers[HEADERS_MAX];
    arena_reset(fixture->arena);
    (void) snprintf(path, sizeof path, TESTS_DIR "/decode/%s/message", name);
    const char *message = read_file(fixture->arena, path, &length);
    (void) snprintf(path, sizeof path, TESTS_DIR "/decode/%s/headers", name);
    char *header_lines = read_file(fixture->arena, path, &ignored);
    (void) snprintf(path, sizeof path, TESTS_DIR "/decode/%s/expected", name);
    const char *expected = read_file(fixture->arena, path, &ignored);
    size_t n_headers = header_lines == NULL ? 0 : split_headers(header_lines, headers);
    CLEANUP(cleanup_free) char *actual = outcome_text(fixture, headers, n_headers, message, length);
    if (expected != NULL && strcmp(actual, expected) == 0)
        return true;
    print_error("%s\nexpected:\n%sactual:\n%s", name, expected == NULL ? "(no file)\n" : expected, actual);
    return false;
}

static void test_cases(void **state) {
    DIR *folder = opendir(TESTS_DIR "/decode");
    assert_non_null(folder);
    unsigned n_cases = 0, n_wrong = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        n_cases++;
        n_wrong += !run_case(*state, entry->d_name);
    }
    (void) closedir(folder);
    assert_true(n_cases >= 100);
    assert_int_equal(n_wrong, 0);
}

static const char event_start[] =
    "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/s\",\"type\":\"dental_check.completed\",\"subject\":"
    "\"child/C1\",\"time\":\"2026-03-05T09:30:00Z\",\"data\":{\"occurred_at\":\"2026-03-04\",\"authority\":"
    "\"E06000052\",\"pad\":\"";
static const char event_end[] = "\"}}";

/* An event of exactly that many bytes: a field that nobody asked for is as long as it takes. */
static char *event_of_size(struct arena *arena, size_t size) {
    char *text = arena_alloc(arena, size + 1);
    memset(text, 'x', size);
    memcpy(text, event_start, strlen(event_start));
    memcpy(text + size - strlen(event_end), event_end, strlen(event_end));
    return text;
}

static int decode_size(struct fixture *fixture, size_t size) {
    const struct decode_context context = {fixture->catalogue, fixture->zone};
    struct decoded decoded;
    struct refusal refusal;
    arena_reset(fixture->arena);
    const char *text = event_of_size(fixture->arena, size);
    return decode_structured(&context, text, size, fixture->arena, &decoded, &refusal);
}

static void test_size(void **state) {
    assert_int_equal(decode_size(*state, DECODE_SIZE_MAX), DECODE_OK);
    assert_int_equal(decode_size(*state, DECODE_SIZE_MAX + 1), DECODE_TOO_LARGE);
}

/* Too large comes before all else, also before what is no JSON and what has the wrong content type. */
static void test_size_first(void **state) {
    struct fixture *fixture = *state;
    arena_reset(fixture->arena);
    char *noise = arena_alloc(fixture->arena, DECODE_SIZE_MAX + 2);
    memset(noise, 'x', DECODE_SIZE_MAX + 1);
    const char *const headers[][2] = {{"content-type", "text/plain"}, {"ce_specversion", "1.0"}, {"x", "y"}};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct header header = {headers[i][0], headers[i][1], strlen(headers[i][1])};
        CLEANUP(cleanup_free) char *text = outcome_text(fixture, &header, 1, noise, DECODE_SIZE_MAX + 1);
        assert_string_equal(text, "too_large\n");
    }
}

static void test_headers_are_bounded(void **state) {
    struct fixture *fixture = *state;
    struct header headers[DECODE_HEADERS_MAX + 1];
    for (size_t i = 0; i <= DECODE_HEADERS_MAX; i++)
        headers[i] = (struct header){"x", "y", 1};
    CLEANUP(cleanup_free) char *many = outcome_text(fixture, headers, DECODE_HEADERS_MAX + 1, "{}", 2);
    assert_string_equal(many, "too_large\n");
    CLEANUP(cleanup_free) char *fewer = outcome_text(fixture, headers, DECODE_HEADERS_MAX, "{}", 2);
    assert_string_equal(fewer, "bad_envelope $.specversion\n");
    arena_reset(fixture->arena);
    char *large = arena_alloc(fixture->arena, DECODE_SIZE_MAX + 1);
    struct header header = {"x", large, DECODE_SIZE_MAX + 1};
    CLEANUP(cleanup_free) char *text = outcome_text(fixture, &header, 1, "{}", 2);
    assert_string_equal(text, "too_large\n");
}

static void test_bytes_in_headers(void **state) {
    struct fixture *fixture = *state;
    const char *const values[] = {"e\0001", "e\3771"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct header headers[] = {{"ce_specversion", "1.0", 3}, {"ce_id", values[i], 3}};
        CLEANUP(cleanup_free) char *text = outcome_text(fixture, headers, 2, "{}", 2);
        assert_string_equal(text, "bad_envelope $.id\n");
    }
}

/* A fact that is refused leaves the outputs of the call as they were, and its message holds nothing that was sent. */
static void test_refusal(void **state) {
    struct fixture *fixture = *state;
    const struct decode_context context = {fixture->catalogue, fixture->zone};
    static const char secret[] =
        "{\"specversion\":\"1.0\",\"id\":\"SECRET\",\"source\":\"SECRET\",\"type\":\"visit.made\",\"subject\":"
        "\"child/SECRET\",\"time\":\"2026-03-05T09:30:00Z\",\"data\":{\"occurred_at\":\"SECRET\",\"authority\":"
        "\"E06000052\",\"kind\":\"SECRET\",\"by_role\":\"SECRET\"}}";
    for (size_t length = 1; length <= strlen(secret); length++) {
        struct decoded decoded = {.subject = "untouched"};
        struct refusal refusal = {0};
        arena_reset(fixture->arena);
        assert_int_not_equal(decode_structured(&context, secret, length, fixture->arena, &decoded, &refusal), 0);
        assert_string_equal(decoded.subject, "untouched");
        assert_non_null(refusal.message);
        assert_non_null(refusal.path);
        assert_null(strstr(refusal.message, "SECRET"));
    }
}

/* The strings of a fact are its own: the message may be gone. */
static void test_owns_its_strings(void **state) {
    struct fixture *fixture = *state;
    const struct decode_context context = {fixture->catalogue, fixture->zone};
    arena_reset(fixture->arena);
    size_t length = strlen(event_start) + strlen(event_end);
    char *text = event_of_size(fixture->arena, length);
    struct decoded decoded;
    struct refusal refusal;
    assert_int_equal(decode_structured(&context, text, length, fixture->arena, &decoded, &refusal), 0);
    memset(text, '?', length);
    assert_string_equal(decoded.subject, "child/C1");
    assert_string_equal(decoded.fact.id, "e-1");
    assert_string_equal(decoded.fact.source, "/s");
    assert_string_equal(decoded.fact.authority, "E06000052");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_size_first),
        cmocka_unit_test(test_bytes_in_headers),
        cmocka_unit_test(test_headers_are_bounded),
        cmocka_unit_test(test_refusal),
        cmocka_unit_test(test_owns_its_strings),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
