/* duty.c: the instances of duties.
 *
 * For each span of the clock's scope, and each part of it with the clock's profile, the openings are found in order;
 * each opens the first row that fits, is met by the first fact that may meet it, and ends with its part. The hard case
 * is an opening that lies before the profile began: the last one runs from the beginning of the profile (R11). */
#include "derive.h"

#include "span.h"

#include <stdlib.h>
#include <string.h>

struct opening {
    const struct standing *fact; /* NULL: the start of the span */
    struct occurrence opened;    /* what the limit is counted from */
    struct date law_day;         /* the date of the opening fact: chooses the law in force (R37) */
    size_t place;                /* among its like, from 1 */
    unsigned opener;
};

struct duty_run {
    const struct history *history;
    const struct clock *clock;
    struct derivation *derivation;
    struct span_of span;
    struct piece piece;
    size_t n_meets; /* facts of the span that may meet, in order */
    const struct standing **meets;
    const uint32_t *numbers; /* by place of standing: its number among those of its anchor and date */
};

/* A stay becomes a placement when the one below it ends (R14): its scope begins then. */
static struct occurrence scope_from(const struct duty_run *run) {
    if (run->clock->from_profile)
        return run->piece.from;
    return run->span.home != NULL ? run->span.home->ordinary_from : run->span.from;
}

static struct setting setting_at(const struct duty_run *run, const struct opening *opening) {
    return (struct setting){
        .history = run->history,
        .kind = run->span.kind,
        .scope_from = scope_from(run),
        .period = run->span.period,
        .home = run->span.home,
        .episode = run->span.episode,
        .at = opening->opened,
        .opening = opening->fact,
        .place = opening->place,
        .fact = opening->fact,
    };
}

/* Meeting ------------------------------------------------------------------------------------------------------------
 */

static bool matches_meet(const struct meet *meet, const struct standing *fact, const struct standing *opening) {
    return filter_matches(&meet->filter, fact->fact, opening != NULL ? opening->fact : NULL);
}

static bool is_meet(const struct clock *clock, const struct standing *fact) {
    for (size_t i = 0; i < clock->n_meets; i++)
        if (matches_meet(&clock->meets[i], fact, fact))
            return true;
    return false;
}

static bool meets_with(const struct duty_run *run, const struct opening *opening, const struct standing *fact) {
    for (size_t i = 0; i < run->clock->n_meets; i++) {
        const struct meet *meet = &run->clock->meets[i];
        if (!matches_meet(meet, fact, opening->fact))
            continue;
        struct setting setting = setting_at(run, opening);
        setting.at = fact->occurred;
        setting.fact = fact;
        if (meet->when == NULL || expression_evaluate(meet->when, &setting) == TRUTH_YES)
            return true;
    }
    return false;
}

static const struct standing *find_meeting(const struct duty_run *run, const struct opening *opening) {
    bool in_order = opening->fact != NULL && is_meet(run->clock, opening->fact);
    for (size_t i = 0; i < run->n_meets; i++) {
        const struct standing *fact = run->meets[i];
        if (in_order && fact->place <= opening->fact->place)
            continue;
        if (occurrence_on_or_before(opening->opened, fact->occurred) &&
            occurrence_on_or_before(fact->occurred, run->piece.to) && meets_with(run, opening, fact))
            return fact;
    }
    return NULL;
}

static int by_place(const void *a, const void *b) {
    const struct standing *one = *(const struct standing *const *) a, *other = *(const struct standing *const *) b;
    return (one->place > other->place) - (one->place < other->place);
}

static void collect_meets(struct duty_run *run) {
    const struct history *history = run->history;
    size_t capacity = 0, count;
    for (size_t i = 0; i < run->clock->n_meets; i++) {
        (void) history_of_type(history, run->clock->meets[i].filter.type, &count);
        capacity += count;
    }
    run->meets = ARENA_ARRAY(history->arena, const struct standing *, capacity);
    run->n_meets = 0;
    for (size_t i = 0; i < run->clock->n_meets; i++) {
        const struct event_type *type = run->clock->meets[i].filter.type;
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen |= run->clock->meets[j].filter.type == type;
        const struct standing *const *all = history_of_type(history, type, &count);
        for (size_t j = 0; j < count && !seen; j++)
            if (span_contains(history, &run->span, all[j]))
                run->meets[run->n_meets++] = all[j];
    }
    qsort(run->meets, run->n_meets, sizeof *run->meets, by_place);
}

/* Instances ----------------------------------------------------------------------------------------------------------
 */

static bool in_force(const struct in_force *in_force, struct date day) {
    return in_force->from.day <= day.day && day.day <= in_force->to.day;
}

