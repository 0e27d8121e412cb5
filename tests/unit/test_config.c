/* test_config.c: every mistake of a configuration is told at once, with its place; settings outweigh the file. */
#include "config.h"

#include "arena.h"
#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct loaded {
    struct arena *arena;
    struct yaml_problems problems;
    struct config *config;
    int outcome;
};

static struct loaded *load(const char *text, const char *const *settings) {
    struct loaded *loaded = calloc(1, sizeof *loaded);
    assert_non_null(loaded);
    loaded->arena = arena_new();
    loaded->problems.arena = loaded->arena;
    char path[] = "/tmp/watchkeeper-config-XXXXXX";
    if (text != NULL) {
        int file = mkstemp(path);
        assert_true(file >= 0);
        assert_int_equal(write(file, text, strlen(text)), (ssize_t) strlen(text));
        assert_int_equal(close(file), 0);
    }
    loaded->outcome = config_load(text == NULL ? NULL : path, settings, &loaded->problems, &loaded->config);
    if (text != NULL)
        assert_int_equal(unlink(path), 0);
    return loaded;
}

static void done(struct loaded *loaded) {
    (void) config_free(loaded->config);
    (void) arena_free(loaded->arena);
    free(loaded);
}

static void assert_problem(const struct loaded *loaded, unsigned line, unsigned column, const char *part) {
    for (size_t i = 0; i < loaded->problems.count; i++) {
        const struct yaml_problem *problem = &loaded->problems.list[i];
        if (problem->place.line == line && problem->place.column == column && strstr(problem->message, part) != NULL)
            return;
    }
    for (size_t i = 0; i < loaded->problems.count; i++)
        print_error("told: %u:%u: %s\n", loaded->problems.list[i].place.line, loaded->problems.list[i].place.column,
                    loaded->problems.list[i].message);
    fail_msg("no problem at %u:%u with `%s`", line, column, part);
}

static void defaults_without_a_file(void **state) {
    (void) state;
    struct loaded *loaded = load(NULL, NULL);
    assert_int_equal(loaded->outcome, 0);
    const struct config *config = loaded->config;
    assert_null(config->kafka.bootstrap_servers);
    assert_string_equal(config->kafka.group_id, "watchkeeper");
    assert_string_equal(config->kafka.topics.alerts_latest, "care.alerts.latest");
    assert_int_equal(config->kafka.partitions, 12);
    assert_true(config->kafka.create_topics);
    assert_int_equal(config->batch.bytes_max, 4 * 1024 * 1024);
    assert_int_equal(config->clock.stale_after_minutes, 60);
    assert_null(config->rules.packs);
    done(loaded);
}

static void file_is_read(void **state) {
    (void) state;
    struct loaded *loaded = load("kafka:\n  bootstrap_servers: a:1,b:2\n  create_topics: false\n  topics:\n"
                                 "    events: x.events\nrules: {packs: [one, two]}\nredis.timeout_ms: 20\n",
                                 NULL);
    assert_int_equal(loaded->outcome, 0);
    assert_string_equal(loaded->config->kafka.bootstrap_servers, "a:1,b:2");
    assert_false(loaded->config->kafka.create_topics);
    assert_string_equal(loaded->config->kafka.topics.events, "x.events");
    assert_string_equal(loaded->config->rules.packs[0], "one");
    assert_string_equal(loaded->config->rules.packs[1], "two");
    assert_null(loaded->config->rules.packs[2]);
    assert_int_equal(loaded->config->redis.timeout_ms, 20);
    done(loaded);
}

static void settings_outweigh_the_file(void **state) {
    (void) state;
    const char *const settings[] = {"kafka.partitions=3", "kafka.partitions=4", "rules.packs=x,y", NULL};
    struct loaded *loaded = load("kafka:\n  partitions: 2\n", settings);
    assert_int_equal(loaded->outcome, 0);
    assert_int_equal(loaded->config->kafka.partitions, 4);
    assert_string_equal(loaded->config->rules.packs[1], "y");
    done(loaded);
}

