/* duty_open.c: openings by no fact: birthdays, school terms, and the first instant at which a condition holds. Each is
 * an instant of the clock: one still ahead opens nothing and is noted, so that it is looked at again then. */
#include "duty_run.h"
#include "risk_run.h"

/* A birthday that opens so long before itself opens at the beginning of the part, if that lies between the two. */
static struct occurrence opened_at(const struct duty_run *run, struct date day, struct date birthday) {
    struct occurrence from = run->piece.from;
    if (from.at.ms != INSTANT_DAWN.ms && date_before(day, from.day) && !date_before(birthday, from.day))
        return from;
    return (struct occurrence){.at = zone_midnight(calendar_zone(run->history->calendar), day), .day = day};
}

static bool is_in_piece(const struct duty_run *run, struct occurrence at) {
    return run->piece.from.at.ms <= at.at.ms && at.at.ms < run->piece.to.at.ms &&
           moment_reached(run->history->moment, at.at);
}

void duty_open_birthdays(const struct duty_run *run, unsigned number) {
    const struct history *history = run->history;
    const struct opener *opener = &run->clock->openers[number];
    struct limit back = {.number = -opener->less.number, .unit = opener->less.unit};
    for (size_t i = 0; i < opener->n_ages && history->has_birth; i++) {
        struct date birthday = date_birthday(history->born, opener->ages[i]);
        struct opening opening = {
            .opened = opened_at(run, limit_day(history->calendar, back, birthday), birthday),
            .place = i + 1,
            .opener = number,
            .age = opener->ages[i],
        };
        if (!is_in_piece(run, opening.opened))
            continue;
        opening.law_day = opening.opened.day;
        opening.anchor = arena_printf(history->arena, "%s:%d", opener->anchor, opener->ages[i]);
        duty_instance_open(run, &opening);
    }
}

void duty_open_terms(const struct duty_run *run, unsigned number) {
    const struct history *history = run->history;
    const struct school *school = calendar_school(history->calendar);
    for (size_t i = 0; i < school->n_terms; i++) {
        struct date day = school->terms[i].start;
        struct opening opening = {
            .opened = {.at = zone_midnight(calendar_zone(history->calendar), day), .day = day},
            .law_day = day,
            .place = i + 1,
            .opener = number,
        };
        if (!is_in_piece(run, opening.opened))
            continue;
        opening.anchor = anchor_dated(history, run->clock->openers[number].anchor, day, 1);
        duty_instance_open(run, &opening);
    }
}

/* The instants at which the condition may change are those of a risk that is that state. */
static void find_edges(const struct duty_run *run, const struct expression *condition, struct risk_run *ret_edges) {
    size_t n_mentions = expression_mentions(condition, NULL);
    struct mention *mentions = ARENA_ARRAY(run->history->arena, struct mention, n_mentions);
    (void) expression_mentions(condition, mentions);
    *ret_edges = (struct risk_run){.history = run->history, .span = run->span};
    if (run->piece.from.at.ms != INSTANT_DAWN.ms) /* of a life: what came before the first fact is not known */
        risk_add_edge(ret_edges, run->piece.from.at);
    risk_state_find_edges(ret_edges, mentions, n_mentions);
}

void duty_open_becoming(const struct duty_run *run, unsigned number) {
    const struct opener *opener = &run->clock->openers[number];
    struct risk_run edges;
    find_edges(run, opener->becomes, &edges);
    for (size_t i = 0; i < edges.n_edges; i++) {
        struct opening opening = {
            .opened = occurrence_at(run->history, edges.edges[i], false), .place = 1, .opener = number};
        if (!is_in_piece(run, opening.opened))
            continue;
        struct setting setting = duty_setting(run, &opening);
        if (expression_evaluate(opener->becomes, &setting) != TRUTH_YES)
            continue;
        opening.law_day = opening.opened.day;
        opening.anchor = anchor_dated(run->history, opener->anchor, opening.law_day, 1);
        duty_instance_open(run, &opening);
        return;
    }
}
