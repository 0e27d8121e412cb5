/* pipeline_speak.c: applies the facts of a batch, derives every subject that may be derived at the partition's clock,
 * and fills the write with what follows.
 *
 * A subject is derived when a timer of it is due, or when a fact touched it at or before the clock: the clock moves to
 * an instant only when everything up to the end as it was at that instant has been consumed. Otherwise its timer is set
 * to the instant of the touch. */
#include "pipeline_speech.h"

#include "checkpoint.h"
#include "encode.h"
#include "ensure.h"
#include "erasure.h"
#include "open_alerts.h"
#include "record_codec.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is said ---- */

void pipeline_speech_add(struct speaker *speaker, struct bytes value) {
    if (speaker->n_entries == speaker->entries_capacity) {
        size_t capacity = speaker->entries_capacity == 0 ? 64 : speaker->entries_capacity * 2;
        speaker->entries =
            arena_grow_array(speaker->arena, speaker->entries, speaker->n_entries, capacity, sizeof *speaker->entries);
        speaker->entries_capacity = capacity;
    }
    struct sequence sequence = {speaker->partition->meta.epoch,
                                speaker->partition->n_sequence + (int64_t) speaker->n_entries + 1};
    speaker->entries[speaker->n_entries++] = (struct store_entry){sequence, value};
    speaker->bytes += value.length;
}

/* Up to when what is known is known to be complete, where that is not up to now. */
static struct instant stale_since(const struct speaker *speaker, const struct statement *statement) {
    const struct partition *partition = speaker->partition;
    struct instant since = partition->speaks_stale ? partition->caught_up_at : INSTANT_NEVER;
    return statement->incomplete ? instant_min(since, speaker->fed.complete_to) : since;
}

static const char *encode(struct speaker *speaker, const struct statement *statement) {
    const struct partition *partition = speaker->partition;
    struct encode_context context = {
        .source_prefix = speaker->pipeline->options.alert_source,
        .as_of = {.partition = partition->number,
                  .position = partition->batch.positions[SOURCE_EVENTS],
                  .clock = statement->said_at,
                  .packs = engine_packs_hash(speaker->pipeline->options.engine),
                  .calendars = engine_calendars_version(speaker->pipeline->options.engine, statement->authority)},
        .baseline = statement->because == BECAUSE_BASELINE,
        .stale_since = stale_since(speaker, statement),
    };
    char *text = encode_statement(statement, &context);
    const char *copy = arena_strdup(speaker->arena, text);
    free(text);
    return copy;
}

static void stage(struct speaker *speaker, enum sink_topic topic, const char *key, const char *text) {
    static const struct header content_type = {"content-type", ENCODE_CONTENT_TYPE, sizeof ENCODE_CONTENT_TYPE - 1};
    struct sink_entry entry = {
        .topic = topic,
        .partition = speaker->partition->number,
        .key = key,
        .key_length = strlen(key),
        .value = text,
        .value_length = strlen(text),
        .n_headers = 1,
        .headers = &content_type,
    };
    pipeline_speech_add(speaker, outbox_encode(&entry, speaker->arena));
}

/* The newest statement of an alert is most often one of this step, whose text is there already. */
static const char *text_of(struct speaker *speaker, const struct step *step, const char *const *texts,
                           const struct statement *latest) {
    bool of_step = latest >= step->statements && latest < step->statements + step->n_statements;
    return of_step ? texts[latest - step->statements] : encode(speaker, latest);
}

/* Until now, not until the partition's clock: that stands still while a storm of timers is drained in slices. What
 * waited for a feed was not late. */
static void note_lateness(struct speaker *speaker, const struct statement *statement) {
    if (statement->because == BECAUSE_CLOCK && !speaker->waits && statement->detected_at.ms > 0 &&
        !instant_equal(statement->detected_at, INSTANT_NEVER))
        lateness_note(&speaker->speech->lateness, speaker->pipeline->now.ms - statement->detected_at.ms);
}

static void stage_statements(struct speaker *speaker, const struct step *step) {
    const char **texts = ARENA_ARRAY(speaker->arena, const char *, step->n_statements);
    for (size_t i = 0; i < step->n_statements; i++) {
        const struct statement *statement = &step->statements[i];
        texts[i] = encode(speaker, statement);
        note_lateness(speaker, statement);
        stage(speaker, statement->escalation ? SINK_ESCALATIONS : SINK_ALERTS, statement->subject, texts[i]);
        if (statement->escalation)
            speaker->pipeline->counters.escalations++;
        else
            speaker->pipeline->counters.statements++;
    }
    for (size_t i = 0; i < step->n_changed; i++)
        stage(speaker, SINK_LATEST, step->latest[i]->alert_id, text_of(speaker, step, texts, step->latest[i]));
}

