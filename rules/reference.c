#include "reference.h"

#include "value.h"

#include <stdlib.h>

static int by_reference(const void *a, const void *b) {
    const struct reference *one = a, *other = b;
    int order = strcmp(one->text, other->text);
    if (order != 0)
        return order;
    return (one->standing->place > other->standing->place) - (one->standing->place < other->standing->place);
}

struct references reference_index(const struct history *history, const struct event_type *type, field_symbol field) {
    size_t n_all, count = 0;
    const struct standing *const *all = history_of_type(history, type, &n_all);
    struct reference *list = ARENA_ARRAY(history->arena, struct reference, n_all);
    for (size_t i = 0; i < n_all; i++) {
        struct value value = fact_value(all[i]->fact, field);
        if (value.kind == VALUE_TEXT)
            list[count++] = (struct reference){.text = value.of.text, .standing = all[i]};
    }
    qsort(list, count, sizeof *list, by_reference);
    return (struct references){.count = count, .list = list};
}

struct references reference_find(const struct references *references, const char *text) {
    size_t low = 0, high = references->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(references->list[middle].text, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct references found = {.list = references->list + low};
    while (low + found.count < references->count && strcmp(found.list[found.count].text, text) == 0)
        found.count++;
    return found;
}
