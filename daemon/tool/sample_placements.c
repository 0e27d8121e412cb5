/* sample_placements.c: legal status, adoption and placements of an invented child. */
#include "sample_child.h"
#include "sample_rates.h"
#include "sample_stories.h"

#include "ensure.h"

#include <string.h>

static struct date later(struct sample_child *child, struct date from, int days_min, int days_max) {
    return date_add_days(from, sample_random_between(sample_child_dice(child), days_min, days_max));
}

/* ---- legal status and adoption ---- */

static bool tell_order(struct sample_child *child, struct date day, const char *order, const char *more) {
    if (!date_before(day, sample_child_horizon(child)))
        return false;
    sample_events_tell(&child->teller, "legal_status.changed", SAMPLE_ALWAYS, sample_child_when(child, day),
                       "\"legal_status\":\"%s\",\"action\":\"made\"%s", order, more);
    return true;
}

static void tell_stage(struct sample_child *child, struct date day, const char *stage) {
    if (date_before(day, child->period->until))
        sample_events_tell(&child->teller, "adoption.progressed", SAMPLE_FORGETTABLE, sample_child_when(child, day),
                           "\"stage\":\"%s\"", stage);
}

/* 376 days from entry to placing and 147 from the order to the match (indicators.md:435, 004:860); the order of
 * adoption some ten months later (E). */
static void tell_adoption(struct sample_child *child, struct date order) {
    struct date match = later(child, order, 60, 230), placed = later(child, match, 10, 40);
    struct date granted = later(child, placed, 150, 420);
    if (sample_random_chance(sample_child_dice(child), 0.35)) {
        match = later(child, order, 230, 600); /* a family is hard to find (E) */
        placed = later(child, match, 10, 40);
        granted = later(child, placed, 150, 420);
    }
    if (date_before(granted, child->period->from)) /* then the child would not be of this caseload */
        granted = later(child, child->period->from, 1, 150);
    tell_stage(child, order, "authority_to_place");
    child->authorised = order;
    child->matched = match;
    tell_stage(child, placed, "placed");
    child->adoption_placed = placed;
    child->leaves = granted;
    child->reason = sample_random_chance(sample_child_dice(child), 0.9) ? "E12" : "E11";
    tell_stage(child, granted, "order_granted");
}

static bool to_be_adopted(struct sample_child *child) {
    return !sample_child_aged(child, 5, child->enters) &&
           sample_random_chance(sample_child_dice(child), sample_rates.adoption);
}

/* Of the order in that many days: the inside of the event. */
static const char *expiry(struct date made, int days, char text[static 48]) {
    char day[DATE_TEXT_MAX];
    snprintf(text, 48, ",\"expires_on\":\"%s\"", date_format(date_add_days(made, days), day));
    return text;
}

/* An interim order that names its last day is renewed by it until the final hearing; now and then too late (E). */
static void tell_renewals(struct sample_child *child, struct date made, struct date final) {
    char text[48];
    for (;;) {
        bool in_time = sample_random_chance(sample_child_dice(child), 0.94);
        made = in_time ? later(child, made, 165, 181) : later(child, made, 183, 195);
        if (!date_before(made, final) || !date_before(made, sample_child_horizon(child)))
            return;
        sample_events_tell(&child->teller, "legal_status.changed", SAMPLE_ALWAYS, sample_child_when(child, made),
                           "\"legal_status\":\"C1\",\"action\":\"renewed\"%s", expiry(made, 182, text));
    }
}

/* C1 runs until the final hearing, about 26 weeks and often more (E). The proceedings are another subject's. */
static void tell_proceedings(struct sample_child *child, struct date interim) {
    struct date final = later(child, interim, 130, 330);
    child->interim = interim;
    if (to_be_adopted(child)) {
        child->leaves = date_add_days(final, 900);
        tell_renewals(child, interim, final);
        if (tell_order(child, final, "E1", ""))
            tell_adoption(child, final);
    } else {
        tell_renewals(child, interim, final);
        if (tell_order(child, final, "C2", ""))
            child->order = final;
    }
}

/* Shares E; section 20, interim and care orders of those in care at a time are 21, 21 and 45 in 100
 * (indicators.md:415). */
static const char *draw_status(struct sample_child *child) {
    static const char *const codes[] = {"V2", "C1", "C2", "L1", "L2", "J1"};
    static const double weights[] = {0.33, 0.44, 0.05, 0.1, 0.04, 0.04};
    size_t count = !sample_child_aged(child, 12, child->enters) ? 5 : 6;
    return child->uasc ? "V2" : codes[sample_random_pick(sample_child_dice(child), weights, count)];
}

