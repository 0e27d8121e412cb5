/* status_socket.h: the unix socket on which the daemon tells its status: whoever connects gets one JSON object and the
 * end of the stream. A caller may say first, in one line, what it wants: "status", or "audit" (audit_caller.h). */
#ifndef WATCHKEEPER_STATUS_SOCKET_H
#define WATCHKEEPER_STATUS_SOCKET_H

#include "result.h"

#include <stdbool.h>

/* Listens; a socket file that nobody listens on any more is replaced. Returns a descriptor or -errno. */
MUST_CHECK int status_socket_listen(const char *path);
enum { STATUS_SOCKET_WORD_MAX = 16 };
/* Takes one caller with the word that it says first; the word is empty when it says nothing within the fiftieth of a
 * second. Returns a descriptor or -errno. */
MUST_CHECK int status_socket_accept(int listener, char word[static STATUS_SOCKET_WORD_MAX]);
/* Returns whether all of it was taken; a slow caller is left after a fifth of a second. */
bool status_socket_send(int caller, const char *json);

#endif
