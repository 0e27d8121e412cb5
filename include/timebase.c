/* timebase.c: civil dates as day numbers, and the two text forms that time comes in.
 *
 * A civil year is counted from 1 March, so that the leap day is its last day and the length of the months before a
 * given one is a straight line ((153 m + 2) / 5); 400 years are always 146,097 days. So a date and its day number are
 * a few integer operations apart, without tables or loops. */
#include "timebase.h"

#include "ensure.h"

enum {
    DAYS_OF_ERA = 146097,   /* 400 years */
    DAYS_TO_EPOCH = 719468, /* from 0000-03-01 to 1970-01-01 */
    YEAR_MIN = 1900,
    YEAR_MAX = 2200,
    DAY_MS = 86400000,
};

static int floor_divide(int a, int b) {
    return a / b - (a % b < 0);
}

struct date date_from_civil(int year, int month, int day) {
    ENSURE(month >= 1 && month <= 12);
    int shifted_year = year - (month <= 2);
    int era = floor_divide(shifted_year, 400);
    int year_of_era = shifted_year - era * 400;
    int day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (struct date){era * DAYS_OF_ERA + day_of_era - DAYS_TO_EPOCH};
}

void date_to_civil(struct date date, int *ret_year, int *ret_month, int *ret_day) {
    int days = date.day + DAYS_TO_EPOCH;
    int era = floor_divide(days, DAYS_OF_ERA);
    int day_of_era = days - era * DAYS_OF_ERA;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    *ret_day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *ret_month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

static int days_in_month(int year, int month) {
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (month == 2)
        return leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool date_exists(int year, int month, int day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

int date_weekday(struct date date) {
    int from_thursday = date.day % 7; /* 1970-01-01 was a Thursday */
    return (from_thursday + 7 + 3) % 7;
}

struct date date_add_months(struct date date, int months) {
    int year, month, day;
    date_to_civil(date, &year, &month, &day);
    int month_number = year * 12 + month - 1 + months;
    year = floor_divide(month_number, 12);
    month = month_number - year * 12 + 1;
    int last = days_in_month(year, month);
    return date_from_civil(year, month, day < last ? day : last);
}

struct date date_birthday(struct date born, int age) {
    int year, month, day;
    date_to_civil(born, &year, &month, &day);
    if (!date_exists(year + age, month, day))
        return date_from_civil(year + age, 3, 1);
    return date_from_civil(year + age, month, day);
}

/* A cursor over the text; the first thing that does not fit makes it malformed, and nothing is read after that. */
struct scan {
    const char *at;
    bool malformed;
};

static int scan_number(struct scan *scan, int digits) {
    int number = 0;
    for (int i = 0; i < digits && !scan->malformed; i++) {
        char c = *scan->at;
        scan->malformed = c < '0' || c > '9';
        if (!scan->malformed) {
            number = number * 10 + (c - '0');
            scan->at++;
        }
    }
    return number;
}

static void scan_mark(struct scan *scan, char mark) {
    if (!scan->malformed && *scan->at == mark)
        scan->at++;
    else
        scan->malformed = true;
}

static bool scan_accept(struct scan *scan, char mark) {
    if (scan->malformed || *scan->at != mark)
        return false;
    scan->at++;
    return true;
}

struct civil {
    int year, month, day;
};

static struct civil scan_date(struct scan *scan) {
    struct civil civil = {.year = scan_number(scan, 4)};
    scan_mark(scan, '-');
    civil.month = scan_number(scan, 2);
    scan_mark(scan, '-');
    civil.day = scan_number(scan, 2);
    return civil;
}

static bool acceptable(struct civil civil) {
    return civil.year >= YEAR_MIN && civil.year <= YEAR_MAX && date_exists(civil.year, civil.month, civil.day);
}

struct daytime {
    int hour, minute, second, millisecond;
};

static int scan_fraction(struct scan *scan) {
    int milliseconds = scan_number(scan, 1) * 100;
    int weight = 10;
    for (; !scan->malformed && *scan->at >= '0' && *scan->at <= '9'; weight /= 10)
        milliseconds += scan_number(scan, 1) * weight;
    return milliseconds;
}

static struct daytime scan_daytime(struct scan *scan) {
    struct daytime time = {.hour = scan_number(scan, 2)};
    scan_mark(scan, ':');
    time.minute = scan_number(scan, 2);
    scan_mark(scan, ':');
    time.second = scan_number(scan, 2);
    if (scan_accept(scan, '.'))
        time.millisecond = scan_fraction(scan);
    return time;
}

struct offset {
    int sign, hours, minutes;
};

static struct offset scan_offset(struct scan *scan) {
    if (scan_accept(scan, 'Z') || scan_accept(scan, 'z'))
        return (struct offset){0};
    struct offset offset = {.sign = scan_accept(scan, '-') ? -1 : 1};
    if (offset.sign > 0)
        scan_mark(scan, '+');
    offset.hours = scan_number(scan, 2);
    scan_mark(scan, ':');
    offset.minutes = scan_number(scan, 2);
    return offset;
}

static bool scan_ended(const struct scan *scan) {
    return !scan->malformed && *scan->at == '\0';
}

static struct instant instant_from_civil(struct civil day, struct daytime time, struct offset offset) {
    int minutes = time.hour * 60 + time.minute - offset.sign * (offset.hours * 60 + offset.minutes);
    int64_t ms = ((int64_t) minutes * 60 + time.second) * 1000 + time.millisecond;
    return (struct instant){(int64_t) date_from_civil(day.year, day.month, day.day).day * DAY_MS + ms};
}

/* The years hold for what will be written, too: UTC, which an offset can carry over the edge. */
static bool acceptable_utc(struct instant at) {
    int64_t from = (int64_t) date_from_civil(YEAR_MIN, 1, 1).day * DAY_MS;
    int64_t to = (int64_t) date_from_civil(YEAR_MAX + 1, 1, 1).day * DAY_MS;
    return at.ms >= from && at.ms < to;
}

int instant_parse(const char *text, struct instant *ret_instant) {
    struct scan scan = {.at = text};
    struct civil day = scan_date(&scan);
    if (!scan_accept(&scan, 't'))
        scan_mark(&scan, 'T');
    struct daytime time = scan_daytime(&scan);
    struct offset offset = scan_offset(&scan);
    if (!scan_ended(&scan))
        return TIME_MALFORMED;
    if (!acceptable(day) || time.hour > 23 || time.minute > 59 || time.second > 59 || offset.hours > 23 ||
        offset.minutes > 59)
        return TIME_IMPOSSIBLE;
    struct instant at = instant_from_civil(day, time, offset);
    if (!acceptable_utc(at))
        return TIME_IMPOSSIBLE;
    *ret_instant = at;
    return 0;
}

int date_parse(const char *text, struct date *ret_date) {
    struct scan scan = {.at = text};
    struct civil day = scan_date(&scan);
    if (!scan_ended(&scan))
        return TIME_MALFORMED;
    if (!acceptable(day))
        return TIME_IMPOSSIBLE;
    *ret_date = date_from_civil(day.year, day.month, day.day);
    return 0;
}

/* At least `width` digits; returns the place after them. */
static char *put_number(char *at, int number, int width) {
    char digits[10];
    int n = 0;
    do {
        digits[n++] = (char) ('0' + number % 10);
        number /= 10;
    } while (number > 0 || n < width);
    while (n > 0)
        *at++ = digits[--n];
    return at;
}

static char *put_mark(char *at, char mark, int number, int width) {
    *at++ = mark;
    return put_number(at, number, width);
}

/* Any day of the type can be written: a limit may lead beyond the years that are accepted from outside. */
static char *put_date(char *at, struct date date) {
    int year, month, day;
    date_to_civil(date, &year, &month, &day);
    at = year < 0 ? put_mark(at, '-', -year, 4) : put_number(at, year, 4);
    at = put_mark(at, '-', month, 2);
    return put_mark(at, '-', day, 2);
}

char *instant_format(struct instant at, char buffer[static INSTANT_TEXT_MAX]) {
    int64_t day = at.ms / DAY_MS - (at.ms % DAY_MS < 0);
    int ms = (int) (at.ms - day * DAY_MS);
    ENSURE(day >= INT32_MIN + DAYS_TO_EPOCH && day <= INT32_MAX - DAYS_TO_EPOCH);
    char *end = put_date(buffer, (struct date){(int32_t) day});
    end = put_mark(end, 'T', ms / 3600000, 2);
    end = put_mark(end, ':', ms / 60000 % 60, 2);
    end = put_mark(end, ':', ms / 1000 % 60, 2);
    if (ms % 1000 != 0)
        end = put_mark(end, '.', ms % 1000, 3);
    *end++ = 'Z';
    *end = '\0';
    return buffer;
}

char *date_format(struct date date, char buffer[static DATE_TEXT_MAX]) {
    *put_date(buffer, date) = '\0';
    return buffer;
}
