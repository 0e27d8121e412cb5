/* pipeline_feeds.c: what sources say of their feeds, and who waits for it.
 *
 * An event about a feed concerns the subjects of an authority, which lie on all partitions. It is applied where it
 * comes, and in the same write a copy goes to every other partition through care.links: those only apply it. It may
 * come twice or in another order, and may be published to several partitions.
 *
 * While a load of an authority is open, its subjects are held: what came is stored and the timer stands at the instant
 * at which the load will have lasted too long. So they do not fill the slices of what is due, and are found again
 * without an index: when the load is over, the timers that stand there are set to now, and what is then said is
 * baseline. The mark in the record outlasts that step, and a restart.
 *
 * What waits for a nightly feed is looked at again at certain instants; when the feed has said more, the timers that
 * stand at the next of these are set to now. */
#include "pipeline_parts.h"

#include "log.h"

#include <inttypes.h>
#include <string.h>

bool pipeline_feeds_is(const struct fact *fact) {
    return fact->type->control && strncmp(fact->type->name, "feed.", strlen("feed.")) == 0;
}

int pipeline_feeds_load(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct store_field *stored;
    size_t count;
    int outcome = store->ops->load_feeds(store->self, partition->number, pipeline->arena, &stored, &count);
    for (size_t i = 0; outcome == 0 && i < count; i++)
        (void) feeds_merge(&partition->feeds, &stored[i], true);
    return outcome;
}

/* ---- events ---- */

static struct value field_of(const struct pipeline *pipeline, const struct fact *fact, const char *name) {
    return fact_value(fact, catalogue_symbol(pipeline->decode.catalogue, name));
}

static const char *reference_of(const struct pipeline *pipeline, const struct fact *fact, const char *name) {
    struct value value = field_of(pipeline, fact, name);
    return value.kind == VALUE_TEXT ? value.of.text : NULL;
}

/* Returns enum feeds_outcome. */
static int apply(const struct pipeline *pipeline, struct partition *partition, const struct fact *fact) {
    const struct feeds_options *options = &pipeline->options.feeds;
    struct feeds_event event = {
        .authority = fact->authority,
        .source = fact->source,
        .recorded_at = fact->recorded_at,
        .taken_at = pipeline->now,
    };
    bool complete = strcmp(fact->type->name, "feed.complete_to") == 0;
    event.reference = reference_of(pipeline, fact, complete ? "feed" : "load");
    if (event.reference == NULL)
        return FEEDS_KNOWN;
    if (strcmp(fact->type->name, "feed.load_started") == 0)
        return feeds_start(&partition->feeds, options, &event);
    if (strcmp(fact->type->name, "feed.load_ended") == 0)
        return feeds_end(&partition->feeds, options, &event);
    struct value complete_to = field_of(pipeline, fact, "complete_to");
    struct value interval = field_of(pipeline, fact, "usual_interval_hours");
    if (!complete || complete_to.kind != VALUE_TIME)
        return FEEDS_KNOWN;
    event.complete_to = complete_to.of.time;
    if (interval.kind == VALUE_NUMBER && interval.of.number > 0 && interval.of.number < 1e6)
        event.interval_hours = (int64_t) interval.of.number;
    int outcome = feeds_complete(&partition->feeds, options, &event);
    partition->release.again = partition->release.again || outcome == 0;
    return outcome;
}

/* Also when it is known: it may have been read by a store that lost the copies since. */
static void copy_to_others(const struct pipeline *pipeline, struct partition *partition,
                           const struct message *message) {
    for (int32_t to = 0; to < pipeline->partitions_total; to++) {
        if (to == partition->number)
            continue;
        const struct sink_entry entry = {
            .topic = SINK_LINKS,
            .partition = to,
            .key = message->key,
            .key_length = message->key_length,
            .value = message->value,
            .value_length = message->value_length,
            .n_headers = message->n_headers,
            .headers = message->headers,
        };
        batch_stage(&partition->batch, &entry);
    }
}

