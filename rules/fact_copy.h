/* fact_copy.h: a fact with all its strings in one block. */
#ifndef WATCHKEEPER_FACT_COPY_H
#define WATCHKEEPER_FACT_COPY_H

#include "arena.h"
#include "fact.h"

const struct fact *fact_copy(const struct fact *fact); /* the caller's to free() */
const struct fact *fact_copy_to(struct arena *arena, const struct fact *fact);

#endif
