/* pipeline_world.c: see pipeline_world.h. */
#include "pipeline_world.h"

#include "core_pack.h"

#include "ensure.h"
#include "log.h"
#include "murmur2.h"
#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct engine *engine;

struct instant world_at(const char *text) {
    struct instant instant;
    ENSURE(instant_parse(text, &instant) == 0);
    return instant;
}

static int load_engine(const char *calendar, struct engine **ret_engine) {
    struct yaml_problems problems = {.arena = arena_new()};
    struct engine_paths paths = {.packs = (const char *const[]){core_pack_path(), NULL},
                                 .folder = WATCHKEEPER_SOURCE_DIR "/rules",
                                 .calendar = calendar};
    int outcome = engine_load(&paths, &problems, ret_engine);
    yaml_problems_print(&problems, stderr);
    (void) arena_free(problems.arena);
    return outcome;
}

int world_set_up_engine(void **state) {
    (void) state;
    log_setup(getenv("WATCHKEEPER_TEST_LOG") == NULL ? LOG_LEVEL_NONE : LOG_LEVEL_DEBUG, false);
    return load_engine(NULL, &engine);
}

int world_tear_down_engine(void **state) {
    (void) state;
    engine = engine_free(engine);
    return 0;
}

const struct engine *world_engine(void) {
    return engine;
}

/* Nothing here ends the process of itself. */
static enum trial_outcome survive(bool (*work)(void *self), void *self) {
    (void) work;
    (void) self;
    return TRIAL_SURVIVED;
}

struct pipeline *world_new_pipeline(const struct world *world, struct memory_member *member) {
    struct pipeline_options options = {
        .engine = world->engine != NULL ? world->engine : engine,
        .source = memory_member_source(member),
        .store = memory_store_ops(world->store),
        .sink = memory_member_sink(member),
        .topics = {"care.events", "care.links"},
        .stale_after = HOURS(1),
        .records_max = 1000,
        .bytes_max = 4 << 20,
        .wait = {20},
        .trial = survive,
        .audit = {.interval = world->audit_interval, .survey_interval = HOURS(24), .outbox_limit = {300 * 1000}},
        .feeds = {.load_limit = HOURS(24), .wait = HOURS(30), .forget_after = HOURS(14 * 24), .loads_max = 10},
        .checkpoint = {.interval = world->checkpoint, .records_max = 3, .bytes_max = 1 << 20},
    };
    return pipeline_new(&options);
}

int world_set_up(void **state) {
    struct world *world = calloc(1, sizeof *world);
    world->kafka = memory_kafka_new(WORLD_PARTITIONS);
    world->store = memory_store_new();
    world->member = memory_kafka_join(world->kafka);
    world->pipeline = world_new_pipeline(world, world->member);
    world->now = world_at("2024-06-03T09:00:00Z");
    world->home = murmur2_partition("child/CE-1", WORLD_PARTITIONS);
    memory_kafka_assign(world->kafka, world->member);
    *state = world;
    return 0;
}

int world_tear_down(void **state) {
    struct world *world = *state;
    (void) pipeline_free(world->pipeline);
    (void) memory_store_free(world->store);
    (void) memory_kafka_free(world->kafka);
    (void) engine_free(world->engine);
    free(world);
    return 0;
}

void world_run_for(struct world *world, int64_t ms) {
    struct instant wake;
    for (int64_t passed = 0; passed <= ms; passed += 100) {
        int outcome = 0, turns = 0;
        do {
            outcome = pipeline_cycle(world->pipeline, world->now, &wake);
            assert_true(outcome >= 0);
        } while ((outcome == PIPELINE_MORE || ++turns < 4) && turns < 1000);
        world->now.ms += 100;
    }
}

void world_pass_to(struct world *world, const char *text) {
    struct instant to = world_at(text);
    for (; instant_before(world->now, to); world->now.ms += 10 * 1000)
        world_run_for(world, 0);
    world->now = to;
    world_run_for(world, 3000);
}

void world_jump_to(struct world *world, const char *text) {
    world->now = world_at(text);
    world_run_for(world, 3000);
}

void world_publish(struct world *world, const char *id, const char *type, const char *time, const char *data) {
    char *event;
    ENSURE(asprintf(&event,
                    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/test\",\"type\":\"%s\",\"subject\":"
                    "\"child/CE-1\",\"time\":\"%s\",\"data\":{\"authority\":\"E06000052\",%s}}",
                    id, type, time, data) > 0);
    memory_kafka_publish(world->kafka, world->home, "child/CE-1", event);
    free(event);
}

void world_publish_entry(struct world *world) {
    world_publish(world, "1", "child.registered", "2024-06-03T09:00:00Z",
                  "\"occurred_at\":\"2024-06-03\",\"date_of_birth\":\"2015-01-16\"");
    world_publish(world, "2", "care.started", "2024-06-03T09:00:00Z",
                  "\"occurred_at\":\"2024-06-03\",\"legal_status\":\"V2\",\"arrangement\":\"full\"");
}

void world_publish_review(struct world *world, const char *time) {
    world_publish(world, "3", "review.held", time,
                  "\"occurred_at\":\"2024-06-20\",\"review\":\"R1\",\"kind\":\"care\"");
}

bool world_contains(const struct sink_entry *entry, const char *text) {
    return memmem(entry->value, entry->value_length, text, strlen(text)) != NULL;
}

size_t world_count_said(const struct world *world, enum sink_topic topic, const char *text) {
    size_t count = 0;
    for (size_t i = 0; i < memory_kafka_count(world->kafka, topic); i++)
        count += world_contains(memory_kafka_entry(world->kafka, topic, i), text);
    return count;
}

void world_assert_said_once(const struct world *world, const char *id) {
    if (world_count_said(world, SINK_ALERTS, id) != 1)
        fail_msg("%s was said %zu times", id, world_count_said(world, SINK_ALERTS, id));
}

void world_assert_all_ids_once(const struct world *world) {
    for (size_t i = 0; i < memory_kafka_count(world->kafka, SINK_ALERTS); i++) {
        const struct sink_entry *entry = memory_kafka_entry(world->kafka, SINK_ALERTS, i);
        const char *id = strstr(entry->value, "\"id\":\"");
        char text[256];
        const char *end = strchr(id + 6, '"');
        (void) snprintf(text, sizeof text, "%.*s", (int) (end - id + 1), id);
        world_assert_said_once(world, text);
    }
}

void world_restart(struct world *world) {
    world->pipeline = pipeline_free(world->pipeline);
    world->member = memory_kafka_join(world->kafka);
    world->pipeline = world_new_pipeline(world, world->member);
    memory_kafka_assign(world->kafka, world->member);
}

void world_restart_with_calendar(struct world *world, const char *calendar) {
    world->pipeline = pipeline_free(world->pipeline); /* before the engine that it works with */
    world->engine = engine_free(world->engine);
    assert_int_equal(load_engine(calendar, &world->engine), 0);
    world_restart(world);
}

void world_overdue_once_after(struct world *world) {
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_jump_to(world, "2024-07-02T00:00:00Z");
    world_run_for(world, 8000);
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    world_assert_all_ids_once(world);
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
}
