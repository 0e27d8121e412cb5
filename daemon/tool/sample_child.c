/* sample_child.c: the outline of a life in care, and its order. */
#include "sample_child.h"

#include "sample_rates.h"
#include "sample_stories.h"
#include "zone.h"

enum { DAYS_IN_YEAR = 365, HISTORY_DAYS_MAX = 6 * DAYS_IN_YEAR, AGE_OF_LEAVING = 18 };

struct sample_when sample_child_when(struct sample_child *child, struct date day) {
    struct instant midnight = zone_midnight(child->period->zone, day);
    if (sample_random_chance(sample_child_dice(child), sample_rates.bare_dates))
        return (struct sample_when){midnight, day, true};
    int64_t minutes = sample_random_between(sample_child_dice(child), 9 * 60, 17 * 60);
    return (struct sample_when){instant_add(midnight, (struct span){minutes * 60000}), day, false};
}

struct date sample_child_horizon(const struct sample_child *child) {
    return date_before(child->leaves, child->period->until) ? child->leaves : child->period->until;
}

bool sample_child_aged(const struct sample_child *child, int years, struct date on) {
    return !date_before(on, date_birthday(child->born, years));
}

const struct sample_stay *sample_child_stay(const struct sample_child *child, struct date on) {
    size_t place = 0;
    while (place + 1 < child->n_stays && !date_before(on, child->stays[place + 1].from.day))
        place++;
    return &child->stays[place];
}

/* ---- who, and when ---- */

enum start { ENTERS_LATER, IN_CARE, HAS_LEFT };

/* As many enter in a year as councils have entries for each child in care. */
static enum start draw_start(struct sample_child *child) {
    double years = (double) (child->period->until.day - child->period->from.day) / DAYS_IN_YEAR;
    if (sample_random_chance(sample_child_dice(child), sample_rates.leavers))
        return HAS_LEFT;
    return sample_random_chance(sample_child_dice(child), 1 / (1 + sample_rates.entries * years)) ? IN_CARE
                                                                                                  : ENTERS_LATER;
}

/* A day of the same week, or of the one before where it would not be before `until`. */
static struct date draw_day_of_week(struct sample_child *child, struct date day, struct date until) {
    bool at_weekend = sample_random_chance(sample_child_dice(child), sample_rates.weekend_entries);
    struct date monday = date_add_days(day, -date_weekday(day));
    int first = at_weekend ? 5 : 0, last = at_weekend ? 6 : 4;
    day = date_add_days(monday, sample_random_between(sample_child_dice(child), first, last));
    return date_before(day, until) ? day : date_add_days(day, -7);
}

static struct date draw_entry(struct sample_child *child) {
    const struct sample_period *period = child->period;
    int days = period->until.day - period->from.day;
    struct date day = date_add_days(period->from, sample_random_between(sample_child_dice(child), 0, days - 1));
    struct date chosen = draw_day_of_week(child, day, period->until);
    return date_before(chosen, period->from) ? day : chosen;
}

static int draw_age_days(struct sample_child *child) {
    static const int from[] = {0, 5, 11}, to[] = {5, 11, 17};
    if (child->uasc)
        return sample_random_between(sample_child_dice(child), 15 * DAYS_IN_YEAR + 30, 17 * DAYS_IN_YEAR + 180);
    size_t group = sample_random_pick(sample_child_dice(child), sample_rates.ages, 3);
    return sample_random_between(sample_child_dice(child), from[group] * DAYS_IN_YEAR + 3,
                                 to[group] * DAYS_IN_YEAR + 200);
}

/* E4A home planned, E4B home unplanned, E41 child arrangements order, E45 guardianship, E8 other: shares E, but for
 * home, 38 of 190 (indicators.md:366, 001:1044), which with those who turn 18 apart is more of the rest. */
static const char *draw_reason(struct sample_child *child) {
    static const char *const reasons[] = {"E4A", "E4B", "E41", "E45", "E13", "E8", "E2", "E9"};
    const double weights[] = {0.36, 0.08, 0.08, 0.24,
                              0.1,  0.14, 0.01, sample_child_aged(child, 13, child->leaves) ? 0.1 : 0};
    return reasons[sample_random_pick(sample_child_dice(child), weights, sizeof weights / sizeof *weights)];
}

static const char *draw_reason_at_18(struct sample_child *child) {
    static const char *const reasons[] = {"E17", "E6", "E5", "E7"};
    static const double weights[] = {0.25, 0.35, 0.25, 0.15};
    return reasons[sample_random_pick(sample_child_dice(child), weights, sizeof weights / sizeof *weights)];
}

static void draw_end(struct sample_child *child, struct date not_before) {
    struct date grown = date_birthday(child->born, AGE_OF_LEAVING);
    child->leaves = date_add_days(not_before, sample_random_wait(sample_child_dice(child), sample_rates.ends));
    child->reason = draw_reason(child);
    if (date_before(child->leaves, grown))
        return;
    child->leaves = grown;
    child->reason = draw_reason_at_18(child);
    if (sample_random_chance(sample_child_dice(child), 0.05)) /* the end is recorded too late */
        child->leaves = date_add_days(grown, sample_random_between(sample_child_dice(child), 2, 20));
}

/* Most children were known before they entered care (E). */
static void draw_known(struct sample_child *child) {
    child->known = child->enters;
    int days = sample_random_between(sample_child_dice(child), 90, 800);
    if (child->uasc || child->short_breaks || !sample_random_chance(sample_child_dice(child), 0.6))
        return;
    child->known = date_add_days(child->enters, -days);
    if (date_before(child->known, child->born))
        child->known = child->born;
}

