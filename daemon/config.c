/* config.c: reads the configuration against the table of keys. The file's mapping is walked down to the keys' dotted
 * names; a setting brings its dotted name with it; both then take the same way through assign(). */
#include "config.h"

#include "arena.h"
#include "catalogue.h"
#include "config_keys.h"
#include "ensure.h"
#include "yaml.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { RANGE_TEXT_MAX = 160, NAMES_MAX = 128, TOPIC_LENGTH_MAX = 249, HOST_MAX = 256 };

#define DEFAULT_PLACE ((struct yaml_place){"default", 1, 1})

struct reader {
    struct config *config;
    struct yaml_problems *problems;
    struct yaml_place *places; /* by key: where its value was given */
};

/* A value on its way to its key: texts of a list or one text, with where it stands. */
struct given {
    const char *name; /* as written: "not_fed.E06000052" */
    struct yaml_place place;
    const char *const *texts; /* NULL-terminated */
    bool list;                /* was written as one */
};

static void wrong(const struct reader *reader, const struct config_key *key, const struct given *given,
                  const char *value) {
    char range[RANGE_TEXT_MAX];
    config_keys_range(key, range, sizeof range);
    if (key->secret)
        yaml_problem(reader->problems, given->place, "%s: not a %s", given->name, range);
    else
        yaml_problem(reader->problems, given->place, "%s: `%s` is not right here; expected %s", given->name, value,
                     range);
}

/* ---- one kind of value each ---- */

static bool read_integer(const struct config_key *key, const char *text, void *slot) {
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    bool whole = errno == 0 && end != text && *end == '\0' && !isspace((unsigned char) *text);
    if (!whole || number < key->min || number > key->max)
        return false;
    *(long *) slot = number;
    return true;
}

static bool read_boolean(const char *text, void *slot) {
    bool truth = strcmp(text, "true") == 0;
    if (!truth && strcmp(text, "false") != 0)
        return false;
    *(bool *) slot = truth;
    return true;
}

static bool is_choice(const struct config_key *key, const char *text) {
    for (size_t i = 0; key->choices[i] != NULL; i++)
        if (strcmp(key->choices[i], text) == 0)
            return true;
    return false;
}

static bool is_topic(const char *text) {
    size_t length = strlen(text);
    size_t good = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    return length > 0 && length <= TOPIC_LENGTH_MAX && good == length && strcmp(text, ".") != 0 &&
           strcmp(text, "..") != 0;
}

static bool has_scheme(const char *url, const char *scheme) {
    return strncmp(url, scheme, strlen(scheme)) == 0 && url[strlen(scheme)] != '\0';
}

static bool is_redis_url(const struct reader *reader, const struct given *given, const char *url) {
    if (!has_scheme(url, "rediss://"))
        return has_scheme(url, "redis://") || has_scheme(url, "redis-sentinel://") || has_scheme(url, "unix://");
#ifdef WATCHKEEPER_REDIS_TLS
    return true;
#else
    yaml_problem(reader->problems, given->place,
                 "%s: rediss:// needs TLS, which this build does not have; build with hiredis 1.0 or later and its "
                 "hiredis_ssl, or use redis:// through a local TLS proxy such as stunnel",
                 given->name);
    return true; /* told already */
#endif
}

static bool read_text(const struct reader *reader, const struct config_key *key, const struct given *given,
                      const char *text, void *slot) {
    bool good = (key->kind != CONFIG_CHOICE || is_choice(key, text)) && (key->kind != CONFIG_TOPIC || is_topic(text)) &&
                (key->kind != CONFIG_REDIS_URL || is_redis_url(reader, given, text));
    if (good)
        *(const char **) slot = *text == '\0' ? NULL : arena_strdup(reader->config->arena, text);
    return good;
}

static bool read_scalar(const struct reader *reader, const struct config_key *key, const struct given *given,
                        const char *text, void *slot) {
    switch (key->kind) {
    case CONFIG_INTEGER:
        return read_integer(key, text, slot);
    case CONFIG_BOOLEAN:
        return read_boolean(text, slot);
    default:
        return read_text(reader, key, given, text, slot);
    }
}

