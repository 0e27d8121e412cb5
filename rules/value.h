/* value.h: questions to the value of a field. A value that is missing or of another kind answers no. */
#ifndef WATCHKEEPER_VALUE_H
#define WATCHKEEPER_VALUE_H

#include "fact.h"

#include <string.h>

static inline const char *value_text(struct value value) { /* "" when it is no text */
    return value.kind == VALUE_TEXT ? value.of.text : "";
}

static inline bool value_is(struct value value, const char *text) {
    return value.kind == VALUE_TEXT && strcmp(value.of.text, text) == 0;
}

/* The codes end with NULL. */
static inline bool value_is_among(struct value value, const char *const *codes) {
    for (; *codes != NULL; codes++)
        if (value_is(value, *codes))
            return true;
    return false;
}

static inline bool value_is_true(struct value value) {
    return value.kind == VALUE_BOOLEAN && value.of.truth;
}

#endif
