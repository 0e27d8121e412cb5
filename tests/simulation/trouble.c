/* trouble.c: see trouble.h. Each schedule leans to some kinds of trouble and lacks others: what takes several of a kind
 * is found sooner so than when every schedule has a little of everything. */
#include "trouble.h"

#include "checkpoint.h"
#include "group.h"

static struct chance *dice(struct schedule *schedule) {
    return &schedule->chance;
}

static struct member_odds choose_odds(struct schedule *schedule) {
    uint64_t much = chance_below(&schedule->chance, 4); /* 0: a calm schedule */
    return (struct member_odds){
        .give_way = 200 + much * 400,
        .lose_call = much * 20,
        .lose_reply = much * 20,
        .late = much * 15,
        .busy = much * 700,
        .abort = much * 60,
        .lose = much * 20,
        .lose_late = much * 30,
    };
}

/* ---- Redis and Kafka ---- */

static void fall_back(struct schedule *schedule) {
    if (!redis_fall_back(&schedule->redis, chance_below(dice(schedule), REDIS_COPIES)))
        return;
    TRACE(schedule, "the store falls back");
    schedule->n_faults++;
}

static void empty(struct schedule *schedule) {
    TRACE(schedule, "the store is emptied");
    redis_empty(&schedule->redis);
    schedule->n_faults++;
}

static void copy(struct schedule *schedule) {
    TRACE(schedule, "a copy of the store is made");
    redis_copy(&schedule->redis, chance_below(dice(schedule), REDIS_COPIES));
}

/* Offsets expire when nobody has been there for a week. */
static void expire(struct schedule *schedule) {
    enum { WEEK_MS = 7 * 24 * 3600 * 1000 };
    if (schedule->now.ms + WEEK_MS > schedule->pool->until.ms)
        return;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        schedule->members[i] = schedule->zombies[i] = NULL;
    schedule->now.ms += WEEK_MS;
    memory_kafka_settle(schedule->kafka, NULL, false);
    memory_kafka_expire(schedule->kafka);
    schedule->n_faults++;
    TRACE(schedule, "nobody is there, and offsets expire");
}

/* The position of the newest checkpoint that is on care.facts; 0: there is none. */
static int64_t newest_checkpoint(const struct schedule *schedule, int32_t partition) {
    struct arena *arena = arena_new();
    int64_t position = 0;
    for (size_t i = 0; i < memory_kafka_count(schedule->kafka, SINK_FACTS); i++) {
        const struct sink_entry *entry = memory_kafka_entry(schedule->kafka, SINK_FACTS, i);
        struct message message = {.key = entry->key,
                                  .key_length = entry->key_length,
                                  .value = entry->value,
                                  .value_length = entry->value_length};
        struct checkpoint_row row;
        if (entry->partition == partition && checkpoint_read(&message, arena, &row) == 0 && row.subject == NULL)
            position = row.marker.positions[SOURCE_EVENTS];
        arena_reset(arena);
    }
    (void) arena_free(arena);
    return position;
}

/* Weeks of retention do not pass while a partition is being loaded. */
static bool is_settled(const struct schedule *schedule, int32_t number, int64_t position) {
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++) {
        if (schedule->members[i] == NULL)
            continue;
        struct pipeline_view view = pipeline_view(schedule->members[i]->pipeline);
        for (size_t j = 0; j < view.n_partitions; j++)
            if (view.partitions[j]->number == number && (view.partitions[j]->state != PARTITION_RUNNING ||
                                                         view.partitions[j]->batch.positions[SOURCE_EVENTS] < position))
                return false;
    }
    return !schedule->sharing;
}

/* What was read and is on a checkpoint may go. */
static void cut(struct schedule *schedule) {
    int32_t partition = (int32_t) chance_below(dice(schedule), SCHEDULE_PARTITIONS);
    int64_t position = newest_checkpoint(schedule, partition);
    if (position <= 0 || !is_settled(schedule, partition, position))
        return;
    TRACE(schedule, "retention removes events of partition %d up to %lld", (int) partition, (long long) position);
    memory_kafka_cut_to(schedule->kafka, partition, position);
    schedule->n_faults++;
}

/* ---- clocks and packs ---- */

/* Some minutes back, some hours ahead, or right again. */
static void set_clock(struct schedule *schedule) {
    enum { MINUTE_MS = 60 * 1000 };
    size_t place = group_choose(schedule);
    if (place == SCHEDULE_MEMBERS_MAX)
        return;
    uint64_t how = chance_below(dice(schedule), 3);
    int64_t minutes = how == 0   ? 0
                      : how == 1 ? -1 - (int64_t) chance_below(dice(schedule), 20)
                                 : 1 + (int64_t) chance_below(dice(schedule), 300);
    schedule->members[place]->clock_error_ms = minutes * MINUTE_MS;
    schedule->ledger.clocks_wrong = true;
    schedule->n_faults++;
    TRACE(schedule, "the clock of daemon %zu is wrong by %lld minutes", place, (long long) minutes);
}

/* The daemons are started anew one after another, most of them at once. */
static void change_packs(struct schedule *schedule) {
    schedule->stricter = !schedule->stricter;
    schedule->n_faults++;
    TRACE(schedule, "the %s pack", schedule->stricter ? "stricter" : "statutory");
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] != NULL && chance_below(dice(schedule), 4) > 0)
            group_drop(schedule, i);
}

/* ---- the dice ---- */

static const struct {
    uint64_t weight;
    void (*strike)(struct schedule *schedule);
} troubles[] = {
    {30, group_crash}, {15, group_freeze},       {15, group_wake}, {15, copy}, {10, fall_back}, {2, empty},
    {1, expire},       {6, group_begin_sharing}, {10, group_join}, {4, cut},   {4, set_clock},  {3, change_packs},
};
_Static_assert(sizeof troubles / sizeof *troubles <= SCHEDULE_TROUBLES, "a weight for each");

void trouble_choose(struct schedule *schedule) {
    static const uint64_t times[] = {0, 1, 1, 1, 4};
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
        schedule->weights[i] = troubles[i].weight * times[chance_below(dice(schedule), sizeof times / sizeof *times)];
    schedule->odds = choose_odds(schedule);
    schedule->troubles = chance_below(dice(schedule), 5) * 60;
}

void trouble_strike(struct schedule *schedule) {
    uint64_t all = 0;
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
        all += schedule->weights[i];
    uint64_t what = all == 0 ? 0 : chance_below(dice(schedule), all);
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles && all > 0; i++) {
        if (what < schedule->weights[i]) {
            troubles[i].strike(schedule);
            return;
        }
        what -= schedule->weights[i];
    }
}
