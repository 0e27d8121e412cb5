/* status_path.c: see status_path.h. A folder below /tmp counts only when it is ours: anybody could have made one of
 * that name. */
#include "status_path.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Below /run/watchkeeper systemd makes folders for other users. */
enum { BASES_MAX = 3, FOLDER_MODE = 0700, SYSTEM_MODE = 0755 };
#define SYSTEM_BASE "/run/watchkeeper"
#define SOCKET_NAME "status.sock"

struct bases {
    char list[BASES_MAX][STATUS_PATH_MAX];
    size_t count;
};

static bool is_set(const char *text) {
    return text != NULL && *text != '\0';
}

static bool fits(int length) {
    return length > 0 && length < STATUS_PATH_MAX;
}

/* ---- the places ---- */

static struct bases find_bases(void) {
    struct bases bases = {0};
    const char *user = getenv("XDG_RUNTIME_DIR");
    (void) snprintf(bases.list[bases.count++], STATUS_PATH_MAX, "%s", SYSTEM_BASE);
    if (is_set(user) && fits(snprintf(bases.list[bases.count], STATUS_PATH_MAX, "%s/watchkeeper", user)))
        bases.count++;
    (void) snprintf(bases.list[bases.count++], STATUS_PATH_MAX, "/tmp/watchkeeper-%u", (unsigned) geteuid());
    return bases;
}

/* The configuration's transactional id as the name of a folder. */
static int place(const char *base, const struct config *config, char ret_path[static STATUS_PATH_MAX]) {
    int length = snprintf(ret_path, STATUS_PATH_MAX, "%s/%s/" SOCKET_NAME, base, config->kafka.transactional_id);
    if (!fits(length))
        return -ENAMETOOLONG;
    for (char *c = ret_path + strlen(base) + 1; c < ret_path + length - strlen("/" SOCKET_NAME); c++)
        if (!isalnum((unsigned char) *c) && strchr("._-", *c) == NULL)
            *c = '_';
    return 0;
}

static bool is_ours(const char *folder) {
    struct stat found;
    return lstat(folder, &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid();
}

/* In /run and $XDG_RUNTIME_DIR nobody makes folders that may not. */
static bool may_be_trusted(const char *base) {
    return strncmp(base, "/tmp/", strlen("/tmp/")) != 0 || is_ours(base);
}

/* ---- of the daemon ---- */

static const char *writable_base(const struct bases *bases) {
    if (access(SYSTEM_BASE, W_OK) == 0 || geteuid() == 0)
        return SYSTEM_BASE;
    return bases->list[1]; /* the user's own, or else the one in /tmp */
}

static int make_folder(const char *folder, mode_t mode) {
    return mkdir(folder, mode) == 0 || errno == EEXIST ? 0 : -errno;
}

static int make_folders(const char *base, const char *path) {
    char folder[STATUS_PATH_MAX];
    (void) snprintf(folder, sizeof folder, "%.*s", (int) (strrchr(path, '/') - path), path);
    int result = make_folder(base, strcmp(base, SYSTEM_BASE) == 0 ? SYSTEM_MODE : FOLDER_MODE);
    if (result == 0 && !may_be_trusted(base))
        return -EPERM;
    return result == 0 ? make_folder(folder, FOLDER_MODE) : result;
}

int status_path_make(const struct config *config, char ret_path[static STATUS_PATH_MAX]) {
    const char *configured = config->status.socket, *unit = getenv("RUNTIME_DIRECTORY");
    ret_path[0] = '\0';
    if (configured != NULL && strcmp(configured, STATUS_PATH_NONE) == 0)
        return 0;
    if (configured != NULL)
        return fits(snprintf(ret_path, STATUS_PATH_MAX, "%s", configured)) ? 0 : -ENAMETOOLONG;
    if (is_set(unit)) /* of several, separated by colons, the first */
        return fits(snprintf(ret_path, STATUS_PATH_MAX, "%.*s/" SOCKET_NAME, (int) strcspn(unit, ":"), unit))
                   ? 0
                   : -ENAMETOOLONG;
    struct bases bases = find_bases();
    const char *base = writable_base(&bases);
    int result = place(base, config, ret_path);
    return result == 0 ? make_folders(base, ret_path) : result;
}

void status_path_remove(const char *path) {
    struct bases bases = find_bases();
    (void) unlink(path);
    for (size_t i = 0; i < bases.count; i++) {
        size_t length = strlen(bases.list[i]);
        if (strncmp(path, bases.list[i], length) != 0 || path[length] != '/')
            continue;
        char folder[STATUS_PATH_MAX];
        (void) snprintf(folder, sizeof folder, "%.*s", (int) (strrchr(path, '/') - path), path);
        (void) rmdir(folder);
        return;
    }
}

/* ---- of the tool ---- */

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!fits(snprintf(address.sun_path, sizeof address.sun_path, "%s", path)))
        return -ENAMETOOLONG;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor >= 0 && connect(descriptor, (const struct sockaddr *) &address, sizeof address) == 0)
        return descriptor;
    int error = errno;
    if (descriptor >= 0)
        (void) close(descriptor);
    return -error;
}

