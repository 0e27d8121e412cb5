/* joining_take.c: see joining_take.h. What is passed on are copies: the record may lose its own before they are sent.
 */
#include "joining_take.h"

#include "erasure.h"
#include "fact_copy.h"
#include "joining.h"

#include <string.h>

struct taking {
    struct record *record;
    const struct symbols *symbols;
    struct arena *arena;
    const char **receivers;
    size_t n_receivers;
    struct passing *passings;
    size_t count, capacity;
};

static bool is_receiver(const struct taking *taking, const char *subject) {
    for (size_t i = 0; i < taking->n_receivers; i++)
        if (strcmp(taking->receivers[i], subject) == 0)
            return true;
    return false;
}

static void find_receivers(struct taking *taking) {
    const struct record *record = taking->record;
    if (record->n_merges == 0)
        return;
    taking->receivers = ARENA_ARRAY(taking->arena, const char *, record->n_merges);
    for (size_t i = 0; i < record->n_facts; i++) {
        const struct fact *fact = record->facts[i];
        if (fact->origin != NULL || !erasure_is_merge(fact))
            continue;
        const char *target = joining_target(fact, record->subject, taking->arena);
        if (target != NULL && !is_receiver(taking, target))
            taking->receivers[taking->n_receivers++] = target;
    }
}

static void pass(struct taking *taking, const char *to, const struct fact *fact) {
    if (taking->count == taking->capacity) {
        size_t capacity = taking->capacity == 0 ? 8 : taking->capacity * 2;
        taking->passings =
            arena_grow_array(taking->arena, taking->passings, taking->count, capacity, sizeof *taking->passings);
        taking->capacity = capacity;
    }
    taking->passings[taking->count++] = (struct passing){to, fact};
}

/* Under its origin, which is the record's subject where it has none; not back to where it came from. */
static void pass_under_origin(struct taking *taking, const char *to, const struct fact *fact) {
    struct fact sent = *fact;
    if (sent.origin == NULL)
        sent.origin = taking->record->subject;
    if (strcmp(sent.origin, to) != 0)
        pass(taking, to, fact_copy_to(taking->arena, &sent));
}

static void pass_to_receivers(struct taking *taking, const struct fact *fact) {
    for (size_t i = 0; i < taking->n_receivers; i++)
        pass_under_origin(taking, taking->receivers[i], fact);
}

static void pass_whole_record(struct taking *taking, const char *to) {
    const struct record *record = taking->record;
    for (size_t i = 0; i < record->n_erased; i++)
        pass_under_origin(taking, to, erasure_again(&record->erased[i], taking->arena));
    for (size_t i = 0; i < record->n_facts; i++)
        pass_under_origin(taking, to, record->facts[i]);
}

/* ---- erasures ---- */

static void erase_at(struct taking *taking, const char *origin, const struct fact *erasure) {
    struct fact sent = *erasure;
    sent.origin = NULL;
    pass(taking, arena_strdup(taking->arena, origin), fact_copy_to(taking->arena, &sent));
}

/* The copies here go at once; the reference's own record is told. */
static void erase_joined(struct taking *taking, const char *const *origins, size_t count, const struct fact *erasure) {
    for (size_t i = 0; i < count; i++) {
        if (record_erased_to(taking->record, origins[i]).ms >= erasure->recorded_at.ms)
            continue;
        struct fact copy = *erasure;
        copy.origin = arena_strdup(taking->arena, origins[i]); /* the facts that hold it are going */
        erase_at(taking, copy.origin, erasure);
        (void) !record_add(taking->record, &copy);
        pass_to_receivers(taking, &copy);
    }
}

static int take_erasure(struct taking *taking, const struct fact *fact) {
    const char *const *origins;
    size_t n_origins;
    joining_origins(taking->record, taking->symbols, fact->recorded_at, taking->arena, &origins, &n_origins);
    int outcome = record_add(taking->record, fact);
    if (outcome != 0)
        return outcome;
    pass_to_receivers(taking, fact);
    if (fact->origin == NULL)
        erase_joined(taking, origins, n_origins, fact);
    return 0;
}

/* It is learned only now which references had been joined to the subject when that was erased. */
static void catch_up_erasure(struct taking *taking) {
    const struct erased *own = erasure_own(taking->record);
    if (own == NULL || taking->record->n_foreign == 0)
        return;
    const char *const *origins;
    size_t n_origins;
    joining_origins(taking->record, taking->symbols, own->to, taking->arena, &origins, &n_origins);
    erase_joined(taking, origins, n_origins, erasure_again(own, taking->arena));
}

/* ---- the whole ---- */

static int take_fact(struct taking *taking, const struct fact *fact) {
    int outcome = record_add(taking->record, fact);
    if (outcome != 0)
        return outcome;
    pass_to_receivers(taking, fact);
    if (!erasure_is_merge(fact))
        return 0;
    const char *target = fact->origin == NULL ? joining_target(fact, taking->record->subject, taking->arena) : NULL;
    if (target != NULL && !is_receiver(taking, target))
        pass_whole_record(taking, target);
    catch_up_erasure(taking);
    return 0;
}

int joining_take(struct record *record, const struct symbols *symbols, const struct fact *fact, struct arena *arena,
                 struct passing **ret_passings, size_t *ret_count) {
    struct taking taking = {.record = record, .symbols = symbols, .arena = arena};
    *ret_passings = NULL;
    *ret_count = 0;
    if (fact->origin != NULL && strcmp(fact->origin, record->subject) == 0)
        return RECORD_DUPLICATE; /* it has been around a ring */
    find_receivers(&taking);
    int outcome = erasure_is(fact) ? take_erasure(&taking, fact) : take_fact(&taking, fact);
    *ret_passings = taking.passings;
    *ret_count = taking.count;
    return outcome;
}
