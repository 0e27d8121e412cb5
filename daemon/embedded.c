/* embedded.c: see embedded.h. */
#include "embedded.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_TRIES = 250, START_PAUSE_MS = 20, CANNOT_RUN = 127 };

static int fail(char *error, size_t error_size, const char *what, int number) {
    (void) snprintf(error, error_size, "--embedded: %s: %s", what, strerror(number));
    return -number;
}

/* In the child: dies with the daemon, hears nothing of a terminal's ^C, and is otherwise an ordinary redis-server. */
static void run_redis(const char *folder) {
    sigset_t none;
    (void) sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void) setpgid(0, 0);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere >= 0) {
        (void) dup2(nowhere, STDIN_FILENO);
        (void) dup2(nowhere, STDOUT_FILENO);
    }
    char socket_path[128];
    (void) snprintf(socket_path, sizeof socket_path, "%s/redis.sock", folder);
    (void) execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket_path, "--unixsocketperm", "700",
                  "--dir", folder, "--save", "", "--appendonly", "no", (char *) NULL);
    _exit(CANNOT_RUN);
}

static bool answers(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void) snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = probe >= 0 && connect(probe, (const struct sockaddr *) &address, sizeof address) == 0;
    if (probe >= 0)
        (void) close(probe);
    return connected;
}

static int wait_for_redis(struct embedded *embedded, const char *path, char *error, size_t error_size) {
    const struct timespec pause = {.tv_nsec = START_PAUSE_MS * 1000000L};
    for (int i = 0; i < START_TRIES; i++) {
        if (answers(path))
            return 0;
        int status;
        if (waitpid(embedded->redis, &status, WNOHANG) == embedded->redis) {
            embedded->redis = 0;
            bool missing = WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_RUN;
            (void) snprintf(error, error_size, "--embedded: %s",
                            missing ? "redis-server is not installed; install it" : "redis-server ended at once");
            return -ENOENT;
        }
        (void) nanosleep(&pause, NULL);
    }
    return fail(error, error_size, "redis-server does not answer", ETIMEDOUT);
}

static int start_redis(struct embedded *embedded, char *error, size_t error_size) {
    strcpy(embedded->folder, "/tmp/watchkeeper-XXXXXX");
    if (mkdtemp(embedded->folder) == NULL) {
        embedded->folder[0] = '\0';
        return fail(error, error_size, "no temporary folder", errno);
    }
    pid_t child = fork();
    if (child < 0)
        return fail(error, error_size, "redis-server cannot be started", errno);
    if (child == 0)
        run_redis(embedded->folder);
    embedded->redis = child;
    (void) snprintf(embedded->redis_url, sizeof embedded->redis_url, "unix://%s/redis.sock", embedded->folder);
    return wait_for_redis(embedded, embedded->redis_url + strlen("unix://"), error, error_size);
}

int embedded_open(struct embedded *embedded, const char *const *topics, size_t n_topics, int n_partitions, char *error,
                  size_t error_size) {
    *embedded = (struct embedded){0};
    int result = start_redis(embedded, error, error_size); /* before any thread: it forks */
    if (result == 0)
        result = kafka_embedded_open(topics, n_topics, n_partitions, &embedded->kafka, error, error_size);
    if (result < 0)
        embedded_close(embedded);
    return result;
}

const char *embedded_bootstrap_servers(const struct embedded *embedded) {
    return kafka_embedded_bootstrap_servers(embedded->kafka);
}

static void remove_folder(const char *folder) {
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        (void) unlinkat(dirfd(dir), entry->d_name, 0); /* the folder's own entries refuse */
    (void) closedir(dir);
    (void) rmdir(folder);
}

void embedded_close(struct embedded *embedded) {
    embedded->kafka = kafka_embedded_close(embedded->kafka);
    if (embedded->redis > 0) {
        (void) kill(embedded->redis, SIGTERM);
        (void) waitpid(embedded->redis, NULL, 0);
    }
    embedded->redis = 0;
    if (embedded->folder[0] != '\0')
        remove_folder(embedded->folder);
    embedded->folder[0] = '\0';
}
