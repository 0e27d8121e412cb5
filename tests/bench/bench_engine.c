/* bench_engine.c: deriving and the difference, alone, without any server.
 *
 *     bench_engine CASELOAD LONG-CHILD OFTEN-MISSING      files of event lines
 *
 * The least that any derivation could cost is taken to be one look at every field of every fact that the record has: it
 * grows with the record as ours does.
 *
 * What the caseload's sources recorded at its first instant is the bulk load: all of it is one step a child (R3). From
 * then on each event is a step. Deadlines that fall between two events are left out.
 *
 * What the further rules of the pack cost is seen beside the same work under the core rules alone. */
#include "bench.h"
#include "workload.h"
#include "core_pack.h"
#include "ensure.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 3, LONG_RUNS = 1000 };

struct bench {
    struct workload workload;
    struct workload_facts facts;
    size_t n_loaded;         /* facts of the bulk load */
    size_t *n_loaded_of;     /* of each child */
    struct record **records; /* full, for the pass that only reads */
    struct arena *arena;
    size_t n_statements;
};

/* ---- what is measured ---- */

static void step(struct bench *bench, struct record *record, struct instant now, enum said_because because) {
    struct step step;
    struct step_options options = {.now = now, .because = because};
    arena_reset(bench->arena);
    engine_step(bench->workload.engine, record, &options, bench->arena, &step);
    bench->n_statements += step.n_statements;
}

/* The bulk load, with one step a child at its end. */
static void load(struct bench *bench, struct record **records) {
    bench->n_statements = 0;
    for (size_t i = 0; i < bench->n_loaded; i++)
        (void) !record_add(records[bench->facts.list[i].child], &bench->facts.list[i].fact);
    for (size_t i = 0; i < bench->facts.n_children; i++)
        if (record_n_facts(records[i]) > 0)
            step(bench, records[i], bench->facts.list[0].fact.recorded_at, BECAUSE_BASELINE);
}

static void follow(struct bench *bench, struct record **records) {
    bench->n_statements = 0;
    for (size_t i = bench->n_loaded; i < bench->facts.count; i++) {
        const struct workload_fact *next = &bench->facts.list[i];
        if (record_add(records[next->child], &next->fact) == 0)
            step(bench, records[next->child], next->fact.recorded_at, BECAUSE_RECORD);
    }
}

/* Looks at every field of the record's first facts. */
static size_t read_facts(const struct record *record, size_t count) {
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fact *fact = record_fact(record, i);
        seen += (size_t) fact->occurred.at.ms + (size_t) fact->recorded_at.ms + fact->type->index;
        for (size_t j = 0; j < fact->n_fields; j++)
            seen += fact->fields[j].field + (size_t) fact->fields[j].value.of.time.ms;
    }
    return seen;
}

static void read_loaded(const struct bench *bench) {
    for (size_t i = 0; i < bench->facts.n_children; i++)
        bench_use(read_facts(bench->records[i], bench->n_loaded_of[i]));
}

static void read_followed(const struct bench *bench) {
    size_t *counts = calloc(bench->facts.n_children, sizeof *counts);
    ENSURE(counts != NULL);
    memcpy(counts, bench->n_loaded_of, bench->facts.n_children * sizeof *counts);
    for (size_t i = bench->n_loaded; i < bench->facts.count; i++) {
        size_t child = bench->facts.list[i].child;
        const struct record *record = bench->records[child];
        if (counts[child] < record_n_facts(record))
            bench_use(read_facts(record, ++counts[child]));
    }
    free(counts);
}

/* ---- memory ---- */

static double resident_bytes(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    ENSURE(file != NULL && fscanf(file, "%*s %ld", &pages) == 1);
    (void) fclose(file);
    return (double) pages * (double) sysconf(_SC_PAGESIZE);
}

/* Fills the records for the other measurements, and weighs them meanwhile. */
static void weigh(struct bench *bench) {
    (void) malloc_trim(0);
    struct bench_time start = bench_now();
    double resident = resident_bytes();
    bench->records = workload_records(&bench->facts);
    load(bench, bench->records);
    for (size_t i = 0; i < bench->facts.n_children; i++)
        bench->n_loaded_of[i] = record_n_facts(bench->records[i]);
    size_t n_said = bench->n_statements;
    follow(bench, bench->records);
    struct bench_time took = bench_since(start);
    (void) malloc_trim(0);
    double children = (double) bench->facts.n_children;
    char note[160];
    (void) snprintf(note, sizeof note, "%zu children, %.0f facts and %.1f statements made a child",
                    bench->facts.n_children, (double) bench->facts.count / children,
                    (double) (bench->n_statements + n_said) / children);
    bench_print(&(struct bench_row){
        .what = "memory of a child's record",
        .unit = "bytes",
        .ours = (resident_bytes() - resident) / children,
        .limit = (double) bench->workload.n_bytes / children,
        .limit_is = "its events as JSON text",
        .taken = "once, resident",
        .cpu_seconds = took.cpu,
        .note = note,
    });
}

