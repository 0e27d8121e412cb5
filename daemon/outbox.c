/* outbox.c: see outbox.h. The form is framed by lengths and not JSON, because a dead letter's bytes may be anything. */
#include "outbox.h"

#include "ensure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const topic_names[SINK_TOPICS] = {
    [SINK_ALERTS] = "alerts",         [SINK_LATEST] = "latest", [SINK_ESCALATIONS] = "escalations",
    [SINK_DEADLETTER] = "deadletter", [SINK_LINKS] = "links",   [SINK_FACTS] = "facts",
};

const char *outbox_topic_name(enum sink_topic topic) {
    ENSURE(topic < SINK_TOPICS);
    return topic_names[topic];
}

static int find_topic(const char *name, size_t length) {
    for (int i = 0; i < SINK_TOPICS; i++)
        if (strlen(topic_names[i]) == length && memcmp(topic_names[i], name, length) == 0)
            return i;
    return -1;
}

static long long length_of(const void *data, size_t length) {
    return data == NULL ? -1 : (long long) length;
}

static const char *head_line(const struct sink_entry *entry, struct arena *arena) {
    enum { HEADER_DIGITS = 48, FIXED = 128 };
    size_t size = FIXED + entry->n_headers * HEADER_DIGITS;
    char *line = arena_alloc(arena, size);
    int used = snprintf(line, size, "%d %s %d %lld %lld", OUTBOX_VERSION, outbox_topic_name(entry->topic),
                        (int) entry->partition, length_of(entry->key, entry->key_length),
                        length_of(entry->value, entry->value_length));
    for (size_t i = 0; i < entry->n_headers; i++)
        used += snprintf(line + used, size - (size_t) used, " %zu %lld", strlen(entry->headers[i].name),
                         length_of(entry->headers[i].value, entry->headers[i].length));
    ENSURE(used > 0 && (size_t) used + 1 < size);
    strcpy(line + used, "\n");
    return line;
}

static char *append(char *to, const void *data, size_t length) {
    if (data == NULL || length == 0)
        return to;
    memcpy(to, data, length);
    return to + length;
}

struct bytes outbox_encode(const struct sink_entry *entry, struct arena *arena) {
    const char *line = head_line(entry, arena);
    size_t length = strlen(line) + entry->key_length + entry->value_length;
    for (size_t i = 0; i < entry->n_headers; i++)
        length += strlen(entry->headers[i].name) + entry->headers[i].length;
    char *data = arena_alloc(arena, length + 1);
    char *to = append(data, line, strlen(line));
    to = append(to, entry->key, entry->key_length);
    to = append(to, entry->value, entry->value_length);
    for (size_t i = 0; i < entry->n_headers; i++) {
        to = append(to, entry->headers[i].name, strlen(entry->headers[i].name));
        to = append(to, entry->headers[i].value, entry->headers[i].length);
    }
    return (struct bytes){data, (size_t) (to - data)};
}

/* ---- reading ---- */

struct reader {
    const char *at, *end;     /* the head line */
    const char *body, *bound; /* what is left behind it */
};

static bool read_number(struct reader *reader, int64_t min, int64_t max, int64_t *ret_number) {
    if (reader->at >= reader->end)
        return false;
    char *stop;
    errno = 0;
    long long number = strtoll(reader->at, &stop, 10); /* ends at the line's end at the latest */
    if (stop == reader->at || stop > reader->end || errno != 0 || number < min || number > max)
        return false;
    reader->at = stop;
    *ret_number = number;
    return true;
}

static bool read_topic(struct reader *reader, enum sink_topic *ret_topic) {
    if (reader->at == reader->end || *reader->at != ' ')
        return false;
    const char *name = reader->at + 1;
    const char *stop = memchr(name, ' ', (size_t) (reader->end - name));
    int topic = stop == NULL ? -1 : find_topic(name, (size_t) (stop - name));
    if (topic < 0)
        return false;
    reader->at = stop;
    *ret_topic = (enum sink_topic) topic;
    return true;
}

static bool take(struct reader *reader, int64_t length, const void **ret_data, size_t *ret_length) {
    if (length > reader->bound - reader->body)
        return false;
    *ret_data = length < 0 ? NULL : reader->body;
    *ret_length = length < 0 ? 0 : (size_t) length;
    reader->body += *ret_length;
    return true;
}

static size_t count_headers(const struct reader *reader) {
    size_t spaces = 0;
    for (const char *at = reader->at; at < reader->end; at++)
        spaces += *at == ' ';
    return spaces / 2;
}

