/* lines.c: a buffered reader with a limit on what it keeps, which getline() does not have: a file that is one line of
 * many gigabytes must not take the machine's memory with it. */
#include "lines.h"

#include "cleanup.h"
#include "ensure.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum { CHUNK = 64 * 1024 };

struct lines {
    FILE *file;
    bool ours; /* to close */
    uint64_t number, bytes, size;
    char *kept;
    size_t length, capacity;
    uint64_t length_whole;
    char chunk[CHUNK];
    size_t chunk_used, chunk_filled;
};

int lines_open(const char *path, struct lines **ret_lines) {
    bool standard_input = path == NULL || strcmp(path, "-") == 0;
    FILE *file = standard_input ? stdin : fopen(path, "re");
    if (file == NULL)
        return -errno;
    struct lines *lines = calloc(1, sizeof *lines);
    ENSURE(lines != NULL);
    lines->file = file;
    lines->ours = !standard_input;
    struct stat about;
    if (fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode))
        lines->size = (uint64_t) about.st_size;
    *ret_lines = lines;
    return 0;
}

struct lines *lines_close(struct lines *lines) {
    if (lines == NULL)
        return NULL;
    if (lines->ours)
        (void) fclose(lines->file);
    free(lines->kept);
    free(lines);
    return NULL;
}

static int fill(struct lines *lines) {
    if (lines->chunk_used < lines->chunk_filled)
        return 0;
    errno = 0;
    lines->chunk_filled = fread(lines->chunk, 1, CHUNK, lines->file);
    lines->chunk_used = 0;
    lines->bytes += lines->chunk_filled;
    if (lines->chunk_filled > 0)
        return 0;
    if (ferror(lines->file))
        return errno == 0 ? -EIO : -errno;
    return LINES_END;
}

static void make_room(struct lines *lines, size_t more) {
    size_t needed = lines->length + more + 1;
    if (needed <= lines->capacity)
        return;
    lines->capacity = needed * 2;
    lines->kept = realloc(lines->kept, lines->capacity);
    ENSURE(lines->kept != NULL);
}

static void keep(struct lines *lines, const char *text, size_t length) {
    lines->length_whole += length;
    size_t kept = length;
    if (kept > LINES_KEPT_MAX - lines->length)
        kept = LINES_KEPT_MAX - lines->length;
    make_room(lines, kept);
    memcpy(lines->kept + lines->length, text, kept);
    lines->length += kept;
}

/* Moves what is left of the chunk up to the line end; true when the line is complete. */
static bool take_from_chunk(struct lines *lines) {
    const char *from = lines->chunk + lines->chunk_used;
    size_t left = lines->chunk_filled - lines->chunk_used;
    const char *end = memchr(from, '\n', left);
    size_t length = end == NULL ? left : (size_t) (end - from);
    keep(lines, from, length);
    lines->chunk_used += length + (end == NULL ? 0 : 1);
    return end != NULL;
}

static void drop_carriage_return(struct lines *lines) {
    if (lines->length > 0 && lines->length == lines->length_whole && lines->kept[lines->length - 1] == '\r') {
        lines->length--;
        lines->length_whole--;
    }
}

int lines_next(struct lines *lines, struct line *ret_line) {
    lines->length = 0;
    lines->length_whole = 0;
    make_room(lines, 0);
    bool any = false, complete = false;
    while (!complete) {
        int outcome = fill(lines);
        if (outcome < 0)
            return outcome;
        if (outcome == LINES_END) {
            if (!any)
                return LINES_END;
            break;
        }
        any = true;
        complete = take_from_chunk(lines);
    }
    drop_carriage_return(lines);
    lines->kept[lines->length] = '\0';
    lines->number++;
    *ret_line = (struct line){lines->kept, lines->length, lines->length_whole, lines->number};
    return 0;
}

uint64_t lines_bytes(const struct lines *lines) {
    return lines->bytes - (lines->chunk_filled - lines->chunk_used);
}

uint64_t lines_size(const struct lines *lines) {
    return lines->size;
}
