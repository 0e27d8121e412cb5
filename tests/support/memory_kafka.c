/* memory_kafka.c: see memory_kafka.h. Nothing is ever removed, so pointers into the broker stay good. */
#include "memory_kafka.h"

#include "arena.h"
#include "ensure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTITIONS_MAX = 64, EVENTS_MAX = 256 };

struct input {
    struct sink_entry **entries; /* by offset; NULL: a marker */
    size_t count, capacity;
};

struct member_partition {
    bool started, end_told[SOURCE_TOPICS];
    int64_t positions[SOURCE_TOPICS];
};

/* A reading of a table that was asked for. */
struct reading {
    enum source_table table;
    int32_t partition;
    uint64_t ticket;
    size_t place;
};

struct memory_member {
    struct memory_kafka *kafka;
    struct memory_member *next;
    int64_t generation; /* of its last assignment */
    int32_t assigned[PARTITIONS_MAX];
    struct source_event events[EVENTS_MAX]; /* a ring */
    size_t first, count;
    struct source_end ends[PARTITIONS_MAX];
    struct member_partition partitions[PARTITIONS_MAX];
    struct reading readings[PARTITIONS_MAX]; /* one after another, also of the same partition */
    size_t n_readings;
    size_t turn;
    bool released;
    enum memory_sink_fault fault;
    const struct sink_batch *batch;
    bool aborting;
    bool stale_at_start;          /* the batch was not of the present generation when it was started */
    enum sink_outcome settled_as; /* the batch was decided without us: what poll will say; 0: it was not */
};

struct memory_kafka {
    struct arena *arena;
    int32_t n_partitions;
    int64_t generation;
    bool down, ends_hidden, ends_held, readings_held;
    struct input inputs[SOURCE_TOPICS][PARTITIONS_MAX];
    struct input outputs[SINK_TOPICS];
    struct sink_commit commits[PARTITIONS_MAX];
    bool committed[PARTITIONS_MAX];
    int64_t starts[PARTITIONS_MAX]; /* of care.events */
    struct memory_member *members;
};

struct memory_kafka *memory_kafka_new(int32_t n_partitions) {
    ENSURE(n_partitions > 0 && n_partitions <= PARTITIONS_MAX);
    struct memory_kafka *kafka = calloc(1, sizeof *kafka);
    ENSURE(kafka != NULL);
    kafka->arena = arena_new();
    kafka->n_partitions = n_partitions;
    return kafka;
}

struct memory_kafka *memory_kafka_free(struct memory_kafka *kafka) {
    if (kafka == NULL)
        return NULL;
    for (struct memory_member *member = kafka->members, *next; member != NULL; member = next) {
        next = member->next;
        free(member);
    }
    for (size_t topic = 0; topic < SOURCE_TOPICS; topic++)
        for (size_t i = 0; i < PARTITIONS_MAX; i++)
            free(kafka->inputs[topic][i].entries);
    for (size_t topic = 0; topic < SINK_TOPICS; topic++)
        free(kafka->outputs[topic].entries);
    (void) arena_free(kafka->arena);
    free(kafka);
    return NULL;
}

/* ---- topics ---- */

static const void *copy(struct arena *arena, const void *data, size_t length) {
    return data == NULL ? NULL : arena_strndup(arena, data, length);
}

static struct sink_entry *copy_entry(struct arena *arena, const struct sink_entry *entry) {
    struct sink_entry *made = ARENA_NEW(arena, struct sink_entry);
    *made = *entry;
    made->key = copy(arena, entry->key, entry->key_length);
    made->value = copy(arena, entry->value, entry->value_length);
    struct header *headers = ARENA_ARRAY(arena, struct header, entry->n_headers);
    for (size_t i = 0; i < entry->n_headers; i++)
        headers[i] =
            (struct header){arena_strdup(arena, entry->headers[i].name),
                            copy(arena, entry->headers[i].value, entry->headers[i].length), entry->headers[i].length};
    made->headers = headers;
    return made;
}

