/* status.c: see status.h. */
#include "status.h"

#include "ensure.h"
#include "health.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static void set_number(json_t *object, const char *key, int64_t number) {
    set(object, key, json_integer(number));
}

static void set_text(json_t *object, const char *key, const char *text) {
    set(object, key, text == NULL ? json_null() : json_string(text));
}

static void set_instant(json_t *object, const char *key, struct instant at) {
    char text[INSTANT_TEXT_MAX];
    set_text(object, key, at.ms <= 0 || instant_equal(at, INSTANT_NEVER) ? NULL : instant_format(at, text));
}

/* ---- partitions ---- */

static int64_t lag_of(const struct partition *partition) {
    int64_t lag = 0;
    for (size_t i = 0; i < SOURCE_TOPICS; i++) {
        int64_t position = partition->batch.positions[i] < 0 ? 0 : partition->batch.positions[i];
        if (partition->ends[i] > position)
            lag += partition->ends[i] - position;
    }
    return lag;
}

static void set_positions(json_t *object, const struct partition *partition) {
    json_t *positions = json_object();
    set_number(positions, "events", partition->meta.positions[SOURCE_EVENTS]);
    set_number(positions, "links", partition->meta.positions[SOURCE_LINKS]);
    set(object, "position", positions);
    set(object, "lag", partition->ends_known ? json_integer(lag_of(partition)) : json_null());
}

/* Deadlines that have passed and are not said, because the input is not known to be read to its end: what would clear
 * them may be in it. Until when: speaks_at, when they are said all the same, marked stale_since; null while loading. */
static void set_waiting(json_t *object, const struct pipeline_view *view, const struct partition *partition,
                        struct instant first_timer) {
    const char *mode = health_mode(view, partition);
    if ((strcmp(mode, "behind") != 0 && strcmp(mode, "loading") != 0) || instant_before(view->now, first_timer)) {
        set(object, "waiting", json_null());
        return;
    }
    struct instant since = partition_behind_since(partition);
    json_t *waiting = json_object();
    set_instant(waiting, "oldest_due_at", first_timer);
    set_instant(waiting, "behind_since", since);
    set_instant(waiting, "speaks_at", partition->meta.live ? instant_add(since, view->stale_after) : INSTANT_NEVER);
    set(object, "waiting", waiting);
}

/* What only the store knows: left out when it does not answer. */
static void set_counts(json_t *object, const struct pipeline_view *view, const struct partition *partition,
                       const struct status_count *count) {
    if (count == NULL)
        return;
    set_number(object, "subjects", (int64_t) count->counts.subjects);
    set_number(object, "timers", (int64_t) count->counts.timers);
    set_number(object, "changed_since_checkpoint", (int64_t) count->counts.changed);
    set_number(object, "open_alerts", (int64_t) count->counts.open);
    bool overdue = instant_before(count->first_timer, view->now);
    set(object, "oldest_overdue_ms", json_integer(overdue ? view->now.ms - count->first_timer.ms : 0));
    set_instant(object, "next_timer", count->first_timer);
    set_waiting(object, view, partition, count->first_timer);
}

static json_t *checkpoint_json(const struct pipeline_view *view, const struct partition *partition) {
    const struct store_checkpoint *checkpoint = &partition->meta.checkpoint;
    if (!checkpoint->exists)
        return json_null();
    json_t *object = json_object();
    set_number(object, "events", checkpoint->positions[SOURCE_EVENTS]);
    set_number(object, "links", checkpoint->positions[SOURCE_LINKS]);
    set_instant(object, "at", checkpoint->at);
    set_number(object, "age_ms", view->now.ms - checkpoint->at.ms);
    return object;
}

static json_t *feed_json(const struct feeds_entry *entry, const char *kind) {
    json_t *object = json_object();
    set_text(object, "authority", entry->authority);
    set_text(object, "source", entry->source);
    set_text(object, kind, entry->reference);
    return object;
}

/* Those that are open: nothing is said of the subjects of their authorities. */
static json_t *loads_json(const struct partition *partition) {
    json_t *list = json_array();
    for (size_t i = 0; i < partition->feeds.count; i++) {
        const struct feeds_entry *entry = &partition->feeds.entries[i];
        if (!feeds_is_open(entry, partition->clock))
            continue;
        json_t *object = feed_json(entry, "load");
        set_instant(object, "started_at", entry->started_at);
        set_instant(object, "limit_at", entry->limit_at);
        ENSURE(json_array_append_new(list, object) == 0);
    }
    return list;
}

