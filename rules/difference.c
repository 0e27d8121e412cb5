/* difference.c: what is derived against what has been said, alert by alert. */
#include "difference_part.h"

#include <stdlib.h>
#include <string.h>

/* Where no fact counts any more (all are voided, or the subject has been merged into another), what is withdrawn is
 * still for the authority that recorded them. */
static const char *authority_recorded_last(const struct record *record) {
    const struct fact *last = NULL;
    for (size_t i = 0; i < record->n_facts; i++)
        if (last == NULL || standing_recorded_order(last, record->facts[i]) < 0)
            last = record->facts[i];
    return last == NULL ? NULL : last->authority;
}

/* The authority, team and worker of the latest fact that names one. */
static struct subject_face face_of(const struct record *record, const struct history *history) {
    const struct symbols *symbols = history->symbols;
    struct subject_face face = {0};
    for (size_t i = history->count; i-- > 0 && (face.authority == NULL || face.team == NULL || face.worker == NULL);) {
        const struct fact *fact = history->standings[i].fact;
        struct value team = fact_value(fact, symbols->team), worker = fact_value(fact, symbols->worker);
        if (face.authority == NULL)
            face.authority = fact->authority;
        if (face.team == NULL && team.kind == VALUE_TEXT)
            face.team = team.of.text;
        if (face.worker == NULL && worker.kind == VALUE_TEXT)
            face.worker = worker.of.text;
    }
    if (face.authority == NULL)
        face.authority = authority_recorded_last(record);
    return face;
}

const char *difference_authority_of(const struct record *record, const struct history *history) {
    const char *authority = difference_authority(history);
    return authority == NULL ? authority_recorded_last(record) : authority;
}

const char *difference_authority(const struct history *history) {
    for (size_t i = history->count; i-- > 0;)
        if (history->standings[i].fact->authority != NULL)
            return history->standings[i].fact->authority;
    return NULL;
}

static void say_alert(struct difference *difference, const struct rule_face *rule, const char *anchor,
                      const struct derived *derived, const struct said *said, struct subject_face subject) {
    enum alert_state state = rule->is_risk ? difference_table_risk(derived, said, difference->options->now)
                                           : difference_table_duty(derived, said);
    if (difference_waits(difference, rule, derived, state)) {
        difference->n_waiting++;
        state = ALERT_NOTHING;
    }
    if (state == ALERT_NOTHING && said == NULL)
        return;
    struct alert alert = {
        .derived = derived,
        .rule = rule,
        .anchor = anchor,
        .id = arena_printf(difference->arena, "%s|%s|%s", record_subject(difference->record), rule->id, anchor),
        .said = {.rule = rule->id, .anchor = anchor, .due_at = INSTANT_NEVER, .raised_at = INSTANT_DAWN},
        .subject = subject,
        .state_told = SIZE_MAX,
    };
    if (said != NULL)
        alert.said = *said;
    if (state != ALERT_NOTHING)
        difference_say_state(difference, &alert, state);
    difference_say_rungs(difference, &alert);
    if (!alert.spoke)
        return;
    record_restore_said(difference->record, &alert.said);
    difference_say_latest(difference, &alert);
}

static int compare_alert(const struct derived *derived, const char *rule, const char *anchor) {
    int order = strcmp(derived->face.rule->id, rule);
    return order != 0 ? order : strcmp(derived->face.anchor, anchor);
}

static const struct derived *find_derived(const struct derived *list, size_t count, const char *rule,
                                          const char *anchor) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_alert(&list[middle], rule, anchor);
        if (order == 0)
            return &list[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static int by_event_id(const void *a, const void *b) {
    return strcmp(((const struct statement *) a)->event_id, ((const struct statement *) b)->event_id);
}

static bool needs_word(const struct said *said) {
    return alert_state_open(said->state) || said->state != ALERT_WITHDRAWN;
}

/* Alerts that were said and are derived no more. Collected first: saying them changes the list that is walked. */
static void say_gone(struct difference *difference, const struct derived *derived, size_t n_derived,
                     struct subject_face subject) {
    size_t count = 0;
    struct said *gone = ARENA_ARRAY(difference->arena, struct said, difference->record->n_said);
    for (size_t i = 0; i < difference->record->n_said; i++) {
        const struct said *said = &difference->record->said[i];
        if (needs_word(said) && find_derived(derived, n_derived, said->rule, said->anchor) == NULL)
            gone[count++] = *said;
    }
    for (size_t i = 0; i < count; i++) {
        const struct rule_face *rule = difference->find_rule(difference->rules, gone[i].rule);
        if (rule != NULL)
            say_alert(difference, rule, gone[i].anchor, NULL, &gone[i], subject);
    }
}

void difference_take(struct difference *difference, const struct derived *derived, size_t n_derived) {
    struct subject_face subject = face_of(difference->record, difference->history);
    for (size_t i = 0; i < n_derived; i++) {
        const struct said *said =
            record_find_said(difference->record, derived[i].face.rule->id, derived[i].face.anchor);
        struct said before;
        if (said != NULL)
            before = *said;
        say_alert(difference, derived[i].face.rule, derived[i].face.anchor, &derived[i], said != NULL ? &before : NULL,
                  subject);
    }
    say_gone(difference, derived, n_derived, subject);
}

void difference_sort(struct difference *difference) {
    if (difference->n_statements > 0)
        qsort(difference->statements, difference->n_statements, sizeof *difference->statements, by_event_id);
}

void difference_restate(struct difference *difference, const struct derived *derived, size_t n_derived,
                        const struct rule_face *rule, const struct said *said) {
    struct alert alert = {
        .derived = find_derived(derived, n_derived, said->rule, said->anchor),
        .rule = rule,
        .anchor = said->anchor,
        .id = arena_printf(difference->arena, "%s|%s|%s", record_subject(difference->record), rule->id, said->anchor),
        .said = *said,
        .subject = face_of(difference->record, difference->history),
        .state_told = SIZE_MAX,
    };
    difference_say_latest(difference, &alert);
}
