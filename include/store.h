/* store.h: the state of partitions, kept by somebody who survives us (Redis).
 *
 * Every write names the epoch and revision it was computed from, is refused when they are not the store's own, is
 * applied whole or not at all, and writes absolute values only: design.md section 5. The layout in Redis is
 * daemon/redis-layout.md. The twin in memory is tests/support/memory_store.h. */
#ifndef WATCHKEEPER_STORE_H
#define WATCHKEEPER_STORE_H

#include "arena.h"
#include "result.h"
#include "source.h"
#include "timebase.h"

/* The place of an entry in the outbox: compared as a pair. Epochs come from Kafka, which cannot roll back, so a number
 * that was used before the store fell back to an older state is never used again for something else. */
struct sequence {
    int64_t epoch, n;
};
static inline int sequence_compare(struct sequence a, struct sequence b) {
    if (a.epoch != b.epoch)
        return a.epoch < b.epoch ? -1 : 1;
    return (a.n > b.n) - (a.n < b.n);
}

/* The version of what is kept. What an earlier version wrote is read, and written on in this one; what a later one
 * wrote is refused. The tests also build a daemon of the next version, which defines it otherwise. */
#ifndef STORE_SCHEMA
#define STORE_SCHEMA 2
#endif
enum { STORE_SCHEMA_FIRST = 1, STORE_HASH_MAX = 80, STORE_SUBJECT_MAX = 80 };
/* Of epochs, revisions, sequences, facts and instants that are read: what is above was not written by us, and could not
 * be counted on from. */
#define STORE_NUMBER_MAX (INT64_MAX / 4)

/* What was tried alone when the process ended: a message of each topic, and a subject whose timer had come. */
struct store_suspect {
    int64_t offset, deaths; /* no deaths: none */
};
struct store_suspect_subject {
    char subject[STORE_SUBJECT_MAX + 1];
    int64_t deaths;
};
enum store_attempt {
    STORE_ATTEMPT_NONE,
    STORE_ATTEMPT_MESSAGE, /* plus the topic */
    STORE_ATTEMPT_SUBJECT = STORE_ATTEMPT_MESSAGE + SOURCE_TOPICS,
};

/* Up to where care.facts holds the facts of every subject. */
struct store_checkpoint {
    bool exists;
    int64_t positions[SOURCE_TOPICS]; /* SOURCE_BEGINNING is possible */
    struct instant at;                /* when it was complete */
};

struct store_meta {
    bool exists; /* false: the store has nothing of this partition; the rest is zero */
    int64_t epoch, revision;
    struct sequence staged; /* the newest entry ever put into the outbox */
    int64_t positions[SOURCE_TOPICS];
    struct instant clock;        /* the partition's clock */
    struct instant caught_up_at; /* the instant at which the consumer was last known to be at the end */
    struct instant backlog_to;   /* what was due or touched up to here is said as backlog */
    bool live;                   /* has been at the end at least once; until then it counts as loading */
    bool baseline;               /* the backlog is that of the first load */
    bool restoring;              /* what has been said is being restored: it is not complete */
    bool rebuilding;             /* the facts are being taken from care.facts: they are not complete */
    struct store_checkpoint checkpoint;
    int32_t partitions;         /* of the topic, when the state was made */
    char packs[STORE_HASH_MAX]; /* content hash of the packs that derived it last */
    int64_t starts;             /* how often it was taken since it was last at the end with nothing left to derive */
    int32_t attempting;         /* enum store_attempt: which of the suspects is being tried */
    struct store_suspect suspects[SOURCE_TOPICS];
    struct store_suspect_subject suspect_subject;
};

struct bytes {
    const char *data; /* NULL: remove */
    size_t length;
};

struct store_fact {
    int64_t number; /* from 0, in the order in which the record took them */
    struct bytes value;
};
struct store_said {
    const char *rule, *anchor;
    struct bytes value;
};
struct store_record {
    const char *subject;
    size_t n_facts;
    struct store_fact *facts; /* sorted by number when read; only the new ones when written */
    size_t n_said;
    struct store_said *said; /* only the changed ones when written */
    bool held;               /* it waits, or waited, for the end of a load, and has not been looked at since */
    /* only when written: */
    bool released;       /* it is held no longer; without this and `held` that stays as it is */
    bool forget_facts;   /* drop all facts first */
    bool forget_said;    /* drop what was remembered of all alerts first */
    bool replace;        /* drop everything that the record has first */
    bool removed;        /* nothing of the subject remains: it is none of load_subjects() any more */
    bool checkpointed;   /* its facts come from care.facts: it is not noted as changed */
    struct instant next; /* the subject's timer; INSTANT_NEVER: none. */
};

struct store_timer {
    const char *subject;
    struct instant at;
};

struct store_open { /* the table of open alerts for readers */
    const char *role, *alert_id;
    struct bytes value;
};

