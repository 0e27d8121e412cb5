/* rules_fixture.h: the real catalogue, calendars and packs, facts written on one line each, and what comes of them as
 * text that a test can compare.
 *
 * A fact is `id type occurred_at [@time] [field=value]...`:
 *
 *     v1 visit.made 2024-01-15 @2024-01-20T09:00:00Z kind=statutory seen=true
 *
 * Without @time it was recorded when it happened, of a bare date at noon. `replaces=` links a correction. Required
 * fields that are left out get some value of their kind. Everything fails the test that is not as it should be. */
#ifndef WATCHKEEPER_RULES_FIXTURE_H
#define WATCHKEEPER_RULES_FIXTURE_H

#include "calendars.h"
#include "engine.h"
#include "history.h"
#include "yaml.h"

#define RULES_FOLDER WATCHKEEPER_SOURCE_DIR "/rules"
#define RULES_SUBJECT "child/T-1"

struct rules_fixture {
    struct arena *arena; /* emptied by rules_begin() */
    struct yaml_problems problems;
    struct engine *engine;
    struct calendars *calendars;
    const struct calendar *calendar; /* of every authority */
    struct symbols symbols;
    struct record *record;
    struct arena *kept; /* for the whole group */
    struct step step;   /* of the last rules_say() */
};

/* Group set-up and tear-down, with the statutory pack. */
int rules_set_up(void **state);
/* With the core rules alone, for tests that count everything that is said. */
int rules_set_up_core(void **state);
int rules_tear_down(void **state);
/* The fixture with an empty record. */
struct rules_fixture *rules_begin(void **state);

/* Another engine instead, with the statutory pack and these texts of packs beside it, or these alone; NULL-terminated.
 * Returns what engine_load() does; the problems are in the fixture. The engine before it is freed. */
int rules_load(struct rules_fixture *fixture, bool with_statutory, const char *const texts[]);
/* The problems told, one a line, `line:column: message`, in the order of the text. */
const char *rules_problems(const struct rules_fixture *fixture);

const struct fact *rules_fact(struct rules_fixture *fixture, const char *line);
void rules_tell(struct rules_fixture *fixture, const char *line);
#define RULES_TELL(fixture, ...)                                                                                       \
    rules_tell_all((fixture), (const char *const[]){__VA_ARGS__},                                                      \
                   sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *))
void rules_tell_all(struct rules_fixture *fixture, const char *const lines[], size_t count);

struct instant rules_instant(const char *text);
struct date rules_date(const char *text);
struct occurrence rules_occurrence(const struct rules_fixture *fixture, const char *text); /* an instant or a date */
const char *rules_instant_text(struct rules_fixture *fixture, struct instant at);          /* "-" for never */
const char *rules_occurrence_text(struct rules_fixture *fixture, struct occurrence occurred);

/* The history at an instant, of the record's facts. */
struct history *rules_history(struct rules_fixture *fixture, const char *at);

/* `anchor state due_at` a line, with ` met <instant>` where it was met; of all rules (NULL) with the rule before. */
const char *rules_duties(struct rules_fixture *fixture, const char *at, const char *rule);
/* What is said at an instant, `rule|anchor#state due_at` a line. */
const char *rules_say(struct rules_fixture *fixture, const char *at, enum said_because because);

#endif
