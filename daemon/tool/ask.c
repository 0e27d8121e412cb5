/* ask.c: see ask.h. An object ends with its last brace: what comes after it is the next one's. */
#include "ask.h"

#include "ensure.h"
#include "status_path.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

void ask_close(const int *descriptor) {
    if (*descriptor >= 0)
        (void) close(*descriptor);
}

static int not_found(int outcome, const char *text) {
    if (outcome == -STATUS_PATH_OFF)
        return tool_fail("status.socket is none: the daemon does not answer");
    if (outcome == -STATUS_PATH_SEVERAL)
        return tool_fail("several daemons answer: %s; say which with --set status.socket=PATH", text);
    return tool_fail("no daemon answers at %s; is it running, as this user or below root, and is status.socket the "
                     "same for both?",
                     text);
}

int ask_connect(const struct config *config, const char *word, int *ret_descriptor) {
    char text[STATUS_PATH_TEXT_MAX];
    int descriptor = status_path_connect(config, text);
    if (descriptor < 0)
        return not_found(descriptor, text);
    const struct timeval wait = {.tv_sec = ASK_WAIT_S};
    (void) setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    CLEANUP(cleanup_free) char *line = NULL;
    ENSURE(asprintf(&line, "%s\n", word) > 0);
    (void) send(descriptor, line, strlen(line), MSG_NOSIGNAL); /* a daemon that has gone is noticed when reading */
    *ret_descriptor = descriptor;
    return TOOL_OK;
}

/* One byte at a time, so that nothing of the next object is taken; answers are some kilobytes. */
static size_t receive(void *buffer, size_t size, void *data) {
    (void) size;
    ssize_t got = recv(*(const int *) data, buffer, 1, 0);
    return got < 0 ? (size_t) -1 : (size_t) got;
}

json_t *ask_read(int descriptor) {
    json_error_t error;
    return json_load_callback(receive, &descriptor, JSON_DISABLE_EOF_CHECK, &error);
}
