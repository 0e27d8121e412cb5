/* checkpoint.c: see checkpoint.h.
 *
 * Facts are copied as the store has them, byte for byte. A part ends where the next fact would make it too large, so
 * the parts of a record only ever grow in number: facts are added and never changed. Only their order may differ after
 * a rebuild, and with it where a part ends; any order needs fewer than twice the bytes' worth of parts, and one. */
#include "checkpoint.h"

#include "ensure.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char HEAD_END[] = ",\"facts\":[\n", BETWEEN[] = ",\n", TAIL[] = "\n]}";
static const char MARKER_KEY[] = "#checkpoint/";

/* ---- writing ---- */

static const char *part_key(const char *subject, size_t part, struct arena *arena) {
    return part == 0 ? subject : arena_printf(arena, "%s#%zu", subject, part + 1);
}

static struct sink_entry entry_of(int32_t partition, const char *key, const char *value, size_t length) {
    return (struct sink_entry){
        .topic = SINK_FACTS,
        .partition = partition,
        .key = key,
        .key_length = strlen(key),
        .value = value,
        .value_length = length,
    };
}

static char *append(char *to, const char *data, size_t length) {
    memcpy(to, data, length);
    return to + length;
}

static struct bytes part_value(const char *subject, const struct store_fact *facts, size_t count, struct arena *arena) {
    const char *head =
        arena_printf(arena, "{\"version\":%d,\"subject\":\"%s\"%s", CHECKPOINT_VERSION, subject, HEAD_END);
    size_t length = strlen(head) + strlen(TAIL);
    for (size_t i = 0; i < count; i++)
        length += facts[i].value.length + strlen(BETWEEN);
    char *value = arena_alloc(arena, length + 1);
    char *to = append(value, head, strlen(head));
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            to = append(to, BETWEEN, strlen(BETWEEN));
        to = append(to, facts[i].value.data, facts[i].value.length);
    }
    to = append(to, TAIL, strlen(TAIL));
    return (struct bytes){value, (size_t) (to - value)};
}

static size_t part_end(const struct store_record *record, size_t first) {
    size_t end = first, bytes = 0;
    while (end < record->n_facts) {
        bytes += record->facts[end].value.length;
        if (end > first && bytes > CHECKPOINT_PART_BYTES)
            break;
        end++;
    }
    return end;
}

struct sink_entry *checkpoint_facts(int32_t partition, const struct store_record *record, struct arena *arena,
                                    size_t *ret_count) {
    struct sink_entry *entries = NULL;
    size_t count = 0;
    for (size_t first = 0, end; first < record->n_facts; first = end) {
        end = part_end(record, first);
        struct bytes value = part_value(record->subject, record->facts + first, end - first, arena);
        entries = arena_grow_array(arena, entries, count, count + 1, sizeof *entries);
        entries[count] = entry_of(partition, part_key(record->subject, count, arena), value.data, value.length);
        count++;
    }
    *ret_count = count;
    return entries;
}

struct sink_entry checkpoint_marker(int32_t partition, const struct checkpoint_marker *marker, struct arena *arena) {
    char at[INSTANT_TEXT_MAX];
    const char *key = arena_printf(arena, "%s%" PRId32, MARKER_KEY, partition);
    const char *value =
        arena_printf(arena,
                     "{\"version\":%d,\"complete_to\":{\"events\":%" PRId64 ",\"links\":%" PRId64
                     "},\"at\":\"%s\",\"partitions\":%" PRId32 "%s%s}",
                     CHECKPOINT_VERSION, marker->positions[SOURCE_EVENTS], marker->positions[SOURCE_LINKS],
                     instant_format(marker->at, at), marker->partitions,
                     marker->feeds == NULL ? "" : ",\"feeds\":", marker->feeds == NULL ? "" : marker->feeds);
    return entry_of(partition, key, value, strlen(value));
}

struct sink_entry *checkpoint_tombstones(int32_t partition, const char *subject, size_t n_bytes, struct arena *arena,
                                         size_t *ret_count) {
    size_t count = 2 * (n_bytes / CHECKPOINT_PART_BYTES) + 2;
    struct sink_entry *entries = ARENA_ARRAY(arena, struct sink_entry, count);
    for (size_t i = 0; i < count; i++)
        entries[i] = entry_of(partition, part_key(subject, i, arena), NULL, 0);
    *ret_count = count;
    return entries;
}

