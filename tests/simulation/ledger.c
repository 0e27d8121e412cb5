/* ledger.c: see ledger.h. */
#include "ledger.h"

#include "decode.h"
#include "ensure.h"
#include "outbox.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ledger_init(struct ledger *ledger, const struct memory_kafka *kafka) {
    ledger->kafka = kafka;
    ledger->arena = arena_new();
}

static void note_one(struct ledger *ledger, int32_t partition, struct instant at) {
    int64_t count = ledger->published[partition].count;
    if ((count & (count + 1)) == 0) { /* 0, 1, 3, 7 ...: full */
        struct instant *larger =
            reallocarray(ledger->published[partition].at, (size_t) count * 2 + 1, sizeof(struct instant));
        ENSURE(larger != NULL);
        ledger->published[partition].at = larger;
    }
    ledger->published[partition].at[ledger->published[partition].count++] = at;
}

void ledger_note_published(struct ledger *ledger, struct instant at) {
    for (int32_t partition = 0; partition < LEDGER_PARTITIONS; partition++)
        while (ledger->published[partition].count < memory_kafka_input_count(ledger->kafka, partition)) {
            int64_t offset = ledger->published[partition].count;
            bool marker = memory_kafka_input(ledger->kafka, SOURCE_EVENTS, partition, offset) == NULL;
            note_one(ledger, partition, marker ? INSTANT_NEVER : at);
        }
}

/* ---- what was known ---- */

/* A fact that another record passed on belongs to the subject into which its own was merged. */
static void send_on(const struct sink_entry *entry, struct decoded *decoded, struct arena *arena) {
    for (size_t i = 0; i < entry->n_headers; i++)
        if (strcmp(entry->headers[i].name, "watchkeeper.joined.to") == 0) {
            decoded->fact.origin = decoded->subject;
            decoded->subject = arena_strndup(arena, entry->headers[i].value, entry->headers[i].length);
        }
}

static void add_message(const struct ledger *ledger, struct ledger_record *known, enum source_topic topic,
                        const struct sink_entry *entry) {
    const struct decode_context context = {engine_catalogue(known->engine), engine_zone(known->engine)};
    const char *subject = known->subject;
    bool other_key = entry->key_length != strlen(subject) || memcmp(entry->key, subject, entry->key_length) != 0;
    struct decoded decoded;
    struct refusal refusal;
    if ((topic == SOURCE_EVENTS && other_key) ||
        decode_message(&context, entry->headers, entry->n_headers, entry->value, entry->value_length, ledger->arena,
                       &decoded, &refusal) != 0)
        return;
    if (topic == SOURCE_LINKS)
        send_on(entry, &decoded, ledger->arena);
    if (strcmp(decoded.subject, subject) == 0)
        (void) !record_add(known->record, &decoded.fact); /* one that is known or erased changes nothing */
}

static void read_to(const struct ledger *ledger, struct ledger_record *known, int32_t partition,
                    const int64_t positions[SOURCE_TOPICS]) {
    for (int topic = 0; topic < SOURCE_TOPICS; topic++)
        for (; known->positions[topic] < positions[topic]; known->positions[topic]++) {
            const struct sink_entry *entry =
                memory_kafka_input(ledger->kafka, (enum source_topic) topic, partition, known->positions[topic]);
            if (entry != NULL)
                add_message(ledger, known, (enum source_topic) topic, entry);
        }
}

static struct ledger_record *find(struct ledger *ledger, const struct engine *engine, const char *subject) {
    for (size_t i = 0; i < LEDGER_RECORDS; i++)
        if (ledger->records[i].subject != NULL && ledger->records[i].engine == engine &&
            strcmp(ledger->records[i].subject, subject) == 0)
            return &ledger->records[i];
    struct ledger_record *made = &ledger->records[ledger->next_record++ % LEDGER_RECORDS];
    free(made->subject);
    (void) record_free(made->record);
    *made = (struct ledger_record){.subject = strdup(subject), .engine = engine, .record = record_new(subject)};
    return made;
}

