/* feeds.h: what the sources of a partition's events have said of their feeds: bulk loads, and up to when they are
 * complete (feed.load_started, feed.load_ended, feed.complete_to).
 *
 * Every partition keeps the same, whichever of them the events came on. It does not depend on their order: a load that
 * has ended stays ended, and of several instants the latest stands. So it may be told again at any time.
 *
 * Nothing here does I/O. Texts are copied. */
#ifndef WATCHKEEPER_FEEDS_H
#define WATCHKEEPER_FEEDS_H

#include "engine.h"
#include "store.h"

struct feeds_options {
    struct span load_limit;   /* a load that has not ended by then counts as ended */
    struct span wait;         /* what the clock brings about waits for a feed at most this long */
    struct span forget_after; /* a feed that has not been complete for that long is no longer waited for */
    size_t loads_max;         /* of each kind, loads and feeds; 0 and no limits: none are kept */
};

enum feeds_kind { FEEDS_LOAD, FEEDS_COMPLETE };
struct feeds_entry {
    enum feeds_kind kind;
    char *authority, *source, *reference; /* of the load, or of the feed; owned */
    struct instant started_at;            /* a load: recorded; INSTANT_NEVER: only its end has come */
    struct instant limit_at;              /* a load: the timers of those that wait for its end stand here */
    struct instant ended_at;              /* a load: when its end was taken; INSTANT_NEVER: it has not ended */
    bool over;                            /* a load: nobody waits for its end any more */
    struct instant complete_to;           /* a feed */
    int64_t interval_hours;               /* a feed: as it usually publishes; 0: not told */
    bool changed;                         /* the store has not been told yet */
    bool removed;                         /* and is to forget it */
};
struct feeds {
    struct feeds_entry *entries;
    size_t count, capacity;
};
void feeds_done(struct feeds *feeds); /* and ready for use again */

/* One event. */
struct feeds_event {
    const char *authority, *source, *reference;
    struct instant recorded_at; /* `time` */
    struct instant taken_at;    /* by this partition */
    struct instant complete_to; /* of feed.complete_to */
    int64_t interval_hours;     /* of feed.complete_to; 0: not told */
};
enum feeds_outcome {
    FEEDS_KNOWN = 1, /* nothing has changed */
    FEEDS_FULL,      /* as many loads as may be are open already: this one is not followed */
};
/* Beyond the limit the load that ended first makes room, or the feed that has been silent longest. */
int feeds_start(struct feeds *feeds, const struct feeds_options *options, const struct feeds_event *event);
int feeds_end(struct feeds *feeds, const struct feeds_options *options, const struct feeds_event *event);
int feeds_complete(struct feeds *feeds, const struct feeds_options *options, const struct feeds_event *event);

/* A load is open until the clock has passed the instant at which its end was taken, or its limit: facts that were
 * published before the end may be read after it. */
bool feeds_is_open(const struct feeds_entry *entry, struct instant clock);
/* Whether a load of the authority is open; then the latest limit of those that are. */
bool feeds_is_loading(const struct feeds *feeds, const char *authority, struct instant clock,
                      struct instant *ret_limit_at);
bool feeds_any_loading(const struct feeds *feeds, struct instant clock);
/* Whether what the clock brings about has to wait for feeds of the authority; then up to where. */
bool feeds_fed(const struct feeds *feeds, const struct feeds_options *options, const char *authority,
               struct instant clock, struct fed *ret_fed);
bool feeds_any_complete(const struct feeds *feeds);
/* Whether the timers of those that wait for a load that is open, or just no longer, stand at that instant. */
bool feeds_is_limit(const struct feeds *feeds, struct instant at);

/* What waits for a feed is looked at again at the first of these instants after `at`. They are such that hardly any
 * other timer stands on one of them. */
enum { FEEDS_RETRY_MS = 15 * 60 * 1000 };
struct instant feeds_retry(struct instant at);

/* As it is kept in the store: what has changed, in the arena. */
struct store_field *feeds_encode_changed(const struct feeds *feeds, struct arena *arena, size_t *ret_count);
void feeds_told(struct feeds *feeds); /* the store has taken that */
/* Adds what is not known yet, and marks it as changed unless it `stands` in the store. Returns whether it is ours. */
bool feeds_merge(struct feeds *feeds, const struct store_field *stored, bool stands);
/* All of it as one JSON array of names and values, for a checkpoint; NULL when there is nothing. And back: as
 * feeds_merge(). */
const char *feeds_to_json(const struct feeds *feeds, struct arena *arena);
void feeds_merge_json(struct feeds *feeds, const char *text);

#endif
