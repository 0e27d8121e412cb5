/* sample_plans.c: the plans of an invented child: the care plan and its changes, the placement plan of each placement,
 * the plan of a child on remand or in detention, the health plan. Shares E. */
#include "sample_stories.h"
#include "sample_task.h"

#include <string.h>

static const struct sample_task care_plan = {"care_plan.agreed", {-10, 11}, {17, 60}, 0.88, false};
static const struct sample_task completed_plan = {"care_plan.agreed", {20, 60}, {60, 120}, 0.8, false};
static const struct sample_task review_plan = {"care_plan.agreed", {2, 12}, {13, 40}, 0.9, false};
static const struct sample_task remand_plan = {"care_plan.agreed", {0, 5}, {9, 20}, 0.75, false};
static const struct sample_task detention_plan = {"care_plan.agreed", {0, 11}, {17, 30}, 0.75, false};
static const struct sample_task placement_plan = {"placement_plan.agreed", {-6, 5}, {9, 40}, 0.9, false};
static const struct sample_task health_plan = {"health_plan.agreed", {8, 25}, {32, 120}, 0.85, false};
/* Says how often the child is visited from the first adoption review on. */
static const struct sample_task adoption_plan = {"care_plan.agreed", {20, 30}, {31, 60}, 0.9, false};
static const struct sample_task health_plan_again = {"health_plan.agreed", {1, 20}, {21, 60}, 0.8, false};

static void tell_first_plan(struct sample_child *child) {
    bool complete = sample_task_chance(child, 0.95);
    sample_task_tell(child, &care_plan, child->enters, "\"version\":1,\"kind\":\"care\",\"complete\":%s",
                     complete ? "true" : "false");
    if (!complete)
        sample_task_tell(child, &completed_plan, child->enters, "\"version\":2,\"kind\":\"care\",\"complete\":true");
}

/* A change is proposed some weeks before a review and agreed after it; or, as should not be, after no review. */
static void tell_changes(struct sample_child *child) {
    for (size_t i = 1; i + 1 < child->n_reviews; i++) {
        if (!sample_task_chance(child, 0.15))
            continue;
        bool right = sample_task_chance(child, 0.85);
        struct date review = child->reviews[i].day;
        struct date proposed =
            right ? sample_task_later(child, review, -40, -15) : sample_task_later(child, review, 2, 6);
        struct date planned = sample_task_later(child, right ? review : proposed, 7, 30);
        char day[DATE_TEXT_MAX];
        sample_task_note(child, proposed, "change.proposed", "\"kind\":\"care_plan\",\"planned_for\":\"%s\"",
                         date_format(planned, day));
        sample_task_tell(child, &review_plan, right ? review : proposed,
                         "\"version\":%zu,\"kind\":\"care\",\"complete\":true", i + 2);
    }
}

/* The plan for a child on remand is another one; so is that of each detention. */
static void tell_remand(struct sample_child *child) {
    sample_task_tell(child, &remand_plan, child->enters, "\"version\":1,\"kind\":\"remand\"");
    for (size_t i = 0; i < child->n_stays; i++)
        if (strcmp(child->stays[i].type, "R5") == 0)
            sample_task_tell(child, &detention_plan, child->stays[i].from.day, "\"version\":%zu,\"kind\":\"detention\"",
                             i + 2);
}

static void tell_placement_plans(struct sample_child *child) {
    for (size_t i = 0; i < child->n_stays; i++) {
        const struct sample_stay *stay = &child->stays[i];
        if (date_before(stay->from.day, sample_child_horizon(child)))
            sample_task_tell(child, &placement_plan, stay->from.day,
                             "\"placement\":\"P%06u-%d\",\"kind\":\"placement_plan\",\"signed\":true,"
                             "\"delegated_authority\":%s",
                             child->teller.child, stay->number, sample_task_chance(child, 0.8) ? "true" : "false");
    }
}

static void tell_health_plans(struct sample_child *child) {
    sample_task_tell(child, &health_plan, child->enters, "\"reviewed\":false");
    for (size_t i = 1; i < child->n_reviews; i += 2)
        sample_task_tell(child, &health_plan_again, child->reviews[i].day, "\"reviewed\":true");
}

void sample_plans_tell(struct sample_child *child) {
    if (strcmp(child->status, "J1") == 0)
        tell_remand(child);
    else
        tell_first_plan(child);
    tell_changes(child);
    tell_placement_plans(child);
    tell_health_plans(child);
    if (date_before(child->adoption_placed, sample_child_horizon(child)))
        sample_task_tell(child, &adoption_plan, child->adoption_placed,
                         "\"version\":90,\"kind\":\"care\",\"visit_interval_days\":28");
}