static const char *const *copy_texts(struct arena *arena, const char *const *texts) {
    size_t count = 0;
    while (texts[count] != NULL)
        count++;
    if (count == 0)
        return NULL;
    const char **copy = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_strdup(arena, texts[i]);
    return copy;
}

static bool is_authority(const char *code) {
    return strlen(code) == 9 && isupper((unsigned char) code[0]) && strspn(code + 1, "0123456789") == 8;
}

static struct not_fed *not_fed_of(struct config *config, const char *authority) {
    for (size_t i = 0; i < config->n_not_fed; i++)
        if (strcmp(config->not_fed[i].authority, authority) == 0)
            return &config->not_fed[i];
    size_t count = config->n_not_fed++;
    config->not_fed = arena_grow_array(config->arena, config->not_fed, count, count + 1, sizeof *config->not_fed);
    config->not_fed[count].authority = arena_strdup(config->arena, authority);
    return &config->not_fed[count];
}

static void assign_not_fed(const struct reader *reader, const struct config_key *key, const struct given *given) {
    const char *dot = strchr(given->name, '.');
    if (dot == NULL || !is_authority(dot + 1)) {
        yaml_problem(reader->problems, given->place,
                     "%s: expected %s.<authority>, a letter and eight digits such as E06000052, with a list of event "
                     "types",
                     given->name, key->name);
        return;
    }
    const char *const *types = copy_texts(reader->config->arena, given->texts);
    static const char *const none[] = {NULL};
    not_fed_of(reader->config, dot + 1)->types = types == NULL ? none : types;
}

static struct calendar_choice *calendar_of(struct config *config, const char *authority) {
    for (size_t i = 0; i < config->n_calendars; i++)
        if (strcmp(config->calendars[i].authority, authority) == 0)
            return &config->calendars[i];
    size_t count = config->n_calendars++;
    config->calendars = arena_grow_array(config->arena, config->calendars, count, count + 1, sizeof *config->calendars);
    config->calendars[count].authority = arena_strdup(config->arena, authority);
    return &config->calendars[count];
}

static void assign_calendar(const struct reader *reader, const struct config_key *key, const struct given *given) {
    const char *dot = strchr(given->name, '.');
    bool one = !given->list && *given->texts[0] != '\0';
    if (dot == NULL || !is_authority(dot + 1) || !one)
        yaml_problem(reader->problems, given->place,
                     "%s: expected %s.<authority>, a letter and eight digits such as E06000052 (or %s.default), with "
                     "the name or file of a calendar",
                     given->name, key->name, key->name);
    else
        calendar_of(reader->config, dot + 1)->calendar = arena_strdup(reader->config->arena, given->texts[0]);
}

static void assign(const struct reader *reader, const struct config_key *key, const struct given *given) {
    if (key->kind == CONFIG_NOT_FED) {
        assign_not_fed(reader, key, given);
        return;
    }
    if (key->kind == CONFIG_CALENDARS) {
        assign_calendar(reader, key, given);
        return;
    }
    void *slot = config_keys_slot(key, reader->config);
    reader->places[key - config_keys] = given->place;
    if (key->kind == CONFIG_LIST)
        *(const char *const **) slot = copy_texts(reader->config->arena, given->texts);
    else if (given->list)
        wrong(reader, key, given, "a list");
    else if (!read_scalar(reader, key, given, given->texts[0], slot))
        wrong(reader, key, given, given->texts[0]);
}

/* ---- names ---- */

static bool is_section(const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < config_keys_count; i++)
        if (strncmp(config_keys[i].name, name, length) == 0 && config_keys[i].name[length] == '.')
            return true;
    return strcmp(name, "not_fed") == 0;
}

static void unknown_key(const struct reader *reader, struct yaml_place place, const char *name) {
    const char *names[NAMES_MAX + 1] = {0};
    for (size_t i = 0; i < config_keys_count && i < NAMES_MAX; i++)
        names[i] = config_keys[i].name;
    const char *nearest = yaml_nearest(name, names);
    if (nearest == NULL)
        yaml_problem(reader->problems, place, "%s: there is no such key; `watchkeeper config` lists them", name);
    else
        yaml_problem(reader->problems, place, "%s: there is no such key; did you mean %s?", name, nearest);
}