static const struct rule *choose_row(const struct duty_run *run, const struct opening *opening, enum truth *ret_truth) {
    struct setting setting = setting_at(run, opening);
    for (size_t i = 0; i < run->clock->n_rows; i++) {
        const struct rule *row = &run->clock->rows[i];
        if ((row->openers & 1u << opening->opener) == 0 || !in_force(&row->in_force, opening->law_day))
            continue;
        *ret_truth = row->when != NULL ? expression_evaluate(row->when, &setting) : TRUTH_YES;
        if (*ret_truth != TRUTH_NO)
            return row;
    }
    return NULL;
}

/* The number a plan gives: of the latest such fact at the opening; without one the limit is unset (R36). */
static bool limit_of_field(const struct duty_run *run, const struct limit_choice *choice, struct instant at,
                           struct limit *ret_limit) {
    size_t count;
    const struct standing *const *all = history_of_type(run->history, choice->field_of.type, &count);
    bool found = false;
    for (size_t i = 0; i < count && all[i]->occurred.at.ms <= at.ms; i++) {
        struct value value = fact_value(all[i]->fact, choice->field);
        if (!filter_matches(&choice->field_of, all[i]->fact, NULL) || value.kind != VALUE_NUMBER)
            continue;
        found = value.of.number >= 1 && value.of.number <= LIMIT_NUMBER_MAX;
        if (found)
            *ret_limit = (struct limit){.number = (int32_t) value.of.number, .unit = choice->limit.unit};
    }
    return found;
}

static void set_deadline(const struct duty_run *run, const struct opening *opening, struct derived *derived) {
    struct setting setting = setting_at(run, opening);
    for (size_t i = 0; i < derived->rule->n_limits; i++) {
        const struct limit_choice *choice = &derived->rule->limits[i];
        enum truth truth = choice->when != NULL ? expression_evaluate(choice->when, &setting) : TRUTH_YES;
        if (truth == TRUTH_NO)
            continue;
        if (truth == TRUTH_UNKNOWN)
            return;
        struct limit limit = choice->limit;
        derived->choice = choice;
        derived->unset = choice->kind == LIMIT_UNSET ||
                         (choice->kind == LIMIT_FIELD && !limit_of_field(run, choice, opening->opened.at, &limit));
        if (derived->unset)
            return;
        derived->limit = limit;
        derived->deadline = limit_deadline(run->history->calendar, limit, derived->rule->lead, opening->opened);
        derived->face.due_at = derived->deadline.due_at;
        derived->face.due_soon_at = derived->deadline.due_soon_at;
        derived->face.provisional = derived->deadline.provisional;
        return;
    }
}

static enum instance_state state_of(struct moment *moment, const struct instance *face) {
    bool unknown = face->due_at.ms == INSTANT_NEVER.ms;
    if (face->met_at.ms != INSTANT_NEVER.ms)
        return face->met_at.ms < face->due_at.ms ? INSTANCE_MET : INSTANCE_MET_LATE;
    if (moment_reached(moment, face->ended_at))
        return INSTANCE_CANCELLED;
    if (unknown)
        return INSTANCE_UNKNOWN;
    if (moment_reached(moment, face->due_at))
        return INSTANCE_OVERDUE;
    return moment_reached(moment, face->due_soon_at) ? INSTANCE_DUE_SOON : INSTANCE_OPEN;
}

static const char *anchor_of(const struct duty_run *run, const struct opening *opening) {
    const struct history *history = run->history;
    if (opening->fact == NULL)
        return span_anchor(history, &run->span);
    const struct event_type *type = opening->fact->fact->type;
    const char *kind = run->clock->openers[opening->opener].anchor;
    if (kind == NULL)
        kind = anchor_noun(history, type);
    if (type->identity == FIELD_NONE)
        return anchor_dated(history, kind, opening->fact->first->occurred.day, run->numbers[opening->fact->place]);
    if (strcmp(type->name, "placement.started") == 0)
        return arena_printf(history->arena, "%s:%s", kind, anchor_placement(history, opening->fact));
    return arena_printf(history->arena, "%s:%s", kind, fact_value(opening->fact->fact, type->identity).of.text);
}

static void set_evidence(const struct duty_run *run, struct derived *derived, const struct standing *opened,
                         const struct standing *met) {
    struct evidence *evidence = ARENA_ARRAY(run->history->arena, struct evidence, 2);
    size_t count = 0;
    if (opened != NULL)
        evidence[count++] = evidence_of(run->history, opened, "opened");
    if (met != NULL)
        evidence[count++] = evidence_of(run->history, met, "met");
    derived->face.evidence = evidence;
    derived->face.n_evidence = count;
}

