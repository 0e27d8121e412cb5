/* The clock changes, a line ====, and the bank holidays. What is accepted is reckoned with, at its edges and far away.
 */
#include "fuzz.h"

#include "calendar.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"europe-london.yaml", "england-and-wales.yaml"};
    struct arena *arena = fuzz_arena();
    struct yaml_problems *problems = fuzz_problems(arena);
    for (size_t i = 0; i < 2; i++) {
        struct fuzz_part part = {"", 0};
        (void) fuzz_next_part(&data, &size, arena, &part);
        fuzz_put(names[i], part.text, part.length);
    }
    CLEANUP(calendar_freep) struct calendar *calendar = NULL;
    int outcome = calendar_load(fuzz_folder(), problems, &calendar);
    ENSURE((outcome == 0) == (problems->count == 0));
    if (outcome == 0)
        reckon(calendar);
    for (size_t i = 0; i < 2; i++)
        fuzz_put(names[i], NULL, 0);
    return 0;
}
