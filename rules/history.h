/* history.h: the notions of the field, computed once per subject and instant from the facts that stand.
 *
 * Period of care, placement in force, legal status, profile, missing episode, birth and death are spans; everything
 * about a particular duty or risk is data over them. The readings are those of the semantics pages, cited by number. */
#ifndef WATCHKEEPER_HISTORY_H
#define WATCHKEEPER_HISTORY_H

#include "calendar.h"
#include "standing.h"

/* A place in time that remembers whether it was a bare date: R5 compares days where one side is. */
static inline bool occurrence_on_or_before(struct occurrence a, struct occurrence b) {
    return a.bare || b.bare ? a.day.day <= b.day.day : a.at.ms <= b.at.ms;
}

/* An instant with its local day. */
struct history;
struct spans_found;
struct matched;
enum { HISTORY_MATCHED_BUCKETS = 64 };
struct occurrence occurrence_at(const struct history *history, struct instant at, bool bare);

struct period { /* of care: R9, R10 */
    const struct standing *start;
    const struct standing *ending;   /* the care.ended, care.started or child.died that ended it, or NULL */
    struct occurrence from, to;      /* to.at is INSTANT_NEVER while nothing known ends it */
    size_t number;                   /* of its start among those of the date, from 1 (R19) */
    size_t first_status, n_statuses; /* in history->statuses */
    size_t first_segment, n_segments;
};

/* What a legal_status.changed left in force in its period: R12. */
struct status {
    struct instant from;
    struct value code; /* VALUE_NONE: none */
    bool changed;      /* to another code than the one on entry, at any time in the period so far */
};

/* One placement, as recorded. */
struct placement {
    const struct standing *start;
    const char *reference;
    struct instant to;
    bool to_bare;
    const struct period *period;
    bool temporary_kind;          /* by type, flag or arrangement, whatever lies below (R14) */
    struct instant ordinary_from; /* INSTANT_NEVER while a temporary stay */
    struct home *home;
    size_t n_changes; /* placement.changed with its reference, in order */
    const struct reference *changes;
};

/* What the visits run over: a placement, or several with the same carer that continue each other (R15). */
struct home {
    size_t first, count; /* in history->placements */
    const struct period *period;
    struct occurrence from, to;      /* from: of the first placement's start */
    struct occurrence ordinary_from; /* at INSTANT_NEVER: a temporary stay all along */
};

enum profile { PROFILE_NONE, PROFILE_STANDARD, PROFILE_SHORT_BREAK, PROFILE_ADOPTION, N_PROFILES };
const char *profile_name(enum profile profile);

struct segment { /* of a period of care with one profile: R12 */
    enum profile profile;
    const struct period *period;
    struct occurrence from, to;
};

struct episode { /* missing; ended without a recorded start has start NULL */
    const char *reference;
    const struct standing *start, *end;
};

/* For so long a duty was overdue, or had no limit. */
enum lateness_kind { LATENESS_OVERDUE, LATENESS_UNSET };
struct lateness {
    enum lateness_kind kind;
    struct instant from, to;
};

struct history {
    const struct catalogue *catalogue;
    const struct symbols *symbols;
    const struct calendar *calendar;
    struct arena *arena;
    struct moment *moment;

    size_t count;
    struct standing *standings; /* in the order of occurrence */
    size_t *type_first;         /* by type index, n_types + 1: where its entries begin in by_type */
    const struct standing **by_type;

    bool has_birth;
    struct date born; /* R34 */
    const struct standing *death;

    size_t n_periods, n_placements, n_homes, n_ordinary, n_segments, n_episodes;
    struct period *periods;
    struct status *statuses;
    struct placement *placements; /* in the order of their starts */
    struct home *homes;
    const struct home **ordinary; /* the homes that are not a temporary stay all along: one after the other */
    struct segment *segments;
    struct episode *episodes;

    size_t n_latenesses; /* of the duties derived from it, where a risk asks for them */
    const struct lateness *latenesses;
    const char *subject_kind;   /* "child"; set by whoever builds it, NULL: a child */
    struct spans_found **spans; /* named spans worked out so far (spans.h) */
    struct matched **matched;   /* facts of filters found so far (matched.h) */
};

void history_build(struct history *history, const struct fact *const *facts, size_t n_facts);

/* The standings of one type, in the order of occurrence; none of type NULL. */
const struct standing *const *history_of_type(const struct history *history, const struct event_type *type,
                                              size_t *ret_count);
/* How many of standings in the order of occurrence lie before a day, and how many are reached at an instant. */
size_t history_n_before_day(const struct standing *const *all, size_t count, struct date day);
size_t history_n_reached(const struct standing *const *all, size_t count, struct instant at);

/* The latest period that began on or before it and did not end before it, its last day included (R9); or NULL. */
const struct period *history_period_of(const struct history *history, struct occurrence occurred);
struct instant history_birthday(const struct history *history, int age); /* INSTANT_NEVER without a date of birth */

/* The placement that a placement.started began, or NULL. */
const struct placement *history_placement_of(const struct history *history, const struct standing *start);
/* How many placements began before an instant: the first of the list. */
size_t history_n_placements_before(const struct history *history, struct instant at);
/* A field of the placement in force at an instant: what placement.started carries holds from its own start, and until
 * placement.changed; a field that only changes carry holds until changed (R15). *ret_set_by may be NULL. */
struct value home_value(const struct history *history, const struct home *home, field_symbol field, struct instant at,
                        const struct standing **ret_set_by);
/* The placement of the home in force at an instant: the last that began by then. */
const struct placement *home_placement(const struct history *history, const struct home *home, struct instant at);
/* The ordinary home in force at an instant, or NULL. */
const struct home *history_home_at(const struct history *history, struct instant at);

/* The code of the legal status in force in the period at an instant; VALUE_NONE for none. */
struct value history_legal_status(const struct history *history, const struct period *period, struct instant at);
/* By legal status and arrangement alone, before placements are looked at. */
enum profile status_profile(const struct history *history, const struct period *period, struct instant at);
enum profile history_profile_at(const struct history *history, struct instant at);

/* How many duties were overdue, or had no limit, at an instant. */
size_t history_n_late(const struct history *history, enum lateness_kind kind, struct instant at);

/* The parts, called by history_build in this order. */
void care_find_periods(struct history *history);
void status_find(struct history *history);
void placement_find(struct history *history);
void profile_find(struct history *history);

#endif
