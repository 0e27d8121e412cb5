/* open_alerts.c: see open_alerts.h. */
#include "open_alerts.h"

#include "ensure.h"

#include <jansson.h>
#include <string.h>

struct row {
    const char *alert, *subject, *rule, *role, *state, *authority, *team, *worker;
    json_t *due_at; /* stolen */
};

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static json_t *text_or_null(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

static struct bytes row_json(const struct row *row, struct arena *arena) {
    json_t *object = json_object();
    set(object, "alert", json_string(row->alert));
    set(object, "subject", json_string(row->subject));
    set(object, "rule", json_string(row->rule));
    set(object, "state", json_string(row->state));
    set(object, "due_at", row->due_at);
    set(object, "authority", text_or_null(row->authority));
    set(object, "team", text_or_null(row->team));
    set(object, "worker", text_or_null(row->worker));
    size_t length = json_dumpb(object, NULL, 0, JSON_COMPACT);
    char *text = arena_alloc(arena, length + 1);
    ENSURE(json_dumpb(object, text, length, JSON_COMPACT) == length);
    json_decref(object);
    return (struct bytes){text, length};
}

static struct store_open make_row(const struct row *row, struct arena *arena) {
    struct store_open open = {
        .role = arena_strdup(arena, row->role == NULL ? OPEN_ALERTS_NO_ROLE : row->role),
        .alert_id = arena_strdup(arena, row->alert),
    };
    if (alert_state_open(alert_state_find(row->state)))
        open.value = row_json(row, arena);
    else
        json_decref(row->due_at);
    return open;
}

static json_t *instant_or_null(struct instant at) {
    char text[INSTANT_TEXT_MAX];
    return instant_equal(at, INSTANT_NEVER) ? json_null() : json_string(instant_format(at, text));
}

struct store_open open_alerts_row(const struct statement *latest, struct arena *arena) {
    struct row row = {
        .alert = latest->alert_id,
        .subject = latest->subject,
        .rule = latest->rule->id,
        .role = latest->rule->owner,
        .state = latest->state,
        .authority = latest->authority,
        .team = latest->team,
        .worker = latest->worker,
        .due_at = instant_or_null(latest->due_at),
    };
    return make_row(&row, arena);
}

bool open_alerts_row_from(const char *json, size_t length, struct arena *arena, struct store_open *ret_row) {
    json_t *root = json_loadb(json, length, 0, NULL);
    json_t *data = json_object_get(root, "data");
    struct row row = {
        .alert = json_string_value(json_object_get(data, "alert")),
        .subject = json_string_value(json_object_get(root, "subject")),
        .rule = json_string_value(json_object_get(data, "rule")),
        .role = json_string_value(json_object_get(data, "owner")),
        .state = json_string_value(json_object_get(data, "state")),
        .authority = json_string_value(json_object_get(data, "authority")),
        .team = json_string_value(json_object_get(data, "team")),
        .worker = json_string_value(json_object_get(data, "worker")),
    };
    bool good = row.alert != NULL && row.subject != NULL && row.rule != NULL && row.state != NULL;
    if (good) {
        json_t *due_at = json_object_get(data, "due_at");
        row.due_at = due_at == NULL ? json_null() : json_incref(due_at);
        *ret_row = make_row(&row, arena);
    }
    json_decref(root);
    return good;
}
