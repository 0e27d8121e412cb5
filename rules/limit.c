/* limit.c: deadlines. The hard cases: hours are elapsed time in UTC, so a clock change does not move them; everything
 * else ends with a local day, exclusive, so a deadline falls on a local midnight. */
#include "limit.h"

#include "ensure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct language_section limit_language_unit = {
    .name = "unit",
    .about = "In what a limit is counted: `20 working_days`, `24 hours`",
    .words =
        (const struct language_word[]){
            [UNIT_HOURS] = LANGUAGE_CODE("hours", "By the clock, from the instant.", "limit: 72 hours"),
            [UNIT_DAYS] = LANGUAGE_CODE("days", "Calendar days; the day itself is not counted.", "limit: 28 days"),
            [UNIT_WORKING_DAYS] =
                LANGUAGE_CODE("working_days", "Days that are no weekend or bank holiday.", "limit: 20 working_days"),
            [UNIT_WEEKS] = LANGUAGE_CODE("weeks", "Seven days each.", "limit: 6 weeks"),
            [UNIT_MONTHS] = LANGUAGE_CODE("months", "To the same day of the month, or its last.", "limit: 3 months"),
            [UNIT_YEARS] = LANGUAGE_CODE("years", "Twelve months each.", "limit: 1 years"),
            [UNIT_SCHOOL_DAYS] = LANGUAGE_CODE(
                "school_days", "Days of school, by the authority's terms; unknown beyond them: of duties.",
                "limit: 10 school_days"),
            [UNIT_TERMS] =
                LANGUAGE_CODE("terms", "To the end of so many terms of the authority: of duties.", "limit: 1 terms"),
            [UNIT_OFFICE_HOURS] = LANGUAGE_CODE(
                "office_hours", "Hours in which the authority's office is open: of rungs.", "after: 4 office_hours"),
            LANGUAGE_END},
};

const char *unit_name(enum unit unit) {
    return limit_language_unit.words[unit].word;
}

const char *limit_format(struct limit limit, char text[static LIMIT_TEXT_MAX]) {
    (void) snprintf(text, LIMIT_TEXT_MAX, "%d %s", limit.number, unit_name(limit.unit));
    for (char *underscore = strchr(text, '_'); underscore != NULL; underscore = strchr(underscore, '_'))
        *underscore = ' ';
    if (limit.number == 1)
        text[strlen(text) - 1] = '\0'; /* each unit ends with the s of more than one */
    return text;
}

/* The names of the set, NULL-terminated, and in *ret_list as a list for people. */
static void name_units(unsigned units, struct arena *arena, const char *names[static N_UNITS + 1],
                       const char **ret_list) {
    size_t count = 0;
    *ret_list = "";
    for (int unit = 0; unit < N_UNITS; unit++)
        if ((units & UNIT_SET(unit)) != 0) {
            *ret_list = arena_printf(arena, "%s%s%s", *ret_list, count > 0 ? ", " : "", unit_name((enum unit) unit));
            names[count++] = unit_name((enum unit) unit);
        }
    names[count] = NULL;
}

bool limit_read(struct lexer *lexer, struct limit *ret_limit) {
    return limit_read_in(lexer, UNITS_PLAIN, ret_limit);
}

bool limit_read_in(struct lexer *lexer, unsigned units, struct limit *ret_limit) {
    char *end;
    long number = strtol(lexer->token.text, &end, 10);
    if (lexer->token.kind != TOKEN_WORD || *end != '\0' || number < 0 || number > LIMIT_NUMBER_MAX) {
        lexer_problem(lexer, "expected a whole number from 0 to %d, found `%s`", LIMIT_NUMBER_MAX, lexer->token.text);
        return false;
    }
    lexer_next(lexer);
    for (int unit = 0; unit < N_UNITS; unit++)
        if ((units & UNIT_SET(unit)) != 0 && lexer_accept(lexer, unit_name((enum unit) unit))) {
            *ret_limit = (struct limit){.number = (int32_t) number, .unit = (enum unit) unit};
            return true;
        }
    const char *names[N_UNITS + 1], *list;
    name_units(units, lexer->arena, names, &list);
    lexer_problem(lexer, "expected a unit (%s), found `%s`%s", list, lexer->token.text,
                  yaml_suggest(lexer->arena, lexer->token.text, names));
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
    default:
        break;
    }
    ENSURE(limit.unit == UNIT_DAYS);
    return date_add_days(from, limit.number);
}

/* As limit_day(), also in school days and terms, where it may not be known. */
static enum deadline_outcome find_day(const struct calendar *calendar, struct limit limit, struct date from,
                                      struct date *ret_day) {
    const struct school *school = calendar_school(calendar);
    if (limit.unit != UNIT_SCHOOL_DAYS && limit.unit != UNIT_TERMS) {
        *ret_day = limit_day(calendar, limit, from);
        return DEADLINE_KNOWN;
    }
    bool known = limit.unit == UNIT_TERMS ? school_add_terms(school, from, limit.number, ret_day)
                                          : school_add_days(school, from, limit.number, ret_day);
    return known ? DEADLINE_KNOWN : DEADLINE_BEYOND_TERMS;
}

static struct limit backwards(struct limit limit) {
    return (struct limit){.number = -limit.number, .unit = limit.unit};
}

