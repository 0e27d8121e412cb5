/* difference_table.c: the tables of allowed moves.
 *
 * A duty that was said and closed before the state last said began was never in that state: it is withdrawn, not met. A
 * risk that no longer holds is cleared only if, by what is known now, it held since it was raised. */
#include "difference_part.h"

/* What is true now, in the words of R18. */
enum now { NOW_NOTHING, NOW_QUIET, NOW_OPEN, NOW_CLOSED };

struct truth_now {
    enum now now;
    enum alert_state state;   /* of NOW_OPEN and NOW_CLOSED */
    struct instant closed_at; /* of NOW_CLOSED */
};

static enum alert_state alert_state_of(enum instance_state state) {
    static const enum alert_state states[] = {
        [INSTANCE_OPEN] = ALERT_NOTHING,      [INSTANCE_DUE_SOON] = ALERT_DUE_SOON,
        [INSTANCE_OVERDUE] = ALERT_OVERDUE,   [INSTANCE_MET] = ALERT_MET,
        [INSTANCE_MET_LATE] = ALERT_MET_LATE, [INSTANCE_CANCELLED] = ALERT_CANCELLED,
        [INSTANCE_UNKNOWN] = ALERT_UNKNOWN,   [INSTANCE_RAISED] = ALERT_RAISED,
        [INSTANCE_CLEARED] = ALERT_CLEARED,
    };
    return states[state];
}

static struct truth_now duty_now(const struct derived *derived) {
    if (derived == NULL)
        return (struct truth_now){.now = NOW_NOTHING};
    const struct instance *face = &derived->face;
    enum alert_state state = alert_state_of(face->state);
    if (derived->soft && state == ALERT_OVERDUE)
        state = ALERT_DUE_SOON; /* an aim that is late goes on as it was */
    if (face->state == INSTANCE_OPEN || (face->state == INSTANCE_UNKNOWN && derived->unset))
        return (struct truth_now){.now = NOW_QUIET};
    if (alert_state_open(state))
        return (struct truth_now){.now = NOW_OPEN, .state = state};
    return (struct truth_now){
        .now = NOW_CLOSED,
        .state = state,
        .closed_at = face->state == INSTANCE_CANCELLED ? face->ended_at : face->met_at,
    };
}

struct instant difference_table_began(const struct derived *derived, enum alert_state said) {
    if (said == ALERT_DUE_SOON)
        return derived->face.due_soon_at;
    if (said == ALERT_OVERDUE)
        return derived->face.due_at;
    return derived->face.opened_at;
}

enum alert_state difference_table_duty(const struct derived *derived, const struct said *said) {
    struct truth_now now = duty_now(derived);
    enum alert_state last = said != NULL ? said->state : ALERT_NOTHING;
    bool last_open = alert_state_open(last);
    switch (now.now) {
    case NOW_OPEN:
        if (said != NULL && last == now.state && said->due_at.ms == derived->face.due_at.ms)
            return ALERT_NOTHING;
        return now.state;
    case NOW_CLOSED:
        if (last == ALERT_NOTHING || last == ALERT_WITHDRAWN)
            return ALERT_NOTHING;
        if (last_open && now.closed_at.ms < difference_table_began(derived, last).ms)
            return ALERT_WITHDRAWN;
        return last == now.state ? ALERT_NOTHING : now.state;
    case NOW_QUIET:
        return last_open ? ALERT_WITHDRAWN : ALERT_NOTHING;
    case NOW_NOTHING:
        break;
    }
    return last == ALERT_NOTHING || last == ALERT_WITHDRAWN ? ALERT_NOTHING : ALERT_WITHDRAWN;
}

static bool held_since(const struct derived *derived, struct instant since, struct instant now) {
    for (size_t i = 0; derived != NULL && i < derived->n_held; i++)
        if (derived->held[i].to.ms > since.ms && derived->held[i].from.ms <= now.ms)
            return true;
    return false;
}

enum alert_state difference_table_risk(const struct derived *derived, const struct said *said, struct instant now) {
    bool last_open = said != NULL && alert_state_open(said->state);
    bool unset = derived != NULL && derived->face.state == INSTANCE_UNKNOWN && derived->unset;
    bool holds = derived != NULL && derived->face.state != INSTANCE_CLEARED && !unset && !derived->quiet;
    if (!holds) {
        if (!last_open)
            return ALERT_NOTHING;
        return held_since(derived, said->raised_at, now) ? ALERT_CLEARED : ALERT_WITHDRAWN;
    }
    enum alert_state state = alert_state_of(derived->face.state);
    if (!last_open || (said->state == ALERT_UNKNOWN) != (state == ALERT_UNKNOWN))
        return state;
    return state == ALERT_RAISED && said->count != derived->count ? ALERT_UPDATED : ALERT_NOTHING;
}

const char *difference_table_type(enum alert_state state, enum alert_state last) {
    if (state == ALERT_WITHDRAWN)
        return "care.alert.withdrawn";
    if (!alert_state_open(state))
        return "care.alert.cleared";
    return alert_state_open(last) ? "care.alert.changed" : "care.alert.raised";
}
