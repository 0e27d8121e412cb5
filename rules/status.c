/* status.c: the legal status through a period of care, and what profile it makes (R12). The codes are those of the
 * SSDA903 return. What each change leaves in force is worked out once, in order; a question is then a search. */
#include "history.h"

#include "value.h"

static const char *const status_codes[] = {"C1", "C2", "D1", "E1", "V2", "V3", "V4",
                                           "L1", "L2", "L3", "J1", "J2", "J3", NULL};
static const char *const short_break_statuses[] = {"V3", "V4", NULL};
static const char *const never_short_break[] = {"C1", "C2", "E1", NULL};
static const char *const setting_actions[] = {"made", "extended", "renewed", NULL};
static const char *const ending_actions[] = {"ended", "revoked", NULL};
static const char *const other_arrangements[] = {"remand", "detained", NULL};

static struct status on_entry(const struct history *history, const struct period *period) {
    return (struct status){
        .from = period->from.at,
        .code = fact_value(period->start->fact, history->symbols->legal_status),
    };
}

/* The one in force before the next is written. */
static struct status last_status(const struct history *history, const struct period *period) {
    if (period->n_statuses == 0)
        return on_entry(history, period);
    return history->statuses[period->first_status + period->n_statuses - 1];
}

static void take_change(struct history *history, struct period *period, const struct standing *change) {
    struct value code = fact_value(change->fact, history->symbols->legal_status);
    struct value action = fact_value(change->fact, history->symbols->action);
    struct status status = last_status(history, period);
    status.from = change->occurred.at;
    if (value_is_among(action, setting_actions) && value_is_among(code, status_codes)) {
        status.code = (struct value){.kind = VALUE_TEXT, .of.text = code.of.text};
        status.changed |= !value_is(on_entry(history, period).code, code.of.text);
    } else if (value_is_among(action, ending_actions) && value_is(status.code, value_text(code))) {
        status.code = (struct value){.kind = VALUE_NONE};
    }
    history->statuses[period->first_status + period->n_statuses++] = status;
}

/* A bare date may belong to a later period than an instant of the same day that comes after it: so each period has its
 * own stretch of the list. */
void status_find(struct history *history) {
    size_t count, first = 0;
    const struct standing *const *changes = history_of_type(history, history->symbols->legal_status_changed, &count);
    struct period **owners = ARENA_ARRAY(history->arena, struct period *, count);
    history->statuses = ARENA_ARRAY(history->arena, struct status, count);
    for (size_t i = 0; i < count; i++) {
        const struct period *period = history_period_of(history, changes[i]->occurred);
        if (period == NULL)
            continue;
        owners[i] = &history->periods[period - history->periods];
        owners[i]->n_statuses++;
    }
    for (size_t i = 0; i < history->n_periods; i++) {
        history->periods[i].first_status = first;
        first += history->periods[i].n_statuses;
        history->periods[i].n_statuses = 0;
    }
    for (size_t i = 0; i < count; i++)
        if (owners[i] != NULL)
            take_change(history, owners[i], changes[i]);
}

static struct status status_at(const struct history *history, const struct period *period, struct instant at) {
    const struct status *statuses = history->statuses + period->first_status;
    size_t low = 0, high = period->n_statuses;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (statuses[middle].from.ms <= at.ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? statuses[low - 1] : on_entry(history, period);
}

struct value history_legal_status(const struct history *history, const struct period *period, struct instant at) {
    return status_at(history, period, at).code;
}

enum profile status_profile(const struct history *history, const struct period *period, struct instant at) {
    struct value arrangement = fact_value(period->start->fact, history->symbols->arrangement);
    struct status status = status_at(history, period, at);
    bool short_break =
        value_is_among(status.code, short_break_statuses) || (value_is(arrangement, "short_break") && !status.changed);
    if (short_break && !value_is_among(status.code, never_short_break))
        return PROFILE_SHORT_BREAK;
    return value_is_among(arrangement, other_arrangements) ? PROFILE_NONE : PROFILE_STANDARD;
}
