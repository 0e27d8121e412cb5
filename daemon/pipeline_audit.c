/* pipeline_audit.c: the auditor at work: rounds over each partition in small steps, slowly by itself and at once when
 * asked.
 *
 * A partition is looked at only while everything due or touched at its clock has been derived and written: then what is
 * in the store is what deriving at that clock gives, or something is wrong. */
#include "pipeline_audit.h"

#include "ensure.h"
#include "log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPACING_MIN_MS = 20, SPACING_MAX_MS = 2000, TIMERS_A_STEP = 200, OPEN_A_STEP = 100 };

/* ---- may it look now? ---- */

static bool is_settled(const struct partition *partition) {
    return partition->meta.live && !partition->meta.restoring && !partition->speaks_stale &&
           !instant_before(partition->caught_up_at, partition->loaded_at) && !partition_is_due(partition) &&
           instant_equal(partition->batch.first_at, INSTANT_NEVER) && !partition->became_live;
}

static bool is_asked(struct pipeline *pipeline, const struct partition *partition) {
    const struct auditor_partition *asked =
        pipeline->auditor.asked ? auditor_find(&pipeline->auditor, partition->number) : NULL;
    return asked != NULL && !asked->covered && asked->why[0] == '\0';
}

/* ---- a round ---- */

static void pace(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct audit *audit = partition->audit;
    struct store_counts counts = {0};
    (void) store->ops->count(store->self, partition->number, &counts); /* whatever is wrong, the next call tells it */
    audit->steps_whole =
        4 + counts.subjects / AUDIT_SUBJECTS_AT_ONCE + counts.timers / TIMERS_A_STEP + counts.open / OPEN_A_STEP;
    int64_t spacing = pipeline->options.audit.interval.ms / (int64_t) audit->steps_whole;
    spacing = spacing < SPACING_MIN_MS ? SPACING_MIN_MS : spacing;
    audit->spacing_ms = audit->on_demand ? 0 : spacing > SPACING_MAX_MS ? SPACING_MAX_MS : spacing;
}

static void read_latest(struct pipeline *pipeline, struct partition *partition) {
    partition->audit->ticket = ++pipeline->last_ticket;
    pipeline->options.source.ops->read_table(pipeline->options.source.self, SOURCE_TABLE_ALERTS, partition->number,
                                             partition->audit->ticket);
}

static int begin(struct pipeline *pipeline, struct partition *partition, bool asked) {
    struct audit *audit = partition->audit;
    audit_round_drop(audit);
    audit->on_demand = asked;
    audit->report.started_at = pipeline->now;
    int64_t since_survey =
        instant_equal(audit->surveyed_at, INSTANT_DAWN) ? INT64_MAX : pipeline->now.ms - audit->surveyed_at.ms;
    audit->whole = asked || since_survey >= pipeline->options.audit.survey_interval.ms;
    pace(pipeline, partition);
    audit->phase = AUDIT_SUBJECTS;
    if (audit->whole) {
        audit->survey = audit_latest_new();
        audit->phase = AUDIT_READING;
        audit->surveyed_at = pipeline->now;
        read_latest(pipeline, partition);
    }
    return 0;
}

static void add_unseen(struct audit *audit) {
    if (audit->survey == NULL)
        return;
    if (audit->confirmation == NULL)
        audit->confirmation = audit_latest_new();
    audit_latest_want_unseen(audit->confirmation, audit->survey, AUDIT_SUSPECTS_MAX);
    audit->survey = audit_latest_free(audit->survey);
}

static void after_subjects(struct partition *partition) {
    struct audit *audit = partition->audit;
    add_unseen(audit);
    audit->cursor = 0;
    audit->phase = AUDIT_TIMERS;
    bool wanted = audit->confirmation != NULL && audit_latest_n_wanted(audit->confirmation) > 0;
    if (audit->n_suspects == 0 && !wanted)
        return;
    if (audit->confirmation == NULL)
        audit->confirmation = audit_latest_new();
    for (size_t i = 0; i < audit->n_suspects; i++)
        audit_latest_want_subject(audit->confirmation, audit->suspects[i].subject);
    audit->phase = AUDIT_SETTLING;
    audit->settle_after = partition->meta.staged;
    audit->settle_until = INSTANT_NEVER;
}

