/* language.c: the sections of the reference in their order, and what readers and problems take from them. */
#include "language.h"

#include "ensure.h"
#include "expression_language.h"
#include "filter.h"
#include "limit.h"
#include "pack_language.h"

#include <string.h>

const struct language_section *const *language_sections(void) {
    static const struct language_section *const sections[] = {
        &pack_language_pack,
        &pack_language_law,
        &pack_language_confidence,
        &pack_language_in_force,
        &pack_language_ladder,
        &pack_language_rung,
        &pack_language_span,
        &pack_language_span_within,
        &pack_language_span_again,
        &pack_language_rule,
        &pack_language_duty,
        &pack_language_clock,
        &pack_language_row,
        &pack_language_profile,
        &pack_language_count_from,
        &pack_language_opener,
        &pack_language_term,
        &pack_language_meet,
        &pack_language_meet_all,
        &pack_language_each,
        &pack_language_limit,
        &pack_language_limit_word,
        &pack_language_limit_field_unit,
        &limit_language_unit,
        &pack_language_risk,
        &pack_language_risk_count,
        &pack_language_risk_state,
        &pack_language_risk_event,
        &pack_language_threshold,
        &pack_language_raise,
        &pack_language_severity,
        &pack_language_risk_subject,
        &expression_language_scope,
        &filter_language_event,
        &filter_language_comparison,
        &expression_language_condition,
        &expression_language_path,
        &expression_language_window,
        &expression_language_measure,
        NULL,
    };
    return sections;
}

const struct language_section *language_find(const char *name) {
    const struct language_section *const *section = language_sections();
    while (*section != NULL && strcmp((*section)->name, name) != 0)
        section++;
    return *section;
}

static size_t add(const struct language_section *section, const char **names, size_t count) {
    for (const struct language_word *word = section->words; word->word != NULL; word++) {
        ENSURE(count < LANGUAGE_WORDS_MAX);
        names[count++] = word->word;
    }
    return count;
}

const char *const *language_names(const struct language_section *section, struct arena *arena) {
    const char **names = ARENA_ARRAY(arena, const char *, LANGUAGE_WORDS_MAX + 1);
    size_t count = section->beside != NULL ? add(section->beside, names, 0) : 0;
    names[add(section, names, count)] = NULL;
    return names;
}

const char *language_expected(const struct language_section *section, struct arena *arena) {
    const char *list = "", *between = section->what != NULL ? ", " : " or ";
    for (const struct language_word *word = section->words; word->word != NULL; word++)
        list = arena_printf(arena, "%s%s%s", list, word == section->words ? "" : between, word->word);
    if (section->what == NULL)
        return list;
    return arena_printf(arena, "%s (%s%s)", section->what, list, section->also != NULL ? section->also : "");
}
