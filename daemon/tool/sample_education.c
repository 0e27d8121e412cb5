/* sample_education.c: the school of an invented child and the personal education plans. Shares E. */
#include "sample_stories.h"
#include "sample_task.h"

#include <string.h>

static const struct sample_task first_plan = {"pep.completed", {3, 12}, {16, 60}, 0.82, false};
static const struct sample_task term_plan = {"pep.completed", {20, 75}, {112, 125}, 0.9, false};
static const struct sample_task plan_after_move = {"pep.completed", {5, 24}, {45, 90}, 0.85, false};
static const struct sample_task first_place = {"school.place_started", {3, 20}, {60, 120}, 0.85, false};
static const struct sample_task consulted = {"notification.sent", {0, 6}, {15, 30}, 0.85, false};

struct pupil {
    struct sample_child *child;
    int n_schools;
};

static bool of_school_age(const struct sample_child *child, struct date day) {
    return sample_child_aged(child, 5, day) && !sample_child_aged(child, 16, day);
}

static void tell_place(struct pupil *pupil, struct date day, const char *reason) {
    struct sample_child *child = pupil->child;
    bool young = !sample_child_aged(child, 5, day), special = sample_task_chance(child, 0.1);
    bool entered = strcmp(reason, "normal_transfer") == 0;
    sample_task_note(child, day, "school.place_started",
                     "\"school\":\"SCH%06u-%d\",\"setting\":\"%s\",\"full_time\":%s,\"mid_year\":%s,\"reason\":\"%s\"",
                     child->teller.child, ++pupil->n_schools,
                     young     ? "early_years"
                     : special ? "special_school"
                               : "school",
                     young ? "false" : "true", entered ? "false" : "true", reason);
}

/* Most children have a school when they enter care; one from abroad, and some who were out of school, wait for it. */
static void tell_first_place(struct pupil *pupil) {
    struct sample_child *child = pupil->child;
    struct date five = date_birthday(child->born, 5), since = date_add_days(child->enters, -200);
    if (!sample_child_aged(child, 5, child->enters)) {
        if (sample_child_aged(child, 3, child->enters) && sample_task_chance(child, 0.6))
            tell_place(pupil, child->enters, "normal_transfer");
        if (date_before(five, sample_child_horizon(child)))
            tell_place(pupil, five, "normal_transfer");
        return;
    }
    if (!child->uasc && sample_task_chance(child, 0.93)) {
        tell_place(pupil, date_before(since, five) ? five : since, "normal_transfer");
        return;
    }
    struct date found = sample_task_day(child, &first_place, child->enters);
    if (date_before(found, child->period->until))
        tell_place(pupil, found, "other");
}

/* A distant placement mostly means another school: proposed, the reviewing officer consulted, and soon found. */
static void tell_school_move(struct pupil *pupil, const struct sample_stay *stay) {
    struct sample_child *child = pupil->child;
    char day[DATE_TEXT_MAX];
    struct date left = stay->from.day, begins = sample_task_later(child, left, 4, 14);
    if (sample_task_chance(child, 0.15))
        begins = sample_task_later(child, left, 30, 90);
    sample_task_note(child, left, "change.proposed", "\"kind\":\"education\",\"planned_for\":\"%s\"",
                     date_format(begins, day));
    struct sample_task consult = consulted;
    consult.in_time.last = begins.day - left.day - 1;
    consult.late = (struct sample_days){begins.day - left.day + 1, begins.day - left.day + 20};
    sample_task_tell(child, &consult, left, "\"kind\":\"iro_consulted\",\"to\":\"iro\"");
    sample_task_note(child, left, "school.place_ended", "\"school\":\"SCH%06u-%d\",\"reason\":\"placement_move\"",
                     child->teller.child, pupil->n_schools);
    if (!date_before(begins, sample_child_horizon(child)))
        return;
    tell_place(pupil, begins, "placement_move");
    sample_task_tell(child, &plan_after_move, begins, "\"kind\":\"after_move\",\"key_stage\":3");
}

static void tell_school_moves(struct pupil *pupil) {
    struct sample_child *child = pupil->child;
    for (size_t i = 1; i < child->n_stays; i++) {
        const struct sample_stay *stay = &child->stays[i];
        bool far = strcmp(stay->location, "distant") == 0;
        if (pupil->n_schools > 0 && of_school_age(child, stay->from.day) && !stay->same_carer &&
            date_before(stay->from.day, sample_child_horizon(child)) && sample_task_chance(child, far ? 0.7 : 0.2))
            tell_school_move(pupil, stay);
    }
}

/* From five, or from three for a child who is at a nursery. */
static bool has_plans(const struct pupil *pupil, struct date day) {
    const struct sample_child *child = pupil->child;
    return sample_child_aged(child, 5, day) || (sample_child_aged(child, 3, day) && pupil->n_schools > 0);
}

static void tell_plan(struct sample_child *child, const struct sample_task *task, struct date from, const char *kind) {
    const char *attended = sample_task_chance(child, 0.6) ? "true" : "false";
    sample_task_tell(child, task, from,
                     "\"kind\":\"%s\",\"social_worker_present\":true,\"child_attended\":%s,\"child_views\":true", kind,
                     attended);
}

/* A plan in each term: about the days on which terms begin. */
static void tell_plans_of_terms(struct pupil *pupil) {
    static const struct { int month, day; } terms[] = {{1, 6}, {4, 16}, {9, 4}};
    struct sample_child *child = pupil->child;
    struct date horizon = sample_child_horizon(child);
    int year, month, day;
    date_to_civil(child->enters, &year, &month, &day);
    for (struct date from = child->enters; date_before(from, horizon); year++)
        for (size_t i = 0; i < sizeof terms / sizeof *terms && date_before(from, horizon); i++) {
            from = date_from_civil(year, terms[i].month, terms[i].day);
            if (date_before(child->enters, from) && date_before(from, horizon) && has_plans(pupil, from))
                tell_plan(child, &term_plan, from, "review");
        }
}

void sample_education_tell(struct sample_child *child) {
    struct pupil pupil = {.child = child};
    tell_first_place(&pupil);
    if (child->short_breaks) /* at home otherwise, and so no concern of the virtual school */
        return;
    tell_school_moves(&pupil);
    if (has_plans(&pupil, child->enters))
        tell_plan(child, &first_plan, child->enters, "initial");
    tell_plans_of_terms(&pupil);
}
