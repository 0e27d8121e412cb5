/* duty_number.c: where several facts open duties with an anchor of one kind and date, the second gets .2, the third .3
 * (R19): counted by the first records of their chains, so that a correction does not renumber them. */
#include "duty_run.h"

#include <stdlib.h>
#include <string.h>

static int by_first(const void *a, const void *b) {
    const struct standing *one = *(const struct standing *const *) a, *other = *(const struct standing *const *) b;
    if (one->first->occurred.day.day != other->first->occurred.day.day)
        return one->first->occurred.day.day < other->first->occurred.day.day ? -1 : 1;
    int order = standing_recorded_order(one->first, other->first);
    return order != 0 ? order : (one->place > other->place) - (one->place < other->place);
}

/* Does the opener name its facts by kind and date, with the same kind? */
static bool same_kind(const struct opener *opener, const struct opener *other) {
    return opener_is_fact(other) && other->filter.type->identity == FIELD_NONE &&
           strcmp(opener->anchor, other->anchor) == 0;
}

static bool opens_with_kind(const struct clock *clock, const struct opener *opener, const struct standing *fact) {
    for (size_t i = 0; i < clock->n_openers; i++)
        if (same_kind(opener, &clock->openers[i]) && filter_matches(&clock->openers[i].filter, fact->fact, NULL))
            return true;
    return false;
}

/* Is the opener the first of its kind, or the first of its kind and type? */
static bool is_first(const struct clock *clock, size_t place, bool of_its_type) {
    const struct opener *opener = &clock->openers[place];
    for (size_t i = 0; i < place; i++)
        if (same_kind(opener, &clock->openers[i]) &&
            (!of_its_type || clock->openers[i].filter.type == opener->filter.type))
            return false;
    return true;
}

static size_t collect_kind(const struct history *history, const struct clock *clock, size_t place,
                           const struct standing **ret_facts) {
    const struct opener *opener = &clock->openers[place];
    size_t n_facts = 0;
    for (size_t i = place; i < clock->n_openers; i++) {
        if (!same_kind(opener, &clock->openers[i]) || !is_first(clock, i, true))
            continue;
        size_t count;
        const struct standing *const *all = history_of_type(history, clock->openers[i].filter.type, &count);
        for (size_t j = 0; j < count; j++)
            if (opens_with_kind(clock, opener, all[j]))
                ret_facts[n_facts++] = all[j];
    }
    return n_facts;
}

static void number_kind(const struct standing **facts, size_t count, uint32_t *numbers) {
    qsort(facts, count, sizeof *facts, by_first);
    uint32_t number = 0;
    for (size_t i = 0; i < count; i++) {
        bool same_day = i > 0 && date_equal(facts[i - 1]->first->occurred.day, facts[i]->first->occurred.day);
        number = same_day ? number + 1 : 1;
        numbers[facts[i]->place] = number;
    }
}

/* Most openers have no facts at all, and so nothing to number. */
static bool has_facts(const struct history *history, const struct clock *clock, const struct opener *opener) {
    for (size_t i = 0; i < clock->n_openers; i++) {
        size_t count = 0;
        if (same_kind(opener, &clock->openers[i]))
            (void) history_of_type(history, clock->openers[i].filter.type, &count);
        if (count > 0)
            return true;
    }
    return false;
}

const uint32_t *duty_number_find(const struct history *history, const struct clock *clock) {
    const struct standing **facts = NULL;
    uint32_t *numbers = NULL;
    for (size_t i = 0; i < clock->n_openers; i++) {
        const struct opener *opener = &clock->openers[i];
        if (!opener_is_fact(opener) || opener->filter.type->identity != FIELD_NONE || !is_first(clock, i, false) ||
            !has_facts(history, clock, opener))
            continue;
        if (numbers == NULL) {
            facts = ARENA_ARRAY(history->arena, const struct standing *, history->count);
            numbers = ARENA_ARRAY(history->arena, uint32_t, history->count);
        }
        number_kind(facts, collect_kind(history, clock, i, facts), numbers);
    }
    return numbers;
}
