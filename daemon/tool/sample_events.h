/* sample_events.h: the records of an invented caseload, as a case system would publish them.
 *
 * What happens is told in any order; each telling becomes a record with a delay, and some records are forgotten, wrong
 * at first, of another child, delivered twice or out of order. What was recorded before the first day is part of the
 * opening load: it comes at 00:00 of the first day, between feed.load_started and feed.load_ended. What would be
 * recorded after the last day is left out. */
#ifndef WATCHKEEPER_SAMPLE_EVENTS_H
#define WATCHKEEPER_SAMPLE_EVENTS_H

#include "result.h"
#include "sample_random.h"
#include "timebase.h"

#include <stdarg.h>
#include <stdio.h>

struct zone;

struct sample_period {
    struct date from;  /* first day */
    struct date until; /* the day after the last */
    uint64_t seed;
    const char *authority; /* GSS code */
    const struct zone *zone;
};

struct sample_events;
struct sample_events *sample_events_new(const struct sample_period *period);
struct sample_events *sample_events_free(struct sample_events *events); /* takes NULL, returns NULL */
static inline void sample_events_freep(struct sample_events **events) {
    (void) sample_events_free(*events);
}

struct sample_when {
    struct instant at; /* of a bare date its 00:00 local */
    struct date day;
    bool bare;
};

enum sample_habit {
    SAMPLE_PROMPT,      /* recorded on the day, and right */
    SAMPLE_ALWAYS,      /* never forgotten, but perhaps late or wrong at first */
    SAMPLE_FORGETTABLE, /* may never be recorded */
    SAMPLE_CONFUSABLE,  /* may also be recorded for the wrong child, and be voided */
};

/* Whose events they are, and how many there have been: ids are the subject's number and the event's. */
struct sample_teller {
    struct sample_events *events;
    struct sample_random random;
    const char *kind; /* of another subject than a child; NULL: a child */
    uint32_t child;   /* the subject's number, from 1 */
    uint32_t n_events;
};

/* `fields` is the inside of the JSON object data, without occurred_at and authority: `"kind":"care"`, or "". */
void sample_events_tell(struct sample_teller *teller, const char *type, enum sample_habit habit,
                        struct sample_when when, const char *fields, ...) PRINTF_LIKE(5, 6);
__attribute__((format(printf, 5, 0))) void sample_events_tell_list(struct sample_teller *teller, const char *type,
                                                                   enum sample_habit habit, struct sample_when when,
                                                                   const char *fields, va_list arguments);

/* Writes every event, a line each, in the order in which they are delivered, which is that of `time` but for the few
 * that come twice or late. Returns 0 or -errno. */
MUST_CHECK int sample_events_write(struct sample_events *events, FILE *to);
size_t sample_events_count(const struct sample_events *events);

#endif
