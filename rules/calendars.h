/* calendars.h: the calendars in use: one for every authority, and those of authorities that have their own.
 *
 * A calendar is named (`scotland` is scotland.yaml of the calendars folder) or a file (a name with a slash or .yaml in
 * it). It is a nation's, a list of bank holidays, or an authority's, which names its nation and adds school terms and
 * office hours; calendars/README.md describes both for those who write them. The clock changes are
 * europe-london.yaml's. */
#ifndef WATCHKEEPER_CALENDARS_H
#define WATCHKEEPER_CALENDARS_H

#include "calendar.h"
#include "calendar_choice.h"

struct yaml_problems;

#define CALENDARS_STANDARD "england-and-wales"

struct calendars_options {
    const char *folder;
    const char *standard; /* of every authority without a choice; NULL: CALENDARS_STANDARD */
    size_t n_choices;
    const struct calendar_choice *choices;
};

struct calendars;
/* Reads every calendar that is chosen, each file once. Returns 0, -errno or YAML_WRONG, with the problems told. */
MUST_CHECK int calendars_load(const struct calendars_options *options, struct yaml_problems *problems,
                              struct calendars **ret_calendars);
struct calendars *calendars_free(struct calendars *calendars); /* takes NULL, returns NULL */
static inline void calendars_freep(struct calendars **calendars) {
    (void) calendars_free(*calendars);
}

/* The authority's; NULL for the one of every authority without a choice. */
const struct calendar *calendars_find(const struct calendars *calendars, const char *authority);
/* The choices in the order given, each with its calendar. */
size_t calendars_n_choices(const struct calendars *calendars);
const struct calendar *calendars_choice(const struct calendars *calendars, size_t place, const char **ret_authority);
/* Hash of what every authority's deadlines rest on. An authority that has chosen what it would have anyway adds
 * nothing. */
uint64_t calendars_content(const struct calendars *calendars);

#endif
