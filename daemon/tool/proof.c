/* proof.c: see proof.h. */
#include "proof.h"

#include "ensure.h"
#include "tool.h"

#include <string.h>

struct proof {
    const struct engine *engine;
    struct record *record;
    struct proof_scope scope;
    struct arena *arena;       /* of one step */
    struct tool_texts missing; /* event ids told already; each ours */
    struct proof_result *result;
};

/* ---- order ---- */

static int compare_numbers(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int compare_facts(const void *a, const void *b) {
    const struct proof_position *one = &((const struct proof_fact *) a)->position;
    const struct proof_position *other = &((const struct proof_fact *) b)->position;
    int order = compare_numbers(one->partition, other->partition);
    return order != 0 ? order : compare_numbers(one->offset, other->offset);
}

static int compare_steps(const struct proof_statement *one, const struct proof_statement *other) {
    int order = compare_numbers(one->clock.ms, other->clock.ms);
    return order != 0 ? order : compare_numbers(one->known.offset, other->known.offset);
}

static int compare_statements(const void *a, const void *b) {
    const struct proof_statement *one = a, *other = b;
    int order = compare_steps(one, other);
    return order != 0 ? order : strcmp(one->id, other->id);
}

static void sort(struct proof_subject *subject) {
    if (subject->n_facts > 0)
        qsort(subject->facts, subject->n_facts, sizeof *subject->facts, compare_facts);
    if (subject->n_statements > 0)
        qsort(subject->statements, subject->n_statements, sizeof *subject->statements, compare_statements);
}

/* ---- the memory of one alert ---- */

static struct said copy_said(const struct proof *proof, const struct said *said) {
    struct said copy = *said;
    copy.rule = arena_strdup(proof->arena, said->rule);
    copy.anchor = arena_strdup(proof->arena, said->anchor);
    return copy;
}

static void remember_rung(struct said *said, const struct proof_statement *statement) {
    if (statement->level < 1 || statement->level > LADDER_RUNGS_MAX)
        return;
    size_t rung = (size_t) statement->level - 1;
    if (strcmp(statement->state, "raised") == 0) {
        said->rungs |= 1u << rung;
        said->rung_raised[rung]++;
    } else {
        said->rungs &= ~(1u << rung);
        said->rung_ended[rung]++;
    }
}

static void remember(struct said *said, const struct proof_statement *statement) {
    if (statement->escalation) {
        remember_rung(said, statement);
        return;
    }
    said->state = alert_state_find(statement->state);
    said->due_at = statement->due_at;
    said->count = (int32_t) statement->count;
    said->times[said->state]++;
    if (said->state == ALERT_RAISED || said->state == ALERT_UNKNOWN)
        said->raised_at = statement->clock;
}

/* ---- one step ---- */

struct group { /* the statements of one step */
    const struct proof_statement *list;
    size_t count;
};

static void tell(const char *id, struct instant clock, const char *what) {
    char at[INSTANT_TEXT_MAX];
    printf("%s at %s: %s\n", id, instant_format(clock, at), what);
}

static const char *difference_of(const struct proof_statement *said, const struct statement *derived,
                                 struct arena *arena) {
    char one[INSTANT_TEXT_MAX], other[INSTANT_TEXT_MAX];
    if (strcmp(said->type, derived->type) != 0)
        return arena_printf(arena, "its type is %s and should be %s", said->type, derived->type);
    if (strcmp(said->state, derived->state) != 0)
        return arena_printf(arena, "its state is %s and should be %s", said->state, derived->state);
    if (!instant_equal(said->due_at, derived->due_at))
        return arena_printf(arena, "its due_at is %s and should be %s",
                            instant_equal(said->due_at, INSTANT_NEVER) ? "null" : instant_format(said->due_at, one),
                            instant_equal(derived->due_at, INSTANT_NEVER) ? "null"
                                                                          : instant_format(derived->due_at, other));
    if (!said->escalation && said->count != derived->count)
        return arena_printf(arena, "its count is %jd and should be %d", (intmax_t) said->count, derived->count);
    return NULL;
}

static const struct statement *find_derived(const struct step *step, const char *id) {
    for (size_t i = 0; i < step->n_statements; i++)
        if (strcmp(step->statements[i].event_id, id) == 0)
            return &step->statements[i];
    return NULL;
}

static const struct proof_statement *find_said(const struct group *group, const char *id) {
    for (size_t i = 0; i < group->count; i++)
        if (strcmp(group->list[i].id, id) == 0)
            return &group->list[i];
    return NULL;
}

static void compare_said(const struct proof *proof, const struct group *group, const struct step *step) {
    for (size_t i = 0; i < group->count; i++) {
        const struct proof_statement *said = &group->list[i];
        const struct statement *derived = find_derived(step, said->id);
        const char *difference =
            derived == NULL ? "does not follow from the events" : difference_of(said, derived, proof->arena);
        if (difference == NULL) {
            proof->result->follow++;
            continue;
        }
        proof->result->wrong++;
        tell(said->id, said->clock, difference);
    }
}

static bool told_missing(const struct proof *proof, const char *id) {
    for (size_t i = 0; i < proof->missing.count; i++)
        if (strcmp(proof->missing.list[i], id) == 0)
            return true;
    return false;
}

static void tell_missing(struct proof *proof, const char *id, struct instant clock) {
    if (told_missing(proof, id))
        return;
    char *copy = strdup(id);
    ENSURE(copy != NULL);
    tool_texts_add(&proof->missing, copy);
    proof->result->missing++;
    tell(id, clock, "follows from the events and was not said");
}

/* Whether anything is missing. */
static bool compare_derived(struct proof *proof, const struct group *group, const struct step *step) {
    bool missing = false;
    for (size_t i = 0; i < step->n_statements; i++) {
        const struct statement *derived = &step->statements[i];
        bool in_scope = derived->escalation ? proof->scope.escalations : proof->scope.alerts;
        if (!in_scope || find_said(group, derived->event_id) != NULL)
            continue;
        missing = true;
        tell_missing(proof, derived->event_id, group->list[0].clock);
    }
    return missing;
}

/* Two records differ at most in alerts that either of them says something of; those are set to what was said. */
static void adopt(const struct proof *proof, const struct group *group, struct said *memory, size_t n_memory) {
    for (size_t i = 0; i < n_memory; i++) {
        for (size_t j = 0; j < group->count; j++)
            if (strcmp(group->list[j].rule, memory[i].rule) == 0 &&
                strcmp(group->list[j].anchor, memory[i].anchor) == 0)
                remember(&memory[i], &group->list[j]);
        record_restore_said(proof->record, &memory[i]);
    }
}

static bool is_remembered(const struct said *memory, size_t count, const char *rule, const char *anchor) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(memory[i].rule, rule) == 0 && strcmp(memory[i].anchor, anchor) == 0)
            return true;
    return false;
}