/* ---- rows ---- */

struct round {
    struct bench_time load, follow, read_loaded, read_followed;
    size_t n_load_said, n_follow_said;
};

static struct bench_time better(struct bench_time best, struct bench_time took) {
    return best.wall == 0 || took.wall < best.wall ? took : best;
}

static void run_round(struct bench *bench, struct round *best) {
    struct record **records = workload_records(&bench->facts);
    struct bench_time start = bench_now();
    load(bench, records);
    best->load = better(best->load, bench_since(start));
    best->n_load_said = bench->n_statements;
    start = bench_now();
    follow(bench, records);
    best->follow = better(best->follow, bench_since(start));
    best->n_follow_said = bench->n_statements;
    start = bench_now();
    read_loaded(bench);
    best->read_loaded = better(best->read_loaded, bench_since(start));
    start = bench_now();
    read_followed(bench);
    best->read_followed = better(best->read_followed, bench_since(start));
    workload_records_free(&bench->facts, records);
}

static void print_steps(const char *what, size_t n_events, size_t n_said, struct bench_time ours,
                        struct bench_time limit) {
    char note[160];
    (void) snprintf(note, sizeof note, "%zu events, %zu statements", n_events, n_said);
    bench_print(&(struct bench_row){
        .what = what,
        .unit = "events/s",
        .ours = (double) n_events / ours.wall,
        .limit = (double) n_events / limit.wall,
        .limit_is = "one look at the record's facts",
        .taken = "best of 3",
        .cpu_seconds = ours.cpu,
        .note = note,
    });
}

static void measure_steps(struct bench *bench) {
    struct round best = {0};
    for (int i = 0; i < ROUNDS; i++)
        run_round(bench, &best);
    print_steps("engine: one event, one step", bench->facts.count - bench->n_loaded, best.n_follow_said, best.follow,
                best.read_followed);
    print_steps("engine: bulk load, one step a child", bench->n_loaded, best.n_load_said, best.load, best.read_loaded);
}

/* In CPU time: the worst wall times of a shared machine are those in which somebody else ran. */
struct sampled {
    double ms[LONG_RUNS];
    double seconds; /* of all together */
};

static void note_sample(struct sampled *sampled, size_t place, struct bench_time start) {
    struct bench_time took = bench_since(start);
    sampled->ms[place] = took.cpu * 1e3;
    sampled->seconds += took.cpu;
}

struct samples {
    struct sampled derive, step, read;
};

static void sample(struct bench *bench, struct record *record, struct samples *samples) {
    struct instant last = record_fact(record, record_n_facts(record) - 1)->recorded_at;
    for (size_t i = 0; i < LONG_RUNS; i++) {
        struct view view = {{last.ms + (int64_t) i * 1000}, INSTANT_NEVER}; /* never the same instant twice */
        struct instance *instances;
        size_t count;
        struct instant next;
        arena_reset(bench->arena);
        struct bench_time start = bench_now();
        engine_derive(bench->workload.engine, record, view, bench->arena, &instances, &count, &next);
        note_sample(&samples->derive, i, start);
        start = bench_now();
        step(bench, record, view.at, BECAUSE_CLOCK);
        note_sample(&samples->step, i, start);
        start = bench_now();
        bench_use(read_facts(record, record_n_facts(record)));
        note_sample(&samples->read, i, start);
    }
}

static const char look[] = "one look at the record's facts", core_rules[] = "the core rules alone";

static void print_long(const char *what, struct sampled *ours, struct sampled *limit, const char *limit_is,
                       double fraction) {
    bench_print(&(struct bench_row){
        .what = what,
        .unit = "ms",
        .ours = bench_percentile(ours->ms, LONG_RUNS, fraction),
        .limit = bench_percentile(limit->ms, LONG_RUNS, fraction),
        .limit_is = limit_is,
        .taken = fraction < 0.9 ? "median of 1000, CPU time" : "99th percentile of 1000, CPU time",
        .cpu_seconds = ours->seconds / LONG_RUNS,
        .note = "18 years, 2,000 facts",
    });
}