static void add_text(char text[static STATUS_PATH_TEXT_MAX], const char *path, const char *why) {
    size_t used = strlen(text);
    (void) snprintf(text + used, STATUS_PATH_TEXT_MAX - used, "%s%s%s%s", used == 0 ? "" : ", ", path,
                    why == NULL ? "" : ": ", why == NULL ? "" : why);
}

/* All the sockets that answer, of which the first is kept. */
struct search {
    char text[STATUS_PATH_TEXT_MAX];
    int count, descriptor;
};

static void try_path(struct search *search, const char *path) {
    int descriptor = connect_to(path);
    if (descriptor < 0)
        return;
    add_text(search->text, path, NULL);
    if (search->count++ == 0)
        search->descriptor = descriptor;
    else
        (void) close(descriptor);
}

static void search_base(struct search *search, const char *base) {
    DIR *folder = may_be_trusted(base) ? opendir(base) : NULL;
    if (folder == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[STATUS_PATH_MAX];
        if (entry->d_name[0] != '.' && fits(snprintf(path, sizeof path, "%s/%s/" SOCKET_NAME, base, entry->d_name)))
            try_path(search, path);
    }
    (void) closedir(folder);
}

static int connect_configured(const char *path, char text[static STATUS_PATH_TEXT_MAX]) {
    int descriptor = connect_to(path);
    if (descriptor >= 0)
        return descriptor;
    add_text(text, path, strerror(-descriptor));
    return -STATUS_PATH_NOWHERE;
}

static int connect_own(const struct config *config, const struct bases *bases) {
    int descriptor = -ENOENT;
    for (size_t i = 0; i < bases->count && descriptor < 0; i++) {
        char path[STATUS_PATH_MAX];
        if (may_be_trusted(bases->list[i]) && place(bases->list[i], config, path) == 0)
            descriptor = connect_to(path);
    }
    return descriptor;
}

static void list_places(const struct bases *bases, const char *name, char text[static STATUS_PATH_TEXT_MAX]) {
    for (size_t i = 0; i < bases->count; i++) {
        char place[2 * STATUS_PATH_MAX];
        (void) snprintf(place, sizeof place, "%s/%s/" SOCKET_NAME, bases->list[i], name);
        add_text(text, place, NULL);
    }
}

static int connect_any(const struct bases *bases, char text[static STATUS_PATH_TEXT_MAX]) {
    struct search search = {.descriptor = -1};
    for (size_t i = 0; i < bases->count; i++)
        search_base(&search, bases->list[i]);
    if (search.count == 1)
        return search.descriptor;
    if (search.count > 1) {
        (void) close(search.descriptor);
        add_text(text, search.text, NULL);
        return -STATUS_PATH_SEVERAL;
    }
    list_places(bases, "*", text);
    return -STATUS_PATH_NOWHERE;
}

int status_path_connect(const struct config *config, char text[static STATUS_PATH_TEXT_MAX]) {
    text[0] = '\0';
    if (config->status.socket != NULL && strcmp(config->status.socket, STATUS_PATH_NONE) == 0)
        return -STATUS_PATH_OFF;
    if (config->status.socket != NULL)
        return connect_configured(config->status.socket, text);
    struct bases bases = find_bases();
    int descriptor = connect_own(config, &bases);
    if (descriptor >= 0)
        return descriptor;
    if (!config->kafka.is_named)
        return connect_any(&bases, text);
    list_places(&bases, config->kafka.transactional_id, text);
    return -STATUS_PATH_NOWHERE;
}
