/* yaml.h: all YAML is read here (configuration, packs, catalogue, calendars, rule tests), with line and column.
 *
 * The one place that includes libfyaml. The document is copied into our own plain tree, so that a reader of packs needs
 * to know nothing of the library. Refused: aliases and anchors, tags, duplicate keys, more than YAML_DEPTH_MAX levels,
 * files over YAML_SIZE_MAX bytes, more than one document, a key that is not a scalar. Quoted scalars are marked, so
 * that "20" and 20 can be told apart. */
#ifndef WATCHKEEPER_YAML_H
#define WATCHKEEPER_YAML_H

#include "arena.h"
#include "result.h"

#include <stdbool.h>
#include <stddef.h>

enum { YAML_DEPTH_MAX = 32, YAML_SIZE_MAX = 4 * 1024 * 1024, YAML_PROBLEMS_MAX = 200 };

enum yaml_outcome {
    YAML_WRONG = 1, /* one or more problems have been told */
};

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_place {
    const char *file;
    unsigned line, column; /* from 1 */
};

struct yaml_pair;
struct yaml {
    enum yaml_kind kind;
    struct yaml_place place;
    bool quoted;                   /* scalar: was written in quotes */
    const char *text;              /* scalar */
    size_t count;                  /* sequence, mapping */
    const struct yaml **items;     /* sequence */
    const struct yaml_pair *pairs; /* mapping, in the order of the file */
};
struct yaml_pair {
    const char *key;
    struct yaml_place key_place;
    const struct yaml *value;
};

/* Problems are collected, so that a reader names every mistake at once. */
struct yaml_problem {
    struct yaml_place place;
    char *message;
};
struct yaml_problems {
    struct arena *arena; /* where messages live; owned by the caller */
    size_t count;        /* told, also those past the limit */
    struct yaml_problem list[YAML_PROBLEMS_MAX];
};
void yaml_problem(struct yaml_problems *problems, struct yaml_place place, const char *format, ...) PRINTF_LIKE(3, 4);
/* "file:line:column: message" a line, in the order of file, line and column. */
void yaml_problems_print(const struct yaml_problems *problems, FILE *to);

/* The tree lives in the arena. Returns 0, -errno (with a problem told: cannot open, too large), or YAML_WRONG. */
MUST_CHECK int yaml_load(const char *path, struct arena *arena, struct yaml_problems *problems,
                         const struct yaml **ret_root);
MUST_CHECK int yaml_parse(const char *name, const char *text, struct arena *arena, struct yaml_problems *problems,
                          const struct yaml **ret_root);

/* The value of a key, or NULL. Not a mapping: NULL. */
const struct yaml *yaml_get(const struct yaml *mapping, const char *key);

/* Readers that tell a problem and return false when the node is not what is wanted; a NULL node is told as missing at
 * `parent` when required and otherwise leaves *ret untouched and returns false. */
struct yaml_reader {
    struct yaml_problems *problems;
};
bool yaml_text(struct yaml_reader reader, const struct yaml *parent, const char *key, bool required, const char **ret);
bool yaml_integer(struct yaml_reader reader, const struct yaml *parent, const char *key, bool required, long min,
                  long max, long *ret);
bool yaml_boolean(struct yaml_reader reader, const struct yaml *parent, const char *key, bool required, bool *ret);
/* Tells every key of the mapping that is not in the NULL-terminated list, with the nearest known one. */
void yaml_known_keys(struct yaml_reader reader, const struct yaml *mapping, const char *const keys[]);
/* The nearest of the candidates by edit distance, or NULL when none is near; for "did you mean". */
const char *yaml_nearest(const char *word, const char *const candidates[]);
/* "; did you mean `x`?" to put behind a problem, or "" when none of the candidates is near; in the arena. */
const char *yaml_suggest(struct arena *arena, const char *word, const char *const candidates[]);

#endif
