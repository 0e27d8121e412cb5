/* standing.c: corrections form chains by `replaces`; within a chain a record counts for nothing from the time of any
 * record that replaces it, directly or through others, and is not voided; of those left the one recorded last stands
 * (R7).
 *
 * Voids can themselves be voided or corrected, so "is voided" and "stands" ask for each other. The answers are
 * memoized; a ring of voids is broken at the record recorded first, so the result does not depend on the order of
 * arrival. */
#include "standing.h"

#include "ensure.h"
#include "hash.h"

#include <stdlib.h>
#include <string.h>

enum answer { UNASKED, ASKING, NO, YES };
enum { NOBODY = UINT32_MAX };

struct node {
    const struct fact *fact;
    uint32_t chain;         /* the lowest node of its chain */
    uint32_t next_in_chain; /* ring-free list through the chain, from its lowest node */
    uint32_t replaced_by;   /* list of nodes that name this one in `replaces` */
    uint32_t next_replacer;
    uint32_t voided_by; /* list of voids that name this one */
    uint32_t next_void;
    uint32_t visited; /* mark of the last walk */
    enum answer voided;
    bool is_replaced; /* known already; false: not known */
    bool all_asked;   /* of the lowest node: every node of the chain knows whether it is voided */
};

struct chains {
    struct node *nodes; /* in recorded order */
    uint32_t count;
    uint32_t walk;
    bool settled; /* the chain of the walk: what is found holds for good */
    const struct event_type *void_type;
    field_symbol target;
    uint32_t *table; /* open addressing by source and id */
    uint32_t table_size;
};

int standing_recorded_order(const struct fact *a, const struct fact *b) {
    if (a->recorded_at.ms != b->recorded_at.ms)
        return a->recorded_at.ms < b->recorded_at.ms ? -1 : 1;
    int order = strcmp(a->source, b->source);
    return order != 0 ? order : strcmp(a->id, b->id);
}

int standing_place_order(const void *a, const void *b) {
    const struct standing *one = *(const struct standing *const *) a, *other = *(const struct standing *const *) b;
    return (one->place > other->place) - (one->place < other->place);
}

static int by_recording(const void *a, const void *b) {
    return standing_recorded_order(*(const struct fact *const *) a, *(const struct fact *const *) b);
}

static uint32_t *slot(const struct chains *chains, const char *source, const char *id) {
    for (uint64_t at = hash_text(hash_text(HASH_START, source), id);; at++) {
        uint32_t *place = &chains->table[at & (chains->table_size - 1)];
        if (*place == NOBODY)
            return place;
        const struct fact *fact = chains->nodes[*place].fact;
        if (strcmp(fact->id, id) == 0 && strcmp(fact->source, source) == 0)
            return place;
    }
}

static void index_records(struct chains *chains, struct arena *arena) {
    chains->table_size = 16;
    while (chains->table_size < 2 * chains->count)
        chains->table_size *= 2;
    chains->table = ARENA_ARRAY(arena, uint32_t, chains->table_size);
    memset(chains->table, 0xff, chains->table_size * sizeof *chains->table);
    for (uint32_t i = 0; i < chains->count; i++)
        *slot(chains, chains->nodes[i].fact->source, chains->nodes[i].fact->id) = i;
}

static void join_chains(struct chains *chains, uint32_t a, uint32_t b) {
    uint32_t low = chains->nodes[a].chain, high = chains->nodes[b].chain;
    if (low == high)
        return;
    if (low > high) {
        uint32_t swap = low;
        low = high;
        high = swap;
    }
    uint32_t last = low;
    while (chains->nodes[last].next_in_chain != NOBODY)
        last = chains->nodes[last].next_in_chain;
    chains->nodes[last].next_in_chain = high;
    for (uint32_t i = high; i != NOBODY; i = chains->nodes[i].next_in_chain)
        chains->nodes[i].chain = low;
}

static void link_replaces(struct chains *chains, uint32_t i) {
    struct node *node = &chains->nodes[i];
    if (node->fact->replaces == NULL)
        return;
    uint32_t of = *slot(chains, node->fact->source, node->fact->replaces);
    if (of == NOBODY || of == i)
        return;
    node->next_replacer = chains->nodes[of].replaced_by;
    chains->nodes[of].replaced_by = i;
    join_chains(chains, of, i);
}

