/* member.c: see member.h. Memory of those that crash is not given back: a schedule runs in a process of its own. */
#include "member.h"

#include "ensure.h"

#include <stdlib.h>

enum { STACK_SIZE = 1 << 20 };

static void give_way(struct member *member, bool within) {
    member->within = within;
    ENSURE(swapcontext(&member->context, member->scheduler) == 0);
}

static void boundary(struct member *member) {
    if (chance_in_10000(member->chance, member->odds.give_way))
        give_way(member, true);
}

/* ---- the store ---- */

static int store_load(void *self, int32_t partition, struct store_meta *ret_meta) {
    struct member *member = self;
    boundary(member);
    int outcome = member->real_store.ops->load(member->real_store.self, partition, ret_meta);
    boundary(member);
    return outcome;
}

static int store_load_records(void *self, int32_t partition, const char *const *subjects, size_t count,
                              struct arena *arena, struct store_record *ret_records) {
    struct member *member = self;
    boundary(member);
    int outcome =
        member->real_store.ops->load_records(member->real_store.self, partition, subjects, count, arena, ret_records);
    boundary(member);
    return outcome;
}

static int store_load_timers(void *self, int32_t partition, size_t max, struct arena *arena,
                             struct store_timer **ret_timers, size_t *ret_count) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->load_timers(member->real_store.self, partition, max, arena, ret_timers, ret_count);
}

static int store_load_outbox(void *self, int32_t partition, struct arena *arena, struct store_entry **ret_entries,
                             size_t *ret_count) {
    struct member *member = self;
    boundary(member);
    int outcome =
        member->real_store.ops->load_outbox(member->real_store.self, partition, arena, ret_entries, ret_count);
    boundary(member);
    return outcome;
}

static int store_load_changed(void *self, int32_t partition, int64_t revision, size_t max, struct arena *arena,
                              const char ***ret_subjects, size_t *ret_count) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->load_changed(member->real_store.self, partition, revision, max, arena, ret_subjects,
                                                ret_count);
}

static int store_load_subjects(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                               const char ***ret_subjects, size_t *ret_count) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->load_subjects(member->real_store.self, partition, cursor, arena, ret_subjects,
                                                 ret_count);
}

static int store_write_call(void *self, const struct store_write *write) {
    struct member *member = self;
    boundary(member);
    if (chance_in_10000(member->chance, member->odds.lose_call))
        return STORE_DOWN;
    if (chance_in_10000(member->chance, member->odds.late)) {
        redis_send(member->redis, write);
        boundary(member);
        return STORE_DOWN;
    }
    int outcome = redis_write(member->redis, write);
    boundary(member);
    return chance_in_10000(member->chance, member->odds.lose_reply) ? STORE_DOWN : outcome;
}

static int store_count(void *self, int32_t partition, struct store_counts *ret_counts) {
    struct member *member = self;
    return member->real_store.ops->count(member->real_store.self, partition, ret_counts);
}

static int store_load_feeds(void *self, int32_t partition, struct arena *arena, struct store_field **ret_feeds,
                            size_t *ret_count) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->load_feeds(member->real_store.self, partition, arena, ret_feeds, ret_count);
}

static int store_load_erased(void *self, int32_t partition, struct arena *arena, struct store_field **ret_erased,
                             size_t *ret_count) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->load_erased(member->real_store.self, partition, arena, ret_erased, ret_count);
}

/* For an audit. */
static int store_inspect(void *self, int32_t partition, const char *const *subjects, size_t count, struct arena *arena,
                         struct store_found *ret_found) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->inspect(member->real_store.self, partition, subjects, count, arena, ret_found);
}

static int store_load_open(void *self, int32_t partition, const struct store_open *wanted, size_t count,
                           struct arena *arena, struct bytes *ret_values) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->load_open(member->real_store.self, partition, wanted, count, arena, ret_values);
}

static int store_load_said(void *self, int32_t partition, const char *const *alert_ids, size_t count,
                           struct arena *arena, struct bytes *ret_values) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->load_said(member->real_store.self, partition, alert_ids, count, arena, ret_values);
}

