/* pipeline_world.h: a pipeline on the twins in memory, for the tests of what it says whatever fails in between.
 *
 * The pack is the statutory one; the child is child/CE-1, nine years old, in care from 2024-06-03: its first review is
 * due soon from 2024-06-24 and overdue at 2024-07-02T00:00 in London. Functions that assert end the test. */
#ifndef WATCHKEEPER_PIPELINE_WORLD_H
#define WATCHKEEPER_PIPELINE_WORLD_H

#include "engine.h"
#include "memory_kafka.h"
#include "memory_store.h"
#include "pipeline.h"

enum { WORLD_PARTITIONS = 2 };

struct world {
    struct memory_kafka *kafka;
    struct memory_store *store;
    struct memory_member *member;
    struct pipeline *pipeline;
    struct instant now;
    int32_t home;               /* of child/CE-1 */
    struct span audit_interval; /* of pipelines that are made from now on */
    struct span checkpoint;     /* its interval, of pipelines made from then on; 0: none */
    struct engine *engine;      /* theirs; NULL: the group's */
};

/* For the group, once: the engine with its packs. */
int world_set_up_engine(void **state);
int world_tear_down_engine(void **state);
const struct engine *world_engine(void);
/* For each test. */
int world_set_up(void **state);
int world_tear_down(void **state);

struct instant world_at(const char *text);
struct pipeline *world_new_pipeline(const struct world *world, struct memory_member *member);
/* A new process in place of the old one, which is gone without a word. */
void world_restart(struct world *world);
/* The same, counting the days of all authorities by that calendar from now on. */
void world_restart_with_calendar(struct world *world, const char *calendar);
/* Cycles, a hundred milliseconds apart, for that long. */
void world_run_for(struct world *world, int64_t ms);
/* Time passes up to then, with a cycle every ten seconds; without them it would be a machine that was suspended. */
void world_pass_to(struct world *world, const char *text);
void world_jump_to(struct world *world, const char *text);

/* Of child/CE-1; data is the inside of the object. */
void world_publish(struct world *world, const char *id, const char *type, const char *time, const char *data);
void world_publish_entry(struct world *world);
void world_publish_review(struct world *world, const char *time);

/* The statement of child/CE-1's first review in that state. */
#define WORLD_ALERT(state) "\"id\":\"child/CE-1|review-first|care:2024-06-03#" state "\""
/* Whether the message holds the text, and how many messages on that topic do. */
bool world_contains(const struct sink_entry *entry, const char *text);
size_t world_count_said(const struct world *world, enum sink_topic topic, const char *text);
void world_assert_said_once(const struct world *world, const char *id);
void world_assert_all_ids_once(const struct world *world);
/* The first review becomes due soon and overdue, each said once, and nothing waits to be published. */
void world_overdue_once_after(struct world *world);

#endif
