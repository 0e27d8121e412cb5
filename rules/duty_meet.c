/* duty_meet.c: the first fact that may meet a duty. A fact that is itself what opened another instance of the clock
 * meets the one before it, never its own. */
#include "duty_run.h"

#include <stdlib.h>

static bool matches(const struct meet *meet, const struct standing *fact, const struct standing *opening) {
    return filter_matches(&meet->filter, fact->fact, opening != NULL ? opening->fact : NULL);
}

bool duty_meet_matches(const struct clock *clock, const struct standing *fact) {
    for (size_t i = 0; i < clock->n_meets; i++)
        if (matches(&clock->meets[i], fact, fact))
            return true;
    return false;
}

static bool meets_with(const struct duty_run *run, const struct opening *opening, const struct standing *fact) {
    for (size_t i = 0; i < run->clock->n_meets; i++) {
        const struct meet *meet = &run->clock->meets[i];
        if (!matches(meet, fact, opening->fact))
            continue;
        struct setting setting = duty_setting(run, opening);
        setting.at = fact->occurred;
        setting.fact = fact;
        if (meet->when == NULL || expression_evaluate(meet->when, &setting) == TRUTH_YES)
            return true;
    }
    return false;
}

const struct standing *duty_meet_find(const struct duty_run *run, const struct opening *opening) {
    bool in_order = opening->fact != NULL && duty_meet_matches(run->clock, opening->fact);
    for (size_t i = history_n_before_day(run->meets, run->n_meets, opening->opened.day); i < run->n_meets; i++) {
        const struct standing *fact = run->meets[i];
        if (run->piece.to.day.day < fact->occurred.day.day)
            break;
        if (in_order && fact->place <= opening->fact->place)
            continue;
        if (occurrence_on_or_before(opening->opened, fact->occurred) &&
            occurrence_on_or_before(fact->occurred, run->piece.to) && meets_with(run, opening, fact))
            return fact;
    }
    return NULL;
}

/* The facts of a type come once, whichever of the clock's filters names it. */
static bool named_before(const struct clock *clock, size_t place) {
    for (size_t i = 0; i < place; i++)
        if (clock->meets[i].filter.type == clock->meets[place].filter.type)
            return true;
    return false;
}

void duty_meet_collect(struct duty_run *run) {
    const struct clock *clock = run->clock;
    size_t n_types = 0;
    run->n_meets = 0;
    for (size_t i = 0; i < clock->n_meets; i++) {
        if (named_before(clock, i))
            continue;
        size_t count;
        const struct standing *const *all = history_of_type(run->history, clock->meets[i].filter.type, &count);
        span_narrow(&run->span, &all, &count);
        for (size_t j = 0; j < count; j++)
            if (span_contains(run->history, &run->span, all[j]))
                run->meets[run->n_meets++] = all[j];
        n_types++;
    }
    if (n_types > 1)
        qsort(run->meets, run->n_meets, sizeof *run->meets, standing_place_order);
}
