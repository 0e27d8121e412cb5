/* schedule.c: see schedule.h. At each step the dice say who goes on, or what goes wrong. Nothing is put right but by
 * the daemons themselves, until all events are published and the time is up; then those that are frozen wake up, and
 * the rest is peace. */
#include "schedule.h"

#include "ensure.h"
#include "feeds_said.h"
#include "murmur2.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOUR_MS = 3600 * 1000,
    PEACE_STEPS = 30000,
    QUIET_STEPS = 60, /* so often nobody has anything to do, before it is over */
    STEPS_MAX = 4000000,
};

static struct chance *dice(struct schedule *schedule) {
    return &schedule->chance;
}

#define TRACE(schedule, ...)                                                                                           \
    do {                                                                                                               \
        if ((schedule)->trace) {                                                                                       \
            char instant[INSTANT_TEXT_MAX];                                                                            \
            instant_format((schedule)->now, instant);                                                                  \
            printf("%s ", instant);                                                                                    \
            printf(__VA_ARGS__);                                                                                       \
            printf("\n");                                                                                              \
        }                                                                                                              \
    } while (0)

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

static int by_time(const void *a, const void *b) {
    const struct pool_event *one = a, *other = b;
    if (one->at.ms != other->at.ms)
        return one->at.ms < other->at.ms ? -1 : 1;
    return strcmp(one->line, other->line);
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
    qsort(schedule->events, schedule->n_events, sizeof *schedule->events, by_time);
}

static void publish(struct schedule *schedule) {
    const struct pool_event *event = &schedule->events[schedule->n_published++];
    int32_t home = murmur2_partition(event->subject, SCHEDULE_PARTITIONS);
    if (chance_in_10000(dice(schedule), 300))
        home = 1 - home;
    memory_kafka_publish(schedule->kafka, home, event->subject, event->line);
    if (schedule->seed % FEEDS_SAID_PARTS == 0)
        feeds_said_publish(&schedule->feeds_chance, schedule->kafka, SCHEDULE_PARTITIONS, schedule->now, event->line);
    if (chance_in_10000(dice(schedule), 500))
        memory_kafka_mark(schedule->kafka, home);
    if (chance_in_10000(dice(schedule), 100)) {
        memory_kafka_publish(schedule->kafka, home, event->subject, "no event");
        schedule->n_garbage++;
    }
}

/* ---- daemons ---- */

static struct member_odds choose_odds(struct schedule *schedule) {
    uint64_t much = chance_below(dice(schedule), 4); /* 0: a calm schedule */
    return (struct member_odds){
        .give_way = 200 + much * 400,
        .lose_call = much * 20,
        .lose_reply = much * 20,
        .busy = much * 700,
        .abort = much * 60,
        .lose = much * 20,
        .lose_late = much * 30,
    };
}

static struct member *new_member(struct schedule *schedule, const struct member_odds *odds) {
    struct member *member =
        member_new(schedule->engine, dice(schedule), odds, schedule->kafka, schedule->store, &schedule->scheduler);
    member->now = schedule->now;
    return member;
}

static size_t n_members(const struct schedule *schedule) {
    size_t count = 0;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        count += schedule->members[i] != NULL;
    return count;
}

/* All that were given partitions are asked to give them back. */
static void begin_sharing(struct schedule *schedule) {
    schedule->sharing = true;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] != NULL && schedule->members[i]->has_place) {
            memory_kafka_revoke(schedule->members[i]->broker);
            schedule->members[i]->has_place = false;
        }
}

static bool holds_nothing(const struct member *member) {
    return pipeline_view(member->pipeline).n_partitions == 0 && memory_member_is_told(member->broker);
}

static void finish_sharing(struct schedule *schedule) {
    struct memory_member *members[SCHEDULE_MEMBERS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] != NULL) {
            if (!holds_nothing(schedule->members[i]))
                return;
            members[count++] = schedule->members[i]->broker;
        }
    if (count == 0)
        return;
    schedule->sharing = false;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] != NULL)
            schedule->members[i]->has_place = true;
    memory_kafka_share(schedule->kafka, members, count);
    TRACE(schedule, "shared among %zu", count);
}

