/* replay.c: the corpus of one target, file by file, in a build without libFuzzer: so that the regressions are also run
 * under the sanitizers of the other compiler. Arguments are files and folders of files. */
#include "fuzz.h"

#include "cleanup.h"
#include "ensure.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static size_t n_files;

static void run_file(const char *path) {
    CLEANUP(cleanup_fclose) FILE *file = fopen(path, "re");
    ENSURE(file != NULL);
    struct stat about;
    ENSURE(fstat(fileno(file), &about) == 0);
    /* Exactly as large as the input, so that reading one byte too far is seen. */
    size_t size = (size_t) about.st_size;
    CLEANUP(cleanup_free) uint8_t *data = malloc(size + (size == 0));
    ENSURE(data != NULL && fread(data, 1, size, file) == size);
    (void) fprintf(stderr, "%s\n", path);
    (void) LLVMFuzzerTestOneInput(data, size);
    n_files++;
}

static void run(const char *path) {
    struct stat about;
    ENSURE(stat(path, &about) == 0);
    if (!S_ISDIR(about.st_mode)) {
        run_file(path);
        return;
    }
    DIR *listing = opendir(path);
    ENSURE(listing != NULL);
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        char *inside;
        if (entry->d_name[0] == '.')
            continue;
        ENSURE(asprintf(&inside, "%s/%s", path, entry->d_name) > 0);
        run(inside);
        free(inside);
    }
    (void) closedir(listing);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        run(argv[i]);
    (void) printf("%zu inputs\n", n_files);
    return n_files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
