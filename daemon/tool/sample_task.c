/* sample_task.c: see sample_task.h. */
#include "sample_task.h"

#include "zone.h"

struct sample_when sample_task_bare(struct sample_child *child, struct date day) {
    return (struct sample_when){zone_midnight(child->period->zone, day), day, true};
}

struct date sample_task_day(struct sample_child *child, const struct sample_task *task, struct date opened) {
    double late = task->share + (1 - task->share) * 0.8, luck = sample_random_unit(&child->teller.random);
    const struct sample_days *days = luck < task->share ? &task->in_time : &task->late;
    struct date day = sample_task_later(child, opened, days->first, days->last);
    struct date horizon = task->after_care ? child->period->until : sample_child_horizon(child);
    return luck < late && date_before(day, horizon) ? day : child->period->until;
}

struct date sample_task_tell(struct sample_child *child, const struct sample_task *task, struct date opened,
                             const char *fields, ...) {
    struct date day = sample_task_day(child, task, opened);
    if (!date_before(day, child->period->until))
        return day;
    va_list arguments;
    va_start(arguments, fields);
    struct sample_when when = date_equal(day, opened) ? sample_task_bare(child, day) : sample_child_when(child, day);
    sample_events_tell_list(&child->teller, task->type, SAMPLE_FORGETTABLE, when, fields, arguments);
    va_end(arguments);
    return day;
}

void sample_task_note(struct sample_child *child, struct date day, const char *type, const char *fields, ...) {
    if (!date_before(day, child->period->until))
        return;
    va_list arguments;
    va_start(arguments, fields);
    sample_events_tell_list(&child->teller, type, SAMPLE_ALWAYS, sample_child_when(child, day), fields, arguments);
    va_end(arguments);
}
