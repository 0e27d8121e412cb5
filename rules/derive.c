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

static const char *occurrence_text(const struct history *history, struct occurrence occurred) {
    char date[DATE_TEXT_MAX], instant[INSTANT_TEXT_MAX];
    return arena_strdup(history->arena,
                        occurred.bare ? date_format(occurred.day, date) : instant_format(occurred.at, instant));
}

struct evidence evidence_of(const struct history *history, const struct standing *standing, const char *role) {
    return (struct evidence){
        .event_id = standing->fact->id,
        .source = standing->fact->source,
        .type = standing->fact->type->name,
        .role = role,
        .occurred.text = occurrence_text(history, standing->occurred),
    };
}

static int rule_order(const struct derived *a, const struct derived *b) {
    return a->rule == b->rule ? 0 : strcmp(a->face.rule->id, b->face.rule->id);
}

static int by_rule_and_anchor(const void *a, const void *b) {
    const struct derived *one = a, *other = b;
    int order = rule_order(one, other);
    if (order == 0)
        order = strcmp(one->face.anchor, other->face.anchor);
    return order != 0 ? order : (one->order > other->order) - (one->order < other->order);
}

static bool same_alert(const struct derived *a, const struct derived *b) {
    return rule_order(a, b) == 0 && strcmp(a->face.anchor, b->face.anchor) == 0;
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
