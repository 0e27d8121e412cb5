/* schema_asyncapi.c: see schema_asyncapi.h. Operations are told from the daemon's side, as AsyncAPI 3 wants it: what it
 * receives, others send. A message that stands on two topics under two keys is two messages with one payload. */
#include "schema_asyncapi.h"

#include "config_keys.h"
#include "ensure.h"
#include "kafka_topics.h"
#include "schema_event.h"
#include "schema_kept.h"
#include "schema_said.h"

#include <stdlib.h>
#include <string.h>

#define BINDING_VERSION "0.5.0"
#define STRUCTURED "application/cloudevents+json"

static const struct schema_style *style_of(bool strict) {
    static const struct schema_style styles[] = {{"#/components/schemas/", false}, {"#/components/schemas/", true}};
    return &styles[strict];
}

static const char description[] =
    "Watchkeeper reads what case systems publish about children in care and care leavers, and says what is due, late "
    "or a "
    "risk: once, also when no event comes. Messages are CloudEvents 1.0; events may come in structured mode (the "
    "schemas "
    "show it) or in binary mode, with the attributes in headers ce_id, ce_source and so on and the data as value. Send "
    "the "
    "subject as key and choose partitions as Kafka's Java clients do (murmur2). Readers use "
    "isolation.level=read_committed: "
    "then every statement is there exactly once.\n\n"
    "Beyond what the schemas say an event is refused where it is larger than 1 MiB, a key stands in it twice, a text "
    "holds "
    "U+0000, a day does not exist, a time lies outside the years 1900 to 2200 in UTC, or period_end is before "
    "period_start. What is refused goes to the dead letters and stops nothing.";

/* ---- messages ---- */

static void set_kafka(json_t *object, json_t *binding) {
    schema_parts_text(binding, "bindingVersion", BINDING_VERSION);
    schema_parts_set(object, "bindings", json_pack("{s: o}", "kafka", binding));
}

static json_t *message_of(const char *name, const char *means, const char *content_type, const char *key) {
    json_t *message = json_object();
    schema_parts_text(message, "name", name);
    schema_parts_text(message, "title", name);
    schema_parts_text(message, "summary", means);
    schema_parts_text(message, "contentType", content_type);
    set_kafka(message, json_pack("{s: o}", "key", schema_parts_described(schema_parts_type("string"), key)));
    return message;
}

static void set_payload(json_t *message, const struct schema_style *style, const char *schema) {
    schema_parts_set(message, "payload", schema_parts_ref(style, schema));
}

static void add_events(json_t *messages, const struct catalogue *catalogue, const struct schema_style *style) {
    for (size_t i = 0; i < catalogue->n_types; i++) {
        const struct event_type *type = &catalogue->types[i];
        json_t *message = message_of(type->name, type->means, STRUCTURED, "The subject.");
        set_payload(message, style, type->name);
        schema_parts_set(message, "tags", json_pack("[{s: s}]", "name", type->family));
        schema_parts_set(messages, type->name, message);
    }
}

static bool begins(const char *name, const char *with) {
    return strncmp(name, with, strlen(with)) == 0;
}

static bool is_alert(const char *name) {
    return begins(name, "care.alert.");
}

/* On the compacted topic: another key. */
static bool is_latest(const char *name) {
    return is_alert(name) || begins(name, "care.notice.");
}

static char *latest_name(const char *name) {
    char *text = NULL;
    ENSURE(asprintf(&text, "latest.%s", name) > 0);
    return text;
}

static void add_latest(json_t *messages, const struct schema_said *said, const struct schema_style *style) {
    const char *key = is_alert(said->name) ? "The alert: <subject>|<rule>|<anchor>." : "erasure|<name>.";
    json_t *message = message_of(said->name, said->means, STRUCTURED, key);
    CLEANUP(cleanup_free) char *name = latest_name(said->name);
    set_payload(message, style, said->name);
    schema_parts_set(messages, name, message);
}

static void add_said(json_t *messages, const struct schema_style *style) {
    for (const struct schema_said *said = schema_said_list(); said->name != NULL; said++) {
        bool event = begins(said->name, "care.");
        if (is_latest(said->name))
            add_latest(messages, said, style);
        if (begins(said->name, "care.notice."))
            continue;
        const char *key = event
                              ? "The subject."
                              : "The subject, with #2, #3 behind it for further parts; #checkpoint/<partition> for the "
                                "marker.";
        json_t *message = message_of(said->name, said->means, event ? STRUCTURED : "application/json", key);
        set_payload(message, style, said->name);
        schema_parts_set(messages, said->name, message);
    }
}

