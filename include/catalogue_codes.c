/* catalogue_codes.c: the kinds of subjects and the code lists of one catalogue file.
 *
 * The long form of a list may say what each code means: that is for people, and decides nothing. */
#include "catalogue_read.h"

#include <string.h>

static void add_kind(struct catalogue_reading *reading, const struct yaml *item) {
    struct catalogue *catalogue = reading->catalogue;
    struct yaml_problems *problems = reading->reader.problems;
    if (item->kind != YAML_SCALAR || item->text[0] == '\0') {
        yaml_problem(problems, item->place, "a kind of subject must be a word");
        return;
    }
    for (size_t i = 0; i < catalogue->n_subject_kinds; i++)
        if (strcmp(catalogue->subject_kinds[i], item->text) == 0) {
            yaml_problem(problems, item->place, "the kind of subject \"%s\" is given twice", item->text);
            return;
        }
    void *array = catalogue->subject_kinds;
    if (!catalogue_read_grow(reading, &array, &reading->kinds_room, catalogue->n_subject_kinds,
                             sizeof catalogue->subject_kinds[0], item->place))
        return;
    catalogue->subject_kinds = array;
    catalogue->subject_kinds[catalogue->n_subject_kinds++] = item->text;
}

static void read_kinds(struct catalogue_reading *reading, const struct yaml *kinds) {
    if (kinds == NULL)
        return;
    if (kinds->kind != YAML_SEQUENCE) {
        yaml_problem(reading->reader.problems, kinds->place, "\"subject_kinds\" must be a list");
        return;
    }
    for (size_t i = 0; i < kinds->count; i++)
        add_kind(reading, kinds->items[i]);
}

static const struct code_list *find_list(const struct catalogue *catalogue, const char *name) {
    for (size_t i = 0; i < catalogue->n_code_lists; i++)
        if (strcmp(catalogue->code_lists[i].name, name) == 0)
            return &catalogue->code_lists[i];
    return NULL;
}

static void add_code(struct catalogue_reading *reading, struct code_list *list, const char *code, const char *meaning,
                     struct yaml_place place) {
    if (code[0] == '\0')
        yaml_problem(reading->reader.problems, place, "a code must not be empty");
    else if (code_list_find(list, code) >= 0)
        yaml_problem(reading->reader.problems, place, "the code \"%s\" is given twice", code);
    else {
        list->meanings[list->count] = meaning;
        list->codes[list->count++] = code;
    }
}

/* `includes: ROLE`: the codes of a list that was read before this one. */
static const struct code_list *included(struct catalogue_reading *reading, const struct yaml *form) {
    const char *name = NULL;
    if (!yaml_text(reading->reader, form, "includes", false, &name))
        return NULL;
    const struct code_list *list = find_list(reading->catalogue, name);
    if (list == NULL)
        yaml_problem(reading->reader.problems, yaml_get(form, "includes")->place,
                     "\"includes\" must name a list that stands before this one; \"%s\" does not", name);
    return list;
}

static const char *meaning_of(struct catalogue_reading *reading, const struct yaml_pair *pair) {
    if (pair->value->kind == YAML_SCALAR)
        return pair->value->text;
    yaml_problem(reading->reader.problems, pair->value->place, "what a code means must be a text");
    return NULL;
}

static void fill_list(struct catalogue_reading *reading, struct code_list *list, const struct code_list *base,
                      const struct yaml *codes) {
    size_t n_base = base == NULL ? 0 : base->count;
    list->codes = ARENA_ARRAY(reading->catalogue->arena, const char *, n_base + codes->count);
    list->meanings = ARENA_ARRAY(reading->catalogue->arena, const char *, n_base + codes->count);
    for (size_t i = 0; i < n_base; i++) {
        list->codes[i] = base->codes[i];
        list->meanings[i] = base->meanings[i];
    }
    list->count = n_base;
    for (size_t i = 0; i < codes->count; i++) {
        if (codes->kind == YAML_MAPPING)
            add_code(reading, list, codes->pairs[i].key, meaning_of(reading, &codes->pairs[i]),
                     codes->pairs[i].key_place);
        else if (codes->items[i]->kind == YAML_SCALAR)
            add_code(reading, list, codes->items[i]->text, NULL, codes->items[i]->place);
        else
            yaml_problem(reading->reader.problems, codes->items[i]->place, "a code must be a word");
    }
}

static void read_list(struct catalogue_reading *reading, const struct yaml_pair *pair, struct code_list *list) {
    static const char *const keys[] = {"source", "ordered", "includes", "codes", NULL};
    const struct yaml *form = pair->value, *codes = form;
    const struct code_list *base = NULL;
    if (form->kind == YAML_MAPPING) {
        yaml_known_keys(reading->reader, form, keys);
        (void) yaml_text(reading->reader, form, "source", false, &list->source);
        (void) yaml_boolean(reading->reader, form, "ordered", false, &list->ordered);
        base = included(reading, form);
        codes = yaml_get(form, "codes");
    }
    if (codes == NULL || codes->kind == YAML_SCALAR || codes->count == 0) {
        yaml_problem(reading->reader.problems, pair->key_place, "the list \"%s\" has no codes", pair->key);
        return;
    }
    fill_list(reading, list, base, codes);
}

static void add_list(struct catalogue_reading *reading, const struct yaml_pair *pair) {
    struct catalogue *catalogue = reading->catalogue;
    if (find_list(catalogue, pair->key) != NULL) {
        yaml_problem(reading->reader.problems, pair->key_place, "the list \"%s\" is given twice", pair->key);
        return;
    }
    void *array = catalogue->code_lists;
    if (!catalogue_read_grow(reading, &array, &reading->lists_room, catalogue->n_code_lists,
                             sizeof catalogue->code_lists[0], pair->key_place))
        return;
    catalogue->code_lists = array;
    struct code_list list = {.name = pair->key};
    read_list(reading, pair, &list);
    catalogue->code_lists[catalogue->n_code_lists++] = list; /* also when wrong: what names it is right */
}

void catalogue_codes_read(struct catalogue_reading *reading, const struct yaml *root) {
    read_kinds(reading, yaml_get(root, "subject_kinds"));
    const struct yaml *lists = yaml_get(root, "lists");
    if (lists == NULL)
        return;
    if (lists->kind != YAML_MAPPING) {
        yaml_problem(reading->reader.problems, lists->place, "\"lists\" must be a mapping");
        return;
    }
    for (size_t i = 0; i < lists->count; i++)
        add_list(reading, &lists->pairs[i]);
}
