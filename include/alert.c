#include "alert.h"

#include <string.h>

static const char *const state_names[ALERT_STATES] = {
    [ALERT_NOTHING] = "nothing",
    [ALERT_DUE_SOON] = "due_soon",
    [ALERT_OVERDUE] = "overdue",
    [ALERT_UNKNOWN] = "unknown",
    [ALERT_MET] = "met",
    [ALERT_MET_LATE] = "met_late",
    [ALERT_CANCELLED] = "cancelled",
    [ALERT_WITHDRAWN] = "withdrawn",
    [ALERT_RAISED] = "raised",
    [ALERT_UPDATED] = "updated",
    [ALERT_CLEARED] = "cleared",
};

const char *alert_state_name(enum alert_state state) {
    return state_names[state];
}

enum alert_state alert_state_find(const char *name) {
    for (int state = 0; state < ALERT_STATES; state++)
        if (strcmp(state_names[state], name) == 0)
            return (enum alert_state) state;
    return ALERT_NOTHING;
}

bool alert_state_open(enum alert_state state) {
    return state == ALERT_DUE_SOON || state == ALERT_OVERDUE || state == ALERT_UNKNOWN || state == ALERT_RAISED ||
           state == ALERT_UPDATED;
}

const char *said_because_name(enum said_because because) {
    static const char *const names[] = {
        [BECAUSE_CLOCK] = "clock",
        [BECAUSE_RECORD] = "record",
        [BECAUSE_LATE_RECORD] = "late_record",
        [BECAUSE_BACKLOG] = "backlog",
        [BECAUSE_BASELINE] = "baseline",
        [BECAUSE_RULE_CHANGE] = "rule_change",
        [BECAUSE_CALENDAR_CHANGE] = "calendar_change",
    };
    return names[because];
}
