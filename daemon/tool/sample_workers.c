/* sample_workers.c: who works with an invented child: social workers and reviewing officers, one after the other,
 * mostly without a gap between them. */
#include "sample_stories.h"
#include "sample_task.h"

struct line { /* of workers with one role */
    const char *role, *prefix;
    int count;
    struct sample_task first;
    double changes; /* a year */
    double gap;     /* share of changes after which nobody is allocated for some days */
};

static const struct line lines[] = {
    /* E, but for the changes: indicators.md:450, each of 15 at least one in a year (004:1625) */
    {"social-worker", "SW", 400, {"worker.allocated", {0, 1}, {3, 9}, 0.93, false}, 1, 0.08},
    {"iro", "IRO", 40, {"worker.allocated", {0, 5}, {9, 25}, 0.93, false}, 0.25, 0.15},
};

/* Both are bare dates of one day, so that nobody is without a worker for the hours between. */
static void tell_line(struct sample_child *child, const struct line *line) {
    int worker = sample_random_between(sample_child_dice(child), 1, line->count);
    struct date horizon = sample_child_horizon(child), day = sample_task_day(child, &line->first, child->enters);
    while (date_before(day, horizon)) {
        sample_events_tell(&child->teller, "worker.allocated", SAMPLE_FORGETTABLE, sample_task_bare(child, day),
                           "\"role\":\"%s\",\"worker\":\"W-%s%03d\"", line->role, line->prefix, worker);
        day = date_add_days(day, 30 + sample_random_wait(sample_child_dice(child), line->changes));
        if (!date_before(day, horizon))
            return;
        sample_events_tell(&child->teller, "worker.ended", SAMPLE_FORGETTABLE, sample_task_bare(child, day),
                           "\"role\":\"%s\",\"worker\":\"W-%s%03d\",\"reason\":\"LEFTRL\"", line->role, line->prefix,
                           worker);
        if (sample_task_chance(child, line->gap))
            day = sample_task_later(child, day, 4, 20);
        worker = worker % line->count + 1;
    }
}

void sample_workers_tell(struct sample_child *child) {
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        tell_line(child, &lines[i]);
}
