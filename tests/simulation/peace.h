/* peace.h: the end of a schedule: no more faults, until nothing is left to do; then the daemons audit themselves. */
#ifndef WATCHKEEPER_SIMULATION_PEACE_H
#define WATCHKEEPER_SIMULATION_PEACE_H

#include "schedule.h"

void peace_come(struct schedule *schedule);

#endif
