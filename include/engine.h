/* engine.h: the pure engine (rules/): facts in, duties and risks out, the difference said.
 *
 * No I/O, clock or logging inside; time is an argument. Loading (packs, calendars) is the only part that touches files.
 * Everything derived lives in the caller's arena. One engine may serve any number of records; it is read-only after
 * loading. */
#ifndef WATCHKEEPER_ENGINE_H
#define WATCHKEEPER_ENGINE_H

#include "alert.h"
#include "arena.h"
#include "calendar_choice.h"
#include "fact.h"
#include "not_fed.h"

struct engine;
struct yaml_problems;
struct zone;

struct engine_paths {
    const char *const *packs; /* files or names, NULL-terminated; NULL: england-statutory */
    const char *folder;       /* the rules folder: packs/, catalogue/, calendars/ below it */
    size_t n_not_fed;
    const struct not_fed *not_fed; /* one for each authority that does not publish everything (R52); copied */
    /* By whose bank holidays, school terms and office hours days are counted (rules/calendars.h). */
    const char *calendar; /* of every authority without a choice; NULL: the one that the packs name, or England's */
    size_t n_calendars;
    const struct calendar_choice *calendars; /* copied */
};
/* Reads catalogue, calendars and packs. Returns 0, -errno, or YAML_WRONG with every problem told. */
MUST_CHECK int engine_load(const struct engine_paths *paths, struct yaml_problems *problems,
                           struct engine **ret_engine);
struct engine *engine_free(struct engine *engine); /* takes NULL, returns NULL */
static inline void engine_freep(struct engine **engine) {
    (void) engine_free(*engine);
}
const struct catalogue *engine_catalogue(const struct engine *engine);
const struct zone *engine_zone(const struct engine *engine);
/* Content hashes in hex: of the packs and not_fed, a hyphen, and of the calendars. What was derived under another one
 * must be derived anew. */
const char *engine_packs_hash(const struct engine *engine);
/* What there is to say of a state that was derived under that hash: BECAUSE_CALENDAR_CHANGE where only the calendars
 * differ, else BECAUSE_RULE_CHANGE. */
enum said_because engine_change_since(const struct engine *engine, const char *hash);
/* Of the calendar by which an authority's days are counted; NULL: of every authority without a choice. */
const char *engine_calendars_version(const struct engine *engine, const char *authority);

/* The rules of all packs, sorted by id; see rules/pack.h for what stands in one. */
size_t engine_n_rules(const struct engine *engine);
const struct rule *engine_rule(const struct engine *engine, size_t place);

/* A rule that is not watched at an authority, because it publishes none of the types that it asks for (R52). */
struct engine_unwatched {
    const char *authority;
    const struct rule_face *rule;
    const char *const *types; /* NULL-terminated */
};
size_t engine_n_unwatched(const struct engine *engine);
const struct engine_unwatched *engine_unwatched(const struct engine *engine, size_t place);

/* A rule that counts school days or terms by an estimate, because the calendar of the authority has no terms. */
struct engine_estimated {
    const char *authority; /* NULL: every authority without a calendar of its own */
    const struct rule_face *rule;
    const char *calendar; /* its name */
};
size_t engine_n_estimated(const struct engine *engine);
const struct engine_estimated *engine_estimated(const struct engine *engine, size_t place);

/* A subject's record: its facts and what has been said. Owns copies of everything put into it. */
struct record;
struct record *record_new(const char *subject);    /* "child/CE-0001234" */
struct record *record_free(struct record *record); /* takes NULL, returns NULL */
static inline void record_freep(struct record **record) {
    (void) record_free(*record);
}
const char *record_subject(const struct record *record);
enum record_outcome {
    RECORD_DUPLICATE = 1, /* same source and id as one taken before: the first stands, nothing changed (R4) */
    RECORD_FULL,          /* RECORD_FACTS_MAX reached: the event goes to the dead letters */
    RECORD_ERASED,        /* recorded at or before the erasure of its subject: nothing of it is kept */
};
enum { RECORD_FACTS_MAX = 10000 }; /* five times the longest childhood; deriving it takes a fraction of a second */
/* Copies the fact. A record.erased is not kept: it removes what was recorded up to its `time` (rules/erasure.c).
 * Returns 0 when the record has changed, or enum record_outcome. */
MUST_CHECK int record_add(struct record *record, const struct fact *fact);

/* What another subject's record must be told, because of record.merged and record.erased: the same fact under its
 * origin, or with no origin an erasure of that subject itself. */
struct passing {
    const char *to; /* subject */
    const struct fact *fact;
};
/* record_add(), and what follows for other records; in the arena, also when the outcome is not 0. Whoever calls it
 * hands each passing on, in order: every record takes each fact once, so it ends also where merges form a ring. */
