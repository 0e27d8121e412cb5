/* difference_wait.c: what waits for the feeds.
 *
 * A source that publishes once a night says up to when it is complete. What the clock alone brings about after that, a
 * deadline or a state that has lasted for too long, may have been ended by a record that is still to be published: it
 * waits, up to a limit, and is then said and marked. What a record brings about does not wait. */
#include "difference_part.h"

static bool is_by_clock(const struct difference *difference, const struct rule_face *rule, enum alert_state state) {
    if (rule->is_risk)
        return state == ALERT_RAISED && !difference->options->fed->touched;
    return state == ALERT_DUE_SOON || state == ALERT_OVERDUE;
}

static bool is_after(const struct difference *difference, const struct rule_face *rule, const struct derived *derived,
                     enum alert_state state, struct instant at) {
    return is_by_clock(difference, rule, state) &&
           instant_before(at, difference_true_since(difference, rule, derived, state));
}

bool difference_waits(const struct difference *difference, const struct rule_face *rule, const struct derived *derived,
                      enum alert_state state) {
    const struct fed *fed = difference->options->fed;
    return fed != NULL && is_after(difference, rule, derived, state, fed->speak_to);
}

bool difference_is_incomplete(const struct difference *difference, const struct rule_face *rule,
                              const struct derived *derived, enum alert_state state) {
    const struct fed *fed = difference->options->fed;
    return fed != NULL && is_after(difference, rule, derived, state, fed->complete_to);
}
