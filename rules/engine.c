/* engine.c: the one way in: a record, an instant, and what is to be said. */
#include "calendars.h"
#include "difference.h"
#include "ensure.h"
#include "estimated.h"
#include "explain.h"
#include "hash.h"
#include "joining.h"
#include "joining_take.h"
#include "overdue.h"
#include "unwatched.h"
#include "yaml.h"
#include "zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PACKS_MAX = 16, HASH_DIGITS = 16 };

struct engine {
    struct arena *arena;
    struct catalogue *catalogue;
    struct symbols symbols;
    struct calendars *calendars;
    size_t n_packs;
    struct pack *packs[PACKS_MAX];
    size_t n_rules;
    struct rule **rules; /* sorted by id */
    struct unwatched unwatched;
    struct estimated estimated;
    bool over_duties; /* some risk is about the duties */
    char hash[2 * HASH_DIGITS + 2];
};

static int by_id(const void *a, const void *b) {
    return strcmp((*(const struct rule *const *) a)->face.id, (*(const struct rule *const *) b)->face.id);
}

static size_t pack_rules(const struct pack *pack, struct rule **ret_rules) {
    size_t count = 0;
    for (size_t i = 0; i < pack->n_clocks; i++)
        for (size_t j = 0; j < pack->clocks[i].n_rows && !pack->clocks[i].again; j++, count++)
            if (ret_rules != NULL)
                ret_rules[count] = &pack->clocks[i].rows[j];
    for (size_t i = 0; i < pack->n_risks; i++, count++)
        if (ret_rules != NULL)
            ret_rules[count] = &pack->risks[i].rule;
    return count;
}

/* Ids are unique over all packs loaded: they are half of what names an alert. */
static int list_rules(struct engine *engine, struct yaml_problems *problems) {
    size_t count = 0;
    for (size_t i = 0; i < engine->n_packs; i++)
        count += pack_rules(engine->packs[i], NULL);
    engine->rules = ARENA_ARRAY(engine->arena, struct rule *, count);
    for (size_t i = 0; i < engine->n_packs; i++)
        engine->n_rules += pack_rules(engine->packs[i], engine->rules + engine->n_rules);
    qsort(engine->rules, engine->n_rules, sizeof *engine->rules, by_id);
    for (size_t i = 0; i < engine->n_rules; i++)
        engine->rules[i]->order = i;
    bool wrong = false;
    for (size_t i = 1; i < engine->n_rules; i++) {
        const struct rule *first = engine->rules[i - 1], *second = engine->rules[i];
        if (strcmp(first->face.id, second->face.id) != 0)
            continue;
        yaml_problem(problems, second->place, "the rule `%s` stands already in %s:%u", second->face.id,
                     first->place.file, first->place.line);
        wrong = true;
    }
    return wrong ? YAML_WRONG : 0;
}

static int load_packs(struct engine *engine, const struct engine_paths *paths, struct yaml_problems *problems) {
    static const char *const standard[] = {"england-statutory", NULL};
    const char *const *names = paths->packs != NULL && paths->packs[0] != NULL ? paths->packs : standard;
    int wrong = 0;
    for (; *names != NULL; names++) {
        if (engine->n_packs == PACKS_MAX)
            return -E2BIG;
        bool is_path = strchr(*names, '/') != NULL || strstr(*names, ".yaml") != NULL;
        const char *path = is_path ? *names : arena_printf(engine->arena, "%s/packs/%s.yaml", paths->folder, *names);
        struct pack_context context = {
            .catalogue = engine->catalogue, .n_earlier = engine->n_packs, .earlier = engine->packs};
        int r = pack_load(arena_strdup(engine->arena, path), &context, engine->arena, problems,
                          &engine->packs[engine->n_packs]);
        if (r < 0)
            return r;
        if (r > 0)
            wrong = YAML_WRONG;
        else
            engine->n_packs++;
    }
    return wrong != 0 ? wrong : list_rules(engine, problems);
}

