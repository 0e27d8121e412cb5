/* pack_duty.c: a duty is one rule; a clock is several rules as rows that share what opens and meets them. */
#include "pack_read.h"

#include <string.h>

static const char *const clock_keys[] = {"scope", "profile", "opens", "once", "met_by", "ends", "count_from", NULL};
static const char *const row_keys[] = {"id",    "title", "law",   "in_force", "when",
                                       "limit", "lead",  "owner", "late",     NULL};

static void known_keys(const struct pack_reader *reader, const struct yaml *node, const char *const *one,
                       const char *const *other) {
    const char *keys[64];
    size_t count = 0;
    for (; *one != NULL; one++)
        keys[count++] = *one;
    for (; *other != NULL; other++)
        keys[count++] = *other;
    keys[count] = NULL;
    yaml_known_keys(reader->yaml, node, keys);
}

static enum profile read_profile(const struct pack_reader *reader, const struct yaml *mapping) {
    static const char *const words[] = {"any", "standard", "short_break", "adoption", NULL};
    int profile = 0;
    const struct yaml *node = yaml_get(mapping, "profile");
    if (node != NULL)
        (void) pack_read_choice(reader, node, "a profile (any, standard, short_break, adoption)", words, &profile);
    return (enum profile) profile;
}

static bool read_from_profile(const struct pack_reader *reader, const struct yaml *mapping) {
    static const char *const words[] = {"scope", "profile", NULL};
    int choice = 0;
    const struct yaml *node = yaml_get(mapping, "count_from");
    if (node != NULL)
        (void) pack_read_choice(reader, node, "scope or profile", words, &choice);
    return choice == 1;
}

/* Openers and what meets. */

static void read_long_opener(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                             struct opener *opener) {
    yaml_known_keys(reader->yaml, node,
                    (const char *const[]){"on", "when", "anchor", "carry", "first", "before_start", NULL});
    opener->when = pack_read_condition(reader, yaml_get(node, "when"), scope);
    opener->anchor = pack_read_text(reader, node, "anchor", false);
    (void) yaml_boolean(reader->yaml, node, "first", false, &opener->first_only);
    (void) yaml_boolean(reader->yaml, node, "carry", false, &opener->carry);
    pack_read_limit_key(reader, node, "before_start", &opener->before_start);
    if (opener->before_start.number > 0 && (scope == SCOPE_LIFE || opener->before_start.unit == UNIT_HOURS))
        yaml_problem(reader->problems, yaml_get(node, "before_start")->place,
                     "before_start: expected days, weeks, months or years before the start of a scope other than life");
}

/* The noun of an event type: review of review.held. */
static const char *noun_of(const struct pack_reader *reader, const struct event_type *type) {
    return arena_strndup(reader->arena, type->name, strcspn(type->name, "."));
}

static void add_opener(const struct pack_reader *reader, const struct yaml *node, struct clock *clock, uint32_t *bits) {
    if (clock->n_openers == OPENERS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d openers", OPENERS_MAX);
        return;
    }
    struct opener opener = {.carry = true};
    const struct yaml *on = node;
    if (node->kind == YAML_MAPPING) {
        read_long_opener(reader, node, clock->scope, &opener);
        on = yaml_get(node, "on");
    }
    if (on == NULL) {
        yaml_problem(reader->problems, node->place, "expected `on`: start or an event type");
        return;
    }
    opener.start = on->kind == YAML_SCALAR && strcmp(on->text, "start") == 0;
    if (opener.start && clock->scope == SCOPE_LIFE)
        yaml_problem(reader->problems, on->place, "`start` means nothing in the scope life");
    if (!opener.start && !pack_read_filter(reader, on, &opener.filter))
        return;
    if (!opener.start && opener.anchor == NULL)
        opener.anchor = noun_of(reader, opener.filter.type);
    *bits |= 1u << clock->n_openers;
    clock->openers[clock->n_openers++] = opener;
}

static uint32_t read_openers(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    struct pack_items items;
    uint32_t bits = 0;
    pack_read_items(node, &items);
    for (size_t i = 0; i < items.count; i++)
        add_opener(reader, items.list[i], clock, &bits);
    return bits;
}

