/* sample_leaving.c: an invented child from sixteen on: the assessment, the adviser and the pathway plan; and after
 * care, where the young person lives, what they do, and whether the council is in touch. Shares E but where a source is
 * named. */
#include "sample_stories.h"
#include "sample_task.h"

#include <string.h>

/* From the day on which the child is eligible. */
static const struct sample_task assessment = {"pathway_assessment.completed", {10, 85}, {95, 200}, 0.85, false};
static const struct sample_task adviser = {"worker.allocated", {0, 85}, {95, 250}, 0.85, false};
static const struct sample_task plan = {"pathway_plan.agreed", {5, 60}, {61, 120}, 0.92, true};
static const struct sample_task plan_review = {"pathway_plan.reviewed", {120, 178}, {186, 260}, 0.85, true};
/* From the end of care, or from a move. */
static const struct sample_task late_assessment = {"pathway_assessment.completed", {20, 85}, {95, 160}, 0.7, true};
static const struct sample_task visit_first = {"visit.made", {1, 7}, {8, 30}, 0.82, true};
static const struct sample_task visit = {"visit.made", {30, 56}, {63, 110}, 0.85, true};
static const struct sample_task move_review = {"pathway_plan.reviewed", {5, 26}, {29, 60}, 0.8, true};
static const struct sample_task contact = {"contact.made", {14, 54}, {57, 120}, 0.89, true}; /* indicators.md:452, the
                                                                                     nation (004:794) */
static const struct sample_task birthday_contact = {"contact.made", {-60, 25}, {33, 60}, 0.85, true};
static const struct sample_task birthday_home = {"accommodation.recorded", {-60, 25}, {33, 60}, 0.9, true};
static const struct sample_task birthday_activity = {"activity.recorded", {-60, 25}, {33, 60}, 0.9, true};
static const struct sample_task death_notified = {"notification.sent", {1, 5}, {9, 30}, 0.5, true};

static bool goes_on(const struct sample_child *child, struct date day) {
    return date_before(day, child->period->until) && date_before(day, child->died);
}

/* ---- in care ---- */

static void tell_plan_reviews(struct sample_child *child, struct date day) {
    while (goes_on(child, day))
        day = sample_task_tell(child, &plan_review, day, "\"reviewer\":\"personal-adviser\"");
}

static void tell_plan(struct sample_child *child, struct date assessed) {
    if (!goes_on(child, assessed))
        return;
    struct date agreed = sample_task_tell(child, &plan, assessed, "\"complete\":true");
    tell_plan_reviews(child, agreed);
}

static struct date later_of(struct date a, struct date b) {
    return date_before(a, b) ? b : a;
}

/* Thirteen weeks in care since fourteen, of sixteen or seventeen. */
static bool tell_eligible(struct sample_child *child) {
    struct date since = later_of(child->enters, date_birthday(child->born, 14));
    struct date eligible = later_of(date_add_days(since, 91), date_birthday(child->born, 16));
    if (!date_before(eligible, sample_child_horizon(child)) || sample_child_aged(child, 18, eligible))
        return false;
    sample_task_tell(child, &adviser, eligible, "\"role\":\"personal-adviser\",\"worker\":\"W-PA%03d\"",
                     (int) (child->teller.child % 60) + 1);
    struct date assessed = sample_task_tell(child, &assessment, eligible, "%s", "");
    tell_plan(child, assessed);
    return true;
}

/* ---- after care ---- */

/* Provided by the council: visited within a week, then every two months. */
static void tell_adviser_visits(struct sample_child *child, struct date from, struct date until) {
    struct date day =
        sample_task_tell(child, &visit_first, from, "\"kind\":\"adviser\",\"by_role\":\"personal-adviser\"");
    while (goes_on(child, day) && date_before(day, until))
        day = sample_task_tell(child, &visit, day, "\"kind\":\"adviser\",\"by_role\":\"personal-adviser\"");
}

static void tell_home(struct sample_child *child, struct date day, bool provided, const char *type) {
    sample_task_note(child, day, "accommodation.recorded",
                     "\"accommodation\":\"%s\",\"suitable\":\"%s\",\"regulated_provision\":%s", type,
                     sample_task_chance(child, 0.85) ? "yes" : "no", provided ? "true" : "false");
}

