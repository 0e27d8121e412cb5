/* sample_practice.c: reviews, visits and health assessments of an invented child, each counted from the one before as
 * the statutory limits are (semantics.md R21 to R27), and held in time as often as the councils' figures say. */
#include "sample_child.h"
#include "sample_rates.h"
#include "sample_stories.h"

#include <string.h>

/* In time: on one of the `early` days up to the last; late: soon after, or long after. */
static struct date held(struct sample_child *child, struct date due, int early, double in_time, int late_days) {
    if (sample_random_chance(sample_child_dice(child), in_time))
        return date_add_days(due, -sample_random_between(sample_child_dice(child), 0, early));
    int days = sample_random_chance(sample_child_dice(child), 0.7) ? late_days / 4 : late_days;
    return date_add_days(due, sample_random_between(sample_child_dice(child), 1, days));
}

static struct date later_of(struct date a, struct date b) {
    return date_before(a, b) ? b : a;
}

/* ---- reviews ---- */

static const char *draw_participation(struct sample_child *child, struct date on) {
    const double weights[] = {sample_rates.review_attended, sample_rates.review_by_others,
                              1 - sample_rates.review_attended - sample_rates.review_by_others};
    static const char *const codes[] = {"PN1", "PN6", "PN7"};
    return sample_child_aged(child, 4, on) ? codes[sample_random_pick(sample_child_dice(child), weights, 3)] : "PN0";
}

static void tell_review(struct sample_child *child, struct date day, const char *kind, int number) {
    sample_events_tell(&child->teller, "review.held", SAMPLE_FORGETTABLE, sample_child_when(child, day),
                       "\"review\":\"R%06u-%c%d\",\"kind\":\"%s\",\"number\":%d,\"participation\":\"%s\"",
                       child->teller.child, *kind, number, kind, number, draw_participation(child, day));
}

static void tell_care_reviews(struct sample_child *child) {
    struct date horizon = sample_child_horizon(child);
    if (date_before(child->adoption_placed, horizon))
        horizon = child->adoption_placed;
    struct date day = held(child, date_add_days(child->enters, 27), 12, sample_rates.review_in_time, 40);
    for (int number = 1; date_before(day, horizon); number++) {
        if (number == 1)
            child->first_review = day;
        tell_review(child, day, "care", number);
        if (child->n_reviews < SAMPLE_REVIEWS_MAX)
            child->reviews[child->n_reviews++] = (struct sample_review){day, number};
        struct date due = date_add_months(day, number == 1 ? 3 : 6);
        day = held(child, due, 20, sample_rates.review_in_time, 60);
    }
}

static void tell_adoption_reviews(struct sample_child *child) {
    struct date horizon = sample_child_horizon(child);
    struct date day = held(child, date_add_days(child->adoption_placed, 28), 6, sample_rates.adoption_review, 20);
    for (int number = 1; date_before(day, horizon); number++) {
        tell_review(child, day, "adoption", number);
        if (number == 1)
            sample_events_tell(&child->teller, "care_plan.agreed", SAMPLE_FORGETTABLE, sample_child_when(child, day),
                               "\"version\":2,\"visit_interval_days\":28");
        day = held(child, date_add_months(day, number == 1 ? 3 : 6), 15, sample_rates.adoption_review, 40);
    }
}

/* A child who may be placed for adoption and is not yet. */
static void tell_authority_reviews(struct sample_child *child) {
    struct date horizon = sample_child_horizon(child);
    if (date_before(child->adoption_placed, horizon))
        horizon = child->adoption_placed;
    struct date day = held(child, date_add_months(child->authorised, 3), 15, sample_rates.adoption_review, 40);
    for (int number = 1; date_before(day, horizon); number++) {
        sample_events_tell(&child->teller, "review.held", SAMPLE_FORGETTABLE, sample_child_when(child, day),
                           "\"review\":\"R%06u-b%d\",\"kind\":\"adoption\",\"number\":%d", child->teller.child, number,
                           number);
        day = held(child, date_add_months(day, 6), 15, sample_rates.adoption_review, 40);
    }
}

void sample_reviews_tell(struct sample_child *child) {
    tell_care_reviews(child);
    tell_authority_reviews(child);
    tell_adoption_reviews(child);
}

/* ---- visits ---- */

/* With a relative who is approved for a time, or at home under an interim order, every four weeks after the first
 * review and every week before it; at home before the assessment every six weeks instead. Else 0. */
static int days_of_close_watch(const struct sample_child *child, const struct sample_stay *stay, struct date from) {
    bool home = strcmp(stay->type, "P1") == 0, reviewed = !date_before(from, child->first_review);
    bool interim = !date_before(from, child->interim) && date_before(from, child->order);
    if (strcmp(stay->basis, "reg24_temporary") == 0 || (home && interim))
        return reviewed ? 28 : 7;
    return strcmp(stay->basis, "reg19_before_assessment") == 0 && !reviewed ? 7 : 0;
}

