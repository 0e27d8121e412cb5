/* memory_kafka.h: a broker in memory with members of one consumer group: each member is a source and a sink.
 *
 * A transaction appears whole or not at all, together with the positions it commits; a member that is not of the
 * present generation cannot commit. Everything is deterministic: nothing happens but in calls. */
#ifndef WATCHKEEPER_MEMORY_KAFKA_H
#define WATCHKEEPER_MEMORY_KAFKA_H

#include "sink.h"
#include "source.h"

struct memory_kafka;
struct memory_member;

struct memory_kafka *memory_kafka_new(int32_t n_partitions);
struct memory_kafka *memory_kafka_free(struct memory_kafka *kafka); /* with its members; takes NULL, returns NULL */

/* A case system publishes. Text may be NULL for no key or value. */
void memory_kafka_publish(struct memory_kafka *kafka, int32_t partition, const char *key, const char *value);
/* As if a transaction marker stood at the end of care.events: one offset without a message. */
void memory_kafka_mark(struct memory_kafka *kafka, int32_t partition);

struct memory_member *memory_kafka_join(struct memory_kafka *kafka);
struct source memory_member_source(struct memory_member *member);
struct sink memory_member_sink(struct memory_member *member);

/* All partitions to this member, a new generation. The former holder is not told: memory_kafka_revoke() does that. */
void memory_kafka_assign(struct memory_kafka *kafka, struct memory_member *member);
/* The partitions by turns to these members, a new generation; as for memory_kafka_assign(). */
void memory_kafka_share(struct memory_kafka *kafka, struct memory_member *const *members, size_t count);
/* Who asks what is committed waits until no transaction is open: those of all other members end now. They are
 * committed, if their positions were added while the member was of the present generation, or aborted, and their
 * producers fenced. */
void memory_kafka_settle(struct memory_kafka *kafka, const struct memory_member *asker, bool commits);
void memory_kafka_revoke(struct memory_member *member);
/* Whether nothing waits to be polled. */
bool memory_member_is_told(const struct memory_member *member);
bool memory_member_released(const struct memory_member *member);

enum memory_sink_fault {
    MEMORY_SINK_NO_FAULT,
    MEMORY_SINK_ABORT,     /* the next transaction is aborted */
    MEMORY_SINK_LOSE,      /* the producer is fenced: nothing of it appears */
    MEMORY_SINK_LOSE_LATE, /* the transaction appears, and then the producer is lost */
    MEMORY_SINK_HOLD,      /* transactions stay under way until this is taken back */
};
void memory_member_inject(struct memory_member *member, enum memory_sink_fault fault);
/* The broker cannot be reached: ends are not told, no message comes, transactions stay under way. */
void memory_kafka_set_down(struct memory_kafka *kafka, bool down);
/* Messages come, but where the partitions end is not told: a consumer that is behind. */
void memory_kafka_hide_ends(struct memory_kafka *kafka, bool hidden);
/* The answer to where the partitions end comes late: it says what was so when it was asked for. */
void memory_kafka_hold_ends(struct memory_kafka *kafka, bool held);
/* Readings of tables give their messages and do not come to their end. */
void memory_kafka_hold_readings(struct memory_kafka *kafka, bool held);
/* Retention removes every event of care.events that is there now, or those before an offset. */
void memory_kafka_cut(struct memory_kafka *kafka, int32_t partition);
void memory_kafka_cut_to(struct memory_kafka *kafka, int32_t partition, int64_t offset);
/* As if somebody had committed this metadata. */
void memory_kafka_commit(struct memory_kafka *kafka, int32_t partition, const char *metadata);
/* Committed offsets expire. */
void memory_kafka_expire(struct memory_kafka *kafka);

/* Somebody else writes to a topic of ours; value NULL is a tombstone. */
void memory_kafka_intrude(struct memory_kafka *kafka, enum sink_topic topic, int32_t partition, const char *key,
                          const char *value);
/* As if a transaction had published these. */
void memory_kafka_output(struct memory_kafka *kafka, const struct sink_entry *entries, size_t count);

/* What a read_committed reader sees of a topic, in the order of commits. */
size_t memory_kafka_count(const struct memory_kafka *kafka, enum sink_topic topic);
const struct sink_entry *memory_kafka_entry(const struct memory_kafka *kafka, enum sink_topic topic, size_t place);
/* A message of an input as it was published, also when retention has removed it; NULL for a marker or behind the end.
 */
const struct sink_entry *memory_kafka_input(const struct memory_kafka *kafka, enum source_topic topic,
                                            int32_t partition, int64_t offset);
int64_t memory_kafka_input_count(const struct memory_kafka *kafka, int32_t partition); /* of care.events */
/* NULL when nothing is committed. */
const struct sink_commit *memory_kafka_committed(const struct memory_kafka *kafka, int32_t partition);

#endif