static void link_void(struct chains *chains, uint32_t i) {
    struct node *node = &chains->nodes[i];
    if (node->fact->type != chains->void_type)
        return;
    struct value target = fact_value(node->fact, chains->target);
    if (target.kind != VALUE_TEXT)
        return;
    uint32_t of = *slot(chains, node->fact->source, target.of.text);
    if (of == NOBODY || of == i)
        return;
    node->next_void = chains->nodes[of].voided_by;
    chains->nodes[of].voided_by = i;
}

static bool is_voided(struct chains *chains, uint32_t i);

/* Is some record that replaces this one, directly or through others, not voided? */
static bool is_replaced_in_walk(struct chains *chains, uint32_t i) {
    for (uint32_t by = chains->nodes[i].replaced_by; by != NOBODY; by = chains->nodes[by].next_replacer) {
        struct node *node = &chains->nodes[by];
        if (node->visited == chains->walk)
            continue;
        node->visited = chains->walk;
        if (node->voided != YES || node->is_replaced || is_replaced_in_walk(chains, by)) {
            chains->nodes[i].is_replaced = chains->settled;
            return true;
        }
    }
    return false;
}

/* Once for each chain: thousands of records of one chain would otherwise ask each other anew. While one of them is
 * still being asked, no answer is final. */
static bool ask_all(struct chains *chains, struct node *lowest) {
    if (lowest->all_asked)
        return true;
    bool asking = false;
    for (uint32_t of = lowest->chain; of != NOBODY; of = chains->nodes[of].next_in_chain) {
        (void) is_voided(chains, of);
        asking = asking || chains->nodes[of].voided == ASKING;
    }
    lowest->all_asked = !asking;
    return lowest->all_asked;
}

static bool is_replaced(struct chains *chains, uint32_t i) {
    if (chains->nodes[i].replaced_by == NOBODY)
        return false;
    chains->settled = ask_all(chains, &chains->nodes[chains->nodes[i].chain]);
    if (chains->nodes[i].is_replaced)
        return true;
    chains->walk++;
    chains->nodes[i].visited = chains->walk;
    return is_replaced_in_walk(chains, i);
}

/* The lists of a chain are not sorted, nodes are: the highest index is the one recorded last. */
static bool stands(struct chains *chains, uint32_t i) {
    if (is_voided(chains, i) || is_replaced(chains, i))
        return false;
    for (uint32_t of = chains->nodes[i].chain; of != NOBODY; of = chains->nodes[of].next_in_chain)
        if (of > i && !is_voided(chains, of) && !is_replaced(chains, of))
            return false;
    return true;
}

static bool is_voided(struct chains *chains, uint32_t i) {
    struct node *node = &chains->nodes[i];
    if (node->voided == ASKING)
        return false;
    if (node->voided != UNASKED)
        return node->voided == YES;
    node->voided = ASKING;
    bool voided = false;
    for (uint32_t by = node->voided_by; by != NOBODY && !voided; by = chains->nodes[by].next_void)
        voided = stands(chains, by);
    node->voided = voided ? YES : NO;
    return voided;
}

/* R8: of several standing records of one type with the same reference, the one recorded last. Nodes come in recorded
 * order, so a later one simply takes the place of an earlier one. */
struct identity_slot {
    const struct event_type *type;
    const char *reference;
    uint32_t node;
};

static int by_identity(const void *a, const void *b) {
    const struct identity_slot *one = a, *other = b;
    if (one->type != other->type)
        return one->type->index < other->type->index ? -1 : 1;
    int order = strcmp(one->reference, other->reference);
    return order != 0 ? order : (one->node > other->node) - (one->node < other->node);
}

