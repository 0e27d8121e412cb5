/* matched.h: facts of a history found once: those that match a filter, since the conditions of a rule ask for the same
 * ones at every instant at which their answer may change; and those of each missing episode. All in the order of
 * occurrence. */
#ifndef WATCHKEEPER_MATCHED_H
#define WATCHKEEPER_MATCHED_H

#include "filter.h"
#include "history.h"

/* The filter asks nothing of the opening (filter.of_opening is false), and lives as long as
 * the history. */
const struct standing *const *matched_facts(const struct history *history, const struct filter *filter,
                                            size_t *ret_count);
/* Of these the ones whose value of the field is another than the one before; those without a value are passed over. */
const struct standing *const *matched_changes(const struct history *history, const struct filter *filter,
                                              field_symbol field, size_t *ret_count);
/* Those of a type with the reference of a missing episode. */
const struct standing *const *matched_episode(const struct history *history, const struct event_type *type,
                                              const char *reference, size_t *ret_count);

#endif
