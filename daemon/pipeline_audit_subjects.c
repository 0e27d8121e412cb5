/* pipeline_audit_subjects.c: the subjects of a partition, some at a time: is the timer the instant that the facts give,
 * is nothing unsaid, is what is open in the readers' table? */
#include "pipeline_audit.h"

#include "ensure.h"
#include "open_alerts.h"
#include "text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

bool audit_is_touched(struct partition *partition, const char *subject) {
    const struct cached *cached = records_find(&partition->records, subject);
    return cached != NULL && cached->touched;
}

/* ---- what is expected ---- */

/* The timer of a held subject stands at the limit of a load, or it has been made due. */
static void expect_held(const struct partition *partition, struct audit_subject *subject) {
    struct instant at = subject->found->next;
    bool due = !instant_before(partition->clock, at);
    subject->n_unsaid = 0;
    subject->next = due || feeds_is_limit(&partition->feeds, at) ? at : partition->clock;
}

/* What waited for a feed that is complete by now is looked at again soon. */
static void expect_waiting(const struct partition *partition, struct audit_subject *subject) {
    struct instant at = subject->found->next, soon = instant_add(partition->clock, (struct span){FEEDS_RETRY_MS});
    if (subject->n_waiting == 0 && subject->n_unsaid == 0)
        return;
    bool retried = instant_equal(at, feeds_retry((struct instant){at.ms - 1})) && !instant_before(soon, at);
    if (retried || !instant_before(partition->clock, at)) {
        subject->n_unsaid = 0;
        subject->next = at;
    } else if (subject->n_waiting > 0) {
        subject->next = instant_min(subject->next, feeds_retry(partition->clock));
    }
}

static bool waits_for_feeds(const struct audit_repair *repair, const struct audit_subject *subject,
                            struct fed *ret_fed) {
    const struct pipeline_options *options = &repair->pipeline->options;
    const struct partition *partition = repair->partition;
    if (!feeds_any_complete(&partition->feeds))
        return false;
    const char *authority = engine_authority(options->engine, subject->record, partition->clock, repair->arena);
    return authority != NULL && feeds_fed(&partition->feeds, &options->feeds, authority, partition->clock, ret_fed);
}

void audit_derive(struct audit_repair *repair, struct audit_subject *subject) {
    const struct partition *partition = repair->partition;
    struct fed fed;
    bool waits = waits_for_feeds(repair, subject, &fed);
    audit_subject_derive(repair->pipeline->options.engine, partition->clock, waits ? &fed : NULL, repair->arena,
                         subject);
    if (subject->held)
        expect_held(partition, subject);
    else if (waits)
        expect_waiting(partition, subject);
}

/* ---- suspects ---- */

static struct audit_suspect *suspect_of(struct audit *audit, const struct audit_subject *subject) {
    if (audit->n_suspects > 0 && strcmp(audit->suspects[audit->n_suspects - 1].subject, subject->found->subject) == 0)
        return &audit->suspects[audit->n_suspects - 1];
    if (audit->n_suspects == AUDIT_SUSPECTS_MAX)
        return NULL;
    struct audit_suspect *suspect = audit_round_suspect(audit, subject->found->subject);
    suspect->said_hash = subject->said_hash;
    suspect->inspected = true;
    return suspect;
}

static void suspect(struct audit *audit, const struct audit_subject *subject) {
    (void) suspect_of(audit, subject);
}

/* What the topic has of that alert decides. */
static void suspect_alert(struct audit *audit, const struct audit_subject *subject, const char *rule_and_anchor,
                          struct arena *arena) {
    struct audit_suspect *suspect = suspect_of(audit, subject);
    if (suspect == NULL)
        return;
    suspect->asked = reallocarray(suspect->asked, suspect->n_asked + 1, sizeof *suspect->asked);
    ENSURE(suspect->asked != NULL);
    suspect->asked[suspect->n_asked++] = text_copy(rule_and_anchor);
    if (audit->confirmation == NULL)
        audit->confirmation = audit_latest_new();
    const char *alert_id = arena_printf(arena, "%s|%s", subject->found->subject, rule_and_anchor);
    audit_latest_want(audit->confirmation, audit_latest_id(alert_id));
}

