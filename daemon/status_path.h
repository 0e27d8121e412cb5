/* status_path.h: where the status socket lies when status.socket does not say.
 *
 * Each daemon has a folder of its own below one that daemon and tool look for in the same places: under systemd
 * $RUNTIME_DIRECTORY (the unit makes it /run/watchkeeper/<instance>), else /run/watchkeeper/<name> where that may be
 * written (root, a container), else $XDG_RUNTIME_DIR/watchkeeper/<name>, else /tmp/watchkeeper-<uid>/<name>. The name
 * is the transactional id, of which each daemon needs its own anyway, so two daemons on one machine do not clash. */
#ifndef WATCHKEEPER_STATUS_PATH_H
#define WATCHKEEPER_STATUS_PATH_H

#include "config.h"

#include <sys/un.h>

enum { STATUS_PATH_MAX = sizeof(((struct sockaddr_un *) 0)->sun_path) };
#define STATUS_PATH_NONE "none" /* of status.socket: the daemon does not answer */

/* Where the daemon listens. Makes the folders of a default, readable by their owner alone. Returns 0 with *ret_path
 * ("" for none), or -errno with the path that was tried in it. */
MUST_CHECK int status_path_make(const struct config *config, char ret_path[static STATUS_PATH_MAX]);

/* When the daemon ends: the socket, and the folder that was made for it when nothing else is in it. */
void status_path_remove(const char *path);

enum status_path_outcome {
    STATUS_PATH_NOWHERE = 1, /* no daemon answers; the text is where it was looked for */
    STATUS_PATH_SEVERAL,     /* more than one answers, the text lists them */
    STATUS_PATH_OFF,         /* status.socket is none */
};
enum { STATUS_PATH_TEXT_MAX = 2048 };
/* Where a daemon answers: status.socket, the default place of this configuration, or, where nobody has said which
 * daemon it is, the one that answers in any default place. Returns a connected socket, or the negative of an outcome
 * with the text. */
MUST_CHECK int status_path_connect(const struct config *config, char text[static STATUS_PATH_TEXT_MAX]);

#endif
