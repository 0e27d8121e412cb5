/* placement.c: placements, temporary stays and homes (R13 to R15, R53).
 *
 * Walked in the order of their starts, with the placement in force and the temporary stay above it. The hard case is a
 * stay whose placement below ends meanwhile: from that instant the stay is where the child lives. */
#include "history.h"

#include "reference.h"
#include "value.h"

struct placement_walk {
    struct history *history;
    const struct symbols *symbols;
    struct references ends, changes; /* placement.ended and placement.changed */
    struct placement *base;          /* the ordinary placement in force, or ended */
    struct placement *stay;          /* the temporary stay above it */
};

static const char *const temporary_types[] = {"T0", "T1", "T2", "T3", "T4", NULL};

static void end_by(struct placement *placement, struct occurrence at) {
    if (at.at.ms >= placement->to.ms)
        return;
    placement->to = at.at;
    placement->to_bare = at.bare;
}

/* R53: a placement that began outside any period and is still open when one begins belongs to it. */
static const struct period *adopting_period(const struct history *history, const struct placement *placement,
                                            struct instant next_start) {
    struct instant to = instant_min(placement->to, next_start);
    for (size_t i = 0; i < history->n_periods; i++) {
        const struct period *period = &history->periods[i];
        if (placement->start->occurred.at.ms < period->from.at.ms && period->from.at.ms < to.ms)
            return period;
    }
    return NULL;
}

/* Within full care a stay with arrangement short_break is temporary; within short breaks it is the ordinary thing. */
static bool within_full_care(const struct history *history, const struct placement *placement) {
    if (placement->period == NULL)
        return false;
    return status_profile(history, placement->period, placement->start->occurred.at) != PROFILE_SHORT_BREAK;
}

static bool is_temporary_kind(const struct placement_walk *walk, const struct placement *placement) {
    const struct fact *fact = placement->start->fact;
    return value_is_among(fact_value(fact, walk->symbols->placement_type), temporary_types) ||
           value_is_true(fact_value(fact, walk->symbols->temporary)) ||
           (value_is(fact_value(fact, walk->symbols->arrangement), "short_break") &&
            within_full_care(walk->history, placement));
}

/* Before anything that happens at `at`: a stay whose placement below has ended by then is where the child lives. */
static void settle_stay(struct placement_walk *walk, struct instant at) {
    struct placement *base = walk->base, *stay = walk->stay;
    if (stay == NULL || base == NULL || base->to.ms > at.ms || stay->to.ms <= base->to.ms)
        return;
    stay->ordinary_from = base->to;
    walk->base = stay;
    walk->stay = NULL;
}

static void take_start(struct placement_walk *walk, struct placement *placement) {
    struct occurrence at = placement->start->occurred;
    settle_stay(walk, at.at);
    if (walk->stay != NULL)
        end_by(walk->stay, at);
    walk->stay = NULL;
    bool below = walk->base != NULL && walk->base->to.ms > at.at.ms;
    if (placement->temporary_kind && below) {
        walk->stay = placement;
        return;
    }
    if (below)
        end_by(walk->base, at);
    placement->ordinary_from = at.at;
    walk->base = placement;
}

static void prepare(struct placement_walk *walk, struct placement *placement, struct instant next_start) {
    struct history *history = walk->history;
    struct references ends = reference_find(&walk->ends, placement->reference);
    struct references changes = reference_find(&walk->changes, placement->reference);
    placement->changes = changes.list;
    placement->n_changes = changes.count;
    if (ends.count > 0)
        end_by(placement, ends.list[0].standing->occurred);
    if (history->death != NULL)
        end_by(placement, history->death->occurred);
    placement->period = history_period_of(history, placement->start->occurred);
    if (placement->period == NULL)
        placement->period = adopting_period(history, placement, next_start);
    if (placement->period != NULL)
        end_by(placement, placement->period->to);
    placement->temporary_kind = is_temporary_kind(walk, placement);
}

/* R15: does this placement go on with the carer of the ordinary one before it? */
static bool continues(const struct placement_walk *walk, const struct placement *before,
                      const struct placement *placement) {
    if (before == NULL || before->period == NULL || before->period != placement->period)
        return false;
    if (!value_is_true(fact_value(placement->start->fact, walk->symbols->same_carer)))
        return false;
    const struct zone *zone = calendar_zone(walk->history->calendar);
    return before->to.ms != INSTANT_NEVER.ms &&
           date_equal(zone_local_date(zone, before->to), placement->start->occurred.day);
}

static void home_begin(struct history *history, size_t place) {
    struct placement *placement = &history->placements[place];
    struct home *home = &history->homes[history->n_homes++];
    *home = (struct home){
        .first = place,
        .count = 1,
        .period = placement->period,
        .from = placement->start->occurred,
        .ordinary_from = placement->start->occurred,
    };
    if (placement->ordinary_from.ms != placement->start->occurred.at.ms)
        home->ordinary_from = occurrence_at(history, placement->ordinary_from, false);
    placement->home = home;
}

/* Placements come in the order of their starts; a stay lies between, so the one before is looked for among the
 * ordinary. */