/* Police protection ends after 72 hours, an emergency order after eight days, or fifteen where it is extended; what
 * follows is mostly in time (E). */
static bool tell_emergency(struct sample_child *child, struct date *ret_interim) {
    bool police = strcmp(child->status, "L1") == 0;
    bool in_time = sample_random_chance(sample_child_dice(child), 0.9);
    if (police)
        *ret_interim = in_time ? later(child, child->enters, 1, 2) : later(child, child->enters, 4, 6);
    else
        *ret_interim = in_time ? later(child, child->enters, 2, 7) : later(child, child->enters, 9, 12);
    bool agreed = sample_random_chance(sample_child_dice(child), 0.35);
    return tell_order(child, *ret_interim, agreed ? "V2" : "C1", "") && !agreed;
}

static void tell_next_status(struct sample_child *child) {
    struct date interim = later(child, child->enters, 60, 400);
    char text[48];
    if (*child->status == 'L') {
        if (tell_emergency(child, &interim))
            tell_proceedings(child, interim);
    } else if (strcmp(child->status, "C1") == 0) {
        tell_proceedings(child, child->enters);
    } else if (*child->status == 'V' && !child->uasc && sample_random_chance(sample_child_dice(child), 0.5) &&
               tell_order(child, interim, "C1", expiry(interim, 182, text))) {
        tell_proceedings(child, interim);
    }
}

void sample_status_tell(struct sample_child *child) {
    static const char *const needs[] = {"N1", "N2", "N3", "N4", "N5", "N6", "N8"};
    static const double weights[] = {0.58, 0.04, 0.05, 0.09, 0.14, 0.03, 0.07}; /* N1: indicators.md:365; the rest E */
    const char *status = draw_status(child);
    const char *need = child->uasc ? "N8" : needs[sample_random_pick(sample_child_dice(child), weights, 7)];
    sample_events_tell(&child->teller, "care.started", SAMPLE_ALWAYS, child->entered,
                       "\"legal_status\":\"%s\",\"arrangement\":\"%s\",\"need_code\":\"%s\"", status,
                       *status == 'J' ? "remand" : "full", need);
    child->status = status;
    if (strcmp(status, "C2") == 0)
        child->order = child->enters;
    tell_next_status(child);
}

/* ---- placements ---- */

static bool is_foster(const char *type) {
    return *type == 'U';
}

/* The shares that indicators.md gives (foster, residential, school), and the rest by age: at home with parents, and
 * from 16 semi-independent (H5, from 28 October 2023 supported accommodation K3) or independent living. */
static const char *draw_type(struct sample_child *child, struct date on) {
    static const char *const secure[] = {"K1", "K2", "R5"};
    if (strcmp(child->status, "J1") == 0)
        return secure[sample_random_between(sample_child_dice(child), 0, 2)];
    if (child->n_stays > 0 && sample_child_aged(child, 10, on) &&
        sample_random_chance(sample_child_dice(child), sample_rates.secure))
        return "K1";
    if (sample_random_chance(sample_child_dice(child), sample_rates.unregulated))
        return "Z1";
    static const char *const carers[] = {"U6", "U5", "U4"}, *const relatives[] = {"U3", "U1", "U2"};
    static const double weights[] = {0.62, 0.2, 0.18};
    bool grown = sample_child_aged(child, 16, on), young = !sample_child_aged(child, 8, on);
    const double kinds[] = {grown ? sample_rates.foster / 2 : sample_rates.foster,
                            young ? 0.005 : sample_rates.residential * 1.6,
                            sample_rates.school,
                            grown || child->uasc ? 0.01 : 0.09,
                            grown ? 0.4 : 0,
                            grown ? 0.03 : 0.001};
    bool supported = !date_before(on, date_from_civil(2023, 10, 28));
    switch (sample_random_pick(sample_child_dice(child), kinds, sizeof kinds / sizeof *kinds)) {
    case 0:
        return sample_random_chance(sample_child_dice(child), child->uasc ? 0 : sample_rates.connected)
                   ? relatives[sample_random_pick(sample_child_dice(child), weights, 3)]
                   : carers[sample_random_pick(sample_child_dice(child), weights, 3)];
    case 1:
        return "K2";
    case 2:
        return "S1";
    case 3:
        return "P1";
    case 4:
        return supported ? "K3" : "H5";
    default:
        return grown ? "P2" : "R1";
    }
}

static const char *draw_location(struct sample_child *child) {
    if (!sample_random_chance(sample_child_dice(child), sample_rates.out_of_area))
        return "own_area";
    return sample_random_chance(sample_child_dice(child), sample_rates.distant) ? "distant" : "adjoining";
}

