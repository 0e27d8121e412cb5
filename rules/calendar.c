/* calendar.c: working days by arithmetic instead of by counting.
 *
 * Weekdays (Monday to Friday) are numbered; five a week makes that a division. Working days are the weekdays less the
 * holidays, numbered likewise. Each holiday keeps how many working days came before it, a number that never falls
 * along the list: so the number of a working day leads back to its date by one search for the holidays before it.
 * Nothing depends on how far apart two days are, and there is no table that ends with some year. */
#include "calendar_part.h"

enum {
    MONDAY = -3, /* the day number of the Monday from which weekdays are numbered: 1969-12-29 */
};

static int floor_divide(int a, int b) {
    return a / b - (a % b < 0);
}

/* The number of the first weekday on or after that day. */
static int weekdays_before(struct date date) {
    int weekday = date_weekday(date);
    return floor_divide(date.day - MONDAY, 7) * 5 + (weekday < CALENDAR_SATURDAY ? weekday : CALENDAR_SATURDAY);
}

static struct date nth_weekday(int number) {
    int week = floor_divide(number, 5);
    return (struct date){week * 7 + (number - week * 5) + MONDAY};
}

static size_t holidays_before(const struct calendar *calendar, struct date date) {
    size_t low = 0, high = calendar->n_holidays;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (date_before(calendar->holidays[middle].date, date))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int calendar_working_days_before(const struct calendar *calendar, struct date date) {
    return weekdays_before(date) - (int) holidays_before(calendar, date);
}

static struct date nth_working_day(const struct calendar *calendar, int number) {
    size_t low = 0, high = calendar->n_holidays; /* to the first holiday that lies after that working day */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->holidays[middle].working_days_before <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return nth_weekday(number + (int) low);
}

const char *calendar_name(const struct calendar *calendar) {
    return calendar->name;
}

const struct zone *calendar_zone(const struct calendar *calendar) {
    return calendar->zone;
}

const char *calendar_version(const struct calendar *calendar) {
    return calendar->version;
}

uint64_t calendar_content(const struct calendar *calendar) {
    return calendar->content;
}

const struct school *calendar_school(const struct calendar *calendar) {
    return calendar->school;
}

bool calendar_covers(const struct calendar *calendar, struct date date) {
    return !date_before(date, calendar->from) && !date_before(calendar->to, date);
}

bool calendar_is_working_day(const struct calendar *calendar, struct date date) {
    return date_weekday(date) < CALENDAR_SATURDAY && calendar_holiday(calendar, date) == NULL;
}

const char *calendar_holiday(const struct calendar *calendar, struct date date) {
    size_t next = holidays_before(calendar, date);
    bool found = next < calendar->n_holidays && date_equal(calendar->holidays[next].date, date);
    return found ? calendar->holidays[next].title : NULL;
}

struct date calendar_add_working_days(const struct calendar *calendar, struct date date, int n) {
    if (n == 0)
        return date;
    if (n < 0)
        return nth_working_day(calendar, calendar_working_days_before(calendar, date) + n);
    return nth_working_day(calendar, calendar_working_days_before(calendar, date_add_days(date, 1)) + n - 1);
}