/* ---- reading ---- */

static size_t count_lines(const char *at, const char *end) {
    size_t count = 1;
    for (; (at = memchr(at, '\n', (size_t) (end - at))) != NULL; at++)
        count++;
    return count;
}

/* Between the head and the tail: facts with ",\n" between them. */
static int split_facts(const char *at, const char *end, struct arena *arena, struct checkpoint_row *row) {
    row->facts = ARENA_ARRAY(arena, struct bytes, count_lines(at, end));
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t) (end - at));
        const char *next = stop == NULL ? end : stop + 1;
        size_t length = (size_t) ((stop == NULL ? end : stop - 1) - at);
        if (length < 2 || at[0] != '{' || at[length - 1] != '}' || (stop != NULL && stop[-1] != ','))
            return CHECKPOINT_NOT_OURS;
        row->facts[row->n_facts++] = (struct bytes){at, length};
        at = next;
    }
    return 0;
}

static bool read_position(json_t *positions, const char *name, int64_t *ret_position) {
    json_t *position = json_object_get(positions, name);
    *ret_position = json_integer_value(position);
    return json_is_integer(position) && *ret_position >= SOURCE_BEGINNING;
}

static const char *read_feeds(json_t *root, struct arena *arena) {
    char *text = json_dumps(json_object_get(root, "feeds"), JSON_COMPACT);
    const char *feeds = text == NULL ? NULL : arena_strdup(arena, text);
    free(text);
    return feeds;
}

static int read_marker(json_t *root, struct arena *arena, struct checkpoint_row *row) {
    json_t *positions = json_object_get(root, "complete_to");
    const char *at = json_string_value(json_object_get(root, "at"));
    struct checkpoint_marker *marker = &row->marker;
    marker->partitions = (int32_t) json_integer_value(json_object_get(root, "partitions"));
    marker->feeds = read_feeds(root, arena);
    bool good = read_position(positions, "events", &marker->positions[SOURCE_EVENTS]) &&
                read_position(positions, "links", &marker->positions[SOURCE_LINKS]) && at != NULL &&
                instant_parse(at, &marker->at) == 0 && marker->partitions > 0;
    return good ? 0 : CHECKPOINT_NOT_OURS;
}

/* The head of a value with facts: what stands before them, as an object of its own; or the whole of a marker. */
static json_t *read_head(const struct message *message, struct arena *arena, const char **ret_facts) {
    const char *facts = memmem(message->value, message->value_length, HEAD_END, strlen(HEAD_END));
    *ret_facts = facts == NULL ? NULL : facts + strlen(HEAD_END);
    if (facts == NULL)
        return json_loadb(message->value, message->value_length, 0, NULL);
    size_t length = (size_t) (facts - (const char *) message->value);
    char *head = arena_strndup(arena, message->value, length);
    return json_loads(arena_printf(arena, "%s}", head), 0, NULL);
}

static int read_row(const struct message *message, json_t *head, const char *facts, struct arena *arena,
                    struct checkpoint_row *row) {
    json_int_t version = json_integer_value(json_object_get(head, "version"));
    if (version > CHECKPOINT_VERSION)
        return CHECKPOINT_NEWER;
    const char *subject = json_string_value(json_object_get(head, "subject"));
    if (version < 1)
        return CHECKPOINT_NOT_OURS;
    if (subject == NULL)
        return read_marker(head, arena, row);
    const char *end = (const char *) message->value + message->value_length;
    size_t tail = strlen(TAIL);
    if (facts == NULL || (size_t) (end - facts) < tail || memcmp(end - tail, TAIL, tail) != 0)
        return CHECKPOINT_NOT_OURS;
    row->subject = arena_strdup(arena, subject);
    return split_facts(facts, end - tail, arena, row);
}

int checkpoint_read(const struct message *message, struct arena *arena, struct checkpoint_row *ret_row) {
    struct checkpoint_row row = {.removed = message->value == NULL};
    int outcome = 0;
    if (message->key == NULL)
        return CHECKPOINT_NOT_OURS;
    if (!row.removed) {
        const char *facts;
        json_t *head = read_head(message, arena, &facts);
        outcome = read_row(message, head, facts, arena, &row);
        json_decref(head);
    }
    if (outcome == 0)
        *ret_row = row;
    return outcome;
}
