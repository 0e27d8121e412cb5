/* ssda903_events.h: the events that an import writes, in order of `time`.
 *
 * An event's id is made from what the row itself says (child, dates, codes, type), so that importing a return again
 * gives duplicates, which are dropped, and no doubles. `time` is 00:00 local of the day after occurred_at (R46): a
 * return does not say when anything was recorded. */
#ifndef WATCHKEEPER_SSDA903_EVENTS_H
#define WATCHKEEPER_SSDA903_EVENTS_H

#include "arena.h"
#include "result.h"
#include "timebase.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct zone;
struct ssda903_events;

/* `authority` and `zone` are borrowed. */
struct ssda903_events *ssda903_events_new(const char *authority, const struct zone *zone);
struct ssda903_events *ssda903_events_free(struct ssda903_events *events); /* takes NULL, returns NULL */
static inline void ssda903_events_freep(struct ssda903_events **events) {
    (void) ssda903_events_free(*events);
}

/* Begins an event, which the calls below add fields to, until the next begins. Its id is `<child>-<row>-<type>`; `row`
 * says which row of which file it comes from. An event with an id that was begun before replaces nothing: it is
 * dropped. */
void ssda903_events_begin(struct ssda903_events *events, const char *type, const char *child, const char *row,
                          struct date occurred);
/* A field; one whose text is blank is left out, as unknown. */
void ssda903_events_text(struct ssda903_events *events, const char *field, const char *value);
void ssda903_events_date(struct ssda903_events *events, const char *field, struct date date);
void ssda903_events_truth(struct ssda903_events *events, const char *field, bool truth);
void ssda903_events_number(struct ssda903_events *events, const char *field, int number);

/* One line an event, oldest first; of one instant in the order in which they were begun. Returns 0 or -errno. */
MUST_CHECK int ssda903_events_write(struct ssda903_events *events, FILE *to);
size_t ssda903_events_count(const struct ssda903_events *events);

#endif
