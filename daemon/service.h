/* service.h: what the service manager is told: that we are ready, how we are, that we still work. Without one, nothing.
 */
#ifndef WATCHKEEPER_SERVICE_H
#define WATCHKEEPER_SERVICE_H

#include "timebase.h"

struct service {
    bool ready_told, stopping_told;
    struct span watchdog; /* 0: none wanted */
    struct instant watchdog_at, status_at;
    char status[256];
};

struct service service_init(void);
void service_ready(struct service *service);
void service_stopping(struct service *service);
/* To be called at the end of a whole cycle of work and from nowhere else: a daemon that is stuck must not seem well. */
void service_worked(struct service *service, struct instant now);
/* Tells the line when it has changed, at most once a second. */
void service_status(struct service *service, struct instant now, const char *line);

#endif
