/* pipeline.h: from events to alerts: decode -> apply -> derive -> commit -> publish -> trim, for every partition held.
 *
 * It is driven by cycles and handed the time; it blocks nowhere but in the store's calls and reads no clock, so that a
 * simulation can drive it. The commit protocol is design.md section 5; each step has its own pipeline_*.c. */
#ifndef WATCHKEEPER_PIPELINE_H
#define WATCHKEEPER_PIPELINE_H

#include "auditor.h"
#include "counters.h"
#include "engine.h"
#include "feeds.h"
#include "partition.h"
#include "sink.h"
#include "source.h"
#include "store.h"
#include "trial.h"

#include <errno.h>

struct pipeline_options {
    const struct engine *engine;
    struct source source;
    struct store store;
    struct sink sink;
    const char *topics[SOURCE_TOPICS]; /* their own names, for dead letters */
    const char *alert_source;          /* prefix of the CloudEvents source; NULL: the default */
    const char *erasure_key;           /* of the names of what was erased (erasures.h); may be NULL */
    struct span retention; /* how long Kafka keeps what is said and read; 0 or less: without end, or not known */
    struct span stale_after;
    size_t records_max, bytes_max; /* of one write */
    struct {
        struct span interval;        /* of a whole round over a partition, about; 0: only on demand */
        struct span survey_interval; /* between rounds that read care.alerts.latest as well */
        struct span outbox_limit;    /* an entry that waits longer is a finding */
    } audit;
    struct feeds_options feeds;
    struct span wait; /* how long a batch waits for more, or for the end of the partition to be known */
    /* Whether work ends the process that does it: trial_run(). */
    enum trial_outcome (*trial)(bool (*work)(void *self), void *self);
    struct {
        struct span interval;          /* between checkpoints; 0: none are made */
        size_t records_max, bytes_max; /* of one step: subjects, and what is known of them */
    } checkpoint;
};

struct pipeline;
struct pipeline *pipeline_new(const struct pipeline_options *options);
struct pipeline *pipeline_free(struct pipeline *pipeline); /* takes NULL, returns NULL */

enum pipeline_outcome {
    PIPELINE_TOO_OLD = -EPROTONOSUPPORT, /* what is kept was written by a newer version */
    PIPELINE_MORE = 1,                   /* there is more to do now: call again without waiting */
};
/* Does what can be done at `now`, in bounded steps. *ret_wake is when to call again if nothing comes in before. Returns
 * 0, PIPELINE_MORE, or -errno: it cannot go on, pipeline_error() says why and what to do. */
MUST_CHECK int pipeline_cycle(struct pipeline *pipeline, struct instant now, struct instant *ret_wake);
const char *pipeline_error(const struct pipeline *pipeline);

/* Takes no more input; what has been taken is written and published by further cycles. */
void pipeline_stop(struct pipeline *pipeline);
bool pipeline_is_stopped(const struct pipeline *pipeline); /* and nothing is left to publish */

/* Audits every partition that is held, at once; further cycles do it. Returns false when that is being done already. */
bool pipeline_audit_start(struct pipeline *pipeline);
/* How far it is, and what it found when it is over. The pipeline's; good until the next start. */
const struct auditor_result *pipeline_audit_result(const struct pipeline *pipeline);

/* For status and metrics. */
struct pipeline_view {
    const struct counters *counters;
    size_t n_partitions;
    const struct partition *const *partitions;
    bool assigned; /* the group has given us our partitions, perhaps none */
    bool loaded;   /* all of them are running */
    bool store_down, broker_down;
    const char *store_error, *sink_error, *broker_error; /* NULL when there is none */
    struct instant now;
    struct span stale_after;
};
struct pipeline_view pipeline_view(const struct pipeline *pipeline);

#endif
