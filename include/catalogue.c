/* catalogue.c: the event types as data. All files of the folder are read as one, in the order of their names: first
 * every list of codes, then the types that name them, so that it does not matter which file a list stands in. The
 * reading of lists is in catalogue_codes.c, that of fields and types in catalogue_types.c, and that of what they mean
 * in catalogue_meanings.c. */
#include "catalogue.h"

#include "arena.h"
#include "catalogue_read.h"
#include "ensure.h"
#include "yaml.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 200 };

struct listing {
    size_t count;
    const char *paths[FILES_MAX];
};

static bool is_yaml(const char *name) {
    size_t length = strlen(name);
    return name[0] != '.' && length > 5 && strcmp(name + length - 5, ".yaml") == 0;
}

static int compare_paths(const void *left, const void *right) {
    return strcmp(*(const char *const *) left, *(const char *const *) right);
}

static void cleanup_closedir(DIR **folder) {
    if (*folder != NULL)
        (void) closedir(*folder);
}

static int list_folder(const char *folder, struct arena *arena, struct yaml_problems *problems,
                       struct listing *ret_listing) {
    struct yaml_place place = {folder, 0, 0};
    CLEANUP(cleanup_closedir) DIR *open = opendir(folder);
    if (open == NULL) {
        int error = errno;
        yaml_problem(problems, place, "cannot be read: %s", strerror(error));
        return -error;
    }
    struct listing listing = {.count = 0};
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (!is_yaml(entry->d_name))
            continue;
        if (listing.count == FILES_MAX) {
            yaml_problem(problems, place, "more than %d files", FILES_MAX);
            return -E2BIG;
        }
        listing.paths[listing.count++] = arena_printf(arena, "%s/%s", folder, entry->d_name);
    }
    if (listing.count > 1)
        qsort(listing.paths, listing.count, sizeof listing.paths[0], compare_paths);
    *ret_listing = listing;
    return 0;
}

static bool check_root(struct yaml_reader reader, const struct yaml *root) {
    static const char *const keys[] = {"subject_kinds", "lists", "common", "fields", "types", NULL};
    if (root->kind != YAML_MAPPING) {
        yaml_problem(reader.problems, root->place, "a catalogue file must be a mapping");
        return false;
    }
    yaml_known_keys(reader, root, keys);
    return true;
}

static int read_files(struct catalogue_reading *reading, const struct listing *listing, const struct yaml **roots) {
    struct yaml_problems *problems = reading->reader.problems;
    for (size_t i = 0; i < listing->count; i++) {
        int result = yaml_load(listing->paths[i], reading->catalogue->arena, problems, &roots[i]);
        if (result < 0)
            return result;
        if (result == YAML_WRONG || !check_root(reading->reader, roots[i]))
            roots[i] = NULL;
    }
    for (size_t i = 0; i < listing->count; i++)
        catalogue_codes_read(reading, roots[i]);
    for (size_t i = 0; i < listing->count; i++)
        catalogue_types_read(reading, roots[i]);
    for (size_t i = 0; i < listing->count; i++)
        catalogue_meanings_read(reading, roots[i]);
    catalogue_types_finish(reading);
    return 0;
}

int catalogue_load(const char *folder, struct yaml_problems *problems, struct catalogue **ret_catalogue) {
    size_t told_before = problems->count;
    struct arena *arena = arena_new();
    CLEANUP(catalogue_freep) struct catalogue *catalogue = ARENA_NEW(arena, struct catalogue);
    catalogue->arena = arena;
    struct listing listing = {.count = 0};
    int result = list_folder(folder, arena, problems, &listing);
    if (result < 0)
        return result;
    struct catalogue_reading reading = {.catalogue = catalogue, .reader = {problems}};
    result = read_files(&reading, &listing, ARENA_ARRAY(arena, const struct yaml *, listing.count));
    if (result < 0)
        return result;
    if (catalogue->n_types == 0 && problems->count == told_before)
        yaml_problem(problems, (struct yaml_place){folder, 0, 0}, "no event types in any *.yaml of this folder");
    if (problems->count != told_before)
        return YAML_WRONG;
    *ret_catalogue = TAKE(catalogue);
    return 0;
}

struct catalogue *catalogue_free(struct catalogue *catalogue) {
    if (catalogue != NULL)
        (void) arena_free(catalogue->arena); /* the catalogue itself lives in it */
    return NULL;
}

bool catalogue_read_grow(struct catalogue_reading *reading, void **array, size_t *room, size_t count, size_t size,
                         struct yaml_place place) {
    if (count == CATALOGUE_NAMES_MAX) {
        yaml_problem(reading->reader.problems, place, "more than %d of these in the catalogue", CATALOGUE_NAMES_MAX);
        return false;
    }
    if (count == *room) {
        *room = *room == 0 ? 64 : *room * 2;
        *array = arena_grow_array(reading->catalogue->arena, *array, count, *room, size);
    }
    return true;
}

static int compare_type_name(const void *name, const void *type) {
    return strcmp(name, ((const struct event_type *) type)->name);
}

const struct event_type *catalogue_find(const struct catalogue *catalogue, const char *type) {
    return bsearch(type, catalogue->types, catalogue->n_types, sizeof catalogue->types[0], compare_type_name);
}

field_symbol catalogue_symbol(const struct catalogue *catalogue, const char *field) {
    for (size_t i = 0; i < catalogue->n_field_names; i++)
        if (strcmp(catalogue->field_names[i], field) == 0)
            return (field_symbol) i;
    return FIELD_NONE;
}

static const struct field_type *find_field(const struct field_type *fields, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

const struct field_type *event_type_field(const struct catalogue *catalogue, const struct event_type *type,
                                          const char *field) {
    const struct field_type *own = find_field(type->fields, type->n_fields, field);
    return own != NULL ? own : find_field(catalogue->common, catalogue->n_common, field);
}

bool event_type_allows(const struct event_type *type, const char *subject_kind) {
    if (type->subject_kinds == NULL)
        return true;
    for (size_t i = 0; type->subject_kinds[i] != NULL; i++)
        if (strcmp(type->subject_kinds[i], subject_kind) == 0)
            return true;
    return false;
}

int code_list_find(const struct code_list *list, const char *code) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->codes[i], code) == 0)
            return (int) i;
    return -1;
}
