/* symbols.h: the event types and fields by which the notions of the field are found (history.h), looked up once.
 *
 * Each is NULL or FIELD_NONE where the catalogue has none; then there are no such facts either. */
#ifndef WATCHKEEPER_SYMBOLS_H
#define WATCHKEEPER_SYMBOLS_H

#include "catalogue.h"

struct symbols {
    const struct event_type *record_voided, *child_registered, *child_updated, *child_died;
    const struct event_type *care_started, *care_ended, *legal_status_changed;
    const struct event_type *placement_started, *placement_changed, *placement_ended;
    const struct event_type *missing_started, *missing_ended;
    field_symbol target, date_of_birth, legal_status, action, arrangement;
    field_symbol placement, placement_type, temporary, same_carer, episode;
    field_symbol team, worker;
};

struct symbols symbols_find(const struct catalogue *catalogue);

#endif