static json_t *feeds_json(const struct partition *partition) {
    json_t *list = json_array();
    for (size_t i = 0; i < partition->feeds.count; i++) {
        const struct feeds_entry *entry = &partition->feeds.entries[i];
        if (entry->kind != FEEDS_COMPLETE || entry->removed)
            continue;
        json_t *object = feed_json(entry, "feed");
        set_instant(object, "complete_to", entry->complete_to);
        set(object, "usual_interval_hours",
            entry->interval_hours > 0 ? json_integer(entry->interval_hours) : json_null());
        ENSURE(json_array_append_new(list, object) == 0);
    }
    return list;
}

static json_t *partition_json(const struct pipeline_view *view, const struct partition *partition,
                              const struct status_counts *counts) {
    json_t *object = json_object();
    set_number(object, "partition", partition->number);
    set_text(object, "mode", health_mode(view, partition));
    set_number(object, "epoch", partition->meta.epoch);
    set_number(object, "revision", partition->meta.revision);
    set_positions(object, partition);
    set_instant(object, "clock", partition->clock);
    set_instant(object, "caught_up_at", partition->caught_up_at);
    set_number(object, "outbox", (int64_t) partition->outbox.count);
    set(object, "input_held", json_boolean(partition->held));
    set(object, "one_at_a_time", json_boolean(partition->careful_left > 0));
    set_number(object, "records_in_memory", (int64_t) partition->records.count);
    if (partition->state == PARTITION_RUNNING)
        set_counts(object, view, partition, status_counts_find(counts, partition->number));
    set(object, "checkpoint", checkpoint_json(view, partition));
    set(object, "loads", loads_json(partition));
    set(object, "feeds", feeds_json(partition));
    return object;
}

/* ---- the whole ---- */

static json_t *named_json(const struct counter_named *list, size_t size) {
    json_t *object = json_object();
    for (size_t i = 0; i < size && list[i].count > 0; i++)
        set_number(object, list[i].name, (int64_t) list[i].count);
    return object;
}

