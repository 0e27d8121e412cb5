/* A Kafka message: lines `header: value`, a line ====, and the value; without such a line there are no headers. What is
 * decoded goes through the record and is derived, what is refused becomes a dead letter and an entry of the outbox. */
#include "fuzz.h"

#include "deadletter.h"
#include "ensure.h"
#include "outbox.h"
#include "record_codec.h"

#include <string.h>

enum { HEADERS_MAX = 64 };

static size_t read_headers(const struct fuzz_part *part, struct arena *arena, struct header *headers) {
    const uint8_t *data = (const uint8_t *) part->text;
    size_t size = part->length, count = 0;
    struct fuzz_part line;
    while (count < HEADERS_MAX && fuzz_next_line(&data, &size, arena, &line)) {
        const char *colon = strstr(line.text, ": ");
        if (colon == NULL) {
            headers[count++] = (struct header){line.text, NULL, 0};
            continue;
        }
        size_t name = (size_t) (colon - line.text);
        headers[count++] = (struct header){arena_strndup(arena, line.text, name), colon + 2, line.length - name - 2};
    }
    return count;
}

static void store(const struct decode_context *context, const struct decoded *decoded, struct arena *arena) {
    size_t length;
    const char *text = record_codec_encode(context->catalogue, &decoded->fact, arena, &length);
    struct fact again;
    ENSURE(record_codec_decode(context, text, length, arena, &again) == 0);
    ENSURE(strcmp(again.id, decoded->fact.id) == 0 && again.n_fields == decoded->fact.n_fields);
    fuzz_derive(fuzz_engine(), &again, 1, arena);
}

static void bury(const struct message *message, const struct refusal *refusal, int outcome, struct arena *arena) {
    struct deadletter letter = {message, "care.events", decode_class(outcome), refusal->message, refusal->path};
    struct sink_entry entry = {
        .topic = SINK_DEADLETTER, .value = message->value, .value_length = message->value_length};
    entry.headers = deadletter_headers(&letter, arena, &entry.n_headers);
    struct sink_entry again;
    ENSURE(outbox_decode(outbox_encode(&entry, arena), arena, &again) == 0);
    ENSURE(again.n_headers == entry.n_headers && again.value_length == entry.value_length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    const struct decode_context context = fuzz_decode_context();
    struct header headers[HEADERS_MAX];
    size_t n_headers = 0;
    struct fuzz_part part = {"", 0};
    if (memmem(data, size, "====\n", 5) != NULL && fuzz_next_part(&data, &size, arena, &part))
        n_headers = read_headers(&part, arena, headers);
    struct message message = {.value = data, .value_length = size, .n_headers = n_headers, .headers = headers};
    struct decoded decoded;
    struct refusal refusal = {"", ""};
    int outcome = decode_message(&context, headers, n_headers, (const char *) data, size, arena, &decoded, &refusal);
    if (outcome == 0)
        store(&context, &decoded, arena);
    else
        bury(&message, &refusal, outcome, arena);
    return 0;
}
