/* zone.c: an array of clock changes, found by a table of equal steps of time.
 *
 * The hard case is the way back, from a local day to an instant: it needs the offset in force at the very instant that
 * is sought. Two looks settle it as long as no clock is changed across a midnight, and the loader refuses a file that
 * does. */
#include "zone.h"

#include "datafile.h"
#include "ensure.h"
#include "hash.h"

enum {
    DAY_SECONDS = 86400,
    OFFSET_MAX = 14 * 3600,
    STEP_SECONDS = 50 * DAY_SECONDS, /* less than lies between two changes */
};

struct change {
    int64_t at_s; /* seconds since 1970, UTC */
    int32_t offset;
};

struct zone {
    struct arena *arena;
    const char *version;
    struct date from, to;
    size_t n_changes;
    struct change *changes; /* in order; the first holds since ever */
    size_t n_steps;
    uint32_t *at_step; /* by steps of time since the second change: the place of the change that holds at its start */
};

static int64_t floor_divide(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* Whether a 00:00 is among the local times that the change leaves out or repeats: then the second before them and the
 * last of them lie on two days. */
static bool breaks_midnight(struct change before, struct change after) {
    int64_t first = after.at_s + (before.offset < after.offset ? before.offset : after.offset);
    int64_t last = after.at_s + (before.offset < after.offset ? after.offset : before.offset) - 1;
    return floor_divide(first - 1, DAY_SECONDS) != floor_divide(last, DAY_SECONDS);
}

static const char *mistake(const struct datafile *file, struct change before, struct change after) {
    if (after.at_s <= before.at_s)
        return "a clock change must come after the one above it";
    if (after.at_s < (int64_t) file->from.day * DAY_SECONDS || after.at_s >= ((int64_t) file->to.day + 1) * DAY_SECONDS)
        return "a clock change outside \"from\" and \"to\"";
    if (after.offset == before.offset)
        return "this changes nothing: the offset is that of the line above";
    if (breaks_midnight(before, after))
        return "a clock change that leaves a day with no 00:00, or with two, is not supported";
    return NULL;
}

static void read_change(struct zone *zone, const struct datafile *file, const struct yaml *row) {
    static const char *const keys[] = {"at", "offset", NULL};
    struct instant at;
    long offset;
    yaml_known_keys(file->reader, row, keys);
    bool read = datafile_instant(file, row, "at", &at);
    if (!yaml_integer(file->reader, row, "offset", true, -OFFSET_MAX, OFFSET_MAX, &offset) || !read)
        return;
    struct change change = {.at_s = floor_divide(at.ms, 1000), .offset = (int32_t) offset};
    const char *wrong = mistake(file, zone->changes[zone->n_changes - 1], change);
    if (wrong != NULL)
        yaml_problem(file->reader.problems, row->place, "%s", wrong);
    else
        zone->changes[zone->n_changes++] = change;
}

static struct zone *zone_new(const struct datafile *file) {
    struct arena *arena = arena_new();
    struct zone *zone = ARENA_NEW(arena, struct zone);
    *zone = (struct zone){
        .arena = arena,
        .version = arena_strdup(arena, file->version),
        .from = file->from,
        .to = file->to,
        .n_changes = 1,
        .changes = ARENA_ARRAY(arena, struct change, file->n_rows + 1),
    };
    return zone;
}

static void find_steps(struct zone *zone) {
    if (zone->n_changes < 2)
        return;
    int64_t first_s = zone->changes[1].at_s, last_s = zone->changes[zone->n_changes - 1].at_s;
    zone->n_steps = (size_t) (last_s - first_s) / STEP_SECONDS + 1;
    zone->at_step = ARENA_ARRAY(zone->arena, uint32_t, zone->n_steps);
    uint32_t place = 1;
    for (size_t i = 0; i < zone->n_steps; i++) {
        while (place + 1 < zone->n_changes && zone->changes[place + 1].at_s <= first_s + (int64_t) i * STEP_SECONDS)
            place++;
        zone->at_step[i] = place;
    }
}

int zone_load(const char *path, struct yaml_problems *problems, struct zone **ret_zone) {
    static const char *const keys[] = {"version", "source", "from", "to", "offset", "transitions", NULL};
    size_t told_before = problems->count;
    struct datafile file;
    int result = datafile_load(path, (struct datafile_form){"transitions", keys}, problems, &file);
    if (result != 0)
        return result;
    CLEANUP(zone_freep) struct zone *zone = zone_new(&file);
    long offset = 0;
    (void) yaml_integer(file.reader, file.root, "offset", true, -OFFSET_MAX, OFFSET_MAX, &offset);
    zone->changes[0] = (struct change){.at_s = INT64_MIN, .offset = (int32_t) offset};
    for (size_t i = 0; i < file.n_rows; i++)
        read_change(zone, &file, file.rows[i]);
    if (problems->count != told_before)
        return YAML_WRONG;
    find_steps(zone);
    *ret_zone = TAKE(zone);
    return 0;
}

struct zone *zone_free(struct zone *zone) {
    if (zone != NULL)
        (void) arena_free(zone->arena);
    return NULL;
}

static int32_t offset_at(const struct zone *zone, int64_t at_s) {
    if (zone->n_changes < 2 || at_s < zone->changes[1].at_s)
        return zone->changes[0].offset;
    size_t step = (size_t) (at_s - zone->changes[1].at_s) / STEP_SECONDS;
    size_t place = zone->at_step[step < zone->n_steps ? step : zone->n_steps - 1];
    while (place + 1 < zone->n_changes && zone->changes[place + 1].at_s <= at_s)
        place++;
    return zone->changes[place].offset;
}

int32_t zone_offset(const struct zone *zone, struct instant at) {
    return offset_at(zone, floor_divide(at.ms, 1000));
}

struct date zone_local_date(const struct zone *zone, struct instant at) {
    int64_t at_s = floor_divide(at.ms, 1000);
    int64_t day = floor_divide(at_s + offset_at(zone, at_s), DAY_SECONDS);
    ENSURE(day >= INT32_MIN && day <= INT32_MAX); /* INSTANT_NEVER and INSTANT_DAWN are on no day */
    return (struct date){(int32_t) day};
}

struct instant zone_midnight(const struct zone *zone, struct date date) {
    int64_t local_s = (int64_t) date.day * DAY_SECONDS;
    int64_t near_s = local_s - offset_at(zone, local_s);
    return (struct instant){(local_s - offset_at(zone, near_s)) * 1000};
}

bool zone_covers(const struct zone *zone, struct date date) {
    return !date_before(date, zone->from) && !date_before(zone->to, date);
}

const char *zone_version(const struct zone *zone) {
    return zone->version;
}

uint64_t zone_content(const struct zone *zone) {
    uint64_t hash = hash_mix(hash_mix(HASH_START, (uint64_t) zone->from.day), (uint64_t) zone->to.day);
    for (size_t i = 0; i < zone->n_changes; i++)
        hash = hash_mix(hash_mix(hash, (uint64_t) zone->changes[i].at_s), (uint64_t) zone->changes[i].offset);
    return hash;
}
