/* service.c: see service.h. */
#include "service.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

struct service service_init(void) {
    struct service service = {.watchdog_at = INSTANT_DAWN, .status_at = INSTANT_DAWN};
    uint64_t us = 0;
    if (sd_watchdog_enabled(0, &us) > 0)
        service.watchdog.ms = (int64_t) (us / 1000);
    return service;
}

void service_ready(struct service *service) {
    if (!service->ready_told)
        (void) sd_notify(0, "READY=1");
    service->ready_told = true;
}

void service_stopping(struct service *service) {
    if (!service->stopping_told)
        (void) sd_notify(0, "STOPPING=1");
    service->stopping_told = true;
}

void service_worked(struct service *service, struct instant now) {
    enum { TIMES_IN_A_PERIOD = 4 };
    bool soon = instant_before(now, service->watchdog_at) && service->watchdog_at.ms - now.ms < service->watchdog.ms;
    if (service->watchdog.ms == 0 || soon) /* not soon and yet to come: the clock was set back */
        return;
    (void) sd_notify(0, "WATCHDOG=1");
    service->watchdog_at = instant_add(now, (struct span){service->watchdog.ms / TIMES_IN_A_PERIOD});
}

void service_status(struct service *service, struct instant now, const char *line) {
    enum { PAUSE_MS = 1000 };
    bool soon = instant_before(now, service->status_at) && service->status_at.ms - now.ms <= PAUSE_MS;
    if (soon || strcmp(service->status, line) == 0)
        return;
    (void) snprintf(service->status, sizeof service->status, "%s", line);
    (void) sd_notifyf(0, "STATUS=%s", line);
    service->status_at = instant_add(now, (struct span){PAUSE_MS});
}
