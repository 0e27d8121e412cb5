/* config.h: the configuration of daemon and tool: one YAML file, and any key of it by `--set a.b=c`.
 *
 * One table of keys (config_keys.c) drives reading, checking, defaults, errors and `watchkeeper config`. Nothing is
 * required to read it; a program asks for the addresses it needs with config_require(). */
#ifndef WATCHKEEPER_CONFIG_H
#define WATCHKEEPER_CONFIG_H

#include "cleanup.h"
#include "engine.h"
#include "not_fed.h"
#include "result.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct catalogue;
struct yaml_problems;

/* Texts are never NULL but for those marked; lists are NULL while empty, else NULL-terminated. All belong to the
 * config. */
struct config {
    struct {
        const char *bootstrap_servers; /* NULL until set */
        const char *group_id, *group_instance_id, *transactional_id;
        bool is_named; /* somebody said which daemon this is: the ids are not the default ones */
        bool create_topics;
        long partitions, replication_factor;
        struct {
            const char *events, *alerts, *alerts_latest, *escalations, *deadletter, *links, *facts;
        } topics;
        long session_timeout_ms, transaction_timeout_ms;
        const char *security_protocol;
        /* The next are NULL until set; config_kafka_properties() hands them on. */
        const char *sasl_mechanism, *sasl_username, *sasl_password;
        const char *ssl_ca_location, *ssl_certificate_location, *ssl_key_location, *ssl_key_password;
        const char *ssl_endpoint_identification_algorithm;
    } kafka;
    struct {
        const char *url; /* NULL until set */
        long timeout_ms;
    } redis;
    struct {
        const char *folder; /* NULL until set: see paths.h */
        const char *const *packs;
    } rules;
    struct {
        long stale_after_minutes;
    } clock;
    struct {
        long records_max, bytes_max, wait_ms;
    } batch;
    struct {
        long interval_seconds, records_max, bytes_max;
    } checkpoint;
    struct {
        long load_limit_hours, wait_hours, forget_days, loads_max;
    } feeds;
    struct {
        const char *source; /* prefix of the CloudEvents source of what is said */
    } alerts;
    struct {
        const char *key; /* NULL until set */
    } erasure;
    struct {
        const char *level, *target;
    } log;
    struct {
        const char *socket; /* NULL until set: see status_path.h */
    } status;
    struct {
        long interval_minutes, latest_interval_hours, outbox_limit_seconds;
    } audit;
    size_t n_not_fed;
    struct not_fed *not_fed; /* sorted by authority */
    const char *calendar;    /* of every other authority; NULL until set */
    size_t n_calendars;
    struct calendar_choice *calendars; /* sorted by authority */
    struct arena *arena;
};

enum config_outcome {
    CONFIG_WRONG = 1, /* one or more problems have been told */
};
/* path NULL: defaults only. settings: "a.b=c" texts, NULL-terminated, or NULL; they outweigh the file, the later the
 * earlier. Every mistake is told with file, line, column and key (in a setting: "--set", its number and the column
 * within it). Returns 0, -errno (with a problem told) or CONFIG_WRONG. */
MUST_CHECK int config_load(const char *path, const char *const *settings, struct yaml_problems *problems,
                           struct config **ret_config);
struct config *config_free(struct config *config); /* takes NULL, returns NULL */
static inline void config_freep(struct config **config) {
    (void) config_free(*config);
}

/* Tells each of the keys (full names, NULL-terminated) that has no value. Returns 0 or CONFIG_WRONG. */
MUST_CHECK int config_require(const struct config *config, const char *const keys[], struct yaml_problems *problems);
/* Tells each event type under not_fed that the catalogue does not have. Returns 0 or CONFIG_WRONG. */
MUST_CHECK int config_check_not_fed(const struct config *config, const struct catalogue *catalogue,
                                    struct yaml_problems *problems);
/* What an engine is loaded from; the packs are names or paths, ending with NULL. It points into the configuration. */
struct engine_paths config_engine_paths(const struct config *config, const char *folder, const char *const *packs);
/* Whether the authority publishes that type of event, as far as the configuration says. */
bool config_is_fed(const struct config *config, const char *authority, const char *type);

/* The security keys that are set, under librdkafka's names ("sasl.mechanism"), one call each until one returns other
 * than 0, which is returned. */
MUST_CHECK int config_kafka_properties(const struct config *config,
                                       int (*property)(void *context, const char *name, const char *value),
                                       void *context);

/* Every key with its value, kind, range, default and meaning. Secrets are shown as "(set)". */
void config_print(const struct config *config, FILE *to);

#endif
