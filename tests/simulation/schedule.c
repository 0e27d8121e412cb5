/* schedule.c: see schedule.h. At each step the dice say who goes on, or what goes wrong. Nothing is put right but by
 * the daemons themselves, until all events are published and the time is up; then those that are frozen wake up, and
 * the rest is peace. */
#include "schedule.h"

#include "ensure.h"
#include "feeds_said.h"
#include "group.h"
#include "murmur2.h"
#include "peace.h"
#include "trouble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOUR_MS = 3600 * 1000,
    STEPS_MAX = 4000000,
};

static struct chance *dice(struct schedule *schedule) {
    return &schedule->chance;
}

/* ---- the stories ---- */

static void choose_stories(struct schedule *schedule) {
    size_t wanted = 1 + chance_below(dice(schedule), SCHEDULE_STORIES_MAX);
    for (size_t i = 0; i < wanted; i++) {
        const struct story *story = &schedule->pool->stories[chance_below(dice(schedule), schedule->pool->n_stories)];
        bool taken = story->n_events == 0;
        for (size_t j = 0; j < schedule->n_stories; j++)
            taken = taken || schedule->stories[j] == story;
        if (!taken)
            schedule->stories[schedule->n_stories++] = story;
    }
}

/* Later than recorded by chance, some much later, some twice: `at` is when it is published. */
static void order_events(struct schedule *schedule) {
    size_t count = 0;
    for (size_t i = 0; i < schedule->n_stories; i++)
        count += schedule->stories[i]->n_events;
    schedule->events = calloc(2 * count + 1, sizeof *schedule->events);
    ENSURE(schedule->events != NULL);
    for (size_t i = 0; i < schedule->n_stories; i++)
        for (size_t j = 0; j < schedule->stories[i]->n_events; j++) {
            struct pool_event event = schedule->stories[i]->events[j];
            if (chance_in_10000(dice(schedule), 1500))
                event.at.ms += (int64_t) chance_below(dice(schedule), 400) * HOUR_MS;
            schedule->events[schedule->n_events++] = event;
            if (!chance_in_10000(dice(schedule), 300))
                continue;
            event.at.ms += (int64_t) chance_below(dice(schedule), 100) * HOUR_MS;
            schedule->events[schedule->n_events++] = event;
        }
    qsort(schedule->events, schedule->n_events, sizeof *schedule->events, pool_by_time);
}

static void publish(struct schedule *schedule) {
    const struct pool_event *event = &schedule->events[schedule->n_published++];
    int32_t home = murmur2_partition(event->subject, SCHEDULE_PARTITIONS);
    if (chance_in_10000(dice(schedule), 300))
        home = 1 - home;
    memory_kafka_publish(schedule->kafka, home, event->subject, event->line);
    if (schedule->seed % FEEDS_SAID_PARTS == 0)
        feeds_said_publish(&schedule->feeds_chance, schedule->kafka, SCHEDULE_PARTITIONS, schedule->now, event->line);
    if (chance_in_10000(dice(schedule), 500)) {
        memory_kafka_mark(schedule->kafka, home);
    }
    if (chance_in_10000(dice(schedule), 100)) {
        memory_kafka_publish(schedule->kafka, home, event->subject, "no event");
        schedule->n_garbage++;
    }
    ledger_note_published(&schedule->ledger, schedule->now);
}

/* ---- time ---- */

static void pass_time(struct schedule *schedule) {
    struct instant limit = schedule->pool->until;
    int64_t step = chance_in_10000(dice(schedule), 3000) ? (int64_t) chance_below(dice(schedule), 40 * 24) * HOUR_MS
                                                         : (int64_t) chance_below(dice(schedule), 200);
    if (schedule->n_published < schedule->n_events) {
        struct instant next = schedule->events[schedule->n_published].at;
        if (next.ms > schedule->now.ms && schedule->now.ms + step > next.ms)
            step = next.ms - schedule->now.ms;
    }
    schedule->now.ms += step;
    if (schedule->now.ms > limit.ms)
        schedule->now = limit;
}

static void publish_due(struct schedule *schedule) {
    uint64_t most = 1 + chance_below(dice(schedule), 6);
    while (most-- > 0 && schedule->n_published < schedule->n_events &&
           schedule->events[schedule->n_published].at.ms <= schedule->now.ms)
        publish(schedule);
}

/* ---- the course of things ---- */

static void step(struct schedule *schedule) {
    size_t place = group_choose(schedule);
    if (place < SCHEDULE_MEMBERS_MAX)
        group_resume(schedule, schedule->members[place]);
    group_go_on(schedule);
    if (schedule->sharing)
        group_finish_sharing(schedule);
    if (chance_in_10000(dice(schedule), 500))
        redis_deliver(&schedule->redis, dice(schedule));
    if (chance_in_10000(dice(schedule), 6000))
        publish_due(schedule);
    if (place == SCHEDULE_MEMBERS_MAX || chance_in_10000(dice(schedule), schedule->members[place]->idle ? 6000 : 800))
        pass_time(schedule);
}

static void accepted(void *context, const struct store_write *write) {
    struct schedule *schedule = context;
    ledger_check(&schedule->ledger, write);
}

void schedule_play(struct schedule *schedule) {
    schedule->chance.state = schedule->feeds_chance.state = schedule->seed;
    schedule->kafka = memory_kafka_new(SCHEDULE_PARTITIONS);
    redis_init(&schedule->redis);
    choose_stories(schedule);
    order_events(schedule);
    schedule->now = schedule->events[0].at;
    trouble_choose(schedule);
    schedule->ledger.engines[0] = schedule->engines[0];
    schedule->ledger.engines[1] = schedule->engines[1];
    schedule->ledger.say = true;
    ledger_init(&schedule->ledger, schedule->kafka);
    schedule->redis.accepted = accepted;
    schedule->redis.context = schedule;
    group_join(schedule);
    for (int i = 0; i < STEPS_MAX && schedule->wrong == NULL; i++) {
        if (schedule->n_published == schedule->n_events && !instant_before(schedule->now, schedule->pool->until))
            break;
        if (group_size(schedule) == 0 && chance_in_10000(dice(schedule), 1000))
            group_join(schedule);
        if (chance_in_10000(dice(schedule), schedule->troubles))
            trouble_strike(schedule);
        step(schedule);
    }
    if (schedule->wrong == NULL)
        peace_come(schedule);
}