static bool is_published(const struct partition *partition) {
    return partition->outbox.count == 0 ||
           sequence_compare(partition->outbox.items[0].sequence, partition->audit->settle_after) > 0;
}

static int settle(struct pipeline *pipeline, struct partition *partition) {
    struct audit *audit = partition->audit;
    if (!is_published(partition))
        return 0;
    if (instant_equal(audit->settle_until, INSTANT_NEVER))
        audit->settle_until = instant_add(pipeline->now, (struct span){AUDIT_SETTLE_MS});
    if (instant_before(pipeline->now, audit->settle_until))
        return 0;
    audit->phase = AUDIT_CONFIRMING;
    read_latest(pipeline, partition);
    return 0;
}

static bool is_suspect(const struct audit *audit, const char *subject) {
    for (size_t i = 0; i < audit->n_suspects; i++)
        if (strcmp(audit->suspects[i].subject, subject) == 0)
            return true;
    return false;
}

/* Subjects that only the topic names. */
static void add_named(struct audit *audit) {
    for (size_t i = 0; i < audit_latest_n_rows(audit->confirmation); i++) {
        const struct audit_row *row = audit_latest_row(audit->confirmation, i);
        if (row->alert_id == NULL || is_suspect(audit, row->subject))
            continue;
        (void) audit_round_suspect(audit, row->subject);
    }
}

static void cover(struct pipeline *pipeline, struct partition *partition) {
    struct auditor_partition *asked = auditor_find(&pipeline->auditor, partition->number);
    if (asked == NULL)
        return;
    asked->covered = true;
    asked->report = partition->audit->report;
    partition->audit->report = (struct audit_report){0};
}

static void finish(struct pipeline *pipeline, struct partition *partition) {
    struct audit *audit = partition->audit;
    audit->report.ended_at = pipeline->now;
    pipeline->counters.audit_rounds++;
    pipeline->counters.audit_subjects += audit->report.subjects;
    audit->phase = AUDIT_RESTING;
    if (audit->on_demand)
        cover(pipeline, partition);
    audit->on_demand = false;
}

/* ---- a step ---- */

static int step_phase(struct pipeline *pipeline, struct partition *partition, bool *ret_over) {
    switch (partition->audit->phase) {
    case AUDIT_SUBJECTS:
        return audit_subjects_step(pipeline, partition, ret_over);
    case AUDIT_RESOLVING:
        return audit_resolve_step(pipeline, partition, ret_over);
    case AUDIT_TIMERS:
        return audit_timers_step(pipeline, partition, ret_over);
    case AUDIT_OPEN:
        return audit_open_step(pipeline, partition, ret_over);
    case AUDIT_OUTBOX:
        return audit_outbox_step(pipeline, partition, ret_over);
    case AUDIT_SETTLING:
        return settle(pipeline, partition);
    case AUDIT_RESTING:
    case AUDIT_READING:
    case AUDIT_CONFIRMING:
        break;
    }
    return 0;
}

static void next_phase(struct pipeline *pipeline, struct partition *partition) {
    struct audit *audit = partition->audit;
    switch (audit->phase) {
    case AUDIT_SUBJECTS:
        after_subjects(partition);
        return;
    case AUDIT_RESOLVING:
        audit_round_drop_suspects(audit);
        audit->cursor = 0;
        audit->phase = AUDIT_TIMERS;
        return;
    case AUDIT_TIMERS:
        audit->phase = AUDIT_OPEN;
        return;
    case AUDIT_OPEN:
        audit->phase = AUDIT_OUTBOX;
        return;
    case AUDIT_OUTBOX:
        finish(pipeline, partition);
        return;
    case AUDIT_RESTING:
    case AUDIT_READING:
    case AUDIT_SETTLING:
    case AUDIT_CONFIRMING:
        return;
    }
}