/* A name and its value: of an audit all that is kept of a subject, as it stands there, readable or not; what stays of
 * an erased subject (daemon/erasures.h); what is known of a feed (daemon/feeds.h; value.data NULL: nothing any more).
 */
struct store_field {
    const char *name;
    struct bytes value;
};

struct store_entry {
    struct sequence sequence;
    struct bytes value;
};

/* For an audit. */
struct store_found {
    const char *subject;
    bool listed;         /* among the subjects */
    struct instant next; /* INSTANT_NEVER: no timer */
    size_t n_fields;     /* of its record */
    struct store_field *fields;
};
struct store_listed_timer {
    struct store_timer timer;
    bool listed; /* its subject is among the subjects */
};
/* Where a scan of the open alerts is: zero at first, and done when all were given. */
struct store_scan {
    uint64_t cursor;
    size_t role;
    bool done;
};

struct store_write {
    int32_t partition;
    int64_t epoch, revision; /* what this was computed from; 0 and 0 for a partition without state */
    struct store_meta meta;  /* as it shall be; its revision is that plus one */
    bool clear_open;
    size_t n_records, n_entries, n_trimmed, n_open, n_forgotten;
    const struct store_record *records;
    const struct store_entry *entries;
    const struct sequence *trimmed; /* entries that have been published */
    const struct store_open *open;
    const char *const *forgotten; /* subjects of which nothing is kept any more, neither record nor timer */
    size_t n_erased, n_feeds;
    const struct store_field *erased, *feeds;
    /* A subject that was given facts is noted as changed, with the revision of the write, until it has been saved. */
    size_t n_changed, n_saved;
    const char *const *changed; /* subjects that are noted besides */
    const char *const *saved;   /* whose facts are in an entry of this write for care.facts */
};

struct store_counts {
    size_t subjects, timers, open; /* open alerts */
    size_t changed;                /* subjects changed since their last checkpoint */
};

/* Every function but error() returns 0 or one of these. */
enum store_outcome {
    STORE_DOWN = 1, /* no answer; nothing was changed by a read, a write may or may not have been applied */
    STORE_REFUSED,  /* the epoch or revision is another: somebody else writes, or the store fell back */
    STORE_UNUSABLE, /* what is there is not ours: a key of another type, too old a server */
    STORE_NEWER,    /* a newer version wrote what is there */
};

struct store_ops {
    int (*load)(void *self, int32_t partition, struct store_meta *ret_meta);
    int (*load_records)(void *self, int32_t partition, const char *const *subjects, size_t count, struct arena *arena,
                        struct store_record *ret_records); /* one for each, empty when there is none */
    /* The earliest timers, sorted, at most max. */
    int (*load_timers)(void *self, int32_t partition, size_t max, struct arena *arena, struct store_timer **ret_timers,
                       size_t *ret_count);
    int (*load_outbox)(void *self, int32_t partition, struct arena *arena, struct store_entry **ret_entries,
                       size_t *ret_count); /* sorted by sequence */
    /* Some more subjects; *cursor is 0 at first and 0 again when all were given. One may be given twice. */
    int (*load_subjects)(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                         const char ***ret_subjects, size_t *ret_count);
    /* For an audit. */
    int (*inspect)(void *self, int32_t partition, const char *const *subjects, size_t count, struct arena *arena,
                   struct store_found *ret_found); /* one for each */
    int (*load_open)(void *self, int32_t partition, const struct store_open *wanted, size_t count, struct arena *arena,
                     struct bytes *ret_values); /* one for each role and alert id; no data where there is none */
    int (*load_said)(void *self, int32_t partition, const char *const *alert_ids, size_t count, struct arena *arena,
                     struct bytes *ret_values); /* what is remembered of each alert; no data where nothing is */
    int (*scan_timers)(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                       struct store_listed_timer **ret_timers, size_t *ret_count); /* as load_subjects */
    int (*scan_open)(void *self, int32_t partition, struct store_scan *scan, struct arena *arena,
                     struct store_open **ret_open, size_t *ret_count); /* as load_subjects */
    int (*load_erased)(void *self, int32_t partition, struct arena *arena, struct store_field **ret_erased,
                       size_t *ret_count);
    int (*load_feeds)(void *self, int32_t partition, struct arena *arena, struct store_field **ret_feeds,
                      size_t *ret_count);
    /* Subjects that were changed by that revision at the latest, the longest ago first, at most max. */
    int (*load_changed)(void *self, int32_t partition, int64_t revision, size_t max, struct arena *arena,
                        const char ***ret_subjects, size_t *ret_count);
    int (*write)(void *self, const struct store_write *write);
    int (*ping)(void *self); /* does it answer? */
    /* For a child process: the connection is its parent's; the next call makes one of its own. */
    void (*leave)(void *self);
    int (*count)(void *self, int32_t partition, struct store_counts *ret_counts);
    const char *(*error)(void *self); /* the last failure in words, with address and remedy; never NULL */
};

struct store {
    const struct store_ops *ops;
    void *self;
};

#endif