static void add_open(struct speaker *speaker, const struct statement *latest) {
    if (speaker->n_open == speaker->open_capacity) {
        size_t capacity = speaker->open_capacity == 0 ? 64 : speaker->open_capacity * 2;
        speaker->open =
            arena_grow_array(speaker->arena, speaker->open, speaker->n_open, capacity, sizeof *speaker->open);
        speaker->open_capacity = capacity;
    }
    speaker->open[speaker->n_open++] = open_alerts_row(latest, speaker->arena);
}

static struct store_said said_to_store(struct speaker *speaker, const struct said *said) {
    char *text = encode_said(said);
    size_t length = strlen(text);
    struct store_said stored = {
        .rule = arena_strdup(speaker->arena, said->rule),
        .anchor = arena_strdup(speaker->arena, said->anchor),
        .value = {arena_strndup(speaker->arena, text, length), length},
    };
    free(text);
    speaker->bytes += length;
    return stored;
}

static void remember_said(struct speaker *speaker, const struct step *step, struct store_record *record) {
    record->said = ARENA_ARRAY(speaker->arena, struct store_said, step->n_changed);
    for (size_t i = 0; i < step->n_changed; i++) {
        record->said[record->n_said++] = said_to_store(speaker, step->latest[i]->said);
        add_open(speaker, step->latest[i]);
    }
}

/* Why it is said now: what a load brought is baseline; what was due or touched before the consumer had caught up is
 * backlog, or the baseline of the first load; but what is looked at because rules or calendars have changed waited for
 * nothing else. */
static enum said_because because_of(const struct speaker *speaker, const struct work *work) {
    const struct store_meta *meta = &speaker->partition->meta;
    if (work->cached->held)
        return BECAUSE_BASELINE;
    struct instant at = work->cached->touched ? work->cached->touched_at : work->timer_at;
    bool waited = !instant_before(meta->backlog_to, at);
    if (waited && meta->baseline)
        return BECAUSE_BASELINE;
    if (!work->cached->touched && !instant_before(speaker->partition->rules_changed_at, at))
        return speaker->partition->rules_because;
    if (waited)
        return BECAUSE_BACKLOG;
    return work->cached->touched ? BECAUSE_RECORD : BECAUSE_CLOCK;
}

/* What came true while timers waited for the daemon would have been said without the change, too. */
static void tell_backlog_apart(const struct speaker *speaker, struct step *step) {
    for (size_t i = 0; i < step->n_statements; i++) {
        struct statement *statement = &step->statements[i];
        bool change = statement->because == BECAUSE_RULE_CHANGE || statement->because == BECAUSE_CALENDAR_CHANGE;
        if (change && !instant_before(statement->detected_at, speaker->partition->rules_waiting) &&
            instant_before(statement->detected_at, statement->said_at))
            statement->because = BECAUSE_BACKLOG;
    }
}

static bool may_derive(const struct speaker *speaker, const struct work *work) {
    if (speaker->bytes >= speaker->pipeline->options.bytes_max)
        return false;
    if (work->cached->touched)
        return !instant_before(speaker->partition->clock, work->cached->touched_at);
    return work->due;
}

static void derive(struct speaker *speaker, struct work *work, struct store_record *record) {
    struct step step;
    struct instant now = speaker->partition->clock;
    speaker->waits =
        pipeline_feeds_fed(speaker->pipeline, speaker->partition, work->cached, speaker->arena, &speaker->fed);
    speaker->fed.touched = work->cached->touched;
    struct step_options options = {
        .now = now, .fed = speaker->waits ? &speaker->fed : NULL, .because = because_of(speaker, work)};
    engine_step(speaker->pipeline->options.engine, work->cached->record, &options, speaker->arena, &step);
    tell_backlog_apart(speaker, &step);
    stage_statements(speaker, &step);
    remember_said(speaker, &step, record);
    speaker->waits = false;
    if (step.n_waiting > 0)
        step.next = instant_min(step.next, feeds_retry(now));
    struct instant soonest = {options.now.ms + 1};
    record->next = instant_max(step.next, soonest);
    record->released = work->cached->held;
    work->cached->held = false;
    speaker->speech->derived[speaker->speech->n_derived++] = work->cached;
    speaker->pipeline->counters.records_derived++;
    speaker->pipeline->counters.timers_fired += work->due;
}

/* ---- erasure ---- */