static void append(struct input *input, struct sink_entry *entry) {
    if (input->count == input->capacity) {
        input->capacity = input->capacity == 0 ? 64 : input->capacity * 2;
        input->entries = reallocarray(input->entries, input->capacity, sizeof *input->entries);
        ENSURE(input->entries != NULL);
    }
    input->entries[input->count++] = entry;
}

void memory_kafka_publish(struct memory_kafka *kafka, int32_t partition, const char *key, const char *value) {
    struct sink_entry entry = {
        .partition = partition,
        .key = key,
        .key_length = key == NULL ? 0 : strlen(key),
        .value = value,
        .value_length = value == NULL ? 0 : strlen(value),
    };
    append(&kafka->inputs[SOURCE_EVENTS][partition], copy_entry(kafka->arena, &entry));
}

void memory_kafka_intrude(struct memory_kafka *kafka, enum sink_topic topic, int32_t partition, const char *key,
                          const char *value) {
    struct sink_entry entry = {
        .topic = topic,
        .partition = partition,
        .key = key,
        .key_length = strlen(key),
        .value = value,
        .value_length = value == NULL ? 0 : strlen(value),
    };
    append(&kafka->outputs[topic], copy_entry(kafka->arena, &entry));
}

void memory_kafka_mark(struct memory_kafka *kafka, int32_t partition) {
    append(&kafka->inputs[SOURCE_EVENTS][partition], NULL);
}

/* ---- the source ---- */

static void push(struct memory_member *member, const struct source_event *event) {
    ENSURE(member->count < EVENTS_MAX);
    member->events[(member->first + member->count++) % EVENTS_MAX] = *event;
}

static int read_topic(struct memory_member *member, int32_t number, enum source_topic topic,
                      struct source_event *ret_event) {
    struct member_partition *partition = &member->partitions[number];
    const struct input *input = &member->kafka->inputs[topic][number];
    int64_t *position = &partition->positions[topic];
    while (*position < (int64_t) input->count && input->entries[*position] == NULL)
        (*position)++;
    if (*position < (int64_t) input->count) {
        const struct sink_entry *entry = input->entries[*position];
        *ret_event = (struct source_event){.kind = SOURCE_MESSAGE};
        ret_event->of.message = (struct message){
            .topic = topic,
            .partition = number,
            .offset = (*position)++,
            .key = entry->key,
            .key_length = entry->key_length,
            .value = entry->value,
            .value_length = entry->value_length,
            .n_headers = entry->n_headers,
            .headers = entry->headers,
        };
        partition->end_told[topic] = false;
        return 0;
    }
    if (partition->end_told[topic])
        return SOURCE_NOTHING;
    partition->end_told[topic] = true;
    *ret_event = (struct source_event){.kind = SOURCE_REACHED};
    ret_event->of.reached.topic = topic;
    ret_event->of.reached.partition = number;
    ret_event->of.reached.position = *position;
    return 0;
}

static int end_reading(struct memory_member *member, struct source_event *ret_event) {
    const struct reading *reading = &member->readings[0];
    *ret_event =
        (struct source_event){.kind = SOURCE_LATEST_END, .ticket = reading->ticket, .of.partition = reading->partition};
    member->n_readings--;
    memmove(member->readings, member->readings + 1, member->n_readings * sizeof *member->readings);
    return 0;
}

static int read_latest(struct memory_member *member, struct source_event *ret_event) {
    struct reading *reading = &member->readings[0];
    bool facts = reading->table == SOURCE_TABLE_FACTS;
    const struct input *latest = &member->kafka->outputs[facts ? SINK_FACTS : SINK_LATEST];
    while (reading->place < latest->count) {
        const struct sink_entry *entry = latest->entries[reading->place++];
        if (entry->partition != reading->partition)
            continue;
        *ret_event = (struct source_event){.kind = SOURCE_LATEST, .ticket = reading->ticket};
        ret_event->of.message = (struct message){
            .partition = reading->partition,
            .offset = (int64_t) reading->place,
            .key = entry->key,
            .key_length = entry->key_length,
            .value = entry->value,
            .value_length = entry->value_length,
        };
        return 0;
    }
    return member->kafka->readings_held ? SOURCE_NOTHING : end_reading(member, ret_event);
}