/* The calendar that the packs name: one for all of them, since a ladder may be of one and its duty of another. */
static int named_calendar(const struct engine *engine, struct yaml_problems *problems, const char **ret_name) {
    for (size_t i = 0; i < engine->n_packs; i++) {
        const struct pack *pack = engine->packs[i];
        if (pack->calendar == NULL)
            continue;
        if (*ret_name != NULL && strcmp(*ret_name, pack->calendar) != 0) {
            yaml_problem(problems, pack->calendar_place,
                         "`%s`: a pack loaded before counts by `%s`; packs that are loaded together name one calendar",
                         pack->calendar, *ret_name);
            return YAML_WRONG;
        }
        *ret_name = pack->calendar;
    }
    return 0;
}

static int load_calendars(struct engine *engine, const struct engine_paths *paths, struct yaml_problems *problems) {
    struct calendars_options options = {
        .folder = arena_printf(engine->arena, "%s/calendars", paths->folder),
        .n_choices = paths->n_calendars,
        .choices = paths->calendars,
    };
    int r = named_calendar(engine, problems, &options.standard);
    if (paths->calendar != NULL)
        options.standard = paths->calendar;
    int other = calendars_load(&options, problems, &engine->calendars);
    return r != 0 ? r : other;
}

static int load_parts(struct engine *engine, const struct engine_paths *paths, struct yaml_problems *problems) {
    const char *catalogue = arena_printf(engine->arena, "%s/catalogue", paths->folder);
    int r = catalogue_load(catalogue, problems, &engine->catalogue);
    if (r != 0)
        return r;
    engine->symbols = symbols_find(engine->catalogue);
    r = unwatched_read(paths, engine->catalogue, engine->arena, problems, &engine->unwatched);
    if (r == 0)
        r = load_packs(engine, paths, problems);
    int calendars = r < 0 ? 0 : load_calendars(engine, paths, problems); /* also told beside the packs' mistakes */
    return r != 0 ? r : calendars;
}

static void list_unwatched(struct engine *engine) {
    for (size_t i = 0; i < engine->n_packs; i++)
        for (size_t j = 0; j < engine->packs[i]->n_clocks; j++)
            unwatched_add_clock(&engine->unwatched, &engine->packs[i]->clocks[j], engine->arena);
    for (size_t i = 0; i < engine->n_packs; i++)
        for (size_t j = 0; j < engine->packs[i]->n_risks; j++)
            unwatched_add_risk(&engine->unwatched, &engine->packs[i]->risks[j], engine->arena);
}

static void list_estimated(struct engine *engine) {
    for (size_t i = 0; i < engine->n_packs; i++)
        estimated_add(&engine->estimated, engine->packs[i], engine->calendars, engine->arena);
}

static void find_over_duties(struct engine *engine) {
    for (size_t i = 0; i < engine->n_packs; i++)
        for (size_t j = 0; j < engine->packs[i]->n_risks; j++)
            engine->over_duties |= engine->packs[i]->risks[j].over_duties && !engine->packs[i]->risks[j].rule.off;
}

static void take_hash(struct engine *engine) {
    uint64_t hash = HASH_START;
    for (size_t i = 0; i < engine->n_packs; i++)
        hash = hash_mix(hash, engine->packs[i]->content);
    hash = unwatched_hash(&engine->unwatched, hash);
    (void) snprintf(engine->hash, sizeof engine->hash, "%016llx-%016llx", (unsigned long long) hash,
                    (unsigned long long) calendars_content(engine->calendars));
}

int engine_load(const struct engine_paths *paths, struct yaml_problems *problems, struct engine **ret_engine) {
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        return -ENOMEM;
    engine->arena = arena_new();
    int r = load_parts(engine, paths, problems);
    if (r != 0) {
        (void) engine_free(engine);
        return r;
    }
    list_unwatched(engine);
    list_estimated(engine);
    find_over_duties(engine);
    take_hash(engine);
    *ret_engine = engine;
    return 0;
}

struct engine *engine_free(struct engine *engine) {
    if (engine == NULL)
        return NULL;
    (void) catalogue_free(engine->catalogue);
    (void) calendars_free(engine->calendars);
    (void) arena_free(engine->arena);
    free(engine);
    return NULL;
}

const struct catalogue *engine_catalogue(const struct engine *engine) {
    return engine->catalogue;
}

const struct zone *engine_zone(const struct engine *engine) {
    return calendar_zone(calendars_find(engine->calendars, NULL));
}

const char *engine_packs_hash(const struct engine *engine) {
    return engine->hash;
}

