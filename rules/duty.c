/* duty.c: the instances of duties.
 *
 * For each span of the clock's scope, and each part of it with the clock's profile, the openings are found in order;
 * each opens the first row that fits, is met by the first fact that may meet it, and ends with its part. The hard case
 * is an opening that lies before the profile began: the last one runs from the beginning of the profile (R11). */
#include "duty_run.h"

#include "value.h"

#include <stdlib.h>

/* A stay becomes a placement when the one below it ends (R14): its scope begins then. */
static struct occurrence scope_from(const struct duty_run *run) {
    if (run->clock->from_profile)
        return run->piece.from;
    return run->span.home != NULL ? run->span.home->ordinary_from : run->span.from;
}

struct setting duty_setting(const struct duty_run *run, const struct opening *opening) {
    static const char *const opened_by[] = {
        [OPENER_START] = "start", [OPENER_BIRTHDAY] = "birthday", [OPENER_TERM] = "term", [OPENER_BECOMES] = "becomes"};
    return (struct setting){
        .history = run->history,
        .kind = run->span.kind,
        .scope_from = scope_from(run),
        .period = run->span.period,
        .home = run->span.home,
        .episode = run->span.episode,
        .at = opening->opened,
        .opening = opening->fact,
        .opened_by = opened_by[run->clock->openers[opening->opener].kind],
        .begun = run->span.start,
        .place = opening->place,
        .fact = opening->fact,
    };
}

const struct fact *duty_opening_fact(const struct duty_run *run, const struct opening *opening) {
    const struct standing *standing = opening->fact != NULL ? opening->fact : run->span.start;
    return standing != NULL ? standing->fact : NULL;
}

static bool in_piece(const struct duty_run *run, const struct standing *fact) {
    return occurrence_on_or_before(run->piece.from, fact->occurred) &&
           occurrence_on_or_before(fact->occurred, run->piece.to);
}

/* In this span: where a duty may be met early the facts of earlier ones stand beside its own. */
static bool was_met_before(const struct duty_run *run) {
    for (size_t i = 0; i < run->n_meets && run->meets[i]->occurred.at.ms < run->piece.from.at.ms; i++)
        if (span_contains(run->history, &run->span, run->meets[i]) && duty_meet_matches(run->clock, run->meets[i]))
            return true;
    return false;
}

static void open_by_start(const struct duty_run *run, unsigned opener) {
    bool later = run->piece.from.at.ms > run->span.from.at.ms;
    if (run->clock->once && later && was_met_before(run))
        return;
    struct opening opening = {
        .opened = run->piece.from,
        .law_day = run->clock->from_profile ? run->piece.from.day : run->span.from.day,
        .place = 1,
        .opener = opener,
    };
    duty_instance_open(run, &opening);
}

static struct occurrence later_occurrence(struct occurrence a, struct occurrence b) {
    return a.at.ms >= b.at.ms ? a : b;
}

static void keep_last(struct openings *openings, const struct opening *opening) {
    if (openings->carried && openings->last_before.fact->place > opening->fact->place)
        return;
    openings->last_before = *opening;
    openings->carried = true;
}

/* The last one that lies so long before the scope began counts too, from itself (R27): unless one that belongs to the
 * scope by its day, though its 00:00 lies before it, came after. */
static void keep_before_start(struct duty_run *run, unsigned number) {
    const struct opener *opener = &run->clock->openers[number];
    if (opener->before_start.number == 0)
        return;
    struct limit back = {.number = -opener->before_start.number, .unit = opener->before_start.unit};
    struct date from = limit_day(run->history->calendar, back, run->span.from.day);
    size_t count;
    const struct standing *const *all = history_of_type(run->history, opener->filter.type, &count);
    for (size_t i = history_n_before_day(all, count, from); i < count && all[i]->occurred.at.ms < run->span.from.at.ms;
         i++) {
        struct opening opening = {
            .fact = all[i], .opened = all[i]->occurred, .law_day = all[i]->occurred.day, .opener = number};
        if (!filter_matches(&opener->filter, all[i]->fact, NULL))
            continue;
        if (span_contains(run->history, &run->span, all[i]))
            run->openings.carried = false;
        else
            keep_last(&run->openings, &opening);
    }
}