/* ---- the file ---- */

static void assign_node(const struct reader *reader, const struct config_key *key, const char *name,
                        const struct yaml *node) {
    struct arena *arena = reader->config->arena;
    size_t count = node->kind == YAML_SEQUENCE ? node->count : 1;
    const char **texts = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct yaml *item = node->kind == YAML_SEQUENCE ? node->items[i] : node;
        if (item->kind != YAML_SCALAR) {
            yaml_problem(reader->problems, item->place, "%s: expected a plain value", name);
            return;
        }
        texts[i] = item->text;
    }
    struct given given = {name, node->place, texts, node->kind == YAML_SEQUENCE};
    assign(reader, key, &given);
}

static void walk(const struct reader *reader, const char *prefix, const struct yaml *mapping) {
    for (size_t i = 0; i < mapping->count; i++) {
        const struct yaml_pair *pair = &mapping->pairs[i];
        const char *name =
            *prefix == '\0' ? pair->key : arena_printf(reader->config->arena, "%s.%s", prefix, pair->key);
        const struct config_key *key = config_keys_find(name);
        bool section = is_section(name);
        if (section && pair->value->kind == YAML_MAPPING)
            walk(reader, name, pair->value);
        else if (key != NULL)
            assign_node(reader, key, name, pair->value);
        else if (section)
            yaml_problem(reader->problems, pair->value->place, "%s: expected keys below it", name);
        else
            unknown_key(reader, pair->key_place, name);
    }
}

static int read_file(const struct reader *reader, const char *path) {
    const struct yaml *root;
    int outcome = yaml_load(path, reader->config->arena, reader->problems, &root);
    if (outcome < 0)
        return outcome;
    if (outcome == YAML_WRONG)
        return 0; /* told; the settings are still checked */
    if (root->kind == YAML_MAPPING)
        walk(reader, "", root);
    else if (root->kind != YAML_SCALAR || *root->text != '\0')
        yaml_problem(reader->problems, root->place, "expected keys and values");
    return 0;
}

/* ---- settings and defaults ---- */

static const char *const *split(struct arena *arena, const char *text) {
    size_t count = 1;
    for (const char *comma = strchr(text, ','); comma != NULL; comma = strchr(comma + 1, ','))
        count++;
    const char **texts = ARENA_ARRAY(arena, const char *, count + 1);
    size_t used = 0;
    for (const char *from = text; from != NULL; from = *from == '\0' ? NULL : from + 1) {
        size_t length = strcspn(from, ",");
        if (length > 0)
            texts[used++] = arena_strndup(arena, from, length);
        from += length;
        if (*from == '\0')
            break;
    }
    return texts;
}

static void assign_text(const struct reader *reader, const struct config_key *key, const char *name,
                        struct yaml_place place, const char *text) {
    bool list = key->kind == CONFIG_LIST || key->kind == CONFIG_NOT_FED;
    const char *one[] = {text, NULL};
    struct given given = {name, place, list ? split(reader->config->arena, text) : one, false};
    assign(reader, key, &given);
}

static void read_setting(const struct reader *reader, const char *setting, unsigned number) {
    const char *equals = strchr(setting, '=');
    struct yaml_place place = {"--set", number, 1};
    if (equals == NULL) {
        yaml_problem(reader->problems, place, "expected KEY=VALUE: %s", setting);
        return;
    }
    const char *name = arena_strndup(reader->config->arena, setting, (size_t) (equals - setting));
    const struct config_key *key = config_keys_find(name);
    if (key == NULL) {
        unknown_key(reader, place, name);
        return;
    }
    place.column = (unsigned) (equals - setting) + 2;
    assign_text(reader, key, name, place, equals + 1);
}

static void read_fallbacks(const struct reader *reader) {
    for (size_t i = 0; i < config_keys_count; i++)
        if (config_keys[i].fallback != NULL)
            assign_text(reader, &config_keys[i], config_keys[i].name, DEFAULT_PLACE, config_keys[i].fallback);
    ENSURE(reader->problems->count == 0);
}

