/* calendar.c: working days by arithmetic instead of by counting.
 *
 * Weekdays (Monday to Friday) are numbered; five a week makes that a division. Working days are the weekdays less the
 * holidays, numbered likewise. Each holiday keeps how many working days came before it, a number that never falls
 * along the list: so the number of a working day leads back to its date by one search for the holidays before it.
 * Nothing depends on how far apart two days are, and there is no table that ends with some year. */
#include "calendar.h"

#include "datafile.h"

struct holiday {
    struct date date;
    const char *title;
    int working_days_before;
};

struct calendar {
    struct arena *arena;
    struct zone *zone;
    const char *version;
    struct date from, to;
    size_t n_holidays;
    struct holiday *holidays; /* in order; none on a weekend */
};

enum {
    MONDAY = -3, /* the day number of the Monday from which weekdays are numbered: 1969-12-29 */
    SATURDAY = 5,
};

static int floor_divide(int a, int b) {
    return a / b - (a % b < 0);
}

/* The number of the first weekday on or after that day. */
static int weekdays_before(struct date date) {
    int weekday = date_weekday(date);
    return floor_divide(date.day - MONDAY, 7) * 5 + (weekday < SATURDAY ? weekday : SATURDAY);
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

static int working_days_before(const struct calendar *calendar, struct date date) {
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

static const char *mistake(const struct calendar *calendar, struct date date) {
    if (date_before(date, calendar->from) || date_before(calendar->to, date))
        return "a bank holiday outside \"from\" and \"to\"";
    if (date_weekday(date) >= SATURDAY)
        return "this is a Saturday or Sunday, no working day as it is; is a substitute day meant?";
    if (calendar->n_holidays == 0)
        return NULL;
    struct date last = calendar->holidays[calendar->n_holidays - 1].date;
    if (date_equal(last, date))
        return "this bank holiday is there twice";
    return date_before(date, last) ? "a bank holiday must come after the one above it" : NULL;
}

static void read_holiday(struct calendar *calendar, const struct datafile *file, const struct yaml *row) {
    static const char *const keys[] = {"date", "title", NULL};
    struct date date;
    const char *title;
    yaml_known_keys(file->reader, row, keys);
    bool titled = yaml_text(file->reader, row, "title", true, &title);
    if (!datafile_date(file, row, "date", &date))
        return;
    const char *wrong = mistake(calendar, date);
    if (wrong != NULL)
        yaml_problem(file->reader.problems, yaml_get(row, "date")->place, "%s", wrong);
    if (wrong != NULL || !titled)
        return;
    struct holiday holiday = {date, arena_strdup(calendar->arena, title), working_days_before(calendar, date)};
    calendar->holidays[calendar->n_holidays++] = holiday;
}

static int load_holidays(struct calendar *calendar, const char *path, struct yaml_problems *problems) {
    static const char *const keys[] = {"version", "source", "from", "to", "holidays", NULL};
    size_t told_before = problems->count;
    struct datafile file;
    int result = datafile_load(path, (struct datafile_form){"holidays", keys}, problems, &file);
    if (result != 0)
        return result;
    calendar->version = arena_strdup(calendar->arena, file.version);
    calendar->from = file.from;
    calendar->to = file.to;
    calendar->holidays = ARENA_ARRAY(calendar->arena, struct holiday, file.n_rows);
    for (size_t i = 0; i < file.n_rows; i++)
        read_holiday(calendar, &file, file.rows[i]);
    return problems->count != told_before ? YAML_WRONG : 0;
}

static struct calendar *calendar_new(void) {
    struct arena *arena = arena_new();
    struct calendar *calendar = ARENA_NEW(arena, struct calendar);
    calendar->arena = arena;
    return calendar;
}

static const char *join(struct yaml_problems *problems, const char *folder, const char *name) {
    return arena_printf(problems->arena, "%s/%s", folder, name);
}

int calendar_load(const char *folder, struct yaml_problems *problems, struct calendar **ret_calendar) {
    CLEANUP(calendar_freep) struct calendar *calendar = calendar_new();
    int zone = zone_load(join(problems, folder, "europe-london.yaml"), problems, &calendar->zone);
    int holidays = load_holidays(calendar, join(problems, folder, "england-and-wales.yaml"), problems);
    if (zone != 0 || holidays != 0)
        return zone < 0 || holidays == 0 ? zone : holidays;
    calendar->version = arena_printf(calendar->arena, "england-and-wales %s, europe-london %s", calendar->version,
                                     zone_version(calendar->zone));
    *ret_calendar = TAKE(calendar);
    return 0;
}

struct calendar *calendar_free(struct calendar *calendar) {
    if (calendar == NULL)
        return NULL;
    (void) zone_free(calendar->zone);
    (void) arena_free(calendar->arena);
    return NULL;
}

const struct zone *calendar_zone(const struct calendar *calendar) {
    return calendar->zone;
}

const char *calendar_version(const struct calendar *calendar) {
    return calendar->version;
}

bool calendar_covers(const struct calendar *calendar, struct date date) {
    return !date_before(date, calendar->from) && !date_before(calendar->to, date);
}

bool calendar_is_working_day(const struct calendar *calendar, struct date date) {
    return date_weekday(date) < SATURDAY && calendar_holiday(calendar, date) == NULL;
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
        return nth_working_day(calendar, working_days_before(calendar, date) + n);
    return nth_working_day(calendar, working_days_before(calendar, date_add_days(date, 1)) + n - 1);
}