static void compare_with_latest(struct audit *audit, const struct audit_subject *subject, struct arena *arena) {
    for (size_t i = 0; audit->survey != NULL && i < record_n_said(subject->record); i++) {
        const struct said *said = record_said(subject->record, i);
        const char *alert = arena_printf(arena, "%s|%s", said->rule, said->anchor);
        const char *alert_id = arena_printf(arena, "%s|%s", subject->found->subject, alert);
        if (!audit_latest_is(audit->survey, alert_id, audit_subject_hash(said)))
            suspect_alert(audit, subject, alert, arena);
        audit->report.statements++;
    }
}

/* Whether anything must be asked before the subject can be put right. */
static bool collect_suspicions(struct audit *audit, const struct audit_subject *subject, struct arena *arena) {
    if (subject->facts_damaged || subject->found->n_fields == 0)
        suspect(audit, subject);
    for (size_t i = 0; i < subject->n_lost; i++)
        suspect_alert(audit, subject, subject->lost[i], arena);
    for (size_t i = 0; i < subject->n_unsaid; i++)
        suspect_alert(audit, subject, subject->unsaid[i], arena);
    return subject->facts_damaged || subject->found->n_fields == 0 || subject->n_lost > 0 || subject->n_unsaid > 0;
}

/* ---- timers ---- */

static void check_timer(struct audit_repair *repair, const struct audit_subject *subject) {
    if (instant_equal(subject->found->next, subject->next) && subject->found->listed)
        return;
    struct store_record record = {.subject = subject->found->subject, .next = subject->next};
    audit_repair_record(repair, &record);
    if (!subject->found->listed)
        audit_repair_find(repair, AUDIT_SUBJECT_UNLISTED, record.subject, true, "it is listed again");
    if (instant_equal(subject->found->next, subject->next))
        return;
    bool missing = instant_equal(subject->found->next, INSTANT_NEVER);
    audit_repair_find(repair, missing ? AUDIT_TIMER_MISSING : AUDIT_TIMER_WRONG, record.subject, true,
                      "the timer is set as its facts give it");
}

/* ---- the readers' table ---- */

static bool says(struct bytes row, const struct said *said) {
    char due_at[INSTANT_TEXT_MAX];
    json_t *root = json_loadb(row.data, row.length, 0, NULL);
    const char *state = json_string_value(json_object_get(root, "state"));
    const json_t *due = json_object_get(root, "due_at");
    bool none = instant_equal(said->due_at, INSTANT_NEVER);
    bool same =
        state != NULL && strcmp(state, alert_state_name(said->state)) == 0 &&
        (none ? json_is_null(due)
              : json_is_string(due) && strcmp(json_string_value(due), instant_format(said->due_at, due_at)) == 0);
    json_decref(root);
    return same;
}

static void put_row(struct audit_repair *repair, struct audit_subject *subject, const struct said *said,
                    const char *alert_id, bool missing) {
    const struct statement *latest = engine_restate(repair->pipeline->options.engine, subject->record,
                                                    repair->partition->clock, said->rule, said->anchor, repair->arena);
    if (latest == NULL)
        return;
    audit_repair_open(repair, open_alerts_row(latest, repair->arena));
    audit_repair_find(repair, missing ? AUDIT_OPEN_MISSING : AUDIT_OPEN_WRONG, alert_id, true,
                      "its row is written again");
}

/* The rows that there should be. */
struct rows {
    size_t count;
    struct store_open *wanted;
    const struct said **said;
    struct audit_subject **subjects;
};

static void collect_open(const struct audit_repair *repair, struct audit_subject *subject, struct rows *rows) {
    for (size_t i = 0; i < record_n_said(subject->record); i++) {
        const struct said *said = record_said(subject->record, i);
        const struct rule_face *rule = engine_find_rule(repair->pipeline->options.engine, said->rule);
        if (!alert_state_open(said->state) || rule == NULL)
            continue;
        rows->subjects[rows->count] = subject;
        rows->said[rows->count] = said;
        rows->wanted[rows->count++] = (struct store_open){
            .role = rule->owner == NULL ? OPEN_ALERTS_NO_ROLE : rule->owner,
            .alert_id = arena_printf(repair->arena, "%s|%s|%s", subject->found->subject, said->rule, said->anchor),
        };
    }
}

