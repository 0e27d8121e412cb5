/* judge.h: what a reader of the topics finds after a schedule, against what must be there. */
#ifndef WATCHKEEPER_SIMULATION_JUDGE_H
#define WATCHKEEPER_SIMULATION_JUDGE_H

#include "schedule.h"

struct verdict {
    size_t lost;   /* alerts that are due and not open on the topic, or open with another state or date; dead letters */
    size_t twice;  /* event ids that are there more than once; dead letters */
    size_t false_; /* alerts that are open on the topic and not due; statements that cannot follow the one before */
};
/* Says on standard output what is wrong when `say`. */
struct verdict judge(const struct schedule *schedule, bool say);

#endif
