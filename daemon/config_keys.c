/* config_keys.c: every key of the configuration, once. Defaults are texts that are read like those of the file, so a
 * default that is out of its own range cannot be. */
#include "config_keys.h"

#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char *const security_protocols[] = {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl", NULL};
static const char *const log_levels[] = {"error", "warning", "notice", "info", "debug", NULL};
static const char *const log_targets[] = {"auto", "stderr", "journal", NULL};

#define AT(member) .offset = offsetof(struct config, member)
#define KEY(key, member, of_kind) .name = key, AT(member), .kind = of_kind

const struct config_key config_keys[] = {
    {KEY("kafka.bootstrap_servers", kafka.bootstrap_servers, CONFIG_TEXT),
     .help = "Addresses of Kafka brokers, host:port, separated by commas. Needed by the daemon, publish and tail"},
    {KEY("kafka.group_id", kafka.group_id, CONFIG_TEXT), .fallback = "watchkeeper",
     .help = "The consumer group; its daemons share the partitions"},
    {KEY("kafka.group_instance_id", kafka.group_instance_id, CONFIG_TEXT),
     .fallback_text = "<host>-<$WATCHKEEPER_INSTANCE or 1>",
     .help = "Names this member of the group, so that a restart keeps its partitions; each daemon needs its own"},
    {KEY("kafka.transactional_id", kafka.transactional_id, CONFIG_TEXT),
     .fallback_text = "<kafka.group_id>-<kafka.group_instance_id>",
     .help = "Names this daemon's transactions; each daemon needs its own"},
    {KEY("kafka.create_topics", kafka.create_topics, CONFIG_BOOLEAN), .fallback = "true",
     .help = "Create the topics that do not exist when the daemon starts"},
    {KEY("kafka.partitions", kafka.partitions, CONFIG_INTEGER), .fallback = "12", .min = 1, .max = 1024,
     .help = "Partitions of topics that are created; it cannot be changed once there is state"},
    {KEY("kafka.replication_factor", kafka.replication_factor, CONFIG_INTEGER), .fallback = "-1", .min = -1, .max = 100,
     .help = "Replicas of topics that are created; -1 is the broker's own default"},
    {KEY("kafka.topics.events", kafka.topics.events, CONFIG_TOPIC), .fallback = "care.events",
     .help = "Where case systems publish"},
    {KEY("kafka.topics.alerts", kafka.topics.alerts, CONFIG_TOPIC), .fallback = "care.alerts",
     .help = "Each transition of each alert"},
    {KEY("kafka.topics.alerts_latest", kafka.topics.alerts_latest, CONFIG_TOPIC), .fallback = "care.alerts.latest",
     .help = "The newest statement of each alert; compacted"},
    {KEY("kafka.topics.escalations", kafka.topics.escalations, CONFIG_TOPIC), .fallback = "care.escalations",
     .help = "Steps that need a person, and steps that ended"},
    {KEY("kafka.topics.deadletter", kafka.topics.deadletter, CONFIG_TOPIC), .fallback = "care.deadletter",
     .help = "What could not be read, and why"},
    {KEY("kafka.topics.links", kafka.topics.links, CONFIG_TOPIC), .fallback = "care.links",
     .help = "Facts handed from one subject to another, and events that came on the wrong partition"},
    {KEY("kafka.topics.facts", kafka.topics.facts, CONFIG_TOPIC), .fallback = "care.facts",
     .help = "Checkpoints of the facts of each subject; compacted"},
    {KEY("kafka.session_timeout_ms", kafka.session_timeout_ms, CONFIG_INTEGER), .fallback = "45000", .min = 1000,
     .max = 3600000, .help = "After this silence the group gives this daemon's partitions to another"},
    {KEY("kafka.transaction_timeout_ms", kafka.transaction_timeout_ms, CONFIG_INTEGER), .fallback = "10000",
     .min = 1000, .max = 900000, .help = "A hand-over waits at most this long for a frozen daemon's transaction"},
    {KEY("kafka.security_protocol", kafka.security_protocol, CONFIG_CHOICE), .fallback = "plaintext",
     .choices = security_protocols, .passed_to_kafka = true, .help = "How to talk to the brokers"},
    {KEY("kafka.sasl_mechanism", kafka.sasl_mechanism, CONFIG_TEXT), .passed_to_kafka = true,
     .help = "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, GSSAPI or OAUTHBEARER"},
    {KEY("kafka.sasl_username", kafka.sasl_username, CONFIG_TEXT), .passed_to_kafka = true, .help = "SASL user"},
    {KEY("kafka.sasl_password", kafka.sasl_password, CONFIG_TEXT), .passed_to_kafka = true, .secret = true,
     .help = "SASL password"},
    {KEY("kafka.ssl_ca_location", kafka.ssl_ca_location, CONFIG_TEXT), .passed_to_kafka = true,
     .help = "File or folder of CA certificates that sign the brokers' certificates"},
    {KEY("kafka.ssl_certificate_location", kafka.ssl_certificate_location, CONFIG_TEXT), .passed_to_kafka = true,
     .help = "Our own certificate (PEM)"},
    {KEY("kafka.ssl_key_location", kafka.ssl_key_location, CONFIG_TEXT), .passed_to_kafka = true,
     .help = "Our own private key (PEM)"},
    {KEY("kafka.ssl_key_password", kafka.ssl_key_password, CONFIG_TEXT), .passed_to_kafka = true, .secret = true,
     .help = "Password of the private key"},
    {KEY("kafka.ssl_endpoint_identification_algorithm", kafka.ssl_endpoint_identification_algorithm, CONFIG_TEXT),
     .passed_to_kafka = true, .help = "https checks the broker's host name, none does not; librdkafka's own default"},
    {KEY("redis.url", redis.url, CONFIG_REDIS_URL),
     .help = "redis://[user:password@]host[:port][/database], unix:///path, or "
             "redis-sentinel://host[:port][,host[:port]...][/database]#master. Needed by the daemon",
     .secret = true},
    {KEY("redis.timeout_ms", redis.timeout_ms, CONFIG_INTEGER), .fallback = "5000", .min = 10, .max = 600000,
     .help = "A reply that takes longer counts as lost, and the connection is made anew"},
    {KEY("rules.folder", rules.folder, CONFIG_TEXT), .fallback_text = "the source tree's, else the installed one",
     .help = "The folder with packs/, catalogue/ and calendars/"},
    {KEY("rules.packs", rules.packs, CONFIG_LIST), .fallback_text = "england-statutory",
     .help = "Packs by name or file, the lowest layer first"},
    {KEY("calendars.default", calendar, CONFIG_TEXT),
     .fallback_text = "the one that the packs name, else england-and-wales",
     .help = "The calendar (bank holidays, school terms, office hours) of every authority that is not named under "
             "calendars: england-and-wales, scotland, northern-ireland, or a file"},
    {KEY("calendars", calendars, CONFIG_CALENDARS), .help = "The calendar of an authority that has its own"},
    {KEY("clock.stale_after_minutes", clock.stale_after_minutes, CONFIG_INTEGER), .fallback = "60", .min = 1,
     .max = 10080, .help = "A partition that stays behind longer than this speaks all the same, marked stale_since"},
    {KEY("batch.records_max", batch.records_max, CONFIG_INTEGER), .fallback = "1000", .min = 1, .max = 1000,
     .help = "Records in one write to Redis"},
    {KEY("batch.bytes_max", batch.bytes_max, CONFIG_INTEGER), .fallback = "4194304", .min = 65536, .max = 67108864,
     .help = "Bytes in one write to Redis"},
    {KEY("batch.wait_ms", batch.wait_ms, CONFIG_INTEGER), .fallback = "20", .min = 0, .max = 10000,
     .help = "How long a batch that is not full waits for more"},
    {KEY("audit.interval_minutes", audit.interval_minutes, CONFIG_INTEGER), .fallback = "60", .min = 0, .max = 10080,
     .help = "A round of the auditor over all subjects takes about this long, and less with few; 0: only on demand"},
    {KEY("audit.latest_interval_hours", audit.latest_interval_hours, CONFIG_INTEGER), .fallback = "24", .min = 1,
     .max = 8760, .help = "So often a round also reads care.alerts.latest and compares it with what was said"},
    {KEY("audit.outbox_limit_seconds", audit.outbox_limit_seconds, CONFIG_INTEGER), .fallback = "300", .min = 1,
     .max = 86400, .help = "What was said and waits longer than this for being published is a finding of the auditor"},
    {KEY("checkpoint.interval_seconds", checkpoint.interval_seconds, CONFIG_INTEGER), .fallback = "600", .min = 0,
     .max = 604800, .help = "How often what has changed is written to care.facts; 0: never"},
    {KEY("checkpoint.records_max", checkpoint.records_max, CONFIG_INTEGER), .fallback = "100", .min = 1, .max = 1000,
     .help = "Subjects in one step of a checkpoint"},
    {KEY("checkpoint.bytes_max", checkpoint.bytes_max, CONFIG_INTEGER), .fallback = "1048576", .min = 1024,
     .max = 16777216, .help = "Bytes of facts in one step of a checkpoint, but for the last subject"},
    {KEY("feeds.load_limit_hours", feeds.load_limit_hours, CONFIG_INTEGER), .fallback = "24", .min = 1, .max = 720,
     .help = "A bulk load (feed.load_started) that has not ended by then counts as ended: what it brought is said"},
    {KEY("feeds.wait_hours", feeds.wait_hours, CONFIG_INTEGER), .fallback = "30", .min = 0, .max = 720,
     .help = "A deadline waits at most this long for the feeds of its authority to be complete up to it "
             "(feed.complete_to); then it is said, marked stale_since"},
    {KEY("feeds.forget_days", feeds.forget_days, CONFIG_INTEGER), .fallback = "14", .min = 1, .max = 365,
     .help = "A feed that has not become more complete for so long is no longer waited for"},
    {KEY("feeds.loads_max", feeds.loads_max, CONFIG_INTEGER), .fallback = "1000", .min = 10, .max = 100000,
     .help = "Loads, and feeds, that are remembered; beyond it those that ended first are forgotten"},
    {KEY("not_fed", not_fed, CONFIG_NOT_FED),
     .help = "Event types that an authority does not publish: the duties that only they could meet are unknown there"},
    {KEY("alerts.source", alerts.source, CONFIG_TEXT), .fallback = "/watchkeeper",
     .help = "CloudEvents source of what is said, before the slash and the authority's code"},
    {KEY("erasure.key", erasure.key, CONFIG_TEXT), .secret = true,
     .help = "Secret from which the names of erased subjects are made; never change it: without it they are not known "
             "again"},
    {KEY("log.level", log.level, CONFIG_CHOICE), .fallback = "info", .choices = log_levels,
     .help = "The least important messages that are logged"},
    {KEY("log.target", log.target, CONFIG_CHOICE), .fallback = "auto", .choices = log_targets,
     .help = "auto is the journal where stderr is connected to it ($JOURNAL_STREAM), else stderr"},
    {KEY("status.socket", status.socket, CONFIG_TEXT),
     .fallback_text = "status.sock in $RUNTIME_DIRECTORY, else in the folder <kafka.transactional_id> of "
                      "/run/watchkeeper, $XDG_RUNTIME_DIR/watchkeeper or /tmp/watchkeeper-<uid>",
     .help = "Unix socket on which the daemon answers `watchkeeper status` and `audit`; `none`: it does not answer"},
};
const size_t config_keys_count = sizeof config_keys / sizeof *config_keys;