static void add_meet(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    if (clock->n_meets == MEETS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d of them", MEETS_MAX);
        return;
    }
    struct meet meet = {0};
    const struct yaml *on = node;
    if (node->kind == YAML_MAPPING) {
        yaml_known_keys(reader->yaml, node, (const char *const[]){"on", "when", NULL});
        meet.when = pack_read_condition(reader, yaml_get(node, "when"), clock->scope);
        on = yaml_get(node, "on");
    }
    if (on == NULL)
        yaml_problem(reader->problems, node->place, "expected `on`: an event type");
    else if (pack_read_filter(reader, on, &meet.filter))
        clock->meets[clock->n_meets++] = meet;
}

static void read_meets(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    struct pack_items items;
    pack_read_items(node, &items);
    for (size_t i = 0; i < items.count; i++)
        add_meet(reader, items.list[i], clock);
}

/* Limits. */

static void read_limit_field(const struct pack_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    static const char *const units[] = {"days", "weeks", "working_days", NULL};
    static const enum unit unit_of[] = {UNIT_DAYS, UNIT_WEEKS, UNIT_WORKING_DAYS};
    const struct yaml *field = yaml_get(node, "field"), *unit_node = yaml_get(node, "unit");
    choice->kind = LIMIT_FIELD;
    choice->field = FIELD_NONE;
    if (pack_read_filter(reader, yaml_get(node, "of"), &choice->field_of) &&
        pack_read_is_scalar(reader, field, "a field")) {
        const struct event_type *type = choice->field_of.type;
        const struct field_type *found = event_type_field(reader->context->catalogue, type, field->text);
        if (found == NULL || found->kind != FIELD_NUMBER)
            yaml_problem(reader->problems, field->place, "%s has no field `%s` that is a number", type->name,
                         field->text);
        else
            choice->field = found->symbol;
    }
    int unit = 0;
    if (unit_node != NULL)
        (void) pack_read_choice(reader, unit_node, "a unit (days, weeks, working_days)", units, &unit);
    choice->limit.unit = unit_of[unit];
}

static void read_limit_choice(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                              struct limit_choice *choice) {
    *choice = (struct limit_choice){.kind = LIMIT_FIXED};
    const struct yaml *limit = node;
    if (node->kind == YAML_MAPPING) {
        yaml_known_keys(reader->yaml, node, (const char *const[]){"limit", "when", "field", "of", "unit", NULL});
        choice->when = pack_read_condition(reader, yaml_get(node, "when"), scope);
        limit = yaml_get(node, "limit");
    }
    if (yaml_get(node, "field") != NULL && yaml_get(node, "of") != NULL)
        read_limit_field(reader, node, choice);
    else if (limit == NULL)
        yaml_problem(reader->problems, node->place, "expected `limit`, or `field` and `of`");
    else if (limit->kind == YAML_SCALAR && strcmp(limit->text, "unset") == 0)
        choice->kind = LIMIT_UNSET;
    else
        (void) pack_read_limit_in(reader, limit, UNITS_OF_DUTY, &choice->limit);
}

static void read_limits(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                        struct rule *rule) {
    struct pack_items items;
    pack_read_items(yaml_get(node, "limit"), &items);
    if (items.count == 0)
        yaml_problem(reader->problems, node->place, "%s: a duty has a limit (or `limit: unset`)", rule->face.id);
    for (size_t i = 0; i < items.count; i++) {
        if (rule->n_limits == LIMIT_CHOICES_MAX) {
            yaml_problem(reader->problems, items.list[i]->place, "more than %d limits", LIMIT_CHOICES_MAX);
            return;
        }
        read_limit_choice(reader, items.list[i], scope, &rule->limits[rule->n_limits++]);
    }
}

