/* partition.h: one partition of the state: where it is in its life, its clock, and what must be done when it is loaded.
 *
 *   NEW -> ASKED -> KNOWN -> CLAIMING -> CLAIMED -+-> REBUILDING -> REBUILT -+
 *    ^                                            +------------------------->+-> STARTING -> RUNNING
 *    |                                            +-> RESTORING -> RESTORED -+
 *    |                                            +----------------^ rules changed
 *    +--- any of them, on a mismatch, an uncertain reply or a lost producer: nothing in memory is trusted any more
 *
 * Nothing here does I/O: the load rules and the clock are functions of what was read. */
#ifndef WATCHKEEPER_PARTITION_H
#define WATCHKEEPER_PARTITION_H

#include "batch.h"
#include "erasures.h"
#include "feeds.h"
#include "outbox.h"
#include "records.h"
#include "store.h"

struct audit;
struct rebuild;
struct restore;

enum partition_state {
    PARTITION_NEW,        /* waits for the producer, and until nothing of it is being published */
    PARTITION_ASKED,      /* what is committed is being asked for */
    PARTITION_KNOWN,      /* it is known; the store is to be read and the epoch to be committed */
    PARTITION_CLAIMING,   /* the epoch is being committed */
    PARTITION_CLAIMED,    /* it is committed, and is to be taken in the store */
    PARTITION_REBUILDING, /* care.facts is being read */
    PARTITION_REBUILT,    /* what it says is being written to the store */
    PARTITION_RESTORING,  /* care.alerts.latest is being read */
    PARTITION_RESTORED, /* what it says is being written to the store; or, without a restore, a timer for every subject,
                           because the rules have changed */
    PARTITION_STARTING, /* the consumer is being set to the store's position */
    PARTITION_RUNNING,
    PARTITION_STATES
};
const char *partition_state_name(enum partition_state state);

/* What the group has committed for a partition. */
struct partition_commit {
    bool kept, exists;
    int64_t epoch;
    struct sequence published;
    int64_t written; /* the newest epoch that is known to have written to the store: it has that or a later one */
    int64_t starts[SOURCE_TOPICS]; /* the first offset that each topic still has */
    bool newer;                    /* a later version than ours has committed it */
};
/* "wk2 <epoch> <written> <epoch of the sequence> <n>"; the number is the version */
void partition_metadata_format(const struct partition_commit *commit, char buffer[static SINK_METADATA_MAX]);
struct partition_commit partition_commit_read(const struct source_committed *committed);

/* The load rules of design.md section 5. Where the group has committed nothing (a first start, or its offsets have
 * expired) the epoch is at least the seconds since 1970 (now): an epoch that was used before they expired, and that an
 * old copy of the store may still name, is never used again. */
struct partition_plan {
    int64_t epoch;             /* ours from now on */
    struct sequence published; /* the outbox is trimmed up to here; committed together with the epoch */
    bool restore; /* the store has lost something: clear the outbox, restore what has been said, catch up in silence */
    const char *reason; /* of a restore, in words; NULL for a first start, which finds care.alerts.latest empty, unless
                           both the store and the group's offsets are gone */
    bool rebuild; /* the store has no facts, or lacks those of events that the topic no longer has: take care.facts */
};
struct partition_plan partition_plan(const struct store_meta *meta, const struct partition_commit *commit,
                                     struct instant now);

struct partition {
    int32_t number;
    enum partition_state state;
    uint64_t ticket; /* of what was last asked of the source: answers to anything else are not for us */
    struct partition_commit commit;
    struct partition_plan plan;
    struct store_meta meta; /* as in the store */
    struct records records;
    struct batch batch;
    struct outbox outbox;
    struct erasures erasures;
    struct feeds feeds;
    struct {
        bool under_way; /* those whose timers stand at that instant are being made due */
        struct instant at;
        uint64_t cursor;
        size_t n_subjects;
        bool again; /* a feed has become more complete meanwhile */
    } release;
    struct restore *restore;
    struct audit *audit; /* NULL: none has begun */
    struct rebuild *rebuild;
    struct {
        bool told;      /* or there is nothing to tell */
        bool forgotten; /* subjects that care.facts has not */
        struct instant since;
        size_t n_subjects, n_facts; /* from care.facts */
        uint64_t n_messages;        /* read since */
    } rebuilt;
    struct {
        struct instant next_at;
        uint64_t mark_cursor;
        bool marked;   /* every subject has been noted as changed, since there is no checkpoint yet */
        bool in_round; /* a checkpoint is being written: of what was so at that revision and these positions */
        int64_t revision;
        int64_t positions[SOURCE_TOPICS];
        struct sequence last; /* newest entry for care.facts */
    } checkpoint;
    bool caught_up; /* the end has been reached since it was loaded */
    uint64_t rescan_cursor;
    int64_t n_sequence;  /* n of the newest entry of our epoch */
    size_t n_published;  /* entries at the head of the outbox that are published and not yet trimmed */
    size_t n_publishing; /* entries at its head, behind those, that are being published */
    bool publishing;     /* part of the transaction under way */
    bool position_told;  /* what meta says of the position is committed in Kafka */
    bool held;           /* the outbox is too full: input waits */
    int64_t positions_loaded[SOURCE_TOPICS];
    bool positions_checked;          /* those, against the ends of the topics, once */
    struct instant rules_changed_at; /* what had a timer up to here is looked at because the rules changed */
    enum said_because rules_because; /* or only the calendars */
    struct instant rules_waiting;    /* the first timer that was due under those before: it waited for the daemon */
    size_t careful_left; /* messages still to be taken one at a time (pipeline_careful.c); 0: as many as come */
    bool careful_timers; /* it is the timers' turn */
    bool speaks_stale;
    struct instant position_told_at;
    struct instant loaded_at, retry_at;
    struct {
        bool set;
        struct instant at;
        int64_t ends[SOURCE_TOPICS];
    } goal; /* the end as it was at that instant: when consumed up to it, the clock moves there */
    bool ends_known;
    int64_t ends[SOURCE_TOPICS]; /* as last heard, for showing */
    struct instant clock;        /* as meta.clock, but moved on before it is written */
    struct instant caught_up_at;
    bool clock_moved;
    bool became_live;          /* or fell behind and caught up: what meta says of the backlog is to be written */
    struct instant next_timer; /* the earliest in the store; INSTANT_DAWN: not known */
};

void partition_init(struct partition *partition, int32_t number);
void partition_done(struct partition *partition);
/* Forgets everything read or derived and begins again. */
void partition_forget(struct partition *partition, struct instant retry_at);
void partition_move(struct partition *partition, enum partition_state to);

enum { PARTITION_BEHIND_MS = 30 * 1000 };
/* Sets a goal unless one is set. */
void partition_aim(struct partition *partition, struct instant asked_at, const struct source_end *end);
/* Moves the clock when the goal is reached; returns whether it did. */
bool partition_reach(struct partition *partition);
/* Moves the clock of a partition that was live and has been behind for longer than stale_after; returns whether it did.
 */
bool partition_speak_stale(struct partition *partition, struct instant now, struct span stale_after);
/* Since when it has not been known to be at the end, for stale_after. */
struct instant partition_behind_since(const struct partition *partition);
bool partition_is_due(const struct partition *partition); /* a timer is at or before the clock, or not known */

#endif