static void every_mistake_at_once(void **state) {
    (void) state;
    const char *const settings[] = {"kafka.group_idd=x", "log.level=loud", "no-equals", NULL};
    struct loaded *loaded = load("kafka:\n"
                                 "  partitions: 2000\n"
                                 "  bootstrap_server: a\n"
                                 "  create_topics: perhaps\n"
                                 "  topics: 5\n"
                                 "redis:\n"
                                 "  url: http://x\n"
                                 "  timeout_ms: 10x\n"
                                 "kafka.topics.events: a/b\n",
                                 settings);
    assert_int_equal(loaded->outcome, CONFIG_WRONG);
    assert_null(loaded->config);
    assert_problem(loaded, 2, 15, "kafka.partitions: `2000` is not right here; expected whole number, 1 to 1024");
    assert_problem(loaded, 3, 3, "did you mean kafka.bootstrap_servers?");
    assert_problem(loaded, 4, 18, "expected true or false");
    assert_problem(loaded, 5, 11, "kafka.topics: expected keys below it");
    assert_problem(loaded, 7, 8, "redis.url");
    assert_problem(loaded, 8, 15, "redis.timeout_ms: `10x`");
    assert_problem(loaded, 9, 22, "topic name");
    assert_problem(loaded, 1, 1, "did you mean kafka.group_id?");
    assert_problem(loaded, 2, 11, "one of error, warning, notice, info, debug");
    assert_problem(loaded, 3, 1, "expected KEY=VALUE");
    assert_int_equal(loaded->problems.count, 10);
    done(loaded);
}

static void redis_with_tls_names_the_remedy(void **state) {
    (void) state;
    const char *const settings[] = {"redis.url=rediss://user:secret@host", NULL};
    struct loaded *loaded = load(NULL, settings);
    assert_int_equal(loaded->outcome, CONFIG_WRONG);
    assert_problem(loaded, 1, 11, "hiredis 1.0");
    assert_null(strstr(loaded->problems.list[0].message, "secret"));
    done(loaded);
}

static void secrets_are_not_repeated(void **state) {
    (void) state;
    const char *const settings[] = {"redis.url=xyz://user:secret@host", NULL};
    struct loaded *loaded = load(NULL, settings);
    assert_int_equal(loaded->outcome, CONFIG_WRONG);
    assert_null(strstr(loaded->problems.list[0].message, "secret"));
    done(loaded);
}

static void topics_need_names_of_their_own(void **state) {
    (void) state;
    struct loaded *loaded = load("kafka:\n  topics:\n    alerts: care.events\n", NULL);
    assert_int_equal(loaded->outcome, CONFIG_WRONG);
    assert_problem(loaded, 3, 13, "kafka.topics.events and kafka.topics.alerts are both `care.events`");
    done(loaded);
}

static void identity_from_host_and_instance(void **state) {
    (void) state;
    assert_int_equal(setenv("WATCHKEEPER_INSTANCE", "7", 1), 0);
    const char *const settings[] = {"kafka.group_id=g", NULL};
    struct loaded *loaded = load(NULL, settings);
    assert_int_equal(unsetenv("WATCHKEEPER_INSTANCE"), 0);
    const char *instance = loaded->config->kafka.group_instance_id;
    assert_string_equal(strrchr(instance, '-'), "-7");
    assert_memory_equal(loaded->config->kafka.transactional_id, "g-", 2);
    assert_string_equal(loaded->config->kafka.transactional_id + 2, instance);
    done(loaded);
}

static void not_fed_by_authority(void **state) {
    (void) state;
    const char *const settings[] = {"not_fed.E10000003=visit.made", NULL};
    struct loaded *loaded = load("not_fed:\n  E06000052: [missing.ended, visit.made]\n", settings);
    assert_int_equal(loaded->outcome, 0);
    const struct config *config = loaded->config;
    assert_int_equal(config->n_not_fed, 2);
    assert_false(config_is_fed(config, "E06000052", "missing.ended"));
    assert_true(config_is_fed(config, "E06000052", "review.held"));
    assert_false(config_is_fed(config, "E10000003", "visit.made"));
    assert_true(config_is_fed(config, "E10000003", "missing.ended"));
    done(loaded);
    const char *const wrong[] = {"not_fed.Cornwall=visit.made", NULL};
    loaded = load(NULL, wrong);
    assert_problem(loaded, 1, 18, "a letter and eight digits");
    done(loaded);
}

