/* calendars.c: loads what is chosen; an authority's file is looked at first, since it names the nation that must be
 * read before it. */
#include "calendars.h"

#include "calendar_part.h"
#include "datafile.h"
#include "hash.h"

#include <string.h>

struct entry {
    const char *path;
    struct calendar *calendar;
};

struct choice {
    const char *authority;
    const struct calendar *calendar;
};

struct calendars {
    struct arena *arena;
    const char *folder;
    struct zone *zone;
    size_t n_entries, n_choices;
    struct entry *entries; /* what has been read: room for each choice and its nation */
    struct choice *choices;
    const struct calendar *standard;
};

/* ---- one calendar ---- */

static const char *path_of(const struct calendars *calendars, const char *name) {
    bool is_path = strchr(name, '/') != NULL || strstr(name, ".yaml") != NULL;
    return is_path ? arena_strdup(calendars->arena, name)
                   : arena_printf(calendars->arena, "%s/%s.yaml", calendars->folder, name);
}

/* "my-council" of "/etc/watchkeeper/my-council.yaml". */
static const char *name_of(const struct calendars *calendars, const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    return arena_strndup(calendars->arena, base, strcspn(base, "."));
}

static struct calendar *find_loaded(const struct calendars *calendars, const char *path) {
    for (size_t i = 0; i < calendars->n_entries; i++)
        if (strcmp(calendars->entries[i].path, path) == 0)
            return calendars->entries[i].calendar;
    return NULL;
}

static int read_nation(const struct calendars *calendars, const struct yaml *root, struct yaml_problems *problems,
                       struct calendar *calendar) {
    static const char *const keys[] = {"version", "source", "from", "to", "holidays", NULL};
    struct datafile file;
    int outcome = datafile_read(root, (struct datafile_form){"holidays", keys}, problems, &file);
    calendar->zone = calendars->zone;
    if (outcome == 0)
        calendar_read_nation(&file, calendars->arena, calendar);
    return outcome;
}

/* `asked_by`: where another calendar names it as its nation's; or NULL. */
static int load(struct calendars *calendars, const char *path, const struct yaml *asked_by,
                struct yaml_problems *problems, struct calendar **ret_calendar);

static int read_authority(struct calendars *calendars, const struct yaml *root, struct yaml_problems *problems,
                          struct calendar *calendar) {
    static const char *const keys[] = {"version", "source", "from", "to", "nation", "office", "terms", NULL};
    const char *name = calendar->name, *nation_name;
    struct calendar *nation;
    struct datafile file;
    int outcome = datafile_read(root, (struct datafile_form){"terms", keys}, problems, &file);
    if (outcome != 0)
        return outcome;
    if (!yaml_text(file.reader, root, "nation", true, &nation_name))
        return YAML_WRONG;
    outcome = load(calendars, path_of(calendars, nation_name), yaml_get(root, "nation"), problems, &nation);
    if (outcome != 0)
        return outcome;
    *calendar = *nation;
    calendar->name = name;
    calendar->of_authority = true;
    calendar_read_authority(&file, calendars->arena, calendar);
    return 0;
}

static int read_calendar(struct calendars *calendars, const char *path, const struct yaml *asked_by,
                         struct yaml_problems *problems, struct calendar *calendar) {
    const struct yaml *root;
    size_t told_before = problems->count;
    int outcome = yaml_load(path, problems->arena, problems, &root);
    if (outcome != 0)
        return outcome;
    const struct yaml *nation = yaml_get(root, "nation");
    if (nation != NULL && asked_by != NULL) {
        yaml_problem(problems, asked_by->place, "`%s` is itself an authority's calendar; name a nation's",
                     asked_by->text);
        return YAML_WRONG;
    }
    outcome = nation == NULL ? read_nation(calendars, root, problems, calendar)
                             : read_authority(calendars, root, problems, calendar);
    return outcome == 0 && problems->count != told_before ? YAML_WRONG : outcome;
}

