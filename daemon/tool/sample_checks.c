/* sample_checks.c: the checks of health that an invented child has every year: teeth, immunisations, the questionnaire
 * of strengths and difficulties, and the development of those under five. */
#include "sample_stories.h"
#include "sample_task.h"

/* Within a year of entry, and of the one before. */
static const struct sample_task dental = {
    "dental_check.completed", {60, 350}, {370, 480}, 0.84, false}; /* indicators.md:430,
                                                         the nation (004:762) */
static const struct sample_task immunised = {"immunisations.recorded", {30, 350}, {370, 500}, 0.9, false}; /* E */
static const struct sample_task questionnaire = {"sdq.completed", {60, 350}, {370, 480}, 0.85, false};     /* E */
static const struct sample_task development = {"health_check.completed", {60, 350}, {370, 480}, 0.9, false};

enum { TEXT_MAX = 80 };

static void say_dental(struct sample_child *child, char text[static TEXT_MAX]) {
    snprintf(text, TEXT_MAX, "\"refused\":%s", sample_task_chance(child, 0.04) ? "true" : "false");
}

static void say_immunised(struct sample_child *child, char text[static TEXT_MAX]) {
    snprintf(text, TEXT_MAX, "\"up_to_date\":\"%s\"", sample_task_chance(child, 0.93) ? "yes" : "no");
}

/* A child in care scores 14 on average; 17 and more is of concern (E for the spread). */
static void say_questionnaire(struct sample_child *child, char text[static TEXT_MAX]) {
    int score =
        sample_random_between(sample_child_dice(child), 0, 12) + sample_random_between(sample_child_dice(child), 0, 16);
    snprintf(text, TEXT_MAX, "\"score\":%d,\"completed_by\":\"main_carer\"", score);
}

static void say_development(struct sample_child *child, char text[static TEXT_MAX]) {
    (void) child;
    snprintf(text, TEXT_MAX, "\"kind\":\"developmental\",\"result\":\"yes\"");
}

static const struct check {
    const struct sample_task *task;
    int age_from, age_to; /* on the day from which it is counted; to: not included */
    void (*say)(struct sample_child *, char[static TEXT_MAX]);
} checks[] = {
    {&dental, 0, 18, say_dental},
    {&immunised, 0, 18, say_immunised},
    {&questionnaire, 4, 16, say_questionnaire},
    {&development, 0, 5, say_development},
};

static struct date begins(const struct sample_child *child, const struct check *check) {
    struct date birthday = date_birthday(child->born, check->age_from);
    return date_before(child->enters, birthday) ? birthday : child->enters;
}

/* One that never comes is made up for after eighteen months, or the year after that. */
static void tell_check(struct sample_child *child, const struct check *check) {
    struct date horizon = sample_child_horizon(child), day = begins(child, check);
    while (date_before(day, horizon) && !sample_child_aged(child, check->age_to, day)) {
        char text[TEXT_MAX];
        check->say(child, text);
        struct date done = sample_task_tell(child, check->task, day, "%s", text);
        day = date_before(done, child->period->until) ? done : date_add_months(day, 18);
    }
}

void sample_checks_tell(struct sample_child *child) {
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        tell_check(child, &checks[i]);
}
