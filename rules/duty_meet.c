/* duty_meet.c: the first fact that may meet a duty. A fact that is itself what opened another instance of the clock
 * meets the one before it, never its own. */
#include "duty_run.h"

#include <stdlib.h>

static bool matches(const struct meet *meet, const struct standing *fact, const struct fact *opening) {
    return filter_matches(&meet->filter, fact->fact, opening);
}

bool duty_meet_matches(const struct clock *clock, const struct standing *fact) {
    for (size_t i = 0; i < clock->n_meets; i++)
        if (matches(&clock->meets[i], fact, fact->fact))
            return true;
    return false;
}

static bool holds(const struct duty_run *run, const struct opening *opening, const struct meet *meet,
                  const struct standing *fact) {
    if (!matches(meet, fact, duty_opening_fact(run, opening)))
        return false;
    struct setting setting = duty_setting(run, opening);
    setting.at = fact->occurred;
    setting.fact = fact;
    return meet->when == NULL || expression_evaluate(meet->when, &setting) == TRUTH_YES;
}

/* On or after the opening, or so long before it as this may come early. */
static bool in_reach(const struct duty_run *run, const struct opening *opening, const struct meet *meet,
                     const struct standing *fact) {
    if (occurrence_on_or_before(opening->opened, fact->occurred))
        return true;
    struct limit back = {.number = -meet->early.number, .unit = meet->early.unit};
    return meet->early.number > 0 &&
           limit_day(run->history->calendar, back, opening->opened.day).day <= fact->occurred.day.day;
}

/* When it was done: as a rule when it happened; an earlier day where a field names one. */
static struct occurrence done_when(const struct duty_run *run, const struct meet *meet, const struct standing *fact) {
    struct value value = meet->at != FIELD_NONE ? fact_value(fact->fact, meet->at) : (struct value){.kind = VALUE_NONE};
    if (value.kind != VALUE_DATE || !date_before(value.of.date, fact->occurred.day))
        return fact->occurred;
    struct instant at = zone_midnight(calendar_zone(run->history->calendar), value.of.date);
    return (struct occurrence){.at = at, .day = value.of.date, .bare = true};
}

struct search {
    const struct meet *meets;
    size_t n_meets;
    size_t first; /* of run->meets to look at */
};

static struct met find(const struct duty_run *run, const struct opening *opening, const struct search *search) {
    bool in_order = opening->fact != NULL && duty_meet_matches(run->clock, opening->fact);
    for (size_t i = search->first; i < run->n_meets; i++) {
        const struct standing *fact = run->meets[i];
        if (run->piece.to.day.day < fact->occurred.day.day)
            break;
        if ((in_order && fact->place <= opening->fact->place) ||
            !occurrence_on_or_before(fact->occurred, run->piece.to))
            continue;
        for (size_t j = 0; j < search->n_meets; j++)
            if (in_reach(run, opening, &search->meets[j], fact) && holds(run, opening, &search->meets[j], fact))
                return (struct met){.fact = fact, .when = done_when(run, &search->meets[j], fact)};
    }
    return (struct met){0};
}

/* Each of them has come: it is met at the last. */
static struct met find_all(const struct duty_run *run, const struct opening *opening, size_t first) {
    struct met last = {0};
    for (size_t i = 0; i < run->clock->n_meets; i++) {
        struct search search = {.meets = &run->clock->meets[i], .n_meets = 1, .first = first};
        struct met met = find(run, opening, &search);
        if (met.fact == NULL)
            return met;
        if (last.fact == NULL || met.when.at.ms > last.when.at.ms)
            last = met;
    }
    return last;
}

struct met duty_meet_find(const struct duty_run *run, const struct opening *opening) {
    const struct clock *clock = run->clock;
    struct search search = {.meets = clock->meets, .n_meets = clock->n_meets};
    if (!clock->meets_early)
        search.first = history_n_before_day(run->meets, run->n_meets, opening->opened.day);
    return clock->meets_all ? find_all(run, opening, search.first) : find(run, opening, &search);
}

/* Of one type; a fact never cancels what it opened itself. */
static const struct standing *find_cancel(const struct duty_run *run, const struct opening *opening,
                                          const struct meet *cancel) {
    size_t count;
    const struct standing *const *all = history_of_type(run->history, cancel->filter.type, &count);
    for (size_t i = history_n_before_day(all, count, opening->opened.day); i < count; i++) {
        if (run->piece.to.day.day < all[i]->occurred.day.day)
            break;
        bool after = opening->fact == NULL || all[i]->place > opening->fact->place;
        if (after && occurrence_on_or_before(opening->opened, all[i]->occurred) && holds(run, opening, cancel, all[i]))
            return all[i];
    }
    return NULL;
}

const struct standing *duty_meet_find_cancel(const struct duty_run *run, const struct opening *opening) {
    const struct standing *first = NULL;
    for (size_t i = 0; i < run->clock->n_cancels; i++) {
        const struct standing *found = find_cancel(run, opening, &run->clock->cancels[i]);
        if (found != NULL && found->occurred.at.ms < run->piece.to.at.ms &&
            (first == NULL || found->place < first->place))
            first = found;
    }
    return first;
}

/* The facts of a type come once, whichever of the clock's filters names it. */
static bool named_before(const struct clock *clock, size_t place) {
    for (size_t i = 0; i < place; i++)
        if (clock->meets[i].filter.type == clock->meets[place].filter.type)
            return true;
    return false;
}

/* Whatever the opening. */
static bool may_meet(const struct clock *clock, const struct standing *fact) {
    for (size_t i = 0; i < clock->n_meets; i++)
        if (clock->meets[i].filter.of_opening || filter_matches(&clock->meets[i].filter, fact->fact, NULL))
            return true;
    return false;
}

void duty_meet_collect(struct duty_run *run) {
    const struct clock *clock = run->clock;
    size_t n_types = 0;
    run->n_meets = 0;
    for (size_t i = 0; i < clock->n_meets; i++) {
        if (named_before(clock, i))
            continue;
        size_t count;
        const struct event_type *type = clock->meets[i].filter.type;
        const struct standing *const *all = clock->meets_early ? history_of_type(run->history, type, &count)
                                                               : span_facts(run->history, &run->span, type, &count);
        for (size_t j = 0; j < count; j++)
            if (may_meet(clock, all[j]) && (clock->meets_early || span_contains(run->history, &run->span, all[j])))
                run->meets[run->n_meets++] = all[j];
        n_types++;
    }
    if (n_types > 1)
        qsort(run->meets, run->n_meets, sizeof *run->meets, standing_place_order);
}