static void open_duty(const struct duty_run *run, const struct opening *opening) {
    if (run->piece.to.at.ms <= opening->opened.at.ms)
        return; /* R24 */
    const struct expression *when = run->clock->openers[opening->opener].when;
    struct setting setting = setting_at(run, opening);
    if (when != NULL && expression_evaluate(when, &setting) != TRUTH_YES)
        return;
    enum truth fits = TRUTH_NO;
    const struct rule *rule = choose_row(run, opening, &fits);
    if (rule == NULL)
        return;
    struct derived *derived = derivation_add(run->derivation);
    derived->rule = rule;
    derived->opened = opening->opened;
    derived->face = (struct instance){
        .rule = &rule->face,
        .anchor = anchor_of(run, opening),
        .opened_at = opening->opened.at,
        .due_at = INSTANT_NEVER,
        .due_soon_at = INSTANT_NEVER,
        .met_at = INSTANT_NEVER,
        .ended_at = run->piece.to.at,
    };
    if (fits == TRUTH_YES)
        set_deadline(run, opening, derived);
    const struct standing *met = find_meeting(run, opening);
    if (met != NULL)
        derived->face.met_at = met->occurred.at;
    set_evidence(run, derived, opening->fact != NULL ? opening->fact : run->span.start, met);
    derived->face.state = state_of(run->history->moment, &derived->face);
}

/* Openings -----------------------------------------------------------------------------------------------------------
 */

static bool in_piece(const struct duty_run *run, const struct standing *fact) {
    return occurrence_on_or_before(run->piece.from, fact->occurred) &&
           occurrence_on_or_before(fact->occurred, run->piece.to);
}

static bool was_met_before(const struct duty_run *run) {
    for (size_t i = 0; i < run->n_meets; i++)
        if (is_meet(run->clock, run->meets[i]) && run->meets[i]->occurred.at.ms < run->piece.from.at.ms)
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
    open_duty(run, &opening);
}

static struct occurrence later_occurrence(struct occurrence a, struct occurrence b) {
    return a.at.ms >= b.at.ms ? a : b;
}

/* What came before the part: kept to take the last of all openers, and how it is counted. */
struct carried {
    struct opening opening;
    bool found;
};

static void keep_last(struct carried *carried, const struct opening *opening) {
    if (carried->found && carried->opening.fact->place > opening->fact->place)
        return;
    carried->opening = *opening;
    carried->found = true;
}

static bool counts_before_start(const struct duty_run *run, const struct opener *opener, const struct standing *fact) {
    if (opener->before_start.number == 0 || fact->occurred.at.ms >= run->span.from.at.ms)
        return false;
    struct limit back = {.number = -opener->before_start.number, .unit = opener->before_start.unit};
    return limit_day(run->history->calendar, back, run->span.from.day).day <= fact->occurred.day.day;
}

struct openings {
    size_t count, capacity;
    struct opening *list;
    struct carried carried;
};

static void take_fact(const struct duty_run *run, unsigned number, const struct standing *fact, size_t place,
                      struct openings *openings) {
    const struct opener *opener = &run->clock->openers[number];
    struct opening opening = {
        .fact = fact,
        .opened = later_occurrence(fact->occurred, run->piece.from),
        .law_day = fact->occurred.day,
        .place = place,
        .opener = number,
    };
    if (in_piece(run, fact))
        openings->list[openings->count++] = opening;
    else if (opener->carry && !opener->first_only && fact->occurred.at.ms < run->piece.from.at.ms)
        keep_last(&openings->carried, &opening);
}

/* The first stay of a part may have begun before it and still go on (R35, R53): the latest of those counts. */
static const struct standing *stay_in_progress(const struct duty_run *run, const struct opener *opener) {
    const struct history *history = run->history;
    const struct standing *found = NULL;
    for (size_t i = 0; i < history->n_placements; i++) {
        const struct placement *placement = &history->placements[i];
        if (placement->period == run->span.period && !in_piece(run, placement->start) &&
            placement->start->occurred.at.ms < run->piece.from.at.ms && run->piece.from.at.ms < placement->to.ms &&
            filter_matches(&opener->filter, placement->start->fact, NULL))
            found = placement->start;
    }
    return found;
}

static bool take_stay_in_progress(const struct duty_run *run, unsigned number, struct openings *openings) {
    const struct opener *opener = &run->clock->openers[number];
    const struct standing *stay = opener->first_only ? stay_in_progress(run, opener) : NULL;
    if (stay == NULL)
        return false;
    openings->list[openings->count++] = (struct opening){
        .fact = stay, .opened = run->piece.from, .law_day = stay->occurred.day, .place = 1, .opener = number};
    return true;
}