static void calendars_by_authority(void **state) {
    (void) state;
    const char *const settings[] = {"calendars.S12000033=scotland", "calendars.E06000052=other", NULL};
    struct loaded *loaded = load("calendars:\n  default: northern-ireland\n  E06000052: /etc/one.yaml\n", settings);
    assert_int_equal(loaded->outcome, 0);
    const struct config *config = loaded->config;
    assert_string_equal(config->calendar, "northern-ireland");
    assert_int_equal(config->n_calendars, 2);
    assert_string_equal(config->calendars[0].authority, "E06000052");
    assert_string_equal(config->calendars[0].calendar, "other"); /* a setting outweighs the file */
    assert_string_equal(config->calendars[1].calendar, "scotland");
    done(loaded);
    const char *const wrong[] = {"calendars.Cornwall=scotland", "calendars.E06000052=", "calendars=scotland", NULL};
    loaded = load("calendars:\n  E06000052: [scotland]\n", wrong);
    assert_int_equal(loaded->problems.count, 4);
    assert_problem(loaded, 2, 14, "a letter and eight digits");
    done(loaded);
}

static void addresses_are_asked_for(void **state) {
    (void) state;
    static const char *const needed[] = {"kafka.bootstrap_servers", "redis.url", NULL};
    const char *const settings[] = {"redis.url=unix:///run/redis.sock", NULL};
    struct loaded *loaded = load(NULL, settings);
    assert_int_equal(loaded->outcome, 0);
    assert_int_equal(config_require(loaded->config, needed, &loaded->problems), CONFIG_WRONG);
    assert_int_equal(loaded->problems.count, 1);
    assert_non_null(strstr(loaded->problems.list[0].message, "kafka.bootstrap_servers is not set"));
    done(loaded);
}

static int collect(void *context, const char *name, const char *value) {
    char *text = context;
    (void) snprintf(text + strlen(text), 256 - strlen(text), "%s=%s;", name, value);
    return 0;
}

static void security_keys_are_passed_on(void **state) {
    (void) state;
    const char *const settings[] = {"kafka.security_protocol=sasl_ssl", "kafka.ssl_ca_location=/ca.pem", NULL};
    struct loaded *loaded = load(NULL, settings);
    char text[256] = "";
    assert_int_equal(config_kafka_properties(loaded->config, collect, text), 0);
    assert_string_equal(text, "security.protocol=sasl_ssl;ssl.ca.location=/ca.pem;");
    done(loaded);
}

static void missing_file_is_told(void **state) {
    (void) state;
    struct loaded *loaded = calloc(1, sizeof *loaded);
    assert_non_null(loaded);
    loaded->arena = arena_new();
    loaded->problems.arena = loaded->arena;
    assert_true(config_load("/no/such/file.yaml", NULL, &loaded->problems, &loaded->config) < 0);
    assert_int_equal(loaded->problems.count, 1);
    done(loaded);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_without_a_file),
        cmocka_unit_test(file_is_read),
        cmocka_unit_test(settings_outweigh_the_file),
        cmocka_unit_test(every_mistake_at_once),
        cmocka_unit_test(redis_with_tls_names_the_remedy),
        cmocka_unit_test(secrets_are_not_repeated),
        cmocka_unit_test(topics_need_names_of_their_own),
        cmocka_unit_test(identity_from_host_and_instance),
        cmocka_unit_test(not_fed_by_authority),
        cmocka_unit_test(calendars_by_authority),
        cmocka_unit_test(addresses_are_asked_for),
        cmocka_unit_test(security_keys_are_passed_on),
        cmocka_unit_test(missing_file_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