enum said_because engine_change_since(const struct engine *engine, const char *hash) {
    bool same_packs = strncmp(hash, engine->hash, HASH_DIGITS + 1) == 0;
    return same_packs ? BECAUSE_CALENDAR_CHANGE : BECAUSE_RULE_CHANGE;
}

const char *engine_calendars_version(const struct engine *engine, const char *authority) {
    return calendar_version(calendars_find(engine->calendars, authority));
}

const char *instance_state_name(enum instance_state state) {
    static const char *const names[] = {
        [INSTANCE_OPEN] = "open",       [INSTANCE_DUE_SOON] = "due_soon", [INSTANCE_OVERDUE] = "overdue",
        [INSTANCE_MET] = "met",         [INSTANCE_MET_LATE] = "met_late", [INSTANCE_CANCELLED] = "cancelled",
        [INSTANCE_UNKNOWN] = "unknown", [INSTANCE_RAISED] = "raised",     [INSTANCE_CLEARED] = "cleared",
    };
    return names[state];
}

size_t engine_n_rules(const struct engine *engine) {
    return engine->n_rules;
}

const struct rule *engine_rule(const struct engine *engine, size_t place) {
    ENSURE(place < engine->n_rules);
    return engine->rules[place];
}

size_t engine_n_unwatched(const struct engine *engine) {
    return engine->unwatched.count;
}

const struct engine_unwatched *engine_unwatched(const struct engine *engine, size_t place) {
    ENSURE(place < engine->unwatched.count);
    return &engine->unwatched.list[place];
}

size_t engine_n_estimated(const struct engine *engine) {
    return engine->estimated.count;
}

const struct engine_estimated *engine_estimated(const struct engine *engine, size_t place) {
    ENSURE(place < engine->estimated.count);
    return &engine->estimated.list[place];
}