static void collect_openings(const struct duty_run *run, unsigned number, struct openings *openings) {
    const struct opener *opener = &run->clock->openers[number];
    size_t count, place = 0, before = openings->count;
    if (take_stay_in_progress(run, number, openings))
        return;
    const struct standing *const *all = history_of_type(run->history, opener->filter.type, &count);
    for (size_t i = 0; i < count; i++) {
        if (!filter_matches(&opener->filter, all[i]->fact, NULL))
            continue;
        bool counted = run->clock->from_profile ? in_piece(run, all[i]) : true;
        if (counted && span_contains(run->history, &run->span, all[i])) {
            take_fact(run, number, all[i], ++place, openings);
            if (opener->first_only && openings->count > before)
                return;
        } else if (counts_before_start(run, opener, all[i])) {
            struct opening opening = {
                .fact = all[i], .opened = all[i]->occurred, .law_day = all[i]->occurred.day, .opener = number};
            keep_last(&openings->carried, &opening);
        }
    }
}

static int by_fact(const void *a, const void *b) {
    const struct opening *one = a, *other = b;
    if (one->fact->place != other->fact->place)
        return one->fact->place < other->fact->place ? -1 : 1;
    return (one->opener > other->opener) - (one->opener < other->opener);
}

static void derive_piece(struct duty_run *run, size_t capacity) {
    struct openings openings = {.list = ARENA_ARRAY(run->history->arena, struct opening, capacity)};
    for (unsigned i = 0; i < run->clock->n_openers; i++)
        if (run->clock->openers[i].start)
            open_by_start(run, i);
        else
            collect_openings(run, i, &openings);
    if (openings.carried.found)
        open_duty(run, &openings.carried.opening);
    qsort(openings.list, openings.count, sizeof *openings.list, by_fact);
    for (size_t i = 0; i < openings.count; i++)
        open_duty(run, &openings.list[i]);
}

static void end_piece(struct duty_run *run) {
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

/* Numbers among those of one anchor and date ----------------------------------------------------------------------- */

static int by_first(const void *a, const void *b) {
    const struct standing *one = *(const struct standing *const *) a, *other = *(const struct standing *const *) b;
    if (one->first->occurred.day.day != other->first->occurred.day.day)
        return one->first->occurred.day.day < other->first->occurred.day.day ? -1 : 1;
    int order = standing_recorded_order(one->first, other->first);
    return order != 0 ? order : (one->place > other->place) - (one->place < other->place);
}

static bool same_anchor(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void number_anchor(const struct duty_run *run, unsigned opener, uint32_t *numbers) {
    const struct history *history = run->history;
    const struct clock *clock = run->clock;
    const struct standing **all = ARENA_ARRAY(history->arena, const struct standing *, history->count);
    size_t n_all = 0;
    for (size_t i = 0; i < history->count; i++)
        for (unsigned o = 0; o < clock->n_openers; o++)
            if (!clock->openers[o].start && same_anchor(clock->openers[o].anchor, clock->openers[opener].anchor) &&
                filter_matches(&clock->openers[o].filter, history->standings[i].fact, NULL)) {
                all[n_all++] = &history->standings[i];
                break;
            }
    qsort(all, n_all, sizeof *all, by_first);
    for (size_t i = 0, number = 1; i < n_all; i++, number++) {
        if (i > 0 && !date_equal(all[i - 1]->first->occurred.day, all[i]->first->occurred.day))
            number = 1;
        numbers[all[i]->place] = (uint32_t) number;
    }
}

static size_t number_anchors(struct duty_run *run) {
    uint32_t *numbers = ARENA_ARRAY(run->history->arena, uint32_t, run->history->count);
    size_t capacity = 0, count;
    for (unsigned i = 0; i < run->clock->n_openers; i++) {
        const struct opener *opener = &run->clock->openers[i];
        if (opener->start)
            continue;
        (void) history_of_type(run->history, opener->filter.type, &count);
        capacity += count;
        if (count > 0 && opener->filter.type->identity == FIELD_NONE)
            number_anchor(run, i, numbers);
    }
    run->numbers = numbers;
    return capacity;
}

void duty_derive(const struct history *history, const struct clock *clock, struct derivation *derivation) {
    struct duty_run run = {.history = history, .clock = clock, .derivation = derivation};
    size_t n_spans = span_count(history, clock->scope);
    if (n_spans == 0)
        return;
    size_t capacity = number_anchors(&run);
    for (size_t i = 0; i < n_spans; i++) {
        run.span = span_get(history, clock->scope, i);
        if (run.span.home != NULL && run.span.home->ordinary_from.at.ms == INSTANT_NEVER.ms)
            continue;
        struct piece *pieces;
        size_t n_pieces = span_pieces(history, &run.span, clock->profile, &pieces);
        if (n_pieces == 0)
            continue;
        collect_meets(&run);
        for (size_t j = 0; j < n_pieces; j++) {
            run.piece = pieces[j];
            end_piece(&run);
            derive_piece(&run, capacity);
        }
    }
}
