/* profile.c: the parts of a period of care with one profile each (R12).
 *
 * A child placed for adoption is that whatever the legal status says: a placement A3 to A6 under a short-break status
 * is a record that contradicts itself, and the rules for adoption are the stricter. */
#include "history.h"

#include "value.h"

#include <stdlib.h>

static const char *const adoption_types[] = {"A3", "A4", "A5", "A6", NULL};

const char *profile_name(enum profile profile) {
    static const char *const names[N_PROFILES] = {"none", "standard", "short_break", "adoption"};
    return names[profile];
}

static enum profile profile_in(const struct history *history, const struct period *period, struct instant at) {
    const struct home *home = history_home_at(history, at);
    if (home != NULL &&
        value_is_among(home_value(history, home, history->symbols->placement_type, at, NULL), adoption_types))
        return PROFILE_ADOPTION;
    return status_profile(history, period, at);
}

enum profile history_profile_at(const struct history *history, struct instant at) {
    for (size_t i = history->n_segments; i-- > 0;)
        if (history->segments[i].from.at.ms <= at.ms && at.ms < history->segments[i].to.at.ms)
            return history->segments[i].profile;
    return PROFILE_NONE;
}

static int by_instant(const void *a, const void *b) {
    const struct occurrence *one = a, *other = b;
    if (one->at.ms != other->at.ms)
        return one->at.ms < other->at.ms ? -1 : 1;
    return (int) other->bare - (int) one->bare;
}

/* Every instant at which the profile may change: statuses, placements, what placements become and where they end. */
static size_t find_edges(const struct history *history, struct occurrence **ret_edges) {
    size_t n_statuses, n_changes, count = 0;
    const struct symbols *symbols = history->symbols;
    const struct standing *const *statuses = history_of_type(history, symbols->legal_status_changed, &n_statuses);
    const struct standing *const *changes = history_of_type(history, symbols->placement_changed, &n_changes);
    struct occurrence *edges =
        ARENA_ARRAY(history->arena, struct occurrence, n_statuses + n_changes + 4 * history->n_placements + 1);
    for (size_t i = 0; i < n_statuses; i++)
        edges[count++] = statuses[i]->occurred;
    for (size_t i = 0; i < n_changes; i++)
        edges[count++] = changes[i]->occurred;
    for (size_t i = 0; i < history->n_placements; i++) {
        edges[count++] = history->placements[i].start->occurred;
        if (history->placements[i].ordinary_from.ms != INSTANT_NEVER.ms)
            edges[count++] = occurrence_at(history, history->placements[i].ordinary_from, false);
    }
    for (size_t i = 0; i < history->n_homes; i++) {
        edges[count++] = history->homes[i].ordinary_from;
        edges[count++] = history->homes[i].to;
    }
    qsort(edges, count, sizeof *edges, by_instant);
    *ret_edges = edges;
    return count;
}

static struct segment *segment_begin(struct history *history, struct period *period, struct occurrence from) {
    struct segment *segment = &history->segments[history->n_segments++];
    *segment = (struct segment){
        .profile = profile_in(history, period, from.at), .period = period, .from = from, .to = period->to};
    period->n_segments++;
    return segment;
}

static size_t first_edge_after(const struct occurrence *edges, size_t n_edges, struct instant at) {
    size_t low = 0, high = n_edges;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (edges[middle].at.ms <= at.ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void find_segments(struct history *history, struct period *period, const struct occurrence *edges,
                          size_t n_edges) {
    period->first_segment = history->n_segments;
    struct segment *segment = segment_begin(history, period, period->from);
    for (size_t i = first_edge_after(edges, n_edges, period->from.at); i < n_edges && edges[i].at.ms < period->to.at.ms;
         i++) {
        if (edges[i].at.ms == segment->from.at.ms || profile_in(history, period, edges[i].at) == segment->profile)
            continue;
        segment->to = edges[i];
        segment = segment_begin(history, period, edges[i]);
    }
}

/* An edge lies within one period at the most. */
void profile_find(struct history *history) {
    struct occurrence *edges;
    size_t n_edges = find_edges(history, &edges);
    history->segments = ARENA_ARRAY(history->arena, struct segment, history->n_periods + n_edges);
    for (size_t i = 0; i < history->n_periods; i++)
        find_segments(history, &history->periods[i], edges, n_edges);
}
