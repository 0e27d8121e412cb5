/* event_options.c: see event_options.h. */
#include "event_options.h"

error_t event_options_parse(struct event_options *options, int key, const char *argument) {
    switch (key) {
    case EVENT_OPTIONS_PACK:
        tool_texts_add(&options->packs, argument);
        return 0;
    case EVENT_OPTIONS_EVENTS:
        options->intake.path = argument;
        return 0;
    case EVENT_OPTIONS_DEADLETTER:
        options->intake.deadletter = argument;
        return 0;
    case EVENT_OPTIONS_JSON:
        options->json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void event_options_done(struct event_options *options) {
    tool_texts_done(&options->packs);
}
