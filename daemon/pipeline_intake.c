/* pipeline_intake.c: from a message to something in the batch: a fact, a dead letter, or an entry that is passed on.
 *
 * An event belongs to the partition of its subject, whatever its key: one that came on another partition (a producer
 * with another partitioner) is passed on through care.links to the right one, in the same transaction as everything
 * else of this partition. Facts do not depend on order, so nothing is lost by the detour. What is about a feed concerns
 * every partition (pipeline_feeds.c). */
#include "pipeline_parts.h"

#include "deadletter.h"
#include "murmur2.h"

#include <string.h>

bool pipeline_is_full(const struct pipeline *pipeline, const struct partition *partition) {
    return partition->batch.held != NULL || partition->batch.n_messages >= pipeline->options.records_max ||
           partition->batch.n_bytes >= PIPELINE_INPUT_BYTES_MAX;
}

void pipeline_bury(struct pipeline *pipeline, struct partition *partition, const struct message *message,
                   const char *error_class, const struct refusal *refusal) {
    struct deadletter letter = {
        .message = message,
        .topic = pipeline->options.topics[message->topic],
        .error_class = error_class,
        .error_message = refusal->message,
        .path = refusal->path,
    };
    struct sink_entry entry = {
        .topic = SINK_DEADLETTER,
        .partition = partition->number,
        .key = message->key,
        .key_length = message->key_length,
        .value = message->value,
        .value_length = message->value_length,
    };
    entry.headers = deadletter_headers(&letter, partition->batch.arena, &entry.n_headers);
    batch_stage(&partition->batch, &entry);
    pipeline->counters.dead_letters++;
    counters_add(pipeline->counters.dead_letters_by_class, COUNTERS_CLASSES_MAX, letter.error_class);
}

static void pass_on(struct pipeline *pipeline, struct partition *partition, const struct message *message,
                    const struct decoded *decoded, int32_t to) {
    struct sink_entry entry = {
        .topic = SINK_LINKS,
        .partition = to,
        .key = decoded->subject,
        .key_length = strlen(decoded->subject),
        .value = message->value,
        .value_length = message->value_length,
        .n_headers = message->n_headers,
        .headers = message->headers,
    };
    batch_stage(&partition->batch, &entry);
    pipeline->counters.misrouted++;
    counters_add(pipeline->counters.misrouted_by_source, COUNTERS_SOURCES_MAX, decoded->fact.source);
}

/* A fact that another record passed on, because its subject has been merged into this one. */
static void send_to_joined(const struct message *message, struct arena *arena, struct decoded *decoded) {
    for (size_t i = 0; message->topic == SOURCE_LINKS && i < message->n_headers; i++) {
        const struct header *header = &message->headers[i];
        if (strcmp(header->name, PIPELINE_JOINED_TO) != 0)
            continue;
        decoded->fact.origin = decoded->subject;
        decoded->subject = arena_strndup(arena, header->value, header->length);
    }
}

static void sort_in(struct pipeline *pipeline, struct partition *partition, const struct message *message) {
    struct batch *batch = &partition->batch;
    struct taken taken = {.at = pipeline->now};
    struct refusal refusal = {"", ""};
    int outcome = decode_message(&pipeline->decode, message->headers, message->n_headers, message->value,
                                 message->value_length, batch->arena, &taken.decoded, &refusal);
    if (outcome != 0) {
        pipeline_bury(pipeline, partition, message, decode_class(outcome), &refusal);
        return;
    }
    send_to_joined(message, batch->arena, &taken.decoded);
    if (pipeline_feeds_is(&taken.decoded.fact)) {
        pipeline_feeds_take(pipeline, partition, message, &taken.decoded.fact);
        return;
    }
    int32_t home = murmur2_partition(taken.decoded.subject, pipeline->partitions_total);
    if (home != partition->number) {
        pass_on(pipeline, partition, message, &taken.decoded, home);
        return;
    }
    taken.message = batch_copy(batch, message);
    batch_take(batch, &taken);
}

void pipeline_account(struct pipeline *pipeline, struct partition *partition, const struct message *message) {
    struct batch *batch = &partition->batch;
    pipeline->counters.messages++;
    partition->rebuilt.n_messages++;
    batch->n_messages++;
    batch->n_bytes += message->value_length + message->key_length;
    batch->first_at = instant_min(batch->first_at, pipeline->now);
    batch->positions[message->topic] = message->offset + 1;
    batch->moved = true;
}

void pipeline_take_in(struct pipeline *pipeline, struct partition *partition, const struct message *message) {
    sort_in(pipeline, partition, message);
    pipeline_account(pipeline, partition, message);
}

void pipeline_take(struct pipeline *pipeline, const struct message *message) {
    struct partition *partition = pipeline_find(pipeline, message->partition);
    if (partition == NULL || partition->state != PARTITION_RUNNING ||
        message->offset < partition->batch.positions[message->topic])
        return;
    if (partition->careful_left > 0)
        pipeline_careful_hold(&partition->batch, message);
    else
        pipeline_take_in(pipeline, partition, message);
}
