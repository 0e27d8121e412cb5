/* partition.c: see partition.h.
 *
 * The hard part is telling when the store has lost something. Kafka cannot roll back, Redis can; so the sequence
 * committed in Kafka being ahead of the store's means that entries were published which the store does not know, and
 * being behind (or equal) means that the store has everything and some of it may still have to be published. One case
 * the sequences do not show: the store comes back with entries of an epoch from before a fall-back, of which nothing
 * was published, after a later epoch has published less. So the commit also says which epoch has written to the store.
 */
#include "partition.h"

#include "audit_round.h"
#include "ensure.h"
#include "rebuild.h"
#include "restore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { METADATA_VERSION = 2 };

const char *partition_state_name(enum partition_state state) {
    static const char *const names[PARTITION_STATES] = {
        "new",     "asked",     "known",    "claiming", "claimed", "rebuilding",
        "rebuilt", "restoring", "restored", "starting", "running",
    };
    ENSURE(state < PARTITION_STATES);
    return names[state];
}

void partition_metadata_format(const struct partition_commit *commit, char buffer[static SINK_METADATA_MAX]) {
    (void) snprintf(buffer, SINK_METADATA_MAX, "wk2 %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, commit->epoch,
                    commit->written, commit->published.epoch, commit->published.n);
}

/* " <digits>", up to STORE_NUMBER_MAX. */
static bool read_number(const char **at, int64_t *ret_number) {
    if ((*at)[0] != ' ' || (*at)[1] < '0' || (*at)[1] > '9')
        return false;
    char *end;
    errno = 0;
    long long number = strtoll(*at, &end, 10);
    *at = end;
    *ret_number = number;
    return errno == 0 && number <= STORE_NUMBER_MAX;
}

struct partition_commit partition_commit_read(const struct source_committed *committed) {
    static const char prefix[] = "wk2";
    const char *at = committed->metadata + strlen(prefix);
    struct partition_commit commit = {.kept = committed->kept};
    int version = 0;
    memcpy(commit.starts, committed->starts, sizeof commit.starts);
    if (committed->exists && sscanf(committed->metadata, "wk%d ", &version) == 1)
        commit.newer = version > METADATA_VERSION;
    const struct partition_commit none = commit;
    commit.exists = committed->exists && strncmp(committed->metadata, prefix, strlen(prefix)) == 0 &&
                    read_number(&at, &commit.epoch) && read_number(&at, &commit.written) &&
                    read_number(&at, &commit.published.epoch) && read_number(&at, &commit.published.n) && *at == '\0' &&
                    commit.epoch > 0;
    return commit.exists ? commit : none;
}

static struct partition_plan plan_restore(struct partition_plan plan, const char *reason) {
    plan.restore = true;
    plan.reason = reason;
    return plan;
}

/* The store that comes back may be that of the very first write, which has read nothing yet (SOURCE_BEGINNING). */
static bool is_cut(const struct store_meta *meta, const struct partition_commit *commit) {
    for (size_t i = 0; i < SOURCE_TOPICS; i++) {
        int64_t position = meta->positions[i] < 0 ? 0 : meta->positions[i];
        if (position < commit->starts[i])
            return true;
    }
    return false;
}

struct partition_plan partition_plan(const struct store_meta *meta, const struct partition_commit *commit,
                                     struct instant now) {
    int64_t highest = meta->epoch > commit->epoch ? meta->epoch : commit->epoch;
    struct partition_plan plan = {.epoch = highest + 1, .published = commit->published};
    plan.rebuild = commit->kept && (!meta->exists || meta->rebuilding || is_cut(meta, commit));
    if (!commit->kept)
        return plan; /* an embedded broker */
    if (!commit->exists) {
        if (plan.epoch < now.ms / 1000)
            plan.epoch = now.ms / 1000;
        /* Above all that the store has staged: a load after a claim that was not followed by its write restores too. */
        plan.published = (struct sequence){.epoch = plan.epoch, .n = 0};
        return plan_restore(plan, meta->exists ? "the group's committed offsets have expired" : NULL);
    }
    if (!meta->exists)
        return plan_restore(plan, "Redis has no state");
    if (sequence_compare(commit->published, meta->staged) > 0 || meta->epoch < commit->written)
        return plan_restore(plan, "Redis has fallen back to an older state");
    if (meta->restoring)
        return plan_restore(plan, "a restore was interrupted");
    return plan;
}

