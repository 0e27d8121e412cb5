/* audit_latest.h: what care.alerts.latest holds of one partition, as an audit needs it.
 *
 * A survey keeps a hash of each alert's memory, sixteen bytes an alert, and tells which alerts differ. Those are then
 * read once more and kept whole: a confirmation. */
#ifndef WATCHKEEPER_AUDIT_LATEST_H
#define WATCHKEEPER_AUDIT_LATEST_H

#include "source.h"
#include "store.h"

struct audit_row { /* texts are owned by the confirmation */
    char *alert_id, *subject, *said;
    char *role, *open; /* open NULL: not open */
};

struct audit_latest;
struct audit_latest *audit_latest_new(void);
struct audit_latest *audit_latest_free(struct audit_latest *latest); /* takes NULL, returns NULL */

uint64_t audit_latest_id(const char *alert_id); /* never 0 */

/* ---- a survey ---- */

/* One message, the oldest first; what cannot be read is as if it were not there. */
void audit_latest_survey(struct audit_latest *latest, const struct message *message, struct arena *arena);
/* Whether the memory is the one that the topic has. The alert counts as seen from then on. */
bool audit_latest_is(struct audit_latest *latest, const char *alert_id, uint64_t said_hash);
size_t audit_latest_count(const struct audit_latest *latest); /* alerts of which there is a statement */

/* ---- a confirmation ---- */

void audit_latest_want(struct audit_latest *latest, uint64_t id);
/* Wants every alert of the subject. */
void audit_latest_want_subject(struct audit_latest *latest, const char *subject);
/* Wants what the survey has and nobody asked for, up to that many alerts wanted altogether. */
void audit_latest_want_unseen(struct audit_latest *latest, const struct audit_latest *survey, size_t max);
size_t audit_latest_n_wanted(const struct audit_latest *latest);
void audit_latest_confirm(struct audit_latest *latest, const struct message *message, struct arena *arena);
size_t audit_latest_n_rows(const struct audit_latest *latest);
const struct audit_row *audit_latest_row(const struct audit_latest *latest, size_t place); /* alert_id NULL: erased */

#endif
