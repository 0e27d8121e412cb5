/* spans.c: named spans. The facts that begin and end one are walked in the order of occurrence; one that does both (a
 * new address ends the last and begins the next) begins. */
#include "spans.h"

#include <stdlib.h>
#include <string.h>

struct spans_found {
    const struct named_span *span;
    size_t count;
    struct stretch *list;
    struct spans_found *next;
};

const struct named_span *spans_find(const struct named_spans *spans, const char *name) {
    for (size_t i = 0; i < spans->count; i++)
        if (strcmp(spans->list[i]->name, name) == 0)
            return spans->list[i];
    return NULL;
}

static bool matches_any(const struct filter *filters, size_t count, const struct standing *fact) {
    for (size_t i = 0; i < count; i++)
        if (filter_matches(&filters[i], fact->fact, NULL))
            return true;
    return false;
}

/* The facts of the types named, each type once. */
static size_t collect(const struct history *history, const struct named_span *span, const struct standing ***ret_all) {
    const struct event_type *types[2 * SPAN_FILTERS_MAX];
    size_t n_types = 0, room = 0, count = 0;
    for (size_t i = 0; i < span->n_from + span->n_to; i++) {
        const struct event_type *type = i < span->n_from ? span->from[i].type : span->to[i - span->n_from].type;
        bool known = false;
        for (size_t j = 0; j < n_types; j++)
            known |= types[j] == type;
        size_t n_facts = 0;
        if (!known)
            (void) history_of_type(history, types[n_types++] = type, &n_facts);
        room += n_facts;
    }
    const struct standing **all = ARENA_ARRAY(history->arena, const struct standing *, room);
    for (size_t i = 0; i < n_types; i++) {
        size_t n_facts;
        const struct standing *const *of_type = history_of_type(history, types[i], &n_facts);
        for (size_t j = 0; j < n_facts; j++)
            all[count++] = of_type[j];
    }
    qsort(all, count, sizeof *all, standing_place_order);
    *ret_all = all;
    return count;
}

static void end_no_later_than(struct stretch *stretch, struct occurrence to) {
    if (to.at.ms < stretch->to.at.ms)
        stretch->to = to;
}

/* The end that no event of the span itself brings. */
static bool begin(const struct history *history, const struct named_span *span, const struct standing *start,
                  struct stretch *stretch) {
    *stretch = (struct stretch){
        .start = start, .from = start->occurred, .to = occurrence_at(history, INSTANT_NEVER, false), .number = 1};
    if (history->death != NULL)
        end_no_later_than(stretch, history->death->occurred);
    if (span->until_age > 0 && history->has_birth)
        end_no_later_than(stretch, occurrence_at(history, history_birthday(history, span->until_age), false));
    if (!span->within_care)
        return true;
    const struct period *period = history_period_of(history, start->occurred);
    if (period != NULL)
        end_no_later_than(stretch, period->to);
    return period != NULL;
}

static size_t number_of(const struct spans_found *found, const struct standing *start) {
    size_t number = 1;
    for (size_t i = 0; i < found->count; i++)
        number += date_equal(found->list[i].start->first->occurred.day, start->first->occurred.day);
    return number;
}

static void take(const struct history *history, struct spans_found *found, const struct standing *fact) {
    const struct named_span *span = found->span;
    struct stretch *open = found->count > 0 ? &found->list[found->count - 1] : NULL;
    if (open != NULL && open->to.at.ms <= fact->occurred.at.ms)
        open = NULL;
    bool begins = matches_any(span->from, span->n_from, fact);
    if (open != NULL && begins && span->goes_on)
        return;
    if (open != NULL && (begins || matches_any(span->to, span->n_to, fact)))
        end_no_later_than(open, fact->occurred);
    struct stretch next;
    if (!begins || !begin(history, span, fact, &next))
        return;
    next.number = number_of(found, fact);
    found->list[found->count++] = next;
}

static const struct spans_found *work_out(const struct history *history, const struct named_span *span) {
    struct spans_found *found = ARENA_NEW(history->arena, struct spans_found);
    const struct standing **all;
    size_t count = collect(history, span, &all);
    *found = (struct spans_found){.span = span, .next = *history->spans};
    found->list = ARENA_ARRAY(history->arena, struct stretch, count);
    for (size_t i = 0; i < count; i++)
        take(history, found, all[i]);
    *history->spans = found;
    return found;
}

const struct stretch *spans_of(const struct history *history, const struct named_span *span, size_t *ret_count) {
    const struct spans_found *found = *history->spans;
    while (found != NULL && found->span != span)
        found = found->next;
    if (found == NULL)
        found = work_out(history, span);
    *ret_count = found->count;
    return found->list;
}

bool spans_hold(const struct history *history, const struct named_span *span, struct occurrence at) {
    size_t count;
    const struct stretch *list = spans_of(history, span, &count);
    for (size_t i = 0; i < count; i++)
        if (occurrence_on_or_before(list[i].from, at) && occurrence_on_or_before(at, list[i].to))
            return true;
    return false;
}
