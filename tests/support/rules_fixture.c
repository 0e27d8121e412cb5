#include "rules_fixture.h"

#include "core_pack.h"
#include "decode.h"
#include "pack.h"
#include "record.h"
#include "zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEXTS_MAX = 4 };

int rules_set_up(void **state) {
    static struct rules_fixture fixture;
    fixture = (struct rules_fixture){.arena = arena_new(), .kept = arena_new()};
    fixture.record = record_new(RULES_SUBJECT);
    *state = &fixture;
    if (rules_load(&fixture, true, (const char *const[]){NULL}) != 0)
        return -1;
    struct calendars_options options = {.folder = RULES_FOLDER "/calendars"};
    int outcome = calendars_load(&options, &fixture.problems, &fixture.calendars);
    if (outcome == 0)
        fixture.calendar = calendars_find(fixture.calendars, NULL);
    return outcome;
}

int rules_set_up_core(void **state) {
    int result = rules_set_up(state);
    struct rules_fixture *fixture = *state;
    struct engine_paths paths = {.packs = (const char *const[]){core_pack_path(), NULL}, .folder = RULES_FOLDER};
    if (result != 0)
        return result;
    fixture->engine = engine_free(fixture->engine);
    result = engine_load(&paths, &fixture->problems, &fixture->engine);
    if (result == 0)
        fixture->symbols = symbols_find(engine_catalogue(fixture->engine));
    return result;
}

int rules_tear_down(void **state) {
    struct rules_fixture *fixture = *state;
    (void) record_free(fixture->record);
    (void) engine_free(fixture->engine);
    (void) calendars_free(fixture->calendars);
    (void) arena_free(fixture->arena);
    (void) arena_free(fixture->kept);
    return 0;
}

struct rules_fixture *rules_begin(void **state) {
    struct rules_fixture *fixture = *state;
    arena_reset(fixture->arena);
    (void) record_free(fixture->record);
    fixture->record = record_new(RULES_SUBJECT);
    return fixture;
}

/* Packs. */

static const char *write_file(struct rules_fixture *fixture, const char *text) {
    char *path = arena_strdup(fixture->kept, "/tmp/watchkeeper-pack-XXXXXX.yaml");
    int file = mkstemps(path, 5);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t) strlen(text));
    (void) close(file);
    return path;
}

int rules_load(struct rules_fixture *fixture, bool with_statutory, const char *const texts[]) {
    const char *packs[TEXTS_MAX + 2] = {NULL};
    size_t count = 0, first_file = with_statutory ? 1 : 0;
    if (with_statutory)
        packs[count++] = "england-statutory";
    for (size_t i = 0; texts[i] != NULL; i++)
        packs[count++] = write_file(fixture, texts[i]);
    fixture->engine = engine_free(fixture->engine);
    fixture->problems = (struct yaml_problems){.arena = fixture->kept};
    struct engine_paths paths = {.packs = packs, .folder = RULES_FOLDER};
    int result = engine_load(&paths, &fixture->problems, &fixture->engine);
    for (size_t i = first_file; i < count; i++)
        (void) unlink(packs[i]);
    if (result == 0)
        fixture->symbols = symbols_find(engine_catalogue(fixture->engine));
    return result;
}

static int by_place(const void *a, const void *b) {
    const struct yaml_problem *one = a, *other = b;
    if (one->place.line != other->place.line)
        return one->place.line < other->place.line ? -1 : 1;
    return (one->place.column > other->place.column) - (one->place.column < other->place.column);
}

const char *rules_problems(const struct rules_fixture *fixture) {
    const struct yaml_problems *problems = &fixture->problems;
    struct yaml_problem *list =
        arena_grow_array(fixture->arena, problems->list, problems->count, problems->count, sizeof *list);
    qsort(list, problems->count, sizeof *list, by_place);
    const char *text = "";
    for (size_t i = 0; i < problems->count; i++)
        text = arena_printf(fixture->arena, "%s%u:%u: %s\n", text, list[i].place.line, list[i].place.column,
                            list[i].message);
    return text;
}

/* Time. */

struct instant rules_instant(const char *text) {
    struct instant at = {0};
    if (instant_parse(text, &at) != 0)
        fail_msg("%s is no instant", text);
    return at;
}