static void take_fact(struct duty_run *run, unsigned number, const struct standing *fact, size_t place) {
    const struct opener *opener = &run->clock->openers[number];
    struct opening opening = {
        .fact = fact,
        .opened = later_occurrence(fact->occurred, run->piece.from),
        .law_day = fact->occurred.day,
        .place = place,
        .opener = number,
    };
    if (in_piece(run, fact))
        run->openings.list[run->openings.count++] = opening;
    else if (opener->carry && !opener->first_only && fact->occurred.at.ms < run->piece.from.at.ms)
        keep_last(&run->openings, &opening);
}

/* The first stay of a part may have begun before it and still go on (R35, R53): the earliest of those counts.
 * Placements of an earlier period are not looked at. */
static const struct standing *stay_in_progress(const struct duty_run *run, const struct opener *opener) {
    const struct history *history = run->history;
    const struct standing *first = NULL;
    for (size_t i = history_n_placements_before(history, run->piece.from.at); i-- > 0;) {
        const struct placement *placement = &history->placements[i];
        if (placement->period != NULL && placement->period != run->span.period)
            break;
        if (placement->period == run->span.period && !in_piece(run, placement->start) &&
            run->piece.from.at.ms < placement->to.ms && filter_matches(&opener->filter, placement->start->fact, NULL))
            first = placement->start;
    }
    return first;
}

static bool take_stay_in_progress(struct duty_run *run, unsigned number) {
    const struct opener *opener = &run->clock->openers[number];
    const struct standing *stay = opener->first_only ? stay_in_progress(run, opener) : NULL;
    if (stay == NULL)
        return false;
    run->openings.list[run->openings.count++] = (struct opening){
        .fact = stay, .opened = run->piece.from, .law_day = stay->occurred.day, .place = 1, .opener = number};
    return true;
}

/* Of those with its value in the field that the opener tells them apart by; without one each is a first. */
static bool is_first_with_value(const struct opener *opener, const struct standing *const *all, size_t place) {
    struct value value = fact_value(all[place]->fact, opener->first_by);
    for (size_t i = 0; i < place && value.kind == VALUE_TEXT; i++)
        if (value_is(fact_value(all[i]->fact, opener->first_by), value.of.text) &&
            filter_matches(&opener->filter, all[i]->fact, NULL))
            return false;
    return true;
}

static void collect_openings(struct duty_run *run, unsigned number) {
    const struct opener *opener = &run->clock->openers[number];
    size_t count, place = 0, before = run->openings.count;
    if (take_stay_in_progress(run, number))
        return;
    keep_before_start(run, number);
    const struct standing *const *all = span_facts(run->history, &run->span, opener->filter.type, &count);
    for (size_t i = 0; i < count; i++) {
        bool counted = !run->clock->from_profile || in_piece(run, all[i]);
        if (!counted || !filter_matches(&opener->filter, all[i]->fact, NULL) ||
            !span_contains(run->history, &run->span, all[i]))
            continue;
        ++place;
        if (opener->first_by != FIELD_NONE && !is_first_with_value(opener, all, i))
            continue;
        take_fact(run, number, all[i], place);
        if (opener->first_only && run->openings.count > before)
            return;
    }
}

static int by_fact(const void *a, const void *b) {
    const struct opening *one = a, *other = b;
    if (one->fact->place != other->fact->place)
        return one->fact->place < other->fact->place ? -1 : 1;
    return (one->opener > other->opener) - (one->opener < other->opener);
}

static void open_by(struct duty_run *run, unsigned opener) {
    switch (run->clock->openers[opener].kind) {
    case OPENER_START:
        open_by_start(run, opener);
        break;
    case OPENER_BIRTHDAY:
        duty_open_birthdays(run, opener);
        break;
    case OPENER_TERM:
        duty_open_terms(run, opener);
        break;
    case OPENER_BECOMES:
        duty_open_becoming(run, opener);
        break;
    case OPENER_FACT:
        collect_openings(run, opener);
        break;
    }
}

static void derive_piece(struct duty_run *run) {
    struct openings *openings = &run->openings;
    openings->count = 0;
    openings->carried = false;
    for (unsigned i = 0; i < run->clock->n_openers; i++)
        open_by(run, i);
    if (openings->carried)
        duty_instance_open(run, &openings->last_before);
    if (run->clock->n_openers > 1)
        qsort(openings->list, openings->count, sizeof *openings->list, by_fact);
    for (size_t i = 0; i < openings->count; i++)
        duty_instance_open(run, &openings->list[i]);
}

