/* pipeline_audit_resolve.c: puts suspects right, with what care.alerts.latest has of them at hand.
 *
 * What Kafka has of an alert and the record has not was said: it is remembered again and not said a second time. What
 * the record has and Kafka has not is written to care.alerts.latest again and nowhere else. Only then is the difference
 * taken: what is still unsaid is said, by making the subject due. Facts that cannot be read are taken from memory, else
 * from the events, which are read again from the beginning; what of them is known is known by its id. */
#include "pipeline_audit.h"

#include "encode.h"
#include "ensure.h"
#include "record_codec.h"

#include <stdlib.h>
#include <string.h>

/* One subject that is put right. */
struct mending {
    struct audit_repair *repair;
    const struct audit_suspect *suspect;
    struct audit_subject *subject;
    struct store_record record;
    bool changed;  /* the record is to be written */
    bool rebuilt;  /* from the events: nothing is derived before they are read */
    bool hopeless; /* nothing of it is to be written */
};

static const struct audit_latest *latest_of(const struct mending *mending) {
    return mending->repair->partition->audit->confirmation;
}

/* "<rule>|<anchor>" of one of the subject's alerts, or NULL. */
static const char *alert_of(const struct mending *mending, const char *alert_id) {
    size_t length = strlen(mending->suspect->subject);
    bool own = alert_id != NULL && strncmp(alert_id, mending->suspect->subject, length) == 0;
    return own && alert_id[length] == '|' ? alert_id + length + 1 : NULL;
}

static bool is_lost(const struct audit_subject *subject, const char *alert) {
    for (size_t i = 0; i < subject->n_lost; i++)
        if (strcmp(subject->lost[i], alert) == 0)
            return true;
    return false;
}

/* ---- what was said ---- */

static int64_t progress_of(const struct said *said) {
    int64_t sum = 0;
    for (size_t i = 0; i < ALERT_STATES; i++)
        sum += said->times[i];
    for (size_t i = 0; i < LADDER_RUNGS_MAX; i++)
        sum += said->rung_raised[i] + said->rung_ended[i];
    return sum;
}

static void remember(struct mending *mending, const struct said *said, const char *alert, const char *alert_id) {
    record_restore_said(mending->subject->record, said);
    mending->changed = true;
    if (!is_lost(mending->subject, alert) && mending->subject->found->n_fields > 0)
        audit_repair_find(mending->repair, AUDIT_MEMORY_LOST, alert_id, true,
                          "it is remembered again as care.alerts.latest has it");
}

static void restage(struct mending *mending, enum audit_kind kind, const struct said *said, const char *alert_id) {
    struct audit_repair *repair = mending->repair;
    const struct statement *latest = engine_restate(repair->pipeline->options.engine, mending->subject->record,
                                                    repair->partition->clock, said->rule, said->anchor, repair->arena);
    if (latest != NULL)
        audit_repair_stage(repair, latest);
    audit_repair_find(repair, kind, alert_id, latest != NULL,
                      latest != NULL ? "its newest statement is written there again, and nowhere else"
                                     : "no pack has its rule any more: readers may drop the alert");
}

static bool is_steady(const struct mending *mending) {
    return mending->suspect->inspected && mending->suspect->said_hash == mending->subject->said_hash;
}

static void take_row(struct mending *mending, const struct audit_row *row) {
    struct arena *arena = mending->repair->arena;
    const char *alert = alert_of(mending, row->alert_id);
    struct said topic;
    if (alert == NULL || encode_said_decode(row->said, strlen(row->said), arena, &topic) != 0)
        return;
    const struct said *said = audit_subject_said(mending->subject, alert);
    if (said == NULL || progress_of(&topic) > progress_of(said))
        remember(mending, &topic, alert, row->alert_id);
    else if (audit_subject_hash(said) != audit_subject_hash(&topic) && is_steady(mending))
        restage(mending, AUDIT_LATEST_WRONG, said, row->alert_id);
}

static bool has_row(const struct mending *mending, const char *alert) {
    const struct audit_latest *latest = latest_of(mending);
    for (size_t i = 0; i < audit_latest_n_rows(latest); i++) {
        const char *of_row = alert_of(mending, audit_latest_row(latest, i)->alert_id);
        if (of_row != NULL && strcmp(of_row, alert) == 0)
            return true;
    }
    return false;
}

