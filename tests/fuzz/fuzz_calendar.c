/* The clock changes, a line ====, the bank holidays, and after another one, perhaps, an authority's terms and office
 * hours. What is accepted is reckoned with, at its edges and far away. */
#include "fuzz.h"

#include "calendars.h"

#include "ensure.h"

static void reckon(const struct calendar *calendar) {
    static const int days[] = {-25567, -1, 0, 18321, 20151, 20450, 47847, 84371};
    static const int steps[] = {-10000, -20, -1, 0, 1, 20, 10000};
    const struct zone *zone = calendar_zone(calendar);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct date day = {days[i]};
        (void) calendar_covers(calendar, day);
        (void) calendar_holiday(calendar, day);
        (void) zone_local_date(zone, zone_midnight(zone, day));
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            struct date moved = calendar_add_working_days(calendar, day, steps[k]);
            ENSURE(steps[k] == 0 || calendar_is_working_day(calendar, moved));
            ENSURE(steps[k] == 0 || (steps[k] > 0) == date_before(day, moved));
        }
    }
}

static void reckon_terms(const struct school *school, struct date day) {
    static const int steps[] = {-400, -1, 0, 1, 2, 400};
    (void) school_term_before(school, day);
    (void) school_term_after(school, day);
    const struct term *term = school_term_at(school, day);
    ENSURE(term == NULL || (!date_before(day, term->start) && !date_before(term->end, day)));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct date moved, end;
        bool known = school_add_days(school, day, steps[i], &moved);
        ENSURE(!known || steps[i] == 0 || (school_is_day(school, moved) && (steps[i] > 0) == date_before(day, moved)));
        known = school_add_terms(school, day, steps[i], &end);
        ENSURE(!known || steps[i] == 0 || (steps[i] > 0) == date_before(day, end));
    }
}

static void reckon_council(const struct calendar *calendar) {
    static const int days[] = {-25567, 0, 20000, 20333, 20454, 20700, 84371};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct instant at = {(int64_t) days[i] * 86400000 + 12345678};
        struct instant opens = calendar_office_opens(calendar, at);
        ENSURE(calendar_office_is_open(calendar, opens) && !instant_before(opens, at));
        ENSURE(!instant_before(calendar_office_add_hours(calendar, at, 30), opens));
        reckon_terms(calendar_school(calendar), (struct date){days[i]});
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"europe-london.yaml", "england-and-wales.yaml", "council.yaml"};
    static const struct calendar_choice choice = {"E06000052", "council"};
    struct arena *arena = fuzz_arena();
    struct yaml_problems *problems = fuzz_problems(arena);
    bool council = false;
    for (size_t i = 0; i < 3; i++) {
        struct fuzz_part part = {"", 0};
        council = fuzz_next_part(&data, &size, arena, &part);
        fuzz_put(names[i], part.text, part.length);
    }
    const struct calendars_options options = {.folder = fuzz_folder(), .n_choices = council, .choices = &choice};
    CLEANUP(calendars_freep) struct calendars *calendars = NULL;
    int outcome = calendars_load(&options, problems, &calendars);
    ENSURE((outcome == 0) == (problems->count == 0));
    if (outcome == 0)
        reckon(calendars_find(calendars, NULL));
    if (outcome == 0 && council)
        reckon_council(calendars_find(calendars, choice.authority));
    for (size_t i = 0; i < 3; i++)
        fuzz_put(names[i], NULL, 0);
    return 0;
}
