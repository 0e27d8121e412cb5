/* pipeline_facts.c: the facts of a batch: which subjects they are about, what the store has of those, and what becomes
 * of each fact. Nothing is derived here. */
#include "pipeline_speech.h"

#include "encode.h"
#include "ensure.h"
#include "erasure.h"
#include "record_codec.h"

#include <stdlib.h>
#include <string.h>

const char **pipeline_facts_subjects(struct speaker *speaker, const struct store_timer *timers, size_t n_timers,
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
    struct cached *cached = records_add(&speaker->partition->records, record, n_stored);
    cached->rewrite = !all;
    cached->held = stored->held;
}

int pipeline_facts_load(struct speaker *speaker, const char **subjects, size_t count) {
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

struct work *pipeline_facts_work(struct speaker *speaker, const char *subject) {
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
    pipeline_speech_add(speaker, pipeline_erase_passing(speaker->pipeline, passing, speaker->arena));
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

void pipeline_facts_apply(struct speaker *speaker, const struct taken *taken) {
    struct work *work = pipeline_facts_work(speaker, taken->decoded.subject);
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