static int load(struct calendars *calendars, const char *path, const struct yaml *asked_by,
                struct yaml_problems *problems, struct calendar **ret_calendar) {
    *ret_calendar = find_loaded(calendars, path);
    if (*ret_calendar != NULL && !(asked_by != NULL && (*ret_calendar)->of_authority))
        return 0;
    struct calendar *calendar = ARENA_NEW(calendars->arena, struct calendar);
    calendar->name = name_of(calendars, path);
    int outcome = read_calendar(calendars, path, asked_by, problems, calendar);
    if (outcome != 0)
        return outcome;
    calendars->entries[calendars->n_entries++] = (struct entry){path, calendar};
    *ret_calendar = calendar;
    return 0;
}

/* ---- all that are chosen ---- */

/* Every one is read, also after one that is wrong, so that all mistakes are told. */
static int load_choices(struct calendars *calendars, const struct calendars_options *options,
                        struct yaml_problems *problems) {
    const char *standard = options->standard != NULL ? options->standard : CALENDARS_STANDARD;
    struct calendar *calendar;
    int outcome = load(calendars, path_of(calendars, standard), NULL, problems, &calendar);
    calendars->standard = outcome == 0 ? calendar : NULL;
    for (size_t i = 0; i < options->n_choices; i++) {
        const struct calendar_choice *choice = &options->choices[i];
        int other = load(calendars, path_of(calendars, choice->calendar), NULL, problems, &calendar);
        if (other == 0)
            calendars->choices[calendars->n_choices++] =
                (struct choice){arena_strdup(calendars->arena, choice->authority), calendar};
        outcome = outcome != 0 ? outcome : other;
    }
    return outcome;
}

int calendars_load(const struct calendars_options *options, struct yaml_problems *problems,
                   struct calendars **ret_calendars) {
    struct arena *arena = arena_new();
    CLEANUP(calendars_freep) struct calendars *calendars = ARENA_NEW(arena, struct calendars);
    calendars->arena = arena;
    calendars->folder = arena_strdup(arena, options->folder);
    calendars->entries = ARENA_ARRAY(arena, struct entry, 2 * (options->n_choices + 1));
    calendars->choices = ARENA_ARRAY(arena, struct choice, options->n_choices);
    const char *path = arena_printf(arena, "%s/europe-london.yaml", options->folder);
    int zone = zone_load(path, problems, &calendars->zone);
    int others = load_choices(calendars, options, problems); /* so that the mistakes of all files are told */
    if (zone != 0 || others != 0)
        return zone < 0 || others == 0 ? zone : others;
    *ret_calendars = TAKE(calendars);
    return 0;
}

struct calendars *calendars_free(struct calendars *calendars) {
    if (calendars == NULL)
        return NULL;
    (void) zone_free(calendars->zone);
    (void) arena_free(calendars->arena);
    return NULL;
}

const struct calendar *calendars_find(const struct calendars *calendars, const char *authority) {
    for (size_t i = 0; authority != NULL && i < calendars->n_choices; i++)
        if (strcmp(calendars->choices[i].authority, authority) == 0)
            return calendars->choices[i].calendar;
    return calendars->standard;
}

size_t calendars_n_choices(const struct calendars *calendars) {
    return calendars->n_choices;
}

const struct calendar *calendars_choice(const struct calendars *calendars, size_t place, const char **ret_authority) {
    *ret_authority = calendars->choices[place].authority;
    return calendars->choices[place].calendar;
}

/* The sum does not depend on the order of the choices. */
uint64_t calendars_content(const struct calendars *calendars) {
    uint64_t sum = calendars->standard->content;
    for (size_t i = 0; i < calendars->n_choices; i++) {
        const struct choice *choice = &calendars->choices[i];
        if (choice->calendar->content != calendars->standard->content)
            sum += hash_text(choice->calendar->content, choice->authority);
    }
    return sum;
}
