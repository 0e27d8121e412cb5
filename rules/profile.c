/* profile.c: legal status and profile (R12). The codes are those of the SSDA903 return.
 *
 * A child placed for adoption is that whatever the legal status says: a placement A3 to A6 under a short-break status
 * is a record that contradicts itself, and the rules for adoption are the stricter. */
#include "history.h"

#include <stdlib.h>
#include <string.h>

static bool is_one_of(const char *code, const char *const *codes) {
    for (; *codes != NULL; codes++)
        if (strcmp(code, *codes) == 0)
            return true;
    return false;
}

static const char *const status_codes[] = {"C1", "C2", "D1", "E1", "V2", "V3", "V4",
                                           "L1", "L2", "L3", "J1", "J2", "J3", NULL};
static const char *const short_break_statuses[] = {"V3", "V4", NULL};
static const char *const never_short_break[] = {"C1", "C2", "E1", NULL};
static const char *const adoption_types[] = {"A3", "A4", "A5", "A6", NULL};
static const char *const setting_actions[] = {"made", "extended", "renewed", NULL};
static const char *const ending_actions[] = {"ended", "revoked", NULL};
static const char *const other_arrangements[] = {"remand", "detained", NULL};

const char *profile_name(enum profile profile) {
    static const char *const names[N_PROFILES] = {"none", "standard", "short_break", "adoption"};
    return names[profile];
}

struct status {
    struct value code;
    bool changed; /* to another code than the one on entry, at any time in the period */
};

static const char *text_of(struct value value) {
    return value.kind == VALUE_TEXT ? value.of.text : "";
}

static void take_change(struct status *status, const char *entry, const char *code, const char *action) {
    if (is_one_of(action, setting_actions)) {
        if (!is_one_of(code, status_codes))
            return;
        status->code = (struct value){.kind = VALUE_TEXT, .of.text = code};
        status->changed |= strcmp(code, entry) != 0;
    } else if (is_one_of(action, ending_actions) && strcmp(text_of(status->code), code) == 0) {
        status->code = (struct value){.kind = VALUE_NONE};
    }
}

static struct status status_at(const struct history *history, const struct period *period, struct instant at) {
    field_symbol code = catalogue_symbol(history->catalogue, "legal_status");
    field_symbol action = catalogue_symbol(history->catalogue, "action");
    struct status status = {.code = fact_value(period->start->fact, code)};
    const char *entry = text_of(status.code);
    size_t count;
    const struct standing *const *changes = history_of(history, "legal_status.changed", &count);
    for (size_t i = 0; i < count && changes[i]->occurred.at.ms <= at.ms; i++)
        if (history_period_of(history, changes[i]->occurred) == period)
            take_change(&status, entry, text_of(fact_value(changes[i]->fact, code)),
                        text_of(fact_value(changes[i]->fact, action)));
    return status;
}

struct value history_legal_status(const struct history *history, const struct period *period, struct instant at) {
    return status_at(history, period, at).code;
}

enum profile profile_of_status(const struct history *history, const struct period *period, struct instant at) {
    field_symbol field = catalogue_symbol(history->catalogue, "arrangement");
    const char *arrangement = text_of(fact_value(period->start->fact, field));
    struct status status = status_at(history, period, at);
    const char *code = text_of(status.code);
    bool short_break =
        is_one_of(code, short_break_statuses) || (strcmp(arrangement, "short_break") == 0 && !status.changed);
    if (short_break && !is_one_of(code, never_short_break))
        return PROFILE_SHORT_BREAK;
    return is_one_of(arrangement, other_arrangements) ? PROFILE_NONE : PROFILE_STANDARD;
}

static enum profile profile_in(const struct history *history, const struct period *period, struct instant at) {
    enum profile profile = profile_of_status(history, period, at);
    const struct home *home = history_home_at(history, at);
    if (home == NULL)
        return profile;
    field_symbol type = catalogue_symbol(history->catalogue, "placement_type");
    bool adoption = is_one_of(text_of(home_value(history, home, type, at, NULL)), adoption_types);
    return adoption ? PROFILE_ADOPTION : profile;
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
    const struct standing *const *statuses = history_of(history, "legal_status.changed", &n_statuses);
    const struct standing *const *changes = history_of(history, "placement.changed", &n_changes);
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

static struct segment *segment_begin(struct history *history, const struct period *period, struct occurrence from) {
    struct segment *segment = &history->segments[history->n_segments++];
    *segment = (struct segment){
        .profile = profile_in(history, period, from.at), .period = period, .from = from, .to = period->to};
    return segment;
}

static void find_segments(struct history *history, const struct period *period, const struct occurrence *edges,
                          size_t n_edges) {
    struct segment *segment = segment_begin(history, period, period->from);
    for (size_t i = 0; i < n_edges; i++) {
        if (edges[i].at.ms <= segment->from.at.ms || edges[i].at.ms >= period->to.at.ms)
            continue;
        if (profile_in(history, period, edges[i].at) == segment->profile)
            continue;
        segment->to = edges[i];
        segment = segment_begin(history, period, edges[i]);
    }
}

void profile_find(struct history *history) {
    struct occurrence *edges;
    size_t n_edges = find_edges(history, &edges);
    history->segments = ARENA_ARRAY(history->arena, struct segment, history->n_periods * (n_edges + 1));
    for (size_t i = 0; i < history->n_periods; i++)
        find_segments(history, &history->periods[i], edges, n_edges);
}
