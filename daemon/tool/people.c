#include "people.h"

#include <stdio.h>

const char *people_day(struct date day, char text[static PEOPLE_TEXT_MAX]) {
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    char date[DATE_TEXT_MAX];
    (void) snprintf(text, PEOPLE_TEXT_MAX, "%s %s", names[date_weekday(day)], date_format(day, date));
    return text;
}

const char *people_time(const struct zone *zone, struct instant at, char text[static PEOPLE_TEXT_MAX]) {
    if (instant_equal(at, INSTANT_NEVER))
        return "-";
    char day[PEOPLE_TEXT_MAX];
    int64_t minutes = (at.ms / 1000 + zone_offset(zone, at)) / 60;
    int minute_of_day = (int) ((minutes % 1440 + 1440) % 1440);
    (void) snprintf(text, PEOPLE_TEXT_MAX, "%.24s %02d:%02d", people_day(zone_local_date(zone, at), day),
                    minute_of_day / 60, minute_of_day % 60);
    return text;
}

const char *people_deadline(const struct zone *zone, struct instant due_at, char text[static PEOPLE_TEXT_MAX]) {
    if (instant_equal(due_at, INSTANT_NEVER))
        return "-";
    struct date date = zone_local_date(zone, due_at);
    if (!instant_equal(zone_midnight(zone, date), due_at))
        return people_time(zone, due_at, text);
    char day[PEOPLE_TEXT_MAX];
    (void) snprintf(text, PEOPLE_TEXT_MAX, "end of %.24s", people_day(date_add_days(date, -1), day));
    return text;
}
