/* pipeline_careful.c: a message that ends the process is found, and goes to the dead letters.
 *
 * A bug of ours that a message brings out (an assertion, a crash) would end the daemon at every start: the batch is
 * never written, so it is read again. So it is written down how often a partition was taken without getting to the end
 * of its input. After the first time messages are taken one at a time, and each is noted in the store before it is even
 * decoded. Whoever finds a note whose holder is gone counts one death of that message alone. After the second it is
 * tried in a child process: if that dies too, the message is buried, with class poison, and the partition goes on.
 *
 *   claim: starts + 1, deaths + 1 of what was noted -> note X -> decode, apply, derive X -> write: no note
 *
 * What ends the process may also be in the store already: facts are stored while the consumer is behind, and derived
 * later. So timers are taken one subject at a time too, by turns with the messages; a subject with two deaths is set
 * aside for a day, and messages that touch it meet the same fate as any other poison.
 *
 * A kill from outside that falls between note and write raises the deaths of something innocent; the child acquits it.
 * A reload within one process (the store went away) is no death: the process knows what it noted itself. All notes are
 * part of the fenced writes.
 *
 * It goes on for as many messages and timers as one ordinary write holds: what ended the process was among them. */
#include "pipeline_parts.h"

#include "decode.h"
#include "log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- the claim ---- */

static bool is_own_note(const struct pipeline *pipeline, const struct partition *partition) {
    return partition->number < pipeline->n_noted && partition->meta.epoch == pipeline->noted[partition->number];
}

static bool has_suspects(const struct store_meta *meta) {
    bool any = meta->suspect_subject.deaths > 0;
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        any = any || meta->suspects[i].deaths > 0;
    return any;
}

static void count_death(struct store_meta *meta) {
    if (meta->attempting == STORE_ATTEMPT_SUBJECT)
        meta->suspect_subject.deaths++;
    else
        meta->suspects[meta->attempting - STORE_ATTEMPT_MESSAGE].deaths++;
}

static size_t careful_steps(const struct pipeline *pipeline) {
    return pipeline->options.records_max + PIPELINE_TIMERS_MAX;
}

void pipeline_careful_claim(const struct pipeline *pipeline, struct partition *partition, struct store_meta *meta) {
    if (meta->attempting != STORE_ATTEMPT_NONE && !is_own_note(pipeline, partition))
        count_death(meta);
    meta->attempting = STORE_ATTEMPT_NONE;
    bool careful = meta->starts >= PIPELINE_STARTS_MAX || has_suspects(meta);
    meta->starts++;
    partition->careful_left = careful ? careful_steps(pipeline) : 0;
    if (careful)
        log_tell(LOG_LEVEL_NOTICE, "one_at_a_time",
                 "partition %" PRId32
                 " did not get to the end of its input since it was last taken: messages are taken "
                 "one at a time for a while",
                 partition->number);
}

/* ---- in a child process ---- */

struct attempt {
    struct pipeline *pipeline;
    struct partition *partition;
    const struct message *message; /* NULL: the subject whose timer is first */
};

/* Everything but the write. */
static bool attempt_all(void *self) {
    struct attempt *attempt = self;
    struct pipeline *pipeline = attempt->pipeline;
    pipeline->options.store.ops->leave(pipeline->options.store.self);
    if (attempt->message != NULL)
        pipeline_take_in(pipeline, attempt->partition, attempt->message);
    arena_reset(pipeline->arena);
    struct store_write write = pipeline_write_from(attempt->partition);
    struct speech speech = {.write = &write};
    return pipeline_speak(pipeline, attempt->partition, &speech) == 0;
}

static enum trial_outcome try_in_child(struct pipeline *pipeline, struct partition *partition,
                                       const struct message *message) {
    struct attempt attempt = {pipeline, partition, message};
    return pipeline->options.trial(attempt_all, &attempt);
}

/* ---- messages ---- */

void pipeline_careful_hold(struct batch *batch, const struct message *message) {
    batch->held = ARENA_NEW(batch->arena, struct message);
    *batch->held = batch_copy(batch, message);
}

static int write_note(struct pipeline *pipeline, struct partition *partition, struct store_write *write,
                      enum store_attempt attempt) {
    write->meta.attempting = (int32_t) attempt;
    pipeline->noted[partition->number] = partition->meta.epoch;
    int outcome = pipeline_write(pipeline, partition, write);
    return outcome > 0 ? PIPELINE_CAREFUL_DONE : outcome;
}

static int note_message(struct pipeline *pipeline, struct partition *partition, const struct message *message) {
    struct store_write write = pipeline_write_from(partition);
    struct store_suspect *suspect = &write.meta.suspects[message->topic];
    if (suspect->offset != message->offset)
        *suspect = (struct store_suspect){.offset = message->offset};
    return write_note(pipeline, partition, &write, STORE_ATTEMPT_MESSAGE + message->topic);
}

static bool is_poison(struct pipeline *pipeline, struct partition *partition, const struct message *message) {
    struct store_suspect *suspect = &partition->meta.suspects[message->topic];
    if (suspect->offset != message->offset || suspect->deaths < PIPELINE_DEATHS_MAX)
        return false;
    enum trial_outcome outcome = try_in_child(pipeline, partition, message);
    if (outcome == TRIAL_SURVIVED) {
        suspect->deaths = 0;
        log_tell(LOG_LEVEL_NOTICE, "acquitted", "partition %" PRId32 " of %s, offset %" PRId64, partition->number,
                 pipeline->options.topics[message->topic], message->offset);
    }
    return outcome == TRIAL_ENDED;
}