static bool is_held(const struct memory_member *member) {
    return member->kafka->ends_held && member->events[member->first].kind == SOURCE_ENDS;
}

static int source_poll(void *self, struct source_event *ret_event) {
    struct memory_member *member = self;
    if (member->count > 0 && !is_held(member)) {
        *ret_event = member->events[member->first];
        member->first = (member->first + 1) % EVENTS_MAX;
        member->count--;
        return 0;
    }
    if (member->kafka->down)
        return SOURCE_NOTHING;
    if (member->n_readings > 0 && read_latest(member, ret_event) == 0)
        return 0;
    size_t places = (size_t) member->kafka->n_partitions * SOURCE_TOPICS;
    for (size_t i = 0; i < places; i++) {
        size_t place = (member->turn + i) % places;
        int32_t number = (int32_t) (place / SOURCE_TOPICS);
        if (member->partitions[number].started &&
            read_topic(member, number, (enum source_topic)(place % SOURCE_TOPICS), ret_event) == 0) {
            member->turn = place;
            return 0;
        }
    }
    return SOURCE_NOTHING;
}

static void source_ask_ends(void *self, struct instant now) {
    struct memory_member *member = self;
    struct source_event event = {.kind = SOURCE_ENDS};
    event.of.ends.asked_at = now;
    event.of.ends.list = member->ends;
    event.of.ends.count = member->kafka->down || member->kafka->ends_hidden ? 0 : (size_t) member->kafka->n_partitions;
    for (int32_t i = 0; i < member->kafka->n_partitions; i++) {
        member->ends[i].partition = i;
        for (size_t topic = 0; topic < SOURCE_TOPICS; topic++)
            member->ends[i].ends[topic] = (int64_t) member->kafka->inputs[topic][i].count;
    }
    push(member, &event);
}

static void source_ask_committed(void *self, int32_t partition, uint64_t ticket) {
    struct memory_member *member = self;
    const struct sink_commit *commit = memory_kafka_committed(member->kafka, partition);
    struct source_event event = {.kind = SOURCE_COMMITTED, .ticket = ticket};
    event.of.committed = (struct source_committed){partition,
                                                   true,
                                                   commit != NULL,
                                                   commit == NULL ? 0 : commit->positions[SOURCE_EVENTS],
                                                   commit == NULL ? "" : commit->metadata,
                                                   {member->kafka->starts[partition], 0}};
    push(member, &event);
}

static int source_start(void *self, int32_t number, const int64_t positions[SOURCE_TOPICS]) {
    struct memory_member *member = self;
    struct member_partition *partition = &member->partitions[number];
    partition->started = true;
    for (size_t i = 0; i < SOURCE_TOPICS; i++) {
        int64_t start = i == SOURCE_EVENTS ? member->kafka->starts[number] : 0;
        partition->positions[i] = positions[i] < start ? start : positions[i];
        partition->end_told[i] = false;
    }
    return 0;
}

static void source_stop(void *self, int32_t number) {
    struct memory_member *member = self;
    member->partitions[number].started = false;
}

static void source_read_table(void *self, enum source_table table, int32_t partition, uint64_t ticket) {
    struct memory_member *member = self;
    ENSURE(member->n_readings < PARTITIONS_MAX);
    member->readings[member->n_readings++] = (struct reading){table, partition, ticket, 0};
}

static void source_release(void *self) {
    struct memory_member *member = self;
    member->released = true;
    memset(member->partitions, 0, sizeof member->partitions);
}

static const char *source_error(void *self) {
    (void) self;
    return "the broker in memory does not give up";
}

/* ---- the sink ---- */

static int sink_prepare(void *self) {
    (void) self;
    return 0;
}

