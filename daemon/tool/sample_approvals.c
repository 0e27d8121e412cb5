/* sample_approvals.c: what must be decided before an invented child is moved or leaves care, and after a child was
 * placed with somebody who is approved for a time, or at home before the assessment. Shares E. */
#include "sample_stories.h"
#include "sample_task.h"

#include <string.h>

static bool is(const char *text, const char *word) {
    return strcmp(text, word) == 0;
}

/* ---- moves ---- */

static const char *const out_of_area =
    "\"kind\":\"out_of_area\",\"outcome\":\"agreed\",\"by_role\":\"nominated-officer\"";
static const char *const at_distance = "\"kind\":\"at_distance\",\"outcome\":\"agreed\",\"by_role\":\"director\"";
static const char *const key_stage_4 =
    "\"kind\":\"key_stage_4_move\",\"outcome\":\"agreed\",\"by_role\":\"nominated-officer\"";
static const char *const consulted = "\"kind\":\"iro_consulted\",\"to\":\"iro\"";

static void tell_move(struct sample_child *child, const struct sample_stay *stay, struct date proposed) {
    int notice = stay->from.day.day - proposed.day;
    struct sample_task gate = {"decision.made", {1, notice - 1}, {notice + 1, notice + 25}, 0.9, false};
    struct sample_task consult = {"notification.sent", {0, notice - 1}, {notice + 1, notice + 15}, 0.88, false};
    bool exams = sample_child_aged(child, 14, stay->from.day) && !sample_child_aged(child, 16, stay->from.day) &&
                 sample_task_chance(child, 0.5);
    char day[DATE_TEXT_MAX];
    sample_task_note(child, proposed, "change.proposed",
                     "\"kind\":\"placement\",\"location\":\"%s\",\"placement_type\":\"%s\",\"planned_for\":\"%s\","
                     "\"key_stage_4\":%s",
                     stay->location, stay->type, date_format(stay->from.day, day), exams ? "true" : "false");
    sample_task_tell(child, &consult, proposed, "%s", consulted);
    if (!is(stay->location, "own_area"))
        sample_task_tell(child, &gate, proposed, "%s", out_of_area);
    if (is(stay->location, "distant"))
        sample_task_tell(child, &gate, proposed, "%s", at_distance);
    if (exams)
        sample_task_tell(child, &gate, proposed, "%s", key_stage_4);
}

/* Entry into care is not proposed as a move, but a distant placement is approved all the same. */
static void tell_approvals(struct sample_child *child, const struct sample_stay *stay, struct date before) {
    static const struct sample_task soon = {"decision.made", {-5, 0}, {2, 40}, 0.85, false};
    struct date proposed = sample_task_later(child, stay->from.day, -40, -10);
    if (date_before(proposed, before))
        proposed = before;
    if (stay != child->stays && stay->planned && proposed.day + 3 < stay->from.day.day)
        tell_move(child, stay, proposed);
    else if (is(stay->location, "distant"))
        sample_task_tell(child, &soon, stay->from.day, "%s", at_distance);
}

/* ---- approved for a time ---- */

static void settle_basis(struct sample_child *child, const struct sample_stay *stay, struct date day,
                         const char *basis) {
    if (date_before(day, sample_child_horizon(child)) && date_before(day, stay->to.day))
        sample_task_note(child, day, "placement.changed", "\"placement\":\"P%06u-%d\",\"basis\":\"%s\"",
                         child->teller.child, stay->number, basis);
}

static void tell_temporary_approval(struct sample_child *child, const struct sample_stay *stay) {
    static const struct sample_task approval = {"decision.made", {50, 108}, {114, 150}, 0.85, false};
    static const struct sample_task extension = {"decision.made", {85, 108}, {109, 111}, 1, false};
    static const struct sample_task later_approval = {"decision.made", {20, 52}, {58, 90}, 0.8, false};
    bool extended = sample_task_chance(child, 0.25);
    struct date opened = stay->from.day;
    if (extended)
        opened = sample_task_tell(child, &extension, opened,
                                  "\"kind\":\"temporary_approval_extension\",\"outcome\":\"agreed\"");
    struct date approved = sample_task_tell(child, extended ? &later_approval : &approval, opened,
                                            "\"kind\":\"carer_approval\",\"outcome\":\"agreed\"");
    settle_basis(child, stay, approved, "reg27_connected");
}

static void tell_basis(struct sample_child *child, const struct sample_stay *stay) {
    static const struct sample_task emergency = {"decision.made", {10, 40}, {45, 90}, 0.8, false};
    static const struct sample_task assessment = {"assessment.completed", {4, 11}, {17, 40}, 0.75, false};
    static const struct sample_task decision = {"decision.made", {1, 11}, {17, 40}, 0.78, false};
    if (stay->same_carer)
        return;
    if (is(stay->basis, "reg24_temporary"))
        tell_temporary_approval(child, stay);
    if (is(stay->basis, "reg23_emergency"))
        sample_task_tell(child, &emergency, stay->from.day, "\"kind\":\"emergency_foster\",\"outcome\":\"agreed\"");
    if (!is(stay->basis, "reg19_before_assessment"))
        return;
    struct date done = sample_task_tell(child, &assessment, stay->from.day,
                                        "\"kind\":\"placement_with_parents\",\"outcome\":\"agreed\"");
    settle_basis(child, stay,
                 sample_task_tell(child, &decision, done, "\"kind\":\"placement_with_parents\",\"outcome\":\"agreed\""),
                 "ordinary");
}

/* ---- the end of care ---- */

/* Home as planned, or to guardians: whoever turns eighteen or is adopted leaves without it. */
static bool is_ceasing(const struct sample_child *child) {
    return !sample_child_aged(child, 18, child->leaves) && strstr("E11 E12 E4B E2", child->reason) == NULL;
}

static void tell_ceasing(struct sample_child *child) {
    struct date proposed = sample_task_later(child, child->leaves, -60, -12);
    int notice = child->leaves.day - proposed.day;
    struct sample_task gate = {"decision.made", {1, notice - 1}, {notice + 1, notice + 40}, 0.85, true};
    char day[DATE_TEXT_MAX];
    if (!is_ceasing(child) || date_before(proposed, child->enters))
        return;
    sample_task_note(child, proposed, "change.proposed", "\"kind\":\"cease_looking_after\",\"planned_for\":\"%s\"",
                     date_format(child->leaves, day));
    sample_task_tell(child, &gate, proposed,
                     "\"kind\":\"cease_looking_after\",\"outcome\":\"agreed\",\"by_role\":\"%s\"",
                     sample_child_aged(child, 16, proposed) ? "director" : "nominated-officer");
}

void sample_approvals_tell(struct sample_child *child) {
    for (size_t i = 0; i < child->n_stays; i++) {
        const struct sample_stay *stay = &child->stays[i];
        if (!date_before(stay->from.day, sample_child_horizon(child)))
            break;
        tell_approvals(child, stay, i > 0 ? child->stays[i - 1].from.day : child->enters);
        tell_basis(child, stay);
    }
    tell_ceasing(child);
}
