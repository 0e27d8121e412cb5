/* sample_incidents.c: what goes wrong for an invented child in care and is told at once: incidents, concerns, requests,
 * a death; and who is told of it, visits, or takes it up. Rates and shares E; the rare are less rare than in life, so
 * that a thousand children show each. */
#include "sample_stories.h"
#include "sample_task.h"

#include <stdio.h>
#include <string.h>

enum { FOLLOW_UPS_MAX = 2 };

struct follow_up {
    struct sample_task task;
    const char *fields;
};

static const struct trouble {
    const char *type, *kind;
    double per_year;
    int age_from;
    struct follow_up then[FOLLOW_UPS_MAX];
} troubles[] = {
    {"concern.raised",
     "home_notice",
     0.03,
     0,
     {{{"visit.made", {1, 7}, {9, 25}, 0.8, false},
       "\"kind\":\"home_quality\",\"by_role\":\"social-worker\",\"seen\":true"}}},
    {"concern.raised", "safeguarding", 0.02, 0, {{{NULL}, NULL}}},
    {"concern.raised", "feels_unsafe", 0.02, 6, {{{NULL}, NULL}}},
    {"concern.raised",
     "allegation",
     0.04,
     4,
     {{{"notification.sent", {0, 1}, {5, 15}, 0.8, true}, "\"kind\":\"allegation\",\"to\":\"lado\""}}},
    {"concern.raised",
     "trafficking",
     0.02,
     12,
     {{{"referral.made", {1, 5}, {6, 30}, 0.8, true}, "\"service\":\"nrm\""}}},
    {"need.identified",
     "request",
     0.06,
     8,
     {{{"visit.made", {2, 14}, {15, 40}, 0.85, false},
       "\"kind\":\"on_request\",\"by_role\":\"social-worker\",\"seen\":true"}}},
};

static void tell_trouble(struct sample_child *child, const struct trouble *trouble, struct date day) {
    if (strcmp(trouble->type, "concern.raised") == 0) {
        char concern[32];
        snprintf(concern, sizeof concern, "C%06u-%u", child->teller.child, child->teller.n_events);
        sample_task_note(child, day, trouble->type, "\"kind\":\"%s\",\"concern\":\"%s\"", trouble->kind, concern);
        sample_task_note(child, sample_task_later(child, day, 20, 90), "concern.closed",
                         "\"kind\":\"%s\",\"concern\":\"%s\"", trouble->kind, concern);
    } else {
        sample_task_note(child, day, trouble->type, "\"kind\":\"%s\"", trouble->kind);
    }
    for (size_t i = 0; i < FOLLOW_UPS_MAX && trouble->then[i].fields != NULL; i++)
        sample_task_tell(child, &trouble->then[i].task, day, "%s", trouble->then[i].fields);
}

static void tell_troubles(struct sample_child *child, const struct trouble *trouble) {
    struct date horizon = sample_child_horizon(child), from = date_birthday(child->born, trouble->age_from);
    struct date day = date_before(from, child->enters) ? child->enters : from;
    for (;;) {
        day = date_add_days(day, sample_random_wait(sample_child_dice(child), trouble->per_year));
        if (!date_before(day, horizon))
            return;
        tell_trouble(child, trouble, day);
    }
}

/* ---- incidents ---- */

static const struct sample_task need_to_know = {"notification.sent", {0, 0}, {2, 8}, 0.9, true};
static const struct sample_task consulted = {"notification.sent", {0, 0}, {1, 10}, 0.85, false};
static const struct sample_task panel_told = {"notification.sent", {1, 5}, {9, 25}, 0.7, true};
static const struct sample_task schedule_event = {"notification.sent", {0, 0}, {2, 10}, 0.85, true};
static const struct sample_task closed = {"alert.closed", {10, 40}, {41, 120}, 0.8, true};

static void tell_serious(struct sample_child *child, struct date day) {
    char opened[DATE_TEXT_MAX];
    sample_task_tell(child, &need_to_know, day, "\"kind\":\"need_to_know\",\"to\":\"director\"");
    sample_task_tell(child, &consulted, day, "\"kind\":\"iro_consulted\",\"to\":\"iro\"");
    sample_task_tell(child, &closed, day,
                     "\"alert\":\"child/S%llu-%06u|serious-incident|incident:%s\",\"by_role\":\"head-of-service\","
                     "\"rationale_code\":\"reviewed\"",
                     (unsigned long long) child->period->seed, child->teller.child, date_format(day, opened));
}

static void tell_incident(struct sample_child *child, struct date day) {
    static const char *const kinds[] = {"placement_incident", "police_called", "accident", "serious_illness",
                                        "death_or_serious_harm"};
    static const double weights[] = {0.35, 0.2, 0.2, 0.1, 0.15};
    size_t kind = sample_random_pick(sample_child_dice(child), weights, sizeof weights / sizeof *weights);
    bool serious = kind >= 3;
    sample_task_note(child, day, "incident.recorded", "\"kind\":\"%s\",\"serious\":%s", kinds[kind],
                     serious ? "true" : "false");
    if (*sample_child_stay(child, day)->type == 'U')
        sample_task_tell(child, &schedule_event, day, "\"kind\":\"schedule_event\",\"to\":\"ofsted\"");
    if (serious)
        tell_serious(child, day);
    if (strcmp(kinds[kind], "death_or_serious_harm") == 0)
        sample_task_tell(child, &panel_told, day, "\"kind\":\"serious_incident\",\"to\":\"review_panel\"");
}

static void tell_incidents(struct sample_child *child) {
    struct date day = child->enters, horizon = sample_child_horizon(child);
    for (;;) {
        day = date_add_days(day, sample_random_wait(sample_child_dice(child), 0.15));
        if (!date_before(day, horizon))
            return;
        tell_incident(child, day);
    }
}

void sample_incidents_tell(struct sample_child *child) {
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
        tell_troubles(child, &troubles[i]);
    tell_incidents(child);
    if (strcmp(child->reason, "E2") != 0 || !date_before(child->leaves, child->period->until))
        return;
    sample_task_note(child, child->leaves, "child.died", "\"in_care\":true");
    sample_task_tell(child, &panel_told, child->leaves, "\"kind\":\"serious_incident\",\"to\":\"review_panel\"");
}
