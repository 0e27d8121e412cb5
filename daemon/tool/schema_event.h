/* schema_event.h: the schemas of the events that come in, from the event catalogue. */
#ifndef WATCHKEEPER_SCHEMA_EVENT_H
#define WATCHKEEPER_SCHEMA_EVENT_H

#include "catalogue.h"
#include "schema_parts.h"

/* A whole CloudEvent of that type, in structured mode. Without strict it is valid where the decoder takes the event,
 * but for what a schema cannot say: the day exists (a validator that asserts formats finds that), the year in UTC,
 * period_end before period_start, the size, a key that is given twice, U+0000 in a text. */
json_t *schema_event(const struct catalogue *catalogue, const struct event_type *type,
                     const struct schema_style *style);
/* Adds what those schemas refer to: times, references, and each code list by its name. */
void schema_event_definitions(const struct catalogue *catalogue, const struct schema_style *style, json_t *definitions);
/* An event of the type with all of its fields or only the required ones. */
json_t *schema_event_sample(const struct catalogue *catalogue, const struct event_type *type, bool all);

#endif