const struct config_key *config_keys_find(const char *name) {
    for (size_t i = 0; i < config_keys_count; i++) {
        const struct config_key *key = &config_keys[i];
        size_t length = strlen(key->name);
        if (strcmp(key->name, name) == 0)
            return key;
        bool by_authority = key->kind == CONFIG_NOT_FED || key->kind == CONFIG_CALENDARS;
        if (by_authority && strncmp(key->name, name, length) == 0 && name[length] == '.')
            return key;
    }
    return NULL;
}

static char *choices_text(const struct config_key *key, char *buffer, size_t size) {
    size_t used = 0;
    for (size_t i = 0; key->choices[i] != NULL && used < size; i++)
        used += (size_t) snprintf(buffer + used, size - used, "%s%s", i == 0 ? "one of " : ", ", key->choices[i]);
    return buffer;
}

char *config_keys_range(const struct config_key *key, char *buffer, size_t size) {
    static const char *const names[] = {
        [CONFIG_TEXT] = "text",
        [CONFIG_TOPIC] = "topic name: 1 to 249 of A-Z a-z 0-9 . _ -",
        [CONFIG_REDIS_URL] = "redis://, redis-sentinel:// or unix:// address",
        [CONFIG_BOOLEAN] = "true or false",
        [CONFIG_LIST] = "list (on the command line separated by commas)",
        [CONFIG_NOT_FED] = "authority code: list of event types",
        [CONFIG_CALENDARS] = "authority code: name of a calendar, or a file",
    };
    if (key->kind == CONFIG_CHOICE)
        return choices_text(key, buffer, size);
    if (key->kind == CONFIG_INTEGER)
        (void) snprintf(buffer, size, "whole number, %ld to %ld", key->min, key->max);
    else
        (void) snprintf(buffer, size, "%s", names[key->kind]);
    return buffer;
}

void *config_keys_slot(const struct config_key *key, struct config *config) {
    return (char *) config + key->offset;
}

const void *config_keys_value(const struct config_key *key, const struct config *config) {
    return (const char *) config + key->offset;
}
