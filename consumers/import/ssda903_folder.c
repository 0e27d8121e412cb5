/* ssda903_folder.c: see ssda903_folder.h. What is found is sorted, so that the order in which a file system lists a
 * folder never shows in the events. */
#include "ssda903_folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { YEAR_MIN = 1990, YEAR_MAX = 2099, YEAR_DIGITS = 4 };

struct search {
    struct arena *arena;
    struct ssda903_file *files;
    size_t count, room;
};

/* The first number of exactly four digits that can be a year, or 0. */
static int year_in(const char *text, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t digits = 0;
        int number = 0;
        for (; i + digits < length && isdigit((unsigned char) text[i + digits]); digits++)
            if (digits < YEAR_DIGITS)
                number = number * 10 + (text[i + digits] - '0');
        if (digits == YEAR_DIGITS && number >= YEAR_MIN && number <= YEAR_MAX)
            return number;
        i += digits > 0 ? digits : 1;
    }
    return 0;
}

static int year_of(const char *name) {
    const char *slash = strrchr(name, '/');
    const char *last = slash == NULL ? name : slash + 1;
    int year = year_in(last, strlen(last));
    return year != 0 ? year : year_in(name, (size_t) (last - name));
}

static bool is_csv(const char *name) {
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".csv") == 0;
}

static const char *stem_of(struct arena *arena, const char *name) {
    char *stem = arena_strndup(arena, name, strlen(name) - 4);
    for (char *c = stem; *c != '\0'; c++)
        *c = (char) tolower((unsigned char) *c);
    return stem;
}

static void take_file(struct search *search, const char *path, const char *name, const char *last) {
    if (search->count == search->room) {
        size_t room = search->room * 2 + 32;
        search->files = arena_grow_array(search->arena, search->files, search->count, room, sizeof *search->files);
        search->room = room;
    }
    search->files[search->count++] =
        (struct ssda903_file){.path = path, .name = name, .stem = stem_of(search->arena, last), .year = year_of(name)};
}

static void cleanup_closedir(DIR **folder) {
    if (*folder != NULL)
        (void) closedir(*folder);
}

static int look_into(struct search *search, const char *folder, const char *prefix, int depth) {
    CLEANUP(cleanup_closedir) DIR *listing = opendir(folder);
    if (listing == NULL)
        return -errno;
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        const char *path = arena_printf(search->arena, "%s/%s", folder, entry->d_name);
        const char *name = arena_printf(search->arena, "%s%s", prefix, entry->d_name);
        struct stat about;
        if (stat(path, &about) < 0)
            return -errno;
        int outcome = 0;
        if (S_ISDIR(about.st_mode) && depth < SSDA903_FOLDER_DEPTH_MAX)
            outcome = look_into(search, path, arena_printf(search->arena, "%s/", name), depth + 1);
        else if (S_ISREG(about.st_mode) && is_csv(name))
            take_file(search, path, name, entry->d_name);
        if (outcome < 0)
            return outcome;
    }
    return 0;
}

static int by_year_and_name(const void *left, const void *right) {
    const struct ssda903_file *a = left, *b = right;
    if (a->year != b->year)
        return a->year < b->year ? -1 : 1;
    return strcmp(a->name, b->name);
}

int ssda903_folder_find(const char *folder, struct arena *arena, struct ssda903_file **ret_files, size_t *ret_count) {
    struct search search = {.arena = arena};
    int outcome = look_into(&search, folder, "", 1);
    if (outcome < 0)
        return outcome;
    if (search.count > 0)
        qsort(search.files, search.count, sizeof *search.files, by_year_and_name);
    *ret_files = search.files;
    *ret_count = search.count;
    return 0;
}
