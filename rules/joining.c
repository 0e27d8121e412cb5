/* joining.c: see joining.h. Most records know of one reference only and are passed through untouched. */
#include "joining.h"

#include "ensure.h"
#include "erasure.h"
#include "standing.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SELF = 0, NOWHERE = UINT32_MAX };

/* A reference: the subject's own, one of which there are facts, or one that is named by a merge. */
struct reference_node {
    const char *name;
    const char *origin; /* as in facts: NULL for SELF */
    size_t n_merges;
    const struct fact *merge; /* that stands, or NULL */
    uint32_t into;
};

struct joining {
    const struct record *record;
    const struct symbols *symbols;
    struct moment *moment;
    struct arena *arena;
    struct reference_node *nodes;
    uint32_t count;
};

const char *joining_target(const struct fact *fact, const char *from, struct arena *arena) {
    if (fact->type->n_fields == 0)
        return NULL;
    struct value into = fact_value(fact, fact->type->fields[0].symbol);
    const char *slash = strchr(from, '/');
    if (into.kind != VALUE_TEXT || slash == NULL || into.of.text[0] == '\0' || strlen(into.of.text) > REFERENCE_MAX)
        return NULL;
    for (const char *at = into.of.text; *at != '\0'; at++)
        if (!isascii((unsigned char) *at) || (!isalnum((unsigned char) *at) && strchr("._~:-", *at) == NULL))
            return NULL;
    const char *target = arena_printf(arena, "%.*s%s", (int) (slash - from + 1), from, into.of.text);
    return strcmp(target, from) == 0 ? NULL : target;
}

static uint32_t node_of(struct joining *joining, const char *name) {
    for (uint32_t i = 0; i < joining->count; i++)
        if (strcmp(joining->nodes[i].name, name) == 0)
            return i;
    joining->nodes[joining->count] = (struct reference_node){.name = name, .origin = name, .into = NOWHERE};
    return joining->count++;
}

static uint32_t node_of_fact(struct joining *joining, const struct fact *fact) {
    return fact->origin == NULL ? SELF : node_of(joining, fact->origin);
}

/* Every merge names one further reference, every foreign fact at most one. */
static void find_nodes(struct joining *joining) {
    const struct record *record = joining->record;
    joining->nodes = ARENA_ARRAY(joining->arena, struct reference_node, 1 + record->n_foreign + record->n_merges);
    (void) node_of(joining, record->subject);
    joining->nodes[SELF].origin = NULL;
    for (size_t i = 0; i < record->n_facts; i++)
        joining->nodes[node_of_fact(joining, record->facts[i])].n_merges += erasure_is_merge(record->facts[i]);
}

/* Of one reference's records alone: a void and what it voids have the same subject (R6). */
static void find_merge(struct joining *joining, uint32_t node) {
    const struct record *record = joining->record;
    const struct fact **facts = ARENA_ARRAY(joining->arena, const struct fact *, record->n_facts);
    size_t n_facts = 0, count;
    for (size_t i = 0; i < record->n_facts; i++)
        if (node_of_fact(joining, record->facts[i]) == node)
            facts[n_facts++] = record->facts[i];
    struct standing *standings;
    standing_find(facts, n_facts, joining->symbols, joining->moment, joining->arena, &standings, &count);
    const struct fact *last = NULL;
    for (size_t i = 0; i < count; i++)
        if (erasure_is_merge(standings[i].fact) &&
            (last == NULL || standing_recorded_order(last, standings[i].fact) < 0))
            last = standings[i].fact;
    joining->nodes[node].merge = last;
}

static uint32_t root(const struct joining *joining, uint32_t node) {
    while (joining->nodes[node].into != NOWHERE)
        node = joining->nodes[node].into;
    return node;
}

static int by_merge(const void *a, const void *b) {
    const struct reference_node *const *one = a, *const *other = b;
    int order = standing_recorded_order((*one)->merge, (*other)->merge);
    return order != 0 ? order : strcmp((*one)->name, (*other)->name);
}

static void follow_merge(struct joining *joining, struct reference_node *node) {
    const char *target = joining_target(node->merge, node->name, joining->arena);
    if (target == NULL)
        return;
    uint32_t into = node_of(joining, target);
    if (&joining->nodes[root(joining, into)] != node) /* else it would close a ring */
        node->into = into;
}