/* What readers have of the subject: open alerts are cancelled, all are forgotten, and a receipt stays. */
static void say_erasure(struct speaker *speaker, struct work *work, struct store_record *record) {
    struct pipeline *pipeline = speaker->pipeline;
    struct erasures_receipt receipt = {.n_facts = work->n_erased};
    receipt.said_at = instant_max(speaker->partition->clock, work->erasure->at);
    struct step_options options = {.now = receipt.said_at, .because = BECAUSE_RECORD, .only_erasure = true};
    struct step step;
    engine_step(pipeline->options.engine, work->cached->record, &options, speaker->arena, &step);
    stage_statements(speaker, &step);
    for (size_t i = 0; i < step.n_statements; i++) {
        if (step.statements[i].escalation)
            continue;
        add_open(speaker, &step.statements[i]);
        receipt.n_alerts++;
    }
    for (size_t i = 0; i < step.n_forgotten; i++)
        pipeline_speech_add(speaker, pipeline_erase_tombstone(speaker->partition, step.forgotten[i], speaker->arena));
    pipeline_speech_add(
        speaker, pipeline_erase_receipt(pipeline, speaker->partition, record->subject, &receipt, speaker->arena));
    record->forget_said = true;
    pipeline->counters.erasures++;
}

/* On care.facts what is left of a record replaces what was there, at once. How many parts that had is no longer known:
 * a tombstone for a part that never was does no harm. */
static void replace_checkpoint(struct speaker *speaker, const struct work *work, const struct store_record *record) {
    enum { FACT_BYTES_SUPPOSED = 4096 };
    int32_t partition = speaker->partition->number;
    size_t n_bytes = (work->n_erased + record->n_facts) * FACT_BYTES_SUPPOSED, count;
    const struct sink_entry *entries =
        checkpoint_tombstones(partition, record->subject, n_bytes, speaker->arena, &count);
    for (size_t i = 0; i < count; i++)
        pipeline_speech_add(speaker, outbox_encode(&entries[i], speaker->arena));
    if (record->n_facts == 0) {
        speaker->saved[speaker->n_saved++] = record->subject;
        return;
    }
    entries = checkpoint_facts(partition, record, speaker->arena, &count);
    for (size_t i = 0; i < count; i++)
        pipeline_speech_add(speaker, outbox_encode(&entries[i], speaker->arena));
}

/* All that is left, in place of what the store has. */
static void rewrite(struct speaker *speaker, struct work *work, struct store_record *record) {
    struct cached *cached = work->cached;
    size_t count = record_n_facts(cached->record);
    record->forget_facts = true;
    record->n_facts = count;
    record->facts = ARENA_ARRAY(speaker->arena, struct store_fact, count);
    for (size_t i = 0; i < count; i++) {
        struct bytes *value = &record->facts[i].value;
        record->facts[i].number = (int64_t) i;
        value->data = record_codec_encode(speaker->pipeline->decode.catalogue, record_fact(cached->record, i),
                                          speaker->arena, &value->length);
        speaker->bytes += value->length;
    }
    replace_checkpoint(speaker, work, record);
    cached->n_stored = 0;
    cached->rewrite = false;
    if (count > 0 || record_n_said(cached->record) > 0)
        return;
    record->removed = record->forget_said = true;
    record->held = cached->held = false;
    record->next = INSTANT_NEVER;
    cached->touched = false;
}

/* It is looked at when the load is over, or has lasted too long. */
static void hold(struct speaker *speaker, struct work *work, struct store_record *record, struct instant until) {
    speaker->pipeline->counters.subjects_held += !work->cached->held;
    record->held = work->cached->held = true;
    record->next = until;
    work->cached->touched = false;
}

static void speak_of(struct speaker *speaker, struct work *work) {
    struct instant until;
    bool held = pipeline_feeds_hold(speaker->pipeline, speaker->partition, work->cached, speaker->arena, &until);
    bool derived = !held && may_derive(speaker, work);
    if (!derived && work->due && !held)
        speaker->speech->timers_left = true;
    if (!derived && work->n_facts == 0 && !work->cached->rewrite && !(held && work->due))
        return;
    struct store_write *write = speaker->speech->write;
    struct store_record *record = &speaker->records[write->n_records];
    *record = (struct store_record){
        .subject = record_subject(work->cached->record),
        .n_facts = work->n_facts,
        .facts = work->facts,
        .next = work->cached->touched_at,
    };
    if (work->erasure != NULL)
        say_erasure(speaker, work, record);
    if (held)
        hold(speaker, work, record, until);
    if (derived)
        derive(speaker, work, record);
    if (work->cached->rewrite)
        rewrite(speaker, work, record);
    records_weigh(&speaker->partition->records, work->cached);
    speaker->speech->changed[write->n_records++] = work->cached;
    speaker->speech->next_timer = instant_min(speaker->speech->next_timer, record->next);
}

