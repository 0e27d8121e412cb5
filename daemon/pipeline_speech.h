/* pipeline_speech.h: one write in the making: what pipeline_facts.c and pipeline_speak.c share. Nobody else includes
 * this. */
#ifndef WATCHKEEPER_PIPELINE_SPEECH_H
#define WATCHKEEPER_PIPELINE_SPEECH_H

#include "pipeline_parts.h"

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
    struct store_field *erased;
    size_t n_erased;
    const char **saved; /* subjects of which care.facts is told in this write that nothing is left */
    size_t n_saved;
    size_t bytes;
    bool waits; /* what the clock brings about for the subject that is being derived waits for feeds: */
    struct fed fed;
};

/* pipeline_facts.c: the subjects of the batch and of these timers, each perhaps several times. */
const char **pipeline_facts_subjects(struct speaker *speaker, const struct store_timer *timers, size_t n_timers,
                                     size_t *ret_count);
/* Reads from the store those that are not in memory. Returns 0 or enum store_outcome. */
int pipeline_facts_load(struct speaker *speaker, const char **subjects, size_t count);
/* The work on a subject that is in memory. */
struct work *pipeline_facts_work(struct speaker *speaker, const char *subject);
/* Takes a fact into its subject's record: kept, known already, erased, or too many. */
void pipeline_facts_apply(struct speaker *speaker, const struct taken *taken);

/* pipeline_speak.c: one more entry for the outbox, under the next sequence. */
void pipeline_speech_add(struct speaker *speaker, struct bytes value);

#endif
