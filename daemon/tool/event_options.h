/* event_options.h: the options that several commands share: which packs, which events, in which form. */
#ifndef WATCHKEEPER_EVENT_OPTIONS_H
#define WATCHKEEPER_EVENT_OPTIONS_H

#include "intake.h"
#include "tool.h"

struct event_options {
    struct tool_texts packs;
    struct intake_options intake; /* path NULL: no --events */
    bool json;
};

/* Rows for a command's table of options. */
enum { EVENT_OPTIONS_PACK = 0x3000, EVENT_OPTIONS_EVENTS, EVENT_OPTIONS_DEADLETTER, EVENT_OPTIONS_JSON };
#define EVENT_OPTIONS_ROW_PACK                                                                                         \
    {                                                                                                                  \
        "pack", EVENT_OPTIONS_PACK, "NAME", 0,                                                                         \
            "Use this pack (a name or a file); may be repeated, the lowest layer first", 0                             \
    }
#define EVENT_OPTIONS_ROW_EVENTS                                                                                       \
    {                                                                                                                  \
        "events", EVENT_OPTIONS_EVENTS, "FILE", 0,                                                                     \
            "Read event lines from FILE, - is standard input (default: the live state in Redis)", 0                    \
    }
#define EVENT_OPTIONS_ROW_DEADLETTER                                                                                   \
    { "deadletter", EVENT_OPTIONS_DEADLETTER, "FILE", 0, "Write lines that cannot be read to FILE, with the reason", 0 }
#define EVENT_OPTIONS_ROW_JSON                                                                                         \
    { "json", EVENT_OPTIONS_JSON, NULL, 0, "One JSON object a line", 0 }

/* For the default case of a command's parser: 0 where the key is one of the rows, else ARGP_ERR_UNKNOWN. */
error_t event_options_parse(struct event_options *options, int key, const char *argument);
void event_options_done(struct event_options *options);

#endif