MUST_CHECK int engine_take(const struct engine *engine, struct record *record, const struct fact *fact,
                           struct arena *arena, struct passing **ret_passings, size_t *ret_count);

/* Until when everything recorded under that origin (NULL: the subject itself) has been erased; INSTANT_DAWN: never. */
struct instant record_erased_to(const struct record *record, const char *origin);
/* Puts back what is remembered of an erasure; for loading. `erasure` is a record.erased of that time. */
void record_restore_erased(struct record *record, const struct fact *erasure);
size_t record_n_facts(const struct record *record);
const struct fact *record_fact(const struct record *record, size_t place);
size_t record_n_said(const struct record *record);
const struct said *record_said(const struct record *record, size_t place);
/* Puts back what has been said of one alert (copied; replaces what was remembered of it). For loading and restoring. */
void record_restore_said(struct record *record, const struct said *said);
void record_forget_said(struct record *record);

/* One duty or risk as derived; the line of `duties --json` (R41). */
enum instance_state {
    INSTANCE_OPEN,
    INSTANCE_DUE_SOON,
    INSTANCE_OVERDUE,
    INSTANCE_MET,
    INSTANCE_MET_LATE,
    INSTANCE_CANCELLED,
    INSTANCE_UNKNOWN,
    INSTANCE_RAISED,
    INSTANCE_CLEARED,
};
const char *instance_state_name(enum instance_state state);

struct instance {
    const struct rule_face *rule;
    const char *anchor;
    enum instance_state state;
    struct instant opened_at;
    struct instant due_soon_at, due_at; /* INSTANT_NEVER for none or unknown */
    struct instant met_at, ended_at;    /* INSTANT_NEVER for not */
    bool provisional;                   /* rests on days beyond the calendars loaded, or on estimated school terms */
    size_t n_evidence;
    const struct evidence *evidence;
};

struct view {
    struct instant at;       /* the instant at which it is asked (the clock, or --true-at) */
    struct instant known_at; /* facts recorded later are left out; INSTANT_NEVER: none are but for `at` itself */
};
/* Every instance of every rule, sorted by rule and anchor; in the arena. *ret_next is the first instant after `at` at
 * which anything may change with no further fact, INSTANT_NEVER when nothing will. */
void engine_derive(const struct engine *engine, const struct record *record, struct view view, struct arena *arena,
                   struct instance **ret_instances, size_t *ret_count, struct instant *ret_next);

/* Up to where what an authority recorded is known, as its feeds say (feed.complete_to). A deadline after that may have
 * been met by what is still to be published. */
struct fed {
    struct instant complete_to; /* what the clock brings about after it is marked incomplete */
    struct instant speak_to;    /* what the clock brings about after it waits; complete_to or later */
    bool touched;               /* a record has come about the subject: risks may be due to it, and do not wait */
};
struct step_options {
    struct instant now;
    const struct fed *fed;     /* NULL: nothing waits */
    bool only_erasure;         /* say no more than that the alerts of a subject that was erased are cancelled */
    enum said_because because; /* for what is said in this step; CLOCK when no fact came */
};
struct step {
    size_t n_statements;
    struct statement *statements;    /* sorted by event id (R3); in the arena */
    struct instant next;             /* see engine_derive */
    size_t n_changed;                /* alerts of which anything was said, for care.alerts.latest */
    const struct statement **latest; /* the newest alert statement of each changed alert; of an alert of which only the
                                        ladder spoke, a copy of what it last said, with its memory renewed */
    size_t n_forgotten;              /* alerts of the time before an erasure: readers' tables must lose them */
    const char **forgotten;          /* their ids; they come before `latest`, which may begin one of them anew */
    size_t n_waiting;                /* statements that wait for the feeds: look again when those say more */
};
/* Derives at `now`, takes the difference against what has been said, and remembers it in the record. The caller stores
 * the record and the statements together, or neither. */
void engine_step(const struct engine *engine, struct record *record, const struct step_options *options,
                 struct arena *arena, struct step *ret_step);
/* What readers of care.alerts.latest should have of an alert of which something has been said: what was said of it
 * last, with its memory, as a statement of the instant. Says nothing new. NULL when nothing has been said of it, or
 * when no pack has its rule any more. */
const struct statement *engine_restate(const struct engine *engine, struct record *record, struct instant now,
                                       const char *rule, const char *anchor, struct arena *arena);
/* The authority that what is said of the subject names: of the latest fact that stands; NULL without facts. */
const char *engine_authority(const struct engine *engine, const struct record *record, struct instant now,
                             struct arena *arena);
/* NULL when no pack has a rule of that id. */
const struct rule_face *engine_find_rule(const struct engine *engine, const char *id);

#endif
