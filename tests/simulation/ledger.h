/* ledger.h: looks at every write that Redis accepts: does each statement in it follow from what was known?
 *
 * Known are the messages of the logs up to the positions of the write, read anew; asked is the engine with the packs
 * that the statement names, at the clock of the statement. Nothing of the pipeline's memory or of the store's records
 * goes into it. */
#ifndef WATCHKEEPER_SIMULATION_LEDGER_H
#define WATCHKEEPER_SIMULATION_LEDGER_H

#include "engine.h"
#include "memory_kafka.h"
#include "store.h"

enum { LEDGER_ENGINES = 2, LEDGER_RECORDS = 64, LEDGER_PARTITIONS = 2 };

/* What is known of a subject up to some positions. */
struct ledger_record {
    char *subject; /* NULL: a free place */
    const struct engine *engine;
    int64_t positions[SOURCE_TOPICS];
    struct record *record;
};

struct ledger {
    const struct memory_kafka *kafka;
    const struct engine *engines[LEDGER_ENGINES];
    struct arena *arena;
    struct ledger_record records[LEDGER_RECORDS];
    size_t next_record;
    struct {
        struct instant *at; /* by offset: when it was published */
        int64_t count;
    } published[LEDGER_PARTITIONS];
    bool clocks_wrong; /* some daemon's clock has been wrong: it may have spoken before it could know */
    size_t n_checked, n_wrong;
    bool say;
};

void ledger_init(struct ledger *ledger, const struct memory_kafka *kafka);
/* What is new at the ends of care.events was published then. */
void ledger_note_published(struct ledger *ledger, struct instant at);
void ledger_check(struct ledger *ledger, const struct store_write *write);
/* The instant at which the subject must be looked at next, by what was known at these positions and that clock. */
struct instant ledger_next(struct ledger *ledger, int32_t partition, const char *subject,
                           const int64_t positions[SOURCE_TOPICS], struct instant clock);

#endif
