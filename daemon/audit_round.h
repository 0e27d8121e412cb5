/* audit_round.h: where the audit of one partition is.
 *
 * A round over one partition:
 *
 *   RESTING -> [READING] -> SUBJECTS -> [SETTLING -> CONFIRMING -> RESOLVING] -> TIMERS -> OPEN -> OUTBOX -> RESTING
 *
 * READING surveys care.alerts.latest, on demand and now and then. A subject of which something is unsaid or damaged, or
 * of which that topic has another statement, is a suspect: before anything is said or forgotten of it, the topic is
 * read once more for the alerts in question, from after everything that was said by then has been published, since it
 * alone tells what has been said already. */
#ifndef WATCHKEEPER_AUDIT_ROUND_H
#define WATCHKEEPER_AUDIT_ROUND_H

#include "arena.h"
#include "audit.h"
#include "audit_latest.h"
#include "store.h"

enum audit_phase {
    AUDIT_RESTING,
    AUDIT_READING,
    AUDIT_SUBJECTS,
    AUDIT_SETTLING,
    AUDIT_CONFIRMING,
    AUDIT_RESOLVING,
    AUDIT_TIMERS,
    AUDIT_OPEN,
    AUDIT_OUTBOX,
};

struct audit_suspect {
    char *subject;
    uint64_t said_hash;
    bool inspected; /* the hash is that of the record when it was inspected; else only the topic names it */
    size_t n_asked;
    char **asked; /* alerts, "<rule>|<anchor>" */
};

/* Of one partition. */
struct audit {
    enum audit_phase phase;
    bool on_demand, whole, begun; /* begun: the subjects have been asked for */
    struct arena *arena;          /* of the subjects at hand */
    struct arena *scratch;        /* of one message */
    const char **subjects;
    size_t n_subjects, next_subject;
    uint64_t cursor;
    struct store_scan scan;
    uint64_t ticket; /* of the reading; 0: none is under way */
    struct audit_latest *survey, *confirmation;
    size_t n_suspects;
    struct audit_suspect *suspects;
    struct sequence settle_after; /* what was said up to here must be published */
    struct instant settle_until;
    struct audit_report report;
    struct instant next_step_at, surveyed_at;
    int64_t spacing_ms;
    size_t steps_done, steps_whole; /* for progress */
    struct {
        struct sequence sequence;
        struct instant since;
        bool told;
        struct audit_finding finding; /* if it was */
    } head;                           /* of the outbox */
};

struct audit *audit_round_new(void);
struct audit *audit_round_free(struct audit *audit); /* takes NULL, returns NULL */
/* Forgets the round; what is kept between rounds stays. */
void audit_round_drop(struct audit *audit);
void audit_round_drop_suspects(struct audit *audit);
/* Makes room for one more; it is zero. */
struct audit_suspect *audit_round_suspect(struct audit *audit, const char *subject);

#endif
