/* limit.c: deadlines. The hard cases: hours are elapsed time in UTC, so a clock change does not move them; everything
 * else ends with a local day, exclusive, so a deadline falls on a local midnight. */
#include "limit.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

static const char *const unit_names[] = {
    [UNIT_HOURS] = "hours",
    [UNIT_DAYS] = "days",
    [UNIT_WORKING_DAYS] = "working_days",
    [UNIT_WEEKS] = "weeks",
    [UNIT_MONTHS] = "months",
    [UNIT_YEARS] = "years",
    NULL,
};

const char *unit_name(enum unit unit) {
    return unit_names[unit];
}

bool limit_read(struct lexer *lexer, struct limit *ret_limit) {
    char *end;
    long number = strtol(lexer->token.text, &end, 10);
    if (lexer->token.kind != TOKEN_WORD || *end != '\0' || number < 0 || number > LIMIT_NUMBER_MAX) {
        lexer_problem(lexer, "expected a whole number from 0 to %d, found `%s`", LIMIT_NUMBER_MAX, lexer->token.text);
        return false;
    }
    lexer_next(lexer);
    for (int unit = 0; unit_names[unit] != NULL; unit++)
        if (lexer_accept(lexer, unit_names[unit])) {
            *ret_limit = (struct limit){.number = (int32_t) number, .unit = (enum unit) unit};
            return true;
        }
    lexer_problem(lexer, "expected a unit (hours, days, working_days, weeks, months, years), found `%s`%s",
                  lexer->token.text, yaml_suggest(lexer->arena, lexer->token.text, unit_names));
    return false;
}

struct date limit_day(const struct calendar *calendar, struct limit limit, struct date from) {
    switch (limit.unit) {
    case UNIT_WORKING_DAYS:
        return limit.number == 0 ? from : calendar_add_working_days(calendar, from, limit.number);
    case UNIT_WEEKS:
        return date_add_days(from, 7 * limit.number);
    case UNIT_MONTHS:
        return date_add_months(from, limit.number);
    case UNIT_YEARS:
        return date_add_months(from, 12 * limit.number);
    case UNIT_HOURS:
    case UNIT_DAYS:
        break;
    }
    ENSURE(limit.unit == UNIT_DAYS);
    return date_add_days(from, limit.number);
}

static struct limit backwards(struct limit limit) {
    return (struct limit){.number = -limit.number, .unit = limit.unit};
}

/* Working days rest on the bank holidays of the days counted, everything else on the clock changes of the last. */
static bool is_covered(const struct calendar *calendar, enum unit unit, struct date first, struct date last) {
    if (unit == UNIT_HOURS)
        return true;
    if (unit == UNIT_WORKING_DAYS)
        return calendar_covers(calendar, first) && calendar_covers(calendar, last);
    return zone_covers(calendar_zone(calendar), date_add_days(last, 1));
}

static void set_due(const struct calendar *calendar, struct limit limit, struct occurrence opened,
                    struct deadline *deadline) {
    if (limit.unit == UNIT_HOURS) {
        deadline->due_at = instant_add(opened.at, HOURS(limit.number));
        return;
    }
    deadline->last_day = limit_day(calendar, limit, opened.day);
    deadline->due_at = zone_midnight(calendar_zone(calendar), date_add_days(deadline->last_day, 1));
    deadline->provisional = !is_covered(calendar, limit.unit, date_add_days(opened.day, 1), deadline->last_day);
}

static void set_due_soon(const struct calendar *calendar, struct limit lead, struct occurrence opened,
                         struct deadline *deadline) {
    struct instant due_soon_at = instant_add(deadline->due_at, HOURS(-lead.number));
    if (lead.unit != UNIT_HOURS) {
        struct date day = limit_day(calendar, backwards(lead), deadline->last_day);
        due_soon_at = zone_midnight(calendar_zone(calendar), day);
        deadline->provisional |= !is_covered(calendar, lead.unit, day, deadline->last_day);
    }
    deadline->due_soon_at = instant_max(due_soon_at, opened.at);
}

struct deadline limit_deadline(const struct calendar *calendar, struct limit limit, struct limit lead,
                               struct occurrence opened) {
    struct deadline deadline = {.last_day = opened.day};
    set_due(calendar, limit, opened, &deadline);
    set_due_soon(calendar, lead, opened, &deadline);
    return deadline;
}

struct instant limit_rung(const struct calendar *calendar, struct limit after, const struct deadline *deadline,
                          bool counted_in_hours) {
    const struct zone *zone = calendar_zone(calendar);
    if (after.unit == UNIT_HOURS || after.number == 0)
        return instant_add(deadline->due_at, HOURS(after.unit == UNIT_HOURS ? after.number : 0));
    struct date last = counted_in_hours ? zone_local_date(zone, deadline->due_at) : deadline->last_day;
    return zone_midnight(zone, date_add_days(limit_day(calendar, after, last), 1));
}
