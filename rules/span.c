#include "span.h"

#include "matched.h"
#include "value.h"

static const struct occurrence dawn = {.at = {INT64_MIN}, .day = {INT32_MIN}};
static const struct occurrence never = {.at = {INT64_MAX}, .day = {INT32_MAX}};

size_t span_count(const struct history *history, enum scope_kind kind) {
    switch (kind) {
    case SCOPE_LIFE:
        return 1;
    case SCOPE_CARE:
        return history->n_periods;
    case SCOPE_PLACEMENT:
        return history->n_homes;
    case SCOPE_EPISODE:
        return history->n_episodes;
    case SCOPE_SPAN:
    case N_SCOPES:
        break;
    }
    return 0;
}

static struct span_of life(const struct history *history) {
    return (struct span_of){
        .kind = SCOPE_LIFE, .from = dawn, .to = history->death != NULL ? history->death->occurred : never};
}

static struct span_of episode_span(const struct history *history, const struct episode *episode) {
    struct span_of span = life(history);
    span.kind = SCOPE_EPISODE;
    span.episode = episode;
    span.start = episode->start;
    if (episode->start != NULL)
        span.from = episode->start->occurred;
    else if (episode->end != NULL)
        span.from = episode->end->occurred;
    if (episode->end != NULL && episode->end->occurred.at.ms < span.to.at.ms)
        span.to = episode->end->occurred;
    return span;
}

struct span_of span_get(const struct history *history, enum scope_kind kind, size_t place) {
    if (kind == SCOPE_CARE) {
        const struct period *period = &history->periods[place];
        return (struct span_of){
            .kind = kind, .period = period, .from = period->from, .to = period->to, .start = period->start};
    }
    if (kind == SCOPE_PLACEMENT) {
        const struct home *home = &history->homes[place];
        return (struct span_of){.kind = kind,
                                .period = home->period,
                                .home = home,
                                .from = home->from,
                                .to = home->to,
                                .start = history->placements[home->first].start};
    }
    if (kind == SCOPE_EPISODE)
        return episode_span(history, &history->episodes[place]);
    return life(history);
}

struct span_of span_named(const struct history *history, const struct named_span *named, size_t place) {
    size_t count;
    const struct stretch *stretch = spans_of(history, named, &count) + place;
    return (struct span_of){.kind = SCOPE_SPAN,
                            .named = named,
                            .stretch = stretch,
                            .from = stretch->from,
                            .to = stretch->to,
                            .start = stretch->start};
}

static struct occurrence later_of(struct occurrence a, struct occurrence b) {
    if (a.at.ms == b.at.ms)
        return a.bare ? a : b;
    return a.at.ms > b.at.ms ? a : b;
}

static struct occurrence earlier_of(struct occurrence a, struct occurrence b) {
    if (a.at.ms == b.at.ms)
        return a.bare ? a : b;
    return a.at.ms < b.at.ms ? a : b;
}

static struct piece whole(const struct span_of *span) {
    struct piece piece = {.from = span->from, .to = span->to};
    if (span->kind == SCOPE_PLACEMENT)
        piece.from = span->home->ordinary_from;
    return piece;
}

static struct piece piece_of(const struct piece *all, const struct segment *segment) {
    return (struct piece){.from = later_of(all->from, segment->from), .to = earlier_of(all->to, segment->to)};
}

size_t span_pieces(const struct history *history, const struct span_of *span, enum profile profile,
                   struct piece **ret_pieces) {
    struct piece all = whole(span);
    size_t count = 0, first = 0, n_segments = history->n_segments;
    if (span->period != NULL) {
        first = span->period->first_segment;
        n_segments = span->period->n_segments;
    }
    *ret_pieces = ARENA_ARRAY(history->arena, struct piece, n_segments + 1);
    if (profile == PROFILE_NONE) {
        (*ret_pieces)[count++] = all;
        return count;
    }
    for (size_t i = first; i < first + n_segments; i++) {
        const struct segment *segment = &history->segments[i];
        struct piece piece = piece_of(&all, segment);
        bool empty_segment = segment->from.at.ms >= segment->to.at.ms;
        if (segment->profile == profile && (empty_segment || piece.from.at.ms < piece.to.at.ms))
            (*ret_pieces)[count++] = piece;
    }
    return count;
}

static bool same_episode(const struct history *history, const struct span_of *span, const struct standing *standing) {
    return value_is(fact_value(standing->fact, history->symbols->episode), span->episode->reference);
}

/* What changed about another placement is none of this one's, though it came during it. */
static bool is_change_elsewhere(const struct history *history, const struct home *home,
                                const struct standing *standing) {
    if (standing->fact->type != history->symbols->placement_changed)
        return false;
    for (size_t i = 0; i < history->n_placements; i++) {
        const struct placement *placement = &history->placements[i];
        if (placement->home == home &&
            value_is(fact_value(standing->fact, history->symbols->placement), placement->reference))
            return false;
    }
    return true;
}

bool span_contains(const struct history *history, const struct span_of *span, const struct standing *standing) {
    switch (span->kind) {
    case SCOPE_CARE:
        return history_period_of(history, standing->occurred) == span->period;
    case SCOPE_EPISODE:
        return same_episode(history, span, standing);
    case SCOPE_PLACEMENT:
        if (is_change_elsewhere(history, span->home, standing))
            return false;
        break;
    case SCOPE_LIFE:
    case SCOPE_SPAN:
    case N_SCOPES:
        break;
    }
    return occurrence_on_or_before(span->from, standing->occurred) &&
           occurrence_on_or_before(standing->occurred, span->to);
}

const struct standing *const *span_facts(const struct history *history, const struct span_of *span,
                                         const struct event_type *type, size_t *ret_count) {
    if (span->kind == SCOPE_EPISODE) /* its facts are those with its reference, whenever they happened */
        return matched_episode(history, type, span->episode->reference, ret_count);
    const struct standing *const *all = history_of_type(history, type, ret_count);
    size_t first = history_n_before_day(all, *ret_count, span->from.day), count = *ret_count;
    if (span->to.at.ms != INSTANT_NEVER.ms)
        count = history_n_before_day(all, count, date_add_days(span->to.day, 1));
    *ret_count = count > first ? count - first : 0;
    return all + first;
}

const char *anchor_dated(const struct history *history, const char *kind, struct date day, size_t number) {
    char text[DATE_TEXT_MAX];
    if (number > 1)
        return arena_printf(history->arena, "%s:%s.%zu", kind, date_format(day, text), number);
    return arena_join(history->arena, kind, ":", date_format(day, text));
}

const char *anchor_placement(const struct history *history, const struct standing *start) {
    const struct placement *placement = history_placement_of(history, start);
    return placement != NULL ? history->placements[placement->home->first].reference : "";
}

const char *span_anchor(const struct history *history, const struct span_of *span) {
    switch (span->kind) {
    case SCOPE_CARE:
        return anchor_dated(history, "care", span->start->first->occurred.day, span->period->number);
    case SCOPE_PLACEMENT:
        return arena_join(history->arena, "placement", ":", history->placements[span->home->first].reference);
    case SCOPE_EPISODE:
        return arena_join(history->arena, "missing", ":", span->episode->reference);
    case SCOPE_SPAN:
        return anchor_dated(history, span->named->anchor, span->start->first->occurred.day, span->stretch->number);
    case SCOPE_LIFE:
    case N_SCOPES:
        break;
    }
    return "child";
}