static void read_lead(const struct pack_reader *reader, const struct yaml *node, struct rule *row) {
    row->lead = (struct limit){.unit = UNIT_DAYS};
    pack_read_limit_key_in(reader, node, "lead", UNITS_OF_DUTY, &row->lead);
    for (size_t i = 0; i < row->n_limits && row->lead.number > 0; i++) {
        const struct limit_choice *choice = &row->limits[i];
        bool unreadable = choice->kind == LIMIT_FIXED && choice->limit.number == 0; /* told already */
        if (choice->kind == LIMIT_UNSET || unreadable ||
            (row->lead.unit == UNIT_HOURS) == (choice->limit.unit == UNIT_HOURS))
            continue;
        yaml_problem(reader->problems, node->place, "%s: a lead in hours goes with a limit in hours, and only so",
                     row->face.id);
        return;
    }
}

/* Rows. `node` is the whole clock, `own` the row: the same for a duty of one rule. */
static void read_row(const struct pack_reader *reader, const struct yaml *node, const struct yaml *own,
                     struct clock *clock, struct rule *row) {
    const struct yaml *opens = yaml_get(own, "opens");
    pack_read_face(reader, own, row);
    row->when = pack_read_condition(reader, yaml_get(own, "when"), clock->scope);
    read_limits(reader, own, clock->scope, row);
    read_lead(reader, own, row);
    row->ladder = pack_ladder_find(reader, own);
    row->face.ladder = row->ladder != NULL ? row->ladder->id : NULL;
    row->limit_text = pack_read_written(reader, yaml_get(own, "limit"));
    row->lead_text = pack_read_written(reader, yaml_get(own, "lead"));
    row->scope_text = scope_name(clock->scope);
    row->opens_text = pack_read_written(reader, opens != NULL ? opens : yaml_get(node, "opens"));
    row->met_text = pack_read_written(reader, yaml_get(node, "met_by"));
}

static void read_single(const struct pack_reader *reader, const struct yaml *node, uint32_t openers,
                        struct clock *clock) {
    known_keys(reader, node, clock_keys, row_keys);
    if (yaml_get(node, "opens") == NULL)
        yaml_problem(reader->problems, node->place, "expected `opens`: start or an event type");
    clock->rows = ARENA_NEW(reader->arena, struct rule);
    clock->n_rows = 1;
    clock->rows->openers = openers;
    read_row(reader, node, node, clock, clock->rows);
}

static void read_rows(const struct pack_reader *reader, const struct yaml *node, uint32_t shared, struct clock *clock) {
    const struct yaml *rows = yaml_get(node, "rows");
    known_keys(reader, node, clock_keys, (const char *const[]){"clock", "rows", NULL});
    if (rows->kind != YAML_SEQUENCE || rows->count == 0 || rows->count > ROWS_MAX) {
        yaml_problem(reader->problems, rows->place, "rows: expected a list of 1 to %d rules", ROWS_MAX);
        return;
    }
    clock->rows = ARENA_ARRAY(reader->arena, struct rule, rows->count);
    for (; clock->n_rows < rows->count; clock->n_rows++) {
        const struct yaml *own = rows->items[clock->n_rows], *opens = yaml_get(own, "opens");
        struct rule *row = &clock->rows[clock->n_rows];
        known_keys(reader, own, row_keys, (const char *const[]){"opens", "opens_also", NULL});
        row->openers = opens != NULL ? read_openers(reader, opens, clock) : shared;
        row->openers |= read_openers(reader, yaml_get(own, "opens_also"), clock);
        read_row(reader, node, own, clock, row);
    }
}

void pack_duty_read(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    clock->scope = pack_read_scope(reader, node, SCOPE_CARE);
    clock->profile = read_profile(reader, node);
    clock->from_profile = read_from_profile(reader, node);
    (void) yaml_boolean(reader->yaml, node, "once", false, &clock->once);
    read_meets(reader, yaml_get(node, "met_by"), clock);
    clock->n_ends = pack_read_filters(reader, yaml_get(node, "ends"), clock->ends, MEETS_MAX);
    uint32_t shared = read_openers(reader, yaml_get(node, "opens"), clock);
    if (yaml_get(node, "met_by") == NULL)
        yaml_problem(reader->problems, node->place, "expected `met_by`: what meets the duty");
    if (yaml_get(node, "rows") == NULL)
        read_single(reader, node, shared, clock);
    else
        read_rows(reader, node, shared, clock);
}
