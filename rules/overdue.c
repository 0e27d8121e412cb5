/* overdue.c: see overdue.h. A duty is overdue from its deadline until it is met or ends; without a limit it stands so
 * from its opening on. */
#include "overdue.h"

static struct instant closed_at(const struct instance *face) {
    return instant_min(face->met_at, face->ended_at);
}

static bool lateness_of(const struct derived *derived, struct lateness *ret_lateness) {
    const struct instance *face = &derived->face;
    if (derived->not_fed != NULL || derived->rule->aim)
        return false;
    bool unset = derived->unset;
    *ret_lateness = (struct lateness){
        .kind = unset ? LATENESS_UNSET : LATENESS_OVERDUE,
        .from = unset ? face->opened_at : face->due_at,
        .to = closed_at(face),
    };
    return ret_lateness->from.ms < ret_lateness->to.ms;
}

void overdue_find(struct history *history, const struct derivation *derivation) {
    struct lateness *list = ARENA_ARRAY(history->arena, struct lateness, derivation->count);
    size_t count = 0;
    for (size_t i = 0; i < derivation->count; i++)
        if (lateness_of(&derivation->list[i], &list[count]))
            count++;
    history->latenesses = list;
    history->n_latenesses = count;
}
