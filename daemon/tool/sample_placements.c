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

static bool tell_order(struct sample_child *child, struct date day, const char *order) {
    if (!date_before(day, sample_child_horizon(child)))
        return false;
    sample_events_tell(&child->teller, "legal_status.changed", SAMPLE_ALWAYS, sample_child_when(child, day),
                       "\"legal_status\":\"%s\",\"action\":\"made\"", order);
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
    if (date_before(granted, child->period->from)) /* then the child would not be of this caseload */
        granted = later(child, child->period->from, 1, 150);
    tell_stage(child, later(child, order, -60, -20), "agency_decision");
    tell_stage(child, order, "authority_to_place");
    tell_stage(child, match, "match_decided");
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

/* C1 runs until the final hearing, about 26 weeks and often more (E). */
static void tell_proceedings(struct sample_child *child, struct date interim) {
    struct date final = later(child, interim, 150, 330);
    if (to_be_adopted(child)) {
        child->leaves = date_add_days(final, 900);
        if (tell_order(child, final, "E1"))
            tell_adoption(child, final);
        return;
    }
    (void) tell_order(child, final, "C2");
}

/* Shares E; section 20, interim and care orders of those in care at a time are 21, 21 and 45 in 100
 * (indicators.md:415). */
static const char *draw_status(struct sample_child *child) {
    static const char *const codes[] = {"V2", "C1", "C2", "L1", "L2", "J1"};
    static const double weights[] = {0.33, 0.46, 0.05, 0.1, 0.04, 0.02};
    size_t count = !sample_child_aged(child, 12, child->enters) ? 5 : 6;
    return child->uasc ? "V2" : codes[sample_random_pick(sample_child_dice(child), weights, count)];
}

void sample_status_tell(struct sample_child *child) {
    static const char *const needs[] = {"N1", "N2", "N3", "N4", "N5", "N6", "N8"};
    static const double weights[] = {0.58, 0.04, 0.05, 0.09, 0.14, 0.03, 0.07}; /* N1: indicators.md:365; the rest E */
    const char *status = draw_status(child);
    const char *need = child->uasc ? "N8" : needs[sample_random_pick(sample_child_dice(child), weights, 7)];
    sample_events_tell(&child->teller, "care.started", SAMPLE_ALWAYS, child->entered,
                       "\"legal_status\":\"%s\",\"arrangement\":\"%s\",\"need_code\":\"%s\"", status,
                       *status == 'J' ? "remand" : "full", need);
    bool emergency = *status == 'L';
    struct date interim = emergency ? later(child, child->enters, 2, 7) : later(child, child->enters, 60, 400);
    if (emergency && sample_random_chance(sample_child_dice(child), 0.35))
        (void) tell_order(child, interim, "V2");
    else if (strcmp(status, "C1") == 0)
        tell_proceedings(child, child->enters);
    else if ((emergency || (*status == 'V' && !child->uasc && sample_random_chance(sample_child_dice(child), 0.5))) &&
             tell_order(child, interim, "C1"))
        tell_proceedings(child, interim);
}

/* ---- placements ---- */

static bool is_foster(const char *type) {
    return *type == 'U';
}

/* The shares that indicators.md gives (foster, residential, school), and the rest by age: at home with parents, and
 * from 16 semi-independent (H5, from 28 October 2023 supported accommodation K3) or independent living. */
static const char *draw_type(struct sample_child *child, struct date on) {
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

/* A relative is approved for 16 weeks at first (reg 24); a child goes home before the assessment is done (reg 19). */
static const char *draw_basis(struct sample_child *child, const char *type) {
    bool relative = strcmp(type, "U1") == 0 || strcmp(type, "U2") == 0 || strcmp(type, "U3") == 0;
    if (*type == 'A')
        return "placed_for_adoption";
    if (relative && sample_random_chance(sample_child_dice(child), 0.6))
        return "reg24_temporary";
    if (strcmp(type, "P1") == 0 && sample_random_chance(sample_child_dice(child), 0.3))
        return "reg19_before_assessment";
    return "ordinary";
}

static void tell_start(struct sample_child *child, const struct sample_stay *stay) {
    bool moved = stay->number > 1;
    sample_events_tell(&child->teller, "placement.started", SAMPLE_ALWAYS, stay->from,
                       "\"placement\":\"P%06u-%d\",\"placement_type\":\"%s\",\"location\":\"%s\",\"provider\":\"%s\","
                       "\"basis\":\"%s\",\"planned\":\"%s\"%s",
                       child->teller.child, stay->number, stay->type, draw_location(child),
                       draw_provider(child, stay->type), draw_basis(child, stay->type),
                       sample_random_chance(sample_child_dice(child), moved ? 0.7 : 0.4) ? "planned" : "emergency",
                       stay->same_carer ? ",\"same_carer\":true" : "");
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
    if (stay->same_carer) {
        stay->type = before->type;
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
