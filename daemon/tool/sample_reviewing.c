/* sample_reviewing.c: what goes with each review of an invented child: the date set, the report before it, the
 * decisions and the record after it, the actions, and what the reviewing officer takes further. Shares E. */
#include "sample_stories.h"
#include "sample_task.h"

#include <stdio.h>

static const struct sample_task report = {"review.report_submitted", {-14, -6}, {-2, 3}, 0.85, false};
static const struct sample_task adjourned = {"review.adjourned", {-24, -5}, {-60, -35}, 0.7, false};
static const struct sample_task decisions = {"review.decisions_distributed", {1, 5}, {9, 30}, 0.9, true};
static const struct sample_task answer = {"review.decisions_answered", {1, 5}, {9, 30}, 0.9, true};
static const struct sample_task record = {"review.record_distributed", {12, 24}, {33, 70}, 0.92, true};
static const struct sample_task action = {"action.closed", {5, 56}, {62, 150}, 0.82, false};
static const struct sample_task response = {"escalation.responded", {2, 5}, {9, 20}, 0.75, true};
static const struct sample_task resolution = {"escalation.resolved", {9, 25}, {32, 80}, 0.75, true};

static void tell_before(struct sample_child *child, const struct sample_review *review, const char *reference) {
    struct date set = sample_task_later(child, review->day, -70, -30);
    char day[DATE_TEXT_MAX];
    if (date_before(set, child->enters))
        set = child->enters;
    sample_task_note(child, set, "review.scheduled",
                     "\"review\":\"%s\",\"kind\":\"care\",\"planned_for\":\"%s\",\"number\":%d", reference,
                     date_format(review->day, day), review->number);
    sample_task_tell(child, &report, review->day, "\"review\":\"%s\",\"by_role\":\"social-worker\"", reference);
    if (review->number > 1 && sample_task_chance(child, 0.04))
        sample_task_tell(child, &adjourned, review->day, "\"review\":\"%s\",\"reason\":\"iro_illness\"", reference);
}

/* The day of completion stands in the record; one in twelve records is written late. */
static void tell_record(struct sample_child *child, struct date review, const char *reference) {
    struct date sent = sample_task_day(child, &record, review);
    struct date written = sample_task_later(child, review, 5, 18);
    char day[DATE_TEXT_MAX];
    if (sample_task_chance(child, 0.06))
        written = sent;
    if (date_before(sent, written))
        written = sent;
    sample_task_note(child, sent, "review.record_distributed", "\"review\":\"%s\",\"completed_on\":\"%s\"", reference,
                     date_format(written, day));
}

static void tell_after(struct sample_child *child, struct date review, const char *reference) {
    struct date sent =
        sample_task_tell(child, &decisions, review, "\"review\":\"%s\",\"to\":\"team-manager\"", reference);
    if (date_before(sent, child->period->until))
        sample_task_tell(child, &answer, sent, "\"review\":\"%s\",\"outcome\":\"%s\",\"by_role\":\"team-manager\"",
                         reference, sample_task_chance(child, 0.95) ? "agreed" : "objected");
    tell_record(child, review, reference);
}

/* To be done within two months; a few are put off once. */
static void tell_action(struct sample_child *child, struct date review, int number) {
    struct date due = date_add_days(review, 60);
    char reference[32], day[DATE_TEXT_MAX];
    snprintf(reference, sizeof reference, "ACT%06u-%d", child->teller.child, number);
    sample_task_note(child, review, "action.set",
                     "\"action\":\"%s\",\"source_kind\":\"review\",\"owner_role\":\"social-worker\",\"due_on\":\"%s\"",
                     reference, date_format(due, day));
    if (sample_task_chance(child, 0.1))
        sample_task_note(child, sample_task_later(child, review, 30, 50), "action.updated",
                         "\"action\":\"%s\",\"due_on\":\"%s\"", reference, date_format(date_add_days(due, 28), day));
    sample_task_tell(child, &action, review, "\"action\":\"%s\",\"closure\":\"completed\"", reference);
}

static void tell_escalation(struct sample_child *child, struct date day, int number) {
    bool formal = sample_task_chance(child, 0.5);
    char reference[32];
    snprintf(reference, sizeof reference, "E%06u-%d", child->teller.child, number);
    sample_task_note(child, day, "escalation.raised",
                     "\"escalation\":\"%s\",\"stage\":\"%s\",\"raised_by\":\"iro\",\"to_role\":\"team-manager\"",
                     reference, formal ? "stage_1" : "informal");
    sample_task_tell(child, &response, day, "\"escalation\":\"%s\",\"outcome\":\"agreed\"", reference);
    sample_task_tell(child, &resolution, day, "\"escalation\":\"%s\",\"outcome\":\"agreed\"", reference);
}

void sample_reviewing_tell(struct sample_child *child) {
    for (size_t i = 0; i < child->n_reviews; i++) {
        const struct sample_review *review = &child->reviews[i];
        char reference[32];
        snprintf(reference, sizeof reference, "R%06u-c%d", child->teller.child, review->number);
        tell_before(child, review, reference);
        tell_after(child, review->day, reference);
        if (sample_task_chance(child, 0.6))
            tell_action(child, date_add_days(review->day, 1), review->number);
        if (sample_task_chance(child, 0.05))
            tell_escalation(child, date_add_days(review->day, 3), review->number);
    }
}