static void join(struct schedule *schedule, const struct member_odds *odds) {
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] == NULL) {
            schedule->members[i] = new_member(schedule, odds);
            TRACE(schedule, "daemon %zu starts", i);
            begin_sharing(schedule);
            return;
        }
}

static size_t any_member(struct schedule *schedule) {
    size_t place = chance_below(dice(schedule), SCHEDULE_MEMBERS_MAX);
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++, place = (place + 1) % SCHEDULE_MEMBERS_MAX)
        if (schedule->members[place] != NULL)
            return place;
    return SCHEDULE_MEMBERS_MAX;
}

static void crash(struct schedule *schedule) {
    size_t place = any_member(schedule);
    if (place == SCHEDULE_MEMBERS_MAX)
        return;
    TRACE(schedule, "daemon %zu crashes%s", place, schedule->members[place]->within ? " within a call" : "");
    schedule->members[place] = NULL;
    schedule->n_crashes++;
    begin_sharing(schedule);
}

/* The group gives it up; it does not know. */
static void freeze(struct schedule *schedule) {
    size_t place = any_member(schedule);
    if (place == SCHEDULE_MEMBERS_MAX)
        return;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->zombies[i] == NULL) {
            TRACE(schedule, "daemon %zu freezes%s", place, schedule->members[place]->within ? " within a call" : "");
            schedule->zombies[i] = schedule->members[place];
            schedule->members[place] = NULL;
            schedule->n_faults++;
            begin_sharing(schedule);
            return;
        }
}

static void resume(struct schedule *schedule, struct member *member) {
    if (!member->within)
        member->now = schedule->now;
    member_resume(member);
    if (member->failed != NULL)
        schedule->wrong = member->failed;
}

/* Goes on for some steps, as if nothing had happened, and is told then that it has lost its place. */
static void wake(struct schedule *schedule) {
    size_t place = chance_below(dice(schedule), SCHEDULE_MEMBERS_MAX);
    struct member *zombie = schedule->zombies[place];
    if (zombie == NULL)
        return;
    TRACE(schedule, "one that was frozen wakes up");
    schedule->zombies[place] = NULL;
    for (uint64_t steps = chance_below(dice(schedule), 40); steps > 0; steps--)
        resume(schedule, zombie);
}

/* ---- Redis and Kafka ---- */

static void copy_store(struct schedule *schedule) {
    size_t place = chance_below(dice(schedule), SCHEDULE_COPIES);
    if (schedule->copies[place] != NULL)
        (void) memory_store_free(schedule->copies[place]);
    schedule->copies[place] = memory_store_copy(schedule->store);
}

static void fall_back(struct schedule *schedule) {
    const struct memory_store *copy = schedule->copies[chance_below(dice(schedule), SCHEDULE_COPIES)];
    if (copy == NULL)
        return;
    TRACE(schedule, "the store falls back");
    memory_store_fall_back(schedule->store, copy);
    schedule->store_lost = true;
    schedule->n_faults++;
}

static void empty(struct schedule *schedule) {
    TRACE(schedule, "the store is emptied");
    memory_store_empty(schedule->store);
    schedule->store_lost = true;
    schedule->n_faults++;
}

