/* group.h: the daemons of a schedule and their consumer group: who starts, crashes, freezes, wakes up, and how the
 * partitions are shared out. */
#ifndef WATCHKEEPER_SIMULATION_GROUP_H
#define WATCHKEEPER_SIMULATION_GROUP_H

#include "schedule.h"

size_t group_size(const struct schedule *schedule);
/* The place of one that is in the group; SCHEDULE_MEMBERS_MAX: nobody is. */
size_t group_choose(struct schedule *schedule);
void group_join(struct schedule *schedule);
/* It is gone without a word. */
void group_drop(struct schedule *schedule, size_t place);
void group_crash(struct schedule *schedule);
/* The group gives it up; it does not know. */
void group_freeze(struct schedule *schedule);
/* One that was frozen, if there is any at a place chosen by chance, goes on for some steps as if nothing had happened,
 * beside those that have its partitions now; then it is gone. */
void group_wake(struct schedule *schedule);
/* One step of one that woke up, if the dice say so. */
void group_go_on(struct schedule *schedule);
bool group_has_zombies(const struct schedule *schedule);
void group_resume(struct schedule *schedule, struct member *member);
/* All that were given partitions are asked to give them back. */
void group_begin_sharing(struct schedule *schedule);
/* They are shared out when everybody has. */
void group_finish_sharing(struct schedule *schedule);

#endif