/* Where the positions have gone back, it is read from the beginning. */
static struct record *know(struct ledger *ledger, const struct engine *engine, const char *subject, int32_t partition,
                           const int64_t positions[SOURCE_TOPICS]) {
    struct ledger_record *known = find(ledger, engine, subject);
    for (int topic = 0; topic < SOURCE_TOPICS; topic++)
        if (known->positions[topic] > positions[topic]) {
            (void) record_free(known->record);
            known->record = record_new(subject);
            memset(known->positions, 0, sizeof known->positions);
        }
    read_to(ledger, known, partition, positions);
    return known->record;
}

/* ---- statements ---- */

struct saying { /* one statement, read back */
    const char *id, *subject, *rule, *anchor, *state;
    struct instant due_at, clock;
    bool escalation, stale;
    const struct engine *engine;
};

static const char *text_of(const struct ledger *ledger, const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : arena_strdup(ledger->arena, text);
}

static struct instant time_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    struct instant at = INSTANT_NEVER;
    ENSURE(text == NULL || instant_parse(text, &at) == 0);
    return at;
}

static const struct engine *find_engine(const struct ledger *ledger, const char *packs) {
    for (size_t i = 0; i < LEDGER_ENGINES; i++)
        if (strcmp(engine_packs_hash(ledger->engines[i]), packs) == 0)
            return ledger->engines[i];
    ENSURE(false);
    return NULL;
}

static struct saying read_saying(const struct ledger *ledger, const json_t *event) {
    const json_t *data = json_object_get(event, "data"), *as_of = json_object_get(data, "as_of");
    return (struct saying){
        .id = text_of(ledger, event, "id"),
        .subject = text_of(ledger, event, "subject"),
        .rule = text_of(ledger, data, "rule"),
        .anchor = text_of(ledger, data, "anchor"),
        .state = text_of(ledger, data, "state"),
        .due_at = time_of(data, "due_at"),
        .clock = time_of(as_of, "clock"),
        .escalation = strncmp(text_of(ledger, event, "type"), "care.escalation.", 16) == 0,
        .stale = json_object_get(data, "stale_since") != NULL,
        .engine = find_engine(ledger, text_of(ledger, as_of, "packs")),
    };
}

static void note(struct ledger *ledger, const struct saying *saying, const char *why) {
    char clock[INSTANT_TEXT_MAX];
    ledger->n_wrong++;
    if (ledger->say)
        printf("false: %s at %s: %s\n", saying->id, instant_format(saying->clock, clock), why);
}

static bool is_open(const struct instance *instance) {
    return instance->state == INSTANCE_DUE_SOON || instance->state == INSTANCE_OVERDUE ||
           instance->state == INSTANCE_RAISED || (instance->state == INSTANCE_UNKNOWN && instance->rule->is_risk);
}

/* A rung is raised while the duty is overdue; it may end for many reasons. */
static const char *wrong_rung(const struct saying *saying, const struct instance *instance) {
    if (strcmp(saying->state, "ended") == 0)
        return NULL;
    if (instance == NULL || instance->state != INSTANCE_OVERDUE)
        return "a step of a duty that is not overdue";
    return instant_equal(saying->due_at, instance->due_at) ? NULL : "it is due at another instant";
}

static const char *wrong_alert(const struct saying *saying, const struct instance *instance) {
    if (strcmp(saying->state, "withdrawn") == 0)
        return instance != NULL && is_open(instance) ? "it is withdrawn and holds" : NULL;
    if (instance == NULL)
        return "there is no such duty or risk";
    const char *state = strcmp(saying->state, "updated") == 0 ? "raised" : saying->state;
    if (strcmp(state, instance_state_name(instance->state)) != 0)
        return instance_state_name(instance->state);
    if (!instance->rule->is_risk && !instant_equal(saying->due_at, instance->due_at))
        return "it is due at another instant";
    return NULL;
}