static struct rows collect_all_open(const struct audit_repair *repair, struct audit_subject *subjects, size_t count) {
    size_t n_said = 0;
    for (size_t i = 0; i < count; i++)
        n_said += record_n_said(subjects[i].record);
    struct rows rows = {
        .wanted = ARENA_ARRAY(repair->arena, struct store_open, n_said),
        .said = ARENA_ARRAY(repair->arena, const struct said *, n_said),
        .subjects = ARENA_ARRAY(repair->arena, struct audit_subject *, n_said),
    };
    for (size_t i = 0; i < count; i++)
        collect_open(repair, &subjects[i], &rows);
    return rows;
}

int audit_check_open(struct audit_repair *repair, struct audit_subject *subjects, size_t count) {
    const struct store *store = &repair->pipeline->options.store;
    struct rows rows = collect_all_open(repair, subjects, count);
    if (rows.count == 0)
        return 0;
    struct bytes *values = ARENA_ARRAY(repair->arena, struct bytes, rows.count);
    int outcome =
        store->ops->load_open(store->self, repair->partition->number, rows.wanted, rows.count, repair->arena, values);
    if (outcome != 0) {
        int result = pipeline_store_failed(repair->pipeline, repair->partition, outcome);
        return result < 0 ? result : outcome;
    }
    for (size_t i = 0; i < rows.count; i++)
        if (values[i].data == NULL || !says(values[i], rows.said[i]))
            put_row(repair, rows.subjects[i], rows.said[i], rows.wanted[i].alert_id, values[i].data == NULL);
    repair->partition->audit->report.alerts += rows.count;
    return 0;
}

/* ---- a step ---- */

/* Whether the subject is as it should be but for what is repaired at once. */
static bool check(struct audit_repair *repair, const struct store_found *found, struct audit_subject *subject) {
    struct pipeline *pipeline = repair->pipeline;
    struct audit *audit = repair->partition->audit;
    audit_subject_read(&pipeline->decode, found, repair->arena, subject);
    pipeline_erase_recall_all(pipeline, repair->partition, subject->record);
    audit_derive(repair, subject);
    compare_with_latest(audit, subject, repair->arena);
    audit->report.subjects++;
    if (collect_suspicions(audit, subject, repair->arena))
        return false;
    check_timer(repair, subject);
    return true;
}

static int check_all(struct audit_repair *repair, const struct store_found *found, size_t count) {
    struct audit_subject subjects[AUDIT_SUBJECTS_AT_ONCE];
    size_t n_good = 0;
    for (size_t i = 0; i < count; i++) {
        if (audit_is_touched(repair->partition, found[i].subject))
            continue;
        if (check(repair, &found[i], &subjects[n_good]))
            n_good++;
        else
            audit_subject_done(&subjects[n_good]);
    }
    int outcome = audit_check_open(repair, subjects, n_good);
    if (outcome == 0)
        outcome = audit_repair_commit(repair);
    for (size_t i = 0; i < n_good; i++)
        audit_subject_done(&subjects[i]);
    return outcome;
}

static int load_more(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct audit *audit = partition->audit;
    arena_reset(audit->arena);
    audit->next_subject = audit->n_subjects = 0;
    audit->begun = true;
    int outcome = store->ops->load_subjects(store->self, partition->number, &audit->cursor, audit->arena,
                                            &audit->subjects, &audit->n_subjects);
    if (outcome == 0)
        return 0;
    int result = pipeline_store_failed(pipeline, partition, outcome);
    return result < 0 ? result : outcome;
}

int audit_subjects_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over) {
    const struct store *store = &pipeline->options.store;
    struct audit *audit = partition->audit;
    if (audit->next_subject == audit->n_subjects) {
        *ret_over = audit->begun && audit->cursor == 0;
        return *ret_over ? 0 : load_more(pipeline, partition);
    }
    size_t left = audit->n_subjects - audit->next_subject;
    size_t count = left < AUDIT_SUBJECTS_AT_ONCE ? left : AUDIT_SUBJECTS_AT_ONCE;
    struct store_found *found = ARENA_ARRAY(pipeline->arena, struct store_found, count);
    int outcome = store->ops->inspect(store->self, partition->number, audit->subjects + audit->next_subject, count,
                                      pipeline->arena, found);
    if (outcome != 0) {
        int result = pipeline_store_failed(pipeline, partition, outcome);
        return result < 0 ? result : outcome;
    }
    struct audit_repair repair = audit_repair_new(pipeline, partition);
    outcome = check_all(&repair, found, count);
    if (outcome == 0)
        audit->next_subject += count;
    return outcome;
}
