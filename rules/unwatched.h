/* unwatched.h: the duties that are not watched at an authority, because it does not publish any event that could meet
 * them (R52). They are `unknown` there and nothing is said of a single child; one that was met or has ended all the
 * same keeps that state. */
#ifndef WATCHKEEPER_UNWATCHED_H
#define WATCHKEEPER_UNWATCHED_H

#include "derive.h"
#include "engine.h"
#include "pack.h"

struct unwatched {
    size_t n_lists;
    const struct not_fed *lists; /* copied */
    size_t count, capacity;
    struct engine_unwatched *list; /* a rule for each authority, in the order of both */
};

/* Copies the lists into the arena. Tells each type that the catalogue does not have; returns 0 or YAML_WRONG. */
MUST_CHECK int unwatched_read(const struct engine_paths *paths, const struct catalogue *catalogue, struct arena *arena,
                              struct yaml_problems *problems, struct unwatched *ret_unwatched);
/* Adds the rules of a clock, and a risk. */
void unwatched_add_clock(struct unwatched *unwatched, const struct clock *clock, struct arena *arena);
void unwatched_add_risk(struct unwatched *unwatched, const struct risk *risk, struct arena *arena);
/* Mixes what is not published into the hash of the packs, so that a change of it is a change of the rules. */
uint64_t unwatched_hash(const struct unwatched *unwatched, uint64_t hash);
/* What a subject of that authority (may be NULL) does not get; NULL: nothing is missing. */
const struct not_fed *unwatched_find(const struct unwatched *unwatched, const char *authority);
/* Makes what the clock derived from `first` on unknown, where nothing else can meet it. */
void unwatched_apply(const struct not_fed *not_fed, const struct clock *clock, struct derivation *derivation,
                     size_t first);
/* The same of a risk: one that asks for facts which are not published can be neither seen nor cleared. */
void unwatched_apply_risk(const struct not_fed *not_fed, const struct risk *risk, struct derivation *derivation,
                          size_t first);

#endif
