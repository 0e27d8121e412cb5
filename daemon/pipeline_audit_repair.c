/* pipeline_audit_repair.c: what an audit found, and the one fenced write that repairs it. Each finding is told once, by
 * reference. */
#include "pipeline_audit.h"

#include "encode.h"
#include "ensure.h"
#include "hash.h"
#include "log.h"
#include "open_alerts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct audit_repair audit_repair_new(struct pipeline *pipeline, struct partition *partition) {
    return (struct audit_repair){
        .pipeline = pipeline,
        .partition = partition,
        .arena = pipeline->arena,
        .write = pipeline_write_from(partition),
    };
}

/* Makes room for one more at powers of two. */
static void *one_more(struct arena *arena, void *list, size_t count, size_t size) {
    if ((count & (count - 1)) != 0)
        return list;
    return arena_grow_array(arena, list, count, count == 0 ? 1 : count * 2, size);
}

void audit_repair_find(struct audit_repair *repair, enum audit_kind kind, const char *reference, bool repaired,
                       const char *action) {
    struct audit_finding finding = {
        .kind = kind, .partition = repair->partition->number, .repaired = repaired, .action = action};
    (void) snprintf(finding.reference, sizeof finding.reference, "%s", reference);
    repair->findings = one_more(repair->arena, repair->findings, repair->n_findings, sizeof *repair->findings);
    repair->findings[repair->n_findings++] = finding;
}

void audit_repair_record(struct audit_repair *repair, const struct store_record *record) {
    repair->records = one_more(repair->arena, repair->records, repair->n_records, sizeof *repair->records);
    repair->records[repair->n_records++] = *record;
}

void audit_repair_open(struct audit_repair *repair, struct store_open open) {
    repair->open = one_more(repair->arena, repair->open, repair->n_open, sizeof *repair->open);
    repair->open[repair->n_open++] = open;
}

void audit_repair_trim(struct audit_repair *repair, struct sequence sequence) {
    repair->trimmed = one_more(repair->arena, repair->trimmed, repair->n_trimmed, sizeof *repair->trimmed);
    repair->trimmed[repair->n_trimmed++] = sequence;
}

void audit_repair_forget(struct audit_repair *repair, const char *subject) {
    repair->forgotten = one_more(repair->arena, repair->forgotten, repair->n_forgotten, sizeof *repair->forgotten);
    repair->forgotten[repair->n_forgotten++] = subject;
}

static void add_entry(struct audit_repair *repair, struct sequence sequence, struct bytes value) {
    repair->entries = one_more(repair->arena, repair->entries, repair->n_entries, sizeof *repair->entries);
    repair->entries[repair->n_entries++] = (struct store_entry){sequence, value};
}

void audit_repair_keep(struct audit_repair *repair, const struct outbox_item *item) {
    add_entry(repair, item->sequence, (struct bytes){item->data, item->length});
}

static size_t n_staged(const struct audit_repair *repair) {
    size_t count = 0;
    for (size_t i = 0; i < repair->n_entries; i++)
        count += sequence_compare(repair->entries[i].sequence, repair->partition->meta.staged) > 0;
    return count;
}

void audit_repair_stage(struct audit_repair *repair, const struct statement *latest) {
    const struct partition *partition = repair->partition;
    const struct engine *engine = repair->pipeline->options.engine;
    struct encode_context context = {
        .source_prefix = repair->pipeline->options.alert_source,
        .as_of = {.partition = partition->number,
                  .position = partition->meta.positions[SOURCE_EVENTS],
                  .clock = partition->clock,
                  .packs = engine_packs_hash(engine),
                  .calendars = engine_calendars_version(engine, latest->authority)},
        .stale_since = INSTANT_NEVER,
    };
    static const struct header content_type = {"content-type", ENCODE_CONTENT_TYPE, sizeof ENCODE_CONTENT_TYPE - 1};
    char *text = encode_statement(latest, &context);
    struct sink_entry entry = {
        .topic = SINK_LATEST,
        .partition = partition->number,
        .key = latest->alert_id,
        .key_length = strlen(latest->alert_id),
        .value = text,
        .value_length = strlen(text),
        .n_headers = 1,
        .headers = &content_type,
    };
    struct sequence sequence = {partition->meta.epoch, partition->n_sequence + (int64_t) n_staged(repair) + 1};
    add_entry(repair, sequence, outbox_encode(&entry, repair->arena));
    free(text);
}

