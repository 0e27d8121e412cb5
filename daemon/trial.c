/* trial.c: see trial.h. The child says nothing, dies with its parent, and leaves without any of what exit() does: the
 * buffers and handlers are the parent's. */
#include "trial.h"

#include "log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_DONE = 0, CHILD_UNDECIDED = 3 };

static void child(bool (*work)(void *self), void *self, pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(CHILD_UNDECIDED);
    log_setup(LOG_LEVEL_NONE, false);
    _exit(work(self) ? CHILD_DONE : CHILD_UNDECIDED);
}

/* It is killed when it takes too long: what hangs would have been ended by the watchdog. */
static void await_end(pid_t pid) {
    int fd = pidfd_open(pid, 0);
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    if (fd < 0 || poll(&ended, 1, TRIAL_LIMIT_MS) <= 0)
        (void) kill(pid, SIGKILL);
    if (fd >= 0)
        (void) close(fd);
}

enum trial_outcome trial_run(bool (*work)(void *self), void *self) {
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        child(work, self, parent);
    if (pid < 0)
        return TRIAL_UNDECIDED;
    await_end(pid);
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return TRIAL_UNDECIDED;
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_UNDECIDED)
        return TRIAL_UNDECIDED;
    return WIFEXITED(status) && WEXITSTATUS(status) == CHILD_DONE ? TRIAL_SURVIVED : TRIAL_ENDED;
}
