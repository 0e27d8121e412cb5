/* pipeline_parts.h: what the pipeline_*.c share. Nobody else includes this. */
#ifndef WATCHKEEPER_PIPELINE_PARTS_H
#define WATCHKEEPER_PIPELINE_PARTS_H

#include "pipeline.h"

enum {
    PIPELINE_TIMERS_MAX = 250,          /* due subjects looked at in one cycle, of all partitions together */
    PIPELINE_EVENTS_MAX = 2000,         /* taken from the source in one cycle */
    PIPELINE_INPUT_BYTES_MAX = 1 << 20, /* of one partition's messages in one write */
    PIPELINE_WEIGHT_MAX = 400000,       /* facts and alerts kept in memory, of all partitions together */
    PIPELINE_OUTBOX_FULL = 10000,       /* entries at which input waits, and at half of which it goes on */
    PIPELINE_PUBLISH_MAX = 2000,        /* entries in one transaction */
    PIPELINE_PUBLISH_BYTES_MAX = 4 << 20,
    PIPELINE_ASK_MS = 1000,      /* the clock of an idle partition moves this often */
    PIPELINE_ASK_AGAIN_MS = 200, /* after the ends could not be read */
    PIPELINE_POSITION_MS = 1000, /* a position with nothing said is committed this often */
    PIPELINE_PING_MS = 1000,     /* a store that is not spoken to is asked this often whether it is there */
    PIPELINE_STARTS_MAX = 1,     /* without a batch written, after which messages are taken one at a time */
    PIPELINE_DEATHS_MAX = 2,     /* of a message alone, after which it goes to the dead letters */
    PIPELINE_SET_ASIDE_MS = 24 * 3600 * 1000, /* a subject that ended the process is looked at again after this */
    PIPELINE_RETRY_MIN_MS = 100,
    PIPELINE_RETRY_MAX_MS = 5000,
};

struct publication_part {
    struct partition *partition;
    size_t n_entries;
    bool claim;
    struct sequence published;
};
struct publication {
    struct arena *arena;
    struct sink_batch batch;
    bool under_way;
    size_t n_parts;
    struct publication_part *parts;
};

struct pipeline {
    struct pipeline_options options;
    struct decode_context decode;
    struct counters counters;
    struct partition **partitions; /* sorted by number */
    size_t n_partitions;
    size_t n_cycles;    /* the partition that is first in a cycle is another each time */
    size_t timers_left; /* due subjects that this cycle may still look at */
    int32_t partitions_total;
    void *membership;
    size_t membership_length;
    struct publication publication;
    struct arena *arena; /* for one write */
    bool assigned, revoking, stopping, asking;
    bool store_down, broker_down;
    char broker_error[160];
    char error[512];
    struct instant now;
    struct instant store_answered_at; /* last */
    struct instant store_retry_at, sink_retry_at, ask_again_at;
    int64_t store_backoff_ms, sink_backoff_ms;
    uint64_t last_ticket; /* see partition.h */
    struct auditor auditor;
    size_t publish_first; /* whose turn it is */
    int64_t *noted;       /* by partition: the epoch under which this process last noted an attempt */
    int32_t n_noted;
    bool more;
    int64_t last_offset_told;
};

struct partition *pipeline_find(const struct pipeline *pipeline, int32_t number); /* may be NULL */
/* Ends for good; returns -EINVAL. */
int pipeline_fail(struct pipeline *pipeline, const char *format, ...) PRINTF_LIKE(2, 3);
/* Throws away what is in memory of one partition and begins again with loading it. */
void pipeline_reload(struct pipeline *pipeline, struct partition *partition, const char *why);
/* After a call of the store that did not return 0: reloads, waits, or ends. Returns 0 or -errno. */
int pipeline_store_failed(struct pipeline *pipeline, struct partition *partition, int outcome);
void pipeline_store_worked(struct pipeline *pipeline);
/* The base of the next write: what is in the store, with the next revision. */
struct store_write pipeline_write_from(const struct partition *partition);
/* Writes and, when it was accepted, remembers the new meta. Returns 0, an enum store_outcome that has been dealt with,
 * or -errno. */
int pipeline_write(struct pipeline *pipeline, struct partition *partition, struct store_write *write);

/* pipeline_ping.c: asks a store that has not been spoken to for a while whether it is there. Returns 0 or -errno. */
int pipeline_ping_store(struct pipeline *pipeline);

