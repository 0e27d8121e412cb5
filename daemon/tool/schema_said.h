/* schema_said.h: the schemas of what the daemon writes: statements (daemon/encode.h) here, the rest in schema_kept.h.
 */
#ifndef WATCHKEEPER_SCHEMA_SAID_H
#define WATCHKEEPER_SCHEMA_SAID_H

#include "schema_parts.h"

#include <stddef.h>

struct schema_said {
    const char *name;  /* of a CloudEvent its type, "care.alert.raised"; else "checkpoint.facts" */
    const char *means; /* for people */
    json_t *(*schema)(const struct schema_said *said, const struct schema_style *style);
};
/* All of them, in the order in which they are listed; up to a name of NULL. */
const struct schema_said *schema_said_list(void);
const struct schema_said *schema_said_find(const char *name); /* may be NULL */

/* Adds what those schemas refer to. */
void schema_said_definitions(const struct schema_style *style, json_t *definitions);
/* The envelope of a CloudEvent of ours around its data, which it takes. */
json_t *schema_said_event(const struct schema_said *said, const char *subject, json_t *data,
                          const struct schema_style *style);

#endif
