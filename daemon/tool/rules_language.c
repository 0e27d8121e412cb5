/* rules_language.c: `watchkeeper rules language`: the reference of the language of packs, from the tables by which
 * packs are read (language.h). */
#include "rules_language.h"

#include "ensure.h"
#include "language.h"
#include "yaml.h"

#include <jansson.h>
#include <string.h>

struct language_options {
    const char *name;
    bool json;
};

/* ---- for people ---- */

static void print_lines(const char *text, const char *margin) {
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        printf("%s%.*s\n", margin, (int) length, text);
        text += length + (text[length] != '\0');
    }
}

/* What holds without a key, behind it. */
static void print_default(const char *otherwise) {
    if (strcmp(otherwise, "none") == 0)
        printf(" (optional)\n");
    else if (strncmp(otherwise, "required", strlen("required")) == 0)
        printf(" (%s)\n", otherwise);
    else
        printf(" (default: %s)\n", otherwise);
}

static void print_word(const struct language_word *word) {
    if (word->otherwise != NULL) {
        printf("  %s: %s", word->word, word->form);
        print_default(word->otherwise);
    } else {
        printf("  %s\n", word->form != NULL ? word->form : word->word);
    }
    printf("      %s\n", word->meaning);
    print_lines(word->example, "        ");
}

static void print_section(const struct language_section *section) {
    printf("%s: %s.\n", section->name, section->about);
    if (section->beside != NULL)
        printf("  The words of `%s` stand here too.\n", section->beside->name);
    for (const struct language_word *word = section->words; word->word != NULL; word++)
        print_word(word);
}

/* Of every section that has it; false: none. */
static bool print_wherever(const char *name) {
    bool found = false;
    for (const struct language_section *const *section = language_sections(); *section != NULL; section++)
        for (const struct language_word *word = (*section)->words; word->word != NULL; word++)
            if (strcmp(word->word, name) == 0) {
                printf("%s%s: %s.\n", found ? "\n" : "", (*section)->name, (*section)->about);
                print_word(word);
                found = true;
            }
    return found;
}

static void print_all(void) {
    printf("The language of packs. Behind a key stands what it holds, and whether it is required; a name in `` is a\n"
           "section of this reference. `watchkeeper rules language SECTION` prints one. Each example is one that the "
           "reader\n"
           "of packs accepts. How the parts play together: rules/packs/README.md.\n");
    for (const struct language_section *const *section = language_sections(); *section != NULL; section++) {
        (void) putchar('\n');
        print_section(*section);
    }
}

/* ---- for machines ---- */

static json_t *text_or_null(const char *text) {
    return text != NULL ? json_string(text) : json_null();
}

static void print_word_json(const struct language_section *section, const struct language_word *word) {
    const char *beside = section->beside != NULL ? section->beside->name : NULL;
    json_t *object =
        json_pack("{s:s, s:o, s:s, s:b, s:o, s:o, s:s, s:s}", "section", section->name, "beside", text_or_null(beside),
                  "word", word->word, "key", word->otherwise != NULL, "form", text_or_null(word->form), "default",
                  text_or_null(word->otherwise), "meaning", word->meaning, "example", word->example);
    ENSURE(object != NULL);
    (void) json_dumpf(object, stdout, JSON_COMPACT);
    (void) putchar('\n');
    json_decref(object);
}

/* Of a section, of the sections that have a word of that name, or of all (NULL). */
static bool print_json(const char *name) {
    bool found = false, is_section = name != NULL && language_find(name) != NULL;
    for (const struct language_section *const *section = language_sections(); *section != NULL; section++)
        for (const struct language_word *word = (*section)->words; word->word != NULL; word++)
            if (name == NULL || strcmp(is_section ? (*section)->name : word->word, name) == 0) {
                print_word_json(*section, word);
                found = true;
            }
    return found;
}

/* ---- the command ---- */

static error_t parse_language(int key, char *argument, struct argp_state *state) {
    struct language_options *options = state->input;
    switch (key) {
    case 'j':
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->name != NULL)
            return ARGP_ERR_UNKNOWN;
        options->name = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option language_argp_options[] = {{"json", 'j', NULL, 0, "One object a word and line", 0},
                                                           {0}};

static const struct argp language_argp = {
    .options = language_argp_options,
    .parser = parse_language,
    .args_doc = "[SECTION|WORD]",
    .doc =
        "The reference of the language in which packs are written: every key, code and form of a condition that can be "
        "written, with its type, its default, what it means and an example; of one SECTION (`limit`), of one WORD "
        "wherever it stands (`lead`), or of all.",
};

static int unknown_name(const char *name) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const char *names[LANGUAGE_WORDS_MAX + 1] = {NULL}, *list = "";
    const struct language_section *const *sections = language_sections();
    for (size_t i = 0; i < LANGUAGE_WORDS_MAX && sections[i] != NULL; i++) {
        names[i] = sections[i]->name;
        list = arena_printf(arena, "%s%s%s", list, i > 0 ? ", " : "", names[i]);
    }
    return tool_fail("`%s` is no section of the language (%s) and no word of one%s", name, list,
                     yaml_suggest(arena, name, names));
}

static bool print_named(const char *name) {
    const struct language_section *section = language_find(name);
    if (section == NULL)
        return print_wherever(name);
    print_section(section);
    return true;
}

int rules_language(const struct tool *tool, int argc, char **argv) {
    struct language_options options = {0};
    tool_parse(tool, &language_argp, argc, argv, &options);
    if (options.json)
        return print_json(options.name) ? TOOL_OK : unknown_name(options.name);
    if (options.name == NULL) {
        print_all();
        return TOOL_OK;
    }
    return print_named(options.name) ? TOOL_OK : unknown_name(options.name);
}