/* Where they live first, and a move about a year later. */
static void tell_homes(struct sample_child *child) {
    static const char *const types[] = {"D", "E", "T", "C"};
    struct date from = child->leaves, moved = sample_task_later(child, from, 200, 600);
    tell_home(child, from, true, types[sample_random_between(sample_child_dice(child), 0, 3)]);
    tell_adviser_visits(child, from, moved);
    if (!goes_on(child, moved) || !sample_task_chance(child, 0.6))
        return;
    tell_home(child, moved, false, "U");
    sample_task_tell(child, &move_review, moved, "\"reviewer\":\"personal-adviser\",\"reason\":\"moved\"");
}

static void tell_contacts(struct sample_child *child) {
    struct date day = later_of(child->leaves, date_birthday(child->born, 18)), grown = date_birthday(child->born, 21);
    while (goes_on(child, day) && date_before(day, grown))
        day = sample_task_tell(child, &contact, day,
                               "\"by_role\":\"personal-adviser\",\"kind\":\"keep_in_touch\",\"in_touch\":\"YES\"");
}

/* Nothing from before the end of care counts. */
static struct sample_task since_leaving(const struct sample_child *child, struct sample_task task,
                                        struct date birthday) {
    int days = child->leaves.day - birthday.day;
    if (task.in_time.first < days)
        task.in_time.first = days;
    return task;
}

static void tell_birthday(struct sample_child *child, struct date birthday) {
    struct sample_task in_touch = since_leaving(child, birthday_contact, birthday);
    struct sample_task home = since_leaving(child, birthday_home, birthday);
    struct sample_task activity = since_leaving(child, birthday_activity, birthday);
    sample_task_tell(child, &in_touch, birthday,
                     "\"by_role\":\"personal-adviser\",\"kind\":\"birthday_window\",\"in_touch\":\"%s\"",
                     sample_task_chance(child, 0.93) ? "YES" : "NO");
    sample_task_tell(child, &home, birthday, "\"accommodation\":\"U\",\"suitable\":\"%s\"",
                     sample_task_chance(child, 0.85) ? "yes" : "no"); /* indicators.md:452, the nation (004:784) */
    sample_task_tell(child, &activity, birthday, "\"activity\":\"%s\"", sample_task_chance(child, 0.55) ? "F2" : "G5");
}

static void tell_birthdays(struct sample_child *child) {
    for (int age = 17; age <= 21; age++) {
        struct date birthday = date_birthday(child->born, age);
        if (!date_before(birthday, child->leaves) && goes_on(child, birthday))
            tell_birthday(child, birthday);
    }
}

static void tell_support(struct sample_child *child) {
    struct date asked = sample_task_later(child, child->leaves, 60, 1800);
    if (!goes_on(child, asked) || !sample_task_chance(child, 0.4))
        return;
    sample_task_note(child, asked, "support.recorded", "\"stage\":\"requested\"");
    if (sample_child_aged(child, 21, asked))
        sample_task_tell(child, &plan, asked, "\"complete\":true");
}

static void tell_death(struct sample_child *child) {
    if (!date_before(child->died, child->period->until))
        return;
    sample_task_note(child, child->died, "child.died", "\"in_care\":false");
    sample_task_tell(child, &death_notified, child->died, "\"kind\":\"care_leaver_death\",\"to\":\"dfe\"");
    sample_task_tell(child, &death_notified, child->died, "\"kind\":\"serious_incident\",\"to\":\"review_panel\"");
}

static bool is_leaver(const struct sample_child *child) {
    return sample_child_aged(child, 16, child->leaves) && date_before(child->leaves, child->period->until) &&
           strstr("E2 E9", child->reason) == NULL;
}

void sample_leaving_tell(struct sample_child *child) {
    if (is_leaver(child) &&
        sample_task_chance(child, 0.03)) /* more than in life, so that a thousand children show it */
        child->died = sample_task_later(child, child->leaves, 60, 700);
    bool planned = tell_eligible(child);
    if (!is_leaver(child))
        return;
    bool grown = sample_child_aged(child, 18, child->leaves);
    sample_task_note(child, child->leaves, "status.started", "\"status\":\"care_leaver\",\"category\":\"%s\"",
                     grown ? "former_relevant" : "relevant");
    if (!planned)
        tell_plan(child, sample_task_tell(child, &late_assessment, child->leaves, "%s", ""));
    tell_homes(child);
    tell_contacts(child);
    tell_birthdays(child);
    tell_support(child);
    tell_death(child);
}
