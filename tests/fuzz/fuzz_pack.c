/* A pack. One that is accepted is loaded as the only one of an engine, which derives the history of facts.jsonl. */
#include "fuzz.h"

#include "pack.h"

#include "cleanup.h"
#include "ensure.h"

#include <stdio.h>
#include <stdlib.h>

enum { FACTS_MAX = 100 };

static void derive(const struct engine *engine, struct arena *arena) {
    const struct decode_context context = {engine_catalogue(engine), engine_zone(engine)};
    struct fact facts[FACTS_MAX];
    size_t n_facts = 0, room = 0;
    CLEANUP(cleanup_fclose) FILE *file = fopen(FUZZ_FACTS, "re");
    CLEANUP(cleanup_free) char *line = NULL;
    ENSURE(file != NULL);
    for (ssize_t length; n_facts < FACTS_MAX && (length = getline(&line, &room, file)) > 0; n_facts++) {
        struct decoded decoded;
        struct refusal refusal;
        ENSURE(decode_structured(&context, line, (size_t) length, arena, &decoded, &refusal) == 0);
        facts[n_facts] = decoded.fact;
    }
    fuzz_derive(engine, facts, n_facts, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    struct yaml_problems *problems = fuzz_problems(arena);
    struct pack_context context = {.catalogue = engine_catalogue(fuzz_engine())};
    struct fuzz_file file = fuzz_open_file(data, size);
    struct pack *pack;
    int outcome = pack_load(file.path, &context, arena, problems, &pack);
    ENSURE((outcome == 0) == (problems->count == 0));
    const char *const packs[] = {file.path, NULL};
    const struct engine_paths paths = {.packs = packs, .folder = FUZZ_RULES};
    CLEANUP(engine_freep) struct engine *engine = NULL;
    if (outcome == 0 && engine_load(&paths, problems, &engine) == 0)
        derive(engine, arena);
    fuzz_close_file(&file);
    return 0;
}
