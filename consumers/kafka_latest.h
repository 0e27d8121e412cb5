/* kafka_latest.h: reads partitions of compacted topics from their beginning to their end, one after another, with a
 * consumer of its own that takes no part in the group. */
#ifndef WATCHKEEPER_KAFKA_LATEST_H
#define WATCHKEEPER_KAFKA_LATEST_H

#include "kafka_client.h"
#include "source.h"

struct kafka_latest;
struct kafka_latest *kafka_latest_new(const struct kafka_client *client, const char *group_id,
                                      const char *const topics[SOURCE_TABLES], int event_fd);
struct kafka_latest *kafka_latest_free(struct kafka_latest *latest); /* takes NULL, returns NULL */
/* From the beginning, also when that partition is being read already: what was read of it for a former ticket is
 * dropped. */
void kafka_latest_read(struct kafka_latest *latest, enum source_table table, int32_t partition, uint64_t ticket);
void kafka_latest_clear(struct kafka_latest *latest); /* forgets what was asked for */
/* Returns 0 with SOURCE_LATEST or SOURCE_LATEST_END, valid until the next call, or SOURCE_NOTHING. */
int kafka_latest_poll(struct kafka_latest *latest, struct source_event *ret_event);

#endif