static void find_homes(struct placement_walk *walk) {
    struct history *history = walk->history;
    history->homes = ARENA_ARRAY(history->arena, struct home, history->n_placements);
    struct placement *before = NULL;
    for (size_t i = 0; i < history->n_placements; i++) {
        struct placement *placement = &history->placements[i];
        bool ordinary = placement->ordinary_from.ms != INSTANT_NEVER.ms;
        if (ordinary && continues(walk, before, placement)) {
            placement->home = before->home;
            before->home->count = i - before->home->first + 1;
        } else {
            home_begin(history, i);
        }
        placement->home->to = occurrence_at(history, placement->to, placement->to_bare);
        if (ordinary)
            before = placement;
    }
}

static void find_starts(struct placement_walk *walk) {
    struct history *history = walk->history;
    size_t count;
    const struct standing *const *starts = history_of_type(history, walk->symbols->placement_started, &count);
    history->placements = ARENA_ARRAY(history->arena, struct placement, count);
    history->n_placements = count;
    for (size_t i = 0; i < count; i++)
        history->placements[i] = (struct placement){
            .start = starts[i],
            .reference = fact_value(starts[i]->fact, walk->symbols->placement).of.text,
            .to = INSTANT_NEVER,
            .ordinary_from = INSTANT_NEVER,
        };
}

static struct instant next_ending_start(const struct history *history, size_t place) {
    if (place + 1 < history->n_placements)
        return history->placements[place + 1].start->occurred.at;
    return INSTANT_NEVER;
}

static void list_ordinary(struct history *history) {
    history->ordinary = ARENA_ARRAY(history->arena, const struct home *, history->n_homes);
    for (size_t i = 0; i < history->n_homes; i++)
        if (history->homes[i].ordinary_from.at.ms != INSTANT_NEVER.ms)
            history->ordinary[history->n_ordinary++] = &history->homes[i];
}

void placement_find(struct history *history) {
    const struct symbols *symbols = history->symbols;
    struct placement_walk walk = {
        .history = history,
        .symbols = symbols,
        .ends = reference_index(history, symbols->placement_ended, symbols->placement),
        .changes = reference_index(history, symbols->placement_changed, symbols->placement),
    };
    find_starts(&walk);
    for (size_t i = 0; i < history->n_placements; i++) {
        prepare(&walk, &history->placements[i], next_ending_start(history, i));
        take_start(&walk, &history->placements[i]);
    }
    settle_stay(&walk, history->moment->now);
    find_homes(&walk);
    list_ordinary(history);
}

const struct placement *history_placement_of(const struct history *history, const struct standing *start) {
    size_t low = 0, high = history->n_placements;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->placements[middle].start == start)
            return &history->placements[middle];
        if (history->placements[middle].start->place < start->place)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

size_t history_n_placements_before(const struct history *history, struct instant at) {
    size_t low = 0, high = history->n_placements;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->placements[middle].start->occurred.at.ms < at.ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct placement *home_placement(const struct history *history, const struct home *home, struct instant at) {
    for (size_t i = home->first + home->count; i-- > home->first;) {
        const struct placement *placement = &history->placements[i];
        if (placement->home == home && placement->ordinary_from.ms <= at.ms)
            return placement;
    }
    return &history->placements[home->first];
}

static bool type_has_field(const struct event_type *type, field_symbol field) {
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].symbol == field)
            return true;
    return false;
}

/* The latest placement.changed of this placement that carries the field and counts at the instant. A bare date on the
 * day of the start counts from the start. */
static const struct standing *last_change(const struct placement *placement, field_symbol field, struct instant at) {
    for (size_t i = placement->n_changes; i-- > 0;) {
        const struct standing *change = placement->changes[i].standing;
        if (change->occurred.at.ms <= at.ms && occurrence_on_or_before(placement->start->occurred, change->occurred) &&
            fact_value(change->fact, field).kind != VALUE_NONE)
            return change;
    }
    return NULL;
}

/* The placement of the same home before this one, or NULL. */
static const struct placement *placement_before(const struct history *history, const struct placement *placement) {
    for (const struct placement *p = placement; p-- > &history->placements[placement->home->first];)
        if (p->home == placement->home)
            return p;
    return NULL;
}

struct value home_value(const struct history *history, const struct home *home, field_symbol field, struct instant at,
                        const struct standing **ret_set_by) {
    const struct standing *set_by = NULL;
    struct value value = {.kind = VALUE_NONE};
    const struct placement *placement = home_placement(history, home, at);
    bool own = type_has_field(placement->start->fact->type, field);
    for (; placement != NULL && value.kind == VALUE_NONE;
         placement = own ? NULL : placement_before(history, placement)) {
        const struct standing *change = last_change(placement, field, at);
        set_by = change != NULL ? change : placement->start;
        value = fact_value(set_by->fact, field);
    }
    if (ret_set_by != NULL)
        *ret_set_by = set_by;
    return value;
}

/* Of the ordinary homes each ends before the next begins. */
const struct home *history_home_at(const struct history *history, struct instant at) {
    size_t low = 0, high = history->n_ordinary;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->ordinary[middle]->ordinary_from.at.ms <= at.ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && at.ms < history->ordinary[low - 1]->to.at.ms ? history->ordinary[low - 1] : NULL;
}
