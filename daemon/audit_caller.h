/* audit_caller.h: somebody on the status socket who asked for an audit and waits for it: is told how far it is, about
 * each second, and at last what was found, one JSON object a line. */
#ifndef WATCHKEEPER_AUDIT_CALLER_H
#define WATCHKEEPER_AUDIT_CALLER_H

#include "pipeline.h"

struct audit_caller {
    int descriptor; /* negative: nobody waits */
    struct instant told_at;
};
#define AUDIT_CALLER_INIT ((struct audit_caller){.descriptor = -1})

/* Takes over the descriptor. Only one audit is made at a time: another caller is told so. */
void audit_caller_take(struct audit_caller *caller, struct pipeline *pipeline, int descriptor);
/* After each cycle. */
void audit_caller_tell(struct audit_caller *caller, const struct pipeline *pipeline, struct instant now);
void audit_caller_done(struct audit_caller *caller);

#endif
