/* rules_test_event.c: one event of a rule test: the compact form is made a CloudEvent and decoded as the daemon does.
 *
 *     - 2026-03-04 care.started                                       a type with its default fields
 *     - 2026-03-30T10:00 review.held: {review: R1, kind: care}        and fields of its own
 *       recorded: 2026-04-09                                          the envelope where it is not as always
 *
 * The decoder ignores what it does not know, as it must; in a test an unknown field is a slip of the pen. */
#include "ensure.h"
#include "rules_test_parts.h"

#include <jansson.h>
#include <string.h>

#define SOURCE "https://rules.test/case-system"
#define AUTHORITY "E10000003"

struct writing {
    struct rules_test_reader *reader;
    const struct yaml *node;   /* the item */
    const struct yaml *fields; /* its own; may be NULL */
    const struct event_type *type;
    struct yaml_place place;
    json_t *data;
};

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

/* ---- fields ---- */

static json_t *number_of(const struct writing *writing, const struct yaml *node) {
    char *end = NULL;
    double number = strtod(node->text, &end);
    if (!node->quoted && end != node->text && *end == '\0')
        return json_real(number);
    yaml_problem(writing->reader->problems, node->place, "`%s`: expected a number", node->text);
    return NULL;
}

static json_t *truth_of(const struct writing *writing, const struct yaml *node) {
    if (!node->quoted && strcmp(node->text, "true") == 0)
        return json_true();
    if (!node->quoted && strcmp(node->text, "false") == 0)
        return json_false();
    yaml_problem(writing->reader->problems, node->place, "`%s`: expected true or false", node->text);
    return NULL;
}

static json_t *time_of(const struct writing *writing, const struct yaml *node) {
    struct instant at;
    bool bare;
    char text[INSTANT_TEXT_MAX];
    if (!rules_test_instant_read(writing->reader, node->place, node->text, &at, &bare))
        return NULL;
    return json_string(instant_format(at, text));
}

static json_t *scalar_of(const struct writing *writing, const struct field_type *field, const struct yaml *node) {
    if (node->kind != YAML_SCALAR) {
        yaml_problem(writing->reader->problems, node->place, "expected one value");
        return NULL;
    }
    switch (field->kind) {
    case FIELD_NUMBER:
        return number_of(writing, node);
    case FIELD_BOOLEAN:
        return truth_of(writing, node);
    case FIELD_TIME:
        return time_of(writing, node);
    default:
        return json_string(node->text);
    }
}

static json_t *list_of(const struct writing *writing, const struct field_type *field, const struct yaml *node) {
    if (node->kind != YAML_SEQUENCE) {
        yaml_problem(writing->reader->problems, node->place, "expected a list: [a, b]");
        return NULL;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < node->count; i++) {
        json_t *value = scalar_of(writing, field, node->items[i]);
        if (value != NULL)
            ENSURE(json_array_append_new(list, value) == 0);
    }
    return list;
}

static void tell_unknown_field(const struct writing *writing, const struct yaml_pair *pair) {
    const struct event_type *type = writing->type;
    const char **names = ARENA_ARRAY(writing->reader->arena, const char *, type->n_fields + 1);
    for (size_t i = 0; i < type->n_fields; i++)
        names[i] = type->fields[i].name;
    yaml_problem(writing->reader->problems, pair->key_place, "%s has no field `%s`%s", type->name, pair->key,
                 yaml_suggest(writing->reader->arena, pair->key, names));
}

static void write_field(const struct writing *writing, const struct yaml_pair *pair) {
    const struct catalogue *catalogue = engine_catalogue(writing->reader->engine);
    const struct field_type *field = event_type_field(catalogue, writing->type, pair->key);
    if (strcmp(pair->key, "authority") == 0 && pair->value->kind == YAML_SCALAR) {
        set(writing->data, "authority", json_string(pair->value->text));
        return;
    }
    if (field == NULL) {
        tell_unknown_field(writing, pair);
        return;
    }
    json_t *value = field->list ? list_of(writing, field, pair->value) : scalar_of(writing, field, pair->value);
    if (value != NULL)
        set(writing->data, pair->key, value);
}

static void write_fields(const struct writing *writing, const struct yaml *fields) {
    for (size_t i = 0; fields != NULL && fields->kind == YAML_MAPPING && i < fields->count; i++)
        write_field(writing, &fields->pairs[i]);
}

/* ---- the envelope ---- */

static const char *own_or(const struct writing *writing, const char *key, const char *otherwise) {
    const char *text = otherwise;
    struct yaml_reader yaml = {writing->reader->problems};
    if (writing->node->kind == YAML_MAPPING)
        (void) yaml_text(yaml, writing->node, key, false, &text);
    return text;
}

static bool recorded_text(const struct writing *writing, struct instant occurred, char text[static INSTANT_TEXT_MAX]) {
    const char *own = own_or(writing, "recorded", NULL);
    struct instant at = occurred;
    bool bare;
    if (own != NULL &&
        !rules_test_instant_read(writing->reader, yaml_get(writing->node, "recorded")->place, own, &at, &bare))
        return false;
    (void) instant_format(at, text);
    return true;
}

