/* config_keys.h: the table of keys that drives config.c and `watchkeeper config`. */
#ifndef WATCHKEEPER_CONFIG_KEYS_H
#define WATCHKEEPER_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct config;

enum config_kind {
    CONFIG_TEXT,
    CONFIG_TOPIC,     /* a text that is a Kafka topic's name */
    CONFIG_REDIS_URL, /* a text with a scheme we know */
    CONFIG_INTEGER,
    CONFIG_BOOLEAN,
    CONFIG_CHOICE,
    CONFIG_LIST,
    CONFIG_NOT_FED,   /* by authority: a list of event types */
    CONFIG_CALENDARS, /* by authority: a calendar */
};

struct config_key {
    const char *name; /* "kafka.group_id" */
    enum config_kind kind;
    size_t offset;              /* in struct config */
    const char *fallback;       /* NULL: none */
    long min, max;              /* of CONFIG_INTEGER, both included */
    const char *const *choices; /* of CONFIG_CHOICE, NULL-terminated */
    bool passed_to_kafka, secret;
    const char *fallback_text; /* for people, where the default is worked out when the program starts */
    const char *help;
};

extern const struct config_key config_keys[];
extern const size_t config_keys_count;

/* May be NULL. "not_fed.E06000052" finds not_fed, and so with calendars. */
const struct config_key *config_keys_find(const char *name);
/* "whole number, 1 to 1024" */
char *config_keys_range(const struct config_key *key, char *buffer, size_t size);
/* The place of the key's value in the configuration. */
void *config_keys_slot(const struct config_key *key, struct config *config);
const void *config_keys_value(const struct config_key *key, const struct config *config);

#endif
