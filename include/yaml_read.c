/* yaml_read.c: problems with their places, and the small readers over the tree that every reader of a file is made of.
 */
#include "yaml.h"

#include "ensure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64 }; /* longer words are not compared: a suggestion for them helps nobody */

void yaml_problem(struct yaml_problems *problems, struct yaml_place place, const char *format, ...) {
    size_t which = problems->count++;
    if (which >= YAML_PROBLEMS_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    char *message = NULL;
    ENSURE(vasprintf(&message, format, arguments) >= 0);
    va_end(arguments);
    if (place.file == NULL)
        place.file = "?";
    place.file = arena_strdup(problems->arena, place.file); /* outlives the tree it came from */
    problems->list[which] = (struct yaml_problem){place, arena_strdup(problems->arena, message)};
    free(message);
}

static int compare_problems(const void *left, const void *right) {
    const struct yaml_problem *a = *(const struct yaml_problem *const *) left;
    const struct yaml_problem *b = *(const struct yaml_problem *const *) right;
    int order = strcmp(a->place.file, b->place.file);
    if (order != 0)
        return order;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    return (a > b) - (a < b); /* as told */
}

void yaml_problems_print(const struct yaml_problems *problems, FILE *to) {
    const struct yaml_problem *sorted[YAML_PROBLEMS_MAX];
    size_t count = problems->count < YAML_PROBLEMS_MAX ? problems->count : YAML_PROBLEMS_MAX;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &problems->list[i];
    if (count > 1)
        qsort(sorted, count, sizeof(const struct yaml_problem *), compare_problems);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_place *place = &sorted[i]->place;
        if (place->line == 0)
            (void) fprintf(to, "%s: %s\n", place->file, sorted[i]->message);
        else
            (void) fprintf(to, "%s:%u:%u: %s\n", place->file, place->line, place->column, sorted[i]->message);
    }
    if (problems->count > count)
        (void) fprintf(to, "and %zu more\n", problems->count - count);
}

const struct yaml *yaml_get(const struct yaml *mapping, const char *key) {
    if (mapping == NULL || mapping->kind != YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < mapping->count; i++)
        if (strcmp(mapping->pairs[i].key, key) == 0)
            return mapping->pairs[i].value;
    return NULL;
}

/* The scalar of a key; NULL, with the problem told, when there is none. */
static const struct yaml *get_scalar(struct yaml_reader reader, const struct yaml *parent, const char *key,
                                     bool required, const char *wanted) {
    const struct yaml *node = yaml_get(parent, key);
    if (node == NULL) {
        if (required)
            yaml_problem(reader.problems, parent->place, "\"%s\" is missing", key);
        return NULL;
    }
    if (node->kind != YAML_SCALAR || (!node->quoted && node->text[0] == '\0')) {
        yaml_problem(reader.problems, node->place, "\"%s\" must be %s", key, wanted);
        return NULL;
    }
    return node;
}

bool yaml_text(struct yaml_reader reader, const struct yaml *parent, const char *key, bool required, const char **ret) {
    const struct yaml *node = get_scalar(reader, parent, key, required, "a text");
    if (node == NULL)
        return false;
    *ret = node->text;
    return true;
}

bool yaml_integer(struct yaml_reader reader, const struct yaml *parent, const char *key, bool required, long min,
                  long max, long *ret) {
    const struct yaml *node = get_scalar(reader, parent, key, required, "a whole number");
    if (node == NULL)
        return false;
    char *end = NULL;
    errno = 0;
    long value = strtol(node->text, &end, 10);
    bool digits = strspn(node->text, "+-0123456789") == strlen(node->text) && end != node->text && *end == '\0';
    if (node->quoted || !digits) {
        yaml_problem(reader.problems, node->place, "\"%s\" must be a whole number", key);
        return false;
    }
    if (errno == ERANGE || value < min || value > max) {
        yaml_problem(reader.problems, node->place, "\"%s\" must be from %ld to %ld", key, min, max);
        return false;
    }
    *ret = value;
    return true;
}

bool yaml_boolean(struct yaml_reader reader, const struct yaml *parent, const char *key, bool required, bool *ret) {
    const struct yaml *node = get_scalar(reader, parent, key, required, "true or false");
    if (node == NULL)
        return false;
    bool yes = strcmp(node->text, "true") == 0;
    if (node->quoted || (!yes && strcmp(node->text, "false") != 0)) {
        yaml_problem(reader.problems, node->place, "\"%s\" must be true or false", key);
        return false;
    }
    *ret = yes;
    return true;
}

static bool is_known(const char *key, const char *const keys[]) {
    for (size_t i = 0; keys[i] != NULL; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

void yaml_known_keys(struct yaml_reader reader, const struct yaml *mapping, const char *const keys[]) {
    if (mapping == NULL || mapping->kind != YAML_MAPPING)
        return;
    for (size_t i = 0; i < mapping->count; i++) {
        const struct yaml_pair *pair = &mapping->pairs[i];
        if (is_known(pair->key, keys))
            continue;
        const char *nearest = yaml_nearest(pair->key, keys);
        if (nearest != NULL)
            yaml_problem(reader.problems, pair->key_place, "unknown key \"%s\"; did you mean \"%s\"?", pair->key,
                         nearest);
        else
            yaml_problem(reader.problems, pair->key_place, "unknown key \"%s\"", pair->key);
    }
}

static size_t min3(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Insertions, deletions, other letters, and two neighbours in the wrong order, which is the commonest slip: three rows
 * at a time. */
static size_t edit_distance(const char *a, size_t length_a, const char *b, size_t length_b) {
    size_t rows[3][WORD_MAX + 1];
    for (size_t j = 0; j <= length_b; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        const size_t *before = rows[(i + 1) % 3], *above = rows[(i - 1) % 3];
        size_t *row = rows[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
    }
    return rows[length_a % 3][length_b];
}

/* Near is a third of the longer word: one slip in a short word, two or three in a long one. */
const char *yaml_nearest(const char *word, const char *const candidates[]) {
    const char *nearest = NULL;
    size_t length = strlen(word), least = SIZE_MAX;
    for (size_t i = 0; length <= WORD_MAX && candidates[i] != NULL; i++) {
        size_t other = strlen(candidates[i]);
        if (other > WORD_MAX)
            continue;
        size_t distance = edit_distance(word, length, candidates[i], other);
        size_t longer = length > other ? length : other;
        if (distance < least && distance * 3 <= longer) {
            least = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}

const char *yaml_suggest(struct arena *arena, const char *word, const char *const candidates[]) {
    const char *nearest = yaml_nearest(word, candidates);
    return nearest != NULL ? arena_printf(arena, "; did you mean `%s`?", nearest) : "";
}
