/* What ends the process is found and put aside, and nothing else is: a store that "dies" in the middle of a write
 * stands for the process, which is then started again on what the store and the broker remember. */
#include "core_pack.h"
#include "engine.h"
#include "ensure.h"
#include "log.h"
#include "memory_kafka.h"
#include "memory_store.h"
#include "pipeline.h"
#include "yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct engine *engine;

/* Where the process dies: at a write that has a fact with this text, or that gives this subject a timer. */
struct world {
    struct memory_kafka *kafka;
    struct memory_store *memory;
    struct store_ops ops;
    struct store store;
    struct memory_member *member;
    struct pipeline *pipeline;
    struct instant now;
    const char *deadly_fact, *deadly_subject;
    size_t deadly_notes; /* so many kills from outside, between note and write */
    bool innocent;       /* says a trial */
    size_t trials;
    size_t lost_notes; /* so many notes are written, and the replies lost */
    size_t deaths;
    jmp_buf death;
};

static bool is_deadly(const struct world *world, const struct store_record *record) {
    for (size_t i = 0; world->deadly_fact != NULL && i < record->n_facts; i++)
        if (memmem(record->facts[i].value.data, record->facts[i].value.length, world->deadly_fact,
                   strlen(world->deadly_fact)) != NULL)
            return true;
    bool derived = record->n_said > 0 || record->next.ms != world->now.ms + 24 * 3600 * 1000;
    return world->deadly_subject != NULL && record->n_facts == 0 && derived &&
           strcmp(record->subject, world->deadly_subject) == 0;
}

static struct world *living; /* the store is the twin's own but for its writes */

static int deadly_write(void *self, const struct store_write *write) {
    struct world *world = living;
    for (size_t i = 0; i < write->n_records; i++)
        if (is_deadly(world, &write->records[i]))
            longjmp(world->death, 1);
    int outcome = memory_store_ops(world->memory).ops->write(self, write);
    if (world->deadly_notes > 0 && write->meta.attempting != 0) {
        world->deadly_notes--;
        longjmp(world->death, 1);
    }
    if (world->lost_notes > 0 && write->meta.attempting != 0) {
        world->lost_notes--;
        return STORE_DOWN;
    }
    return outcome;
}

static int set_up_engine(void **state) {
    (void) state;
    log_setup(getenv("WATCHKEEPER_TEST_LOG") == NULL ? LOG_LEVEL_NONE : LOG_LEVEL_DEBUG, false);
    struct yaml_problems problems = {.arena = arena_new()};
    struct engine_paths paths = {.packs = (const char *const[]){core_pack_path(), NULL},
                                 .folder = WATCHKEEPER_SOURCE_DIR "/rules"};
    int outcome = engine_load(&paths, &problems, &engine);
    (void) arena_free(problems.arena);
    return outcome;
}

static int tear_down_engine(void **state) {
    (void) state;
    engine = engine_free(engine);
    return 0;
}

static enum trial_outcome trial(bool (*work)(void *self), void *self) {
    (void) work; /* what is deadly here is a write, which a trial does not make */
    (void) self;
    living->trials++;
    return living->innocent ? TRIAL_SURVIVED : TRIAL_ENDED;
}

static void start(struct world *world) {
    world->pipeline = pipeline_free(world->pipeline);
    world->member = memory_kafka_join(world->kafka);
    struct pipeline_options options = {
        .engine = engine,
        .source = memory_member_source(world->member),
        .store = world->store,
        .sink = memory_member_sink(world->member),
        .topics = {"care.events", "care.links"},
        .stale_after = HOURS(1),
        .records_max = 1000,
        .bytes_max = 4 << 20,
        .wait = {20},
        .trial = trial,
    };
    world->pipeline = pipeline_new(&options);
    memory_kafka_assign(world->kafka, world->member);
}

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof *world);
    world->kafka = memory_kafka_new(1);
    world->memory = memory_store_new();
    world->store = memory_store_ops(world->memory);
    world->ops = *world->store.ops;
    world->ops.write = deadly_write;
    world->store.ops = &world->ops;
    living = world;
    ENSURE(instant_parse("2024-06-03T09:00:00Z", &world->now) == 0);
    start(world);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    (void) pipeline_free(world->pipeline);
    (void) memory_store_free(world->memory);
    (void) memory_kafka_free(world->kafka);
    free(world);
    return 0;
}