static json_t *envelope(const struct writing *writing, struct instant occurred) {
    char recorded[INSTANT_TEXT_MAX];
    if (!recorded_text(writing, occurred, recorded))
        return NULL;
    const char *number = arena_printf(writing->reader->arena, "e%u", writing->reader->number);
    json_t *event = json_object();
    set(event, "specversion", json_string("1.0"));
    set(event, "id", json_string(own_or(writing, "id", number)));
    set(event, "source", json_string(own_or(writing, "source", SOURCE)));
    set(event, "type", json_string(writing->type->name));
    set(event, "subject", json_string(own_or(writing, "about", RULES_TEST_SUBJECT)));
    set(event, "time", json_string(recorded));
    set(event, "data", json_incref(writing->data));
    return event;
}

/* Where the decoder found something wrong: the field's own place where the test has written it. */
static struct yaml_place place_of(const struct writing *writing, const char *path) {
    const char *prefix = "$.data.";
    const struct yaml *field = NULL;
    if (writing->fields != NULL && strncmp(path, prefix, strlen(prefix)) == 0)
        field = yaml_get(writing->fields, path + strlen(prefix));
    return field != NULL ? field->place : writing->place;
}

static bool decode(const struct writing *writing, const json_t *event, struct decoded *ret_event) {
    struct rules_test_reader *reader = writing->reader;
    const struct decode_context context = {engine_catalogue(reader->engine), engine_zone(reader->engine)};
    CLEANUP(cleanup_free) char *text = json_dumps(event, JSON_COMPACT);
    ENSURE(text != NULL);
    struct refusal refusal;
    const char *kept = arena_strdup(reader->arena, text);
    int class = decode_structured(&context, kept, strlen(kept), reader->arena, ret_event, &refusal);
    if (class == DECODE_OK)
        return true;
    yaml_problem(reader->problems, place_of(writing, refusal.path), "the event would be refused: %s: %s (%s)",
                 decode_class(class), refusal.message, refusal.path);
    return false;
}

static bool write_event(struct writing *writing, const char *when, struct decoded *ret_event) {
    struct rules_test_reader *reader = writing->reader;
    size_t told = reader->problems->count;
    struct instant occurred;
    bool bare;
    char text[INSTANT_TEXT_MAX];
    if (!rules_test_instant_read(reader, writing->place, when, &occurred, &bare))
        return false;
    set(writing->data, "occurred_at", json_string(bare ? when : instant_format(occurred, text)));
    set(writing->data, "authority", json_string(AUTHORITY));
    if (own_or(writing, "replaces", NULL) != NULL)
        set(writing->data, "replaces", json_string(own_or(writing, "replaces", NULL)));
    write_fields(writing, yaml_get(reader->defaults, writing->type->name));
    write_fields(writing, writing->fields);
    json_t *event = envelope(writing, occurred);
    bool right = event != NULL && reader->problems->count == told && decode(writing, event, ret_event);
    json_decref(event);
    return right;
}

/* ---- the item ---- */

static const struct event_type *find_type(const struct rules_test_reader *reader, struct yaml_place place,
                                          const char *name) {
    const struct catalogue *catalogue = engine_catalogue(reader->engine);
    const struct event_type *type = catalogue_find(catalogue, name);
    if (type != NULL)
        return type;
    const char **names = ARENA_ARRAY(reader->arena, const char *, catalogue->n_types + 1);
    for (size_t i = 0; i < catalogue->n_types; i++)
        names[i] = catalogue->types[i].name;
    yaml_problem(reader->problems, place, "`%s` is not an event type%s", name,
                 yaml_suggest(reader->arena, name, names));
    return NULL;
}

static bool open_item(const struct rules_test_reader *reader, const struct yaml *node, const char **ret_head,
                      const struct yaml **ret_fields) {
    static const char *const rest[] = {"recorded", "id", "source", "about", "replaces", NULL};
    *ret_fields = NULL;
    if (node->kind == YAML_SCALAR) {
        *ret_head = node->text;
        return true;
    }
    if (node->kind != YAML_MAPPING || node->count == 0) {
        yaml_problem(reader->problems, node->place, "expected an event: INSTANT TYPE, or INSTANT TYPE: {fields}");
        return false;
    }
    *ret_head = node->pairs[0].key;
    *ret_fields = node->pairs[0].value;
    if (*ret_fields != NULL && (*ret_fields)->kind == YAML_SCALAR && *(*ret_fields)->text == '\0')
        *ret_fields = NULL;
    if (*ret_fields != NULL && (*ret_fields)->kind != YAML_MAPPING) {
        yaml_problem(reader->problems, (*ret_fields)->place, "expected fields: {key: value, ...}");
        return false;
    }
    const char *keys[] = {*ret_head, rest[0], rest[1], rest[2], rest[3], rest[4], NULL};
    yaml_known_keys((struct yaml_reader){reader->problems}, node, keys);
    return true;
}

bool rules_test_event_read(struct rules_test_reader *reader, const struct yaml *node, struct decoded *ret_event) {
    struct writing writing = {.reader = reader, .node = node, .place = node->place};
    const char *head;
    reader->number++;
    if (!open_item(reader, node, &head, &writing.fields))
        return false;
    const char *space = strchr(head, ' ');
    if (space == NULL) {
        yaml_problem(reader->problems, node->place, "`%s`: expected an instant and an event type", head);
        return false;
    }
    writing.type = find_type(reader, node->place, space + strspn(space, " "));
    if (writing.type == NULL)
        return false;
    writing.data = json_object();
    bool right = write_event(&writing, arena_strndup(reader->arena, head, (size_t) (space - head)), ret_event);
    json_decref(writing.data);
    return right;
}
