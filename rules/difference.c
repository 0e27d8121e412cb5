/* difference.c: the tables of allowed moves.
 *
 * A duty that was said and closed before the state last said began was never in that state: it is withdrawn, not met. A
 * risk that no longer holds is cleared only if, by what is known now, it held since it was raised. */
#include "difference.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

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

/* When the state last said began, as now known. */
static struct instant began(const struct derived *derived, enum alert_state said) {
    if (said == ALERT_DUE_SOON)
        return derived->face.due_soon_at;
    if (said == ALERT_OVERDUE)
        return derived->face.due_at;
    return derived->face.opened_at;
}

static struct instant due_at_of(const struct derived *derived) {
    return derived != NULL ? derived->face.due_at : INSTANT_NEVER;
}

/* R18; ALERT_NOTHING: nothing to say. */
static enum alert_state say_of_duty(const struct derived *derived, const struct said *said) {
    struct truth_now now = duty_now(derived);
    enum alert_state last = said != NULL ? said->state : ALERT_NOTHING;
    bool last_open = alert_state_open(last);
    switch (now.now) {
    case NOW_OPEN:
        if (last_open && last == now.state && said->due_at.ms == derived->face.due_at.ms)
            return ALERT_NOTHING;
        return now.state;
    case NOW_CLOSED:
        if (last == ALERT_NOTHING || last == ALERT_WITHDRAWN)
            return ALERT_NOTHING;
        if (last_open && now.closed_at.ms < began(derived, last).ms)
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

/* R29. */
static enum alert_state say_of_risk(const struct derived *derived, const struct said *said, struct instant now) {
    bool last_open = said != NULL && alert_state_open(said->state);
    bool holds = derived != NULL && derived->face.state != INSTANCE_CLEARED;
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

/* R42. */
static const char *type_of(enum alert_state state, enum alert_state last) {
    if (state == ALERT_WITHDRAWN)
        return "care.alert.withdrawn";
    if (!alert_state_open(state))
        return "care.alert.cleared";
    return alert_state_open(last) ? "care.alert.changed" : "care.alert.raised";
}

/* Statements ---------------------------------------------------------------------------------------------------------
 */

struct subject_face {
    const char *authority, *team, *worker;
};

static const char *text_field(const struct history *history, const struct fact *fact, const char *name) {
    field_symbol field = catalogue_symbol(history->catalogue, name);
    struct value value = {.kind = VALUE_NONE};
    if (field != FIELD_NONE)
        value = fact_value(fact, field);
    return value.kind == VALUE_TEXT ? value.of.text : NULL;
}

/* The authority, team and worker of the latest fact that names one. */
static struct subject_face face_of(const struct history *history) {
    struct subject_face face = {0};
    for (size_t i = history->count; i-- > 0 && (face.authority == NULL || face.team == NULL || face.worker == NULL);) {
        const struct fact *fact = history->standings[i].fact;
        if (face.authority == NULL)
            face.authority = fact->authority;
        if (face.team == NULL)
            face.team = text_field(history, fact, "team");
        if (face.worker == NULL)
            face.worker = text_field(history, fact, "worker");
    }
    return face;
}

static struct statement *statement_add(struct difference *difference) {
    if (difference->n_statements == difference->capacity) {
        size_t capacity = difference->capacity > 0 ? 2 * difference->capacity : 16;
        difference->statements = arena_grow_array(difference->arena, difference->statements, difference->n_statements,
                                                  capacity, sizeof *difference->statements);
        difference->capacity = capacity;
    }
    return &difference->statements[difference->n_statements++];
}

static void latest_add(struct difference *difference, const struct statement *statement) {
    if (difference->n_latest == difference->latest_capacity) {
        size_t capacity = difference->latest_capacity > 0 ? 2 * difference->latest_capacity : 16;
        difference->latest = arena_grow_array(difference->arena, difference->latest, difference->n_latest, capacity,
                                              sizeof *difference->latest);
        difference->latest_capacity = capacity;
    }
    difference->latest[difference->n_latest++] = statement;
}

struct alert {
    const struct derived *derived; /* or NULL: no such duty or risk now */
    const struct rule_face *rule;
    const char *anchor, *id;
    struct said said; /* after what is said here */
    struct subject_face subject;
};

static struct statement statement_of(const struct difference *difference, const struct alert *alert) {
    struct statement statement = {
        .alert_id = alert->id,
        .subject = record_subject(difference->record),
        .anchor = alert->anchor,
        .rule = alert->rule,
        .said_at = difference->options->now,
        .opened_at = alert->derived != NULL ? alert->derived->face.opened_at : INSTANT_NEVER,
        .due_at = due_at_of(alert->derived),
        .detected_at = difference->options->now,
        .because = difference->options->because,
        .count = alert->derived != NULL ? alert->derived->count : 0,
        .authority = alert->subject.authority,
        .team = alert->subject.team,
        .worker = alert->subject.worker,
    };
    if (alert->derived != NULL) {
        statement.evidence = alert->derived->face.evidence;
        statement.n_evidence = alert->derived->face.n_evidence;
    }
    return statement;
}

static const char *event_id(const struct difference *difference, const char *alert_id, const char *state,
                            unsigned times) {
    if (times > 1)
        return arena_printf(difference->arena, "%s#%s.%u", alert_id, state, times);
    return arena_printf(difference->arena, "%s#%s", alert_id, state);
}

/* Since when what is said has been true: what it lay unsaid is its lateness. */
static struct instant true_since(const struct difference *difference, const struct alert *alert,
                                 enum alert_state state) {
    struct instant since = difference->options->now;
    const struct derived *derived = alert->derived;
    if (derived == NULL)
        return since;
    if (state == ALERT_DUE_SOON || state == ALERT_OVERDUE || state == ALERT_UNKNOWN)
        since = alert->rule->is_risk && derived->n_held > 0 ? derived->held[derived->n_held - 1].from
                                                            : began(derived, state);
    else if (state == ALERT_MET || state == ALERT_MET_LATE)
        since = derived->face.met_at;
    else if (state == ALERT_CANCELLED)
        since = derived->face.ended_at;
    else if (state == ALERT_RAISED && derived->n_held > 0)
        since = derived->held[derived->n_held - 1].from;
    return instant_min(since, difference->options->now);
}

static void say_state(struct difference *difference, struct alert *alert, enum alert_state state, bool *ret_changed) {
    struct said *said = &alert->said;
    struct statement *statement = statement_add(difference);
    *statement = statement_of(difference, alert);
    statement->type = type_of(state, said->state);
    statement->state = alert_state_name(state);
    statement->detected_at = true_since(difference, alert, state);
    if (difference->options->because == BECAUSE_RECORD && statement->detected_at.ms < statement->said_at.ms)
        statement->because = BECAUSE_LATE_RECORD;
    said->state = state;
    said->due_at = statement->due_at;
    said->count = statement->count;
    if (state == ALERT_RAISED || (state == ALERT_UNKNOWN && alert->rule->is_risk))
        said->raised_at = difference->options->now;
    said->times[state]++;
    statement->event_id = event_id(difference, alert->id, statement->state, said->times[state]);
    *ret_changed = true;
}

/* Ladders: R40 -------------------------------------------------------------------------------------------------------
 */

static uint32_t rungs_reached(const struct difference *difference, const struct derived *derived) {
    uint32_t reached = 0;
    if (derived == NULL || derived->rule->ladder == NULL || derived->face.state != INSTANCE_OVERDUE)
        return 0;
    const struct ladder *ladder = derived->rule->ladder;
    bool hours = derived->limit.unit == UNIT_HOURS;
    for (size_t i = 0; i < ladder->n_rungs; i++) {
        struct instant at =
            limit_rung(difference->history->calendar, ladder->rungs[i].after, &derived->deadline, hours);
        if (moment_reached(difference->history->moment, at))
            reached |= 1u << i;
    }
    return reached;
}

static void say_rung(struct difference *difference, struct alert *alert, unsigned rung, bool raised) {
    struct said *said = &alert->said;
    struct statement *statement = statement_add(difference);
    *statement = statement_of(difference, alert);
    statement->escalation = true;
    statement->rung = rung + 1;
    statement->type = raised ? "care.escalation.raised" : "care.escalation.ended";
    statement->state = raised ? "raised" : "ended";
    if (alert->derived != NULL && alert->derived->rule->ladder != NULL && rung < alert->derived->rule->ladder->n_rungs)
        statement->recipients = alert->derived->rule->ladder->rungs[rung].recipients;
    unsigned times = raised ? ++said->rung_raised[rung] : ++said->rung_ended[rung];
    const char *state = arena_printf(difference->arena, raised ? "rung-%u" : "rung-%u-ended", rung + 1);
    statement->event_id = event_id(difference, alert->id, state, times);
}

static void say_rungs(struct difference *difference, struct alert *alert, bool *ret_changed) {
    uint32_t reached = rungs_reached(difference, alert->derived), raised = alert->said.rungs;
    for (unsigned rung = 0; rung < LADDER_RUNGS_MAX; rung++) {
        bool is = (reached & 1u << rung) != 0, was = (raised & 1u << rung) != 0;
        if (is == was)
            continue;
        say_rung(difference, alert, rung, is);
        *ret_changed = true;
    }
    alert->said.rungs = reached;
}

/* ----------------------------------------------------------------------------------------------------------------------
 */

/* The newest alert statement, with the memory after this step: what care.alerts.latest keeps of the alert. */
static void keep_latest(struct difference *difference, const struct alert *alert) {
    const struct said *kept = record_find_said(difference->record, alert->rule->id, alert->anchor);
    ENSURE(kept != NULL);
    struct said *said = ARENA_NEW(difference->arena, struct said);
    *said = *kept;
    said->rule = alert->rule->id;
    said->anchor = alert->anchor;
    struct statement *latest = ARENA_NEW(difference->arena, struct statement);
    *latest = statement_of(difference, alert);
    latest->state = alert_state_name(said->state);
    latest->type = type_of(said->state, ALERT_NOTHING);
    latest->due_at = said->due_at;
    latest->event_id = event_id(difference, alert->id, latest->state, said->times[said->state]);
    latest->said = said;
    for (size_t i = difference->n_statements; i-- > 0;)
        if (strcmp(difference->statements[i].event_id, latest->event_id) == 0) {
            *latest = difference->statements[i];
            latest->said = said;
            break;
        }
    latest_add(difference, latest);
}

static void say_alert(struct difference *difference, const struct rule_face *rule, const char *anchor,
                      const struct derived *derived, const struct said *said, struct subject_face subject) {
    struct instant now = difference->options->now;
    enum alert_state state = rule->is_risk ? say_of_risk(derived, said, now) : say_of_duty(derived, said);
    if (state == ALERT_NOTHING && said == NULL)
        return;
    struct alert alert = {
        .derived = derived,
        .rule = rule,
        .anchor = anchor,
        .said = {.rule = rule->id, .anchor = anchor, .due_at = INSTANT_NEVER, .raised_at = INSTANT_DAWN},
        .subject = subject,
    };
    if (said != NULL)
        alert.said = *said;
    alert.id = arena_printf(difference->arena, "%s|%s|%s", record_subject(difference->record), rule->id, anchor);
    bool changed = false;
    if (state != ALERT_NOTHING)
        say_state(difference, &alert, state, &changed);
    say_rungs(difference, &alert, &changed);
    if (!changed)
        return;
    record_restore_said(difference->record, &alert.said);
    keep_latest(difference, &alert);
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
    struct subject_face subject = face_of(difference->history);
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
    if (difference->n_statements > 0)
        qsort(difference->statements, difference->n_statements, sizeof *difference->statements, by_event_id);
}