/* The last day for the visit after one on that day, or after the start of the stay. */
static struct date next_visit_due(const struct sample_child *child, const struct sample_stay *stay, struct date from,
                                  bool start) {
    bool after_first_year = !date_before(from, date_add_months(stay->lives_from, 12));
    if (start || strcmp(stay->type, "A5") == 0)
        return date_add_days(from, *stay->type == 'A' && date_before(date_add_days(stay->from.day, 28), from) ? 28 : 7);
    if (days_of_close_watch(child, stay, from) > 0)
        return date_add_days(from, days_of_close_watch(child, stay, from));
    if (!date_before(from, stay->agreed_from) && after_first_year)
        return date_add_months(from, 6);
    if (!date_before(from, stay->long_term_from) && after_first_year)
        return date_add_months(from, 3);
    return date_add_days(from, 42);
}

static bool tell_visit(struct sample_child *child, const struct sample_stay *stay, struct date day) {
    bool seen = !sample_random_chance(sample_child_dice(child), sample_rates.visit_unseen);
    bool alone = seen && sample_random_chance(sample_child_dice(child), sample_rates.seen_alone);
    sample_events_tell(&child->teller, "visit.made", SAMPLE_CONFUSABLE, sample_child_when(child, day),
                       "\"kind\":\"statutory\",\"by_role\":\"social-worker\",\"seen\":%s,\"seen_alone\":%s,"
                       "\"placement\":\"P%06u-%d\"",
                       seen ? "true" : "false", alone ? "true" : "false", child->teller.child, stay->number);
    return seen;
}

static void tell_visits_in(struct sample_child *child, const struct sample_stay *stay) {
    struct date end = date_before(stay->to.day, child->period->until) ? stay->to.day : child->period->until;
    struct date due = next_visit_due(child, stay, stay->from.day, !stay->same_carer);
    int interval = due.day - stay->from.day.day;
    struct date day = held(child, due, stay->same_carer ? interval / 3 : interval - 1, sample_rates.visit_in_time, 35);
    while (date_before(day, end)) {
        bool seen = tell_visit(child, stay, day);
        due = seen ? next_visit_due(child, stay, day, false) : date_add_days(day, 5);
        interval = due.day - day.day;
        day = later_of(held(child, due, interval / 3, sample_rates.visit_in_time, 35), date_add_days(day, 1));
    }
}

void sample_visits_tell(struct sample_child *child) {
    for (size_t i = 0; i < child->n_stays; i++)
        tell_visits_in(child, &child->stays[i]);
}

/* ---- health ---- */

static struct date draw_initial(struct sample_child *child) {
    double luck = sample_random_unit(sample_child_dice(child));
    if (luck < sample_rates.iha_28_days)
        return date_add_days(child->enters, sample_random_between(sample_child_dice(child), 6, 28));
    if (luck < sample_rates.iha_42_days)
        return date_add_days(child->enters, sample_random_between(sample_child_dice(child), 29, 42));
    return date_add_days(child->enters, sample_random_between(sample_child_dice(child), 43, 150));
}

static void tell_assessment(struct sample_child *child, struct date day, bool initial) {
    bool refused = sample_child_aged(child, 14, day) &&
                   sample_random_chance(sample_child_dice(child), sample_rates.health_refused);
    bool by_doctor = initial && sample_random_chance(sample_child_dice(child), sample_rates.iha_by_doctor);
    const char *kind = initial ? "initial" : "review";
    if (refused)
        sample_events_tell(&child->teller, "health_assessment.refused", SAMPLE_FORGETTABLE,
                           sample_child_when(child, day), "\"kind\":\"%s\"", kind);
    else
        sample_events_tell(&child->teller, "health_assessment.completed", SAMPLE_CONFUSABLE,
                           sample_child_when(child, day), "\"kind\":\"%s\",\"assessor\":\"%s\",\"written_report\":true",
                           kind, by_doctor ? "registered_medical_practitioner" : "nurse");
}

void sample_health_tell(struct sample_child *child) {
    struct date horizon = sample_child_horizon(child), asked = date_add_days(child->enters, 3);
    if (!sample_random_chance(sample_child_dice(child), sample_rates.iha_asked_in_time))
        asked = date_add_days(asked, sample_random_between(sample_child_dice(child), 6, 30));
    if (date_before(asked, horizon))
        sample_events_tell(&child->teller, "health_assessment.requested", SAMPLE_FORGETTABLE,
                           sample_child_when(child, asked), "\"kind\":\"initial\",\"consent_form_sent\":true");
    bool initial = true;
    for (struct date day = draw_initial(child); date_before(day, horizon); initial = false) {
        tell_assessment(child, day, initial);
        bool young = !sample_child_aged(child, 5, date_add_months(day, 6)); /* who is five by then has a year (R27) */
        double in_time = young ? sample_rates.rha_under_5 : sample_rates.rha_5_and_over;
        day = held(child, date_add_months(day, young ? 6 : 12), 30, in_time, 90);
    }
}
