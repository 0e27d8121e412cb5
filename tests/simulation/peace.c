/* peace.c: see peace.h. Time goes on slowly, and not to any deadline. */
#include "peace.h"

#include "ensure.h"
#include "feeds_said.h"
#include "group.h"
#include "murmur2.h"

#include <stdlib.h>
#include <string.h>

enum {
    PEACE_STEPS = 60000,
    QUIET_STEPS = 60, /* so often nobody has anything to do, before it is over */
};

static bool is_quiet(const struct schedule *schedule) {
    if (schedule->sharing || group_has_zombies(schedule) || !redis_is_silent(&schedule->redis) ||
        memory_store_count(schedule->redis.store, "outbox") > 0)
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
    (void) fprintf(out, "it never became quiet: %zu entries wait%s",
                   memory_store_count(schedule->redis.store, "outbox"),
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

/* ---- the end of all faults ---- */

/* Clocks are right, calls succeed, and everybody has the statutory pack: that is what the oracle knows. */
static void put_right(struct schedule *schedule) {
    schedule->stricter = false;
    schedule->odds = (struct member_odds){0};
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++) {
        struct member *member = schedule->members[i];
        if (member == NULL)
            continue;
        member->odds = schedule->odds;
        member->clock_error_ms = 0;
        if (member->engine != schedule->engines[0])
            group_drop(schedule, i);
    }
    if (group_size(schedule) == 0)
        group_join(schedule);
}

static void step(struct schedule *schedule) {
    group_resume(schedule, schedule->members[group_choose(schedule)]);
    group_wake(schedule);
    group_go_on(schedule);
    if (schedule->sharing)
        group_finish_sharing(schedule);
    redis_deliver(&schedule->redis, &schedule->chance);
    schedule->now.ms += 20;
}

static void become_quiet(struct schedule *schedule) {
    int quiet = 0;
    for (int i = 0; i < PEACE_STEPS && quiet < QUIET_STEPS && schedule->wrong == NULL; i++) {
        step(schedule);
        quiet = is_quiet(schedule) ? quiet + 1 : 0;
    }
    if (quiet < QUIET_STEPS && schedule->wrong == NULL)
        tell_unrest(schedule);
}

/* ---- the audit ---- */

static bool is_audited(const struct schedule *schedule) {
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] != NULL && !pipeline_audit_result(schedule->members[i]->pipeline)->over)
            return false;
    return true;
}

static void count_findings(struct schedule *schedule, const struct auditor_partition *partition) {
    schedule->n_findings += audit_report_findings(&partition->report) + !partition->covered;
    if (!partition->covered)
        printf("not audited: partition %d: %s\n", (int) partition->number, partition->why);
    for (size_t i = 0; i < partition->report.n_listed; i++)
        printf("the audit found: %s %s\n", audit_kind_name(partition->report.listed[i].kind),
               partition->report.listed[i].reference);
}

static void audit(struct schedule *schedule) {
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++)
        if (schedule->members[i] != NULL)
            (void) pipeline_audit_start(schedule->members[i]->pipeline);
    for (int i = 0; i < PEACE_STEPS && !is_audited(schedule) && schedule->wrong == NULL; i++)
        step(schedule);
    for (size_t i = 0; i < SCHEDULE_MEMBERS_MAX; i++) {
        if (schedule->members[i] == NULL)
            continue;
        const struct auditor_result *result = pipeline_audit_result(schedule->members[i]->pipeline);
        for (size_t j = 0; j < result->n_partitions; j++)
            count_findings(schedule, &result->partitions[j]);
    }
    if (!is_audited(schedule) && schedule->wrong == NULL)
        schedule->wrong = "the audit did not come to its end";
}

/* ---- timers ---- */

/* Each subject is looked at next when its duties say so, by all that stands in the logs. */
static void check_timer(struct schedule *schedule, const char *subject) {
    int32_t partition = murmur2_partition(subject, SCHEDULE_PARTITIONS);
    const struct store_meta *meta = memory_store_meta(schedule->redis.store, partition);
    struct instant wanted = ledger_next(&schedule->ledger, partition, subject, meta->positions, meta->clock);
    struct instant found = memory_store_timer(schedule->redis.store, subject);
    if (instant_equal(wanted, found))
        return;
    char one[INSTANT_TEXT_MAX], other[INSTANT_TEXT_MAX], now[INSTANT_TEXT_MAX];
    schedule->n_timers_wrong++;
    printf("timer: %s must be looked at %s, and is %s, at %s\n", subject,
           instant_equal(wanted, INSTANT_NEVER) ? "never" : instant_format(wanted, one),
           instant_equal(found, INSTANT_NEVER) ? "never" : instant_format(found, other),
           instant_format(meta->clock, now));
}

static void check_timers(struct schedule *schedule) {
    for (size_t i = 0; i < schedule->n_stories; i++) {
        const struct story *story = schedule->stories[i];
        const char *last = "";
        for (size_t j = 0; j < story->n_events; j++) {
            if (strcmp(story->events[j].subject, last) != 0)
                check_timer(schedule, story->events[j].subject);
            last = story->events[j].subject;
        }
    }
}

void peace_come(struct schedule *schedule) {
    put_right(schedule);
    TRACE(schedule, "peace");
    become_quiet(schedule);
    if (schedule->wrong != NULL)
        return;
    if (schedule->seed % FEEDS_SAID_PARTS != 0) /* where a feed says how far it is, what it delays is looked at later */
        check_timers(schedule);
    audit(schedule);
}