static struct samples *sample_child(const char *path, const char *pack, struct arena *arena) {
    struct bench child = {.workload = workload_load_under(path, pack), .arena = arena};
    child.facts = workload_facts(&child.workload);
    ENSURE(child.facts.n_children == 1 && child.facts.count == 2000);
    child.records = workload_records(&child.facts);
    for (size_t i = 0; i < child.facts.count; i++)
        (void) !record_add(child.records[0], &child.facts.list[i].fact);
    struct samples *samples = calloc(1, sizeof *samples);
    ENSURE(samples != NULL);
    sample(&child, child.records[0], samples);
    workload_records_free(&child.facts, child.records);
    workload_done(&child.workload);
    return samples;
}

static void measure_long(const char *path, struct arena *arena) {
    CLEANUP(cleanup_free) struct samples *samples = sample_child(path, NULL, arena);
    CLEANUP(cleanup_free) struct samples *core = sample_child(path, core_pack_path(), arena);
    print_long("engine: a long childhood, derive, p50", &samples->derive, &samples->read, look, 0.5);
    print_long("engine: a long childhood, derive, p99", &samples->derive, &samples->read, look, 0.99);
    print_long("engine: a long childhood, with difference, p50", &samples->step, &samples->read, look, 0.5);
    print_long("engine: a long childhood, with difference, p99", &samples->step, &samples->read, look, 0.99);
    print_long("engine: a long childhood, derive, whole pack, p50", &samples->derive, &core->derive, core_rules, 0.5);
}

static void measure_often_missing(const char *path, struct arena *arena) {
    CLEANUP(cleanup_free) struct samples *samples = sample_child(path, NULL, arena);
    print_long("engine: 318 missing episodes, derive, p50", &samples->derive, &samples->read, look, 0.5);
    print_long("engine: 318 missing episodes, derive, p99", &samples->derive, &samples->read, look, 0.99);
}

/* ---- the whole pack beside the core rules ---- */

static void find_loaded(struct bench *bench) {
    bench->facts = workload_facts(&bench->workload);
    while (bench->n_loaded < bench->facts.count &&
           instant_equal(bench->facts.list[bench->n_loaded].fact.recorded_at, bench->facts.list[0].fact.recorded_at))
        bench->n_loaded++;
    bench->n_loaded_of = ARENA_ARRAY(bench->workload.arena, size_t, bench->facts.n_children);
}

static void follow_once(struct bench *bench, struct bench_time *best) {
    struct record **records = workload_records(&bench->facts);
    load(bench, records);
    struct bench_time start = bench_now();
    follow(bench, records);
    *best = better(*best, bench_since(start));
    workload_records_free(&bench->facts, records);
}

static void measure_packs(struct bench *whole, const char *path) {
    struct bench core = {.workload = workload_load_under(path, core_pack_path()), .arena = whole->arena};
    struct bench_time ours = {0}, limit = {0};
    find_loaded(&core);
    for (int i = 0; i < ROUNDS; i++) {
        follow_once(whole, &ours);
        follow_once(&core, &limit);
    }
    double n_events = (double) (whole->facts.count - whole->n_loaded);
    char note[160];
    (void) snprintf(note, sizeof note, "%zu rules beside %zu; %zu statements beside %zu",
                    engine_n_rules(whole->workload.engine), engine_n_rules(core.workload.engine), whole->n_statements,
                    core.n_statements);
    bench_print(&(struct bench_row){
        .what = "engine: one event, one step, whole pack",
        .unit = "events/s",
        .ours = n_events / ours.wall,
        .limit = n_events / limit.wall,
        .limit_is = core_rules,
        .taken = "best of 3",
        .cpu_seconds = ours.cpu,
        .note = note,
    });
    workload_done(&core.workload);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        (void) fprintf(stderr, "usage: bench_engine CASELOAD LONG-CHILD OFTEN-MISSING\n");
        return 2;
    }
    struct bench bench = {.workload = workload_load(argv[1]), .arena = arena_new()};
    find_loaded(&bench);
    weigh(&bench);
    measure_steps(&bench);
    measure_packs(&bench, argv[1]);
    measure_long(argv[2], bench.arena);
    measure_often_missing(argv[3], bench.arena);
    workload_records_free(&bench.facts, bench.records);
    (void) arena_free(bench.arena);
    workload_done(&bench.workload);
    return 0;
}
