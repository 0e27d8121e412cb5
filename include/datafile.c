/* datafile.c: reads the head of a file of dated facts, and picks out the rows that are mappings. */
#include "datafile.h"

static bool read_date(struct yaml_reader reader, const struct yaml *mapping, const char *key, struct date *ret_date) {
    const char *text;
    if (!yaml_text(reader, mapping, key, true, &text))
        return false;
    switch (date_parse(text, ret_date)) {
    case 0:
        return true;
    case TIME_IMPOSSIBLE:
        yaml_problem(reader.problems, yaml_get(mapping, key)->place, "\"%s\": there is no day %s", key, text);
        return false;
    default:
        yaml_problem(reader.problems, yaml_get(mapping, key)->place, "\"%s\" must be a date as 2026-03-04", key);
        return false;
    }
}

bool datafile_date(const struct datafile *file, const struct yaml *row, const char *key, struct date *ret_date) {
    return read_date(file->reader, row, key, ret_date);
}

bool datafile_instant(const struct datafile *file, const struct yaml *row, const char *key,
                      struct instant *ret_instant) {
    const char *text;
    if (!yaml_text(file->reader, row, key, true, &text))
        return false;
    switch (instant_parse(text, ret_instant)) {
    case 0:
        return true;
    case TIME_IMPOSSIBLE:
        yaml_problem(file->reader.problems, yaml_get(row, key)->place, "\"%s\": there is no instant %s", key, text);
        return false;
    default:
        yaml_problem(file->reader.problems, yaml_get(row, key)->place,
                     "\"%s\" must be an instant as 2026-03-29T01:00:00Z", key);
        return false;
    }
}

static void read_head(struct datafile *file, struct datafile_form form) {
    const char *source;
    yaml_known_keys(file->reader, file->root, form.keys);
    (void) yaml_text(file->reader, file->root, "version", true, &file->version);
    (void) yaml_text(file->reader, file->root, "source", true, &source);
    bool from = read_date(file->reader, file->root, "from", &file->from);
    bool to = read_date(file->reader, file->root, "to", &file->to);
    if (from && to && date_before(file->to, file->from))
        yaml_problem(file->reader.problems, yaml_get(file->root, "to")->place, "\"to\" is before \"from\"");
}

static void pick_rows(struct datafile *file, struct datafile_form form) {
    const struct yaml *list = yaml_get(file->root, form.list);
    struct yaml_problems *problems = file->reader.problems;
    if (list == NULL || list->kind != YAML_SEQUENCE) {
        yaml_problem(problems, list == NULL ? file->root->place : list->place, "\"%s\" must be a list", form.list);
        return;
    }
    const struct yaml **rows = ARENA_ARRAY(problems->arena, const struct yaml *, list->count);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->kind == YAML_MAPPING)
            rows[file->n_rows++] = list->items[i];
        else
            yaml_problem(problems, list->items[i]->place, "a row of \"%s\" must be a mapping", form.list);
    file->rows = rows;
}

int datafile_read(const struct yaml *root, struct datafile_form form, struct yaml_problems *problems,
                  struct datafile *ret_file) {
    /* A head that cannot be read is told once; rows are then not also told to lie outside it. */
    struct datafile file = {.reader = {problems}, .root = root, .version = "", .from = {INT32_MIN}, .to = {INT32_MAX}};
    if (file.root->kind != YAML_MAPPING) {
        yaml_problem(problems, file.root->place, "expected a mapping with \"version\", \"from\", \"to\" and \"%s\"",
                     form.list);
        return YAML_WRONG;
    }
    read_head(&file, form);
    pick_rows(&file, form);
    *ret_file = file;
    return 0;
}

int datafile_load(const char *path, struct datafile_form form, struct yaml_problems *problems,
                  struct datafile *ret_file) {
    const struct yaml *root;
    int result = yaml_load(path, problems->arena, problems, &root);
    return result != 0 ? result : datafile_read(root, form, problems, ret_file);
}
