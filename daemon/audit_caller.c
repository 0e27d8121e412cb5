/* audit_caller.c: see audit_caller.h. A caller who goes away does not end the audit. */
#include "audit_caller.h"

#include "audit_encode.h"
#include "status_socket.h"

#include <stdlib.h>
#include <unistd.h>

enum { TELL_MS = 1000 };

static bool say(int descriptor, char *line) {
    bool sent = status_socket_send(descriptor, line);
    free(line);
    return sent;
}

void audit_caller_take(struct audit_caller *caller, struct pipeline *pipeline, int descriptor) {
    if (caller->descriptor >= 0 || !pipeline_audit_start(pipeline)) {
        (void) say(descriptor, audit_encode_error("another audit is being made: ask again when it is over"));
        (void) close(descriptor);
        return;
    }
    caller->descriptor = descriptor;
    caller->told_at = INSTANT_DAWN;
}

void audit_caller_tell(struct audit_caller *caller, const struct pipeline *pipeline, struct instant now) {
    const struct auditor_result *result = pipeline_audit_result(pipeline);
    if (caller->descriptor < 0)
        return;
    if (result->over) {
        (void) say(caller->descriptor, audit_encode_result(result));
        audit_caller_done(caller);
    } else if (instant_equal(caller->told_at, INSTANT_DAWN) || now.ms - caller->told_at.ms >= TELL_MS) {
        caller->told_at = now;
        if (!say(caller->descriptor, audit_encode_progress(result)))
            audit_caller_done(caller);
    }
}

void audit_caller_done(struct audit_caller *caller) {
    if (caller->descriptor >= 0)
        (void) close(caller->descriptor);
    caller->descriptor = -1;
}
