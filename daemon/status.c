/* status.c: see status.h. */
#include "status.h"

#include "ensure.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

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

static const char *mode_of(const struct pipeline_view *view, const struct partition *partition) {
    if (partition->state != PARTITION_RUNNING)
        return partition_state_name(partition->state);
    if (partition->speaks_stale)
        return "stale";
    if (!partition->meta.live)
        return "loading";
    return view->now.ms - partition_behind_since(partition).ms > PARTITION_BEHIND_MS ? "behind" : "live";
}

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

/* What only the store knows: left out when it does not answer. */
static void set_counts(json_t *object, const struct pipeline_view *view, const struct partition *partition,
                       const struct store *store) {
    struct store_counts counts;
    struct store_timer *timers;
    size_t n_timers;
    struct arena *arena = arena_new();
    if (!view->store_down && store->ops->count(store->self, partition->number, &counts) == 0 &&
        store->ops->load_timers(store->self, partition->number, 1, arena, &timers, &n_timers) == 0) {
        set_number(object, "subjects", (int64_t) counts.subjects);
        set_number(object, "timers", (int64_t) counts.timers);
        set_number(object, "open_alerts", (int64_t) counts.open);
        bool overdue = n_timers > 0 && instant_before(timers[0].at, view->now);
        set(object, "oldest_overdue_ms", json_integer(overdue ? view->now.ms - timers[0].at.ms : 0));
        set_instant(object, "next_timer", n_timers > 0 ? timers[0].at : INSTANT_NEVER);
    }
    (void) arena_free(arena);
}

static json_t *partition_json(const struct pipeline_view *view, const struct partition *partition,
                              const struct store *store) {
    json_t *object = json_object();
    set_number(object, "partition", partition->number);
    set_text(object, "mode", mode_of(view, partition));
    set_number(object, "epoch", partition->meta.epoch);
    set_number(object, "revision", partition->meta.revision);
    set_positions(object, partition);
    set_instant(object, "clock", partition->clock);
    set_instant(object, "caught_up_at", partition->caught_up_at);
    set_number(object, "outbox", (int64_t) partition->outbox.count);
    set(object, "input_held", json_boolean(partition->held));
    set_number(object, "records_in_memory", (int64_t) partition->records.count);
    if (partition->state == PARTITION_RUNNING)
        set_counts(object, view, partition, store);
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
        {"misrouted", counters->misrouted},
        {"dead_letters", counters->dead_letters},
        {"alerts", counters->statements},
        {"escalations", counters->escalations},
        {"timers_fired", counters->timers_fired},
        {"records_derived", counters->records_derived},
        {"writes", counters->writes},
        {"reloads", counters->reloads},
        {"restores", counters->restores},
        {"transactions", counters->transactions},
        {"transactions_aborted", counters->transactions_aborted},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        set_number(object, rows[i].name, (int64_t) rows[i].count);
    set(object, "dead_letters_by_class", named_json(counters->dead_letters_by_class, COUNTERS_CLASSES_MAX));
    set(object, "misrouted_by_source", named_json(counters->misrouted_by_source, COUNTERS_SOURCES_MAX));
    return object;
}

static json_t *advice_json(const struct pipeline_view *view) {
    json_t *list = json_array();
    for (size_t i = 0; i < COUNTERS_SOURCES_MAX && view->counters->misrouted_by_source[i].count > 0; i++)
        ENSURE(json_array_append_new(
                   list, json_sprintf("%s publishes on other partitions than its keys': set partitioner=murmur2_random "
                                      "in its producer",
                                      view->counters->misrouted_by_source[i].name)) == 0);
    return list;
}

static json_t *server_json(bool down, const char *error) {
    json_t *object = json_object();
    set_text(object, "state", down ? "down" : "up");
    set_text(object, "error", error);
    return object;
}

char *status_encode(const struct pipeline_view *view, const struct store *store, const char *packs_hash) {
    json_t *root = json_object();
    set_text(root, "version", WATCHKEEPER_VERSION);
    set_instant(root, "now", view->now);
    set(root, "assigned", json_boolean(view->assigned));
    set(root, "loaded", json_boolean(view->loaded));
    set(root, "redis", server_json(view->store_down, view->store_error));
    set(root, "kafka", server_json(view->broker_down, view->broker_error));
    set_text(root, "publishing_error", view->sink_error);
    set_text(root, "packs", packs_hash);
    set(root, "counters", counters_json(view->counters));
    set(root, "advice", advice_json(view));
    json_t *partitions = json_array();
    for (size_t i = 0; i < view->n_partitions; i++)
        ENSURE(json_array_append_new(partitions, partition_json(view, view->partitions[i], store)) == 0);
    set(root, "partitions", partitions);
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    ENSURE(text != NULL);
    return text;
}

void status_line(const struct pipeline_view *view, char *buffer, size_t size) {
    size_t live = 0, outbox = 0;
    int64_t lag = 0;
    for (size_t i = 0; i < view->n_partitions; i++) {
        live += strcmp(mode_of(view, view->partitions[i]), "live") == 0;
        outbox += view->partitions[i]->outbox.count;
        lag += lag_of(view->partitions[i]);
    }
    (void) snprintf(buffer, size, "%zu of %zu partitions live, lag %" PRId64 ", outbox %zu%s%s", live,
                    view->n_partitions, lag, outbox, view->store_down ? "; Redis is down" : "",
                    view->broker_down ? "; Kafka is down" : "");
}

/* ---- the socket ---- */

static bool is_abandoned(const struct sockaddr_un *address) {
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool refused =
        probe >= 0 && connect(probe, (const struct sockaddr *) address, sizeof *address) < 0 && errno == ECONNREFUSED;
    if (probe >= 0)
        (void) close(probe);
    return refused;
}

int status_listen(const char *path) {
    enum { BACKLOG = 8 };
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    if (is_abandoned(&address))
        (void) unlink(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0)
        return -errno;
    if (bind(listener, (const struct sockaddr *) &address, sizeof address) < 0 || listen(listener, BACKLOG) < 0) {
        int error = errno;
        (void) close(listener);
        return -error;
    }
    return listener;
}

void status_answer(int listener, const char *json) {
    const struct timeval timeout = {.tv_usec = 200 * 1000L};
    int caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (caller < 0)
        return;
    (void) setsockopt(caller, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    size_t left = strlen(json);
    while (left > 0) {
        ssize_t sent = send(caller, json, left, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        json += sent;
        left -= (size_t) sent;
    }
    (void) close(caller);
}
