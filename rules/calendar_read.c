/* calendar_read.c: the rows of a calendar's file: bank holidays of a nation, or what an authority adds to them. */
#include "calendar_part.h"

#include "datafile.h"
#include "hash.h"

/* ---- a nation ---- */

static const char *mistake(const struct calendar *calendar, struct date date) {
    if (date_before(date, calendar->from) || date_before(calendar->to, date))
        return "a bank holiday outside \"from\" and \"to\"";
    if (date_weekday(date) >= CALENDAR_SATURDAY)
        return "this is a Saturday or Sunday, no working day as it is; is a substitute day meant?";
    if (calendar->n_holidays == 0)
        return NULL;
    struct date last = calendar->holidays[calendar->n_holidays - 1].date;
    if (date_equal(last, date))
        return "this bank holiday is there twice";
    return date_before(date, last) ? "a bank holiday must come after the one above it" : NULL;
}

static void read_holiday(struct calendar *calendar, const struct datafile *file, const struct yaml *row,
                         struct arena *arena) {
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
    struct holiday holiday = {date, arena_strdup(arena, title), calendar_working_days_before(calendar, date)};
    calendar->holidays[calendar->n_holidays++] = holiday;
    calendar->content = hash_mix(calendar->content, (uint64_t) date.day);
}

void calendar_read_nation(const struct datafile *file, struct arena *arena, struct calendar *calendar) {
    calendar->from = file->from;
    calendar->to = file->to;
    calendar->office = calendar_office_standard;
    calendar->content = hash_mix(hash_mix(HASH_START, (uint64_t) file->from.day), (uint64_t) file->to.day);
    calendar->holidays = ARENA_ARRAY(arena, struct holiday, file->n_rows);
    for (size_t i = 0; i < file->n_rows; i++)
        read_holiday(calendar, file, file->rows[i], arena);
    calendar->school = school_estimate(file->from, file->to, calendar, arena);
    calendar->content = school_hash(calendar->school, calendar->content);
    if (calendar->zone == NULL)
        return;
    calendar->content = hash_mix(calendar->content, zone_content(calendar->zone));
    calendar->version =
        arena_printf(arena, "%s %s, europe-london %s", calendar->name, file->version, zone_version(calendar->zone));
}

/* ---- an authority ---- */

void calendar_read_authority(const struct datafile *file, struct arena *arena, struct calendar *calendar) {
    const struct yaml *office = yaml_get(file->root, "office");
    calendar->version = arena_printf(arena, "%s %s, %s", calendar->name, file->version, calendar->version);
    struct school *school = school_read(file, calendar, arena);
    if (school != NULL) {
        calendar->school = school;
        calendar->content = school_hash(school, calendar->content);
    }
    if (office != NULL)
        calendar_office_read(file->reader, office, &calendar->office);
    calendar->content = calendar_office_hash(&calendar->office, calendar->content);
}
