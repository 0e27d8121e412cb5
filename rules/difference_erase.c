/* difference_erase.c: what is said when a subject has been erased: its open alerts are cancelled, their ladders end,
 * and nothing of what was said is remembered. Nothing is derived for it: there is nothing left to derive from. */
#include "difference_part.h"
#include "erasure.h"

static void cancel(struct difference *difference, const struct said *said, const char *id) {
    const struct rule_face *rule = difference->find_rule(difference->rules, said->rule);
    const struct erased *erased = erasure_own(difference->record);
    if (rule == NULL)
        return;
    struct alert alert = {
        .rule = rule,
        .anchor = arena_strdup(difference->arena, said->anchor),
        .id = id,
        .said = *said,
        .subject = {.authority = erased == NULL || erased->authority == NULL
                                     ? NULL
                                     : arena_strdup(difference->arena, erased->authority)},
    };
    if (alert_state_open(said->state))
        difference_say_state(difference, &alert, ALERT_CANCELLED);
    difference_say_rungs(difference, &alert);
}

void difference_erase(struct difference *difference) {
    struct record *record = difference->record;
    difference->forgotten = ARENA_ARRAY(difference->arena, const char *, record->n_said);
    for (size_t i = 0; i < record->n_said; i++) {
        const struct said *said = &record->said[i];
        const char *id = arena_printf(difference->arena, "%s|%s|%s", record_subject(record), said->rule, said->anchor);
        difference->forgotten[difference->n_forgotten++] = id;
        cancel(difference, said, id);
    }
    record_forget_said(record);
    record->said_erased = false;
}
