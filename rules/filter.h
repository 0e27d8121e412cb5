/* filter.h: which facts are meant: `visit.made{kind=statutory, seen=true}`.
 *
 * Conditions, joined by commas: field = value, field != value, field in [a, b], field not in [a, b], field is value,
 * field is not value, and for numbers and dates < <= > >=. A missing field, or a code that its list does not have,
 * satisfies none of them except `is not` (R20, R44). A value `opening.<field>` stands for that field of the fact that
 * opened the duty, and `each` for one of the values for which a duty stands once each. Types, fields and codes are
 * checked against the catalogue when read. */
#ifndef WATCHKEEPER_FILTER_H
#define WATCHKEEPER_FILTER_H

#include "fact.h"
#include "language.h"
#include "lexer.h"

enum comparison {
    COMPARE_EQUAL,
    COMPARE_NOT_EQUAL,
    COMPARE_LESS,
    COMPARE_LESS_EQUAL,
    COMPARE_MORE,
    COMPARE_MORE_EQUAL,
    COMPARE_IS,
    COMPARE_IS_NOT,
    COMPARE_IN,
    COMPARE_NOT_IN,
    N_COMPARISONS
};
extern const struct language_section filter_language_event;      /* the forms of a filter, and of its values */
extern const struct language_section filter_language_comparison; /* by enum comparison; up to `is` one sign each */

/* True, false, or not known because a field is missing: unknown is not clear. */
enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

struct comparand {
    size_t n_values;
    const struct value *values;
    field_symbol opening_field; /* FIELD_NONE, or: the value of this field of the opening fact */
};

/* `actual` may be VALUE_NONE. `is` and `is not` are never unknown. */
enum truth compare(enum comparison comparison, struct value actual, const struct value *wanted, size_t n_wanted);

/* Known and equal. */
bool filter_same_value(struct value a, struct value b);

struct condition {
    field_symbol field;
    enum comparison comparison;
    struct comparand with;
};

struct filter {
    const struct event_type *type;
    size_t n_conditions;
    const struct condition *conditions;
    bool of_opening;  /* some condition asks for a field of the opening fact */
    const char *text; /* as written */
};

/* Reads `=`, `is not`, `in` and so on. */
bool comparison_read(struct lexer *lexer, enum comparison *ret_comparison);
/* Reads the right side for a field of that kind. */
bool comparand_read(struct lexer *lexer, const struct catalogue *catalogue, const struct field_type *field,
                    enum comparison comparison, struct comparand *ret_comparand);

bool filter_read(struct lexer *lexer, const struct catalogue *catalogue, struct filter *ret_filter);
/* `opening` may be NULL. */
bool filter_matches(const struct filter *filter, const struct fact *fact, const struct fact *opening);

#endif
