/* memory_store.h: the store in memory, with the same checks as Redis' function, that can fail, fall back and be
 * emptied. */
#ifndef WATCHKEEPER_MEMORY_STORE_H
#define WATCHKEEPER_MEMORY_STORE_H

#include "store.h"

struct memory_store;
struct memory_store *memory_store_new(void);
struct memory_store *memory_store_free(struct memory_store *store); /* takes NULL, returns NULL */
struct store memory_store_ops(struct memory_store *store);

enum memory_store_fault {
    MEMORY_STORE_NO_FAULT,
    MEMORY_STORE_LOSE_CALL,  /* the next write is not applied and answered with STORE_DOWN */
    MEMORY_STORE_LOSE_REPLY, /* the next write is applied and answered with STORE_DOWN */
};
void memory_store_inject(struct memory_store *store, enum memory_store_fault fault);
void memory_store_set_down(struct memory_store *store, bool down);

/* What a server that lost its last second does: a copy of everything, and back to it. The copy is the caller's. */
struct memory_store *memory_store_copy(const struct memory_store *store);
void memory_store_fall_back(struct memory_store *store, const struct memory_store *copy);
void memory_store_empty(struct memory_store *store);

/* As if what is there had been written before there were checkpoints. */
void memory_store_forget_changed(struct memory_store *store);
/* As if other packs had derived it. */
void memory_store_set_packs(struct memory_store *store, int32_t partition, const char *hash);
/* As if another program had written into the outbox. */
void memory_store_put_entry(struct memory_store *store, int32_t partition, struct sequence sequence, const char *text);
/* Puts something there past all checks, or takes it away (data NULL): of kind "subject" or "timer" with owner "" and
 * the subject as name; "fact" with the subject as owner and twelve digits as name; "said" with the subject and
 * "<rule>|<anchor>"; "open" with the role and the alert's id; "outbox" with owner "" and twelve digits, a colon and
 * twelve digits. */
void memory_store_damage(struct memory_store *store, const char *kind, int32_t partition, const char *owner,
                         const char *name, const char *data);
const struct store_meta *memory_store_meta(const struct memory_store *store, int32_t partition);
size_t memory_store_count(const struct memory_store *store,
                          const char *kind); /* "fact", "said", "timer", "outbox", "open", "changed" */
/* Whether the text is in the name or the value of anything. */
bool memory_store_mentions(const struct memory_store *store, const char *text);
size_t memory_store_writes(const struct memory_store *store);
/* INSTANT_NEVER without one. */
struct instant memory_store_timer(const struct memory_store *store, const char *subject);

#endif
