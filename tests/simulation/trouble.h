/* trouble.h: what goes wrong in a schedule, and how often. */
#ifndef WATCHKEEPER_SIMULATION_TROUBLE_H
#define WATCHKEEPER_SIMULATION_TROUBLE_H

#include "schedule.h"

/* Which kinds of trouble this schedule has, and how often the calls of its daemons go wrong; one in four is calm. */
void trouble_choose(struct schedule *schedule);
/* Something goes wrong now. */
void trouble_strike(struct schedule *schedule);

#endif
