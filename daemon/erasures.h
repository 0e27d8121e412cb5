/* erasures.h: what a partition keeps of the subjects that were erased: a mark each, and the receipt.
 *
 * A mark says until when everything of a subject has been erased, under a name from which the subject cannot be read:
 * SHA-256 of the key `erasure.key` and the subject. It keeps what comes late, again, or from an older copy of the store
 * from bringing anything back. The receipt is the same for readers, on care.alerts.latest, so that the marks outlive
 * the store. */
#ifndef WATCHKEEPER_ERASURES_H
#define WATCHKEEPER_ERASURES_H

#include "store.h"

enum { ERASURES_NAME_MAX = 33, ERASURES_AUTHORITY_MAX = 16 };

struct erasures_mark {
    char name[ERASURES_NAME_MAX];
    struct instant to;
    char authority[ERASURES_AUTHORITY_MAX]; /* "" when it is not known */
};

struct erasures {
    struct erasures_mark *marks; /* sorted by name */
    size_t count, capacity;
};
#define ERASURES_INIT ((struct erasures){0})
void erasures_done(struct erasures *erasures); /* and ready for use again */

struct erasures_mark erasures_mark_of(const char *key, const char *subject, struct instant to, const char *authority);
/* Of one name the later stands. */
void erasures_put(struct erasures *erasures, const struct erasures_mark *mark);
/* NULL when nothing of the subject was erased; the key may be NULL. */
const struct erasures_mark *erasures_find(const struct erasures *erasures, const char *key, const char *subject);

/* As it is kept in the store; texts in the arena. */
struct store_field erasures_encode(const struct erasures_mark *mark, struct arena *arena);
bool erasures_decode(const struct store_field *stored, struct erasures_mark *ret_mark);

struct erasures_receipt {
    struct erasures_mark mark;
    struct instant said_at;
    struct instant removed_by; /* when the log's retention will have removed the rest; INSTANT_NEVER: it is kept without
                                  end or not known */
    size_t n_facts, n_alerts;  /* removed from the state; cancelled */
    const char *source_prefix; /* of the CloudEvents source */
};
/* Key and value on care.alerts.latest, in the arena. */
const char *erasures_receipt_key(const struct erasures_mark *mark, struct arena *arena);
const char *erasures_receipt_encode(const struct erasures_receipt *receipt, struct arena *arena);
/* Whether the key is that of a receipt; then the mark, when the value is what we write. */
bool erasures_is_receipt(const char *key);
bool erasures_receipt_decode(const char *value, size_t length, struct erasures_mark *ret_mark);

#endif