/* Offsets expire when nobody has been there for long. */
static void expire(struct schedule *schedule) {
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        schedule->members[i] = NULL;
    memory_kafka_settle(schedule->kafka, NULL, false);
    memory_kafka_expire(schedule->kafka);
    schedule->n_faults++;
    TRACE(schedule, "nobody is there, and offsets expire");
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

static void trouble(struct schedule *schedule, const struct member_odds *odds) {
    uint64_t what = chance_below(dice(schedule), 100);
    if (what < 30)
        crash(schedule);
    else if (what < 45)
        freeze(schedule);
    else if (what < 60)
        wake(schedule);
    else if (what < 75)
        copy_store(schedule);
    else if (what < 85)
        fall_back(schedule);
    else if (what < 87)
        empty(schedule);
    else if (what < 88)
        expire(schedule);
    else if (what < 94 && !schedule->sharing)
        begin_sharing(schedule);
    else
        join(schedule, odds);
}

static void step(struct schedule *schedule) {
    size_t place = any_member(schedule);
    if (place < SCHEDULE_MEMBERS_MAX)
        resume(schedule, schedule->members[place]);
    if (schedule->sharing)
        finish_sharing(schedule);
    if (chance_in_10000(dice(schedule), 6000))
        publish_due(schedule);
    if (place == SCHEDULE_MEMBERS_MAX || chance_in_10000(dice(schedule), schedule->members[place]->idle ? 6000 : 800))
        pass_time(schedule);
}

static bool is_quiet(const struct schedule *schedule) {
    if (schedule->sharing || memory_store_count(schedule->store, "outbox") > 0)
        return false;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] != NULL &&
            (!schedule->members[i]->idle || !pipeline_view(schedule->members[i]->pipeline).loaded))
            return false;
    return true;
}

/* Who still has something to do. */
static void tell_unrest(struct schedule *schedule) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ENSURE(out != NULL);
    (void) fprintf(out, "it never became quiet: %zu entries wait%s", memory_store_count(schedule->store, "outbox"),
                   schedule->sharing ? ", the group is being shared" : "");
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++) {
        if (schedule->members[i] == NULL)
            continue;
        struct pipeline_view view = pipeline_view(schedule->members[i]->pipeline);
        (void) fprintf(out, "; daemon %zu%s", i, schedule->members[i]->idle ? "" : " is busy");
        for (size_t j = 0; j < view.n_partitions; j++)
            (void) fprintf(out, ", partition %d %s", (int) view.partitions[j]->number,
                           partition_state_name(view.partitions[j]->state));
    }
    (void) fclose(out);
    schedule->wrong = text;
}

/* No more faults; time goes on slowly, and not to any deadline. */
static void peace(struct schedule *schedule) {
    const struct member_odds calm = {0};
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++) {
        wake(schedule);
        if (schedule->members[i] != NULL)
            schedule->members[i]->odds = calm;
    }
    if (n_members(schedule) == 0)
        join(schedule, &calm);
    TRACE(schedule, "peace");
    int quiet = 0;
    for (int i = 0; i < PEACE_STEPS && quiet < QUIET_STEPS && schedule->wrong == NULL; i++) {
        resume(schedule, schedule->members[any_member(schedule)]);
        if (schedule->sharing)
            finish_sharing(schedule);
        schedule->now.ms += 20;
        quiet = is_quiet(schedule) ? quiet + 1 : 0;
    }
    if (quiet < QUIET_STEPS && schedule->wrong == NULL)
        tell_unrest(schedule);
}

void schedule_play(struct schedule *schedule) {
    schedule->chance.state = schedule->feeds_chance.state = schedule->seed;
    schedule->kafka = memory_kafka_new(SCHEDULE_PARTITIONS);
    schedule->store = memory_store_new();
    choose_stories(schedule);
    order_events(schedule);
    schedule->now = schedule->events[0].at;
    struct member_odds odds = choose_odds(schedule);
    uint64_t troubles = chance_below(dice(schedule), 5) * 60; /* in ten thousand steps */
    join(schedule, &odds);
    for (int i = 0; i < STEPS_MAX && schedule->wrong == NULL; i++) {
        if (schedule->n_published == schedule->n_events && !instant_before(schedule->now, schedule->pool->until))
            break;
        if (n_members(schedule) == 0 && chance_in_10000(dice(schedule), 1000))
            join(schedule, &odds);
        if (chance_in_10000(dice(schedule), troubles))
            trouble(schedule, &odds);
        step(schedule);
    }
    if (schedule->wrong == NULL)
        peace(schedule);
}
