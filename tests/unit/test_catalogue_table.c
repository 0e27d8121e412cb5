/* test_catalogue_table.c: the catalogue that is shipped has every type, field, code list and code of the domain
 * catalogue, of which tests/catalogue holds what a machine can compare; and says of each type and field what it means.
 */
#include "arena.h"
#include "catalogue.h"
#include "ensure.h"
#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int load(void **state) {
    struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena_new();
    struct catalogue *catalogue = NULL;
    int result = catalogue_load(WATCHKEEPER_SOURCE_DIR "/rules/catalogue", problems, &catalogue);
    yaml_problems_print(problems, stderr);
    (void) arena_free(problems->arena);
    free(problems);
    *state = catalogue;
    return result;
}

static int unload(void **state) {
    (void) catalogue_free(*state);
    return 0;
}

/* ---- one line for a type or a list, as in the tables ---- */

static void write_kind(FILE *out, const struct field_type *field) {
    static const char *const names[] = {
        [FIELD_BOOLEAN] = "boolean",     [FIELD_NUMBER] = "number", [FIELD_TEXT] = "text", [FIELD_CODE] = "code",
        [FIELD_REFERENCE] = "reference", [FIELD_DATE] = "date",     [FIELD_TIME] = "time"};
    (void) fprintf(out, "%s:%s", field->name, field->kind == FIELD_CODE ? field->codes->name : names[field->kind]);
    if (field->has_range)
        (void) fprintf(out, "[%g..%g]", field->min, field->max);
    if (field->list)
        (void) fputc('*', out);
}

static void write_fields(FILE *out, const struct event_type *type, bool required) {
    size_t n = 0;
    (void) fputs(" |", out);
    for (size_t i = 0; i < type->n_fields; i++) {
        if (type->fields[i].required != required)
            continue;
        (void) fputc(' ', out);
        write_kind(out, &type->fields[i]);
        n++;
    }
    (void) fputs(n == 0 ? " -" : "", out);
}

static void write_type(FILE *out, const struct catalogue *catalogue, size_t place) {
    const struct event_type *type = &catalogue->types[place];
    (void) fprintf(out, "%s |%s", type->name, type->subject_kinds == NULL ? " any" : "");
    for (size_t i = 0; type->subject_kinds != NULL && type->subject_kinds[i] != NULL; i++)
        (void) fprintf(out, " %s", type->subject_kinds[i]);
    write_fields(out, type, true);
    write_fields(out, type, false);
}

static const struct code_list *find_list(const struct catalogue *catalogue, const char *name) {
    for (size_t i = 0; i < catalogue->n_code_lists; i++)
        if (strcmp(catalogue->code_lists[i].name, name) == 0)
            return &catalogue->code_lists[i];
    return NULL;
}

/* ---- the tables ---- */

typedef void write_row(FILE *out, const struct catalogue *catalogue, const char *name);

static void write_named_type(FILE *out, const struct catalogue *catalogue, const char *name) {
    const struct event_type *type = catalogue_find(catalogue, name);
    if (type != NULL)
        write_type(out, catalogue, type->index);
}

/* The codes of a list that includes ROLE begin with those of ROLE, which the table names instead. */
static void write_named_list(FILE *out, const struct catalogue *catalogue, const char *name) {
    const struct code_list *list = find_list(catalogue, name), *role = find_list(catalogue, "ROLE");
    bool includes =
        list != NULL && list != role && list->count > role->count && strcmp(list->codes[0], role->codes[0]) == 0;
    if (list == NULL)
        return;
    (void) fprintf(out, "%s |%s", name, includes ? " ROLE" : "");
    for (size_t i = includes ? role->count : 0; i < list->count; i++)
        (void) fprintf(out, " %s", list->codes[i]);
}

/* How many rows there are; the catalogue's own rows must be the same. */
static size_t compare_rows(const char *path, const struct catalogue *catalogue, write_row *write) {
    CLEANUP(cleanup_fclose) FILE *table = fopen(path, "re");
    CLEANUP(cleanup_free) char *line = NULL;
    size_t size = 0, count = 0;
    assert_non_null(table);
    while (getline(&line, &size, table) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#')
            continue;
        CLEANUP(cleanup_free) char *name = strndup(line, strcspn(line, " ")), *ours = NULL;
        size_t ours_size;
        FILE *out = open_memstream(&ours, &ours_size);
        ENSURE(name != NULL && out != NULL);
        write(out, catalogue, name);
        ENSURE(fclose(out) == 0);
        assert_string_equal(ours, line);
        count++;
    }
    return count;
}

static void test_types(void **state) {
    const struct catalogue *catalogue = *state;
    assert_int_equal(compare_rows(TESTS_DIR "/catalogue/types", catalogue, write_named_type), catalogue->n_types);
}

static void test_codes(void **state) {
    const struct catalogue *catalogue = *state;
    assert_int_equal(compare_rows(TESTS_DIR "/catalogue/codes", catalogue, write_named_list), catalogue->n_code_lists);
}

/* ---- what it means ---- */

static void assert_meant(const struct field_type *fields, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (fields[i].means == NULL)
            fail_msg("nothing says what the field %s means", fields[i].name);
}

static void test_meanings(void **state) {
    const struct catalogue *catalogue = *state;
    assert_meant(catalogue->common, catalogue->n_common);
    for (size_t i = 0; i < catalogue->n_types; i++) {
        const struct event_type *type = &catalogue->types[i];
        if (type->means == NULL)
            fail_msg("nothing says what %s means", type->name);
        assert_non_null(type->family);
        assert_meant(type->fields, type->n_fields);
    }
    const struct event_type *started = catalogue_find(catalogue, "placement.started");
    assert_string_equal(started->family, "placements");
    assert_non_null(started->source);
    assert_string_equal(event_type_field(catalogue, started, "distance_miles")->unit, "miles");
    const struct code_list *status = find_list(catalogue, "LS"), *role = find_list(catalogue, "ROLE");
    assert_string_equal(status->source, "SSDA903");
    assert_string_equal(status->meanings[code_list_find(status, "C2")], "care order");
    assert_null(role->meanings[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_meanings),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