/* ---- telling ---- */

/* What cannot be repaired is found again in each round, and told once. */
static bool was_told(struct auditor *auditor, const struct audit_finding *finding) {
    if (finding->repaired)
        return false;
    uint64_t hash = hash_mix(hash_text(HASH_START, finding->reference), (uint64_t) finding->kind);
    for (size_t i = 0; i < AUDITOR_TOLD_MAX; i++)
        if (auditor->told[i] == hash)
            return true;
    auditor->told[auditor->next_told++ % AUDITOR_TOLD_MAX] = hash;
    return false;
}

void audit_repair_tell(struct pipeline *pipeline, struct partition *partition, const struct audit_finding *finding) {
    struct counters *counters = &pipeline->counters;
    audit_report_add(&partition->audit->report, finding);
    counters_add(counters->audit_findings_by_kind, COUNTERS_CLASSES_MAX, audit_kind_name(finding->kind));
    if (finding->repaired)
        counters->audit_repaired++;
    else
        counters->audit_not_repaired++;
    if (was_told(&pipeline->auditor, finding))
        return;
    log_tell_partition(finding->repaired ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR, "audit_finding", finding->partition,
                       "%s: partition %" PRId32 ", %s: %s; %s: %s", audit_kind_name(finding->kind), finding->partition,
                       finding->reference, audit_kind_text(finding->kind),
                       finding->repaired ? "repaired" : "not repaired", finding->action);
}

/* ---- the write ---- */

static bool is_empty(const struct audit_repair *repair) {
    return repair->n_records + repair->n_entries + repair->n_open + repair->n_trimmed + repair->n_forgotten == 0;
}

static void add_to_outbox(struct audit_repair *repair) {
    struct partition *partition = repair->partition;
    struct sequence known = {partition->meta.epoch, partition->n_sequence};
    for (size_t i = 0; i < repair->n_entries; i++)
        if (sequence_compare(repair->entries[i].sequence, known) > 0) {
            outbox_add(&partition->outbox, &repair->entries[i]);
            partition->n_sequence = repair->entries[i].sequence.n;
        }
}

/* What was in memory of the subjects may not be what is in the store now. */
static void accept(struct audit_repair *repair) {
    struct partition *partition = repair->partition;
    add_to_outbox(repair);
    for (size_t i = 0; i < repair->n_records; i++) {
        records_remove(&partition->records, repair->records[i].subject);
        partition->next_timer = instant_min(partition->next_timer, repair->records[i].next);
    }
    for (size_t i = 0; i < repair->n_forgotten; i++)
        records_remove(&partition->records, repair->forgotten[i]);
    if (repair->read_again)
        pipeline_read_again(repair->pipeline, partition);
}

static int write(struct audit_repair *repair) {
    struct store_write *write = &repair->write;
    write->records = repair->records;
    write->n_records = repair->n_records;
    write->entries = repair->entries;
    write->n_entries = repair->n_entries;
    write->open = repair->open;
    write->n_open = repair->n_open;
    write->trimmed = repair->trimmed;
    write->n_trimmed = repair->n_trimmed;
    write->forgotten = repair->forgotten;
    write->n_forgotten = repair->n_forgotten;
    if (n_staged(repair) > 0)
        write->meta.staged = repair->entries[repair->n_entries - 1].sequence;
    return pipeline_write(repair->pipeline, repair->partition, write);
}

int audit_repair_commit(struct audit_repair *repair) {
    if (repair->n_findings == 0 && is_empty(repair))
        return 0;
    int outcome = write(repair); /* also when there is nothing to write: what was read is confirmed by it */
    if (outcome != 0)
        return outcome;
    accept(repair);
    for (size_t i = 0; i < repair->n_findings; i++)
        audit_repair_tell(repair->pipeline, repair->partition, &repair->findings[i]);
    return 0;
}
