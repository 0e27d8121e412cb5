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
    NODE_IN_CARE,
    NODE_OPEN,
    NODE_SOME,
    NODE_RECORDED,
    NODE_MEASURE,
    N_NODES
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
    PATH_CHILD_FIELD,
    PATH_AGE, /* whether it is known */
    PATH_OVERDUE_DUTIES,
    PATH_UNSET_DUTIES,
    N_PATHS
};
enum window_kind {
    WINDOW_SCOPE,
    WINDOW_EVER,
    WINDOW_CARE,
    WINDOW_BEFORE_START,
    WINDOW_WITHIN_BEFORE_START,
    WINDOW_WITHIN,
    WINDOW_SINCE_OPENING,
    WINDOW_BEFORE_OPENING,
    WINDOW_AGO,
    N_WINDOWS
};
enum measure_kind {
    MEASURE_LATEST,
    MEASURE_PREVIOUS,
    MEASURE_RISE,
    MEASURE_CHANGES,
    MEASURE_SUM,
    MEASURE_DISTINCT,
    MEASURE_NUMBER,
    MEASURE_DAYS,
    N_MEASURES
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
    /* measure: of `filter` and `window` */
    enum measure_kind measure;
    field_symbol field;
    /* open, and the measure `days`: from `filter` until this, with the same value of `by` (FIELD_NONE: any) */
    struct filter until;
    field_symbol by;
    struct limit open_for; /* number 0: at all */
    /* at_least so many of */
    size_t n_list;
    const struct expression *const *list;
};

/* expression_fact.c: what is asked of facts. */
const struct standing *expression_opening(const struct setting *setting); /* whose fields `opening.` means, or NULL */
enum truth expression_had(const struct expression *node, const struct setting *setting);
enum truth expression_open(const struct expression *node, const struct setting *setting);
enum truth expression_recorded(const struct expression *node, const struct setting *setting);
struct value expression_measure(const struct expression *node, const struct setting *setting);
/* The fact that ended what a fact of `filter` began, by the moment, or NULL. */
const struct standing *expression_ended_by(const struct expression *node, const struct setting *setting,
                                           const struct standing *begun);
/* The nodes that are not joined of others, whose facts are listed. */
size_t expression_own_facts(const struct expression *node, const struct setting *setting,
                            const struct standing **ret_facts, size_t max);

/* expression_read_fact.c: reads them, behind the word that begins them. NULL with the problem told. */
const struct expression *expression_had_read(const struct expression_reader *reader);
const struct expression *expression_open_read(const struct expression_reader *reader);
const struct expression *expression_recorded_read(const struct expression_reader *reader);
/* Steps over the word of a measure; false when it is none. */
bool expression_measure_word(struct lexer *lexer, enum measure_kind *ret_kind);
const struct expression *expression_measure_read(const struct expression_reader *reader, enum measure_kind kind);
/* What the readers share. */
struct expression *expression_node_new(struct lexer *lexer, enum node_kind kind);
bool expression_days_read(struct lexer *lexer, struct limit *limit);
bool expression_has_start(const struct expression_reader *reader, const char *what);

/* Steps over a path; gives the field against which its value is checked, or NULL with the problem told. */
const struct field_type *expression_path_read(const struct expression_reader *reader, struct path *path);

#endif