/* ---- the whole ---- */

struct due {
    struct store_timer *timers;
    size_t count;
};

/* The timers at or before the clock, as many as the cycle may still look at; notes the first one after it. */
static int load_due(struct speaker *speaker, struct due *ret_due) {
    const struct store *store = &speaker->pipeline->options.store;
    struct partition *partition = speaker->partition;
    struct due due = {0};
    speaker->speech->next_timer = partition->next_timer;
    size_t max = partition->careful_left > 0 ? 1 : speaker->pipeline->timers_left;
    if (!partition_is_due(partition) || speaker->pipeline->timers_left == 0 ||
        pipeline_careful_tries_message(partition)) {
        speaker->speech->timers_left = partition_is_due(partition);
        *ret_due = due;
        return 0;
    }
    size_t loaded;
    int outcome =
        store->ops->load_timers(store->self, partition->number, max + 1, speaker->arena, &due.timers, &loaded);
    if (outcome != 0)
        return outcome;
    while (due.count < loaded && !instant_before(partition->clock, due.timers[due.count].at))
        due.count++;
    speaker->speech->timers_left = due.count > max;
    speaker->speech->next_timer = due.count < loaded ? due.timers[due.count].at : INSTANT_NEVER;
    if (due.count > max)
        due.count = max;
    speaker->pipeline->timers_left -= due.count;
    *ret_due = due;
    return 0;
}

static void prepare(struct speaker *speaker, size_t n_subjects) {
    speaker->works = ARENA_ARRAY(speaker->arena, struct work, n_subjects);
    speaker->records = ARENA_ARRAY(speaker->arena, struct store_record, n_subjects);
    speaker->saved = ARENA_ARRAY(speaker->arena, const char *, n_subjects);
    speaker->speech->derived = ARENA_ARRAY(speaker->arena, struct cached *, n_subjects);
    speaker->speech->changed = ARENA_ARRAY(speaker->arena, struct cached *, n_subjects);
}

static void apply(struct speaker *speaker, const struct due *due) {
    const struct batch *batch = &speaker->partition->batch;
    for (size_t i = 0; i < batch->n_taken; i++)
        pipeline_facts_apply(speaker, &batch->taken[i]);
    for (size_t i = 0; i < due->count; i++) {
        struct work *work = pipeline_facts_work(speaker, due->timers[i].subject);
        work->due = true;
        work->timer_at = due->timers[i].at;
    }
    for (size_t i = 0; i < batch->n_entries; i++) /* after the facts: a full record adds to them */
        pipeline_speech_add(speaker, batch->entries[i]);
}

/* A message that is tried alone is derived now and not only when the consumer has caught up: by then it would be one
 * of many facts in the store, and nobody could tell which of them ends the process. */
static void try_out(struct speaker *speaker) {
    const struct view view = {.at = speaker->pipeline->now, .known_at = INSTANT_NEVER};
    for (size_t i = 0; i < speaker->n_works; i++) {
        struct instance *instances;
        size_t count;
        struct instant next;
        engine_derive(speaker->pipeline->options.engine, speaker->works[i].cached->record, view, speaker->arena,
                      &instances, &count, &next);
    }
}

static void fill(struct speaker *speaker) {
    struct store_write *write = speaker->speech->write;
    for (size_t i = 0; i < speaker->n_works; i++) {
        speak_of(speaker, &speaker->works[i]);
        speaker->works[i].cached->work = 0;
    }
    write->records = speaker->records;
    write->entries = speaker->entries;
    write->n_entries = speaker->n_entries;
    write->open = speaker->open;
    write->n_open = speaker->n_open;
    write->erased = speaker->erased;
    write->n_erased = speaker->n_erased;
    write->saved = speaker->saved;
    write->n_saved = speaker->n_saved;
    if (speaker->n_entries > 0)
        write->meta.staged = speaker->entries[speaker->n_entries - 1].sequence;
}

int pipeline_speak(struct pipeline *pipeline, struct partition *partition, struct speech *speech) {
    struct speaker speaker = {.pipeline = pipeline, .partition = partition, .speech = speech, .arena = pipeline->arena};
    struct due due;
    int outcome = load_due(&speaker, &due);
    if (outcome != 0)
        return outcome;
    size_t n_subjects;
    const char **subjects = pipeline_facts_subjects(&speaker, due.timers, due.count, &n_subjects);
    outcome = pipeline_facts_load(&speaker, subjects, n_subjects);
    if (outcome != 0)
        return outcome;
    prepare(&speaker, n_subjects);
    apply(&speaker, &due);
    if (pipeline_careful_tries_message(partition))
        try_out(&speaker);
    fill(&speaker);
    return 0;
}