void partition_init(struct partition *partition, int32_t number) {
    *partition = (struct partition){.number = number, .retry_at = INSTANT_DAWN, .rules_changed_at = INSTANT_DAWN};
    partition->rebuilt.told = true;
    batch_init(&partition->batch);
    records_init(&partition->records);
}

void partition_done(struct partition *partition) {
    records_done(&partition->records);
    batch_done(&partition->batch);
    outbox_done(&partition->outbox);
    erasures_done(&partition->erasures);
    feeds_done(&partition->feeds);
    partition->restore = restore_free(partition->restore);
    partition->audit = audit_round_free(partition->audit);
    partition->rebuild = rebuild_free(partition->rebuild);
}

void partition_forget(struct partition *partition, struct instant retry_at) {
    bool publishing = partition->publishing;
    int32_t number = partition->number;
    partition_done(partition);
    partition_init(partition, number);
    partition->retry_at = retry_at;
    partition->publishing = publishing;
}

void partition_move(struct partition *partition, enum partition_state to) {
    static const uint16_t allowed[PARTITION_STATES] = {
        [PARTITION_NEW] = 1 << PARTITION_ASKED,
        [PARTITION_ASKED] = 1 << PARTITION_KNOWN,
        [PARTITION_KNOWN] = 1 << PARTITION_CLAIMING,
        [PARTITION_CLAIMING] = 1 << PARTITION_CLAIMED,
        [PARTITION_CLAIMED] =
            1 << PARTITION_REBUILDING | 1 << PARTITION_RESTORING | 1 << PARTITION_RESTORED | 1 << PARTITION_STARTING,
        [PARTITION_REBUILDING] = 1 << PARTITION_REBUILT,
        [PARTITION_REBUILT] = 1 << PARTITION_RESTORING | 1 << PARTITION_RESTORED | 1 << PARTITION_STARTING,
        [PARTITION_RESTORING] = 1 << PARTITION_RESTORED,
        [PARTITION_RESTORED] = 1 << PARTITION_STARTING,
        [PARTITION_STARTING] = 1 << PARTITION_RUNNING,
    };
    ENSURE((allowed[partition->state] & 1 << to) != 0);
    partition->state = to;
}

void partition_aim(struct partition *partition, struct instant asked_at, const struct source_end *end) {
    partition->ends_known = true;
    memcpy(partition->ends, end->ends, sizeof partition->ends);
    if (partition->goal.set || partition->state != PARTITION_RUNNING)
        return;
    partition->goal.set = true;
    partition->goal.at = asked_at;
    memcpy(partition->goal.ends, end->ends, sizeof partition->goal.ends);
}

static bool at_goal(const struct partition *partition) {
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        if (partition->batch.positions[i] < partition->goal.ends[i])
            return false;
    return true;
}

static void note_backlog(struct partition *partition, struct instant at) {
    struct store_meta *meta = &partition->meta;
    if (meta->live && at.ms - partition->caught_up_at.ms <= PARTITION_BEHIND_MS)
        return;
    meta->backlog_to = at;
    meta->baseline = !meta->live;
    meta->live = true;
    partition->became_live = true;
}

bool partition_reach(struct partition *partition) {
    if (!partition->goal.set || !at_goal(partition))
        return false;
    partition->goal.set = false;
    partition->caught_up = true;
    note_backlog(partition, partition->goal.at);
    partition->caught_up_at = instant_max(partition->caught_up_at, partition->goal.at);
    partition->clock = instant_max(partition->clock, partition->goal.at);
    partition->speaks_stale = false;
    partition->clock_moved = true;
    return true;
}

struct instant partition_behind_since(const struct partition *partition) {
    return instant_max(partition->caught_up_at, partition->loaded_at);
}

bool partition_speak_stale(struct partition *partition, struct instant now, struct span stale_after) {
    if (partition->state != PARTITION_RUNNING || !partition->meta.live ||
        now.ms - partition_behind_since(partition).ms <= stale_after.ms)
        return false;
    partition->speaks_stale = true;
    partition->clock = instant_max(partition->clock, now);
    return true;
}

bool partition_is_due(const struct partition *partition) {
    return !instant_before(partition->clock, partition->next_timer);
}
