/* sample_providers.c: see sample_providers.h. Each is told as a child is: from a first day, with tasks from then on.
 * Shares E. */
#include "sample_providers.h"

#include "sample_task.h"

enum { STREAM_CARER = 101, STREAM_HOME, STREAM_PROCEEDINGS, STREAM_AUTHORITY };

static const struct sample_task carer_review = {"carer.reviewed", {280, 362}, {368, 460}, 0.85, true};
static const struct sample_task home_visit = {"visit.made", {20, 27}, {33, 55}, 0.93, true};
static const struct sample_task event_notified = {"notification.sent", {0, 0}, {2, 9}, 0.85, true};
static const struct sample_task allegation_notified = {"notification.sent", {0, 1}, {5, 15}, 0.85, true};
static const struct sample_task yearly_return = {"report.published", {340, 360}, {0, 0}, 1, true};
static const struct sample_task return_too_late = {"report.published", {372, 390}, {0, 0}, 1, true};
static const struct sample_task conclusion = {"proceedings.concluded", {120, 180}, {190, 400}, 0.45, true};

/* A subject that is never in care, and whose story begins up to three years before the period. */
static struct sample_child subject_of(struct sample_events *events, const struct sample_period *period,
                                      const char *kind, uint64_t stream, uint32_t number) {
    struct sample_child subject = {.teller = {.events = events, .kind = kind, .child = number}, .period = period};
    sample_random_init(&subject.teller.random, period->seed, stream << 32 | number);
    subject.enters = date_add_days(period->from, -sample_random_between(&subject.teller.random, 1, 1100));
    subject.leaves = period->until;
    return subject;
}

static void tell_allegations(struct sample_child *subject, double per_year) {
    struct date day = subject->enters;
    for (;;) {
        day = date_add_days(day, sample_random_wait(sample_child_dice(subject), per_year));
        if (!date_before(day, subject->leaves))
            return;
        sample_task_note(subject, day, "concern.raised", "\"kind\":\"allegation\"");
        sample_task_tell(subject, &allegation_notified, day, "\"kind\":\"allegation\",\"to\":\"lado\"");
    }
}

/* A review that never comes is made up for in the next year. */
static void tell_carer(struct sample_child carer) {
    sample_task_note(&carer, carer.enters, "carer.status_changed",
                     "\"status\":\"approved\",\"kind\":\"foster\",\"beds\":%d",
                     sample_random_between(sample_child_dice(&carer), 1, 3));
    struct date ends = sample_task_later(&carer, carer.enters, 900, 4000);
    if (date_before(ends, carer.period->until))
        carer.leaves = ends;
    for (struct date day = carer.enters; date_before(day, carer.leaves);) {
        struct date done = sample_task_tell(&carer, &carer_review, day, "%s", "");
        day = date_before(done, carer.leaves) ? done : date_add_days(day, 550);
    }
    tell_allegations(&carer, 0.06);
    sample_task_note(&carer, ends, "carer.status_changed", "\"status\":\"resigned\",\"kind\":\"foster\"");
}

static void tell_home(struct sample_child home) {
    sample_task_note(&home, home.enters, "home.status_changed", "\"status\":\"registered\",\"in_area\":true");
    for (struct date day = home.enters; date_before(day, home.period->until);) {
        struct date done = sample_task_tell(
            &home, &home_visit, day, "\"kind\":\"home_monthly_independent\",\"by_role\":\"homes-lead\",\"findings\":%d",
            sample_random_between(sample_child_dice(&home), 0, 4));
        day = date_before(done, home.period->until) ? done : date_add_days(day, 60);
    }
    for (struct date day = home.enters;;) {
        day = date_add_days(day, sample_random_wait(sample_child_dice(&home), 1.5));
        if (!date_before(day, home.period->until))
            break;
        sample_task_note(&home, day, "incident.recorded", "\"kind\":\"police_called\",\"serious\":false");
        sample_task_tell(&home, &event_notified, day, "\"kind\":\"schedule_event\",\"to\":\"ofsted\"");
    }
    tell_allegations(&home, 0.3);
}

static void tell_proceedings(struct sample_child proceedings) {
    struct date issued = sample_task_later(&proceedings, proceedings.enters, 0, 1500);
    sample_task_note(&proceedings, issued, "proceedings.issued", "\"children\":[\"S%llu-%06u\"],\"court\":\"family\"",
                     (unsigned long long) proceedings.period->seed, proceedings.teller.child);
    if (date_before(issued, proceedings.period->until))
        sample_task_tell(&proceedings, &conclusion, issued, "\"outcome\":\"C2\"");
}

/* Every third return is late. */
static void tell_authority(struct sample_child authority) {
    struct date day = authority.enters;
    sample_task_note(&authority, day, "report.published", "\"kind\":\"statutory_return\"");
    for (int number = 1; date_before(day, authority.period->until); number++)
        day = sample_task_tell(&authority, number % 3 == 0 ? &return_too_late : &yearly_return, day,
                               "\"kind\":\"statutory_return\"");
}

void sample_providers_tell(struct sample_events *events, const struct sample_period *period, uint32_t child) {
    if (child == 1)
        tell_authority(subject_of(events, period, "authority", STREAM_AUTHORITY, 1));
    if (child % 2 == 0)
        tell_carer(subject_of(events, period, "carer", STREAM_CARER, child / 2));
    if (child % 5 == 0)
        tell_proceedings(subject_of(events, period, "proceedings", STREAM_PROCEEDINGS, child / 5));
    if (child % 50 == 0)
        tell_home(subject_of(events, period, "home", STREAM_HOME, child / 50));
}
