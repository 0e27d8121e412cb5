/* encode.c: see encode.h. jansson keeps keys in the order in which they were set, which makes the output stable.
 * Running out of memory aborts; so does a text that is not UTF-8, which decoding has refused long before. */
#include "encode.h"

#include "ensure.h"

#include <jansson.h>
#include <string.h>

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static void set_text(json_t *object, const char *key, const char *text) {
    set(object, key, text == NULL ? json_null() : json_string(text));
}

static void set_number(json_t *object, const char *key, int64_t number) {
    set(object, key, json_integer(number));
}

static void set_instant(json_t *object, const char *key, struct instant at) {
    char text[INSTANT_TEXT_MAX];
    bool none = instant_equal(at, INSTANT_NEVER) || instant_equal(at, INSTANT_DAWN);
    set_text(object, key, none ? NULL : instant_format(at, text));
}

static char *dump(json_t *root) {
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    ENSURE(text != NULL);
    return text;
}

static json_t *evidence_object(const struct evidence *evidence) {
    char occurred[INSTANT_TEXT_MAX];
    json_t *one = json_object();
    set_text(one, "id", evidence->event_id);
    set_text(one, "source", evidence->source);
    set_text(one, "type", evidence->type);
    set_text(one, "role", evidence->role);
    set_text(one, "occurred_at", occurrence_format(evidence->occurred, occurred));
    return one;
}

/* The first one, which opened it, and then the newest. */
static json_t *evidence_array(size_t count, const struct evidence *evidence) {
    size_t left_out = count > ENCODE_EVIDENCE_MAX ? count - ENCODE_EVIDENCE_MAX : 0;
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if (i == 0 || i > left_out)
            ENSURE(json_array_append_new(array, evidence_object(&evidence[i])) == 0);
    return array;
}

static json_t *numbers(const uint16_t *values, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        ENSURE(json_array_append_new(array, json_integer(values[i])) == 0);
    return array;
}

static size_t rungs_used(const struct said *said) {
    size_t used = 0;
    for (size_t i = 0; i < LADDER_RUNGS_MAX; i++)
        if (said->rung_raised[i] != 0 || said->rung_ended[i] != 0)
            used = i + 1;
    return used;
}

/* States said by name with how often, rungs as two arrays no longer than needed: about 150 bytes for most alerts. */
static json_t *said_object(const struct said *said) {
    json_t *object = json_object();
    set_number(object, "version", ENCODE_SAID_VERSION);
    set_text(object, "rule", said->rule);
    set_text(object, "anchor", said->anchor);
    set_text(object, "state", alert_state_name(said->state));
    set_instant(object, "due_at", said->due_at);
    set_instant(object, "raised_at", said->raised_at);
    set_number(object, "count", said->count);
    json_t *times = json_object();
    for (size_t i = 0; i < ALERT_STATES; i++)
        if (said->times[i] != 0)
            set_number(times, alert_state_name((enum alert_state) i), said->times[i]);
    set(object, "times", times);
    size_t used = rungs_used(said);
    if (used > 0 || said->rungs != 0) {
        set_number(object, "rungs", said->rungs);
        set(object, "rung_raised", numbers(said->rung_raised, used));
        set(object, "rung_ended", numbers(said->rung_ended, used));
    }
    return object;
}

char *encode_said(const struct said *said) {
    return dump(said_object(said));
}

static json_t *as_of_object(const struct as_of *as_of) {
    json_t *object = json_object();
    set(object, "partition", as_of->partition < 0 ? json_null() : json_integer(as_of->partition));
    set_number(object, "position", as_of->position);
    set_instant(object, "clock", as_of->clock);
    set_text(object, "packs", as_of->packs);
    set_text(object, "calendars", as_of->calendars);
    return object;
}

static json_t *recipients_array(const char *const *recipients) {
    json_t *array = json_array();
    for (size_t i = 0; recipients != NULL && recipients[i] != NULL; i++)
        ENSURE(json_array_append_new(array, json_string(recipients[i])) == 0);
    return array;
}

