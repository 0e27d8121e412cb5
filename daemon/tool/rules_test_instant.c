/* rules_test_instant.c: the instants of rule tests. People think in local time, so a time without an offset is local;
 * in the hour that the clocks repeat or skip only an offset says which instant is meant. */
#include "rules_test_parts.h"

#include <string.h>

static bool fits(const struct zone *zone, struct instant as_utc, int offset_s, struct instant *ret_at) {
    struct instant at = {as_utc.ms - offset_s * 1000};
    if (zone_offset(zone, at) != offset_s)
        return false;
    *ret_at = at;
    return true;
}

static bool read_local(const struct rules_test_reader *reader, struct yaml_place place, const char *text,
                       struct instant *ret_at) {
    const struct zone *zone = engine_zone(reader->engine);
    const char *seconds = strlen(text) == strlen("2026-03-30T10:00") ? ":00Z" : "Z";
    struct instant as_utc;
    if (instant_parse(arena_printf(reader->arena, "%s%s", text, seconds), &as_utc) != 0) {
        yaml_problem(reader->problems, place,
                     "`%s`: expected a date (2026-03-30), a local time (2026-03-30T10:00) or one with an offset "
                     "(2026-03-30T10:00:00Z)",
                     text);
        return false;
    }
    bool winter = fits(zone, as_utc, 0, ret_at), summer = fits(zone, as_utc, 3600, ret_at);
    if (winter != summer)
        return true;
    yaml_problem(reader->problems, place, "`%s`: the clocks %s this hour; write it with its offset", text,
                 winter ? "repeat" : "skip");
    return false;
}

bool rules_test_instant_read(const struct rules_test_reader *reader, struct yaml_place place, const char *text,
                             struct instant *ret_at, bool *ret_bare) {
    struct date day;
    *ret_bare = date_parse(text, &day) == 0;
    if (*ret_bare)
        *ret_at = zone_midnight(engine_zone(reader->engine), day);
    else if (instant_parse(text, ret_at) != 0)
        return read_local(reader, place, text, ret_at);
    return true;
}

const char *rules_test_instant_text(const struct zone *zone, struct instant at, struct arena *arena) {
    if (instant_equal(at, INSTANT_NEVER))
        return "never";
    struct date day = zone_local_date(zone, at);
    char text[INSTANT_TEXT_MAX > DATE_TEXT_MAX ? INSTANT_TEXT_MAX : DATE_TEXT_MAX];
    bool midnight = instant_equal(zone_midnight(zone, day), at);
    return arena_strdup(arena, midnight ? date_format(day, text) : instant_format(at, text));
}