static const char *draw_provider(struct sample_child *child, const char *type) {
    const double weights[] = {sample_rates.own_provision, sample_rates.agency,
                              1 - sample_rates.own_provision - sample_rates.agency};
    static const char *const providers[] = {"PR1", "PR4", "PR5"};
    return strcmp(type, "P1") == 0 ? "PR0" : providers[sample_random_pick(sample_child_dice(child), weights, 3)];
}

static bool one_of(const char *type, const char *list) {
    return strstr(list, type) != NULL;
}

/* A relative is approved for 16 weeks at first (reg 24), a foster carer takes one child more than the terms allow (reg
 * 23), a child goes home before the assessment is done (reg 19); a school or hospital answers for the child (reg
 * 28(6)): shares E. */
static const char *draw_basis(struct sample_child *child, const char *type, bool planned) {
    double luck = sample_random_unit(sample_child_dice(child));
    if (*type == 'A')
        return "placed_for_adoption";
    if (one_of(type, "U1 U2 U3") && luck < 0.6)
        return "reg24_temporary";
    if (is_foster(type) && !planned && luck < 0.08)
        return "reg23_emergency";
    if (strcmp(type, "P1") == 0 && luck < 0.3)
        return "reg19_before_assessment";
    return one_of(type, "S1 R1 R2") && luck < 0.5 ? "other_responsible_person" : "ordinary";
}

/* Miles from home, of which some are not known; and whether a setting that has to be registered is. */
static void format_setting(struct sample_child *child, const struct sample_stay *stay, char text[static 80]) {
    int distance = strcmp(stay->location, "own_area") == 0 ? sample_random_between(sample_child_dice(child), 0, 12)
                   : strcmp(stay->location, "adjoining") == 0
                       ? sample_random_between(sample_child_dice(child), 4, 24)
                       : sample_random_between(sample_child_dice(child), 20, 180);
    bool known = sample_random_chance(sample_child_dice(child), 0.9), asked = one_of(stay->type, "K1 K2 K3 H5 Z1");
    bool registered = sample_random_chance(sample_child_dice(child), sample_rates.registered) && *stay->type != 'Z';
    int length = known ? snprintf(text, 80, ",\"distance_miles\":%d", distance) : 0;
    snprintf(text + length, (size_t) (80 - length), "%s%s",
             asked ? (registered ? ",\"registration\":\"registered\"" : ",\"registration\":\"not_registered\"") : "",
             stay->same_carer ? ",\"same_carer\":true" : "");
}

static void tell_start(struct sample_child *child, const struct sample_stay *stay) {
    char setting[80];
    format_setting(child, stay, setting);
    sample_events_tell(&child->teller, "placement.started", SAMPLE_ALWAYS, stay->from,
                       "\"placement\":\"P%06u-%d\",\"placement_type\":\"%s\",\"location\":\"%s\",\"provider\":\"%s\","
                       "\"basis\":\"%s\",\"planned\":\"%s\"%s",
                       child->teller.child, stay->number, stay->type, stay->location, draw_provider(child, stay->type),
                       stay->basis, stay->planned ? "planned" : "emergency", setting);
}

static void tell_stop(struct sample_child *child, const struct sample_stay *stay, bool move) {
    static const char *const reasons[] = {"CARPL", "CREQB", "CREQO", "CHILD", "LAREQ", "PLACE", "STAND", "OTHER"};
    static const double weights[] = {0.4, 0.15, 0.08, 0.07, 0.14, 0.08, 0.02, 0.06}; /* E */
    if (!date_before(stay->to.day, child->period->until))
        return;
    const char *reason =
        reasons[sample_random_pick(sample_child_dice(child), weights, sizeof weights / sizeof *weights)];
    if (move)
        sample_events_tell(&child->teller, "placement.ended", SAMPLE_ALWAYS, stay->to,
                           "\"placement\":\"P%06u-%d\",\"reason\":\"%s\"", child->teller.child, stay->number, reason);
    else
        sample_events_tell(&child->teller, "placement.ended", SAMPLE_ALWAYS, stay->to, "\"placement\":\"P%06u-%d\"",
                           child->teller.child, stay->number);
}

