/* sample_notices.c: who is told in writing of a placement of an invented child, of its end, and of one out of the area.
 *
 * A planned placement is told before it begins, another one within five working days. Shares E. */
#include "sample_stories.h"
#include "sample_task.h"

#include <string.h>

static const struct sample_task before = {"notification.sent", {-12, -1}, {1, 20}, 0.94, false};
static const struct sample_task within_5_days = {"notification.sent", {-3, 5}, {9, 30}, 0.94, false};
static const struct sample_task of_end = {"notification.sent", {-10, 11}, {17, 40}, 0.92, true};
static const struct sample_task of_long_stay = {"notification.sent", {20, 85}, {95, 150}, 0.75, false};

/* Most recipients are told by one letter of one day; a few are forgotten, or told later. */
static void tell_recipients(struct sample_child *child, const struct sample_stay *stay) {
    static const char *const recipients[] = {"child",  "parents", "previous_carer", "ics_commissioner", "gp",
                                             "school", "iro"};
    const struct sample_task *task = stay->planned ? &before : &within_5_days;
    struct date letter = sample_task_day(child, task, stay->from.day);
    bool moved = stay != child->stays, pupil = sample_child_aged(child, 5, stay->from.day);
    for (size_t i = 0; i < sizeof recipients / sizeof *recipients; i++) {
        bool asked =
            strcmp(recipients[i], "previous_carer") == 0 ? moved : pupil || strcmp(recipients[i], "school") != 0;
        struct date day = sample_task_chance(child, 0.03) ? sample_task_day(child, task, stay->from.day) : letter;
        if (asked && date_before(day, sample_child_horizon(child)))
            sample_events_tell(&child->teller, "notification.sent", SAMPLE_FORGETTABLE, sample_task_bare(child, day),
                               "\"kind\":\"placement_start\",\"to\":\"%s\",\"written\":true", recipients[i]);
    }
}

static void tell_stay(struct sample_child *child, const struct sample_stay *stay) {
    if (stay->same_carer || !date_before(stay->from.day, sample_child_horizon(child)))
        return;
    tell_recipients(child, stay);
    if (strcmp(stay->location, "own_area") != 0)
        sample_task_tell(child, stay->planned ? &before : &within_5_days, stay->from.day,
                         "\"kind\":\"out_of_area_placement\",\"to\":\"area_authority\",\"written\":true");
    if (strcmp(stay->type, "S1") == 0 || strcmp(stay->type, "R2") == 0)
        sample_task_tell(child, &of_long_stay, stay->from.day,
                         "\"kind\":\"return_to_authority\",\"to\":\"responsible_authority\"");
}

void sample_notices_tell(struct sample_child *child) {
    for (size_t i = 0; i < child->n_stays; i++) {
        const struct sample_stay *stay = &child->stays[i];
        tell_stay(child, stay);
        if (date_before(stay->to.day, child->period->until))
            sample_task_tell(child, &of_end, stay->to.day,
                             "\"kind\":\"placement_end\",\"to\":\"parents\",\"written\":true");
    }
}