static void compare_said(struct mending *mending) {
    const struct audit_latest *latest = latest_of(mending);
    for (size_t i = 0; i < audit_latest_n_rows(latest); i++)
        take_row(mending, audit_latest_row(latest, i));
    for (size_t i = 0; i < mending->suspect->n_asked && is_steady(mending); i++) {
        const char *alert = mending->suspect->asked[i];
        const struct said *said = audit_subject_said(mending->subject, alert);
        if (said != NULL && !has_row(mending, alert))
            restage(mending, AUDIT_LATEST_MISSING, said,
                    arena_printf(mending->repair->arena, "%s|%s", mending->suspect->subject, alert));
    }
}

/* ---- facts ---- */

/* The record in memory has them all, in the order of their numbers. */
static bool take_from_memory(struct mending *mending) {
    struct audit_repair *repair = mending->repair;
    struct cached *cached = records_find(&repair->partition->records, mending->suspect->subject);
    if (cached == NULL || (int64_t) record_n_facts(cached->record) != cached->n_stored ||
        record_n_facts(cached->record) < mending->subject->n_facts || cached->n_stored == 0)
        return false;
    struct record *record = record_new(mending->suspect->subject);
    size_t count = record_n_facts(cached->record);
    struct store_fact *facts = ARENA_ARRAY(repair->arena, struct store_fact, count);
    for (size_t i = 0; i < count; i++) {
        const struct fact *fact = record_fact(cached->record, i);
        (void) !record_add(record, fact);
        facts[i].number = (int64_t) i;
        facts[i].value.data =
            record_codec_encode(repair->pipeline->decode.catalogue, fact, repair->arena, &facts[i].value.length);
    }
    for (size_t i = 0; i < record_n_said(mending->subject->record); i++)
        record_restore_said(record, record_said(mending->subject->record, i));
    (void) record_free(mending->subject->record);
    mending->subject->record = record;
    mending->subject->facts = facts;
    mending->subject->n_facts = count;
    return true;
}

static bool may_read_again(struct mending *mending) {
    struct audit_repair *repair = mending->repair;
    struct instant *last = auditor_read_again_at(&repair->pipeline->auditor, repair->partition->number);
    if (!repair->read_again && last->ms > 0 && repair->pipeline->now.ms - last->ms < AUDIT_REBUILD_MS)
        return false;
    *last = repair->pipeline->now;
    repair->read_again = true;
    return true;
}

static void mend_facts(struct mending *mending) {
    bool missing = mending->subject->found->n_fields == 0;
    enum audit_kind kind = missing ? AUDIT_RECORD_MISSING : AUDIT_RECORD_DAMAGED;
    const char *subject = mending->suspect->subject;
    mending->changed = mending->record.replace = true;
    if (take_from_memory(mending)) {
        audit_repair_find(mending->repair, kind, subject, true, "it is written again from memory");
    } else if (may_read_again(mending)) {
        mending->rebuilt = true;
        audit_repair_find(mending->repair, kind, subject, true,
                          "the partition's events are read again from the beginning");
    } else {
        mending->hopeless = true;
        audit_repair_find(mending->repair, kind, subject, false,
                          "its events were read again within a day already; see that care.events keeps all, then "
                          "restart the daemon, which reads them once more");
    }
}

static void mend_record(struct mending *mending) {
    const struct audit_subject *subject = mending->subject;
    if (subject->facts_damaged || subject->found->n_fields == 0) {
        mend_facts(mending);
    } else if (subject->n_lost > 0) {
        mending->changed = mending->record.replace = true;
        audit_repair_find(mending->repair, AUDIT_RECORD_DAMAGED, mending->suspect->subject, true,
                          "what was said of it is taken from care.alerts.latest");
    }
}

/* ---- the difference ---- */

static void find_unsaid(struct mending *mending) {
    struct audit_subject *subject = mending->subject;
    struct audit_repair *repair = mending->repair;
    mending->record.next = subject->next;
    if (subject->n_unsaid > 0) {
        mending->changed = true;
        mending->record.next = repair->partition->clock; /* due now */
    }
    for (size_t i = 0; i < subject->n_unsaid; i++)
        audit_repair_find(repair, AUDIT_ALERT_UNSAID,
                          arena_printf(repair->arena, "%s|%s", mending->suspect->subject, subject->unsaid[i]), true,
                          "it is said now");
    if (mending->changed || instant_equal(subject->found->next, subject->next))
        return;
    mending->changed = true;
    bool missing = instant_equal(subject->found->next, INSTANT_NEVER);
    audit_repair_find(repair, missing ? AUDIT_TIMER_MISSING : AUDIT_TIMER_WRONG, mending->suspect->subject, true,
                      "the timer is set as its facts give it");
}

