/* A catalogue of one file; what is accepted decodes a message. */
#include "fuzz.h"

#include "catalogue.h"

#include "ensure.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char message[] =
        "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\",\"type\":\"visit.made\",\"subject\":\"child/C1\","
        "\"time\":\"2026-03-05T09:30:00Z\",\"data\":{\"occurred_at\":\"2026-03-04\",\"authority\":\"E06000052\","
        "\"kind\":\"statutory\",\"by_role\":\"social-worker\",\"seen\":true,\"count\":3}}";
    struct arena *arena = fuzz_arena();
    struct yaml_problems *problems = fuzz_problems(arena);
    fuzz_put("fuzz.yaml", data, size);
    CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
    int outcome = catalogue_load(fuzz_folder(), problems, &catalogue);
    ENSURE((outcome == 0) == (problems->count == 0));
    if (outcome == 0) {
        struct decode_context context = {catalogue, engine_zone(fuzz_engine())};
        struct decoded decoded;
        struct refusal refusal;
        (void) !decode_structured(&context, message, strlen(message), arena, &decoded, &refusal);
    }
    fuzz_put("fuzz.yaml", NULL, 0);
    return 0;
}
