/* group.c: see group.h. Whoever crashes is simply not resumed any more. */
#include "group.h"

#include "ensure.h"

static struct member *new_member(struct schedule *schedule) {
    struct member *member = member_new(schedule->engines[schedule->stricter ? 1 : 0], &schedule->chance,
                                       &schedule->odds, schedule->kafka, &schedule->redis, &schedule->scheduler);
    member->now = schedule->now;
    return member;
}

size_t group_size(const struct schedule *schedule) {
    size_t count = 0;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        count += schedule->members[i] != NULL;
    return count;
}

void group_begin_sharing(struct schedule *schedule) {
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

void group_finish_sharing(struct schedule *schedule) {
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

void group_join(struct schedule *schedule) {
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] == NULL) {
            schedule->members[i] = new_member(schedule);
            TRACE(schedule, "daemon %zu starts", i);
            group_begin_sharing(schedule);
            return;
        }
}

size_t group_choose(struct schedule *schedule) {
    size_t place = chance_below(&schedule->chance, SCHEDULE_MEMBERS_MAX);
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++, place = (place + 1) % SCHEDULE_MEMBERS_MAX)
        if (schedule->members[place] != NULL)
            return place;
    return SCHEDULE_MEMBERS_MAX;
}

void group_drop(struct schedule *schedule, size_t place) {
    schedule->members[place] = NULL;
    group_begin_sharing(schedule);
}

void group_crash(struct schedule *schedule) {
    size_t place = group_choose(schedule);
    if (place == SCHEDULE_MEMBERS_MAX)
        return;
    TRACE(schedule, "daemon %zu crashes%s", place, schedule->members[place]->within ? " within a call" : "");
    schedule->n_crashes++;
    group_drop(schedule, place);
}

void group_freeze(struct schedule *schedule) {
    size_t place = group_choose(schedule);
    if (place == SCHEDULE_MEMBERS_MAX)
        return;
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->zombies[i] == NULL) {
            TRACE(schedule, "daemon %zu freezes%s", place, schedule->members[place]->within ? " within a call" : "");
            schedule->zombies[i] = schedule->members[place];
            schedule->members[place] = NULL;
            schedule->n_faults++;
            group_begin_sharing(schedule);
            return;
        }
}

/* By its own clock, which may be wrong; but nobody is ahead of the end. */
static struct instant clock_of(const struct schedule *schedule, const struct member *member) {
    struct instant now = {schedule->now.ms + member->clock_error_ms};
    return member->clock_error_ms > 0 ? instant_max(schedule->now, instant_min(now, schedule->pool->until)) : now;
}

void group_resume(struct schedule *schedule, struct member *member) {
    if (!member->within)
        member->now = clock_of(schedule, member);
    member_resume(member);
    if (member->failed != NULL)
        schedule->wrong = member->failed;
}

void group_wake(struct schedule *schedule) {
    struct member *zombie = schedule->zombies[chance_below(&schedule->chance, SCHEDULE_MEMBERS_MAX)];
    if (zombie == NULL || zombie->steps_left > 0)
        return;
    TRACE(schedule, "one that was frozen wakes up");
    zombie->steps_left = 1 + chance_below(&schedule->chance, 250);
}

void group_go_on(struct schedule *schedule) {
    size_t place = chance_below(&schedule->chance, SCHEDULE_MEMBERS_MAX);
    struct member *zombie = schedule->zombies[place];
    if (zombie == NULL || zombie->steps_left == 0)
        return;
    group_resume(schedule, zombie);
    if (--zombie->steps_left == 0)
        schedule->zombies[place] = NULL;
}

bool group_has_zombies(const struct schedule *schedule) {
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->zombies[i] != NULL)
            return true;
    return false;
}
