/* schema_kept.h: the schemas of what is written for later: receipts of erasures (daemon/erasures.h), checkpoints
 * (daemon/checkpoint.h) and the headers of dead letters (consumers/deadletter.h). */
#ifndef WATCHKEEPER_SCHEMA_KEPT_H
#define WATCHKEEPER_SCHEMA_KEPT_H

#include "schema_said.h"

json_t *schema_kept_receipt(const struct schema_said *said, const struct schema_style *style);
json_t *schema_kept_facts(const struct schema_said *said, const struct schema_style *style);
json_t *schema_kept_marker(const struct schema_said *said, const struct schema_style *style);
void schema_kept_definitions(const struct schema_style *style, json_t *definitions);
/* Of what is added to the headers of a message that could not be read. */
json_t *schema_kept_deadletter_headers(void);

#endif
