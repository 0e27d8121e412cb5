/* bench_commit.c: the store's call, and a busy midnight, on a real Redis.
 *
 *     bench_commit SOCKET CASELOAD
 *
 * The real pipeline runs over a broker in memory and writes to Redis; its writes are recorded and then made again, on
 * an empty Redis each time, by the store and by HSETs in turn. */
#include "bench.h"
#include "ensure.h"
#include "log.h"
#include "memory_kafka.h"
#include "murmur2.h"
#include "pipeline.h"
#include "raw_redis.h"
#include "recording.h"
#include "store_redis.h"
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_PARTITIONS = 4, ROUNDS = 5, MIDNIGHTS = 3, MIDNIGHT_CHILDREN = 10000, IDLE_TURNS = 40 };

struct bench {
    struct workload workload;
    struct store_redis *redis;
    struct raw_redis *raw;
    struct recording recording;
};

/* ---- the pipeline on a broker in memory ---- */

struct world {
    struct memory_kafka *kafka;
    struct pipeline *pipeline;
    struct instant now;
};

static struct instant at(const char *text) {
    struct instant instant;
    ENSURE(instant_parse(text, &instant) == 0);
    return instant;
}

static void world_init(struct world *world, const struct bench *bench, struct store store, struct instant now) {
    *world = (struct world){.kafka = memory_kafka_new(N_PARTITIONS), .now = now};
    struct memory_member *member = memory_kafka_join(world->kafka);
    struct pipeline_options options = {
        .engine = bench->workload.engine,
        .source = memory_member_source(member),
        .store = store,
        .sink = memory_member_sink(member),
        .topics = {"care.events", "care.links"},
        .stale_after = HOURS(1),
        .records_max = 1000, /* these three as the configuration has them by default */
        .bytes_max = 4 << 20,
        .wait = {20},
        .trial = trial_run,
    };
    world->pipeline = pipeline_new(&options);
    memory_kafka_assign(world->kafka, member);
}

static void world_done(struct world *world) {
    (void) pipeline_free(world->pipeline);
    (void) memory_kafka_free(world->kafka);
}

static void publish(struct world *world, const char *subject, const char *event) {
    memory_kafka_publish(world->kafka, murmur2_partition(subject, N_PARTITIONS), subject, event);
}

/* Cycles, a tenth of a second of its time apart, until nothing has been left to do for a while. */
static void run(struct world *world) {
    int idle = 0;
    while (idle < IDLE_TURNS) {
        struct instant wake;
        uint64_t writes = pipeline_view(world->pipeline).counters->writes;
        int outcome = pipeline_cycle(world->pipeline, world->now, &wake);
        if (outcome < 0) {
            (void) fprintf(stderr, "bench: %s\n", pipeline_error(world->pipeline));
            exit(2);
        }
        bool busy = outcome == PIPELINE_MORE || pipeline_view(world->pipeline).counters->writes != writes;
        idle = busy ? 0 : idle + 1;
        if (outcome != PIPELINE_MORE)
            world->now.ms += 100;
    }
}

/* ---- the call ---- */

static void record_writes(struct bench *bench) {
    struct world world;
    const struct workload *workload = &bench->workload;
    raw_redis_empty(bench->raw);
    world_init(&world, bench, recording_ops(&bench->recording), at("2026-02-01T00:00:00Z"));
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    for (size_t i = 0; i < workload->n_lines; i++) {
        struct decoded decoded;
        struct refusal refusal;
        arena_reset(arena);
        if (decode_structured(&workload->context, workload->lines[i].text, workload->lines[i].length, arena, &decoded,
                              &refusal) == 0)
            publish(&world, decoded.subject, workload->lines[i].text);
    }
    run(&world);
    world_done(&world);
}

static void write_ours(void *context) {
    struct bench *bench = context;
    struct store store = store_redis_ops(bench->redis);
    for (size_t i = 0; i < bench->recording.count; i++)
        ENSURE(store.ops->write(store.self, &bench->recording.writes[i]) == 0);
}

static void write_raw(void *context) {
    struct bench *bench = context;
    for (size_t i = 0; i < bench->recording.count; i++)
        raw_redis_write(bench->raw, &bench->recording.writes[i]);
}

struct best {
    struct bench_time time;
    double redis_cpu;
};

static void time_on_empty(struct bench *bench, bench_work work, struct best *best) {
    raw_redis_empty(bench->raw);
    double cpu = raw_redis_cpu(bench->raw);
    struct bench_time start = bench_now();
    work(bench);
    struct bench_time took = bench_since(start);
    if (best->time.wall == 0 || took.wall < best->time.wall)
        *best = (struct best){took, raw_redis_cpu(bench->raw) - cpu};
}

