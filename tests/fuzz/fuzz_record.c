/* What the store gives back of a record and an outbox: a fact, a memory of what was said, an entry. Each reader sees
 * every input; what one accepts it must be able to write, and to read again. */
#include "fuzz.h"

#include "encode.h"
#include "ensure.h"
#include "outbox.h"
#include "record_codec.h"

#include <stdlib.h>
#include <string.h>

static void read_fact(const char *text, size_t length, struct arena *arena) {
    const struct decode_context context = fuzz_decode_context();
    struct fact fact, again;
    if (record_codec_decode(&context, text, length, arena, &fact) != 0)
        return;
    size_t written;
    const char *copy = record_codec_encode(context.catalogue, &fact, arena, &written);
    ENSURE(record_codec_decode(&context, copy, written, arena, &again) == 0);
    fuzz_derive(fuzz_engine(), &fact, 1, arena);
}

static void read_said(const char *text, size_t length, struct arena *arena) {
    struct said said, again;
    if (encode_said_decode(text, length, arena, &said) != 0)
        return;
    char *copy = encode_said(&said);
    ENSURE(encode_said_decode(copy, strlen(copy), arena, &again) == 0);
    free(copy);
    CLEANUP(record_freep) struct record *record = record_new("child/FUZZ-1");
    record_restore_said(record, &said);
    struct step_options options = {.now = {INT64_C(1772704800000)}, .because = BECAUSE_CLOCK};
    struct step step;
    engine_step(fuzz_engine(), record, &options, arena, &step);
}

static void read_entry(const char *text, size_t length, struct arena *arena) {
    struct outbox outbox = OUTBOX_INIT;
    struct store_entry stored = {{1, 1}, {text, length}};
    outbox_add(&outbox, &stored);
    struct sink_entry entry, again;
    struct bytes bytes = {outbox.items[0].data, outbox.items[0].length};
    if (outbox_decode(bytes, arena, &entry) == 0)
        ENSURE(outbox_decode(outbox_encode(&entry, arena), arena, &again) == 0);
    outbox_done(&outbox);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    const char *text = arena_strndup(arena, size == 0 ? "" : (const char *) data, size);
    read_fact(text, size, arena);
    read_said(text, size, arena);
    read_entry(text, size, arena);
    return 0;
}
