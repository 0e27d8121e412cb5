/* sample_task.h: what a service has to do after something happened to an invented child, and how well it does it.
 *
 * A task is a row of a table: what is told, on which days it is in time, on which it is late, and how often it is in
 * time. Of the rest four in five are late and the others never come. */
#ifndef WATCHKEEPER_SAMPLE_TASK_H
#define WATCHKEEPER_SAMPLE_TASK_H

#include "sample_child.h"

struct sample_days { /* after the opening, both included; before it where negative */
    int first, last;
};

struct sample_task {
    const char *type;
    struct sample_days in_time, late;
    double share;    /* in time */
    bool after_care; /* also done when care has ended */
};

/* Tells the event of the task, if it is done before care or the period ends, and returns its day, else the day after
 * the period. On the day of the opening it is told as a bare date, which is never before what opened it. */
struct date sample_task_tell(struct sample_child *child, const struct sample_task *task, struct date opened,
                             const char *fields, ...) PRINTF_LIKE(4, 5);
/* The day on which a task would be done, told or not; the day after the period where never. */
struct date sample_task_day(struct sample_child *child, const struct sample_task *task, struct date opened);

static inline bool sample_task_chance(struct sample_child *child, double probability) {
    return sample_random_chance(&child->teller.random, probability);
}
static inline struct date sample_task_later(struct sample_child *child, struct date from, int first, int last) {
    return date_add_days(from, sample_random_between(&child->teller.random, first, last));
}
/* That day without an hour. */
struct sample_when sample_task_bare(struct sample_child *child, struct date day);
/* Tells what needs no doing in time, on that day, unless it lies beyond the period. */
void sample_task_note(struct sample_child *child, struct date day, const char *type, const char *fields, ...)
    PRINTF_LIKE(4, 5);

#endif