static bool is_stale(const struct memory_member *member, const struct sink_batch *batch) {
    int64_t generation;
    ENSURE(batch->membership_length == sizeof generation);
    memcpy(&generation, batch->membership, sizeof generation);
    return generation != member->kafka->generation;
}

static void sink_start(void *self, const struct sink_batch *batch) {
    struct memory_member *member = self;
    ENSURE(member->batch == NULL);
    member->batch = batch;
    member->aborting = false;
    member->settled_as = 0;
    member->stale_at_start = is_stale(member, batch);
}

static void commit(struct memory_kafka *kafka, const struct sink_batch *batch) {
    for (size_t i = 0; i < batch->n_entries; i++) {
        struct sink_entry *entry = copy_entry(kafka->arena, &batch->entries[i]);
        append(&kafka->outputs[entry->topic], entry);
        if (entry->topic == SINK_LINKS)
            append(&kafka->inputs[SOURCE_LINKS][entry->partition], entry);
    }
    for (size_t i = 0; i < batch->n_commits; i++) {
        kafka->commits[batch->commits[i].partition] = batch->commits[i];
        kafka->committed[batch->commits[i].partition] = true;
    }
}

static int sink_poll(void *self) {
    struct memory_member *member = self;
    if (member->batch == NULL)
        return SINK_IDLE;
    if (member->settled_as != 0) {
        member->batch = NULL;
        return (int) member->settled_as;
    }
    if ((member->fault == MEMORY_SINK_HOLD || member->kafka->down) && !member->aborting)
        return SINK_BUSY;
    const struct sink_batch *batch = member->batch;
    enum memory_sink_fault fault = member->fault;
    member->batch = NULL;
    if (fault != MEMORY_SINK_HOLD)
        member->fault = MEMORY_SINK_NO_FAULT;
    if (fault == MEMORY_SINK_LOSE)
        return SINK_LOST;
    if (fault == MEMORY_SINK_ABORT || member->aborting || is_stale(member, batch))
        return SINK_ABORTED;
    commit(member->kafka, batch);
    return fault == MEMORY_SINK_LOSE_LATE ? SINK_LOST : SINK_DONE;
}

static void sink_abort(void *self) {
    struct memory_member *member = self;
    member->aborting = true;
}

static const char *sink_error(void *self) {
    (void) self;
    return NULL;
}

/* ---- members ---- */

struct memory_member *memory_kafka_join(struct memory_kafka *kafka) {
    struct memory_member *member = calloc(1, sizeof *member);
    ENSURE(member != NULL);
    member->kafka = kafka;
    member->next = kafka->members;
    kafka->members = member;
    return member;
}

struct source memory_member_source(struct memory_member *member) {
    static const struct source_ops ops = {
        .poll = source_poll,
        .ask_ends = source_ask_ends,
        .ask_committed = source_ask_committed,
        .start = source_start,
        .stop = source_stop,
        .read_table = source_read_table,
        .release = source_release,
        .error = source_error,
    };
    return (struct source){&ops, member};
}

struct sink memory_member_sink(struct memory_member *member) {
    static const struct sink_ops ops = {
        .prepare = sink_prepare, .start = sink_start, .poll = sink_poll, .abort = sink_abort, .error = sink_error};
    return (struct sink){&ops, member};
}

void memory_kafka_assign(struct memory_kafka *kafka, struct memory_member *member) {
    member->generation = ++kafka->generation;
    member->released = false;
    struct source_event event = {.kind = SOURCE_ASSIGNED};
    for (int32_t i = 0; i < kafka->n_partitions; i++)
        member->assigned[i] = i;
    event.of.assigned = (struct source_assigned){(size_t) kafka->n_partitions, member->assigned, kafka->n_partitions,
                                                 &member->generation, sizeof member->generation};
    push(member, &event);
}

