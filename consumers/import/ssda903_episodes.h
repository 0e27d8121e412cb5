/* ssda903_episodes.h: a child's episodes as periods of care, legal statuses and placements (R46). */
#ifndef WATCHKEEPER_SSDA903_EPISODES_H
#define WATCHKEEPER_SSDA903_EPISODES_H

#include "ssda903_events.h"
#include "ssda903_rows.h"

void ssda903_episodes_events(const struct ssda903_rows *episodes, struct ssda903_events *events);

/* The day on which the child's first known episode began. Returns false for a child without one. */
bool ssda903_episodes_first_day(const struct ssda903_rows *episodes, const char *child, struct date *ret_first);

#endif
