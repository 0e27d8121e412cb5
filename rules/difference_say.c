/* difference_say.c: statements: of a state, of the rungs of a ladder, and the newest of each alert for readers. */
#include "difference_part.h"

#include "ensure.h"

#include <inttypes.h>
#include <string.h>

static struct statement *statement_add(struct difference *difference) {
    if (difference->n_statements == difference->capacity) {
        size_t capacity = difference->capacity > 0 ? 2 * difference->capacity : 16;
        difference->statements = arena_grow_array(difference->arena, difference->statements, difference->n_statements,
                                                  capacity, sizeof *difference->statements);
        difference->capacity = capacity;
    }
    return &difference->statements[difference->n_statements++];
}

static struct statement statement_of(const struct difference *difference, const struct alert *alert) {
    struct statement statement = {
        .alert_id = alert->id,
        .subject = record_subject(difference->record),
        .anchor = alert->anchor,
        .rule = alert->rule,
        .said_at = difference->options->now,
        .opened_at = INSTANT_NEVER,
        .due_at = INSTANT_NEVER,
        .detected_at = difference->options->now,
        .because = difference->options->because,
        .authority = alert->subject.authority,
        .team = alert->subject.team,
        .worker = alert->subject.worker,
    };
    if (alert->derived != NULL) {
        statement.opened_at = alert->derived->face.opened_at;
        statement.due_at = alert->derived->face.due_at;
        statement.provisional = alert->derived->face.provisional;
        statement.count = alert->derived->count;
        statement.evidence = alert->derived->face.evidence;
        statement.n_evidence = alert->derived->face.n_evidence;
    }
    return statement;
}

static const char *event_id(const struct difference *difference, const char *alert_id, const char *state,
                            unsigned times) {
    const struct record *record = difference->record;
    int64_t number = times + (record->said_erased ? record->said_since : record_times_from(record));
    if (number > 1)
        return arena_printf(difference->arena, "%s#%s.%" PRId64, alert_id, state, number);
    return arena_printf(difference->arena, "%s#%s", alert_id, state);
}

struct instant difference_true_since(const struct difference *difference, const struct rule_face *rule,
                                     const struct derived *derived, enum alert_state state) {
    struct instant since = difference->options->now;
    if (derived == NULL)
        return since;
    bool held = rule->is_risk && derived->n_held > 0;
    if (held && (state == ALERT_RAISED || state == ALERT_UNKNOWN))
        since = derived->held[derived->n_held - 1].from;
    else if (state == ALERT_DUE_SOON || state == ALERT_OVERDUE || state == ALERT_UNKNOWN)
        since = difference_table_began(derived, state);
    else if (state == ALERT_MET || state == ALERT_MET_LATE)
        since = derived->face.met_at;
    else if (state == ALERT_CANCELLED)
        since = derived->face.ended_at;
    return instant_min(since, difference->options->now);
}

static void set_since(struct statement *statement, struct instant since) {
    statement->detected_at = since;
    if (statement->because == BECAUSE_RECORD && since.ms < statement->said_at.ms)
        statement->because = BECAUSE_LATE_RECORD;
}

void difference_say_state(struct difference *difference, struct alert *alert, enum alert_state state) {
    struct said *said = &alert->said;
    alert->state_told = difference->n_statements;
    alert->spoke = true;
    struct statement *statement = statement_add(difference);
    *statement = statement_of(difference, alert);
    statement->type = difference_table_type(state, said->state);
    statement->state = alert_state_name(state);
    set_since(statement, difference_true_since(difference, alert->rule, alert->derived, state));
    statement->incomplete = difference_is_incomplete(difference, alert->rule, alert->derived, state);
    said->state = state;
    said->due_at = statement->due_at;
    said->count = statement->count;
    if (state == ALERT_RAISED || (state == ALERT_UNKNOWN && alert->rule->is_risk))
        said->raised_at = difference->options->now;
    said->times[state]++;
    statement->event_id = event_id(difference, alert->id, statement->state, said->times[state]);
}

/* Ladders. */

static struct instant rung_at(const struct difference *difference, const struct derived *derived, unsigned rung) {
    bool hours = derived->limit.unit == UNIT_HOURS;
    return limit_rung(difference->history->calendar, derived->rule->ladder->rungs[rung].after, &derived->deadline,
                      hours);
}