/* A birthday ends the part as the span ends: at 00:00. */
static void end_by_age(struct duty_run *run) {
    if (run->clock->until_age == 0 || !run->history->has_birth)
        return;
    struct instant birthday = history_birthday(run->history, run->clock->until_age);
    if (birthday.ms < run->piece.to.at.ms)
        run->piece.to = occurrence_at(run->history, birthday, false);
}

static void end_piece(struct duty_run *run) {
    end_by_age(run);
    for (size_t i = 0; i < run->clock->n_ends; i++) {
        size_t count;
        const struct filter *filter = &run->clock->ends[i];
        const struct standing *const *all = history_of_type(run->history, filter->type, &count);
        for (size_t j = 0; j < count; j++)
            if (filter_matches(filter, all[j]->fact, NULL) && all[j]->occurred.at.ms < run->piece.to.at.ms &&
                occurrence_on_or_before(run->piece.from, all[j]->occurred))
                run->piece.to = all[j]->occurred;
    }
}

static size_t n_of_type(const struct history *history, const struct event_type *type) {
    size_t count;
    (void) history_of_type(history, type, &count);
    return count;
}

/* Once a clock, and only where it has anything to run over. */
static void prepare(struct duty_run *run) {
    size_t n_meets = 0, n_openings = 0;
    for (size_t i = 0; i < run->clock->n_meets; i++)
        n_meets += n_of_type(run->history, run->clock->meets[i].filter.type);
    for (size_t i = 0; i < run->clock->n_openers; i++)
        if (opener_is_fact(&run->clock->openers[i]))
            n_openings += n_of_type(run->history, run->clock->openers[i].filter.type);
    run->meets = ARENA_ARRAY(run->history->arena, const struct standing *, n_meets);
    run->openings.list = ARENA_ARRAY(run->history->arena, struct opening, n_openings);
    run->numbers = duty_number_find(run->history, run->clock);
}

static void derive_span(struct duty_run *run) {
    struct piece *pieces;
    size_t n_pieces = span_pieces(run->history, &run->span, run->clock->profile, &pieces);
    if (n_pieces == 0)
        return;
    if (run->meets == NULL)
        prepare(run);
    duty_meet_collect(run);
    for (size_t i = 0; i < n_pieces; i++) {
        run->piece = pieces[i];
        end_piece(run);
        derive_piece(run);
    }
}

static bool is_about(const struct clock *clock, const char *subject_kind) {
    for (size_t i = 0; clock->subjects[i] != NULL; i++)
        if (strcmp(clock->subjects[i], subject_kind != NULL ? subject_kind : "child") == 0)
            return true;
    return false;
}

/* Most clocks have nothing to do for most subjects. */
static bool may_open(const struct history *history, const struct clock *clock) {
    for (size_t i = 0; i < clock->n_openers; i++)
        if (!opener_is_fact(&clock->openers[i]) || n_of_type(history, clock->openers[i].filter.type) > 0)
            return true;
    return false;
}

static size_t n_spans_of(const struct history *history, const struct clock *clock) {
    size_t count;
    if (clock->scope != SCOPE_SPAN)
        return span_count(history, clock->scope);
    (void) spans_of(history, clock->span, &count);
    return count;
}

static struct span_of span_at(const struct history *history, const struct clock *clock, size_t place) {
    struct span_of span =
        clock->scope == SCOPE_SPAN ? span_named(history, clock->span, place) : span_get(history, clock->scope, place);
    if (clock->after_death)
        span.to = occurrence_at(history, INSTANT_NEVER, false);
    return span;
}

void duty_derive(const struct history *history, const struct clock *clock, struct derivation *derivation) {
    struct duty_run run = {.history = history, .clock = clock, .derivation = derivation};
    if (!is_about(clock, history->subject_kind) || !may_open(history, clock))
        return;
    size_t n_spans = n_spans_of(history, clock);
    for (size_t i = 0; i < n_spans; i++) {
        run.span = span_at(history, clock, i);
        if (run.span.home == NULL || run.span.home->ordinary_from.at.ms != INSTANT_NEVER.ms)
            derive_span(&run);
    }
}