static void add_deadletter(json_t *messages) {
    json_t *message = message_of("deadletter", "A message that could not be read: key, value and headers as they came.",
                                 "application/octet-stream", "As it came.");
    schema_parts_set(message, "headers", schema_kept_deadletter_headers());
    schema_parts_set(messages, "deadletter", message);
}

/* ---- channels ---- */

static const struct channel {
    const char *name; /* also the key under kafka.topics of the configuration */
    const char *more; /* to what the configuration says of the topic */
    bool receives, sends;
} channels[KAFKA_TOPICS_OURS] = {
    [KAFKA_TOPICS_EVENTS] = {"events", "Several sources may publish here, in any order and more than once.", true,
                             false},
    [KAFKA_TOPICS_LINKS] =
        {"links",
         "Events in the form of the topic of events. The header watchkeeper.joined.to names the subject "
         "that the event's own has been merged into.",
         true, true},
    [KAFKA_TOPICS_ALERTS] = {"alerts", "One child's story is in order.", false, true},
    [KAFKA_TOPICS_LATEST] =
        {"alerts_latest",
         "Read as a table by key: the table of open alerts. A tombstone removes what an erasure has "
         "cancelled. The daemon reads it too, where Redis has lost something.",
         true, true},
    [KAFKA_TOPICS_ESCALATIONS] = {"escalations", "Read alone it has every step that needs a person at a level.", false,
                                  true},
    [KAFKA_TOPICS_DEADLETTER] = {"deadletter", "The headers say what is wrong, where, and in which message.", false,
                                 true},
    [KAFKA_TOPICS_FACTS] = {"facts",
                            "An empty Redis is rebuilt from here. A tombstone removes what stood under its key.", true,
                            true},
};

static void refer(json_t *messages, const char *name) {
    schema_parts_set(messages, name, json_pack("{s: o}", "$ref", json_sprintf("#/components/messages/%s", name)));
}

static bool stands_on(enum kafka_topics_our topic, const char *said) {
    switch (topic) {
    case KAFKA_TOPICS_ALERTS:
        return is_alert(said);
    case KAFKA_TOPICS_LATEST:
        return is_latest(said);
    case KAFKA_TOPICS_ESCALATIONS:
        return begins(said, "care.escalation.");
    case KAFKA_TOPICS_FACTS:
        return begins(said, "checkpoint.");
    case KAFKA_TOPICS_EVENTS:
    case KAFKA_TOPICS_LINKS:
    case KAFKA_TOPICS_DEADLETTER:
    case KAFKA_TOPICS_OURS:
        break;
    }
    return false;
}

static json_t *messages_on(enum kafka_topics_our topic, const struct catalogue *catalogue) {
    json_t *messages = json_object();
    bool events = topic == KAFKA_TOPICS_EVENTS || topic == KAFKA_TOPICS_LINKS;
    for (size_t i = 0; events && i < catalogue->n_types; i++)
        refer(messages, catalogue->types[i].name);
    for (const struct schema_said *said = schema_said_list(); said->name != NULL; said++) {
        CLEANUP(cleanup_free) char *name = topic == KAFKA_TOPICS_LATEST ? latest_name(said->name) : strdup(said->name);
        ENSURE(name != NULL);
        if (stands_on(topic, said->name))
            refer(messages, name);
    }
    if (topic == KAFKA_TOPICS_DEADLETTER)
        refer(messages, "deadletter");
    return messages;
}

static json_t *setting(const char *name, const char *value) {
    if (strcmp(name, "cleanup.policy") == 0)
        return json_pack("[s]", value);
    return json_integer(strtoll(value, NULL, 10));
}

static json_t *channel_binding(const struct kafka_topics_one *topic, const struct config *config) {
    json_t *binding = json_object(), *settings = json_object();
    for (const struct kafka_property *at = topic->settings; at != NULL && at->name != NULL; at++)
        schema_parts_set(settings, at->name, setting(at->name, at->value));
    schema_parts_text(binding, "topic", topic->name);
    schema_parts_set(binding, "partitions", json_integer(config->kafka.partitions));
    if (config->kafka.replication_factor > 0)
        schema_parts_set(binding, "replicas", json_integer(config->kafka.replication_factor));
    schema_parts_set(binding, "topicConfiguration", settings);
    return binding;
}

static json_t *channel_json(enum kafka_topics_our place, const struct kafka_topics_one *topic,
                            const struct catalogue *catalogue, const struct config *config) {
    json_t *channel = json_object(), *key_name = json_sprintf("kafka.topics.%s", channels[place].name);
    const struct config_key *key = config_keys_find(json_string_value(key_name));
    ENSURE(key != NULL);
    json_decref(key_name);
    schema_parts_text(channel, "address", topic->name);
    schema_parts_set(channel, "description", json_sprintf("%s. %s", key->help, channels[place].more));
    schema_parts_set(channel, "messages", messages_on(place, catalogue));
    set_kafka(channel, channel_binding(topic, config));
    return channel;
}