/* ---- the write ---- */

static void fill_facts(struct mending *mending) {
    const struct audit_subject *subject = mending->subject;
    struct store_fact *facts = ARENA_ARRAY(mending->repair->arena, struct store_fact, subject->n_facts);
    for (size_t i = 0; i < subject->n_facts; i++)
        facts[i] = (struct store_fact){(int64_t) i, subject->facts[i].value}; /* without gaps */
    mending->record.facts = facts;
    mending->record.n_facts = subject->n_facts;
}

static void fill_said(struct mending *mending) {
    struct arena *arena = mending->repair->arena;
    const struct record *record = mending->subject->record;
    size_t count = record_n_said(record);
    mending->record.said = ARENA_ARRAY(arena, struct store_said, count);
    mending->record.n_said = count;
    for (size_t i = 0; i < count; i++) {
        const struct said *said = record_said(record, i);
        char *text = encode_said(said);
        mending->record.said[i] = (struct store_said){
            .rule = arena_strdup(arena, said->rule),
            .anchor = arena_strdup(arena, said->anchor),
            .value = {arena_strdup(arena, text), strlen(text)},
        };
        free(text);
    }
}

static void put(struct mending *mending) {
    if (mending->record.replace)
        fill_facts(mending);
    mending->record.held = mending->subject->held;
    fill_said(mending);
    if (mending->record.n_facts + mending->record.n_said == 0 && mending->record.replace)
        audit_repair_forget(mending->repair, mending->suspect->subject);
    else
        audit_repair_record(mending->repair, &mending->record);
}

/* Erased since it became a suspect. */
static bool is_gone(const struct store_found *found) {
    return found->n_fields == 0 && !found->listed;
}

static int mend(struct audit_repair *repair, const struct store_found *found, const struct audit_suspect *suspect) {
    if (is_gone(found) || audit_is_touched(repair->partition, found->subject))
        return 0;
    CLEANUP(audit_subject_done) struct audit_subject subject;
    audit_subject_read(&repair->pipeline->decode, found, repair->arena, &subject);
    pipeline_erase_recall_all(repair->pipeline, repair->partition, subject.record);
    struct mending mending = {
        .repair = repair, .suspect = suspect, .subject = &subject, .record = {.subject = found->subject}};
    compare_said(&mending);
    mend_record(&mending);
    if (mending.hopeless)
        return 0;
    int outcome = 0;
    if (mending.rebuilt) {
        mending.record.next = instant_add(repair->pipeline->now, (struct span){1}); /* when it has caught up again */
    } else {
        audit_derive(repair, &subject);
        find_unsaid(&mending);
        outcome = audit_check_open(repair, &subject, 1);
    }
    if (outcome == 0 && mending.changed)
        put(&mending);
    return outcome;
}

int audit_resolve_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over) {
    const struct store *store = &pipeline->options.store;
    struct audit *audit = partition->audit;
    if (audit->next_subject == audit->n_suspects) {
        *ret_over = true;
        return 0;
    }
    size_t left = audit->n_suspects - audit->next_subject;
    size_t count = left < AUDIT_SUBJECTS_AT_ONCE ? left : AUDIT_SUBJECTS_AT_ONCE;
    const struct audit_suspect *suspects = audit->suspects + audit->next_subject;
    const char **subjects = ARENA_ARRAY(pipeline->arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        subjects[i] = suspects[i].subject;
    struct store_found *found = ARENA_ARRAY(pipeline->arena, struct store_found, count);
    int outcome = store->ops->inspect(store->self, partition->number, subjects, count, pipeline->arena, found);
    if (outcome != 0) {
        int result = pipeline_store_failed(pipeline, partition, outcome);
        return result < 0 ? result : outcome;
    }
    struct audit_repair repair = audit_repair_new(pipeline, partition);
    for (size_t i = 0; i < count && outcome == 0; i++)
        outcome = mend(&repair, &found[i], &suspects[i]);
    if (outcome == 0)
        outcome = audit_repair_commit(&repair);
    if (outcome == 0)
        audit->next_subject += count;
    return outcome;
}