static void measure_commit(struct bench *bench, const char *what, const char *appendfsync) {
    struct best ours = {0}, limit = {0};
    raw_redis_set_appendfsync(bench->raw, appendfsync);
    for (int i = 0; i < ROUNDS; i++) {
        time_on_empty(bench, write_ours, &ours);
        time_on_empty(bench, write_raw, &limit);
    }
    size_t n_facts = recording_n_facts(&bench->recording);
    char note[200];
    (void) snprintf(note, sizeof note,
                    "%zu events, and what is said of them, in %zu calls; CPU of Redis %.2f s, of the limit %.2f s",
                    n_facts, bench->recording.count, ours.redis_cpu, limit.redis_cpu);
    bench_print(&(struct bench_row){
        .what = what,
        .unit = "events/s",
        .ours = (double) n_facts / ours.time.wall,
        .limit = (double) n_facts / limit.time.wall,
        .limit_is = "HSETs of the same bytes in a MULTI",
        .taken = "best of 5",
        .cpu_seconds = ours.time.cpu,
        .note = note,
    });
}

/* ---- midnight ---- */

static void publish_entries(struct world *world) {
    for (int i = 0; i < MIDNIGHT_CHILDREN; i++) {
        char subject[32], event[400];
        (void) snprintf(subject, sizeof subject, "child/MID-%d", i);
        (void) snprintf(event, sizeof event,
                        "{\"specversion\":\"1.0\",\"id\":\"m-%d\",\"source\":\"/bench\",\"type\":\"care.started\","
                        "\"subject\":\"%s\",\"time\":\"2024-06-03T09:00:00Z\",\"data\":{\"occurred_at\":\"2024-06-03\","
                        "\"authority\":\"E99999999\",\"legal_status\":\"C2\",\"arrangement\":\"full\"}}",
                        i, subject);
        publish(world, subject, event);
    }
}

struct midnight {
    struct best ours, limit;
    size_t n_said;
};

/* The first reviews of all of them, twenty working days on, become overdue in the same second. */
static void run_midnight(struct bench *bench, struct midnight *midnight) {
    struct recording recording;
    struct world world;
    raw_redis_empty(bench->raw);
    recording_init(&recording, store_redis_ops(bench->redis));
    world_init(&world, bench, recording_ops(&recording), at("2024-06-03T09:00:00Z"));
    publish_entries(&world);
    run(&world);
    world.now = at("2024-07-01T12:00:00Z");
    run(&world);
    size_t said_before = memory_kafka_count(world.kafka, SINK_ALERTS), first = recording.count;
    world.now = at("2024-07-01T23:00:00Z");
    double redis_cpu = raw_redis_cpu(bench->raw);
    struct bench_time start = bench_now();
    run(&world);
    struct bench_time took = bench_since(start);
    if (midnight->ours.time.wall == 0 || took.wall < midnight->ours.time.wall)
        midnight->ours = (struct best){took, raw_redis_cpu(bench->raw) - redis_cpu};
    midnight->n_said = memory_kafka_count(world.kafka, SINK_ALERTS) - said_before;
    struct bench part = {.raw = bench->raw,
                         .recording = {.writes = recording.writes + first, .count = recording.count - first}};
    time_on_empty(&part, write_raw, &midnight->limit);
    world_done(&world);
    recording_done(&recording);
}

static void measure_midnight(struct bench *bench) {
    struct midnight midnight = {0};
    for (int i = 0; i < MIDNIGHTS; i++)
        run_midnight(bench, &midnight);
    char note[200];
    (void) snprintf(note, sizeof note,
                    "%zu alerts, derived, committed, published to a broker in memory, trimmed; Redis' CPU %.2f s",
                    midnight.n_said, midnight.ours.redis_cpu);
    bench_print(&(struct bench_row){
        .what = "midnight: 10,000 deadlines in one second",
        .unit = "ms",
        .ours = midnight.ours.time.wall * 1e3,
        .limit = midnight.limit.time.wall * 1e3,
        .limit_is = "HSETs of the same bytes in a MULTI",
        .taken = "best of 3",
        .cpu_seconds = midnight.ours.time.cpu,
        .note = note,
    });
}

int main(int argc, char **argv) {
    if (argc != 3) {
        (void) fprintf(stderr, "usage: bench_commit SOCKET CASELOAD\n");
        return 2;
    }
    char url[256];
    (void) snprintf(url, sizeof url, "unix://%s", argv[1]);
    log_setup(LOG_LEVEL_WARNING, false);
    struct bench bench = {.workload = workload_load(argv[2]), .raw = raw_redis_open(argv[1])};
    const char *message;
    struct store_redis_options options = {.url = url, .timeout_ms = 60000};
    if (store_redis_open(&options, &bench.redis, &message) != 0 || store_redis_connect(bench.redis) != 0) {
        (void) fprintf(stderr, "bench: the store cannot be opened\n");
        return 2;
    }
    recording_init(&bench.recording, store_redis_ops(bench.redis));
    record_writes(&bench);
    measure_commit(&bench, "commit: the call, appendfsync everysec", "everysec");
    measure_commit(&bench, "commit: the call, appendfsync always", "always");
    measure_midnight(&bench);
    recording_done(&bench.recording);
    (void) store_redis_close(bench.redis);
    (void) raw_redis_close(bench.raw);
    workload_done(&bench.workload);
    return 0;
}
