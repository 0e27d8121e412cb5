/* ask.h: asking a running daemon over its status socket: one word, and JSON objects in answer. */
#ifndef WATCHKEEPER_ASK_H
#define WATCHKEEPER_ASK_H

#include "tool.h"

#include <jansson.h>

enum { ASK_WAIT_S = 15 };

/* The next object of the answer on that descriptor; NULL when none came within ASK_WAIT_S. The caller's. */
json_t *ask_read(int descriptor);
/* Connects to the socket of the configuration and says the word. Returns TOOL_OK with a descriptor to be closed, or
 * what was told to the user. */
MUST_CHECK int ask_connect(const struct config *config, const char *word, int *ret_descriptor);
void ask_close(const int *descriptor); /* for CLEANUP; a negative one is none */

#endif