void memory_kafka_share(struct memory_kafka *kafka, struct memory_member *const *members, size_t count) {
    kafka->generation++;
    for (size_t i = 0; i < count; i++) {
        struct memory_member *member = members[i];
        member->generation = kafka->generation;
        member->released = false;
        struct source_event event = {.kind = SOURCE_ASSIGNED};
        size_t n = 0;
        for (int32_t number = 0; number < kafka->n_partitions; number++)
            if ((size_t) number % count == i)
                member->assigned[n++] = number;
        event.of.assigned = (struct source_assigned){n, member->assigned, kafka->n_partitions, &member->generation,
                                                     sizeof member->generation};
        push(member, &event);
    }
}

void memory_kafka_settle(struct memory_kafka *kafka, const struct memory_member *asker, bool commits) {
    for (struct memory_member *member = kafka->members; member != NULL; member = member->next) {
        if (member == asker || member->batch == NULL || member->settled_as != 0)
            continue;
        bool good = commits && !member->stale_at_start && !member->aborting;
        if (good)
            commit(kafka, member->batch);
        member->settled_as = good ? SINK_DONE : SINK_LOST;
    }
}

void memory_kafka_revoke(struct memory_member *member) {
    struct source_event event = {.kind = SOURCE_REVOKED};
    push(member, &event);
}

bool memory_member_is_told(const struct memory_member *member) {
    return member->count == 0;
}

bool memory_member_released(const struct memory_member *member) {
    return member->released;
}

void memory_member_inject(struct memory_member *member, enum memory_sink_fault fault) {
    member->fault = fault;
}

void memory_kafka_set_down(struct memory_kafka *kafka, bool down) {
    kafka->down = down;
}

void memory_kafka_hide_ends(struct memory_kafka *kafka, bool hidden) {
    kafka->ends_hidden = hidden;
}

void memory_kafka_hold_ends(struct memory_kafka *kafka, bool held) {
    kafka->ends_held = held;
}

void memory_kafka_hold_readings(struct memory_kafka *kafka, bool held) {
    kafka->readings_held = held;
}

void memory_kafka_cut(struct memory_kafka *kafka, int32_t partition) {
    kafka->starts[partition] = (int64_t) kafka->inputs[SOURCE_EVENTS][partition].count;
}

void memory_kafka_cut_to(struct memory_kafka *kafka, int32_t partition, int64_t offset) {
    ENSURE(offset <= (int64_t) kafka->inputs[SOURCE_EVENTS][partition].count);
    if (offset > kafka->starts[partition])
        kafka->starts[partition] = offset;
}

void memory_kafka_output(struct memory_kafka *kafka, const struct sink_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++)
        append(&kafka->outputs[entries[i].topic], copy_entry(kafka->arena, &entries[i]));
}

void memory_kafka_commit(struct memory_kafka *kafka, int32_t partition, const char *metadata) {
    kafka->committed[partition] = true;
    (void) snprintf(kafka->commits[partition].metadata, SINK_METADATA_MAX, "%s", metadata);
}

void memory_kafka_expire(struct memory_kafka *kafka) {
    memset(kafka->committed, 0, sizeof kafka->committed);
}

size_t memory_kafka_count(const struct memory_kafka *kafka, enum sink_topic topic) {
    return kafka->outputs[topic].count;
}

const struct sink_entry *memory_kafka_entry(const struct memory_kafka *kafka, enum sink_topic topic, size_t place) {
    ENSURE(place < kafka->outputs[topic].count);
    return kafka->outputs[topic].entries[place];
}

const struct sink_entry *memory_kafka_input(const struct memory_kafka *kafka, enum source_topic topic,
                                            int32_t partition, int64_t offset) {
    const struct input *input = &kafka->inputs[topic][partition];
    return offset < (int64_t) input->count ? input->entries[offset] : NULL;
}

int64_t memory_kafka_input_count(const struct memory_kafka *kafka, int32_t partition) {
    return (int64_t) kafka->inputs[SOURCE_EVENTS][partition].count;
}

const struct sink_commit *memory_kafka_committed(const struct memory_kafka *kafka, int32_t partition) {
    return kafka->committed[partition] ? &kafka->commits[partition] : NULL;
}