static void set_rule(json_t *data, const struct rule_face *rule) {
    set_text(data, "rule", rule->id);
    set_text(data, "title", rule->title);
    set_text(data, "pack", rule->pack);
    set_text(data, "version", rule->pack_version);
    set_text(data, "law", rule->law);
    set_text(data, "confidence", rule->confidence);
}

static void set_people(json_t *data, const struct statement *statement) {
    set_text(data, "authority", statement->authority);
    set_text(data, "team", statement->team);
    set_text(data, "owner", statement->rule->owner);
    set_text(data, "worker", statement->worker);
}

static int64_t lateness_ms(const struct statement *statement) {
    bool unknown = instant_equal(statement->detected_at, INSTANT_NEVER) ||
                   instant_equal(statement->detected_at, INSTANT_DAWN) ||
                   instant_before(statement->said_at, statement->detected_at);
    return unknown ? 0 : statement->said_at.ms - statement->detected_at.ms;
}

static void set_times(json_t *data, const struct statement *statement) {
    set_instant(data, "opened_at", statement->opened_at);
    set_instant(data, "due_at", statement->due_at);
    set_instant(data, "detected_at", statement->detected_at);
    set_number(data, "lateness_ms", lateness_ms(statement));
    set_text(data, "said_because", said_because_name(statement->because));
}

static void set_escalation(json_t *data, const struct statement *statement) {
    set_number(data, "level", statement->rung);
    set_text(data, "ladder", statement->rule->ladder);
    set(data, "recipients", recipients_array(statement->recipients));
}

static json_t *data_object(const struct statement *statement, const struct encode_context *context) {
    json_t *data = json_object();
    set_text(data, "alert", statement->alert_id);
    set_text(data, "anchor", statement->anchor);
    set_text(data, "state", statement->state);
    set_rule(data, statement->rule);
    set_people(data, statement);
    set_times(data, statement);
    set_text(data, "severity", statement->rule->severity);
    if (statement->escalation)
        set_escalation(data, statement);
    if (statement->rule->is_risk && statement->count != 0)
        set_number(data, "count", statement->count);
    if (statement->provisional)
        set(data, "provisional", json_true());
    if (context->baseline)
        set(data, "baseline", json_true());
    if (!instant_equal(context->stale_since, INSTANT_NEVER))
        set_instant(data, "stale_since", context->stale_since);
    set(data, "because", evidence_array(statement->n_evidence, statement->evidence));
    if (statement->n_evidence > ENCODE_EVIDENCE_MAX)
        set_number(data, "because_left_out", (int64_t) (statement->n_evidence - ENCODE_EVIDENCE_MAX));
    set(data, "as_of", as_of_object(&context->as_of));
    if (statement->said != NULL)
        set(data, "said", said_object(statement->said));
    return data;
}

static json_t *source_text(const struct statement *statement, const struct encode_context *context) {
    return json_sprintf("%s/%s", context->source_prefix == NULL ? ENCODE_SOURCE_PREFIX : context->source_prefix,
                        statement->authority == NULL ? "unknown" : statement->authority);
}

char *encode_statement(const struct statement *statement, const struct encode_context *context) {
    json_t *event = json_object();
    set_text(event, "specversion", "1.0");
    set_text(event, "id", statement->event_id);
    set(event, "source", source_text(statement, context));
    set_text(event, "type", statement->type);
    set_text(event, "subject", statement->subject);
    set_instant(event, "time", statement->said_at);
    set_text(event, "datacontenttype", "application/json");
    set(event, "data", data_object(statement, context));
    return dump(event);
}

char *encode_instance(const char *subject, const struct instance *instance) {
    json_t *line = json_object();
    set_text(line, "subject", subject);
    set_text(line, "rule", instance->rule->id);
    set_text(line, "anchor", instance->anchor);
    set_instant(line, "opened_at", instance->opened_at);
    set_instant(line, "due_at", instance->due_at);
    set_instant(line, "met_at", instance->met_at);
    set_text(line, "state", instance_state_name(instance->state));
    if (instance->provisional)
        set(line, "provisional", json_true());
    set(line, "evidence", evidence_array(instance->n_evidence, instance->evidence));
    return dump(line);
}

/* ---- reading what was said ---- */