static json_t *channels_json(const struct catalogue *catalogue, const struct config *config) {
    struct kafka_topics_one topics[KAFKA_TOPICS_OURS];
    json_t *all = json_object();
    kafka_topics_ours(config, topics);
    for (int i = 0; i < KAFKA_TOPICS_OURS; i++)
        schema_parts_set(all, channels[i].name, channel_json((enum kafka_topics_our) i, &topics[i], catalogue, config));
    return all;
}

/* ---- operations ---- */

static json_t *operation_json(const struct channel *channel, const char *action, const struct config *config) {
    json_t *operation = json_object(), *binding = json_object();
    const char *group = channel->name;
    bool in_group = strcmp(group, "events") == 0 || strcmp(group, "links") == 0;
    schema_parts_text(operation, "action", action);
    schema_parts_set(operation, "channel", json_pack("{s: o}", "$ref", json_sprintf("#/channels/%s", channel->name)));
    if (strcmp(action, "receive") == 0 && in_group)
        schema_parts_set(binding, "groupId",
                         json_pack("{s: s, s: [s]}", "type", "string", "enum", config->kafka.group_id));
    set_kafka(operation, binding);
    return operation;
}

static void add_operation(json_t *all, const struct channel *channel, const char *action, const struct config *config) {
    CLEANUP(cleanup_free) char *name = NULL;
    ENSURE(asprintf(&name, "%s_%s", action, channel->name) > 0);
    schema_parts_set(all, name, operation_json(channel, action, config));
}

static json_t *operations_json(const struct config *config) {
    json_t *all = json_object();
    for (int i = 0; i < KAFKA_TOPICS_OURS; i++) {
        if (channels[i].receives)
            add_operation(all, &channels[i], "receive", config);
        if (channels[i].sends)
            add_operation(all, &channels[i], "send", config);
    }
    return all;
}

/* ---- the document ---- */

/* One for each address that is configured; none: the document then holds for any cluster. */
static json_t *servers_json(const struct config *config) {
    json_t *servers = json_object();
    const char *at = config->kafka.bootstrap_servers;
    bool secure = strcmp(config->kafka.security_protocol, "plaintext") != 0;
    for (int number = 1; at != NULL && *at != '\0'; number++) {
        size_t length = strcspn(at, ",");
        CLEANUP(cleanup_free) char *name = NULL;
        ENSURE(asprintf(&name, "kafka-%d", number) > 0);
        schema_parts_set(servers, name,
                         json_pack("{s: s%, s: s}", "host", at, length, "protocol", secure ? "kafka-secure" : "kafka"));
        at += length + (at[length] == ',');
    }
    return servers;
}

static json_t *schemas_json(const struct catalogue *catalogue, const struct schema_style *style) {
    json_t *schemas = json_object();
    for (size_t i = 0; i < catalogue->n_types; i++)
        schema_parts_set(schemas, catalogue->types[i].name, schema_event(catalogue, &catalogue->types[i], style));
    for (const struct schema_said *said = schema_said_list(); said->name != NULL; said++)
        schema_parts_set(schemas, said->name, said->schema(said, style));
    schema_event_definitions(catalogue, style, schemas);
    schema_said_definitions(style, schemas);
    return schemas;
}

static json_t *components_json(const struct catalogue *catalogue, bool strict) {
    const struct schema_style *style = style_of(strict);
    json_t *components = json_object(), *messages = json_object();
    add_events(messages, catalogue, style);
    add_said(messages, style);
    add_deadletter(messages);
    schema_parts_set(components, "messages", messages);
    schema_parts_set(components, "schemas", schemas_json(catalogue, style));
    return components;
}

json_t *schema_asyncapi(const struct catalogue *catalogue, const struct config *config, bool strict) {
    json_t *document = json_object();
    schema_parts_text(document, "asyncapi", "3.0.0");
    schema_parts_set(document, "info",
                     json_pack("{s: s, s: s, s: s}", "title", "Watchkeeper", "version", WATCHKEEPER_VERSION,
                               "description", description));
    schema_parts_text(document, "defaultContentType", STRUCTURED);
    if (config->kafka.bootstrap_servers != NULL)
        schema_parts_set(document, "servers", servers_json(config));
    schema_parts_set(document, "channels", channels_json(catalogue, config));
    schema_parts_set(document, "operations", operations_json(config));
    schema_parts_set(document, "components", components_json(catalogue, strict));
    return document;
}