/* After nine to fifteen months with the same carers, some stay for good, and of those some agree to fewer visits. */
static void tell_permanence(struct sample_child *child, struct sample_stay *stay) {
    struct date end = date_before(stay->to.day, child->period->until) ? stay->to.day : child->period->until;
    struct date settled = later(child, stay->lives_from, 270, 450), agreed = later(child, settled, 90, 200);
    stay->long_term_from = stay->agreed_from = child->period->until;
    bool settles = is_foster(stay->type) && sample_random_chance(sample_child_dice(child), sample_rates.long_term);
    if (!settles || !date_before(settled, end) || date_before(settled, stay->from.day))
        return;
    stay->long_term_from = settled;
    sample_events_tell(&child->teller, "placement.changed", SAMPLE_ALWAYS, sample_child_when(child, settled),
                       "\"placement\":\"P%06u-%d\",\"long_term\":true,\"matched\":true,\"basis\":\"long_term_foster\"",
                       child->teller.child, stay->number);
    if (!sample_random_chance(sample_child_dice(child), sample_rates.visits_agreed) || !date_before(agreed, end))
        return;
    stay->agreed_from = agreed;
    sample_events_tell(&child->teller, "placement.changed", SAMPLE_FORGETTABLE, sample_child_when(child, agreed),
                       "\"placement\":\"P%06u-%d\",\"visits_agreed\":true", child->teller.child, stay->number);
}

/* A few days in hospital (T1), in respite (T0, T3) or elsewhere (T4), the placement going on meanwhile. */
static void tell_temporary_stays(struct sample_child *child, const struct sample_stay *stay) {
    static const char *const types[] = {"T0", "T1", "T3", "T4"};
    struct date day = stay->from.day;
    for (;;) {
        day = date_add_days(day, sample_random_wait(sample_child_dice(child), sample_rates.temporary_stays));
        struct date back = later(child, day, 1, 10);
        if (!date_before(back, stay->to.day) || !date_before(day, child->period->until))
            return;
        int number = ++child->n_placements;
        const char *type = types[sample_random_between(sample_child_dice(child), 0, 3)];
        sample_events_tell(&child->teller, "placement.started", SAMPLE_ALWAYS, sample_child_when(child, day),
                           "\"placement\":\"P%06u-%d\",\"placement_type\":\"%s\",\"location\":\"own_area\","
                           "\"temporary\":true",
                           child->teller.child, number, type);
        if (date_before(back, child->period->until))
            sample_events_tell(&child->teller, "placement.ended", SAMPLE_ALWAYS, sample_child_when(child, back),
                               "\"placement\":\"P%06u-%d\"", child->teller.child, number);
        day = back;
    }
}

static struct date draw_move(struct sample_child *child, struct date from) {
    double settled = from.day - child->enters.day < 365 ? sample_rates.moves_first_year : sample_rates.moves_later;
    int days = sample_random_wait(sample_child_dice(child), child->unsettled ? sample_rates.moves_unsettled : settled);
    if (strcmp(child->stays[child->n_stays].type, "K1") == 0)
        days = sample_random_between(sample_child_dice(child), 50, 250);
    struct date day = date_add_days(from, days);
    bool placed =
        date_before(from, child->adoption_placed) && date_before(child->adoption_placed, child->period->until);
    if (placed && !date_before(day, child->adoption_placed))
        return child->adoption_placed;
    if (!date_before(from, child->adoption_placed)) /* a child placed for adoption does not move again */
        return child->leaves;
    return date_before(day, child->leaves) ? day : child->leaves;
}

static void add_stay(struct sample_child *child, struct sample_when from) {
    struct sample_stay *stay = &child->stays[child->n_stays], *before = stay - 1;
    bool adoption = date_equal(from.day, child->adoption_placed);
    *stay = (struct sample_stay){.from = from, .number = ++child->n_placements, .lives_from = from.day};
    stay->same_carer =
        child->n_stays > 0 && !adoption && sample_random_chance(sample_child_dice(child), sample_rates.same_carer);
    stay->type = adoption ? "A5" : draw_type(child, from.day);
    stay->planned = adoption || strcmp(stay->type, "K1") == 0 ||
                    sample_random_chance(sample_child_dice(child), child->n_stays > 0 ? 0.7 : 0.4);
    stay->basis = draw_basis(child, stay->type, stay->planned);
    stay->location = draw_location(child);
    if (stay->same_carer) {
        stay->type = before->type;
        stay->basis = before->basis;
        stay->location = before->location;
        stay->lives_from = before->lives_from;
    }
    struct date to = draw_move(child, from.day);
    stay->to = sample_child_when(child, to);
    child->n_stays++;
}

void sample_placements_tell(struct sample_child *child) {
    struct sample_when from = child->entered;
    while (child->n_stays < SAMPLE_STAYS_MAX && date_before(from.day, child->period->until)) {
        add_stay(child, from);
        struct sample_stay *stay = &child->stays[child->n_stays - 1];
        bool last = !date_before(stay->to.day, child->leaves) || child->n_stays == SAMPLE_STAYS_MAX;
        tell_start(child, stay);
        tell_permanence(child, stay);
        tell_temporary_stays(child, stay);
        tell_stop(child, stay, !last);
        from = stay->to;
        if (last)
            break;
    }
    ENSURE(child->n_stays > 0);
}
