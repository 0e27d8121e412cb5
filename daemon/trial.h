/* trial.h: whether some work ends the process that does it, found out in a child process that is thrown away. */
#ifndef WATCHKEEPER_TRIAL_H
#define WATCHKEEPER_TRIAL_H

#include "result.h"

#include <stdbool.h>

enum trial_outcome {
    TRIAL_SURVIVED,
    TRIAL_ENDED,     /* the child died of it, or did not come to an end within TRIAL_LIMIT_MS */
    TRIAL_UNDECIDED, /* the work could not be done, for want of a process or of what it needs */
};
enum { TRIAL_LIMIT_MS = 20 * 1000 }; /* below the watchdog's, as the caller waits */

/* Does the work in a child, which has the caller's memory as it is and no other thread of it. The work tells whether it
 * could be done; it must use no connection of the caller's, and nothing that it changes is seen by the caller. */
MUST_CHECK enum trial_outcome trial_run(bool (*work)(void *self), void *self);

#endif
