/* Times and dates as command lines and events have them, one a line: what is accepted is written as it was read, and is
 * reckoned with. */
#include "fuzz.h"

#include "zone.h"

#include "ensure.h"

#include <string.h>

static void read_instant(const char *text, const struct zone *zone) {
    struct instant at, again;
    char buffer[INSTANT_TEXT_MAX];
    if (instant_parse(text, &at) != 0)
        return;
    ENSURE(instant_parse(instant_format(at, buffer), &again) == 0 && instant_equal(at, again));
    struct date day = zone_local_date(zone, at);
    ENSURE(!instant_before(at, zone_midnight(zone, day)));
    ENSURE(instant_before(at, zone_midnight(zone, date_add_days(day, 1))));
}

static void read_date(const char *text) {
    static const int months[] = {-120000, -1, 1, 12, 120000};
    struct date day, again;
    char buffer[DATE_TEXT_MAX];
    if (date_parse(text, &day) != 0)
        return;
    ENSURE(strcmp(date_format(day, buffer), text) == 0);
    ENSURE(date_parse(buffer, &again) == 0 && date_equal(day, again));
    for (size_t i = 0; i < sizeof months / sizeof *months; i++)
        ENSURE(date_before(day, date_add_months(day, months[i])) == (months[i] > 0));
    ENSURE(date_before(day, date_birthday(day, 1)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    const struct zone *zone = engine_zone(fuzz_engine());
    struct fuzz_part line;
    while (fuzz_next_line(&data, &size, arena, &line)) {
        read_instant(line.text, zone);
        read_date(line.text);
    }
    return 0;
}