/* The memory, as it was before the step, of everything that is said of in it. The step changes the record, so all
 * alerts it knows are copied first. */
static struct said *copy_memory(const struct proof *proof, const struct group *group, size_t *ret_count) {
    size_t known = record_n_said(proof->record), count = 0;
    struct said *memory = ARENA_ARRAY(proof->arena, struct said, known + group->count);
    for (size_t i = 0; i < known; i++)
        memory[count++] = copy_said(proof, record_said(proof->record, i));
    for (size_t i = 0; i < group->count; i++) {
        const struct proof_statement *statement = &group->list[i];
        if (!is_remembered(memory, count, statement->rule, statement->anchor))
            memory[count++] = (struct said){.rule = statement->rule,
                                            .anchor = statement->anchor,
                                            .due_at = INSTANT_NEVER,
                                            .raised_at = INSTANT_DAWN};
    }
    *ret_count = count;
    return memory;
}

static void check_group(struct proof *proof, const struct group *group) {
    size_t n_memory;
    struct said *memory = copy_memory(proof, group, &n_memory);
    if (strcmp(group->list[0].packs, engine_packs_hash(proof->engine)) != 0) {
        proof->result->not_checked += group->count;
        adopt(proof, group, memory, n_memory);
        return;
    }
    uint64_t wrong_before = proof->result->wrong;
    struct step_options options = {.now = group->list[0].clock, .because = BECAUSE_RECORD};
    struct step step;
    engine_step(proof->engine, proof->record, &options, proof->arena, &step);
    compare_said(proof, group, &step);
    if (!compare_derived(proof, group, &step) && proof->result->wrong == wrong_before)
        return;
    record_forget_said(proof->record);
    adopt(proof, group, memory, n_memory);
}

/* ---- a subject ---- */

static bool was_known(const struct proof_fact *fact, const struct proof_statement *statement) {
    if (fact->position.partition != statement->known.partition) /* a log without positions */
        return !instant_before(statement->clock, fact->fact.recorded_at);
    bool later = fact->position.partition < 0 && instant_before(statement->clock, fact->fact.recorded_at);
    return fact->position.offset < statement->known.offset && !later;
}

static void take_facts(const struct proof *proof, const struct proof_subject *subject, bool *taken,
                       const struct proof_statement *statement) {
    for (size_t i = 0; i < subject->n_facts; i++) {
        if (taken[i] || !was_known(&subject->facts[i], statement))
            continue;
        taken[i] = true;
        (void) !record_add(proof->record, &subject->facts[i].fact); /* the first of its id stands, as it did then */
    }
}

static void forget_missing(struct proof *proof) {
    for (size_t i = 0; i < proof->missing.count; i++)
        free((char *) proof->missing.list[i]);
    tool_texts_done(&proof->missing);
}

void proof_check(const struct engine *engine, const char *subject, struct proof_subject *proof_subject,
                 struct proof_scope scope, struct proof_result *result) {
    sort(proof_subject);
    CLEANUP(record_freep) struct record *record = record_new(subject);
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) bool *taken = calloc(proof_subject->n_facts + 1, sizeof *taken);
    ENSURE(taken != NULL);
    struct proof proof = {.engine = engine, .record = record, .scope = scope, .arena = arena, .result = result};
    const struct proof_statement *list = proof_subject->statements;
    for (size_t from = 0, to; from < proof_subject->n_statements; from = to) {
        for (to = from + 1; to < proof_subject->n_statements && compare_steps(&list[from], &list[to]) == 0;)
            to++;
        take_facts(&proof, proof_subject, taken, &list[from]);
        struct group group = {list + from, to - from};
        check_group(&proof, &group);
        arena_reset(arena);
    }
    forget_missing(&proof);
}