/* Cycles, a hundred milliseconds apart; whoever dies is started again. */
static void run_for(struct world *world, int64_t ms) {
    struct instant end = {world->now.ms + ms};
    while (world->now.ms < end.ms) {
        struct instant wake;
        int outcome = 0;
        if (setjmp(world->death) != 0) {
            world->deaths++;
            assert_true(world->deaths < 50);
            start(world);
        }
        for (int turns = 0; turns < 1000; turns++) {
            outcome = pipeline_cycle(world->pipeline, world->now, &wake);
            assert_true(outcome >= 0);
            if (outcome != PIPELINE_MORE && turns >= 4)
                break;
        }
        world->now.ms += 100;
    }
}

static void publish_as(struct world *world, const char *child, const char *id) {
    char *event;
    ENSURE(asprintf(&event,
                    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/test\",\"type\":\"care.started\",\"subject\":"
                    "\"%s\",\"time\":\"2024-06-03T09:00:00Z\",\"data\":{\"authority\":\"E06000052\","
                    "\"occurred_at\":\"2024-06-03\",\"legal_status\":\"V2\",\"arrangement\":\"full\"}}",
                    id, child) > 0);
    memory_kafka_publish(world->kafka, 0, child, event);
    free(event);
}

static void publish(struct world *world, int first, int count) {
    for (int i = first; i < first + count; i++) {
        char child[32], id[32];
        (void) snprintf(child, sizeof child, "child/CE-%d", i);
        (void) snprintf(id, sizeof id, "e-%d-", i);
        publish_as(world, child, id);
    }
}

static size_t count_headers(const struct world *world, const char *text) {
    size_t count = 0;
    for (size_t i = 0; i < memory_kafka_count(world->kafka, SINK_DEADLETTER); i++) {
        const struct sink_entry *entry = memory_kafka_entry(world->kafka, SINK_DEADLETTER, i);
        for (size_t k = 0; k < entry->n_headers; k++)
            count += strcmp(entry->headers[k].name, "watchkeeper.error.class") == 0 &&
                     entry->headers[k].length == strlen(text) &&
                     memcmp(entry->headers[k].value, text, strlen(text)) == 0;
    }
    return count;
}

static void assert_at_peace(const struct world *world) {
    const struct store_meta *meta = memory_store_meta(world->memory, 0);
    assert_int_equal(meta->starts, 0);
    assert_int_equal(meta->attempting, 0);
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        assert_int_equal(meta->suspects[i].deaths, 0);
    assert_int_equal(meta->suspect_subject.deaths, 0);
}

/* ---- messages ---- */

static void test_poison_goes_to_the_dead_letters(void **state) {
    struct world *world = *state;
    run_for(world, 1000);
    world->deadly_fact = "e-7-";
    publish(world, 0, 20);
    run_for(world, 20000);
    assert_int_equal(count_headers(world, "poison"), 1);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_DEADLETTER), 1);
    const struct sink_entry *letter = memory_kafka_entry(world->kafka, SINK_DEADLETTER, 0);
    assert_non_null(memmem(letter->value, letter->value_length, "e-7-", 4));
    assert_int_equal(memory_store_count(world->memory, "fact"), 19);
    assert_in_range(world->deaths, 3, 4);
    publish(world, 30, 3);
    run_for(world, 2000);
    assert_int_equal(memory_store_count(world->memory, "fact"), 22);
    assert_in_range(world->deaths, 3, 4);
    assert_at_peace(world);
}

static void test_several_poisons(void **state) {
    struct world *world = *state;
    run_for(world, 1000);
    world->deadly_fact = "-1";
    publish(world, 0, 30); /* 1 and 10 to 19 */
    run_for(world, 60000);
    assert_int_equal(count_headers(world, "poison"), 11);
    assert_int_equal(memory_store_count(world->memory, "fact"), 19);
    assert_at_peace(world);
}

/* Started again before it has got to the end: the next message is tried alone. */
static void start_to_be_careful(struct world *world) {
    memory_kafka_hide_ends(world->kafka, true);
    start(world);
    run_for(world, 1000);
    start(world);
    memory_kafka_hide_ends(world->kafka, false);
}

