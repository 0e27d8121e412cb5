#include "fact.h"

struct value fact_value(const struct fact *fact, field_symbol field) {
    for (size_t i = 0; i < fact->n_fields; i++)
        if (fact->fields[i].field == field)
            return fact->fields[i].value;
    return (struct value){.kind = VALUE_NONE};
}
