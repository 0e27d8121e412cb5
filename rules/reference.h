/* reference.h: facts of one type found by the reference that a field of theirs holds. */
#ifndef WATCHKEEPER_REFERENCE_H
#define WATCHKEEPER_REFERENCE_H

#include "history.h"

struct reference {
    const char *text;
    const struct standing *standing;
};

struct references {
    size_t count;
    const struct reference *list; /* sorted by reference, then in the order of occurrence */
};

/* Of the standings of a type those with a text in the field; none of type NULL. */
struct references reference_index(const struct history *history, const struct event_type *type, field_symbol field);
/* Those with that reference, in the order of occurrence. */
struct references reference_find(const struct references *references, const char *text);

#endif