/* A rung that was raised stays so while a feed that is new makes the others wait. */
static uint32_t rungs_reached(struct difference *difference, const struct derived *derived, uint32_t raised) {
    uint32_t reached = 0;
    if (derived == NULL || derived->rule->ladder == NULL || derived->face.state != INSTANCE_OVERDUE)
        return 0;
    const struct ladder *ladder = derived->rule->ladder;
    const struct fed *fed = difference->options->fed;
    for (unsigned i = 0; i < ladder->n_rungs; i++) {
        struct instant at = rung_at(difference, derived, i);
        if (!moment_reached(difference->history->moment, at))
            continue;
        if (fed != NULL && instant_before(fed->speak_to, at) && (raised & 1u << i) == 0)
            difference->n_waiting++;
        else
            reached |= 1u << i;
    }
    return reached;
}

/* `owner` among those told is the owner of the duty. */
static const char *const *told(const struct difference *difference, const struct rule *rule, const struct rung *rung) {
    size_t count = 0;
    while (rung->recipients[count] != NULL)
        count++;
    const char **recipients = ARENA_ARRAY(difference->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        bool owner = strcmp(rung->recipients[i], "owner") == 0 && rule->face.owner != NULL;
        recipients[i] = owner ? rule->face.owner : rung->recipients[i];
    }
    return recipients;
}

static void say_rung(struct difference *difference, struct alert *alert, unsigned rung, bool raised) {
    struct said *said = &alert->said;
    const struct ladder *ladder = alert->derived != NULL ? alert->derived->rule->ladder : NULL;
    struct statement *statement = statement_add(difference);
    *statement = statement_of(difference, alert);
    statement->escalation = true;
    statement->rung = rung + 1;
    statement->type = raised ? "care.escalation.raised" : "care.escalation.ended";
    statement->state = raised ? "raised" : "ended";
    if (ladder != NULL && rung < ladder->n_rungs)
        statement->recipients = told(difference, alert->derived->rule, &ladder->rungs[rung]);
    if (raised)
        set_since(statement, instant_min(rung_at(difference, alert->derived, rung), statement->said_at));
    const struct fed *fed = difference->options->fed;
    statement->incomplete = raised && fed != NULL && instant_before(fed->complete_to, statement->detected_at);
    unsigned times = raised ? ++said->rung_raised[rung] : ++said->rung_ended[rung];
    const char *state = arena_printf(difference->arena, raised ? "rung-%u" : "rung-%u-ended", rung + 1);
    statement->event_id = event_id(difference, alert->id, state, times);
    alert->spoke = true;
}

void difference_say_rungs(struct difference *difference, struct alert *alert) {
    uint32_t raised = alert->said.rungs, reached = rungs_reached(difference, alert->derived, raised);
    for (unsigned rung = 0; rung < LADDER_RUNGS_MAX; rung++) {
        bool is = (reached & 1u << rung) != 0, was = (raised & 1u << rung) != 0;
        if (is != was)
            say_rung(difference, alert, rung, is);
    }
    alert->said.rungs = reached;
}

/* For readers. */

static void latest_add(struct difference *difference, const struct statement *statement) {
    if (difference->n_latest == difference->latest_capacity) {
        size_t capacity = difference->latest_capacity > 0 ? 2 * difference->latest_capacity : 16;
        difference->latest = arena_grow_array(difference->arena, difference->latest, difference->n_latest, capacity,
                                              sizeof *difference->latest);
        difference->latest_capacity = capacity;
    }
    difference->latest[difference->n_latest++] = statement;
}

/* Where only the ladder spoke, what was said last of the state is said again to readers, with the memory renewed. */
static struct statement said_last(const struct difference *difference, const struct alert *alert) {
    struct statement statement = statement_of(difference, alert);
    const struct said *said = &alert->said;
    statement.state = alert_state_name(said->state);
    statement.type = difference_table_type(said->state, ALERT_NOTHING);
    statement.due_at = said->due_at;
    statement.event_id = event_id(difference, alert->id, statement.state, said->times[said->state]);
    return statement;
}

void difference_say_latest(struct difference *difference, const struct alert *alert) {
    struct said *said = ARENA_NEW(difference->arena, struct said);
    *said = alert->said;
    said->rule = alert->rule->id;
    said->anchor = alert->anchor;
    struct statement *latest = ARENA_NEW(difference->arena, struct statement);
    *latest = alert->state_told != SIZE_MAX ? difference->statements[alert->state_told] : said_last(difference, alert);
    latest->said = said;
    latest_add(difference, latest);
}