static bool is_waiting(const struct audit *audit) {
    return audit->phase == AUDIT_READING || audit->phase == AUDIT_CONFIRMING || audit->phase == AUDIT_SETTLING ||
           audit->phase == AUDIT_RESTING;
}

/* An entry that stays at the head of the outbox is told once. */
static void watch_outbox(struct pipeline *pipeline, struct partition *partition) {
    struct audit *audit = partition->audit;
    const struct outbox *outbox = &partition->outbox;
    if (outbox->count == 0 || sequence_compare(outbox->items[0].sequence, audit->head.sequence) != 0) {
        static const struct sequence none = {0, 0};
        audit->head.sequence = outbox->count == 0 ? none : outbox->items[0].sequence;
        audit->head.since = pipeline->now;
        audit->head.told = false;
        return;
    }
    if (audit->head.told || pipeline->now.ms - audit->head.since.ms < pipeline->options.audit.outbox_limit.ms)
        return;
    struct audit_finding finding = {
        .kind = AUDIT_OUTBOX_OLD,
        .partition = partition->number,
        .action = "publishing fails: see publishing_error and kafka in `watchkeeper status`; it goes out when Kafka "
                  "takes it",
    };
    (void) snprintf(finding.reference, sizeof finding.reference, "outbox entry %" PRId64 ":%" PRId64,
                    audit->head.sequence.epoch, audit->head.sequence.n);
    audit->head.told = true;
    audit->head.finding = finding;
    audit_repair_tell(pipeline, partition, &finding);
}

static int step(struct pipeline *pipeline, struct partition *partition) {
    bool over = false;
    arena_reset(pipeline->arena);
    int outcome = step_phase(pipeline, partition, &over);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0; /* it is being loaded again, and the round with it */
    struct audit *audit = partition->audit;
    audit->steps_done++;
    audit->next_step_at = instant_add(pipeline->now, (struct span){audit->spacing_ms});
    if (over)
        next_phase(pipeline, partition);
    if (audit->on_demand && !is_waiting(audit)) {
        pipeline->auditor.progress_at = pipeline->now;
        pipeline->more = true;
    }
    return 0;
}

int pipeline_audit_step(struct pipeline *pipeline, struct partition *partition) {
    bool asked = is_asked(pipeline, partition);
    if (!asked && pipeline->options.audit.interval.ms == 0)
        return 0;
    if (partition->audit == NULL)
        partition->audit = audit_round_new();
    struct audit *audit = partition->audit;
    watch_outbox(pipeline, partition);
    bool anew = asked && !audit->on_demand;
    if (pipeline->stopping || (!anew && instant_before(pipeline->now, audit->next_step_at)) || !is_settled(partition))
        return 0;
    if (anew || audit->phase == AUDIT_RESTING) {
        pipeline->auditor.progress_at = pipeline->now;
        return begin(pipeline, partition, asked);
    }
    return step(pipeline, partition);
}

struct instant pipeline_audit_wake(const struct pipeline *pipeline, const struct partition *partition) {
    const struct audit *audit = partition->audit;
    if (audit == NULL || !instant_before(pipeline->now, audit->next_step_at))
        return INSTANT_NEVER;
    return audit->next_step_at;
}

/* ---- care.alerts.latest ---- */

