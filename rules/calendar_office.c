/* calendar_office.c: office hours, as instants: open from one minute of the local day to another, on each weekday that
 * has hours and is no bank holiday. Local times are worked out from the midnight before and the offsets at both ends,
 * so that nine o'clock is nine o'clock on the two Sundays of the year on which the clocks change. */
#include "calendar_part.h"

#include "hash.h"
#include "yaml.h"

#include <stdio.h>
#include <string.h>

enum { HOUR_MINUTES = 60, DAY_MINUTES = 24 * HOUR_MINUTES, MINUTE_MS = 60 * 1000 };

const struct office calendar_office_standard = {
    .days = {{9 * HOUR_MINUTES, 17 * HOUR_MINUTES},
             {9 * HOUR_MINUTES, 17 * HOUR_MINUTES},
             {9 * HOUR_MINUTES, 17 * HOUR_MINUTES},
             {9 * HOUR_MINUTES, 17 * HOUR_MINUTES},
             {9 * HOUR_MINUTES, 17 * HOUR_MINUTES}},
};

/* ---- reading ---- */

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday",    NULL};

/* "09:30" to minutes; -1 when it is none. */
static int minutes_of(const char *text) {
    static const char form[] = "00:00";
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == ':' ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return -1;
    int hours = (text[0] - '0') * 10 + text[1] - '0', minutes = (text[3] - '0') * 10 + text[4] - '0';
    int all = hours * HOUR_MINUTES + minutes;
    return minutes < HOUR_MINUTES && all <= DAY_MINUTES ? all : -1;
}

static void read_hours(struct yaml_reader reader, const struct yaml *node, int weekday, struct office *office) {
    bool formed = node->kind == YAML_SCALAR && strlen(node->text) == strlen("09:00-17:00") && node->text[5] == '-';
    int from = formed ? minutes_of(node->text) : -1, to = formed ? minutes_of(node->text + 6) : -1;
    if (from < 0 || to < 0) {
        yaml_problem(reader.problems, node->place, "\"%s\" must be hours as 09:00-17:00", weekdays[weekday]);
        return;
    }
    if (to - from < HOUR_MINUTES) {
        yaml_problem(reader.problems, node->place, "\"%s\": an office is open for at least an hour", weekdays[weekday]);
        return;
    }
    office->days[weekday].from = from;
    office->days[weekday].to = to;
}

void calendar_office_read(struct yaml_reader reader, const struct yaml *node, struct office *office) {
    *office = (struct office){0};
    if (node->kind != YAML_MAPPING || node->count == 0) {
        yaml_problem(reader.problems, node->place,
                     "\"office\" must name the days on which it is open, as monday: "
                     "09:00-17:00");
        return;
    }
    yaml_known_keys(reader, node, weekdays);
    for (int i = 0; weekdays[i] != NULL; i++) {
        const struct yaml *hours = yaml_get(node, weekdays[i]);
        if (hours != NULL)
            read_hours(reader, hours, i, office);
    }
}

uint64_t calendar_office_hash(const struct office *office, uint64_t hash) {
    for (int i = 0; i < 7; i++)
        hash = hash_mix(hash_mix(hash, (uint64_t) office->days[i].from), (uint64_t) office->days[i].to);
    return hash;
}

/* ---- arithmetic ---- */

static struct instant local_time(const struct zone *zone, struct date date, int32_t minute) {
    struct instant midnight = zone_midnight(zone, date);
    struct instant at = {midnight.ms + (int64_t) minute * MINUTE_MS};
    at.ms += (int64_t) (zone_offset(zone, midnight) - zone_offset(zone, at)) * 1000;
    return at;
}

/* The hours of a day; from == to where it is closed. */
struct opening_hours {
    struct instant from, to;
};

static struct opening_hours hours_of(const struct calendar *calendar, struct date date) {
    int weekday = date_weekday(date);
    int32_t from = calendar->office.days[weekday].from, to = calendar->office.days[weekday].to;
    if (calendar_holiday(calendar, date) != NULL)
        from = to = 0;
    return (struct opening_hours){local_time(calendar->zone, date, from), local_time(calendar->zone, date, to)};
}

bool calendar_office_is_open(const struct calendar *calendar, struct instant at) {
    struct opening_hours hours = hours_of(calendar, zone_local_date(calendar->zone, at));
    return !instant_before(at, hours.from) && instant_before(at, hours.to);
}

struct instant calendar_office_opens(const struct calendar *calendar, struct instant at) {
    return calendar_office_add_hours(calendar, at, 0);
}

/* It comes to an end: some weekday has hours, and no holiday file makes every one of them a holiday for ever. */
struct instant calendar_office_add_hours(const struct calendar *calendar, struct instant at, int n) {
    int64_t left_ms = HOURS(n).ms;
    for (struct date day = zone_local_date(calendar->zone, at);; day = date_add_days(day, 1)) {
        struct opening_hours hours = hours_of(calendar, day);
        struct instant from = instant_max(at, hours.from);
        if (!instant_before(from, hours.to))
            continue;
        if (hours.to.ms - from.ms >= left_ms)
            return (struct instant){from.ms + left_ms};
        left_ms -= hours.to.ms - from.ms;
    }
}