/* A child in care on the first day has been there as long as the constant rate of leaving makes likely. */
static int draw_past(struct sample_child *child, int age_days) {
    int days = sample_random_wait(sample_child_dice(child), sample_rates.ends);
    days = days > HISTORY_DAYS_MAX ? HISTORY_DAYS_MAX : days;
    child->enters = date_add_days(child->period->from, -days);
    child->enters = draw_day_of_week(child, child->enters, child->period->from);
    days = child->period->from.day - child->enters.day;
    if (age_days + days >= AGE_OF_LEAVING * DAYS_IN_YEAR)
        age_days = AGE_OF_LEAVING * DAYS_IN_YEAR - days - sample_random_between(sample_child_dice(child), 1, 700);
    return age_days < 3 ? 3 : age_days;
}

/* A care leaver on the first day turned eighteen in the four years before. */
static void draw_leaver(struct sample_child *child) {
    child->leaves =
        date_add_days(child->period->from, -sample_random_between(sample_child_dice(child), 1, 4 * DAYS_IN_YEAR));
    child->born = date_add_months(child->leaves, -12 * AGE_OF_LEAVING);
    child->leaves = date_birthday(child->born, AGE_OF_LEAVING);
    child->enters =
        date_add_days(child->leaves, -sample_random_between(sample_child_dice(child), 150, HISTORY_DAYS_MAX));
    child->reason = draw_reason_at_18(child);
}

static void draw_times(struct sample_child *child, enum start start) {
    child->uasc = sample_random_chance(sample_child_dice(child), sample_rates.uasc);
    child->short_breaks =
        start != HAS_LEFT && !child->uasc && sample_random_chance(sample_child_dice(child), sample_rates.short_breaks);
    child->unsettled = sample_random_chance(sample_child_dice(child), sample_rates.unsettled);
    if (start == HAS_LEFT) {
        draw_leaver(child);
        return;
    }
    child->enters = draw_entry(child);
    int age_days = draw_age_days(child);
    if (start == IN_CARE)
        age_days = draw_past(child, age_days);
    child->born = date_add_days(child->enters, -age_days);
    draw_end(child, start == IN_CARE ? child->period->from : child->enters);
}

static void draw_outline(struct sample_child *child) {
    draw_times(child, draw_start(child));
    child->entered = sample_child_when(child, child->enters);
    draw_known(child);
    child->interim = child->order = child->authorised = child->matched = child->adoption_placed = child->died =
        child->first_review = child->period->until;
}

/* ---- the beginning and the end ---- */

static void tell_registration(struct sample_child *child) {
    char born[DATE_TEXT_MAX];
    const char *sex = sample_random_chance(sample_child_dice(child), child->uasc ? 0.9 : sample_rates.male) ? "M" : "F";
    const char *disability =
        sample_random_chance(sample_child_dice(child), sample_rates.disabled) ? "diagnosed" : "none";
    struct sample_when when = {zone_midnight(child->period->zone, child->known), child->known, true};
    sample_events_tell(&child->teller, "child.registered", SAMPLE_PROMPT, when,
                       "\"date_of_birth\":\"%s\",\"sex\":\"%s\",\"disability\":\"%s\",\"uasc\":%s",
                       date_format(child->born, born), sex, child->short_breaks ? "diagnosed" : disability,
                       child->uasc ? "true" : "false");
}

static void tell_end(struct sample_child *child) {
    if (!date_before(child->leaves, child->period->until))
        return;
    struct sample_when when =
        child->n_stays > 0 ? child->stays[child->n_stays - 1].to : sample_child_when(child, child->leaves);
    sample_events_tell(&child->teller, "care.ended", SAMPLE_ALWAYS, when, "\"reason\":\"%s\"", child->reason);
}

/* Each is told from a stream of its own, so that one that changes leaves the others as they are. Of children who only
 * have short breaks the first two. */
static void tell_stories(struct sample_child *child) {
    static void (*const stories[])(struct sample_child *) = {
        sample_workers_tell,   sample_education_tell, sample_plans_tell,      sample_notices_tell,
        sample_approvals_tell, sample_reviewing_tell, sample_checks_tell,     sample_incidents_tell,
        sample_liberty_tell,   sample_leaving_tell,   sample_protection_tell, sample_adoption_tell,
    };
    size_t count = child->short_breaks ? 2 : sizeof stories / sizeof *stories;
    for (size_t i = 0; i < count; i++) {
        sample_random_init(sample_child_dice(child), child->period->seed,
                           (uint64_t) (i + 1) << 32 | child->teller.child);
        stories[i](child);
    }
}

void sample_child_tell(struct sample_events *events, const struct sample_period *period, uint32_t number) {
    struct sample_child child = {.teller = {.events = events, .child = number}, .period = period};
    sample_random_init(&child.teller.random, period->seed, number);
    draw_outline(&child);
    tell_registration(&child);
    if (child.short_breaks) {
        sample_breaks_tell(&child);
        tell_end(&child);
        tell_stories(&child);
        return;
    }
    sample_status_tell(&child);
    sample_placements_tell(&child);
    sample_reviews_tell(&child);
    sample_visits_tell(&child);
    sample_health_tell(&child);
    sample_missing_tell(&child);
    tell_end(&child);
    tell_stories(&child);
}