static const struct rule_face *find_rule(const void *rules, const char *id) {
    const struct engine *engine = rules;
    size_t low = 0, high = engine->n_rules;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(engine->rules[middle]->face.id, id);
        if (order == 0)
            return &engine->rules[middle]->face;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* One derivation, with what it rests on: the parts point to each other. */
struct run {
    struct moment moment;
    struct history history;
    struct derivation derivation;
};

static void derive_pack(struct run *run, const struct pack *pack, const struct not_fed *not_fed) {
    for (size_t i = 0; i < pack->n_clocks; i++) {
        size_t first = run->derivation.count;
        duty_derive(&run->history, &pack->clocks[i], &run->derivation);
        if (not_fed != NULL)
            unwatched_apply(not_fed, &pack->clocks[i], &run->derivation, first);
    }
}

/* Risks come after the duties of all packs, because some are about them. */
static void derive_risks(struct run *run, const struct engine *engine, const struct not_fed *not_fed) {
    if (engine->over_duties) {
        derivation_finish(&run->derivation);
        overdue_find(&run->history, &run->derivation);
    }
    for (size_t i = 0; i < engine->n_packs; i++)
        for (size_t j = 0; j < engine->packs[i]->n_risks; j++) {
            size_t first = run->derivation.count;
            const struct risk *risk = &engine->packs[i]->risks[j];
            risk_derive(&run->history, risk, &run->derivation);
            if (not_fed != NULL)
                unwatched_apply_risk(not_fed, risk, &run->derivation, first);
        }
}

/* "child" of child/CE-0001234 */
static const char *subject_kind(const struct record *record, struct arena *arena) {
    const char *subject = record_subject(record);
    return arena_strndup(arena, subject, strcspn(subject, "/"));
}

static void build_history(struct run *run, const struct engine *engine, const struct record *record, struct view view,
                          struct arena *arena) {
    run->moment = (struct moment){.now = view.at, .known_at = view.known_at, .next = INSTANT_NEVER};
    run->history = (struct history){
        .catalogue = engine->catalogue,
        .symbols = &engine->symbols,
        .calendar = calendars_find(engine->calendars, NULL),
        .arena = arena,
        .moment = &run->moment,
        .subject_kind = subject_kind(record, arena),
    };
    const struct fact *const *facts;
    size_t n_facts;
    joining_find(record, &engine->symbols, &run->moment, arena, &facts, &n_facts);
    history_build(&run->history, facts, n_facts); /* asks the calendar for the clock changes alone, which all share */
    run->history.calendar = calendars_find(engine->calendars, difference_authority(&run->history));
}

static void derive(struct run *run, const struct engine *engine, const struct record *record, struct view view,
                   struct arena *arena) {
    build_history(run, engine, record, view, arena);
    run->derivation = (struct derivation){.arena = arena};
    const struct not_fed *not_fed = NULL;
    if (engine->unwatched.n_lists > 0)
        not_fed = unwatched_find(&engine->unwatched, difference_authority(&run->history));
    for (size_t i = 0; i < engine->n_packs; i++)
        derive_pack(run, engine->packs[i], not_fed);
    derive_risks(run, engine, not_fed);
    derivation_finish(&run->derivation);
}

void engine_derive(const struct engine *engine, const struct record *record, struct view view, struct arena *arena,
                   struct instance **ret_instances, size_t *ret_count, struct instant *ret_next) {
    struct run run;
    derive(&run, engine, record, view, arena);
    *ret_instances = ARENA_ARRAY(arena, struct instance, run.derivation.count);
    for (size_t i = 0; i < run.derivation.count; i++)
        (*ret_instances)[i] = run.derivation.list[i].face;
    *ret_count = run.derivation.count;
    *ret_next = run.moment.next;
}

void engine_step(const struct engine *engine, struct record *record, const struct step_options *options,
                 struct arena *arena, struct step *ret_step) {
    struct run run;
    derive(&run, engine, record, (struct view){.at = options->now, .known_at = INSTANT_NEVER}, arena);
    struct difference difference = {
        .history = &run.history,
        .record = record,
        .options = options,
        .arena = arena,
        .find_rule = find_rule,
        .rules = engine,
    };
    if (record->said_erased)
        difference_erase(&difference);
    if (!options->only_erasure)
        difference_take(&difference, run.derivation.list, run.derivation.count);
    difference_sort(&difference);
    *ret_step = (struct step){
        .n_statements = difference.n_statements,
        .statements = difference.statements,
        .next = run.moment.next,
        .n_changed = difference.n_latest,
        .latest = difference.latest,
        .n_forgotten = difference.n_forgotten,
        .forgotten = difference.forgotten,
        .n_waiting = difference.n_waiting,
    };
}

const char *engine_authority(const struct engine *engine, const struct record *record, struct instant now,
                             struct arena *arena) {
    struct run run;
    build_history(&run, engine, record, (struct view){.at = now, .known_at = INSTANT_NEVER}, arena);
    return difference_authority_of(record, &run.history);
}

const struct rule_face *engine_find_rule(const struct engine *engine, const char *id) {
    return find_rule(engine, id);
}

const struct statement *engine_restate(const struct engine *engine, struct record *record, struct instant now,
                                       const char *rule, const char *anchor, struct arena *arena) {
    const struct said *said = record_find_said(record, rule, anchor);
    const struct rule_face *face = find_rule(engine, rule);
    if (said == NULL || face == NULL)
        return NULL;
    struct run run;
    derive(&run, engine, record, (struct view){.at = now, .known_at = INSTANT_NEVER}, arena);
    struct step_options options = {.now = now, .because = BECAUSE_CLOCK};
    struct difference difference = {
        .history = &run.history,
        .record = record,
        .options = &options,
        .arena = arena,
        .find_rule = find_rule,
        .rules = engine,
    };
    difference_restate(&difference, run.derivation.list, run.derivation.count, face, said);
    return difference.latest[0];
}

int engine_take(const struct engine *engine, struct record *record, const struct fact *fact, struct arena *arena,
                struct passing **ret_passings, size_t *ret_count) {
    return joining_take(record, &engine->symbols, fact, arena, ret_passings, ret_count);
}

void engine_explain(const struct engine *engine, const struct record *record, struct view view, const char *rule,
                    struct arena *arena, struct explanation **ret_list, size_t *ret_count) {
    struct run run;
    derive(&run, engine, record, view, arena);
    const struct derivation *derivation = &run.derivation;
    *ret_list = ARENA_ARRAY(arena, struct explanation, derivation->count);
    *ret_count = 0;
    for (size_t i = 0; i < derivation->count; i++)
        if (rule == NULL || strcmp(derivation->list[i].face.rule->id, rule) == 0)
            explain_fill(run.history.calendar, record, &derivation->list[i], arena, &(*ret_list)[(*ret_count)++]);
}
