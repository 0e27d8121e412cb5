/* kafka_asker.h: questions to the broker whose calls block, asked from a thread of their own.
 *
 * Where a partition ends (1 ms when all is well, seconds when the broker is away), and what the group has committed,
 * which waits while another member's transaction is open. Answers are taken without blocking; a byte-counter file
 * descriptor (eventfd) tells of them. */
#ifndef WATCHKEEPER_KAFKA_ASKER_H
#define WATCHKEEPER_KAFKA_ASKER_H

#include "source.h"

#include <librdkafka/rdkafka.h>

struct kafka_asker;
struct kafka_asker *kafka_asker_new(rd_kafka_t *consumer, const char *const topics[SOURCE_TOPICS], int event_fd);
/* Waits for a call under way, at most some seconds. */
struct kafka_asker *kafka_asker_free(struct kafka_asker *asker); /* takes NULL, returns NULL */

/* Copies the numbers. One question at a time. */
void kafka_asker_ends(struct kafka_asker *asker, struct instant now, const int32_t *partitions, size_t count);
void kafka_asker_committed(struct kafka_asker *asker, int32_t partition, uint64_t ticket);
/* Forgets questions and answers about former assignments. */
void kafka_asker_clear(struct kafka_asker *asker);

/* Returns 0 with SOURCE_ENDS or SOURCE_COMMITTED, valid until the next call, or SOURCE_NOTHING. */
int kafka_asker_poll(struct kafka_asker *asker, struct source_event *ret_event);
/* The last failure in words, NULL after success; for SOURCE_BROKER_DOWN. */
const char *kafka_asker_error(struct kafka_asker *asker, char *buffer, size_t size);

#endif