static void tell(struct pipeline *pipeline, const struct partition *partition, const struct fact *fact, int outcome) {
    if (outcome == FEEDS_FULL) {
        pipeline->counters.feeds_refused++;
        log_tell_partition(LOG_LEVEL_WARNING, "feeds_full", partition->number,
                           "partition %" PRId32 ": %s of %s from %s is not followed, since %zu are open already: have "
                           "loads ended (feed.load_ended), or raise feeds.loads_max",
                           partition->number, fact->type->name, fact->authority, fact->source,
                           pipeline->options.feeds.loads_max);
    } else if (outcome == 0 && strcmp(fact->type->name, "feed.load_started") == 0) {
        log_tell_partition(LOG_LEVEL_INFO, "load_started", partition->number,
                           "partition %" PRId32 ": %s from %s: nothing is said of its subjects until it ends",
                           partition->number, fact->authority, fact->source);
    }
}

void pipeline_feeds_take(struct pipeline *pipeline, struct partition *partition, const struct message *message,
                         const struct fact *fact) {
    int outcome = apply(pipeline, partition, fact);
    if (message->topic == SOURCE_EVENTS) {
        pipeline->counters.feed_events++;
        copy_to_others(pipeline, partition, message);
    }
    tell(pipeline, partition, fact, outcome);
}

void pipeline_feeds_fill(struct pipeline *pipeline, const struct partition *partition, struct store_write *write) {
    write->feeds = feeds_encode_changed(&partition->feeds, pipeline->arena, &write->n_feeds);
}

/* ---- who waits ---- */

/* That of every fact, where they agree, as nearly always: without working out which of them stand. */
static const char *shared_authority(const struct record *record) {
    const char *authority = NULL;
    for (size_t i = 0; i < record_n_facts(record); i++) {
        const char *other = record_fact(record, i)->authority;
        if (other == NULL || (authority != NULL && strcmp(authority, other) != 0))
            return NULL;
        authority = other;
    }
    return authority;
}

/* Of whom the statements about a subject speak; found anew when its facts are others. */
static const char *authority_of(const struct pipeline *pipeline, const struct partition *partition,
                                struct cached *cached, struct arena *arena) {
    int64_t version = (int64_t) record_n_facts(cached->record) + 1;
    if (cached->authority_version != version) {
        const char *authority = shared_authority(cached->record);
        if (authority == NULL)
            authority = engine_authority(pipeline->options.engine, cached->record,
                                         instant_max(pipeline->now, partition->clock), arena);
        (void) snprintf(cached->authority, sizeof cached->authority, "%s", authority == NULL ? "" : authority);
        cached->authority_version = version;
    }
    return cached->authority;
}

bool pipeline_feeds_hold(const struct pipeline *pipeline, const struct partition *partition, struct cached *cached,
                         struct arena *arena, struct instant *ret_until) {
    return feeds_any_loading(&partition->feeds, partition->clock) &&
           feeds_is_loading(&partition->feeds, authority_of(pipeline, partition, cached, arena), partition->clock,
                            ret_until);
}

bool pipeline_feeds_fed(const struct pipeline *pipeline, const struct partition *partition, struct cached *cached,
                        struct arena *arena, struct fed *ret_fed) {
    return feeds_any_complete(&partition->feeds) &&
           feeds_fed(&partition->feeds, &pipeline->options.feeds, authority_of(pipeline, partition, cached, arena),
                     partition->clock, ret_fed);
}

/* ---- those who waited ---- */

/* Returns as pipeline_write(). */
static int write_due(struct pipeline *pipeline, struct partition *partition, const struct store_listed_timer *timers,
                     size_t count) {
    struct store_write write = pipeline_write_from(partition);
    struct store_record *records = ARENA_ARRAY(pipeline->arena, struct store_record, count);
    for (size_t i = 0; i < count; i++)
        if (timers[i].listed && instant_equal(timers[i].timer.at, partition->release.at))
            records[write.n_records++] =
                (struct store_record){.subject = timers[i].timer.subject, .next = partition->clock};
    write.records = records;
    if (write.n_records == 0)
        return 0;
    int outcome = pipeline_write(pipeline, partition, &write);
    if (outcome != 0)
        return outcome;
    partition->release.n_subjects += write.n_records;
    partition->next_timer = INSTANT_DAWN;
    return 0;
}

