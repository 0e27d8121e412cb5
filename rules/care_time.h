/* care_time.h: for how long a child has been in care. */
#ifndef WATCHKEEPER_CARE_TIME_H
#define WATCHKEEPER_CARE_TIME_H

#include "history.h"
#include "limit.h"

/* The day on which the period of care that holds the moment has lasted so long (number 0: its first day). False when
 * there is none. */
bool care_time_period_reached(const struct history *history, struct occurrence at, struct limit so_long,
                              struct date *ret_day);
/* The first day by which all days in care since a birthday, short breaks left out, add up to so many days or weeks.
 * False when they do not by what is known, however long the period of care that is open may last. */
bool care_time_reached(const struct history *history, int age, struct limit so_long, struct date *ret_day);

#endif
