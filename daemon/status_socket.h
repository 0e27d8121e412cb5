/* status_socket.h: the unix socket on which the daemon tells its status: whoever connects gets one JSON object and the
 * end of the stream. */
#ifndef WATCHKEEPER_STATUS_SOCKET_H
#define WATCHKEEPER_STATUS_SOCKET_H

#include "result.h"

/* Listens; a socket file that nobody listens on any more is replaced. Returns a descriptor or -errno. */
MUST_CHECK int status_socket_listen(const char *path);
/* Answers one caller; a slow one is left after a fifth of a second. */
void status_socket_answer(int listener, const char *json);

#endif
