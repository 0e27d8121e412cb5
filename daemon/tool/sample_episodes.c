/* sample_episodes.c: missing episodes with their return interviews, and short breaks, of an invented child. */
#include "sample_child.h"
#include "sample_rates.h"
#include "sample_stories.h"

static struct sample_when hours_after(struct sample_child *child, struct sample_when when, int first, int last) {
    int64_t minutes = sample_random_between(sample_child_dice(child), first * 60, last * 60);
    when.at = instant_add(when.at, (struct span){minutes * 60000});
    when.bare = false;
    return when;
}

/* Most are back within the night, some within two days, a few after weeks (E). */
static struct sample_when draw_return(struct sample_child *child, struct sample_when gone) {
    double luck = sample_random_unit(sample_child_dice(child));
    if (luck < 0.7)
        return hours_after(child, gone, 1, 14);
    return luck < 0.93 ? hours_after(child, gone, 14, 48) : hours_after(child, gone, 48, 360);
}

/* ---- missing ---- */

static void tell_interview(struct sample_child *child, const char *episode, struct sample_when back) {
    double luck = sample_random_unit(sample_child_dice(child));
    bool in_time = luck < sample_rates.interview_in_time;
    if (luck > sample_rates.interview_in_time + sample_rates.interview_late)
        return;
    struct sample_when offered = hours_after(child, back, 2, 24);
    struct sample_when held = in_time ? hours_after(child, back, 24, 71) : hours_after(child, back, 72, 480);
    sample_events_tell(&child->teller, "return_interview.offered", SAMPLE_FORGETTABLE, offered, "\"episode\":\"%s\"",
                       episode);
    if (sample_random_chance(sample_child_dice(child), sample_rates.interview_declined))
        sample_events_tell(&child->teller, "return_interview.declined", SAMPLE_FORGETTABLE, held, "\"episode\":\"%s\"",
                           episode);
    else
        sample_events_tell(&child->teller, "return_interview.completed", SAMPLE_FORGETTABLE, held,
                           "\"episode\":\"%s\",\"by_role\":\"missing-exploitation-lead\",\"independent\":true",
                           episode);
}

static struct sample_when minutes_after(struct sample_child *child, struct sample_when when, int first, int last) {
    int64_t minutes = sample_random_between(sample_child_dice(child), first, last);
    when.at = instant_add(when.at, (struct span){minutes * 60000});
    return when;
}

/* The police are told with the report, or by a notice within the hour, or too late; who is away longer than a day is
 * talked about by those who look for the child (E). */
static void tell_search(struct sample_child *child, struct sample_when gone, struct sample_when back,
                        bool police_told) {
    bool in_time = sample_random_chance(sample_child_dice(child), 0.85);
    struct sample_when told = in_time ? minutes_after(child, gone, 5, 50) : minutes_after(child, gone, 70, 400);
    if (!police_told && instant_before(told.at, back.at))
        sample_events_tell(&child->teller, "notification.sent", SAMPLE_FORGETTABLE, told,
                           "\"kind\":\"missing\",\"to\":\"police\"");
    in_time = sample_random_chance(sample_child_dice(child), 0.85);
    struct sample_when met = in_time ? hours_after(child, gone, 24, 70) : hours_after(child, gone, 73, 120);
    if (instant_before(met.at, back.at))
        sample_events_tell(&child->teller, "strategy_meeting.held", SAMPLE_FORGETTABLE, met,
                           "\"kind\":\"missing\",\"multi_agency\":true,\"section_47\":false");
}

static struct date tell_episode(struct sample_child *child, struct sample_when gone, int number) {
    char episode[32], told[INSTANT_TEXT_MAX] = "", police[64] = "";
    struct sample_when back = draw_return(child, gone);
    bool police_told = sample_random_chance(sample_child_dice(child), 0.7);
    if (police_told)
        snprintf(police, sizeof police, ",\"police_told_at\":\"%s\"",
                 instant_format(minutes_after(child, gone, 10, 60).at, told));
    snprintf(episode, sizeof episode, "M%06u-%d", child->teller.child, number);
    sample_events_tell(&child->teller, "missing.started", SAMPLE_ALWAYS, gone,
                       "\"episode\":\"%s\",\"kind\":\"%s\",\"reported_by\":\"carer\"%s", episode,
                       sample_random_chance(sample_child_dice(child), sample_rates.missing_absent) ? "A" : "M", police);
    tell_search(child, gone, back, police_told);
    sample_events_tell(&child->teller, "missing.ended", SAMPLE_FORGETTABLE, back,
                       "\"episode\":\"%s\",\"outcome\":\"returned\"", episode);
    if (sample_random_chance(sample_child_dice(child), 0.85))
        sample_events_tell(&child->teller, "visit.made", SAMPLE_FORGETTABLE, hours_after(child, back, 2, 30),
                           "\"kind\":\"safe_and_well\",\"by_role\":\"police-missing\",\"seen\":true");
    tell_interview(child, episode, back);
    return date_add_days(gone.day, 1 + (int) ((back.at.ms - gone.at.ms) / 86400000));
}

