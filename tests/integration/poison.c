/* poison.c: loaded into the daemon with LD_PRELOAD, it ends it at a chosen event, at a chosen step of applying it.
 *
 * The event says so by its id: "poison-decode..." where its text is parsed, "poison-apply..." where the fact is put
 * into the form of the store, "poison-derive..." where that subject is derived next (the engine sorts what it has
 * derived). This stands for a bug of ours that one event brings out, with no hook in the product. "outside-..." is
 * innocent: while it is parsed the daemon itself, and no child of it, is killed as long as the file POISON_KILLS holds
 * a byte, of which each kill takes one. */
#include <dlfcn.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int derive_is_deadly;
static pid_t daemon_itself;

__attribute__((constructor)) static void note_who(void) {
    daemon_itself = getpid();
}

static void kill_from_outside(void) {
    const char *path = getenv("POISON_KILLS");
    struct stat left;
    if (getpid() != daemon_itself || path == NULL || stat(path, &left) != 0 || left.st_size == 0)
        return;
    if (truncate(path, left.st_size - 1) == 0)
        (void) raise(SIGKILL);
}

json_t *json_loadb(const char *text, size_t length, size_t flags, json_error_t *error) {
    static json_t *(*next)(const char *, size_t, size_t, json_error_t *);
    static const char marker[] = "\"poison-decode", outside[] = "\"outside-";
    if (next == NULL)
        next = (json_t * (*) (const char *, size_t, size_t, json_error_t *) ) dlsym(RTLD_NEXT, "json_loadb");
    if (memmem(text, length, marker, sizeof marker - 1) != NULL)
        (void) raise(SIGSEGV);
    if (memmem(text, length, outside, sizeof outside - 1) != NULL)
        kill_from_outside();
    return next(text, length, flags, error);
}

size_t json_dumpb(const json_t *json, char *buffer, size_t size, size_t flags) {
    static size_t (*next)(const json_t *, char *, size_t, size_t);
    if (next == NULL)
        next = (size_t(*)(const json_t *, char *, size_t, size_t)) dlsym(RTLD_NEXT, "json_dumpb");
    const char *id = json_string_value(json_object_get(json, "id"));
    if (id != NULL && strncmp(id, "poison-apply", 12) == 0)
        abort();
    if (id != NULL && strncmp(id, "poison-derive", 13) == 0)
        derive_is_deadly = 1;
    return next(json, buffer, size, flags);
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *)) {
    static void (*next)(void *, size_t, size_t, int (*)(const void *, const void *));
    if (next == NULL)
        next = (void (*)(void *, size_t, size_t, int (*)(const void *, const void *))) dlsym(RTLD_NEXT, "qsort");
    if (derive_is_deadly)
        abort();
    next(base, count, size, compare);
}