/* Working days and school days rest on the bank holidays of the days counted, everything else on the clock changes of
 * the last. */
static bool is_covered(const struct calendar *calendar, enum unit unit, struct date first, struct date last) {
    if (unit == UNIT_HOURS)
        return true;
    if (unit == UNIT_WORKING_DAYS || unit == UNIT_SCHOOL_DAYS)
        return calendar_covers(calendar, first) && calendar_covers(calendar, last);
    return zone_covers(calendar_zone(calendar), date_add_days(last, 1));
}

/* Counting in that unit has rested on the terms of the calendar. */
static void rest_on_terms(const struct calendar *calendar, enum unit unit, struct deadline *deadline) {
    if ((unit == UNIT_SCHOOL_DAYS || unit == UNIT_TERMS) && calendar_school(calendar)->estimated)
        deadline->estimated = deadline->provisional = true;
}

static void set_due(const struct calendar *calendar, struct limit limit, struct occurrence opened,
                    struct deadline *deadline) {
    if (limit.unit == UNIT_HOURS) {
        deadline->due_at = instant_add(opened.at, HOURS(limit.number));
        return;
    }
    deadline->outcome = find_day(calendar, limit, opened.day, &deadline->last_day);
    if (deadline->outcome != DEADLINE_KNOWN)
        return;
    deadline->due_at = zone_midnight(calendar_zone(calendar), date_add_days(deadline->last_day, 1));
    deadline->provisional = !is_covered(calendar, limit.unit, date_add_days(opened.day, 1), deadline->last_day);
    rest_on_terms(calendar, limit.unit, deadline);
}

bool limit_lead_day(const struct calendar *calendar, struct limit lead, struct date last_day, struct date *ret_day) {
    return find_day(calendar, backwards(lead), last_day, ret_day) == DEADLINE_KNOWN;
}

/* A lead that counts back past the first day of the terms begins before all of them, so with the opening where that is
 * among them; otherwise nobody knows when it begins. */
static struct instant due_soon_beyond(const struct calendar *calendar, struct occurrence opened,
                                      struct deadline *deadline) {
    const struct school *school = calendar_school(calendar);
    if (school_covers(school, opened.day) && school_covers(school, deadline->last_day))
        return opened.at;
    deadline->provisional = true;
    return deadline->due_at;
}

static struct instant find_due_soon(const struct calendar *calendar, struct limit lead, struct occurrence opened,
                                    struct deadline *deadline) {
    struct date day;
    if (lead.unit == UNIT_HOURS)
        return instant_add(deadline->due_at, HOURS(-lead.number));
    if (!limit_lead_day(calendar, lead, deadline->last_day, &day))
        return due_soon_beyond(calendar, opened, deadline);
    deadline->provisional |= !is_covered(calendar, lead.unit, day, deadline->last_day);
    rest_on_terms(calendar, lead.unit, deadline);
    return zone_midnight(calendar_zone(calendar), day);
}

struct deadline limit_deadline(const struct calendar *calendar, struct limit limit, struct limit lead,
                               struct occurrence opened) {
    struct deadline deadline = {.last_day = opened.day, .due_at = INSTANT_NEVER, .due_soon_at = INSTANT_NEVER};
    set_due(calendar, limit, opened, &deadline);
    if (deadline.outcome == DEADLINE_KNOWN)
        deadline.due_soon_at = instant_max(find_due_soon(calendar, lead, opened, &deadline), opened.at);
    return deadline;
}

struct deadline limit_deadline_on(const struct calendar *calendar, struct date last_day, struct limit lead,
                                  struct occurrence opened) {
    struct deadline deadline = {
        .last_day = last_day,
        .due_at = zone_midnight(calendar_zone(calendar), date_add_days(last_day, 1)),
        .provisional = !is_covered(calendar, UNIT_DAYS, last_day, last_day),
    };
    deadline.due_soon_at = instant_max(find_due_soon(calendar, lead, opened, &deadline), opened.at);
    return deadline;
}

struct instant limit_due_soon(const struct calendar *calendar, struct limit lead, struct date last_day,
                              struct occurrence opened) {
    return limit_deadline_on(calendar, last_day, lead, opened).due_soon_at;
}

struct instant limit_rung(const struct calendar *calendar, struct limit after, const struct deadline *deadline,
                          bool counted_in_hours) {
    const struct zone *zone = calendar_zone(calendar);
    if (after.unit == UNIT_OFFICE_HOURS)
        return calendar_office_add_hours(calendar, deadline->due_at, after.number);
    if (after.unit == UNIT_HOURS || after.number == 0)
        return instant_add(deadline->due_at, HOURS(after.unit == UNIT_HOURS ? after.number : 0));
    struct date last = counted_in_hours ? zone_local_date(zone, deadline->due_at) : deadline->last_day;
    return zone_midnight(zone, date_add_days(limit_day(calendar, after, last), 1));
}

struct instant limit_window_end(const struct calendar *calendar, struct limit window, struct occurrence from) {
    if (window.unit == UNIT_HOURS)
        return instant_add(from.at, HOURS(window.number));
    return zone_midnight(calendar_zone(calendar), limit_day(calendar, window, from.day));
}
