/* limit.c: deadlines. The hard cases: hours are elapsed time in UTC, so a clock change does not move them; everything
 * else ends with a local day, exclusive, so a deadline falls on a local midnight. */
#include "limit.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

static const char *const unit_names[] = {
    [UNIT_HOURS] = "hours", [UNIT_DAYS] = "days",     [UNIT_WORKING_DAYS] = "working_days",
    [UNIT_WEEKS] = "weeks", [UNIT_MONTHS] = "months", [UNIT_YEARS] = "years",
};
enum { N_UNITS = sizeof unit_names / sizeof *unit_names };

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
    for (int unit = 0; unit < N_UNITS; unit++)
        if (lexer_accept(lexer, unit_names[unit])) {
            *ret_limit = (struct limit){.number = (int32_t) number, .unit = (enum unit) unit};
            return true;
        }
    const char *nearest = yaml_nearest(
        lexer->token.text, (const char *const[]){"hours", "days", "working_days", "weeks", "months", "years", NULL});
    lexer_problem(lexer, "expected a unit (hours, days, working_days, weeks, months, years), found `%s`%s%s%s",
                  lexer->token.text, nearest != NULL ? "; did you mean `" : "", nearest != NULL ? nearest : "",
                  nearest != NULL ? "`?" : "");
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

struct deadline limit_deadline(const struct calendar *calendar, struct limit limit, struct limit lead,
                               struct occurrence opened) {
    struct deadline deadline = {.last_day = opened.day};
    const struct zone *zone = calendar_zone(calendar);
    if (limit.unit == UNIT_HOURS) {
        deadline.due_at = instant_add(opened.at, HOURS(limit.number));
    } else {
        deadline.last_day = limit_day(calendar, limit, opened.day);
        deadline.due_at = zone_midnight(zone, date_add_days(deadline.last_day, 1));
        deadline.provisional = !calendar_covers(calendar, deadline.last_day);
    }
    if (lead.unit == UNIT_HOURS)
        deadline.due_soon_at = instant_add(deadline.due_at, HOURS(-lead.number));
    else
        deadline.due_soon_at = zone_midnight(zone, limit_day(calendar, backwards(lead), deadline.last_day));
    deadline.due_soon_at = instant_max(deadline.due_soon_at, opened.at);
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
