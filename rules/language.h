/* language.h: the words of the language in which packs are written, each with what it means.
 *
 * Readers take the words that they accept from these tables, and `watchkeeper rules language` prints the same tables:
 * so nothing can be written in a pack that the reference does not have. A word without a meaning or an example does not
 * compile (the `""` before each joins nothing but a literal); each example is read by the reader of packs in a test. */
#ifndef WATCHKEEPER_LANGUAGE_H
#define WATCHKEEPER_LANGUAGE_H

#include "arena.h"

#include <stddef.h>

struct language_word {
    const char *word;
    const char *form;      /* of a key what stands behind it; of a condition the whole of it; NULL: the word alone */
    const char *otherwise; /* of a key, what holds without it: "required", "none" or the value; else NULL */
    const char *meaning;   /* one sentence */
    const char *example;   /* lines of YAML */
};
#define LANGUAGE_KEY(word, form, otherwise, meaning, example)                                                          \
    { "" word, "" form, "" otherwise, "" meaning, "" example }
#define LANGUAGE_FORM(word, form, meaning, example)                                                                    \
    { "" word, "" form, NULL, "" meaning, "" example }
#define LANGUAGE_CODE(word, meaning, example)                                                                          \
    { "" word, NULL, NULL, "" meaning, "" example }
#define LANGUAGE_END                                                                                                   \
    { NULL }

enum { LANGUAGE_WORDS_MAX = 64 };

struct language_section {
    const char *name, *about;
    const char *what, *also;               /* of codes: how a problem names the kind (below) */
    const struct language_word *words;     /* ended by LANGUAGE_END */
    const struct language_section *beside; /* whose own words stand there too, or NULL */
};

/* In the order of the reference, ended by NULL. */
const struct language_section *const *language_sections(void);
const struct language_section *language_find(const char *name); /* or NULL */

/* The words of the section beside it and its own, ended by NULL; in the arena. */
const char *const *language_names(const struct language_section *section, struct arena *arena);
/* What was expected where none of the codes stands: "a profile (any, standard)", and without `what` "start or end". */
const char *language_expected(const struct language_section *section, struct arena *arena);

#endif