static int store_scan_timers(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                             struct store_listed_timer **ret_timers, size_t *ret_count) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->scan_timers(member->real_store.self, partition, cursor, arena, ret_timers,
                                               ret_count);
}

static int store_scan_open(void *self, int32_t partition, struct store_scan *scan, struct arena *arena,
                           struct store_open **ret_open, size_t *ret_count) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->scan_open(member->real_store.self, partition, scan, arena, ret_open, ret_count);
}

static void store_leave(void *self) {
    (void) self;
}

static int store_ping(void *self) {
    struct member *member = self;
    boundary(member);
    return member->real_store.ops->ping(member->real_store.self);
}

static const char *store_error(void *self) {
    (void) self;
    return "the simulated store lost the call or its reply";
}

/* ---- the source ---- */

static int source_poll(void *self, struct source_event *ret_event) {
    struct member *member = self;
    boundary(member);
    if (chance_in_10000(member->chance, member->odds.busy))
        return SOURCE_NOTHING;
    return member->real_source.ops->poll(member->real_source.self, ret_event);
}

static void source_ask_ends(void *self, struct instant now) {
    struct member *member = self;
    boundary(member);
    member->real_source.ops->ask_ends(member->real_source.self, now);
}

/* read_committed: what is committed is told when no transaction on that partition is open any more. */
static void source_ask_committed(void *self, int32_t partition, uint64_t ticket) {
    struct member *member = self;
    boundary(member);
    memory_kafka_settle(member->kafka, member->broker, chance_below(member->chance, 2) == 0);
    member->real_source.ops->ask_committed(member->real_source.self, partition, ticket);
}

static int source_start(void *self, int32_t partition, const int64_t positions[SOURCE_TOPICS]) {
    struct member *member = self;
    boundary(member);
    if (chance_in_10000(member->chance, member->odds.busy))
        return SOURCE_BUSY;
    return member->real_source.ops->start(member->real_source.self, partition, positions);
}

static void source_stop(void *self, int32_t partition) {
    struct member *member = self;
    member->real_source.ops->stop(member->real_source.self, partition);
}

static void source_read_table(void *self, enum source_table table, int32_t partition, uint64_t ticket) {
    struct member *member = self;
    boundary(member);
    member->real_source.ops->read_table(member->real_source.self, table, partition, ticket);
}

static void source_release(void *self) {
    struct member *member = self;
    boundary(member);
    member->real_source.ops->release(member->real_source.self);
}

static const char *source_error(void *self) {
    struct member *member = self;
    return member->real_source.ops->error(member->real_source.self);
}

/* ---- the sink ---- */

static int sink_prepare(void *self) {
    struct member *member = self;
    boundary(member);
    if (chance_in_10000(member->chance, member->odds.busy))
        return SINK_BUSY;
    return member->real_sink.ops->prepare(member->real_sink.self);
}

static void sink_start(void *self, const struct sink_batch *batch) {
    struct member *member = self;
    boundary(member);
    member->real_sink.ops->start(member->real_sink.self, batch);
}

static int sink_poll(void *self) {
    struct member *member = self;
    boundary(member);
    if (chance_in_10000(member->chance, member->odds.busy))
        return SINK_BUSY;
    if (chance_in_10000(member->chance, member->odds.abort))
        memory_member_inject(member->broker, MEMORY_SINK_ABORT);
    else if (chance_in_10000(member->chance, member->odds.lose))
        memory_member_inject(member->broker, MEMORY_SINK_LOSE);
    else if (chance_in_10000(member->chance, member->odds.lose_late))
        memory_member_inject(member->broker, MEMORY_SINK_LOSE_LATE);
    int outcome = member->real_sink.ops->poll(member->real_sink.self);
    memory_member_inject(member->broker, MEMORY_SINK_NO_FAULT);
    boundary(member);
    return outcome;
}

static void sink_abort(void *self) {
    struct member *member = self;
    member->real_sink.ops->abort(member->real_sink.self);
}

static const char *sink_error(void *self) {
    struct member *member = self;
    return member->real_sink.ops->error(member->real_sink.self);
}

