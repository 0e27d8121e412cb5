/* A subject's events, one structured CloudEvent a line: what decoding lets through is one record, which is derived. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { FACTS_MAX = 200 };
    struct arena *arena = fuzz_arena();
    const struct decode_context context = fuzz_decode_context();
    struct fact facts[FACTS_MAX];
    size_t n_facts = 0;
    struct fuzz_part line;
    while (n_facts < FACTS_MAX && fuzz_next_line(&data, &size, arena, &line)) {
        struct decoded decoded;
        struct refusal refusal;
        if (decode_structured(&context, line.text, line.length, arena, &decoded, &refusal) == 0)
            facts[n_facts++] = decoded.fact;
    }
    if (n_facts > 0)
        fuzz_derive(fuzz_engine(), facts, n_facts, arena);
    return 0;
}
