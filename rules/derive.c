#include "derive.h"

#include <stdlib.h>
#include <string.h>

struct derived *derivation_add(struct derivation *derivation) {
    if (derivation->count == derivation->capacity) {
        size_t capacity = derivation->capacity > 0 ? 2 * derivation->capacity : 64;
        derivation->list = arena_grow_array(derivation->arena, derivation->list, derivation->count, capacity,
                                            sizeof *derivation->list);
        derivation->capacity = capacity;
    }
    struct derived *derived = &derivation->list[derivation->count];
    derived->order = derivation->count++;
    return derived;
}

struct evidence evidence_of(const struct standing *standing, const char *role) {
    return (struct evidence){
        .event_id = standing->fact->id,
        .source = standing->fact->source,
        .type = standing->fact->type->name,
        .role = role,
        .occurred = standing->occurred,
    };
}

static int by_rule_and_anchor(const void *a, const void *b) {
    const struct derived *one = a, *other = b;
    int order = (one->rule->order > other->rule->order) - (one->rule->order < other->rule->order);
    if (order == 0)
        order = strcmp(one->face.anchor, other->face.anchor);
    return order != 0 ? order : (one->order > other->order) - (one->order < other->order);
}

static bool same_alert(const struct derived *a, const struct derived *b) {
    return a->rule == b->rule && strcmp(a->face.anchor, b->face.anchor) == 0;
}

void derivation_finish(struct derivation *derivation) {
    if (derivation->count == 0)
        return;
    qsort(derivation->list, derivation->count, sizeof *derivation->list, by_rule_and_anchor);
    size_t kept = 0;
    for (size_t i = 1; i < derivation->count; i++) {
        if (!same_alert(&derivation->list[kept], &derivation->list[i]))
            kept++;
        derivation->list[kept] = derivation->list[i];
    }
    derivation->count = kept + 1;
}