static bool read_header(struct reader *reader, struct arena *arena, struct header *header) {
    int64_t name_length, value_length;
    const void *name, *value;
    size_t length;
    if (!read_number(reader, 0, INT32_MAX, &name_length) || !read_number(reader, -1, INT32_MAX, &value_length))
        return false;
    if (!take(reader, name_length, &name, &length))
        return false;
    header->name = arena_strndup(arena, name, length);
    if (!take(reader, value_length, &value, &header->length))
        return false;
    header->value = value;
    return true;
}

static bool read_headers(struct reader *reader, struct arena *arena, struct sink_entry *entry) {
    entry->n_headers = count_headers(reader);
    struct header *headers = ARENA_ARRAY(arena, struct header, entry->n_headers);
    for (size_t i = 0; i < entry->n_headers; i++)
        if (!read_header(reader, arena, &headers[i]))
            return false;
    entry->headers = headers;
    return reader->at == reader->end && reader->body == reader->bound;
}

int outbox_decode(struct bytes bytes, struct arena *arena, struct sink_entry *ret_entry) {
    const char *end = bytes.data == NULL ? NULL : memchr(bytes.data, '\n', bytes.length);
    if (end == NULL)
        return OUTBOX_NOT_OURS;
    struct reader reader = {bytes.data, end, end + 1, bytes.data + bytes.length};
    int64_t version;
    if (!read_number(&reader, 1, INT32_MAX, &version))
        return OUTBOX_NOT_OURS;
    if (version > OUTBOX_VERSION)
        return OUTBOX_NEWER;
    struct sink_entry entry = {0};
    int64_t partition, key_length, value_length;
    bool good = read_topic(&reader, &entry.topic) && read_number(&reader, 0, INT32_MAX, &partition) &&
                read_number(&reader, -1, INT32_MAX, &key_length) &&
                read_number(&reader, -1, INT32_MAX, &value_length) &&
                take(&reader, key_length, &entry.key, &entry.key_length) &&
                take(&reader, value_length, &entry.value, &entry.value_length) && read_headers(&reader, arena, &entry);
    if (!good)
        return OUTBOX_NOT_OURS;
    entry.partition = (int32_t) partition;
    *ret_entry = entry;
    return 0;
}

/* ---- the queue ---- */

void outbox_done(struct outbox *outbox) {
    for (size_t i = 0; i < outbox->count; i++)
        free(outbox->items[i].data);
    free(outbox->items);
    *outbox = OUTBOX_INIT;
}

static void make_room(struct outbox *outbox) {
    if (outbox->count < outbox->capacity)
        return;
    outbox->capacity = outbox->capacity == 0 ? 64 : outbox->capacity * 2;
    outbox->items = reallocarray(outbox->items, outbox->capacity, sizeof *outbox->items);
    ENSURE(outbox->items != NULL);
}

void outbox_add(struct outbox *outbox, const struct store_entry *entry) {
    ENSURE(outbox->count == 0 || sequence_compare(outbox->items[outbox->count - 1].sequence, entry->sequence) < 0);
    make_room(outbox);
    char *data = malloc(entry->value.length + 1);
    ENSURE(data != NULL);
    memcpy(data, entry->value.data, entry->value.length);
    data[entry->value.length] = '\0'; /* reading numbers stops there at the latest */
    outbox->items[outbox->count++] = (struct outbox_item){entry->sequence, data, entry->value.length};
    outbox->bytes += entry->value.length;
}

size_t outbox_fit(const struct outbox *outbox, size_t count_max, size_t bytes_max) {
    size_t count = 0, bytes = 0;
    while (count < outbox->count && count < count_max) {
        bytes += outbox->items[count].length;
        if (count > 0 && bytes > bytes_max)
            break;
        count++;
    }
    return count;
}

void outbox_drop(struct outbox *outbox, size_t count) {
    ENSURE(count <= outbox->count);
    for (size_t i = 0; i < count; i++) {
        outbox->bytes -= outbox->items[i].length;
        free(outbox->items[i].data);
    }
    outbox->count -= count;
    if (count > 0 && outbox->count > 0)
        memmove(outbox->items, outbox->items + count, outbox->count * sizeof *outbox->items);
}

size_t outbox_up_to(const struct outbox *outbox, struct sequence sequence) {
    size_t count = 0;
    while (count < outbox->count && sequence_compare(outbox->items[count].sequence, sequence) <= 0)
        count++;
    return count;
}
