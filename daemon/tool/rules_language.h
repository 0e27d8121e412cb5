/* rules_language.h: `watchkeeper rules language`. */
#ifndef WATCHKEEPER_RULES_LANGUAGE_H
#define WATCHKEEPER_RULES_LANGUAGE_H

#include "tool.h"

int rules_language(const struct tool *tool, int argc, char **argv);

#endif
