/* zone.h: the clock changes of Europe/London as data with a version (rules/calendars/europe-london.yaml).
 *
 * Source: tz database, as tested against Debian's tzdata in tests. Beyond the last year in the file the rule of the
 * last year is not guessed: zone_covers() says no, and what is computed there is provisional. */
#ifndef WATCHKEEPER_ZONE_H
#define WATCHKEEPER_ZONE_H

#include "timebase.h"

struct yaml_problems;
struct zone;

/* Reads the file. Returns 0, -errno, or YAML_WRONG (yaml.h) with the problems told. */
MUST_CHECK int zone_load(const char *path, struct yaml_problems *problems, struct zone **ret_zone);
struct zone *zone_free(struct zone *zone); /* takes NULL, returns NULL */
static inline void zone_freep(struct zone **zone) {
    (void) zone_free(*zone);
}

struct date zone_local_date(const struct zone *zone, struct instant at);
/* 00:00 local of that day. Europe/London never changes its clock at midnight, so it always exists and is unique. */
struct instant zone_midnight(const struct zone *zone, struct date date);
/* Seconds east of UTC at that instant, for showing local times to people. */
int32_t zone_offset(const struct zone *zone, struct instant at);
bool zone_covers(const struct zone *zone, struct date date);
uint64_t zone_content(const struct zone *zone);    /* hash of the clock changes and the span they are known for */
const char *zone_version(const struct zone *zone); /* e.g. "2025b" */

#endif
