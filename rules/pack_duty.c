/* pack_duty.c: a duty is one rule; a clock is several rules as rows that share what opens and meets them. */
#include "pack_read.h"

#include <string.h>

/* Rows. `node` is the whole clock, `own` the row: the same for a duty of one rule. */
static void read_row(const struct pack_reader *reader, const struct yaml *node, const struct yaml *own,
                     struct clock *clock, struct rule *row) {
    const struct yaml *opens = yaml_get(own, "opens");
    pack_read_face(reader, own, row);
    row->when = pack_read_condition(reader, yaml_get(own, "when"), clock->scope);
    pack_limit_read(reader, own, clock, row);
    row->ladder = pack_ladder_find(reader, own);
    (void) yaml_boolean(reader->yaml, own, "aim", false, &row->aim);
    (void) yaml_boolean(reader->yaml, own, "off", false, &row->off);
    if (row->aim && row->ladder != NULL)
        yaml_problem(reader->problems, yaml_get(own, "late")->place, "an aim is never late: it has no ladder");
    row->face.ladder = row->ladder != NULL ? row->ladder->id : NULL;
    row->limit_text = pack_read_written(reader, yaml_get(own, "limit"));
    row->lead_text = pack_read_written(reader, yaml_get(own, "lead"));
    row->scope_text = clock->span != NULL ? clock->span->name : scope_name(clock->scope);
    row->opens_text = pack_read_written(reader, opens != NULL ? opens : yaml_get(node, "opens"));
    row->met_text = pack_read_written(reader, yaml_get(node, "met_by"));
}

static void read_single(const struct pack_reader *reader, const struct yaml *node, uint32_t openers,
                        struct clock *clock) {
    pack_read_known_keys(reader, node, &pack_language_duty);
    if (yaml_get(node, "opens") == NULL)
        yaml_problem(reader->problems, node->place, "expected `opens`: start or an event type");
    clock->rows = ARENA_NEW(reader->arena, struct rule);
    clock->n_rows = 1;
    clock->rows->openers = openers;
    read_row(reader, node, node, clock, clock->rows);
}

static void read_rows(const struct pack_reader *reader, const struct yaml *node, uint32_t shared, struct clock *clock) {
    const struct yaml *rows = yaml_get(node, "rows");
    pack_read_known_keys(reader, node, &pack_language_clock);
    if (rows->kind != YAML_SEQUENCE || rows->count == 0 || rows->count > ROWS_MAX) {
        yaml_problem(reader->problems, rows->place, "rows: expected a list of 1 to %d rules", ROWS_MAX);
        return;
    }
    clock->rows = ARENA_ARRAY(reader->arena, struct rule, rows->count);
    for (; clock->n_rows < rows->count; clock->n_rows++) {
        const struct yaml *own = rows->items[clock->n_rows], *opens = yaml_get(own, "opens");
        struct rule *row = &clock->rows[clock->n_rows];
        pack_read_known_keys(reader, own, &pack_language_row);
        row->openers = opens != NULL ? pack_opener_read_all(reader, opens, clock) : shared;
        row->openers |= pack_opener_read_all(reader, yaml_get(own, "opens_also"), clock);
        read_row(reader, node, own, clock, row);
    }
}

/* Subjects, and what is read the same for each value of `each`. */

static bool allows_all(const struct clock *clock, const struct event_type *type) {
    for (size_t i = 0; clock->subjects[i] != NULL; i++)
        if (!event_type_allows(type, clock->subjects[i]))
            return false;
    return true;
}

static void check_subjects(const struct pack_reader *reader, const struct yaml *node, const struct clock *clock) {
    const struct event_type *wrong = NULL;
    for (size_t i = 0; i < clock->n_openers; i++)
        if (opener_is_fact(&clock->openers[i]) && !allows_all(clock, clock->openers[i].filter.type))
            wrong = clock->openers[i].filter.type;
    for (size_t i = 0; i < clock->n_meets; i++)
        if (!allows_all(clock, clock->meets[i].filter.type))
            wrong = clock->meets[i].filter.type;
    if (wrong != NULL)
        yaml_problem(reader->problems, node->place, "%s is never about a %s", wrong->name, clock->subjects[0]);
}

static void read_subjects(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    const struct catalogue *catalogue = reader->context->catalogue;
    const char **kinds = ARENA_ARRAY(reader->arena, const char *, catalogue->n_subject_kinds + 1);
    for (size_t i = 0; i < catalogue->n_subject_kinds; i++)
        kinds[i] = catalogue->subject_kinds[i];
    struct pack_items items;
    pack_read_items(yaml_get(node, "subject"), &items);
    for (size_t i = 0; i < items.count && i < SUBJECTS_MAX; i++) {
        int kind = 0;
        if (pack_read_word(reader, items.list[i], "a kind of subject", kinds, &kind))
            clock->subjects[i] = kinds[kind];
    }
    if (clock->subjects[0] == NULL)
        clock->subjects[0] = "child";
}

