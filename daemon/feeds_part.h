/* feeds_part.h: what feeds.c and feeds_codec.c share; nobody else includes it. */
#ifndef WATCHKEEPER_FEEDS_PART_H
#define WATCHKEEPER_FEEDS_PART_H

#include "feeds.h"

/* Adds the entry, or what it says more than the one that is known; its texts are copied. */
void feeds_put(struct feeds *feeds, const struct feeds_entry *other, bool stands);

#endif
