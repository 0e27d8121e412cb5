/* proof.h: does each statement about a subject follow from the events that were known when it was said?
 *
 * The subject's statements are gone through in the order of the clock. At each step the facts that were known by its
 * `as_of` are there, and the engine says again what it would say; both are compared, one by one. Where they differ the
 * memory is set to what was really said, so that one wrong statement does not make all that follow it wrong. */
#ifndef WATCHKEEPER_PROOF_H
#define WATCHKEEPER_PROOF_H

#include "engine.h"

struct proof_position { /* of a record in the log: a partition's offset, or -1 and the number of a line, from 0 */
    int32_t partition;
    int64_t offset;
};

struct proof_fact {
    struct proof_position position;
    struct fact fact;
};

struct proof_statement { /* what a line of alerts or escalations says */
    const char *id, *type, *rule, *anchor, *state;
    struct instant due_at; /* INSTANT_NEVER for null */
    int64_t count, level;
    bool escalation;
    struct proof_position known; /* the first position that was not known */
    struct instant clock;
    const char *packs;
};

struct proof_subject {
    size_t n_facts, facts_capacity;
    struct proof_fact *facts; /* sorted by proof_sort() */
    size_t n_statements, statements_capacity;
    struct proof_statement *statements;
};

struct proof_result {
    uint64_t follow, wrong, missing, not_checked;
};

struct proof_scope { /* which kinds are there to be compared: of the others nothing is missing */
    bool alerts, escalations;
};

/* Prints a line to stdout for each statement that does not follow, and for each that follows and is not there (once, at
 * the first step of the subject at which it is missing). */
void proof_check(const struct engine *engine, const char *subject, struct proof_subject *proof,
                 struct proof_scope scope, struct proof_result *result);

#endif
