#include "fact.h"

struct value fact_value(const struct fact *fact, field_symbol field) {
    for (size_t i = 0; i < fact->n_fields; i++)
        if (fact->fields[i].field == field)
            return fact->fields[i].value;
    return (struct value){.kind = VALUE_NONE};
}

char *occurrence_format(struct occurrence occurred, char buffer[static INSTANT_TEXT_MAX]) {
    return occurred.bare ? date_format(occurred.day, buffer) : instant_format(occurred.at, buffer);
}
