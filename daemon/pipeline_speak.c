/* pipeline_speak.c: applies the facts of a batch, derives every subject that may be derived at the partition's clock,
 * and fills the write with what follows.
 *
 * A subject is derived when a timer of it is due, or when a fact touched it at or before the clock: the clock moves to
 * an instant only when everything up to the end as it was at that instant has been consumed. Otherwise its timer is set
 * to the instant of the touch. */
#include "pipeline_parts.h"

#include "encode.h"
#include "ensure.h"
#include "erasure.h"
#include "open_alerts.h"
#include "record_codec.h"

#include <stdlib.h>
#include <string.h>

/* One subject of this write. */
struct work {
    struct cached *cached;
    struct store_fact *facts;
    size_t n_facts, facts_capacity;
    const struct taken *erasure; /* of the subject itself, the last of this write; or NULL */
    size_t n_erased;             /* facts that were removed */
    bool due;                    /* its timer is at or before the clock */
    struct instant timer_at;
};

struct speaker {
    struct pipeline *pipeline;
    struct partition *partition;
    struct speech *speech;
    struct arena *arena;
    struct work *works;
    size_t n_works;
    struct store_record *records;
    struct store_entry *entries;
    size_t n_entries, entries_capacity;
    struct store_open *open;
    size_t n_open, open_capacity;
    struct store_erased *erased;
    size_t n_erased;
    size_t bytes;
};

/* ---- which subjects ---- */