/* ---- the coroutine ---- */

static void run(unsigned high, unsigned low) {
    struct member *member = (struct member *) ((uintptr_t) high << 32 | low);
    for (;;) {
        struct instant wake;
        int outcome = pipeline_cycle(member->pipeline, member->now, &wake);
        if (outcome < 0)
            member->failed = pipeline_error(member->pipeline);
        member->idle = outcome == 0;
        give_way(member, false);
    }
}

/* Crashes here come from outside: what was being tried is never their cause. */
static enum trial_outcome survive(bool (*work)(void *self), void *self) {
    (void) work;
    (void) self;
    return TRIAL_SURVIVED;
}

static struct pipeline *make_pipeline(const struct engine *engine, struct member *member) {
    static const struct store_ops store_ops = {
        .load = store_load,
        .load_records = store_load_records,
        .load_timers = store_load_timers,
        .load_outbox = store_load_outbox,
        .load_subjects = store_load_subjects,
        .load_changed = store_load_changed,
        .write = store_write_call,
        .count = store_count,
        .load_erased = store_load_erased,
        .load_feeds = store_load_feeds,
        .inspect = store_inspect,
        .load_open = store_load_open,
        .load_said = store_load_said,
        .scan_timers = store_scan_timers,
        .scan_open = store_scan_open,
        .ping = store_ping,
        .leave = store_leave,
        .error = store_error,
    };
    static const struct source_ops source_ops = {
        .poll = source_poll,
        .ask_ends = source_ask_ends,
        .ask_committed = source_ask_committed,
        .start = source_start,
        .stop = source_stop,
        .read_table = source_read_table,
        .release = source_release,
        .error = source_error,
    };
    static const struct sink_ops sink_ops = {
        .prepare = sink_prepare, .start = sink_start, .poll = sink_poll, .abort = sink_abort, .error = sink_error};
    struct pipeline_options options = {
        .engine = engine,
        .source = {&source_ops, member},
        .store = {&store_ops, member},
        .sink = {&sink_ops, member},
        .topics = {"care.events", "care.links"},
        .stale_after = {60 * 60 * 1000},
        .records_max = 1 + chance_below(member->chance, 20),
        .bytes_max = 4 << 20,
        .wait = {20},
        .trial = survive,
        .audit = {.interval = {chance_below(member->chance, 2) == 0 ? 0 : 24 * 3600 * 1000},
                  .survey_interval = {7 * 24 * 3600 * 1000},
                  .outbox_limit = {INT64_C(1) << 50}},
        .feeds = {.load_limit = HOURS(40 * 24), .wait = HOURS(20 * 24), .forget_after = HOURS(60 * 24), .loads_max = 8},
        .checkpoint = {.interval = {5000}, .records_max = 2, .bytes_max = 1 << 20},
    };
    return pipeline_new(&options);
}

struct member *member_new(const struct engine *engine, struct chance *chance, const struct member_odds *odds,
                          struct memory_kafka *kafka, struct redis *redis, ucontext_t *scheduler) {
    struct member *member = calloc(1, sizeof *member);
    ENSURE(member != NULL);
    member->chance = chance;
    member->odds = *odds;
    member->kafka = kafka;
    member->redis = redis;
    member->scheduler = scheduler;
    member->broker = memory_kafka_join(kafka);
    member->real_source = memory_member_source(member->broker);
    member->real_sink = memory_member_sink(member->broker);
    member->real_store = memory_store_ops(redis->store);
    member->engine = engine;
    member->pipeline = make_pipeline(engine, member);
    member->stack = malloc(STACK_SIZE);
    ENSURE(member->stack != NULL && getcontext(&member->context) == 0);
    member->context.uc_stack.ss_sp = member->stack;
    member->context.uc_stack.ss_size = STACK_SIZE;
    uintptr_t address = (uintptr_t) member;
    makecontext(&member->context, (void (*)(void)) run, 2, (unsigned) (address >> 32), (unsigned) address);
    return member;
}

void member_resume(struct member *member) {
    ENSURE(swapcontext(member->scheduler, &member->context) == 0);
}
