/* school.c: every school day of the file is worked out when it is loaded, some 190 a year, and kept in order: counting
 * them is then a search and an index, and a day that is not there is one that nobody knows. */
#include "school.h"

#include "calendar.h"
#include "datafile.h"
#include "hash.h"

/* ---- reading ---- */

struct term_reader {
    const struct datafile *file;
    struct yaml_problems *problems;
    struct arena *arena;
    struct school *school;
};

static bool read_span(const struct term_reader *reader, const struct yaml *row, const char *from, const char *to,
                      struct term_holiday *span) {
    bool begins = datafile_date(reader->file, row, from, &span->from);
    if (!datafile_date(reader->file, row, to, &span->to) || !begins)
        return false;
    if (date_before(span->to, span->from))
        yaml_problem(reader->problems, yaml_get(row, to)->place, "\"%s\" is before \"%s\"", to, from);
    return !date_before(span->to, span->from);
}

static void read_holiday(const struct term_reader *reader, const struct yaml *row, struct term *term) {
    static const char *const keys[] = {"from", "to", "date", "title", NULL};
    struct term_holiday holiday = {0};
    const char *title = NULL;
    bool is_day = yaml_get(row, "date") != NULL;
    yaml_known_keys(reader->file->reader, row, keys);
    bool read = yaml_text(reader->file->reader, row, "title", true, &title);
    read = read_span(reader, row, is_day ? "date" : "from", is_day ? "date" : "to", &holiday) && read;
    if (!read)
        return;
    if (date_before(holiday.from, term->start) || date_before(term->end, holiday.to))
        yaml_problem(reader->problems, row->place, "a holiday outside its term; between terms is no school anyway");
    holiday.title = arena_strdup(reader->arena, title);
    term->holidays[term->n_holidays++] = holiday;
}

static void read_holidays(const struct term_reader *reader, const struct yaml *list, struct term *term) {
    if (list == NULL)
        return;
    if (list->kind != YAML_SEQUENCE) {
        yaml_problem(reader->problems, list->place, "\"holidays\" must be a list");
        return;
    }
    term->holidays = ARENA_ARRAY(reader->arena, struct term_holiday, list->count);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->kind == YAML_MAPPING)
            read_holiday(reader, list->items[i], term);
        else
            yaml_problem(reader->problems, list->items[i]->place, "a row of \"holidays\" must be a mapping");
}

static const char *mistake(const struct school *school, const struct term *term) {
    if (date_before(term->start, school->from) || date_before(school->to, term->end))
        return "a term outside \"from\" and \"to\"";
    if (school->n_terms > 0 && !date_before(school->terms[school->n_terms - 1].end, term->start))
        return "a term must begin after the one above it has ended";
    return NULL;
}

static void read_term(const struct term_reader *reader, const struct yaml *row) {
    static const char *const keys[] = {"name", "start", "end", "holidays", NULL};
    struct term_holiday span;
    const char *name = "";
    yaml_known_keys(reader->file->reader, row, keys);
    bool named = yaml_text(reader->file->reader, row, "name", true, &name);
    if (!read_span(reader, row, "start", "end", &span))
        return;
    struct term term = {.name = arena_strdup(reader->arena, name), .start = span.from, .end = span.to};
    const char *wrong = mistake(reader->school, &term);
    if (wrong != NULL)
        yaml_problem(reader->problems, row->place, "%s", wrong);
    read_holidays(reader, yaml_get(row, "holidays"), &term);
    if (wrong == NULL && named)
        reader->school->terms[reader->school->n_terms++] = term;
}

static void list_days(struct school *school, const struct calendar *nation, struct arena *arena) {
    size_t room = 0;
    for (size_t i = 0; i < school->n_terms; i++)
        room += (size_t) (school->terms[i].end.day - school->terms[i].start.day + 1);
    school->days = ARENA_ARRAY(arena, struct date, room);
    for (size_t i = 0; i < school->n_terms; i++) {
        const struct term *term = &school->terms[i];
        for (struct date day = term->start; !date_before(term->end, day); day = date_add_days(day, 1))
            if (calendar_is_working_day(nation, day) && school_holiday(term, day) == NULL)
                school->days[school->n_days++] = day;
    }
}

struct school *school_read(const struct datafile *file, const struct calendar *nation, struct arena *arena) {
    if (file->n_rows == 0)
        return NULL;
    struct school *school = ARENA_NEW(arena, struct school);
    *school = (struct school){.from = file->from, .to = file->to};
    school->terms = ARENA_ARRAY(arena, struct term, file->n_rows);
    struct term_reader reader = {file, file->reader.problems, arena, school};
    for (size_t i = 0; i < file->n_rows; i++)
        read_term(&reader, file->rows[i]);
    list_days(school, nation, arena);
    return school;
}

/* ---- estimating ---- */

enum { FIRST_YEAR = 1900, LAST_YEAR = 2200 }; /* of every date that can be read */

/* Easter Sunday of the Gregorian calendar, by the rule of Meeus, Jones and Butcher. */
static struct date easter(int year) {
    int golden = year % 19, century = year / 100, rest = year % 100;
    int leap_centuries = century / 4, correction = (century - (century + 8) / 25 + 1) / 3;
    int epact = (19 * golden + century - leap_centuries - correction + 15) % 30;
    int weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    int late = (golden + 11 * epact + 22 * weekday) / 451;
    int days = epact + weekday - 7 * late + 114;
    return date_from_civil(year, days / 31, days % 31 + 1);
}