struct date rules_date(const char *text) {
    struct date date = {0};
    if (date_parse(text, &date) != 0)
        fail_msg("%s is no date", text);
    return date;
}

struct occurrence rules_occurrence(const struct rules_fixture *fixture, const char *text) {
    const struct zone *zone = engine_zone(fixture->engine);
    if (strchr(text, 'T') == NULL) {
        struct date day = rules_date(text);
        return (struct occurrence){.at = zone_midnight(zone, day), .day = day, .bare = true};
    }
    struct instant at = rules_instant(text);
    return (struct occurrence){.at = at, .day = zone_local_date(zone, at)};
}

const char *rules_instant_text(struct rules_fixture *fixture, struct instant at) {
    char text[INSTANT_TEXT_MAX];
    return at.ms == INSTANT_NEVER.ms ? "-" : arena_strdup(fixture->arena, instant_format(at, text));
}

const char *rules_occurrence_text(struct rules_fixture *fixture, struct occurrence occurred) {
    char text[DATE_TEXT_MAX];
    return occurred.bare ? arena_strdup(fixture->arena, date_format(occurred.day, text))
                         : rules_instant_text(fixture, occurred.at);
}

/* Facts. */

static const char *some_value(struct arena *arena, const struct field_type *field) {
    switch (field->kind) {
    case FIELD_BOOLEAN:
        return "true";
    case FIELD_NUMBER:
        return arena_printf(arena, "%g", field->has_range ? field->min : 1);
    case FIELD_CODE:
        return field->codes->codes[0];
    case FIELD_DATE:
        return "2020-01-01";
    case FIELD_TIME:
        return "2020-01-01T00:00:00Z";
    case FIELD_TEXT:
    case FIELD_REFERENCE:
        break;
    }
    return "X1";
}

static bool is_plain(const struct field_type *field) {
    return field != NULL && (field->kind == FIELD_BOOLEAN || field->kind == FIELD_NUMBER);
}

static void put_field(FILE *out, const struct field_type *field, const char *name, const char *value) {
    const char *quote = is_plain(field) ? "" : "\"";
    bool list = field != NULL && field->list;
    (void) fprintf(out, ", \"%s\": %s%s%s%s%s", name, list ? "[" : "", quote, value, quote, list ? "]" : "");
}

struct line_reader {
    struct rules_fixture *fixture;
    const struct event_type *type;
    FILE *out;
    bool given[64]; /* by place of the field in the type */
};

static void read_field(struct line_reader *reader, char *word) {
    char *value = strchr(word, '=');
    if (value == NULL)
        fail_msg("`%s`: expected field=value", word);
    *value++ = '\0';
    const struct catalogue *catalogue = engine_catalogue(reader->fixture->engine);
    put_field(reader->out, event_type_field(catalogue, reader->type, word), word, value);
    for (size_t i = 0; i < reader->type->n_fields; i++)
        if (strcmp(reader->type->fields[i].name, word) == 0)
            reader->given[i] = true;
}

static void put_rest(struct line_reader *reader) {
    for (size_t i = 0; i < reader->type->n_fields; i++) {
        const struct field_type *field = &reader->type->fields[i];
        if (field->required && !reader->given[i])
            put_field(reader->out, field, field->name, some_value(reader->fixture->arena, field));
    }
}

