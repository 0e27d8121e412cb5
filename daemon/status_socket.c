/* status_socket.c: see status_socket.h. */
#include "status_socket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static bool is_abandoned(const struct sockaddr_un *address) {
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool refused =
        probe >= 0 && connect(probe, (const struct sockaddr *) address, sizeof *address) < 0 && errno == ECONNREFUSED;
    if (probe >= 0)
        (void) close(probe);
    return refused;
}

int status_socket_listen(const char *path) {
    enum { BACKLOG = 8 };
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    if (is_abandoned(&address))
        (void) unlink(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0)
        return -errno;
    if (bind(listener, (const struct sockaddr *) &address, sizeof address) < 0 || listen(listener, BACKLOG) < 0) {
        int error = errno;
        (void) close(listener);
        return -error;
    }
    return listener;
}

/* The first line, if there is one; a caller need not say anything. */
static void hear(int caller, char word[static STATUS_SOCKET_WORD_MAX]) {
    enum { PATIENCE_MS = 20 };
    struct pollfd waits = {.fd = caller, .events = POLLIN};
    ssize_t got = poll(&waits, 1, PATIENCE_MS) == 1 ? recv(caller, word, STATUS_SOCKET_WORD_MAX - 1, MSG_DONTWAIT) : 0;
    word[got > 0 ? got : 0] = '\0';
    word[strcspn(word, "\r\n")] = '\0';
}

int status_socket_accept(int listener, char word[static STATUS_SOCKET_WORD_MAX]) {
    const struct timeval timeout = {.tv_usec = 200 * 1000L};
    int caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (caller < 0)
        return -errno;
    (void) setsockopt(caller, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    hear(caller, word);
    return caller;
}

bool status_socket_send(int caller, const char *json) {
    size_t left = strlen(json);
    while (left > 0) {
        ssize_t sent = send(caller, json, left, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        json += sent;
        left -= (size_t) sent;
    }
    return true;
}
