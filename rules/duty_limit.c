/* duty_limit.c: by when an instance is due.
 *
 * A limit gives a deadline (its last day, or its hours), or none yet: a gate that has not come, a duration that is only
 * measured. A gate is an event that must not come before the duty is met, and `at_once` is a gate that is the opening
 * itself; where the duty was met on or before it, as R5 compares, it asks nothing more and has no due_at, else it is
 * late from the gate's own instant. Of several limits the earliest deadline counts. */
#include "duty_run.h"

struct reckoning {
    const struct duty_run *run;
    const struct opening *opening;
    const struct met *met;
    struct limit lead;
};

struct reckoned {
    enum { RECKONED, DATELESS, UNSET, UNKNOWN } outcome;
    const struct limit_choice *choice;
    struct limit limit;
    struct occurrence from;
    struct deadline deadline; /* of RECKONED; of DATELESS due_soon_at alone */
    const struct standing *gate;
};

/* The number a plan gives: of the latest such fact at the opening; without one the limit is unset (R36). */
static bool number_of_field(const struct reckoning *reckoning, const struct limit_choice *choice,
                            struct limit *ret_limit) {
    size_t count;
    const struct standing *const *all = history_of_type(reckoning->run->history, choice->filter.type, &count);
    for (size_t i = history_n_reached(all, count, reckoning->opening->opened.at); i-- > 0;) {
        struct value value = fact_value(all[i]->fact, choice->field);
        if (value.kind != VALUE_NUMBER || !filter_matches(&choice->filter, all[i]->fact, NULL))
            continue;
        if (value.of.number < 1 || value.of.number > LIMIT_NUMBER_MAX)
            return false;
        *ret_limit = (struct limit){.number = (int32_t) value.of.number, .unit = choice->limit.unit};
        return true;
    }
    return false;
}

/* The place in time that a field holds. */
static bool occurrence_of(const struct reckoning *reckoning, const struct fact *fact, field_symbol field,
                          struct occurrence *ret_occurrence) {
    struct value value = {.kind = VALUE_NONE};
    const struct zone *zone = calendar_zone(reckoning->run->history->calendar);
    if (fact != NULL && field != FIELD_NONE)
        value = fact_value(fact, field);
    if (value.kind == VALUE_DATE)
        *ret_occurrence = (struct occurrence){zone_midnight(zone, value.of.date), value.of.date, true};
    else if (value.kind == VALUE_TIME)
        *ret_occurrence = (struct occurrence){value.of.time, zone_local_date(zone, value.of.time), false};
    return value.kind == VALUE_DATE || value.kind == VALUE_TIME;
}

static bool opening_date(const struct reckoning *reckoning, field_symbol field, struct occurrence *ret_date) {
    return occurrence_of(reckoning, duty_opening_fact(reckoning->run, reckoning->opening), field, ret_date);
}

/* What the limit is counted from: where a field should say and does not, the opening. */
static struct occurrence counted_from(const struct reckoning *reckoning, const struct limit_choice *choice) {
    struct occurrence from = reckoning->opening->opened;
    if (choice->from_start)
        return reckoning->run->span.from;
    if (choice->from != FIELD_NONE)
        (void) opening_date(reckoning, choice->from, &from);
    return from;
}

static void reckon_from(const struct reckoning *reckoning, struct occurrence from, struct reckoned *reckoned) {
    reckoned->outcome = RECKONED;
    reckoned->from = from;
    reckoned->deadline = limit_deadline(reckoning->run->history->calendar, reckoned->limit, reckoning->lead, from);
    if (reckoned->deadline.outcome == DEADLINE_BEYOND_TERMS)
        reckoned->outcome = UNKNOWN;
}

static void reckon_day(const struct reckoning *reckoning, struct limit plus, struct date day,
                       struct reckoned *reckoned) {
    const struct calendar *calendar = reckoning->run->history->calendar;
    reckoned->outcome = RECKONED;
    reckoned->limit = (struct limit){.unit = UNIT_DAYS};
    reckoned->deadline =
        limit_deadline_on(calendar, limit_day(calendar, plus, day), reckoning->lead, reckoning->opening->opened);
}

/* What came after the duty was met moves nothing: whether it was met in time is settled. */
static bool moves_date(const struct reckoning *reckoning, const struct limit_choice *choice,
                       const struct standing *standing) {
    if (reckoning->met->fact != NULL && !occurrence_on_or_before(standing->occurred, reckoning->met->when))
        return false;
    return filter_matches(&choice->filter, standing->fact, duty_opening_fact(reckoning->run, reckoning->opening));
}

