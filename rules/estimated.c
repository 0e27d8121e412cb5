/* estimated.c: see estimated.h. */
#include "estimated.h"

static void add(struct estimated *estimated, const struct engine_estimated *rule, struct arena *arena) {
    if (estimated->count == estimated->capacity) {
        size_t capacity = estimated->capacity * 2 + 16;
        estimated->list = arena_grow_array(arena, estimated->list, estimated->count, capacity, sizeof *estimated->list);
        estimated->capacity = capacity;
    }
    estimated->list[estimated->count++] = *rule;
}

static bool counts_terms(struct limit limit) {
    return limit.unit == UNIT_SCHOOL_DAYS || limit.unit == UNIT_TERMS;
}

static bool choice_counts_terms(const struct limit_choice *choice) {
    bool counts = counts_terms(choice->limit);
    for (size_t i = 0; i < choice->n_parts; i++)
        counts = counts || counts_terms(choice->parts[i].limit);
    return counts;
}

static void add_rule(struct estimated *estimated, const struct rule_face *face, const struct calendars *calendars,
                     struct arena *arena) {
    const struct calendar *standard = calendars_find(calendars, NULL);
    if (calendar_school(standard)->estimated)
        add(estimated, &(struct engine_estimated){NULL, face, calendar_name(standard)}, arena);
    for (size_t i = 0; i < calendars_n_choices(calendars); i++) {
        const char *authority;
        const struct calendar *calendar = calendars_choice(calendars, i, &authority);
        if (calendar_school(calendar)->estimated)
            add(estimated, &(struct engine_estimated){authority, face, calendar_name(calendar)}, arena);
    }
}

static void add_row(struct estimated *estimated, const struct clock *clock, const struct rule *row,
                    const struct calendars *calendars, struct arena *arena) {
    bool counts = false;
    for (size_t i = 0; i < clock->n_openers; i++)
        counts = counts || clock->openers[i].kind == OPENER_TERM;
    for (size_t i = 0; i < row->n_limits; i++)
        counts = counts || choice_counts_terms(&row->limits[i]);
    if (counts && !row->off)
        add_rule(estimated, &row->face, calendars, arena);
}

void estimated_add(struct estimated *estimated, const struct pack *pack, const struct calendars *calendars,
                   struct arena *arena) {
    for (size_t i = 0; i < pack->n_clocks; i++)
        for (size_t j = 0; j < pack->clocks[i].n_rows && !pack->clocks[i].again; j++)
            add_row(estimated, &pack->clocks[i], &pack->clocks[i].rows[j], calendars, arena);
    for (size_t i = 0; i < pack->n_risks; i++)
        if (counts_terms(pack->risks[i].held_for) && !pack->risks[i].rule.off)
            add_rule(estimated, &pack->risks[i].rule.face, calendars, arena);
}
