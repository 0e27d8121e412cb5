/* recording.h: a store that passes everything on to another and keeps a copy of each write, so that it can be made
 * again. */
#ifndef WATCHKEEPER_RECORDING_H
#define WATCHKEEPER_RECORDING_H

#include "store.h"

struct recording {
    struct store inner;
    struct arena *arena; /* of the copies */
    size_t count, capacity;
    struct store_write *writes;
};

void recording_init(struct recording *recording, struct store inner);
void recording_done(struct recording *recording);
struct store recording_ops(struct recording *recording);

size_t recording_n_facts(const struct recording *recording);

#endif