static void add_estimated(struct school *school, struct arena *arena, const char *season, int year, struct date start,
                          struct date end) {
    if (date_before(start, school->from) || date_before(school->to, end))
        return;
    school->terms[school->n_terms++] =
        (struct term){.name = arena_printf(arena, "%s term %d, estimated", season, year), .start = start, .end = end};
}

/* A file whose "from" or "to" cannot be read spans all days there are, until it is refused for that. */
static int year_within(struct date date) {
    int year, month, day;
    if (date_before(date, date_from_civil(FIRST_YEAR, 1, 1)))
        return FIRST_YEAR;
    if (date_before(date_from_civil(LAST_YEAR, 12, 31), date))
        return LAST_YEAR;
    date_to_civil(date, &year, &month, &day);
    return year;
}

struct school *school_estimate(struct date from, struct date to, const struct calendar *nation, struct arena *arena) {
    struct school *school = ARENA_NEW(arena, struct school);
    int first = year_within(from), last = year_within(to);
    *school = (struct school){.estimated = true, .from = from, .to = to};
    school->terms = ARENA_ARRAY(arena, struct term, last < first ? 0 : 3 * (size_t) (last - first + 1));
    for (int year = first; year <= last; year++) {
        struct date sunday = easter(year);
        add_estimated(school, arena, "Spring", year, date_from_civil(year, 1, 1), sunday);
        add_estimated(school, arena, "Summer", year, date_add_days(sunday, 1), date_from_civil(year, 7, 31));
        add_estimated(school, arena, "Autumn", year, date_from_civil(year, 9, 1), date_from_civil(year, 12, 31));
    }
    list_days(school, nation, arena);
    return school;
}

/* What the days do not say is where terms begin and end, how far they are known, and by whom. */
uint64_t school_hash(const struct school *school, uint64_t hash) {
    hash = hash_mix(hash_mix(hash, (uint64_t) school->from.day), (uint64_t) school->to.day);
    hash = hash_mix(hash, school->estimated);
    for (size_t i = 0; i < school->n_terms; i++)
        hash = hash_mix(hash_mix(hash, (uint64_t) school->terms[i].start.day), (uint64_t) school->terms[i].end.day);
    for (size_t i = 0; i < school->n_days; i++)
        hash = hash_mix(hash, (uint64_t) school->days[i].day);
    return hash;
}

/* ---- days ---- */

/* How many school days lie before that day. */
static size_t days_before(const struct school *school, struct date date) {
    size_t low = 0, high = school->n_days;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (date_before(school->days[middle], date))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool school_covers(const struct school *school, struct date date) {
    return !date_before(date, school->from) && !date_before(school->to, date);
}

bool school_is_day(const struct school *school, struct date date) {
    size_t place = days_before(school, date);
    return place < school->n_days && date_equal(school->days[place], date);
}

/* Counting starts with the day beside the given one, which must be known; it ends at the latest with the last that is.
 */
bool school_add_days(const struct school *school, struct date date, int n, struct date *ret_date) {
    struct date first = date_add_days(date, n > 0 ? 1 : -1);
    if (n != 0 && !school_covers(school, first))
        return false;
    size_t before = days_before(school, n > 0 ? first : date);
    if (n > 0 ? (size_t) n > school->n_days - before : (size_t) -n > before)
        return false;
    if (n == 0)
        *ret_date = date;
    else
        *ret_date = school->days[n > 0 ? before + (size_t) n - 1 : before - (size_t) -n];
    return true;
}

/* ---- terms ---- */

/* How many terms have ended before that day. */
static size_t terms_before(const struct school *school, struct date date) {
    size_t count = 0;
    while (count < school->n_terms && date_before(school->terms[count].end, date))
        count++;
    return count;
}

const struct term *school_term_at(const struct school *school, struct date date) {
    size_t place = terms_before(school, date);
    bool within = place < school->n_terms && !date_before(date, school->terms[place].start);
    return within ? &school->terms[place] : NULL;
}

const struct term *school_term_after(const struct school *school, struct date date) {
    size_t place = terms_before(school, date);
    if (school_term_at(school, date) != NULL)
        place++;
    return place < school->n_terms && school_covers(school, date) ? &school->terms[place] : NULL;
}

const struct term *school_term_before(const struct school *school, struct date date) {
    size_t place = terms_before(school, date);
    return place > 0 && school_covers(school, date) ? &school->terms[place - 1] : NULL;
}

const char *school_holiday(const struct term *term, struct date date) {
    for (size_t i = 0; i < term->n_holidays; i++)
        if (!date_before(date, term->holidays[i].from) && !date_before(term->holidays[i].to, date))
            return term->holidays[i].title;
    return NULL;
}

bool school_add_terms(const struct school *school, struct date date, int n, struct date *ret_date) {
    struct date first = date_add_days(date, n > 0 ? 1 : -1);
    if (n == 0)
        *ret_date = date;
    if (n == 0 || !school_covers(school, first))
        return n == 0;
    size_t ended = terms_before(school, first), begun = ended + (school_term_at(school, first) != NULL);
    if (n > 0 ? (size_t) n > school->n_terms - ended : (size_t) -n > begun)
        return false;
    *ret_date = n > 0 ? school->terms[ended + (size_t) n - 1].end : school->terms[begun - (size_t) -n].start;
    return true;
}
