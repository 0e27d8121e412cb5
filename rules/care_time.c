/* care_time.c: days in care. A day counts when the child was in care at its end: a night. */
#include "care_time.h"

bool care_time_period_reached(const struct history *history, struct occurrence at, struct limit so_long,
                              struct date *ret_day) {
    const struct period *period = history_period_of(history, at);
    if (period != NULL)
        *ret_day = so_long.number > 0 ? limit_day(history->calendar, so_long, period->from.day) : period->from.day;
    return period != NULL;
}

bool care_time_reached(const struct history *history, int age, struct limit so_long, struct date *ret_day) {
    int64_t wanted = so_long.number * (so_long.unit == UNIT_WEEKS ? 7 : 1), days = 0;
    struct date since = date_birthday(history->born, age);
    for (size_t i = 0; i < history->n_segments; i++) {
        const struct segment *segment = &history->segments[i];
        struct date from = date_before(segment->from.day, since) ? since : segment->from.day;
        if (segment->profile == PROFILE_SHORT_BREAK || segment->to.day.day <= from.day)
            continue;
        if (segment->to.day.day - (int64_t) from.day >= wanted - days) {
            *ret_day = date_add_days(from, (int) (wanted - days));
            return true;
        }
        days += segment->to.day.day - from.day;
    }
    return false;
}