static json_t *counters_json(const struct counters *counters) {
    const struct {
        const char *name;
        uint64_t count;
    } rows[] = {
        {"messages", counters->messages},
        {"facts", counters->facts},
        {"duplicates", counters->duplicates},
        {"feed_events", counters->feed_events},
        {"feeds_refused", counters->feeds_refused},
        {"loads_cut_short", counters->loads_cut_short},
        {"subjects_held", counters->subjects_held},
        {"misrouted", counters->misrouted},
        {"dead_letters", counters->dead_letters},
        {"erasures", counters->erasures},
        {"facts_erased", counters->facts_erased},
        {"events_erased_late", counters->events_erased_late},
        {"facts_joined", counters->facts_joined},
        {"alerts", counters->statements},
        {"escalations", counters->escalations},
        {"timers_fired", counters->timers_fired},
        {"records_derived", counters->records_derived},
        {"writes", counters->writes},
        {"reloads", counters->reloads},
        {"restores", counters->restores},
        {"subjects_set_aside", counters->set_aside},
        {"rebuilds", counters->rebuilds},
        {"checkpoints", counters->checkpoints},
        {"subjects_checkpointed", counters->checkpointed},
        {"offsets_lost", counters->offsets_lost},
        {"transactions", counters->transactions},
        {"transactions_aborted", counters->transactions_aborted},
        {"audit_rounds", counters->audit_rounds},
        {"audit_subjects", counters->audit_subjects},
        {"audit_repaired", counters->audit_repaired},
        {"audit_not_repaired", counters->audit_not_repaired},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        set_number(object, rows[i].name, (int64_t) rows[i].count);
    set(object, "dead_letters_by_class", named_json(counters->dead_letters_by_class, COUNTERS_CLASSES_MAX));
    set(object, "audit_findings_by_kind", named_json(counters->audit_findings_by_kind, COUNTERS_CLASSES_MAX));
    set(object, "misrouted_by_source", named_json(counters->misrouted_by_source, COUNTERS_SOURCES_MAX));
    return object;
}

static json_t *lateness_json(const struct lateness *lateness) {
    json_t *object = json_object(), *buckets = json_array();
    set_number(object, "count", (int64_t) lateness->count);
    set_number(object, "p50_ms", lateness_percentile_ms(lateness, 50));
    set_number(object, "p99_ms", lateness_percentile_ms(lateness, 99));
    set_number(object, "max_ms", lateness->max_ms);
    for (size_t i = 0; i < LATENESS_BUCKETS; i++) {
        json_t *bucket = json_object();
        int64_t bound = lateness_bound_ms(i);
        set(bucket, "up_to_ms", bound == INT64_MAX ? json_null() : json_integer(bound));
        set_number(bucket, "count", (int64_t) lateness->counts[i]);
        ENSURE(json_array_append_new(buckets, bucket) == 0);
    }
    set(object, "buckets", buckets);
    return object;
}

static json_t *advice_json(const struct pipeline_view *view) {
    json_t *list = json_array();
    for (size_t i = 0; i < COUNTERS_SOURCES_MAX && view->counters->misrouted_by_source[i].count > 0; i++)
        ENSURE(json_array_append_new(
                   list, json_sprintf("%s publishes on other partitions than its keys': set partitioner=murmur2_random "
                                      "in its producer",
                                      view->counters->misrouted_by_source[i].name)) == 0);
    if (view->counters->offsets_lost > 0)
        ENSURE(json_array_append_new(list, json_string("retention removed events before they were read, and no "
                                                       "checkpoint has what they said: have the case systems publish "
                                                       "them again, and give the input topics a longer retention")) ==
               0);
    return list;
}

static json_t *types_json(const char *const *types) {
    json_t *list = json_array();
    for (; *types != NULL; types++)
        ENSURE(json_array_append_new(list, json_string(*types)) == 0);
    return list;
}

/* Which rules are not watched, and why (R52). */
static json_t *not_watched_json(const struct engine *engine) {
    json_t *list = json_array();
    for (size_t i = 0; i < engine_n_unwatched(engine); i++) {
        const struct engine_unwatched *unwatched = engine_unwatched(engine, i);
        json_t *object = json_object();
        set_text(object, "authority", unwatched->authority);
        set_text(object, "rule", unwatched->rule->id);
        set(object, "not_fed", types_json(unwatched->types));
        ENSURE(json_array_append_new(list, object) == 0);
    }
    return list;
}

/* Which rules go by school terms that nobody published. */
static json_t *estimated_json(const struct engine *engine) {
    json_t *list = json_array();
    for (size_t i = 0; i < engine_n_estimated(engine); i++) {
        const struct engine_estimated *estimated = engine_estimated(engine, i);
        json_t *object = json_object();
        set_text(object, "authority", estimated->authority);
        set_text(object, "rule", estimated->rule->id);
        set_text(object, "calendar", estimated->calendar);
        ENSURE(json_array_append_new(list, object) == 0);
    }
    return list;
}

static json_t *server_json(bool down, const char *error) {
    json_t *object = json_object();
    set_text(object, "state", down ? "down" : "up");
    set_text(object, "error", error);
    return object;
}

static void set_health(json_t *root, const struct pipeline_view *view) {
    struct health health;
    json_t *wrong = json_array();
    health_examine(view, &health);
    for (size_t i = 0; i < health.n_reasons; i++)
        ENSURE(json_array_append_new(wrong, json_string_nocheck(health.reasons[i])) == 0);
    set(root, "well", json_boolean(health.n_reasons == 0));
    set(root, "wrong", wrong);
}

char *status_encode(const struct status *status) {
    struct pipeline_view view = *status->view;
    if (status->counts->failed && !view.store_down) { /* before the pipeline has noticed it */
        view.store_down = true;
        view.store_error = status->store->ops->error(status->store->self);
    }
    json_t *root = json_object();
    set_text(root, "version", WATCHKEEPER_VERSION);
    set_instant(root, "now", view.now);
    set_health(root, &view);
    set(root, "assigned", json_boolean(view.assigned));
    set(root, "loaded", json_boolean(view.loaded));
    set(root, "redis", server_json(view.store_down, view.store_error));
    set(root, "kafka", server_json(view.broker_down, view.broker_error));
    set_text(root, "publishing_error", view.sink_error);
    set_text(root, "packs", engine_packs_hash(status->engine));
    set(root, "counters", counters_json(view.counters));
    set(root, "timer_lateness", lateness_json(&view.counters->timer_lateness));
    set(root, "advice", advice_json(&view));
    set(root, "not_watched", not_watched_json(status->engine));
    set(root, "estimated_terms", estimated_json(status->engine));
    json_t *partitions = json_array();
    for (size_t i = 0; i < view.n_partitions; i++)
        ENSURE(json_array_append_new(partitions, partition_json(&view, view.partitions[i], status->counts)) == 0);
    set(root, "partitions", partitions);
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    ENSURE(text != NULL);
    return text;
}

void status_line(const struct pipeline_view *view, char *buffer, size_t size) {
    struct health health;
    size_t live = 0, outbox = 0;
    int64_t lag = 0;
    for (size_t i = 0; i < view->n_partitions; i++) {
        live += strcmp(health_mode(view, view->partitions[i]), "live") == 0;
        outbox += view->partitions[i]->outbox.count;
        lag += lag_of(view->partitions[i]);
    }
    (void) snprintf(buffer, size, "%zu of %zu partitions live, lag %" PRId64 ", outbox %zu", live, view->n_partitions,
                    lag, outbox);
    health_examine(view, &health);
    for (size_t i = 0; i < health.n_reasons; i++) {
        size_t used = strlen(buffer);
        (void) snprintf(buffer + used, size - used, "; %s", health.reasons[i]);
    }
}