static void follow_merges(struct joining *joining) {
    struct reference_node **merged = ARENA_ARRAY(joining->arena, struct reference_node *, joining->count);
    size_t n_merged = 0;
    for (uint32_t i = 0; i < joining->count; i++) {
        if (joining->nodes[i].n_merges > 0)
            find_merge(joining, i);
        if (joining->nodes[i].merge != NULL)
            merged[n_merged++] = &joining->nodes[i];
    }
    if (n_merged > 1)
        qsort(merged, n_merged, sizeof(struct reference_node *), by_merge);
    for (size_t i = 0; i < n_merged; i++)
        follow_merge(joining, merged[i]);
}

static int compare_origins(const char *a, const char *b) {
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int by_id(const void *a, const void *b) {
    const struct fact *one = *(const struct fact *const *) a, *other = *(const struct fact *const *) b;
    int order = strcmp(one->source, other->source);
    if (order == 0)
        order = strcmp(one->id, other->id);
    if (order == 0)
        order = (one->recorded_at.ms > other->recorded_at.ms) - (one->recorded_at.ms < other->recorded_at.ms);
    return order != 0 ? order : compare_origins(one->origin, other->origin);
}

/* Of an event that was recorded under several references, the copy recorded first. */
static size_t keep_one_of_each(const struct fact **facts, size_t count) {
    size_t kept = 0;
    if (count > 1)
        qsort(facts, count, sizeof *facts, by_id);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(facts[kept - 1]->id, facts[i]->id) != 0 ||
            strcmp(facts[kept - 1]->source, facts[i]->source) != 0)
            facts[kept++] = facts[i];
    return kept;
}

static size_t take_joined(struct joining *joining, const struct fact **facts) {
    const struct record *record = joining->record;
    size_t count = 0;
    for (size_t i = 0; i < record->n_facts; i++)
        if (root(joining, node_of_fact(joining, record->facts[i])) == SELF)
            facts[count++] = record->facts[i];
    return keep_one_of_each(facts, count);
}

/* ---- corrections of what was erased ---- */

static bool corrects_nothing(const struct record *record, const struct fact *fact, const struct fact *const *facts,
                             size_t count) {
    if (fact->replaces == NULL || instant_equal(record_erased_to(record, fact->origin), INSTANT_DAWN))
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(facts[i]->id, fact->replaces) == 0 && strcmp(facts[i]->source, fact->source) == 0)
            return false;
    return true;
}

/* Leaving one out may leave another one without what it corrects. */
static size_t leave_out_corrections(const struct record *record, const struct fact **facts, size_t count) {
    for (size_t before = count + 1; count < before;) {
        before = count;
        size_t kept = 0;
        for (size_t i = 0; i < before; i++)
            if (!corrects_nothing(record, facts[i], facts, before))
                facts[kept++] = facts[i];
        count = kept;
    }
    return count;
}

/* ---- the whole ---- */

static struct joining join(const struct record *record, const struct symbols *symbols, struct moment *moment,
                           struct arena *arena) {
    struct joining joining = {.record = record, .symbols = symbols, .moment = moment, .arena = arena};
    find_nodes(&joining);
    follow_merges(&joining);
    return joining;
}

void joining_find(const struct record *record, const struct symbols *symbols, struct moment *moment,
                  struct arena *arena, const struct fact *const **ret_facts, size_t *ret_count) {
    *ret_facts = record->facts;
    *ret_count = record->n_facts;
    bool joined = record->n_merges > 0 || record->n_foreign > 0;
    if (!joined && record->n_erased == 0)
        return;
    const struct fact **facts = ARENA_ARRAY(arena, const struct fact *, record->n_facts);
    size_t count = record->n_facts;
    if (joined) {
        struct joining joining = join(record, symbols, moment, arena);
        count = take_joined(&joining, facts);
    } else if (count > 0) {
        memcpy(facts, record->facts, count * sizeof *facts);
    }
    *ret_count = record->n_erased == 0 ? count : leave_out_corrections(record, facts, count);
    *ret_facts = facts;
}

static bool leads_to_self(const struct joining *joining, uint32_t node) {
    while (node != SELF && joining->nodes[node].into != NOWHERE)
        node = joining->nodes[node].into;
    return node == SELF;
}

void joining_origins(const struct record *record, const struct symbols *symbols, struct instant recorded_to,
                     struct arena *arena, const char *const **ret_origins, size_t *ret_count) {
    struct moment moment = {.now = INSTANT_NEVER, .known_at = recorded_to, .next = INSTANT_NEVER};
    struct joining joining = join(record, symbols, &moment, arena);
    const char **origins = ARENA_ARRAY(arena, const char *, joining.count);
    *ret_count = 0;
    for (uint32_t i = SELF + 1; i < joining.count; i++)
        if (leads_to_self(&joining, i))
            origins[(*ret_count)++] = joining.nodes[i].origin;
    *ret_origins = origins;
}