static void read_scope(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    long until_age = 0;
    clock->scope = pack_read_duty_scope(reader, node, &clock->span);
    clock->profile = (enum profile) pack_read_choice_key(reader, node, "profile", &pack_language_profile);
    clock->from_profile = pack_read_choice_key(reader, node, "count_from", &pack_language_count_from) == 1;
    read_subjects(reader, node, clock);
    (void) yaml_integer(reader->yaml, node, "until_age", false, 1, 150, &until_age);
    clock->until_age = (int) until_age;
    (void) yaml_boolean(reader->yaml, node, "once", false, &clock->once);
    (void) yaml_boolean(reader->yaml, node, "after_death", false, &clock->after_death);
    if (clock->after_death && clock->scope != SCOPE_LIFE)
        yaml_problem(reader->problems, node->place, "after_death goes with the scope life");
}

/* Whatever may name the value of `each`. */
static void read_facts(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    pack_meet_read(reader, yaml_get(node, "met_by"), clock);
    clock->n_cancels = pack_meet_read_all(reader, yaml_get(node, "cancelled_by"), clock->scope, clock->cancels);
}

static void read_clock(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    read_scope(reader, node, clock);
    read_facts(reader, node, clock);
    clock->n_ends = pack_read_filters(reader, yaml_get(node, "ends"), clock->ends, MEETS_MAX);
    uint32_t shared = pack_opener_read_all(reader, yaml_get(node, "opens"), clock);
    if (yaml_get(node, "met_by") == NULL)
        yaml_problem(reader->problems, node->place, "expected `met_by`: what meets the duty");
    check_subjects(reader, node, clock);
    if (yaml_get(node, "rows") == NULL)
        read_single(reader, node, shared, clock);
    else
        read_rows(reader, node, shared, clock);
}

/* A value, or `{is: school, when: age >= 5}`. */
static void read_each(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    const struct yaml *value = node;
    if (node->kind == YAML_MAPPING) {
        pack_read_known_keys(reader, node, &pack_language_each);
        value = yaml_get(node, "is");
        clock->each_when = pack_read_condition(reader, yaml_get(node, "when"), clock->scope);
    }
    if (value == NULL || value->kind != YAML_SCALAR)
        yaml_problem(reader->problems, node->place, "each: expected a value, or `is` and `when`");
    else
        clock->each = value->text;
}

size_t pack_duty_count(const struct yaml *node) {
    const struct yaml *each = yaml_get(node, "each");
    return each != NULL && each->kind == YAML_SEQUENCE && each->count > 0 ? each->count : 1;
}

void pack_duty_read(const struct pack_reader *reader, const struct yaml *node, struct clock *clocks) {
    struct pack_items items;
    struct pack_reader own = *reader;
    size_t before = reader->problems->count;
    pack_read_items(yaml_get(node, "each"), &items);
    for (size_t i = 0; i < items.count && reader->problems->count == before; i++) {
        const struct yaml *value = yaml_get(items.list[i], "is");
        own.each = value != NULL ? value->text : items.list[i]->text;
        if (i == 0) {
            read_clock(&own, node, clocks);
        } else {
            clocks[i] = clocks[0];
            clocks[i].again = true;
            clocks[i].each_when = NULL;
            read_facts(&own, node, &clocks[i]);
        }
        read_each(&own, items.list[i], &clocks[i]);
    }
    if (items.count == 0)
        read_clock(reader, node, clocks);
}

static bool switch_on(const struct pack *pack, const char *id) {
    bool found = false;
    for (size_t i = 0; i < pack->n_clocks; i++)
        for (size_t j = 0; j < pack->clocks[i].n_rows; j++)
            if (strcmp(pack->clocks[i].rows[j].face.id, id) == 0) {
                pack->clocks[i].rows[j].off = false;
                found = true;
            }
    for (size_t i = 0; i < pack->n_risks; i++)
        if (strcmp(pack->risks[i].rule.face.id, id) == 0) {
            pack->risks[i].rule.off = false;
            found = true;
        }
    return found;
}

void pack_duty_switch_on(const struct pack_reader *reader, const struct yaml *node) {
    struct pack_items items;
    pack_read_items(node, &items);
    for (size_t i = 0; i < items.count; i++) {
        bool found = false;
        if (!pack_read_is_scalar(reader, items.list[i], "the id of a rule"))
            continue;
        for (size_t j = 0; j < reader->context->n_earlier; j++)
            found |= switch_on(reader->context->earlier[j], items.list[i]->text);
        if (!found)
            yaml_problem(reader->problems, items.list[i]->place, "`%s` is not a rule of a pack loaded before",
                         items.list[i]->text);
    }
}
