#include "calendar_file.h"

#include "ensure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *calendar_file_new(const char *text, struct arena *arena) {
    char *path = arena_strdup(arena, "/tmp/watchkeeper-calendar-XXXXXX.yaml");
    int file = mkstemps(path, 5);
    ENSURE(file >= 0);
    ENSURE(write(file, text, strlen(text)) == (ssize_t) strlen(text));
    (void) close(file);
    return path;
}

const char *calendar_file_with(const char *name, const char *before, const char *line, struct arena *arena) {
    static char text[64 * 1024];
    FILE *file = fopen(arena_printf(arena, WATCHKEEPER_SOURCE_DIR "/rules/calendars/%s.yaml", name), "re");
    ENSURE(file != NULL);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void) fclose(file);
    char *place = strstr(text, before);
    ENSURE(place != NULL);
    const char *head = arena_strndup(arena, text, (size_t) (place - text));
    return calendar_file_new(arena_printf(arena, "%s%s\n%s", head, line, place), arena);
}