/* A text key with a default that was set to nothing has it again. */
static void restore_emptied(const struct reader *reader) {
    for (size_t i = 0; i < config_keys_count; i++) {
        const struct config_key *key = &config_keys[i];
        bool text = key->kind == CONFIG_TEXT || key->kind == CONFIG_TOPIC || key->kind == CONFIG_CHOICE;
        if (text && key->fallback != NULL && *(const char *const *) config_keys_value(key, reader->config) == NULL)
            assign_text(reader, key, key->name, DEFAULT_PLACE, key->fallback);
    }
}

static void work_out_identity(struct config *config) {
    char host[HOST_MAX] = "";
    if (gethostname(host, sizeof host - 1) != 0 || *host == '\0')
        strcpy(host, "watchkeeper");
    const char *instance = getenv("WATCHKEEPER_INSTANCE");
    bool instance_given = instance != NULL && *instance != '\0';
    config->kafka.is_named =
        instance_given || config->kafka.group_instance_id != NULL || config->kafka.transactional_id != NULL;
    if (!instance_given)
        instance = "1";
    if (config->kafka.group_instance_id == NULL)
        config->kafka.group_instance_id = arena_printf(config->arena, "%s-%s", host, instance);
    if (config->kafka.transactional_id == NULL)
        config->kafka.transactional_id =
            arena_printf(config->arena, "%s-%s", config->kafka.group_id, config->kafka.group_instance_id);
}

static int compare_chosen(const void *a, const void *b) {
    return strcmp(((const struct calendar_choice *) a)->authority, ((const struct calendar_choice *) b)->authority);
}

static int compare_authorities(const void *a, const void *b) {
    return strcmp(((const struct not_fed *) a)->authority, ((const struct not_fed *) b)->authority);
}

static const char *text_at(const struct reader *reader, size_t key) {
    return *(const char *const *) config_keys_value(&config_keys[key], reader->config);
}

/* Two topics of one name would mix what must be told apart. Told where a name was given, not where it is the default.
 */
static void check_topics_differ(const struct reader *reader) {
    for (size_t i = 0; i < config_keys_count; i++)
        for (size_t j = i + 1; j < config_keys_count; j++) {
            if (config_keys[i].kind != CONFIG_TOPIC || config_keys[j].kind != CONFIG_TOPIC ||
                strcmp(text_at(reader, i), text_at(reader, j)) != 0)
                continue;
            bool is_default = strcmp(reader->places[j].file, DEFAULT_PLACE.file) == 0;
            yaml_problem(reader->problems, reader->places[is_default ? i : j],
                         "%s and %s are both `%s`; each topic needs its own name", config_keys[i].name,
                         config_keys[j].name, text_at(reader, i));
        }
}

static int read_all(const struct reader *reader, const char *path, const char *const *settings) {
    read_fallbacks(reader);
    int outcome = path == NULL ? 0 : read_file(reader, path);
    if (outcome != 0)
        return outcome;
    for (unsigned i = 0; settings != NULL && settings[i] != NULL; i++)
        read_setting(reader, settings[i], i + 1);
    restore_emptied(reader);
    work_out_identity(reader->config);
    check_topics_differ(reader);
    if (reader->config->n_not_fed > 0)
        qsort(reader->config->not_fed, reader->config->n_not_fed, sizeof *reader->config->not_fed, compare_authorities);
    if (reader->config->n_calendars > 0)
        qsort(reader->config->calendars, reader->config->n_calendars, sizeof *reader->config->calendars,
              compare_chosen);
    return reader->problems->count > 0 ? CONFIG_WRONG : 0;
}

int config_load(const char *path, const char *const *settings, struct yaml_problems *problems,
                struct config **ret_config) {
    CLEANUP(config_freep) struct config *config = calloc(1, sizeof *config);
    ENSURE(config != NULL);
    config->arena = arena_new();
    struct reader reader = {config, problems, ARENA_ARRAY(config->arena, struct yaml_place, config_keys_count)};
    int outcome = read_all(&reader, path, settings);
    if (outcome == 0)
        *ret_config = TAKE(config);
    return outcome;
}

struct config *config_free(struct config *config) {
    if (config != NULL)
        (void) arena_free(config->arena);
    free(config);
    return NULL;
}