/* From entry, but not before an age: few who go missing are under thirteen (E). */
static struct date first_day(struct sample_child *child) {
    struct date of_age = date_birthday(child->born, sample_random_chance(sample_child_dice(child), 0.12) ? 11 : 13);
    return date_before(of_age, child->enters) ? child->enters : of_age;
}

void sample_missing_tell(struct sample_child *child) {
    struct date day = first_day(child), horizon = sample_child_horizon(child);
    int number = 0;
    if (child->uasc && sample_random_chance(sample_child_dice(child), sample_rates.missing_on_arrival))
        day = tell_episode(child, hours_after(child, child->entered, 8, 60), ++number);
    if (!sample_random_chance(sample_child_dice(child), sample_rates.missing_children))
        return;
    for (;;) {
        day = date_add_days(day, sample_random_wait(sample_child_dice(child), sample_rates.missing_a_year));
        if (!date_before(day, horizon))
            return;
        day = tell_episode(child, hours_after(child, sample_child_when(child, day), 2, 14), ++number);
    }
}

/* ---- short breaks ---- */

static void tell_break(struct sample_child *child, struct date day, int number) {
    static const char *const types[] = {"U6", "R1", "LINK"};
    const char *type = types[child->teller.child % 3];
    struct sample_when from = sample_child_when(child, day);
    bool long_stay = sample_random_chance(sample_child_dice(child), 0.02); /* longer than reg 48 allows */
    int nights = sample_random_between(sample_child_dice(child), 1, 3) + (long_stay ? 16 : 0);
    struct sample_when to = sample_child_when(child, date_add_days(day, nights));
    sample_events_tell(&child->teller, "placement.started", SAMPLE_ALWAYS, from,
                       "\"placement\":\"P%06u-%d\",\"placement_type\":\"%s\",\"location\":\"own_area\","
                       "\"arrangement\":\"short_break\",\"basis\":\"reg48_short_break\"",
                       child->teller.child, number, type);
    sample_events_tell(&child->teller, "placement.ended", SAMPLE_ALWAYS, to, "\"placement\":\"P%06u-%d\"",
                       child->teller.child, number);
}

/* Every three months at first, then every six, a little before the day or after it. */
static void tell_every_six_months(struct sample_child *child, bool visits) {
    struct date horizon = sample_child_horizon(child), day = child->enters;
    for (int number = 1;; number++) {
        double in_time = visits ? sample_rates.visit_in_time : sample_rates.review_in_time;
        bool late = !sample_random_chance(sample_child_dice(child), in_time);
        day = date_add_months(day, number == 1 ? 3 : 6);
        int shift = late ? sample_random_between(sample_child_dice(child), 1, 45)
                         : -sample_random_between(sample_child_dice(child), 0, 30);
        day = date_add_days(day, shift);
        if (!date_before(day, horizon))
            return;
        if (visits)
            sample_events_tell(&child->teller, "visit.made", SAMPLE_CONFUSABLE, sample_child_when(child, day),
                               "\"kind\":\"statutory\",\"by_role\":\"social-worker\",\"seen\":true");
        else
            sample_events_tell(&child->teller, "review.held", SAMPLE_FORGETTABLE, sample_child_when(child, day),
                               "\"review\":\"R%06u-s%d\",\"kind\":\"short_break\",\"number\":%d", child->teller.child,
                               number, number);
    }
}

void sample_breaks_tell(struct sample_child *child) {
    struct date horizon = sample_child_horizon(child);
    sample_events_tell(&child->teller, "care.started", SAMPLE_ALWAYS, child->entered,
                       "\"legal_status\":\"%s\",\"arrangement\":\"short_break\",\"need_code\":\"N2\"",
                       sample_random_chance(sample_child_dice(child), 0.5) ? "V3" : "V4");
    struct date day = child->enters;
    for (int number = 1; date_before(date_add_days(day, 20), horizon); number++) {
        tell_break(child, day, number);
        day = date_add_days(day, sample_random_between(sample_child_dice(child), 20, 40));
    }
    tell_every_six_months(child, true);
    tell_every_six_months(child, false);
}