/* The date in the opening, or in the latest fact that moves it; without one the limit is unset. */
static void reckon_date(const struct reckoning *reckoning, const struct limit_choice *choice,
                        struct reckoned *reckoned) {
    const struct fact *opening = duty_opening_fact(reckoning->run, reckoning->opening);
    struct occurrence date, moved;
    bool known = occurrence_of(reckoning, opening, choice->field, &date);
    size_t count;
    const struct standing *const *all = history_of_type(reckoning->run->history, choice->filter.type, &count);
    for (size_t i = 0; i < count; i++)
        if (moves_date(reckoning, choice, all[i]) && occurrence_of(reckoning, all[i]->fact, choice->field, &moved)) {
            date = moved;
            known = true;
        }
    reckoned->outcome = UNSET;
    if (known)
        reckon_day(reckoning, choice->plus, date.day, reckoned);
}

static void reckon_age(const struct reckoning *reckoning, const struct limit_choice *choice,
                       struct reckoned *reckoned) {
    const struct history *history = reckoning->run->history;
    int age = choice->age == AGE_OF_OPENING ? reckoning->opening->age : choice->age;
    if (history->has_birth && age > 0)
        reckon_day(reckoning, choice->plus, date_birthday(history->born, age), reckoned);
}

/* The event that the duty must come before: the n-th on or after the opening, as far as the scope goes. */
static const struct standing *find_gate(const struct reckoning *reckoning, const struct limit_choice *choice) {
    const struct duty_run *run = reckoning->run;
    const struct opening *opening = reckoning->opening;
    const struct fact *opening_fact = duty_opening_fact(run, opening);
    size_t count;
    int found = 0;
    const struct standing *const *all = history_of_type(run->history, choice->filter.type, &count);
    for (size_t i = history_n_before_day(all, count, opening->opened.day); i < count; i++) {
        if (run->piece.to.day.day < all[i]->occurred.day.day)
            break;
        if (all[i] != opening->fact && occurrence_on_or_before(opening->opened, all[i]->occurred) &&
            filter_matches(&choice->filter, all[i]->fact, opening_fact) && ++found == choice->nth)
            return all[i];
    }
    return NULL;
}

/* The gate has come: met on or before it, else late from its own instant, or so long after it. */
static void pass_gate(const struct reckoning *reckoning, const struct limit_choice *choice, struct occurrence gate,
                      struct reckoned *reckoned) {
    if (reckoning->met->fact != NULL && occurrence_on_or_before(reckoning->met->when, gate))
        return;
    if (choice->kind == LIMIT_GATE && choice->limit.number > 0) {
        reckon_from(reckoning, gate, reckoned);
        return;
    }
    reckoned->outcome = RECKONED;
    reckoned->limit = (struct limit){.unit = UNIT_DAYS};
    reckoned->deadline = (struct deadline){.last_day = gate.day, .due_at = gate.at, .due_soon_at = gate.at};
}

/* Before the gate comes it is due soon by the date that is planned for it, if one is. */
static void reckon_gate(const struct reckoning *reckoning, const struct limit_choice *choice,
                        struct reckoned *reckoned) {
    struct occurrence planned;
    reckoned->outcome = DATELESS;
    reckoned->deadline.due_soon_at = INSTANT_NEVER;
    if (opening_date(reckoning, choice->field, &planned))
        reckoned->deadline.due_soon_at =
            limit_due_soon(reckoning->run->history->calendar, reckoning->lead, planned.day, reckoning->opening->opened);
    reckoned->gate = find_gate(reckoning, choice);
    if (reckoned->gate != NULL)
        pass_gate(reckoning, choice, reckoned->gate->occurred, reckoned);
}

static void reckon(const struct reckoning *reckoning, const struct limit_choice *choice, struct reckoned *reckoned);

static void reckon_earliest(const struct reckoning *reckoning, const struct limit_choice *choice,
                            struct reckoned *reckoned) {
    *reckoned = (struct reckoned){.outcome = UNKNOWN, .choice = choice};
    for (size_t i = 0; i < choice->n_parts; i++) {
        struct reckoned part;
        reckon(reckoning, &choice->parts[i], &part);
        bool sooner = part.outcome == RECKONED &&
                      (reckoned->outcome != RECKONED || part.deadline.due_at.ms < reckoned->deadline.due_at.ms);
        if (sooner || (part.outcome == DATELESS && reckoned->outcome != RECKONED))
            *reckoned = part;
    }
}

