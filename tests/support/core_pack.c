/* core_pack.c: an entry of `duties` or `risks` begins with "  - " and lasts to the next; it is kept when one of its ids
 * is of a core rule. */
#include "core_pack.h"

#include "cleanup.h"
#include "ensure.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const core[] = {
    "review-first",
    "review-second",
    "review-short-break-first",
    "review-short-break-subsequent",
    "review-adoption-placed-first",
    "review-adoption-placed-second",
    "visit-first",
    "visit-short-break-first",
    "visit-short-break-subsequent",
    "visit-adoption-first",
    "visit-adoption-subsequent",
    "iha",
    "rha-under-5",
    "return-interview",
    "missing-repeat",
    "missing-long",
    "three-moves",
    "under-16-unregulated",
    NULL,
};

static char path[] = "/tmp/watchkeeper-core-XXXXXX.yaml";

static void remove_it(void) {
    (void) unlink(path);
}

static bool names_core_rule(const char *line) {
    const char *id = strstr(line, "- id: ");
    if (id == NULL)
        return false;
    id += strlen("- id: ");
    size_t length = strcspn(id, "\n");
    for (size_t i = 0; core[i] != NULL; i++)
        if (strlen(core[i]) == length && strncmp(core[i], id, length) == 0)
            return true;
    return false;
}

struct cut {
    FILE *out, *entry;
    char *text; /* of the entry */
    size_t size;
    bool open, kept;
};

static void end_entry(struct cut *cut) {
    if (!cut->open)
        return;
    (void) fclose(cut->entry);
    if (cut->kept)
        (void) fputs(cut->text, cut->out);
    free(cut->text);
    cut->open = cut->kept = false;
}

static void take_line(struct cut *cut, const char *line) {
    bool begins = strncmp(line, "  - ", strlen("  - ")) == 0, in_it = strncmp(line, "    ", 4) == 0;
    if (begins || !in_it)
        end_entry(cut);
    if (begins) {
        cut->entry = open_memstream(&cut->text, &cut->size);
        ENSURE(cut->entry != NULL);
        cut->open = true;
    }
    if (cut->open)
        cut->kept |= names_core_rule(line);
    (void) fputs(line, cut->open ? cut->entry : cut->out);
}

const char *core_pack_path(void) {
    static bool written;
    if (written)
        return path;
    CLEANUP(cleanup_fclose) FILE *in = fopen(WATCHKEEPER_SOURCE_DIR "/rules/packs/england-statutory.yaml", "re");
    CLEANUP(cleanup_free) char *line = NULL;
    int file = mkstemps(path, (int) strlen(".yaml"));
    ENSURE(in != NULL && file >= 0 && atexit(remove_it) == 0);
    struct cut cut = {.out = fdopen(file, "w")};
    ENSURE(cut.out != NULL);
    size_t room = 0;
    while (getline(&line, &room, in) > 0)
        take_line(&cut, line);
    end_entry(&cut);
    ENSURE(fclose(cut.out) == 0);
    written = true;
    return path;
}
