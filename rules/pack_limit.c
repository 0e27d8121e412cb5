/* pack_limit.c: by when a duty is to be met: a number with its unit, a date or a number in a field, an age, before
 * another event, at once, the strictest of several; and when it becomes due soon. */
#include "pack_read.h"

#include <stdlib.h>
#include <string.h>

struct limit_reader {
    const struct pack_reader *pack;
    const struct clock *clock;
};

static bool is_word(const struct yaml *node, const char *word) {
    return node != NULL && node->kind == YAML_SCALAR && strcmp(node->text, word) == 0;
}

static bool holds_a_date(const struct field_type *field) {
    return field != NULL && (field->kind == FIELD_DATE || field->kind == FIELD_TIME);
}

/* The field of a date that what opens the duty may carry; of the start of a scope it may be any event's. */
static field_symbol read_opening_date(const struct limit_reader *reader, const struct yaml *node, const char *name) {
    const struct catalogue *catalogue = reader->pack->context->catalogue;
    for (size_t i = 0; i < reader->clock->n_openers; i++) {
        const struct opener *opener = &reader->clock->openers[i];
        if (opener->kind == OPENER_START && catalogue_symbol(catalogue, name) != FIELD_NONE)
            return catalogue_symbol(catalogue, name);
        if (!opener_is_fact(opener))
            continue;
        const struct field_type *field = event_type_field(catalogue, opener->filter.type, name);
        if (holds_a_date(field))
            return field->symbol;
    }
    yaml_problem(reader->pack->problems, node->place, "nothing that opens this duty has a date in a field `%s`", name);
    return FIELD_NONE;
}

/* A number of days or the like in the latest event of a type. */
static void read_number_field(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    static const enum unit unit_of[] = {UNIT_DAYS, UNIT_WEEKS, UNIT_WORKING_DAYS};
    const struct yaml *field = yaml_get(node, "field");
    choice->kind = LIMIT_FIELD;
    if (pack_read_filter(reader->pack, yaml_get(node, "of"), &choice->filter)) {
        const struct event_type *type = choice->filter.type;
        const struct field_type *found = event_type_field(reader->pack->context->catalogue, type, field->text);
        if (found == NULL || found->kind != FIELD_NUMBER)
            yaml_problem(reader->pack->problems, field->place, "%s has no field `%s` that is a number", type->name,
                         field->text);
        else
            choice->field = found->symbol;
    }
    choice->limit.unit = unit_of[pack_read_choice_key(reader->pack, node, "unit", &pack_language_limit_field_unit)];
}

/* `plus: 1 months`, `less: 3 working_days` */
static void read_shift(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    const struct yaml *less = yaml_get(node, "less");
    choice->plus.unit = UNIT_DAYS;
    pack_read_limit_key(reader->pack, node, less != NULL ? "less" : "plus", &choice->plus);
    if (less != NULL)
        choice->plus.number = -choice->plus.number;
    if (choice->plus.unit == UNIT_HOURS)
        yaml_problem(reader->pack->problems, node->place, "a date is moved by days, weeks, months or years");
}

static void read_date_field(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    const struct yaml *field = yaml_get(node, "field"), *moved_by = yaml_get(node, "moved_by");
    choice->kind = LIMIT_DATE;
    choice->field = read_opening_date(reader, field, field->text);
    read_shift(reader, node, choice);
    if (moved_by == NULL || !pack_read_filter(reader->pack, moved_by, &choice->filter))
        return;
    if (!holds_a_date(event_type_field(reader->pack->context->catalogue, choice->filter.type, field->text)))
        yaml_problem(reader->pack->problems, moved_by->place, "%s has no field `%s` that is a date",
                     choice->filter.type->name, field->text);
}

static void read_field(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    if (!pack_read_is_scalar(reader->pack, yaml_get(node, "field"), "a field"))
        return;
    if (is_word(yaml_get(node, "of"), "opening"))
        read_date_field(reader, node, choice);
    else
        read_number_field(reader, node, choice);
}

static void read_age(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    long age = AGE_OF_OPENING;
    choice->kind = LIMIT_AGE;
    if (!is_word(yaml_get(node, "age"), "opening"))
        (void) yaml_integer(reader->pack->yaml, node, "age", true, 1, 150, &age);
    choice->age = (int) age;
    read_shift(reader, node, choice);
}

static void read_gate(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    const struct yaml *planned = yaml_get(node, "planned");
    long nth = 1;
    choice->kind = LIMIT_GATE;
    (void) pack_read_filter(reader->pack, yaml_get(node, "before"), &choice->filter);
    (void) yaml_integer(reader->pack->yaml, node, "nth", false, 1, 100, &nth);
    choice->nth = (int) nth;
    choice->limit.unit = UNIT_DAYS;
    pack_read_limit_key_in(reader->pack, node, "else", UNITS_OF_DUTY, &choice->limit);
    if (planned != NULL && pack_read_is_scalar(reader->pack, planned, "a field"))
        choice->field = read_opening_date(reader, planned, planned->text);
}

static void read_choice(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice);

static void read_earliest(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    const struct yaml *list = yaml_get(node, "earliest");
    choice->kind = LIMIT_EARLIEST;
    if (list->kind != YAML_SEQUENCE || list->count < 2 || list->count > LIMIT_PARTS_MAX) {
        yaml_problem(reader->pack->problems, list->place, "earliest: expected a list of 2 to %d limits",
                     LIMIT_PARTS_MAX);
        return;
    }
    choice->parts = ARENA_ARRAY(reader->pack->arena, struct limit_choice, list->count);
    for (; choice->n_parts < list->count; choice->n_parts++) {
        struct limit_choice *part = &choice->parts[choice->n_parts];
        read_choice(reader, list->items[choice->n_parts], part);
        if (part->kind == LIMIT_EARLIEST || part->when != NULL)
            yaml_problem(reader->pack->problems, list->items[choice->n_parts]->place,
                         "a part of `earliest` has no `when` and no `earliest` of its own");
    }
}