/* Forgets all partitions. */
void pipeline_drop_partitions(struct pipeline *pipeline);
/* pipeline_events.c: takes what the source has, in bounds. Returns 0 or -errno. */
int pipeline_take_events(struct pipeline *pipeline);
/* Gives the partitions back when nothing of them is being published any more: the group waits for this. */
void pipeline_finish_revocation(struct pipeline *pipeline);
/* pipeline_intake.c */
void pipeline_take(struct pipeline *pipeline, const struct message *message);
/* Puts the message among the dead letters of the batch. */
struct refusal;
void pipeline_bury(struct pipeline *pipeline, struct partition *partition, const struct message *message,
                   const char *error_class, const struct refusal *refusal);
/* Decodes the message, puts what it is into the batch, and counts it. */
void pipeline_take_in(struct pipeline *pipeline, struct partition *partition, const struct message *message);
/* Only the last: it is part of the batch. */
void pipeline_account(struct pipeline *pipeline, struct partition *partition, const struct message *message);
/* pipeline_careful.c: messages and timers one at a time, after starts that came to nothing. */
/* Fills in, for the claim, what the end of the last holder says, and decides how messages are taken. */
void pipeline_careful_claim(const struct pipeline *pipeline, struct partition *partition, struct store_meta *meta);
/* Holds the message back, unread, until it is noted that it is being applied. */
void pipeline_careful_hold(struct batch *batch, const struct message *message);
/* Before a write is made: notes what is to be tried alone, and puts it into the batch. Returns 0 to go on, -errno, or
 * PIPELINE_CAREFUL_DONE: this step is over. */
enum { PIPELINE_CAREFUL_DONE = 1 };
int pipeline_careful_begin(struct pipeline *pipeline, struct partition *partition);
/* For the write: what was tried has gone well. */
void pipeline_careful_pass(const struct partition *partition, bool timers_left, struct store_meta *meta);
/* Once it has been accepted. */
void pipeline_careful_count(struct partition *partition);
/* Whether a message is being tried alone; what is due must then not be blamed on it. */
bool pipeline_careful_tries_message(const struct partition *partition);
bool pipeline_is_full(const struct pipeline *pipeline, const struct partition *partition);
/* pipeline_erase.c. Loads the marks of the partition; in the pipeline's arena. Returns 0 or an enum store_outcome. */
int pipeline_erase_load(struct pipeline *pipeline, struct partition *partition);
/* Gives the record its mark, or that of an origin of its facts. */
void pipeline_erase_recall(const struct pipeline *pipeline, const struct partition *partition, struct record *record,
                           const char *origin);
/* Gives a record that was read its mark, and those of all origins of its facts. */
void pipeline_erase_recall_all(const struct pipeline *pipeline, const struct partition *partition,
                               struct record *record);
/* Remembers that the subject is erased and returns what the store must keep. */
struct store_field pipeline_erase_mark(const struct pipeline *pipeline, struct partition *partition,
                                       const char *subject, const struct fact *erasure, struct arena *arena);
/* Entries of the outbox. The mark of a receipt must have been made. */
struct bytes pipeline_erase_tombstone(const struct partition *partition, const char *alert_id, struct arena *arena);
struct bytes pipeline_erase_receipt(const struct pipeline *pipeline, const struct partition *partition,
                                    const char *subject, const struct erasures_receipt *draft, struct arena *arena);
struct bytes pipeline_erase_passing(const struct pipeline *pipeline, const struct passing *passing,
                                    struct arena *arena);
/* pipeline_feeds.c. Loads what is known of the feeds; in the pipeline's arena. Returns 0 or an enum store_outcome. */
int pipeline_feeds_load(struct pipeline *pipeline, struct partition *partition);
/* Takes an event about a feed, and puts copies for the other partitions into the batch if it did not come as one. */
bool pipeline_feeds_is(const struct fact *fact);
void pipeline_feeds_take(struct pipeline *pipeline, struct partition *partition, const struct message *message,
                         const struct fact *fact);
/* Puts what has changed into the write; and once that was accepted. */
void pipeline_feeds_fill(struct pipeline *pipeline, const struct partition *partition, struct store_write *write);
/* Whether nothing may be said of the subject because a load of its authority is open; then the timer it gets. */
bool pipeline_feeds_hold(const struct pipeline *pipeline, const struct partition *partition, struct cached *cached,
                         struct arena *arena, struct instant *ret_until);
