/* open_alerts.h: the table of open alerts by owner role that readers of the store see. */
#ifndef WATCHKEEPER_OPEN_ALERTS_H
#define WATCHKEEPER_OPEN_ALERTS_H

#include "alert.h"
#include "store.h"

/* The row of an alert whose newest statement this is: a JSON object while it is open, else its removal. */
struct store_open open_alerts_row(const struct statement *latest, struct arena *arena);
/* The same from a value of care.alerts.latest, with the alert's subject, rule and anchor; false when it cannot be read.
 */
bool open_alerts_row_from(const char *json, size_t length, struct arena *arena, struct store_open *ret_row);

#define OPEN_ALERTS_NO_ROLE "none"

#endif