static void keep_last_of_identity(const struct chains *chains, bool *stand, struct arena *arena) {
    struct identity_slot *slots = ARENA_ARRAY(arena, struct identity_slot, chains->count);
    size_t n_slots = 0;
    for (uint32_t i = 0; i < chains->count; i++) {
        const struct fact *fact = chains->nodes[i].fact;
        if (!stand[i] || fact->type->identity == FIELD_NONE)
            continue;
        struct value reference = fact_value(fact, fact->type->identity);
        if (reference.kind == VALUE_TEXT)
            slots[n_slots++] = (struct identity_slot){.type = fact->type, .reference = reference.of.text, .node = i};
    }
    qsort(slots, n_slots, sizeof *slots, by_identity);
    for (size_t i = 0; i + 1 < n_slots; i++)
        if (slots[i].type == slots[i + 1].type && strcmp(slots[i].reference, slots[i + 1].reference) == 0)
            stand[slots[i].node] = false;
}

/* Facts mostly arrive in the order in which they were recorded. */
static void sort_by_recording(const struct fact **facts, uint32_t count) {
    for (uint32_t i = 1; i < count; i++)
        if (by_recording(&facts[i - 1], &facts[i]) > 0) {
            qsort(facts, count, sizeof *facts, by_recording);
            return;
        }
}

static void take_known(struct chains *chains, const struct fact *const *facts, size_t n_facts, struct moment *moment,
                       struct arena *arena) {
    const struct fact **known = ARENA_ARRAY(arena, const struct fact *, n_facts);
    for (size_t i = 0; i < n_facts; i++)
        if (moment_knows(moment, facts[i]->recorded_at))
            known[chains->count++] = facts[i];
    sort_by_recording(known, chains->count);
    chains->nodes = ARENA_ARRAY(arena, struct node, chains->count);
    for (uint32_t i = 0; i < chains->count; i++)
        chains->nodes[i] = (struct node){
            .fact = known[i],
            .chain = i,
            .next_in_chain = NOBODY,
            .replaced_by = NOBODY,
            .next_replacer = NOBODY,
            .voided_by = NOBODY,
            .next_void = NOBODY,
        };
}

static bool *find_which_stand(struct chains *chains, struct arena *arena) {
    index_records(chains, arena);
    for (uint32_t i = 0; i < chains->count; i++) {
        link_replaces(chains, i);
        link_void(chains, i);
    }
    bool *stand = ARENA_ARRAY(arena, bool, chains->count);
    for (uint32_t i = 0; i < chains->count; i++)
        stand[i] = stands(chains, i);
    keep_last_of_identity(chains, stand, arena);
    return stand;
}

struct happened {
    struct instant at;
    uint32_t node; /* in recorded order, so it settles what time leaves open */
};

static int by_occurrence(const void *a, const void *b) {
    const struct happened *one = a, *other = b;
    if (one->at.ms != other->at.ms)
        return one->at.ms < other->at.ms ? -1 : 1;
    return (one->node > other->node) - (one->node < other->node);
}

static size_t find_happened(const struct chains *chains, const bool *stand, struct moment *moment, struct arena *arena,
                            struct happened **ret_list) {
    struct happened *list = ARENA_ARRAY(arena, struct happened, chains->count);
    size_t count = 0;
    for (uint32_t i = 0; i < chains->count; i++) {
        struct instant at = chains->nodes[i].fact->occurred.at;
        if (stand[i] && moment_reached(moment, at))
            list[count++] = (struct happened){.at = at, .node = i};
    }
    qsort(list, count, sizeof *list, by_occurrence);
    *ret_list = list;
    return count;
}

void standing_find(const struct fact *const *facts, size_t n_facts, const struct symbols *symbols,
                   struct moment *moment, struct arena *arena, struct standing **ret_standings, size_t *ret_count) {
    ENSURE(n_facts < NOBODY);
    struct chains chains = {.void_type = symbols->record_voided, .target = symbols->target};
    take_known(&chains, facts, n_facts, moment, arena);
    struct happened *happened;
    size_t count = find_happened(&chains, find_which_stand(&chains, arena), moment, arena, &happened);
    struct standing *standings = ARENA_ARRAY(arena, struct standing, count);
    for (size_t i = 0; i < count; i++) {
        const struct node *node = &chains.nodes[happened[i].node];
        standings[i] = (struct standing){
            .fact = node->fact,
            .occurred = node->fact->occurred,
            .first = chains.nodes[node->chain].fact, /* the lowest of its chain was recorded first */
            .place = (uint32_t) i,
        };
    }
    *ret_standings = standings;
    *ret_count = count;
}
