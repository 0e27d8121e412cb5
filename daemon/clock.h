/* clock.h: the one place that reads the wall clock. Everything else is handed the time. */
#ifndef WATCHKEEPER_CLOCK_H
#define WATCHKEEPER_CLOCK_H

#include "timebase.h"

struct instant clock_now(void);

#endif
