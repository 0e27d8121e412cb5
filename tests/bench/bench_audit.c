/* bench_audit.c: a whole audit, on a real Redis and a broker in memory.
 *
 *     bench_audit SOCKET CASELOAD
 *
 * An audit reads everything that the store has of a subject, derives it and looks at what readers see of it; the least
 * that it could cost is deriving it. */
#include "bench.h"
#include "ensure.h"
#include "log.h"
#include "memory_kafka.h"
#include "murmur2.h"
#include "pipeline.h"
#include "store_redis.h"
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>

enum { N_PARTITIONS = 4, ROUNDS = 3, IDLE_TURNS = 40 };

struct bench {
    struct workload workload;
    struct workload_facts facts;
    struct record **records;
    struct memory_kafka *kafka;
    struct pipeline *pipeline;
    struct instant now;
};

static bool cycle(struct bench *bench) {
    struct instant wake;
    int outcome = pipeline_cycle(bench->pipeline, bench->now, &wake);
    if (outcome < 0) {
        (void) fprintf(stderr, "bench: %s\n", pipeline_error(bench->pipeline));
        exit(2);
    }
    if (outcome != PIPELINE_MORE)
        bench->now.ms += 100;
    return outcome == PIPELINE_MORE;
}

static void load(struct bench *bench) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    for (size_t i = 0; i < bench->workload.n_lines; i++) {
        struct decoded decoded;
        struct refusal refusal;
        const struct workload_line *line = &bench->workload.lines[i];
        arena_reset(arena);
        if (decode_structured(&bench->workload.context, line->text, line->length, arena, &decoded, &refusal) == 0)
            memory_kafka_publish(bench->kafka, murmur2_partition(decoded.subject, N_PARTITIONS), decoded.subject,
                                 line->text);
    }
    for (int idle = 0; idle < IDLE_TURNS;) {
        uint64_t writes = pipeline_view(bench->pipeline).counters->writes;
        bool busy = cycle(bench) || pipeline_view(bench->pipeline).counters->writes != writes;
        idle = busy ? 0 : idle + 1;
    }
}

static void audit(void *context) {
    struct bench *bench = context;
    ENSURE(pipeline_audit_start(bench->pipeline));
    while (!pipeline_audit_result(bench->pipeline)->over)
        (void) cycle(bench);
}

static void derive(void *context) {
    struct bench *bench = context;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    for (size_t i = 0; i < bench->facts.n_children; i++) {
        struct instance *instances;
        struct instant next;
        size_t count;
        arena_reset(arena);
        engine_derive(bench->workload.engine, bench->records[i], (struct view){bench->now, INSTANT_NEVER}, arena,
                      &instances, &count, &next);
        bench_use(count);
    }
}

static void measure(struct bench *bench) {
    struct bench_time ours, limit;
    bench_pair(audit, derive, bench, ROUNDS, &ours, &limit);
    const struct auditor_result *result = pipeline_audit_result(bench->pipeline);
    uint64_t subjects = 0, findings = 0, alerts = 0, statements = 0;
    for (size_t i = 0; i < result->n_partitions; i++) {
        const struct audit_report *report = &result->partitions[i].report;
        ENSURE(result->partitions[i].covered);
        subjects += report->subjects;
        findings += audit_report_findings(report);
        alerts += report->alerts;
        statements += report->statements;
    }
    char note[200];
    (void) snprintf(note, sizeof note,
                    "%llu subjects, %llu open alerts, %llu statements of care.alerts.latest, %llu findings",
                    (unsigned long long) subjects, (unsigned long long) alerts, (unsigned long long) statements,
                    (unsigned long long) findings);
    bench_print(&(struct bench_row){
        .what = "audit: a whole round, a subject",
        .unit = "us",
        .ours = ours.wall * 1e6 / (double) subjects,
        .limit = limit.wall * 1e6 / (double) bench->facts.n_children,
        .limit_is = "deriving it",
        .taken = "best of 3",
        .cpu_seconds = ours.cpu,
        .note = note,
    });
}

int main(int argc, char **argv) {
    if (argc != 3) {
        (void) fprintf(stderr, "usage: bench_audit SOCKET CASELOAD\n");
        return 2;
    }
    char url[256];
    (void) snprintf(url, sizeof url, "unix://%s", argv[1]);
    log_setup(LOG_LEVEL_WARNING, false);
    struct store_redis *redis;
    const char *message;
    struct store_redis_options options = {.url = url, .timeout_ms = 60000};
    if (store_redis_open(&options, &redis, &message) != 0 || store_redis_connect(redis) != 0) {
        (void) fprintf(stderr, "bench: the store cannot be opened\n");
        return 2;
    }
    struct bench bench = {.workload = workload_load(argv[2]), .kafka = memory_kafka_new(N_PARTITIONS)};
    ENSURE(instant_parse("2026-02-01T00:00:00Z", &bench.now) == 0);
    bench.facts = workload_facts(&bench.workload);
    bench.records = workload_records(&bench.facts);
    for (size_t i = 0; i < bench.facts.count; i++)
        (void) !record_add(bench.records[bench.facts.list[i].child], &bench.facts.list[i].fact);
    struct memory_member *member = memory_kafka_join(bench.kafka);
    const struct pipeline_options pipeline = {
        .engine = bench.workload.engine,
        .source = memory_member_source(member),
        .store = store_redis_ops(redis),
        .sink = memory_member_sink(member),
        .topics = {"care.events", "care.links"},
        .stale_after = HOURS(1),
        .records_max = 1000,
        .bytes_max = 4 << 20,
        .wait = {20},
    };
    bench.pipeline = pipeline_new(&pipeline);
    memory_kafka_assign(bench.kafka, member);
    load(&bench);
    measure(&bench);
    (void) pipeline_free(bench.pipeline);
    (void) memory_kafka_free(bench.kafka);
    (void) store_redis_close(redis);
    workload_records_free(&bench.facts, bench.records);
    workload_done(&bench.workload);
    return 0;
}
