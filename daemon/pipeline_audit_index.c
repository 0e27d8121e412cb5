/* pipeline_audit_index.c: what is kept beside the records, looked at from its own side: timers without a subject, rows
 * of the readers' table without an open alert, the outbox. */
#include "pipeline_audit.h"

#include "encode.h"
#include "open_alerts.h"

#include <inttypes.h>
#include <string.h>

static int failed(struct pipeline *pipeline, struct partition *partition, int outcome) {
    int result = pipeline_store_failed(pipeline, partition, outcome);
    return result < 0 ? result : outcome;
}

/* ---- timers ---- */

static void check_unlisted(struct audit_repair *repair, const struct store_found *found) {
    if (found->listed || audit_is_touched(repair->partition, found->subject))
        return;
    if (found->n_fields == 0) {
        audit_repair_forget(repair, found->subject);
        audit_repair_find(repair, AUDIT_TIMER_ORPHAN, found->subject, true, "the timer is removed");
        return;
    }
    /* Looked at as soon as the clock moves; the next round has it among the subjects. */
    struct store_record record = {.subject = found->subject, .next = {repair->partition->clock.ms + 1}};
    audit_repair_record(repair, &record);
    audit_repair_find(repair, AUDIT_SUBJECT_UNLISTED, found->subject, true, "it is listed again");
}

int audit_timers_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over) {
    const struct store *store = &pipeline->options.store;
    struct audit *audit = partition->audit;
    struct store_listed_timer *timers;
    size_t count, n_unlisted = 0;
    int outcome =
        store->ops->scan_timers(store->self, partition->number, &audit->cursor, pipeline->arena, &timers, &count);
    if (outcome != 0)
        return failed(pipeline, partition, outcome);
    const char **unlisted = ARENA_ARRAY(pipeline->arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        if (!timers[i].listed)
            unlisted[n_unlisted++] = timers[i].timer.subject;
    struct store_found *found = ARENA_ARRAY(pipeline->arena, struct store_found, n_unlisted);
    if (n_unlisted > 0)
        outcome = store->ops->inspect(store->self, partition->number, unlisted, n_unlisted, pipeline->arena, found);
    if (outcome != 0)
        return failed(pipeline, partition, outcome);
    struct audit_repair repair = audit_repair_new(pipeline, partition);
    for (size_t i = 0; i < n_unlisted; i++)
        check_unlisted(&repair, &found[i]);
    audit->report.timers += count;
    *ret_over = audit->cursor == 0;
    return audit_repair_commit(&repair);
}

/* ---- the readers' table ---- */

static const char *subject_of(struct arena *arena, const char *alert_id) {
    return arena_strndup(arena, alert_id, strcspn(alert_id, "|"));
}

/* A memory that cannot be read is for those to judge who look at its record. */
static bool is_open_there(const struct audit_repair *repair, const struct store_open *row, struct bytes memory) {
    struct said said;
    if (memory.data == NULL)
        return false;
    if (encode_said_decode(memory.data, memory.length, repair->arena, &said) != 0)
        return true;
    const struct rule_face *rule = engine_find_rule(repair->pipeline->options.engine, said.rule);
    return alert_state_open(said.state) &&
           (rule == NULL || strcmp(row->role, rule->owner == NULL ? OPEN_ALERTS_NO_ROLE : rule->owner) == 0);
}

static void check_row(struct audit_repair *repair, const struct store_open *row, struct bytes memory) {
    if (audit_is_touched(repair->partition, subject_of(repair->arena, row->alert_id)) ||
        is_open_there(repair, row, memory))
        return;
    audit_repair_open(repair, (struct store_open){.role = row->role, .alert_id = row->alert_id});
    audit_repair_find(repair, AUDIT_OPEN_ORPHAN, row->alert_id, true, "its row is removed");
}

int audit_open_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over) {
    const struct store *store = &pipeline->options.store;
    struct audit *audit = partition->audit;
    struct store_open *rows;
    size_t count;
    int outcome = store->ops->scan_open(store->self, partition->number, &audit->scan, pipeline->arena, &rows, &count);
    if (outcome != 0)
        return failed(pipeline, partition, outcome);
    const char **alert_ids = ARENA_ARRAY(pipeline->arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        alert_ids[i] = rows[i].alert_id;
    struct bytes *memories = ARENA_ARRAY(pipeline->arena, struct bytes, count);
    outcome = store->ops->load_said(store->self, partition->number, alert_ids, count, pipeline->arena, memories);
    if (outcome != 0)
        return failed(pipeline, partition, outcome);
    struct audit_repair repair = audit_repair_new(pipeline, partition);
    for (size_t i = 0; i < count; i++)
        check_row(&repair, &rows[i], memories[i]);
    *ret_over = audit->scan.done;
    return audit_repair_commit(&repair);
}

/* ---- the outbox ---- */

static const char *sequence_text(struct arena *arena, struct sequence sequence) {
    return arena_printf(arena, "%" PRId64 ":%" PRId64, sequence.epoch, sequence.n);
}

static bool same(const struct outbox_item *item, const struct store_entry *entry) {
    return item->length == entry->value.length && memcmp(item->data, entry->value.data, item->length) == 0;
}

static const char *reference_of(const struct audit_repair *repair, struct sequence sequence) {
    return arena_printf(repair->arena, "outbox entry %s", sequence_text(repair->arena, sequence));
}

/* Both are sorted. What memory does not have has been published (everything before its head has), or was never ours. */
static void compare_outbox(struct audit_repair *repair, const struct store_entry *entries, size_t count) {
    const struct outbox *outbox = &repair->partition->outbox;
    size_t at = 0;
    for (size_t i = 0; i < count || at < outbox->count;) {
        int order = i == count            ? 1
                    : at == outbox->count ? -1
                                          : sequence_compare(entries[i].sequence, outbox->items[at].sequence);
        if (order < 0) {
            audit_repair_trim(repair, entries[i].sequence);
            audit_repair_find(repair, AUDIT_OUTBOX_WRONG, reference_of(repair, entries[i].sequence), true,
                              "it is removed: it has been published, or is not this daemon's");
        } else if (order > 0 || !same(&outbox->items[at], &entries[i])) {
            audit_repair_keep(repair, &outbox->items[at]);
            audit_repair_find(repair, AUDIT_OUTBOX_WRONG, reference_of(repair, outbox->items[at].sequence), true,
                              "it is written again from memory");
        }
        i += order <= 0;
        at += order >= 0;
    }
}

int audit_outbox_step(struct pipeline *pipeline, struct partition *partition, bool *ret_over) {
    const struct store *store = &pipeline->options.store;
    *ret_over = true;
    partition->audit->report.entries += partition->outbox.count;
    if (partition->audit->head.told)
        audit_report_add(&partition->audit->report, &partition->audit->head.finding); /* it was counted when found */
    if (partition->outbox.count > AUDIT_OUTBOX_MAX)
        return 0;
    struct store_entry *entries;
    size_t count;
    int outcome = store->ops->load_outbox(store->self, partition->number, pipeline->arena, &entries, &count);
    if (outcome != 0)
        return failed(pipeline, partition, outcome);
    struct audit_repair repair = audit_repair_new(pipeline, partition);
    compare_outbox(&repair, entries, count);
    return audit_repair_commit(&repair);
}
