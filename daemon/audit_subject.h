/* audit_subject.h: one subject as it stands in the store: what of it can be read, and what deriving it gives. Nothing
 * here does I/O or says anything. */
#ifndef WATCHKEEPER_AUDIT_SUBJECT_H
#define WATCHKEEPER_AUDIT_SUBJECT_H

#include "decode.h"
#include "engine.h"
#include "store.h"

struct audit_subject {
    const struct store_found *found;
    struct record *record; /* of what can be read; audit_subject_done() */
    size_t n_facts;
    struct store_fact *facts; /* those that can be read, sorted by number; also of types that the catalogue forgot */
    bool held;                /* by a load */
    bool facts_damaged;       /* one cannot be read or is missing, or there is what is no part of a record */
    size_t n_lost;
    const char **lost;  /* "<rule>|<anchor>" of memories that cannot be read */
    uint64_t said_hash; /* of all that is remembered as said */
    /* After audit_subject_derive(): */
    size_t n_unsaid;
    const char **unsaid; /* "<rule>|<anchor>" of alerts of which something is to be said at that instant */
    size_t n_waiting;    /* statements that wait for the feeds */
    struct instant next; /* the timer that it should have if nothing is; INSTANT_NEVER for none */
};

/* Texts live in the arena. */
void audit_subject_read(const struct decode_context *context, const struct store_found *found, struct arena *arena,
                        struct audit_subject *ret_subject);
void audit_subject_derive(const struct engine *engine, struct instant clock, const struct fed *fed, struct arena *arena,
                          struct audit_subject *subject);
void audit_subject_done(struct audit_subject *subject);

/* Of the memory of one alert; equal for equal memories. */
uint64_t audit_subject_hash(const struct said *said);
/* The memory of an alert, or NULL. */
const struct said *audit_subject_said(const struct audit_subject *subject, const char *rule_and_anchor);

#endif
