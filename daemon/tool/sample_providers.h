/* sample_providers.h: the carers, the homes and the authority of an invented caseload.
 *
 * There is a household of carers for every second child, a home for every fiftieth, proceedings for every fifth, and
 * one authority: those beside a child are the same however many children there are. */
#ifndef WATCHKEEPER_SAMPLE_PROVIDERS_H
#define WATCHKEEPER_SAMPLE_PROVIDERS_H

#include "sample_events.h"

void sample_providers_tell(struct sample_events *events, const struct sample_period *period, uint32_t child);

#endif
