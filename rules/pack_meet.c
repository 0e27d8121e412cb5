/* pack_meet.c: what meets a duty, and what cancels it. */
#include "pack_read.h"

static void read_early(const struct pack_reader *reader, const struct yaml *node, struct meet *meet) {
    pack_read_limit_key(reader, node, "early", &meet->early);
    if (meet->early.number > 0 && meet->early.unit == UNIT_HOURS)
        yaml_problem(reader->problems, yaml_get(node, "early")->place,
                     "early: expected days, weeks, months or years before the opening");
}

static void read_at(const struct pack_reader *reader, const struct yaml *node, struct meet *meet) {
    const struct yaml *at = yaml_get(node, "at");
    if (at == NULL || meet->filter.type == NULL || !pack_read_is_scalar(reader, at, "a field"))
        return;
    const struct field_type *field = event_type_field(reader->context->catalogue, meet->filter.type, at->text);
    if (field == NULL || field->kind != FIELD_DATE)
        yaml_problem(reader->problems, at->place, "%s has no field `%s` that is a date", meet->filter.type->name,
                     at->text);
    else
        meet->at = field->symbol;
}

static bool read_one(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                     struct meet *meet) {
    const struct yaml *on = node;
    *meet = (struct meet){.at = FIELD_NONE};
    if (node->kind == YAML_MAPPING) {
        pack_read_known_keys(reader, node, &pack_language_meet);
        meet->when = pack_read_condition(reader, yaml_get(node, "when"), scope);
        on = yaml_get(node, "on");
    }
    if (on == NULL) {
        yaml_problem(reader->problems, node->place, "expected `on`: an event type");
        return false;
    }
    bool good = pack_read_filter(reader, on, &meet->filter);
    if (node->kind == YAML_MAPPING) {
        read_early(reader, node, meet);
        read_at(reader, node, meet);
    }
    return good;
}

size_t pack_meet_read_all(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                          struct meet *meets) {
    struct pack_items items;
    size_t count = 0;
    pack_read_items(node, &items);
    for (size_t i = 0; i < items.count; i++) {
        if (count == MEETS_MAX) {
            yaml_problem(reader->problems, items.list[i]->place, "more than %d of them", MEETS_MAX);
            break;
        }
        count += read_one(reader, items.list[i], scope, &meets[count]);
    }
    return count;
}

void pack_meet_read(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    const struct yaml *all = yaml_get(node, "all");
    clock->meets_all = all != NULL;
    if (all != NULL)
        pack_read_known_keys(reader, node, &pack_language_meet_all);
    clock->n_meets = pack_meet_read_all(reader, all != NULL ? all : node, clock->scope, clock->meets);
    clock->meets_early = false;
    for (size_t i = 0; i < clock->n_meets; i++)
        clock->meets_early |= clock->meets[i].early.number > 0;
}