static void read_words(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    static const enum limit_kind kinds[] = {[PACK_LANGUAGE_UNSET] = LIMIT_UNSET,
                                            [PACK_LANGUAGE_AT_ONCE] = LIMIT_AT_ONCE,
                                            [PACK_LANGUAGE_WATCH] = LIMIT_WATCH};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is_word(node, pack_language_limit_word.words[i].word)) {
            choice->kind = kinds[i];
            return;
        }
    (void) pack_read_limit_in(reader->pack, node, UNITS_OF_DUTY, &choice->limit);
}

/* `counted_from: start` or `counted_from: opening.aware_at` */
static void read_counted_from(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    const struct yaml *from = yaml_get(node, "counted_from");
    if (from == NULL || !pack_read_is_scalar(reader->pack, from, "start or opening.FIELD"))
        return;
    choice->from_start = is_word(from, "start");
    if (choice->from_start)
        return;
    if (strncmp(from->text, "opening.", strlen("opening.")) != 0)
        yaml_problem(reader->pack->problems, from->place, "counted_from: expected start or opening.FIELD");
    else
        choice->from = read_opening_date(reader, from, from->text + strlen("opening."));
}

static void read_choice(const struct limit_reader *reader, const struct yaml *node, struct limit_choice *choice) {
    *choice = (struct limit_choice){.kind = LIMIT_FIXED, .field = FIELD_NONE, .from = FIELD_NONE};
    choice->text = pack_read_written(reader->pack, node);
    const struct yaml *limit = node;
    if (node->kind == YAML_MAPPING) {
        pack_read_known_keys(reader->pack, node, &pack_language_limit);
        choice->when = pack_read_condition(reader->pack, yaml_get(node, "when"), reader->clock->scope);
        read_counted_from(reader, node, choice);
        limit = yaml_get(node, "limit");
    }
    if (yaml_get(node, "field") != NULL && yaml_get(node, "of") != NULL)
        read_field(reader, node, choice);
    else if (yaml_get(node, "before") != NULL)
        read_gate(reader, node, choice);
    else if (yaml_get(node, "age") != NULL)
        read_age(reader, node, choice);
    else if (yaml_get(node, "earliest") != NULL)
        read_earliest(reader, node, choice);
    else if (limit == NULL)
        yaml_problem(reader->pack->problems, node->place,
                     "expected `limit`, `field` and `of`, `before`, `age` or `earliest`");
    else
        read_words(reader, limit, choice);
}

static void read_choices(const struct limit_reader *reader, const struct yaml *node, struct rule *row) {
    struct pack_items items;
    pack_read_items(yaml_get(node, "limit"), &items);
    if (items.count == 0)
        yaml_problem(reader->pack->problems, node->place, "%s: a duty has a limit (or `limit: unset`)", row->face.id);
    for (size_t i = 0; i < items.count; i++) {
        if (row->n_limits == LIMIT_CHOICES_MAX) {
            yaml_problem(reader->pack->problems, items.list[i]->place, "more than %d limits", LIMIT_CHOICES_MAX);
            return;
        }
        read_choice(reader, items.list[i], &row->limits[row->n_limits++]);
    }
}

static bool counts_hours(const struct limit_choice *choice) {
    return (choice->kind == LIMIT_FIXED || choice->kind == LIMIT_GATE) && choice->limit.unit == UNIT_HOURS;
}

/* Hours are counted from an instant and days from a day: neither is led into by the other. */
static bool goes_with(const struct limit_choice *choice, struct limit lead) {
    bool unreadable = choice->kind == LIMIT_FIXED && choice->limit.number == 0; /* told already, or no days */
    for (size_t i = 0; i < choice->n_parts; i++)
        if (!goes_with(&choice->parts[i], lead))
            return false;
    if (choice->kind == LIMIT_UNSET || choice->kind == LIMIT_WATCH || choice->kind == LIMIT_AT_ONCE ||
        choice->kind == LIMIT_EARLIEST || unreadable)
        return true;
    return (lead.unit == UNIT_HOURS) == counts_hours(choice);
}

/* Without a lead a limit in days is due soon on its last day, one in hours not before it is late (R2). */
static void read_lead(const struct pack_reader *reader, const struct yaml *node, struct rule *row) {
    bool hours = row->n_limits > 0 && counts_hours(&row->limits[0]);
    row->lead = (struct limit){.unit = hours ? UNIT_HOURS : UNIT_DAYS};
    pack_read_limit_key_in(reader, node, "lead", UNITS_OF_DUTY, &row->lead);
    for (size_t i = 0; i < row->n_limits && row->lead.number > 0; i++)
        if (!goes_with(&row->limits[i], row->lead)) {
            yaml_problem(reader->problems, node->place, "%s: a lead in hours goes with a limit in hours, and only so",
                         row->face.id);
            return;
        }
}

void pack_limit_read(const struct pack_reader *reader, const struct yaml *node, const struct clock *clock,
                     struct rule *row) {
    struct limit_reader limits = {.pack = reader, .clock = clock};
    read_choices(&limits, node, row);
    read_lead(reader, node, row);
}