static void test_one_kill_from_outside_buries_nothing(void **state) {
    struct world *world = *state;
    for (int i = 0; i < 6; i++) {
        start_to_be_careful(world);
        world->deadly_notes = 1;
        publish(world, i, 1);
        run_for(world, 5000);
        assert_int_equal(world->deaths, i + 1);
        assert_int_equal(memory_store_count(world->memory, "fact"), i + 1);
    }
    assert_int_equal(memory_kafka_count(world->kafka, SINK_DEADLETTER), 0);
    assert_at_peace(world);
}

/* However often they hit the same message or subject: the child process acquits it. */
static void test_kills_from_outside_bury_nothing(void **state) {
    struct world *world = *state;
    world->innocent = true;
    start_to_be_careful(world);
    world->deadly_notes = 7;
    publish(world, 0, 1);
    run_for(world, 20000);
    assert_int_equal(world->deadly_notes, 0);
    assert_int_equal(world->deaths, 7);
    assert_in_range(world->trials, 1, 4);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_DEADLETTER), 0);
    assert_int_equal(pipeline_view(world->pipeline).counters->set_aside, 0);
    assert_int_equal(memory_store_count(world->memory, "fact"), 1);
    assert_at_peace(world);
}

static void test_lost_replies_are_no_deaths(void **state) {
    struct world *world = *state;
    start_to_be_careful(world);
    world->lost_notes = 5;
    publish(world, 0, 1);
    run_for(world, 60000);
    assert_int_equal(world->lost_notes, 0);
    assert_int_equal(world->deaths, 0);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_DEADLETTER), 0);
    assert_int_equal(memory_store_count(world->memory, "fact"), 1);
    assert_at_peace(world);
}

static void test_unreadable_ones_are_still_dead_letters_of_their_own(void **state) {
    struct world *world = *state;
    start_to_be_careful(world);
    memory_kafka_publish(world->kafka, 0, "x", "{");
    publish(world, 0, 2);
    run_for(world, 3000);
    assert_int_equal(count_headers(world, "not_json"), 1);
    assert_int_equal(memory_store_count(world->memory, "fact"), 2);
}

/* ---- timers ---- */

static void test_deadly_subject_is_set_aside(void **state) {
    struct world *world = *state;
    publish(world, 0, 4);
    run_for(world, 2000);
    world->deadly_subject = "child/CE-2";
    world->deaths = 0;
    ENSURE(instant_parse("2024-06-25T00:00:00Z", &world->now) == 0);
    run_for(world, 20000);
    assert_in_range(world->deaths, 3, 4);
    assert_int_equal(pipeline_view(world->pipeline).counters->set_aside, 1);
    /* The others were told of; this one is looked at again tomorrow. */
    size_t said = 0;
    for (size_t i = 0; i < memory_kafka_count(world->kafka, SINK_ALERTS); i++) {
        const struct sink_entry *entry = memory_kafka_entry(world->kafka, SINK_ALERTS, i);
        assert_null(memmem(entry->value, entry->value_length, "child/CE-2", 10));
        said += memmem(entry->value, entry->value_length, "review-first|care:2024-06-03#due_soon", 37) != NULL;
    }
    assert_int_equal(said, 3);
    struct instant again = memory_store_timer(world->memory, "child/CE-2");
    assert_in_range(again.ms - world->now.ms, 23 * 3600 * 1000, 24 * 3600 * 1000);
    world->deadly_subject = NULL; /* mended */
    world->now.ms += 25 * 3600 * 1000;
    run_for(world, 3000);
    said = 0;
    for (size_t i = 0; i < memory_kafka_count(world->kafka, SINK_ALERTS); i++) {
        const struct sink_entry *entry = memory_kafka_entry(world->kafka, SINK_ALERTS, i);
        said += memmem(entry->value, entry->value_length, "CE-2|review-first|care:2024-06-03#due_soon", 42) != NULL;
    }
    assert_int_equal(said, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_poison_goes_to_the_dead_letters),      TEST(test_several_poisons),
        TEST(test_one_kill_from_outside_buries_nothing), TEST(test_kills_from_outside_bury_nothing),
        TEST(test_lost_replies_are_no_deaths),           TEST(test_unreadable_ones_are_still_dead_letters_of_their_own),
        TEST(test_deadly_subject_is_set_aside),
    };
    return cmocka_run_group_tests(tests, set_up_engine, tear_down_engine);
}
