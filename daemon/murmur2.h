/* murmur2.h: which partition a key belongs to, as Kafka's Java clients decide it.
 *
 * Source: org.apache.kafka.common.utils.Utils.murmur2 and the default partitioner (Apache Kafka 4.1): the partition is
 * the hash without its sign bit, modulo the number of partitions. */
#ifndef WATCHKEEPER_MURMUR2_H
#define WATCHKEEPER_MURMUR2_H

#include <stddef.h>
#include <stdint.h>

uint32_t murmur2_hash(const void *data, size_t length);
int32_t murmur2_partition(const char *key, int32_t n_partitions);

#endif