static const char **collect_subjects(struct speaker *speaker, const struct store_timer *timers, size_t n_timers,
                                     size_t *ret_count) {
    const struct batch *batch = &speaker->partition->batch;
    const char **subjects = ARENA_ARRAY(speaker->arena, const char *, batch->n_taken + n_timers);
    size_t count = 0;
    for (size_t i = 0; i < batch->n_taken; i++)
        subjects[count++] = batch->taken[i].decoded.subject;
    for (size_t i = 0; i < n_timers; i++)
        subjects[count++] = timers[i].subject;
    *ret_count = count;
    return subjects;
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Those that are not in memory, each once. */
static size_t keep_missing(struct speaker *speaker, const char **subjects, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (records_find(&speaker->partition->records, subjects[i]) == NULL)
            subjects[kept++] = subjects[i];
    qsort(subjects, kept, sizeof *subjects, compare_texts);
    size_t unique = 0;
    for (size_t i = 0; i < kept; i++)
        if (unique == 0 || strcmp(subjects[unique - 1], subjects[i]) != 0)
            subjects[unique++] = subjects[i];
    return unique;
}

/* Whether all of them count; the others were erased and the store has not been told. */
static bool add_stored_facts(struct speaker *speaker, struct record *record, const struct store_record *stored) {
    bool all = true;
    pipeline_erase_recall(speaker->pipeline, speaker->partition, record, NULL);
    for (size_t i = 0; i < stored->n_facts; i++) {
        struct fact fact;
        const struct bytes *value = &stored->facts[i].value;
        if (record_codec_decode(&speaker->pipeline->decode, value->data, value->length, speaker->arena, &fact) != 0)
            continue;
        if (fact.origin != NULL)
            pipeline_erase_recall(speaker->pipeline, speaker->partition, record, fact.origin);
        all = record_add(record, &fact) != RECORD_ERASED && all; /* it was checked when it was stored */
    }
    return all;
}

static void add_stored_said(struct speaker *speaker, struct record *record, const struct store_record *stored) {
    for (size_t i = 0; i < stored->n_said; i++) {
        struct said said;
        const struct bytes *value = &stored->said[i].value;
        if (encode_said_decode(value->data, value->length, speaker->arena, &said) == 0)
            record_restore_said(record, &said);
    }
}

static void put_in_memory(struct speaker *speaker, const char *subject, const struct store_record *stored) {
    struct record *record = record_new(subject);
    bool all = add_stored_facts(speaker, record, stored);
    add_stored_said(speaker, record, stored);
    int64_t n_stored = stored->n_facts == 0 ? 0 : stored->facts[stored->n_facts - 1].number + 1;
    records_add(&speaker->partition->records, record, n_stored)->rewrite = !all;
}

static int load_missing(struct speaker *speaker, const char **subjects, size_t count) {
    const struct store *store = &speaker->pipeline->options.store;
    size_t missing = keep_missing(speaker, subjects, count);
    if (missing == 0)
        return 0;
    struct store_record *stored = ARENA_ARRAY(speaker->arena, struct store_record, missing);
    int outcome =
        store->ops->load_records(store->self, speaker->partition->number, subjects, missing, speaker->arena, stored);
    if (outcome != 0)
        return outcome;
    for (size_t i = 0; i < missing; i++)
        put_in_memory(speaker, subjects[i], &stored[i]);
    return 0;
}

/* ---- facts ---- */

static void add_entry(struct speaker *speaker, struct bytes value) {
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

static struct work *work_of(struct speaker *speaker, const char *subject) {
    struct cached *cached = records_find(&speaker->partition->records, subject);
    ENSURE(cached != NULL);
    if (cached->work == 0) {
        speaker->works[speaker->n_works++] = (struct work){.cached = cached, .timer_at = INSTANT_NEVER};
        cached->work = speaker->n_works;
    }
    return &speaker->works[cached->work - 1];
}

static void bury_full(struct speaker *speaker, const struct taken *taken) {
    static const struct refusal refusal = {"the subject's record holds as many events as it may", ""};
    pipeline_bury(speaker->pipeline, speaker->partition, &taken->message, "record_full", &refusal);
}

static void note_fact(struct speaker *speaker, struct work *work, const struct taken *taken) {
    struct store_fact stored = {.number = work->cached->n_stored + (int64_t) work->n_facts};
    stored.value.data = record_codec_encode(speaker->pipeline->decode.catalogue, &taken->decoded.fact, speaker->arena,
                                            &stored.value.length);
    if (work->n_facts == work->facts_capacity) {
        size_t capacity = work->facts_capacity == 0 ? 2 : work->facts_capacity * 2;
        work->facts = arena_grow_array(speaker->arena, work->facts, work->n_facts, capacity, sizeof *work->facts);
        work->facts_capacity = capacity;
    }
    work->facts[work->n_facts++] = stored;
    work->cached->touched = true;
    work->cached->touched_at = taken->at;
    speaker->bytes += stored.value.length;
    speaker->pipeline->counters.facts++;
}

static void add_mark(struct speaker *speaker, const char *subject, const struct fact *erasure) {
    speaker->erased = arena_grow_array(speaker->arena, speaker->erased, speaker->n_erased, speaker->n_erased + 1,
                                       sizeof *speaker->erased);
    speaker->erased[speaker->n_erased++] =
        pipeline_erase_mark(speaker->pipeline, speaker->partition, subject, erasure, speaker->arena);
}

static void note_erasure(struct speaker *speaker, struct work *work, const struct taken *taken) {
    const struct fact *erasure = &taken->decoded.fact;
    add_mark(speaker, erasure->origin == NULL ? taken->decoded.subject : erasure->origin, erasure);
    if (erasure->origin == NULL)
        work->erasure = taken;
    work->cached->touched = true;
    work->cached->touched_at = taken->at;
}

static void pass(struct speaker *speaker, const struct passing *passing) {
    if (erasure_is(passing->fact) && passing->fact->origin == NULL)
        add_mark(speaker, passing->to, passing->fact); /* of a reference that was joined to the subject */
    add_entry(speaker, pipeline_erase_passing(speaker->pipeline, passing, speaker->arena));
    speaker->pipeline->counters.facts_joined++;
}

static int take_fact(struct speaker *speaker, struct work *work, const struct taken *taken) {
    struct record *record = work->cached->record;
    struct passing *passings;
    size_t n_passings, before = record_n_facts(record);
    int outcome = engine_take(speaker->pipeline->options.engine, record, &taken->decoded.fact, speaker->arena,
                              &passings, &n_passings);
    for (size_t i = 0; i < n_passings; i++)
        pass(speaker, &passings[i]);
    size_t expected = before + (outcome == 0 && !erasure_is(&taken->decoded.fact));
    work->n_erased += expected - record_n_facts(record);
    speaker->pipeline->counters.facts_erased += expected - record_n_facts(record);
    if (outcome == 0 && (record_n_facts(record) < expected || erasure_is(&taken->decoded.fact)))
        work->cached->rewrite = true;
    return outcome;
}

static void apply_fact(struct speaker *speaker, const struct taken *taken) {
    struct work *work = work_of(speaker, taken->decoded.subject);
    switch (take_fact(speaker, work, taken)) {
    case RECORD_ERASED:
        speaker->pipeline->counters.events_erased_late++;
        break;
    case RECORD_DUPLICATE:
        speaker->pipeline->counters.duplicates++;
        break;
    case RECORD_FULL:
        bury_full(speaker, taken);
        break;
    default:
        if (erasure_is(&taken->decoded.fact))
            note_erasure(speaker, work, taken);
        else
            note_fact(speaker, work, taken);
    }
}

/* ---- what is said ---- */

static const char *encode(struct speaker *speaker, const struct statement *statement) {
    const struct partition *partition = speaker->partition;
    struct encode_context context = {
        .source_prefix = speaker->pipeline->options.alert_source,
        .as_of = {.partition = partition->number,
                  .position = partition->batch.positions[SOURCE_EVENTS],
                  .clock = statement->said_at,
                  .packs = engine_packs_hash(speaker->pipeline->options.engine),
                  .calendars = engine_calendars_version(speaker->pipeline->options.engine)},
        .baseline = statement->because == BECAUSE_BASELINE,
        .stale_since = partition->speaks_stale ? partition->caught_up_at : INSTANT_NEVER,
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
    add_entry(speaker, outbox_encode(&entry, speaker->arena));
}

/* The newest statement of an alert is most often one of this step, whose text is there already. */
static const char *text_of(struct speaker *speaker, const struct step *step, const char *const *texts,
                           const struct statement *latest) {
    bool of_step = latest >= step->statements && latest < step->statements + step->n_statements;
    return of_step ? texts[latest - step->statements] : encode(speaker, latest);
}

/* Until now, not until the partition's clock: that stands still while a storm of timers is drained in slices. */
static void note_lateness(struct speaker *speaker, const struct statement *statement) {
    if (statement->because == BECAUSE_CLOCK && statement->detected_at.ms > 0 &&
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

/* Why it is said now: what was due or touched before the consumer had caught up is backlog, or the baseline of the
 * first load. */
static enum said_because because_of(const struct speaker *speaker, const struct work *work) {
    const struct store_meta *meta = &speaker->partition->meta;
    struct instant at = work->cached->touched ? work->cached->touched_at : work->timer_at;
    if (!instant_before(meta->backlog_to, at))
        return meta->baseline ? BECAUSE_BASELINE : BECAUSE_BACKLOG;
    if (work->cached->touched)
        return BECAUSE_RECORD;
    return instant_before(speaker->partition->rules_changed_at, at) ? BECAUSE_CLOCK : BECAUSE_RULE_CHANGE;
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
    struct step_options options = {.now = speaker->partition->clock, .because = because_of(speaker, work)};
    engine_step(speaker->pipeline->options.engine, work->cached->record, &options, speaker->arena, &step);
    stage_statements(speaker, &step);
    remember_said(speaker, &step, record);
    struct instant soonest = {options.now.ms + 1};
    record->next = instant_max(step.next, soonest);
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
        add_entry(speaker, pipeline_erase_tombstone(speaker->partition, step.forgotten[i], speaker->arena));
    add_entry(speaker, pipeline_erase_receipt(pipeline, speaker->partition, record->subject, &receipt, speaker->arena));
    record->forget_said = true;
    pipeline->counters.erasures++;
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
    cached->n_stored = 0;
    cached->rewrite = false;
    if (count > 0 || record_n_said(cached->record) > 0)
        return;
    record->removed = record->forget_said = true;
    record->next = INSTANT_NEVER;
    cached->touched = false;
}

static void speak_of(struct speaker *speaker, struct work *work) {
    bool derived = may_derive(speaker, work);
    if (!derived && work->due)
        speaker->speech->timers_left = true;
    if (!derived && work->n_facts == 0 && !work->cached->rewrite)
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

/* The timers at or before the clock, as many as the write may hold; notes the first one after it. */
static int load_due(struct speaker *speaker, struct due *ret_due) {
    const struct store *store = &speaker->pipeline->options.store;
    struct partition *partition = speaker->partition;
    struct due due = {0};
    speaker->speech->next_timer = partition->next_timer;
    size_t max = partition->careful_left > 0 ? 1 : PIPELINE_TIMERS_MAX;
    if (!partition_is_due(partition) || pipeline_careful_tries_message(partition)) {
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
    *ret_due = due;
    return 0;
}

static void prepare(struct speaker *speaker, size_t n_subjects) {
    speaker->works = ARENA_ARRAY(speaker->arena, struct work, n_subjects);
    speaker->records = ARENA_ARRAY(speaker->arena, struct store_record, n_subjects);
    speaker->speech->derived = ARENA_ARRAY(speaker->arena, struct cached *, n_subjects);
    speaker->speech->changed = ARENA_ARRAY(speaker->arena, struct cached *, n_subjects);
}

static void apply(struct speaker *speaker, const struct due *due) {
    const struct batch *batch = &speaker->partition->batch;
    for (size_t i = 0; i < batch->n_taken; i++)
        apply_fact(speaker, &batch->taken[i]);
    for (size_t i = 0; i < due->count; i++) {
        struct work *work = work_of(speaker, due->timers[i].subject);
        work->due = true;
        work->timer_at = due->timers[i].at;
    }
    for (size_t i = 0; i < batch->n_entries; i++) /* after the facts: a full record adds to them */
        add_entry(speaker, batch->entries[i]);
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
    const char **subjects = collect_subjects(&speaker, due.timers, due.count, &n_subjects);
    outcome = load_missing(&speaker, subjects, n_subjects);
    if (outcome != 0)
        return outcome;
    prepare(&speaker, n_subjects);
    apply(&speaker, &due);
    if (pipeline_careful_tries_message(partition))
        try_out(&speaker);
    fill(&speaker);
    return 0;
}
