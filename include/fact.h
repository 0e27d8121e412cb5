/* fact.h: one recorded event about a subject, as the engine sees it.
 *
 * Everything about a subject is derived from its facts. A fact never changes: a correction (`replaces`), a void or a
 * later record of the same reference is a further fact, and which of them stand is worked out when deriving (R6 to R8).
 */
#ifndef WATCHKEEPER_FACT_H
#define WATCHKEEPER_FACT_H

#include "catalogue.h"
#include "timebase.h"

enum value_kind { VALUE_NONE, VALUE_BOOLEAN, VALUE_NUMBER, VALUE_TEXT, VALUE_DATE, VALUE_TIME };

struct value {
    enum value_kind kind;
    bool unlisted; /* VALUE_TEXT of a code field: not in its list; kept, and satisfies no rule */
    union {
        bool truth;
        double number;
        const char *text;
        struct date date;
        struct instant time;
    } of;
};

struct field_value {
    field_symbol field;
    struct value value; /* a list has one entry for each element */
};

/* When something happened: an instant, or a bare local date, which stands at 00:00 local (R5). */
struct occurrence {
    struct instant at;
    struct date day; /* the local day, Europe/London */
    bool bare;
};

/* As published: an instant or a date. Returns the buffer. */
char *occurrence_format(struct occurrence occurred, char buffer[static INSTANT_TEXT_MAX]);

struct fact {
    const struct event_type *type;
    const char *source, *id;
    struct instant recorded_at; /* the event's `time` */
    struct occurrence occurred;
    const char *authority; /* GSS code */
    const char *replaces;  /* id of the same source, or NULL */
    const char *origin; /* the subject it was recorded under, where that is another than the record's (record.merged);
                           NULL: the record's own */
    size_t n_fields;
    const struct field_value *fields; /* own and common fields that were given and not null */
};

/* The value of a field, kind VALUE_NONE when it was not given. The first element of a list. */
struct value fact_value(const struct fact *fact, field_symbol field);

enum { SUBJECT_MAX = 80, REFERENCE_MAX = 64 };

#endif
