/* kafka_topics_ours.c: the topics that we read and write, and how those are made that do not exist. */
#include "config.h"
#include "kafka_topics.h"

#include <string.h>

/* Events are kept without end: they are what everything can be derived from again. */
static const struct kafka_property kept[] = {{"cleanup.policy", "delete"}, {"retention.ms", "-1"}, {NULL, NULL}};
static const struct kafka_property compacted[] = {{"cleanup.policy", "compact"}, {NULL, NULL}};
static const struct kafka_property deleted[] = {{"cleanup.policy", "delete"}, {NULL, NULL}};
/* A checkpoint of one part of a subject is as large as an event may be at most, and what stands around it. */
static const struct kafka_property facts[] = {
    {"cleanup.policy", "compact"}, {"max.message.bytes", "10485760"}, {NULL, NULL}};
/* A message that was as large as it may be gets headers besides. */
static const struct kafka_property roomy[] = {
    {"cleanup.policy", "delete"}, {"retention.ms", "-1"}, {"max.message.bytes", "10485760"}, {NULL, NULL}};

void kafka_topics_ours(const struct config *config, struct kafka_topics_one ret_topics[static KAFKA_TOPICS_OURS]) {
    const struct kafka_topics_one topics[KAFKA_TOPICS_OURS] = {
        [KAFKA_TOPICS_EVENTS] = {config->kafka.topics.events, kept, true},
        [KAFKA_TOPICS_LINKS] = {config->kafka.topics.links, roomy, true},
        [KAFKA_TOPICS_ALERTS] = {config->kafka.topics.alerts, deleted, false},
        [KAFKA_TOPICS_LATEST] = {config->kafka.topics.alerts_latest, compacted, true},
        [KAFKA_TOPICS_ESCALATIONS] = {config->kafka.topics.escalations, deleted, false},
        [KAFKA_TOPICS_DEADLETTER] = {config->kafka.topics.deadletter, roomy, false},
        [KAFKA_TOPICS_FACTS] = {config->kafka.topics.facts, facts, true},
    };
    memcpy(ret_topics, topics, sizeof topics);
}