static const struct instance *find_instance(const struct instance *instances, size_t count,
                                            const struct saying *saying) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(instances[i].rule->id, saying->rule) == 0 && strcmp(instances[i].anchor, saying->anchor) == 0)
            return &instances[i];
    return NULL;
}

static bool is_erasure(const struct saying *saying, const struct record *record) {
    return (strcmp(saying->state, "cancelled") == 0 || strcmp(saying->state, "ended") == 0) &&
           instant_before(INSTANT_DAWN, record_erased_to(record, NULL));
}

/* A reference that was merged into the subject has been erased, on the same partition, and the subject has not been
 * told yet: whoever loads it then leaves its facts out already. */
static bool is_being_erased(struct ledger *ledger, const struct saying *saying, const struct record *record,
                            const struct store_write *write) {
    for (size_t i = 0; i < record_n_facts(record); i++) {
        const char *origin = record_fact(record, i)->origin;
        if (origin == NULL)
            continue;
        const struct record *own = know(ledger, saying->engine, origin, write->partition, write->meta.positions);
        if (instant_before(record_erased_to(record, origin), record_erased_to(own, NULL)))
            return true;
    }
    return false;
}

/* What stood in the topic before the clock of the statement must have been read (design.md, idea 4). */
static bool was_behind(const struct ledger *ledger, const struct saying *saying, const struct store_write *write) {
    if (ledger->clocks_wrong || saying->stale)
        return false;
    int64_t position = write->meta.positions[SOURCE_EVENTS];
    for (position = position < 0 ? 0 : position; position < ledger->published[write->partition].count; position++)
        if (instant_before(ledger->published[write->partition].at[position], saying->clock))
            return true;
    return false;
}

static void check_saying(struct ledger *ledger, const struct saying *saying, const struct store_write *write) {
    const struct record *record =
        know(ledger, saying->engine, saying->subject, write->partition, write->meta.positions);
    struct instance *instances;
    size_t count;
    struct instant next;
    ledger->n_checked++;
    if (is_erasure(saying, record) || is_being_erased(ledger, saying, record, write))
        return;
    engine_derive(saying->engine, record, (struct view){saying->clock, INSTANT_NEVER}, ledger->arena, &instances,
                  &count, &next);
    const struct instance *instance = find_instance(instances, count, saying);
    const char *wrong = saying->escalation ? wrong_rung(saying, instance) : wrong_alert(saying, instance);
    if (wrong == NULL && was_behind(ledger, saying, write))
        wrong = "said while the consumer was behind";
    if (wrong != NULL)
        note(ledger, saying, wrong);
}

static void check_entry(struct ledger *ledger, const struct store_entry *stored, const struct store_write *write) {
    struct sink_entry entry;
    struct bytes bytes = {arena_strndup(ledger->arena, stored->value.data, stored->value.length), stored->value.length};
    ENSURE(outbox_decode(bytes, ledger->arena, &entry) == 0);
    if (entry.topic != SINK_ALERTS && entry.topic != SINK_ESCALATIONS)
        return;
    json_t *event = json_loadb(entry.value, entry.value_length, 0, NULL);
    ENSURE(event != NULL);
    struct saying saying = read_saying(ledger, event);
    check_saying(ledger, &saying, write);
    json_decref(event);
}

void ledger_check(struct ledger *ledger, const struct store_write *write) {
    for (size_t i = 0; i < write->n_entries && !write->meta.restoring; i++) {
        check_entry(ledger, &write->entries[i], write);
        arena_reset(ledger->arena);
    }
}

struct instant ledger_next(struct ledger *ledger, int32_t partition, const char *subject,
                           const int64_t positions[SOURCE_TOPICS], struct instant clock) {
    struct record *record = know(ledger, ledger->engines[0], subject, partition, positions);
    struct step step;
    engine_step(ledger->engines[0], record, &(struct step_options){.now = clock, .because = BECAUSE_CLOCK},
                ledger->arena, &step); /* what it says is not asked: the steps of ladders ahead are instants too */
    arena_reset(ledger->arena);
    return step.next;
}