/* null is read as `none`. */
static bool read_instant(const json_t *object, const char *key, struct instant none, struct instant *ret_at) {
    const json_t *value = json_object_get(object, key);
    if (json_is_null(value)) {
        *ret_at = none;
        return true;
    }
    return json_is_string(value) && instant_parse(json_string_value(value), ret_at) == 0;
}

static bool read_number(const json_t *value, int64_t max, int64_t *ret_number) {
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > max)
        return false;
    *ret_number = json_integer_value(value);
    return true;
}

static bool read_times(const json_t *times, struct said *said) {
    if (!json_is_object(times))
        return false;
    for (size_t i = 0; i < ALERT_STATES; i++) {
        const json_t *value = json_object_get(times, alert_state_name((enum alert_state) i));
        int64_t number = 0;
        if (value != NULL && !read_number(value, UINT16_MAX, &number))
            return false;
        said->times[i] = (uint16_t) number;
    }
    return true;
}

static bool read_numbers(const json_t *array, uint16_t values[static LADDER_RUNGS_MAX]) {
    if (!json_is_array(array) || json_array_size(array) > LADDER_RUNGS_MAX)
        return false;
    for (size_t i = 0; i < json_array_size(array); i++) {
        int64_t number;
        if (!read_number(json_array_get(array, i), UINT16_MAX, &number))
            return false;
        values[i] = (uint16_t) number;
    }
    return true;
}

static bool read_rungs(const json_t *object, struct said *said) {
    const json_t *rungs = json_object_get(object, "rungs");
    if (rungs == NULL)
        return true;
    int64_t bits;
    if (!read_number(rungs, UINT32_MAX, &bits))
        return false;
    said->rungs = (uint32_t) bits;
    return read_numbers(json_object_get(object, "rung_raised"), said->rung_raised) &&
           read_numbers(json_object_get(object, "rung_ended"), said->rung_ended);
}

static bool read_state(const json_t *object, enum alert_state *ret_state) {
    const char *name = json_string_value(json_object_get(object, "state"));
    if (name == NULL)
        return false;
    *ret_state = alert_state_find(name);
    return *ret_state != ALERT_NOTHING || strcmp(name, alert_state_name(ALERT_NOTHING)) == 0;
}

static bool is_newer(const json_t *object) {
    return json_integer_value(json_object_get(object, "version")) > ENCODE_SAID_VERSION;
}

static int read_said(const json_t *object, struct arena *arena, struct said *ret_said) {
    if (is_newer(object))
        return ENCODE_NEWER;
    struct said said = {0};
    const char *rule = json_string_value(json_object_get(object, "rule"));
    const char *anchor = json_string_value(json_object_get(object, "anchor"));
    int64_t count;
    bool good = rule != NULL && anchor != NULL && read_state(object, &said.state) &&
                read_instant(object, "due_at", INSTANT_NEVER, &said.due_at) &&
                read_instant(object, "raised_at", INSTANT_DAWN, &said.raised_at) &&
                read_number(json_object_get(object, "count"), INT32_MAX, &count) &&
                read_times(json_object_get(object, "times"), &said) && read_rungs(object, &said);
    if (!good)
        return ENCODE_NOT_OURS;
    said.count = (int32_t) count;
    said.rule = arena_strdup(arena, rule);
    said.anchor = arena_strdup(arena, anchor);
    *ret_said = said;
    return 0;
}

int encode_said_decode(const char *json, size_t length, struct arena *arena, struct said *ret_said) {
    json_t *root = json_loadb(json, length, 0, NULL);
    int outcome = read_said(root, arena, ret_said);
    json_decref(root);
    return outcome;
}

int encode_latest_decode(const char *json, size_t length, struct arena *arena, const char **ret_subject,
                         struct said *ret_said) {
    json_t *root = json_loadb(json, length, 0, NULL);
    const char *subject = json_string_value(json_object_get(root, "subject"));
    const json_t *said = json_object_get(json_object_get(root, "data"), "said");
    int outcome = subject == NULL ? ENCODE_NOT_OURS : read_said(said, arena, ret_said);
    if (outcome == 0)
        *ret_subject = arena_strdup(arena, subject);
    json_decref(root);
    return outcome;
}
