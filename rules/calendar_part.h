/* calendar_part.h: what the parts of a calendar share; nobody else includes it. */
#ifndef WATCHKEEPER_CALENDAR_PART_H
#define WATCHKEEPER_CALENDAR_PART_H

#include "calendar.h"

#include "arena.h"

struct holiday {
    struct date date;
    const char *title;
    int working_days_before;
};

/* When the office is open, by the minute of the local day; both 0 where it is closed. */
struct office {
    struct {
        int32_t from, to;
    } days[7]; /* from Monday */
};

/* A nation's calendar, or an authority's: that is its nation's with terms and office hours of its own. */
struct calendar {
    const char *name;    /* "scotland"; of an authority's, that of its file */
    const char *version; /* "scotland 2026.1, europe-london 2025b" */
    bool of_authority;
    uint64_t content; /* hash of all that deadlines rest on: a new title or version alone is no other content */
    const struct zone *zone;
    struct date from, to; /* of the bank holidays */
    size_t n_holidays;
    struct holiday *holidays; /* in order; none on a weekend */
    const struct school *school;
    struct office office;
};

enum { CALENDAR_SATURDAY = 5 };

/* How many working days lie before that day, counted from the first weekday of the numbering. */
int calendar_working_days_before(const struct calendar *calendar, struct date date);

struct datafile;
struct yaml;
struct yaml_reader;
/* Monday to Friday from nine to five. */
extern const struct office calendar_office_standard;
/* `monday: 09:00-17:00` and so on. Every mistake is told. */
void calendar_office_read(struct yaml_reader reader, const struct yaml *node, struct office *office);
uint64_t calendar_office_hash(const struct office *office, uint64_t hash);

/* A calendar's file, parsed and looked at by calendars.c. What is read lives in the arena; what it rests on (the zone;
 * for an authority's calendar also the nation's) must be in *calendar already; without a zone, which could not be read,
 * it can be read but not used. Every mistake is told. */
void calendar_read_nation(const struct datafile *file, struct arena *arena, struct calendar *calendar);
void calendar_read_authority(const struct datafile *file, struct arena *arena, struct calendar *calendar);

#endif
