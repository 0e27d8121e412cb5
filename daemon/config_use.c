/* config_use.c: what programs ask of a configuration that has been read; see config.h. */
#include "config.h"

#include "catalogue.h"
#include "config_keys.h"
#include "ensure.h"
#include "yaml.h"

#include <string.h>

enum { RANGE_TEXT_MAX = 160, PROPERTY_MAX = 80 };

int config_require(const struct config *config, const char *const keys[], struct yaml_problems *problems) {
    int outcome = 0;
    for (size_t i = 0; keys[i] != NULL; i++) {
        const struct config_key *key = config_keys_find(keys[i]);
        ENSURE(key != NULL && (key->kind == CONFIG_TEXT || key->kind == CONFIG_REDIS_URL));
        if (*(const char *const *) config_keys_value(key, config) != NULL)
            continue;
        yaml_problem(problems, (struct yaml_place){"configuration", 1, 1}, "%s is not set and is needed: %s", key->name,
                     key->help);
        outcome = CONFIG_WRONG;
    }
    return outcome;
}

struct engine_paths config_engine_paths(const struct config *config, const char *folder, const char *const *packs) {
    return (struct engine_paths){
        .packs = packs,
        .folder = folder,
        .n_not_fed = config->n_not_fed,
        .not_fed = config->not_fed,
        .calendar = config->calendar,
        .n_calendars = config->n_calendars,
        .calendars = config->calendars,
    };
}

static const struct not_fed *find_not_fed(const struct config *config, const char *authority) {
    for (size_t i = 0; i < config->n_not_fed; i++)
        if (strcmp(config->not_fed[i].authority, authority) == 0)
            return &config->not_fed[i];
    return NULL;
}

bool config_is_fed(const struct config *config, const char *authority, const char *type) {
    const struct not_fed *not_fed = find_not_fed(config, authority);
    for (size_t i = 0; not_fed != NULL && not_fed->types[i] != NULL; i++)
        if (strcmp(not_fed->types[i], type) == 0)
            return false;
    return true;
}

int config_check_not_fed(const struct config *config, const struct catalogue *catalogue,
                         struct yaml_problems *problems) {
    int outcome = 0;
    for (size_t i = 0; i < config->n_not_fed; i++)
        for (size_t j = 0; config->not_fed[i].types[j] != NULL; j++) {
            if (catalogue_find(catalogue, config->not_fed[i].types[j]) != NULL)
                continue;
            yaml_problem(problems, (struct yaml_place){"configuration", 1, 1},
                         "not_fed.%s: `%s` is no event type of the catalogue", config->not_fed[i].authority,
                         config->not_fed[i].types[j]);
            outcome = CONFIG_WRONG;
        }
    return outcome;
}

/* kafka.ssl_ca_location is librdkafka's ssl.ca.location. */
static void property_name(const struct config_key *key, char name[static PROPERTY_MAX]) {
    (void) snprintf(name, PROPERTY_MAX, "%s", key->name + strlen("kafka."));
    for (char *c = name; *c != '\0'; c++)
        if (*c == '_')
            *c = '.';
}

int config_kafka_properties(const struct config *config,
                            int (*property)(void *context, const char *name, const char *value), void *context) {
    for (size_t i = 0; i < config_keys_count; i++) {
        const char *const *value = config_keys_value(&config_keys[i], config);
        if (!config_keys[i].passed_to_kafka || *value == NULL)
            continue;
        char name[PROPERTY_MAX];
        property_name(&config_keys[i], name);
        int outcome = property(context, name, *value);
        if (outcome != 0)
            return outcome;
    }
    return 0;
}

/* ---- listing ---- */

static void print_list(const char *const *list, FILE *to) {
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        fprintf(to, "%s%s", i == 0 ? "" : ",", list[i]);
}

static void print_not_fed(const struct config *config, FILE *to) {
    for (size_t i = 0; i < config->n_not_fed; i++) {
        fprintf(to, "%s%s: ", i == 0 ? "" : "; ", config->not_fed[i].authority);
        print_list(config->not_fed[i].types, to);
    }
}

static void print_calendars(const struct config *config, FILE *to) {
    for (size_t i = 0; i < config->n_calendars; i++)
        fprintf(to, "%s%s: %s", i == 0 ? "" : "; ", config->calendars[i].authority, config->calendars[i].calendar);
}

static void print_text(const struct config_key *key, const char *text, FILE *to) {
    if (text != NULL)
        fputs(key->secret ? "(set)" : text, to);
}

static void print_value(const struct config_key *key, const struct config *config, FILE *to) {
    const void *value = config_keys_value(key, config);
    switch (key->kind) {
    case CONFIG_INTEGER:
        fprintf(to, "%ld", *(const long *) value);
        break;
    case CONFIG_BOOLEAN:
        fputs(*(const bool *) value ? "true" : "false", to);
        break;
    case CONFIG_LIST:
        print_list(*(const char *const *const *) value, to);
        break;
    case CONFIG_NOT_FED:
        print_not_fed(config, to);
        break;
    case CONFIG_CALENDARS:
        print_calendars(config, to);
        break;
    default:
        print_text(key, *(const char *const *) value, to);
    }
}

static const char *fallback_shown(const struct config_key *key) {
    if (key->fallback_text != NULL)
        return key->fallback_text;
    return key->fallback != NULL ? key->fallback : "none";
}

void config_print(const struct config *config, FILE *to) {
    for (size_t i = 0; i < config_keys_count; i++) {
        const struct config_key *key = &config_keys[i];
        char range[RANGE_TEXT_MAX];
        fprintf(to, "%s%s = ", i == 0 ? "" : "\n", key->name);
        print_value(key, config, to);
        fprintf(to, "\n    %s; default: %s\n    %s\n", config_keys_range(key, range, sizeof range), fallback_shown(key),
                key->help);
    }
}