static int release_step(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct store_listed_timer *timers;
    size_t count;
    arena_reset(pipeline->arena);
    pipeline->more = true;
    int outcome = store->ops->scan_timers(store->self, partition->number, &partition->release.cursor, pipeline->arena,
                                          &timers, &count);
    if (outcome != 0)
        return pipeline_store_failed(pipeline, partition, outcome);
    outcome = write_due(pipeline, partition, timers, count);
    if (outcome == 0 && partition->release.cursor == 0)
        partition->release.under_way = false;
    return outcome < 0 ? outcome : 0;
}

static void begin_release(struct partition *partition, struct instant at) {
    partition->release.under_way = true;
    partition->release.at = at;
    partition->release.cursor = 0;
    partition->release.n_subjects = 0;
}

static void tell_end(struct pipeline *pipeline, const struct partition *partition, const struct feeds_entry *load,
                     bool cut_short) {
    if (!cut_short) {
        log_tell_partition(LOG_LEVEL_INFO, "load_ended", partition->number,
                           "partition %" PRId32 ": %s from %s: %zu subjects that waited are looked at",
                           partition->number, load->authority, load->source, partition->release.n_subjects);
        return;
    }
    pipeline->counters.loads_cut_short++;
    log_tell_partition(LOG_LEVEL_WARNING, "load_cut_short", partition->number,
                       "partition %" PRId32 ": %s from %s did not end within feeds.load_limit_hours: what has come so "
                       "far is said; have the source publish feed.load_ended",
                       partition->number, load->authority, load->source);
}

/* Those who waited beyond the limit are due by themselves. */
static int finish_load(struct pipeline *pipeline, struct partition *partition, struct feeds_entry *load,
                       bool cut_short) {
    arena_reset(pipeline->arena);
    load->over = load->changed = true;
    partition->release.at = INSTANT_DAWN; /* another load may have the same limit */
    struct store_write write = pipeline_write_from(partition);
    pipeline_feeds_fill(pipeline, partition, &write);
    int outcome = pipeline_write(pipeline, partition, &write);
    if (outcome != 0)
        return outcome < 0 ? outcome : 0;
    tell_end(pipeline, partition, load, cut_short);
    feeds_told(&partition->feeds);
    return 0;
}

/* The first load that is no longer open and for which subjects may still wait. */
static struct feeds_entry *find_over(const struct partition *partition) {
    for (size_t i = 0; i < partition->feeds.count; i++) {
        struct feeds_entry *entry = &partition->feeds.entries[i];
        if (entry->kind == FEEDS_LOAD && !entry->over && !entry->removed && !feeds_is_open(entry, partition->clock))
            return entry;
    }
    return NULL;
}

static bool is_released(const struct partition *partition, const struct feeds_entry *load) {
    return !partition->release.under_way && instant_equal(partition->release.at, load->limit_at);
}

/* Years of nights are read without a look at anybody after each. */
static bool is_at_the_end(const struct pipeline *pipeline, const struct partition *partition) {
    return pipeline->now.ms - partition->caught_up_at.ms <= PARTITION_BEHIND_MS;
}

int pipeline_feeds_step(struct pipeline *pipeline, struct partition *partition) {
    if (pipeline->stopping)
        return 0;
    if (partition->release.under_way)
        return release_step(pipeline, partition);
    struct feeds_entry *load = find_over(partition);
    bool cut_short = load != NULL && !instant_before(partition->clock, load->limit_at);
    if (load != NULL && (cut_short || is_released(partition, load)))
        return finish_load(pipeline, partition, load, cut_short);
    if (load != NULL) {
        begin_release(partition, load->limit_at);
    } else if (partition->release.again && is_at_the_end(pipeline, partition)) {
        partition->release.again = false;
        begin_release(partition, feeds_retry(partition->clock));
    }
    pipeline->more = pipeline->more || partition->release.under_way;
    return 0;
}
