/* fact_copy.c: see fact_copy.h. */
#include "fact_copy.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

static size_t text_size(const char *text) {
    return text != NULL ? strlen(text) + 1 : 0;
}

static const char *put_text(char **end, const char *text) {
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) + 1;
    char *copy = memcpy(*end, text, size);
    *end += size;
    return copy;
}

static size_t texts_size(const struct fact *fact) {
    size_t size = text_size(fact->source) + text_size(fact->id) + text_size(fact->authority) +
                  text_size(fact->replaces) + text_size(fact->origin);
    for (size_t i = 0; i < fact->n_fields; i++)
        if (fact->fields[i].value.kind == VALUE_TEXT)
            size += text_size(fact->fields[i].value.of.text);
    return size;
}

static size_t whole_size(const struct fact *fact) {
    return sizeof *fact + fact->n_fields * sizeof *fact->fields + texts_size(fact);
}

static const struct fact *copy_into(struct fact *copy, const struct fact *fact) {
    struct field_value *fields = (struct field_value *) (copy + 1);
    char *end = (char *) (fields + fact->n_fields);
    *copy = *fact;
    copy->fields = fields;
    copy->source = put_text(&end, fact->source);
    copy->id = put_text(&end, fact->id);
    copy->authority = put_text(&end, fact->authority);
    copy->replaces = put_text(&end, fact->replaces);
    copy->origin = put_text(&end, fact->origin);
    for (size_t i = 0; i < fact->n_fields; i++) {
        fields[i] = fact->fields[i];
        if (fields[i].value.kind == VALUE_TEXT)
            fields[i].value.of.text = put_text(&end, fact->fields[i].value.of.text);
    }
    return copy;
}

const struct fact *fact_copy(const struct fact *fact) {
    struct fact *copy = malloc(whole_size(fact));
    ENSURE(copy != NULL);
    return copy_into(copy, fact);
}

const struct fact *fact_copy_to(struct arena *arena, const struct fact *fact) {
    return copy_into(arena_alloc(arena, whole_size(fact)), fact);
}
