/* expression_node.h: a condition once it is read; shared by its reader and its evaluation, nobody else includes it. */
#ifndef WATCHKEEPER_EXPRESSION_NODE_H
#define WATCHKEEPER_EXPRESSION_NODE_H

#include "expression.h"

enum node_kind {
    NODE_OR,
    NODE_AND,
    NODE_NOT,
    NODE_HAD,
    NODE_COMPARE,
    NODE_KNOWN,
    NODE_AGE,
    NODE_WITHIN,
    NODE_DURING,
    NODE_IN_CARE
};
enum subject_kind {
    PATH_LEGAL_STATUS,
    PATH_PROFILE,
    PATH_PROFILE_BEFORE,
    PATH_OPENING,
    PATH_OPENING_PLACE,
    PATH_OPENING_AFTER_START,
    PATH_OPENING_FIELD,
    PATH_CARE_FIELD,
    PATH_PLACEMENT_FIELD,
    PATH_FIRST_PLACEMENT_FIELD,
    PATH_EPISODE_FIELD,
    PATH_FACT_FIELD,
};
enum window_kind {
    WINDOW_SCOPE,
    WINDOW_EVER,
    WINDOW_CARE,
    WINDOW_BEFORE_START,
    WINDOW_WITHIN_BEFORE_START,
    WINDOW_WITHIN
};

struct path {
    enum subject_kind kind;
    field_symbol field;
};

struct expression {
    enum node_kind kind;
    const struct expression *left, *right; /* or, and, not (left) */
    const char *text;                      /* of the whole, on the root */
    /* compare and age */
    struct path path;
    enum comparison comparison;
    struct comparand with;
    struct limit later; /* age: that long after the day */
    int age;
    /* had */
    struct filter filter;
    size_t at_least;
    enum window_kind window;
    struct limit within;
    const struct named_span *span; /* during */
    /* in_care: at all, or so long; with `age` of all days since that birthday */
    struct limit care_for; /* number 0: at all */
};

/* Steps over a path; gives the field against which its value is checked, or NULL with the problem told. */
const struct field_type *expression_path_read(const struct expression_reader *reader, struct path *path);

#endif