static void reckon(const struct reckoning *reckoning, const struct limit_choice *choice, struct reckoned *reckoned) {
    *reckoned = (struct reckoned){
        .outcome = UNKNOWN, .choice = choice, .limit = choice->limit, .from = reckoning->opening->opened};
    switch (choice->kind) {
    case LIMIT_FIELD:
        reckoned->outcome = UNSET;
        if (number_of_field(reckoning, choice, &reckoned->limit))
            reckon_from(reckoning, counted_from(reckoning, choice), reckoned);
        break;
    case LIMIT_FIXED:
        reckon_from(reckoning, counted_from(reckoning, choice), reckoned);
        break;
    case LIMIT_DATE:
        reckon_date(reckoning, choice, reckoned);
        break;
    case LIMIT_AGE:
        reckon_age(reckoning, choice, reckoned);
        break;
    case LIMIT_GATE:
        reckon_gate(reckoning, choice, reckoned);
        break;
    case LIMIT_AT_ONCE:
        reckoned->outcome = DATELESS;
        pass_gate(reckoning, choice, reckoning->opening->opened, reckoned);
        break;
    case LIMIT_WATCH:
        reckoned->outcome = DATELESS;
        break;
    case LIMIT_UNSET:
        reckoned->outcome = UNSET;
        break;
    case LIMIT_EARLIEST:
        reckon_earliest(reckoning, choice, reckoned);
        break;
    }
    if (reckoned->outcome == DATELESS && choice->kind != LIMIT_GATE)
        reckoned->deadline.due_soon_at = INSTANT_NEVER;
}

/* The first that fits; NULL where it is not known whether one does. */
static const struct limit_choice *choose_limit(const struct rule *rule, const struct setting *setting) {
    for (size_t i = 0; i < rule->n_limits; i++) {
        const struct limit_choice *choice = &rule->limits[i];
        enum truth truth = choice->when != NULL ? expression_evaluate(choice->when, setting) : TRUTH_YES;
        if (truth != TRUTH_NO)
            return truth == TRUTH_YES ? choice : NULL;
    }
    return NULL;
}

static void show(const struct reckoned *reckoned, struct instant opened_at, struct derived *derived) {
    derived->part = reckoned->choice;
    derived->limit = reckoned->limit;
    derived->gate = reckoned->gate;
    derived->dateless = reckoned->outcome == DATELESS;
    derived->unset = reckoned->outcome == UNSET;
    derived->face.due_soon_at = reckoned->deadline.due_soon_at;
    derived->deadline.outcome = reckoned->deadline.outcome;
    if (reckoned->outcome != RECKONED)
        return;
    derived->counted_from = reckoned->from;
    derived->deadline = reckoned->deadline;
    derived->face.due_at = reckoned->deadline.due_at;
    derived->face.due_soon_at = instant_max(reckoned->deadline.due_soon_at, opened_at);
    derived->face.provisional = reckoned->deadline.provisional;
}

/* What opens with a term rests on when that begins, whatever its limit is counted in. */
static bool is_opened_by_estimate(const struct duty_run *run, const struct opening *opening) {
    return run->clock->openers[opening->opener].kind == OPENER_TERM &&
           calendar_school(run->history->calendar)->estimated;
}

void duty_limit_set(const struct duty_run *run, const struct opening *opening, const struct met *met,
                    struct derived *derived) {
    struct setting setting = duty_setting(run, opening);
    struct reckoning reckoning = {.run = run, .opening = opening, .met = met, .lead = derived->rule->lead};
    struct reckoned reckoned;
    derived->choice = choose_limit(derived->rule, &setting);
    if (derived->choice == NULL)
        return;
    reckon(&reckoning, derived->choice, &reckoned);
    if (reckoned.outcome == UNSET || reckoned.outcome == UNKNOWN)
        reckoned.deadline.due_soon_at = INSTANT_NEVER;
    if (is_opened_by_estimate(run, opening))
        reckoned.deadline.estimated = reckoned.deadline.provisional = true;
    show(&reckoned, opening->opened.at, derived);
}
