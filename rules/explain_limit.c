#include "explain_limit.h"

static const char *shift_text(struct limit plus, struct arena *arena) {
    if (plus.number == 0)
        return "";
    char text[LIMIT_TEXT_MAX];
    struct limit by = {.number = plus.number > 0 ? plus.number : -plus.number, .unit = plus.unit};
    return arena_printf(arena, ", %s %s", plus.number > 0 ? "plus" : "less", limit_format(by, text));
}

static const char *gate_words(const struct derived *derived, struct arena *arena) {
    const struct limit_choice *part = derived->part;
    const char *before = arena_printf(arena, part->nth > 1 ? "before the next %s but %d" : "before %s",
                                      part->filter.text, part->nth - 1);
    char day[DATE_TEXT_MAX], limit[LIMIT_TEXT_MAX];
    if (derived->gate == NULL)
        return arena_printf(arena, "%s, which has not come: no date until then", before);
    (void) date_format(derived->gate->occurred.day, day);
    if (derived->face.due_at.ms == INSTANT_NEVER.ms)
        return arena_printf(arena, "%s, which came on %s (event %s): it was met by then", before, day,
                            derived->gate->fact->id);
    if (part->limit.number > 0)
        return arena_printf(arena, "%s, which came first, on %s (event %s): so %s from then", before, day,
                            derived->gate->fact->id, limit_format(part->limit, limit));
    return arena_printf(arena, "%s, which came first, on %s (event %s)", before, day, derived->gate->fact->id);
}

static const char *part_words(const struct derived *derived, struct arena *arena) {
    const struct limit_choice *part = derived->part;
    switch (part->kind) {
    case LIMIT_GATE:
        return gate_words(derived, arena);
    case LIMIT_AT_ONCE:
        return "at once: with what opened it";
    case LIMIT_WATCH:
        return "only measured: it is never late";
    case LIMIT_AGE:
        if (part->age == AGE_OF_OPENING)
            return arena_printf(arena, "by the birthday that opened it%s", shift_text(part->plus, arena));
        return arena_printf(arena, "by the birthday with which the age of %d is reached%s", part->age,
                            shift_text(part->plus, arena));
    case LIMIT_DATE:
        return arena_printf(arena, "by the date in the event that opened it%s%s", shift_text(part->plus, arena),
                            part->filter.type != NULL ? ", or the one it was moved to" : "");
    case LIMIT_FIELD:
        return arena_printf(arena, "by the number in the latest %s", part->filter.text);
    case LIMIT_FIXED:
        if (part->from_start)
            return "counted from the start of the scope, not from what opened it";
        return part->from != FIELD_NONE ? "counted from the date in the event, where it gives one" : NULL;
    case LIMIT_UNSET:
    case LIMIT_EARLIEST:
        break;
    }
    return NULL;
}

const char *explain_limit_words(const struct derived *derived, struct arena *arena) {
    if (derived->choice == NULL || derived->part == NULL || derived->not_fed != NULL)
        return NULL;
    const char *words = part_words(derived, arena);
    if (derived->choice == derived->part)
        return words;
    return arena_printf(arena, words != NULL ? "the strictest of several: %s" : "the strictest of several, here %s",
                        words != NULL ? words : derived->part->text);
}
