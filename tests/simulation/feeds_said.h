/* feeds_said.h: what sources say of their feeds between the stories: loads that begin, end, or do not, in any order,
 * and nightly feeds. What is open in the end must be the same. */
#ifndef WATCHKEEPER_SIMULATION_FEEDS_SAID_H
#define WATCHKEEPER_SIMULATION_FEEDS_SAID_H

#include "chance.h"
#include "memory_kafka.h"

enum { FEEDS_SAID_PARTS = 4 }; /* one schedule of so many has them */

/* By chance, on any partition, about the authority of that event. The dice are its own, so that schedules without it
 * stay what they are. */
void feeds_said_publish(struct chance *chance, struct memory_kafka *kafka, int32_t n_partitions, struct instant now,
                        const char *event_line);

#endif
