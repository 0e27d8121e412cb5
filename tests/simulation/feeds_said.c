/* feeds_said.c: see feeds_said.h. */
#include "feeds_said.h"

#include "ensure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOADS = 30, AUTHORITY_LENGTH = 9 };

static char *body(struct chance *chance, struct instant now, const char **ret_type) {
    static const char *const types[] = {"feed.load_started", "feed.load_ended", "feed.complete_to"};
    char *text, at[INSTANT_TEXT_MAX];
    *ret_type = types[chance_below(chance, sizeof types / sizeof *types)];
    struct instant to = {now.ms - (int64_t) chance_below(chance, 60) * 3600 * 1000};
    if (strcmp(*ret_type, "feed.complete_to") == 0)
        ENSURE(asprintf(&text, "\"feed\":\"F%" PRIu64 "\",\"complete_to\":\"%s\"", chance_below(chance, 2),
                        instant_format(to, at)) > 0);
    else
        ENSURE(asprintf(&text, "\"load\":\"L%" PRIu64 "\"", chance_below(chance, LOADS)) > 0);
    return text;
}

void feeds_said_publish(struct chance *chance, struct memory_kafka *kafka, int32_t n_partitions, struct instant now,
                        const char *event_line) {
    static const char key[] = "\"authority\":";
    const char *found = strstr(event_line, key), *type;
    if (found == NULL || !chance_in_10000(chance, 3000))
        return;
    const char *authority = strchr(found + strlen(key), '"') + 1;
    char *line, *rest = body(chance, now, &type), at[INSTANT_TEXT_MAX];
    instant_format(now, at);
    ENSURE(asprintf(&line,
                    "{\"specversion\":\"1.0\",\"id\":\"feed-%016" PRIx64
                    "\",\"source\":\"/feeds\",\"type\":\"%s\",\"subject\":\"authority/%.*s\",\"time\":\"%s\","
                    "\"data\":{\"authority\":\"%.*s\",\"occurred_at\":\"%s\",%s}}",
                    chance_next(chance), type, AUTHORITY_LENGTH, authority, at, AUTHORITY_LENGTH, authority, at,
                    rest) > 0);
    memory_kafka_publish(kafka, (int32_t) chance_below(chance, (uint64_t) n_partitions), "authority", line);
    free(rest);
    free(line);
}