static const char *json_of(struct rules_fixture *fixture, const char *line) {
    char *rest, *id = strtok_r(arena_strdup(fixture->arena, line), " ", &rest);
    const char *type = strtok_r(NULL, " ", &rest), *occurred = strtok_r(NULL, " ", &rest);
    const char *time =
        strchr(occurred, 'T') != NULL ? occurred : arena_printf(fixture->arena, "%sT12:00:00Z", occurred);
    struct line_reader reader = {.fixture = fixture};
    reader.type = catalogue_find(engine_catalogue(fixture->engine), type);
    if (reader.type == NULL)
        fail_msg("`%s`: no such event type", type);
    char *word = strtok_r(NULL, " ", &rest), *json = NULL;
    size_t size;
    if (word != NULL && *word == '@') {
        time = word + 1;
        word = strtok_r(NULL, " ", &rest);
    }
    reader.out = open_memstream(&json, &size);
    (void) fprintf(reader.out,
                   "{\"specversion\": \"1.0\", \"id\": \"%s\", \"source\": \"/test\", \"type\": \"%s\", \"subject\": "
                   "\"%s\", \"time\": \"%s\", \"data\": {\"occurred_at\": \"%s\", \"authority\": \"E06000052\"",
                   id, type, record_subject(fixture->record), time, occurred);
    for (; word != NULL; word = strtok_r(NULL, " ", &rest))
        read_field(&reader, word);
    put_rest(&reader);
    (void) fprintf(reader.out, "}}");
    (void) fclose(reader.out);
    const char *text = arena_strdup(fixture->arena, json);
    free(json);
    return text;
}

const struct fact *rules_fact(struct rules_fixture *fixture, const char *line) {
    struct decode_context context = {engine_catalogue(fixture->engine), engine_zone(fixture->engine)};
    const char *json = json_of(fixture, line);
    struct decoded *decoded = ARENA_NEW(fixture->arena, struct decoded);
    struct refusal refusal = {0};
    if (decode_structured(&context, json, strlen(json), fixture->arena, decoded, &refusal) != 0)
        fail_msg("%s: %s %s", line, refusal.path, refusal.message);
    return &decoded->fact;
}

void rules_tell(struct rules_fixture *fixture, const char *line) {
    assert_int_equal(record_add(fixture->record, rules_fact(fixture, line)), 0);
}

void rules_tell_all(struct rules_fixture *fixture, const char *const lines[], size_t count) {
    for (size_t i = 0; i < count; i++)
        rules_tell(fixture, lines[i]);
}

/* What comes of them. */

struct history *rules_history(struct rules_fixture *fixture, const char *at) {
    struct moment *moment = ARENA_NEW(fixture->arena, struct moment);
    *moment = (struct moment){.now = rules_instant(at), .known_at = INSTANT_NEVER, .next = INSTANT_NEVER};
    struct history *history = ARENA_NEW(fixture->arena, struct history);
    *history = (struct history){
        .catalogue = engine_catalogue(fixture->engine),
        .symbols = &fixture->symbols,
        .calendar = fixture->calendar,
        .arena = fixture->arena,
        .moment = moment,
    };
    history_build(history, fixture->record->facts, fixture->record->n_facts);
    return history;
}

static const char *instance_text(struct rules_fixture *fixture, const struct instance *instance, bool with_rule) {
    const char *text = arena_printf(fixture->arena, "%s%s%s %s %s", with_rule ? instance->rule->id : "",
                                    with_rule ? " " : "", instance->anchor, instance_state_name(instance->state),
                                    rules_instant_text(fixture, instance->due_at));
    if (instance->met_at.ms == INSTANT_NEVER.ms)
        return text;
    return arena_printf(fixture->arena, "%s met %s", text, rules_instant_text(fixture, instance->met_at));
}

const char *rules_duties(struct rules_fixture *fixture, const char *at, const char *rule) {
    struct view view = {.at = rules_instant(at), .known_at = INSTANT_NEVER};
    struct instance *instances;
    struct instant next;
    size_t count;
    engine_derive(fixture->engine, fixture->record, view, fixture->arena, &instances, &count, &next);
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        if (rule == NULL || strcmp(instances[i].rule->id, rule) == 0)
            text = arena_printf(fixture->arena, "%s%s\n", text, instance_text(fixture, &instances[i], rule == NULL));
    return text;
}

const char *rules_say(struct rules_fixture *fixture, const char *at, enum said_because because) {
    struct step_options options = {.now = rules_instant(at), .because = because};
    engine_step(fixture->engine, fixture->record, &options, fixture->arena, &fixture->step);
    const char *text = "";
    for (size_t i = 0; i < fixture->step.n_statements; i++) {
        const struct statement *statement = &fixture->step.statements[i];
        text = arena_printf(fixture->arena, "%s%s %s\n", text, statement->event_id + strlen(RULES_SUBJECT "|"),
                            rules_instant_text(fixture, statement->due_at));
    }
    return text;
}