static void bury_poison(struct pipeline *pipeline, struct partition *partition, const struct message *message) {
    static const struct refusal refusal = {"the daemon ended each time it applied this event alone", ""};
    log_tell(
        LOG_LEVEL_ERROR, "poison",
        "partition %" PRId32 " of %s, offset %" PRId64
        ": the daemon ended %d times while it applied this event alone, and so did a child process; it goes to the "
        "dead letters",
        partition->number, pipeline->options.topics[message->topic], message->offset, PIPELINE_DEATHS_MAX);
    pipeline_bury(pipeline, partition, message, "poison", &refusal);
    pipeline_account(pipeline, partition, message);
    partition->careful_left = careful_steps(pipeline); /* there may be more of its kind */
}

static int try_message(struct pipeline *pipeline, struct partition *partition) {
    const struct message *message = partition->batch.held;
    if (is_poison(pipeline, partition, message)) {
        bury_poison(pipeline, partition, message);
    } else {
        int outcome = note_message(pipeline, partition, message);
        if (outcome != 0)
            return outcome;
        pipeline_take_in(pipeline, partition, message);
    }
    partition->batch.held = NULL;
    return 0;
}

/* ---- timers ---- */

static int set_aside(struct pipeline *pipeline, struct partition *partition, const char *subject) {
    const struct store_record record = {.subject = subject,
                                        .next = instant_add(pipeline->now, (struct span){PIPELINE_SET_ASIDE_MS})};
    struct store_write write = pipeline_write_from(partition);
    write.n_records = 1;
    write.records = &record;
    write.meta.suspect_subject = (struct store_suspect_subject){0};
    int outcome = pipeline_write(pipeline, partition, &write);
    if (outcome != 0)
        return outcome < 0 ? outcome : PIPELINE_CAREFUL_DONE;
    log_tell(LOG_LEVEL_ERROR, "set_aside",
             "%s is not watched until tomorrow: the daemon ended %d times while it derived that subject alone", subject,
             PIPELINE_DEATHS_MAX);
    pipeline->counters.set_aside++;
    partition->careful_left = careful_steps(pipeline);
    pipeline->more = true;
    return PIPELINE_CAREFUL_DONE;
}

/* Not what is not due yet, nor what a record has touched after the clock: a note must be followed by a write. */
static bool will_derive(struct partition *partition, const struct store_timer *timer) {
    const struct cached *cached = records_find(&partition->records, timer->subject);
    bool waits = cached != NULL && cached->touched && instant_before(partition->clock, cached->touched_at);
    return !waits && !instant_before(partition->clock, timer->at);
}

static void acquit_subject(struct store_suspect_subject *suspect) {
    suspect->deaths = 0;
    log_tell(LOG_LEVEL_NOTICE, "acquitted", "%s", suspect->subject);
}

static int try_subject(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct store_timer *timers;
    size_t count;
    arena_reset(pipeline->arena);
    int outcome = store->ops->load_timers(store->self, partition->number, 1, pipeline->arena, &timers, &count);
    if (outcome != 0) {
        int result = pipeline_store_failed(pipeline, partition, outcome);
        return result < 0 ? result : PIPELINE_CAREFUL_DONE;
    }
    if (count == 0 || !will_derive(partition, &timers[0]))
        return 0;
    struct store_write write = pipeline_write_from(partition);
    struct store_suspect_subject *suspect = &write.meta.suspect_subject;
    if (strcmp(suspect->subject, timers[0].subject) != 0) {
        *suspect = (struct store_suspect_subject){0};
        (void) snprintf(suspect->subject, sizeof suspect->subject, "%s", timers[0].subject);
    }
    if (suspect->deaths >= PIPELINE_DEATHS_MAX) {
        enum trial_outcome trial = try_in_child(pipeline, partition, NULL);
        if (trial == TRIAL_ENDED)
            return set_aside(pipeline, partition, suspect->subject);
        if (trial == TRIAL_SURVIVED)
            acquit_subject(suspect);
    }
    return write_note(pipeline, partition, &write, STORE_ATTEMPT_SUBJECT);
}

/* ---- around a write ---- */

int pipeline_careful_begin(struct pipeline *pipeline, struct partition *partition) {
    bool held = partition->batch.held != NULL;
    if (partition->careful_left == 0 && !held)
        return 0;
    bool timers = partition_is_due(partition) && (!held || partition->careful_timers);
    partition->careful_timers = !timers;
    if (timers)
        return try_subject(pipeline, partition);
    return held ? try_message(pipeline, partition) : 0;
}

bool pipeline_careful_tries_message(const struct partition *partition) {
    return partition->careful_left > 0 && partition->batch.n_messages > 0;
}

void pipeline_careful_pass(const struct partition *partition, bool timers_left, struct store_meta *meta) {
    bool reached_end = !instant_before(partition->caught_up_at, partition->loaded_at);
    if (reached_end && !timers_left)
        meta->starts = 0;
    if (meta->attempting == STORE_ATTEMPT_SUBJECT)
        meta->suspect_subject = (struct store_suspect_subject){0};
    meta->attempting = STORE_ATTEMPT_NONE;
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        if (meta->suspects[i].offset < partition->batch.positions[i])
            meta->suspects[i] = (struct store_suspect){0};
}

void pipeline_careful_count(struct partition *partition) {
    if (partition->careful_left > 0)
        partition->careful_left--;
}