/* Whether what the clock brings about for the subject has to wait for feeds of its authority. */
bool pipeline_feeds_fed(const struct pipeline *pipeline, const struct partition *partition, struct cached *cached,
                        struct arena *arena, struct fed *ret_fed);
/* One step of looking at those who waited. Returns 0 or -errno. */
int pipeline_feeds_step(struct pipeline *pipeline, struct partition *partition);
/* The header of a message on care.links that is for the record of another subject than its own. */
#define PIPELINE_JOINED_TO "watchkeeper.joined.to"
/* pipeline_load.c: one step of a partition that is not running. Returns 0 or -errno. */
int pipeline_load_step(struct pipeline *pipeline, struct partition *partition);
/* Writes down which packs derive the partition from now on. */
void pipeline_note_packs(const struct pipeline *pipeline, struct store_meta *meta);
/* pipeline_rescan.c: one step of giving every subject a timer, because the rules or the calendars have changed. Returns
 * 0 or -errno. */
int pipeline_rescan_step(struct pipeline *pipeline, struct partition *partition);
/* pipeline_restage.c: once care.alerts.latest has been read and before it is written to the store: what of the outbox
 * can be derived again goes, the rest gets new sequences. Returns 0, an enum store_outcome that has been dealt with, or
 * -errno. */
int pipeline_restage(struct pipeline *pipeline, struct partition *partition);
/* What cannot be published must be told before the partition is taken, and not found out while publishing. Returns 0 or
 * -errno. */
int pipeline_check_outbox(struct pipeline *pipeline, const struct partition *partition,
                          const struct store_entry *entries, size_t count);
/* Goes on where the facts are complete: to what has been said, or to the consumer. */
void pipeline_load_go_on(struct pipeline *pipeline, struct partition *partition);
/* pipeline_rebuild.c: asks for care.facts; one step of a partition in PARTITION_REBUILT, which returns 0 or -errno; and
 * tells how it was rebuilt when it has caught up. */
void pipeline_rebuild_begin(struct pipeline *pipeline, struct partition *partition);
int pipeline_rebuild_step(struct pipeline *pipeline, struct partition *partition);
void pipeline_rebuild_tell(struct pipeline *pipeline, struct partition *partition);
/* pipeline_checkpoint.c: one step of writing the facts of a running partition to care.facts. Returns 0 or -errno. */
int pipeline_checkpoint_step(struct pipeline *pipeline, struct partition *partition);
/* pipeline_restore.c: one step of a partition in PARTITION_RESTORED. Returns 0 or -errno. */
int pipeline_restore_step(struct pipeline *pipeline, struct partition *partition);
/* pipeline_run.c: one step of a running partition. Returns 0 or -errno. */
int pipeline_run_step(struct pipeline *pipeline, struct partition *partition);
/* pipeline_speak.c: loads what is needed, applies the batch, derives what may be derived, and fills the write; arrays
 * are in the pipeline's arena. Returns 0 or an enum store_outcome. */
struct speech {
    struct store_write *write;
    struct cached **derived; /* whose touch is answered by this write */
    size_t n_derived;
    struct cached **changed;   /* with how many new facts, in the order of write->records */
    struct lateness lateness;  /* of what the clock alone raised */
    struct instant next_timer; /* the earliest timer written */
    bool timers_left;          /* due timers remain, or it is not known */
};
int pipeline_speak(struct pipeline *pipeline, struct partition *partition, struct speech *speech);
/* pipeline_audit.c: one step of the audit of a running partition, when its time has come. Returns 0 or -errno. */
int pipeline_audit_step(struct pipeline *pipeline, struct partition *partition);
/* Takes SOURCE_LATEST and SOURCE_LATEST_END of a running partition. */
void pipeline_audit_latest(struct pipeline *pipeline, struct partition *partition, const struct source_event *event);
/* Once a cycle: is what was asked for over? */
void pipeline_audit_poll(struct pipeline *pipeline);
struct instant pipeline_audit_wake(const struct pipeline *pipeline, const struct partition *partition);
/* Reads the partition's topics from the beginning: what was taken before is known by its ids. */
void pipeline_read_again(struct pipeline *pipeline, struct partition *partition);
/* pipeline_publish.c */
void pipeline_publish_poll(struct pipeline *pipeline);
void pipeline_publish_start(struct pipeline *pipeline);

#endif