void pipeline_audit_latest(struct pipeline *pipeline, struct partition *partition, const struct source_event *event) {
    struct audit *audit = partition->audit;
    if (audit == NULL || audit->ticket == 0 || audit->ticket != event->ticket)
        return;
    arena_reset(audit->scratch);
    pipeline->auditor.progress_at = pipeline->now;
    if (event->kind == SOURCE_LATEST && audit->phase == AUDIT_READING) {
        audit_latest_survey(audit->survey, &event->of.message, audit->scratch);
    } else if (event->kind == SOURCE_LATEST) {
        audit_latest_confirm(audit->confirmation, &event->of.message, audit->scratch);
    } else if (audit->phase == AUDIT_READING) {
        audit->ticket = 0;
        audit->phase = AUDIT_SUBJECTS;
    } else {
        audit->ticket = 0;
        add_named(audit);
        audit->next_subject = audit->n_subjects = 0;
        audit->phase = AUDIT_RESOLVING;
    }
}

/* ---- on demand ---- */

bool pipeline_audit_start(struct pipeline *pipeline) {
    struct auditor *auditor = &pipeline->auditor;
    if (auditor->asked)
        return false;
    auditor_result_done(&auditor->result);
    auditor->asked = true;
    auditor->progress_at = pipeline->now;
    struct auditor_result *result = &auditor->result;
    result->started_at = pipeline->now;
    result->partitions = calloc(pipeline->n_partitions + 1, sizeof *result->partitions);
    ENSURE(result->partitions != NULL);
    result->n_partitions = pipeline->n_partitions;
    for (size_t i = 0; i < result->n_partitions; i++)
        result->partitions[i].number = pipeline->partitions[i]->number;
    return true;
}

const struct auditor_result *pipeline_audit_result(const struct pipeline *pipeline) {
    return &pipeline->auditor.result;
}

static const char *why_not(const struct pipeline *pipeline, const struct partition *partition) {
    if (partition == NULL)
        return "another daemon of the group has it now: ask that one";
    if (pipeline->stopping)
        return "the daemon is stopping";
    if (pipeline->store_down)
        return "Redis is down";
    if (pipeline->broker_down)
        return "Kafka is down";
    if (partition->state != PARTITION_RUNNING)
        return "it is still being loaded: ask again when `watchkeeper status` says live";
    if (!is_settled(partition))
        return "it has not caught up with its input: ask again when `watchkeeper status` says live";
    return "care.alerts.latest could not be read to its end";
}

static void give_up(const struct pipeline *pipeline, struct auditor_partition *asked) {
    struct partition *partition = pipeline_find(pipeline, asked->number);
    (void) snprintf(asked->why, sizeof asked->why, "%s", why_not(pipeline, partition));
    if (partition != NULL && partition->audit != NULL)
        partition->audit = audit_round_free(partition->audit);
}

static void add_progress(const struct pipeline *pipeline, struct auditor_result *result,
                         const struct auditor_partition *asked) {
    enum { SHARE = 1000 };
    const struct partition *partition = pipeline_find(pipeline, asked->number);
    result->whole += SHARE;
    if (asked->covered || asked->why[0] != '\0')
        result->done += SHARE;
    else if (partition != NULL && partition->audit != NULL && partition->audit->on_demand)
        result->done +=
            partition->audit->steps_done * SHARE / (partition->audit->steps_done + partition->audit->steps_whole);
}

void pipeline_audit_poll(struct pipeline *pipeline) {
    struct auditor *auditor = &pipeline->auditor;
    if (!auditor->asked)
        return;
    bool late = pipeline->stopping || pipeline->now.ms - auditor->progress_at.ms > AUDIT_PATIENCE_MS;
    size_t left = 0;
    auditor->result.done = auditor->result.whole = 0;
    for (size_t i = 0; i < auditor->result.n_partitions; i++) {
        struct auditor_partition *asked = &auditor->result.partitions[i];
        bool open = !asked->covered && asked->why[0] == '\0';
        if (open && (late || pipeline_find(pipeline, asked->number) == NULL))
            give_up(pipeline, asked);
        left += !asked->covered && asked->why[0] == '\0';
        add_progress(pipeline, &auditor->result, asked);
    }
    if (left > 0)
        return;
    auditor->asked = false;
    auditor->result.over = true;
    auditor->result.ended_at = pipeline->now;
}
