/* The configuration file, a line ====, and settings as --set has them, one a line. */
#include "fuzz.h"

#include "config.h"
#include "store_redis.h"

#include "ensure.h"

#include <stdio.h>

static int take_property(void *context, const char *name, const char *value) {
    (void) context;
    ENSURE(name[0] != '\0' && value != NULL);
    return 0;
}

static void use(const struct config *config, struct arena *arena) {
    static const char *const keys[] = {"kafka.bootstrap_servers", "redis.url", NULL};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ENSURE(out != NULL);
    config_print(config, out);
    ENSURE(fclose(out) == 0 && length > 0);
    free(text);
    struct yaml_problems *problems = fuzz_problems(arena);
    (void) !config_require(config, keys, problems);
    (void) !config_check_not_fed(config, engine_catalogue(fuzz_engine()), problems);
    (void) config_is_fed(config, "E06000052", "visit.made");
    ENSURE(config_kafka_properties(config, take_property, NULL) == 0);
    struct store_redis *store = NULL;
    const char *message;
    const struct store_redis_options options = {.url = config->redis.url == NULL ? "" : config->redis.url};
    if (store_redis_open(&options, &store, &message) == 0)
        (void) store_redis_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { SETTINGS_MAX = 32 };
    struct arena *arena = fuzz_arena();
    struct yaml_problems *problems = fuzz_problems(arena);
    struct fuzz_part part = {"", 0}, line;
    const char *settings[SETTINGS_MAX + 1] = {NULL};
    (void) fuzz_next_part(&data, &size, arena, &part);
    for (size_t i = 0; i < SETTINGS_MAX && fuzz_next_line(&data, &size, arena, &line); i++)
        settings[i] = line.text;
    struct fuzz_file file = fuzz_open_file(part.text, part.length);
    CLEANUP(config_freep) struct config *config = NULL;
    int outcome = config_load(part.length == 0 ? NULL : file.path, settings, problems, &config);
    ENSURE((outcome == 0) == (problems->count == 0));
    if (outcome == 0)
        use(config, arena);
    fuzz_close_file(&file);
    return 0;
}
