/* pack_opener.c: what opens a duty: the start of its scope, an event, a birthday, or a condition that comes to hold. */
#include "pack_read.h"

#include <stdlib.h>
#include <string.h>

/* The noun of an event type: review of review.held. */
static const char *noun_of(const struct pack_reader *reader, const struct event_type *type) {
    return arena_strndup(reader->arena, type->name, strcspn(type->name, "."));
}

static field_symbol read_field(const struct pack_reader *reader, const struct yaml *node,
                               const struct event_type *type) {
    if (!pack_read_is_scalar(reader, node, "a field"))
        return FIELD_NONE;
    const struct field_type *field = event_type_field(reader->context->catalogue, type, node->text);
    if (field == NULL || (field->kind != FIELD_REFERENCE && field->kind != FIELD_CODE))
        yaml_problem(reader->problems, node->place, "%s has no field `%s` that is a reference or a code", type->name,
                     node->text);
    return field != NULL ? field->symbol : FIELD_NONE;
}

/* `first: true`, or the first for each value of a field. */
static void read_first(const struct pack_reader *reader, const struct yaml *node, struct opener *opener) {
    const struct yaml *first = yaml_get(node, "first");
    opener->first_by = FIELD_NONE;
    if (first == NULL)
        return;
    bool truth = first->kind == YAML_SCALAR && (strcmp(first->text, "true") == 0 || strcmp(first->text, "false") == 0);
    if (truth || opener->kind != OPENER_FACT)
        (void) yaml_boolean(reader->yaml, node, "first", false, &opener->first_only);
    else
        opener->first_by = read_field(reader, first, opener->filter.type);
}

static void read_named_by(const struct pack_reader *reader, const struct yaml *node, struct opener *opener) {
    struct pack_items items;
    pack_read_items(yaml_get(node, "by"), &items);
    for (size_t i = 0; i < items.count; i++) {
        if (opener->kind != OPENER_FACT || opener->n_named_by == OPENER_FIELDS_MAX) {
            yaml_problem(reader->problems, items.list[i]->place, "by: expected up to %d fields of an event",
                         OPENER_FIELDS_MAX);
            return;
        }
        opener->named_by[opener->n_named_by++] = read_field(reader, items.list[i], opener->filter.type);
    }
}

static void read_before_start(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                              struct opener *opener) {
    pack_read_limit_key(reader, node, "before_start", &opener->before_start);
    if (opener->before_start.number > 0 && (scope == SCOPE_LIFE || opener->before_start.unit == UNIT_HOURS))
        yaml_problem(reader->problems, yaml_get(node, "before_start")->place,
                     "before_start: expected days, weeks, months or years before the start of a scope other than life");
}

/* `on: start` or an event, with all that may be said of it. */
static bool read_on(const struct pack_reader *reader, const struct yaml *on, enum scope_kind scope,
                    struct opener *opener) {
    bool start = on->kind == YAML_SCALAR && strcmp(on->text, "start") == 0;
    if (start && scope == SCOPE_LIFE)
        yaml_problem(reader->problems, on->place, "`start` means nothing in the scope life");
    opener->kind = start ? OPENER_START : OPENER_FACT;
    if (!start && !pack_read_filter(reader, on, &opener->filter))
        return false;
    if (!start)
        opener->anchor = noun_of(reader, opener->filter.type);
    return true;
}

static void read_birthday(const struct pack_reader *reader, const struct yaml *node, struct opener *opener) {
    struct pack_items items;
    opener->kind = OPENER_BIRTHDAY;
    opener->anchor = "birthday";
    opener->less.unit = UNIT_DAYS;
    pack_read_items(yaml_get(node, "birthday"), &items);
    for (size_t i = 0; i < items.count; i++) {
        char *end = "?";
        long age = items.list[i]->kind == YAML_SCALAR ? strtol(items.list[i]->text, &end, 10) : 0;
        if (*end != '\0' || age < 1 || age > 150 || opener->n_ages == OPENER_AGES_MAX) {
            yaml_problem(reader->problems, items.list[i]->place, "birthday: expected up to %d ages in whole years",
                         OPENER_AGES_MAX);
            return;
        }
        opener->ages[opener->n_ages++] = (int) age;
    }
    pack_read_limit_key(reader, node, "less", &opener->less);
    if (opener->less.unit == UNIT_HOURS)
        yaml_problem(reader->problems, yaml_get(node, "less")->place, "less: expected days, weeks, months or years");
}

/* `{term: start}`: the first day of each school term of the authority. */
static void read_term(const struct pack_reader *reader, const struct yaml *node, struct opener *opener) {
    opener->kind = OPENER_TERM;
    opener->anchor = "term";
    (void) pack_read_choice_key(reader, node, "term", &pack_language_term);
}

static void read_becomes(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                         struct opener *opener) {
    opener->kind = OPENER_BECOMES;
    opener->becomes = pack_read_condition(reader, yaml_get(node, "becomes"), scope);
    if (yaml_get(node, "anchor") == NULL)
        yaml_problem(reader->problems, node->place, "expected `anchor`: the kind in the alert id, as in eligible");
}

static bool read_long(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                      struct opener *opener) {
    const struct yaml *on = yaml_get(node, "on");
    pack_read_known_keys(reader, node, &pack_language_opener);
    if (yaml_get(node, "birthday") != NULL) {
        read_birthday(reader, node, opener);
    } else if (yaml_get(node, "term") != NULL) {
        read_term(reader, node, opener);
    } else if (yaml_get(node, "becomes") != NULL) {
        read_becomes(reader, node, scope, opener);
    } else if (on == NULL) {
        yaml_problem(reader->problems, node->place,
                     "expected `on`: start or an event type; `birthday`, `term` or `becomes`");
        return false;
    } else if (!read_on(reader, on, scope, opener)) {
        return false;
    }
    opener->when = pack_read_condition(reader, yaml_get(node, "when"), scope);
    if (yaml_get(node, "anchor") != NULL)
        opener->anchor = pack_read_text(reader, node, "anchor", false);
    read_first(reader, node, opener);
    read_named_by(reader, node, opener);
    (void) yaml_boolean(reader->yaml, node, "carry", false, &opener->carry);
    read_before_start(reader, node, scope, opener);
    return true;
}

static void add(const struct pack_reader *reader, const struct yaml *node, struct clock *clock, uint32_t *bits) {
    struct opener opener = {.carry = true, .first_by = FIELD_NONE};
    if (clock->n_openers == OPENERS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d openers", OPENERS_MAX);
        return;
    }
    bool good = node->kind == YAML_MAPPING ? read_long(reader, node, clock->scope, &opener)
                                           : read_on(reader, node, clock->scope, &opener);
    if (!good)
        return;
    *bits |= 1u << clock->n_openers;
    clock->openers[clock->n_openers++] = opener;
}

uint32_t pack_opener_read_all(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    struct pack_items items;
    uint32_t bits = 0;
    pack_read_items(node, &items);
    for (size_t i = 0; i < items.count; i++)
        add(reader, items.list[i], clock, &bits);
    return bits;
}
