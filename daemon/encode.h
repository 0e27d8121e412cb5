/* encode.h: statements, duties and what has been said, as JSON.
 *
 * A statement becomes one CloudEvent 1.0 in structured mode, compact, with keys in a fixed order (design.md section 4).
 * The memory of what has been said of the alert travels in data.said, so that care.alerts.latest alone restores it. All
 * texts returned are the caller's to free(). */
#ifndef WATCHKEEPER_ENCODE_H
#define WATCHKEEPER_ENCODE_H

#include "alert.h"
#include "arena.h"
#include "engine.h"

#include <stddef.h>
#include <stdint.h>

/* What was known when it was said: anyone with the log can recompute a statement from it. */
struct as_of {
    int32_t partition; /* negative: none (a replay) and null */
    int64_t position;  /* the next offset to be read; in a replay the number of lines taken */
    struct instant clock;
    const char *packs, *calendars; /* content hash; version */
};

struct encode_context {
    const char *source_prefix; /* CloudEvents source is <prefix>/<authority or "unknown">; "/watchkeeper" by default */
    struct as_of as_of;
    bool baseline;              /* found by an authority's bulk load; the key is left out when false */
    struct instant stale_since; /* INSTANT_NEVER: not stale, and the key is left out */
};
#define ENCODE_SOURCE_PREFIX "/watchkeeper"
#define ENCODE_CONTENT_TYPE "application/cloudevents+json"

/* Events named in a statement: the first, and the newest; `because_left_out` says how many more there are. Without a
 * limit a subject with thousands of events would make a statement that Kafka refuses, for ever. */
enum { ENCODE_EVIDENCE_MAX = 100 };
char *encode_statement(const struct statement *statement, const struct encode_context *context);

/* One line of `duties --json` (R41): subject, rule, anchor, opened_at, due_at, met_at, state, evidence. */
char *encode_instance(const char *subject, const struct instance *instance);

/* The memory of one alert, compact. */
char *encode_said(const struct said *said);

/* Of the memory of an alert, `version` in it. The first version does not name it. What changes it changes STORE_SCHEMA
 * too. */
enum { ENCODE_SAID_VERSION = 2 };

enum encode_outcome {
    ENCODE_NOT_OURS = 1, /* not the JSON that encode_said or encode_statement writes */
    ENCODE_NEWER,        /* a newer version wrote it */
};
/* The inverse of encode_said. Strings live in the arena. Returns 0 or enum encode_outcome. */
MUST_CHECK int encode_said_decode(const char *json, size_t length, struct arena *arena, struct said *ret_said);
/* From a value on care.alerts.latest: whose alert it is and the memory of it. Returns 0 or enum encode_outcome. */
MUST_CHECK int encode_latest_decode(const char *json, size_t length, struct arena *arena, const char **ret_subject,
                                    struct said *ret_said);

#endif
