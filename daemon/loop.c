/* loop.c: see loop.h.
 *
 * One cycle of the pipeline after every wake-up, whatever it was; the pipeline says when it wants to be woken without
 * one. The timer is on the wall clock, so that a clock that is set is noticed. */
#include "loop.h"

#include "audit_caller.h"
#include "clock.h"
#include "ensure.h"
#include "log.h"
#include "service.h"
#include "status.h"
#include "status_socket.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>
#include <unistd.h>

enum { STOP_WITHIN_MS = 8000, TIMER_ACCURACY_US = 1000 };

struct loop {
    const struct loop_options *options;
    sd_event *event;
    sd_event_source *timer;
    struct service service;
    struct status_counts counts;
    struct audit_caller audit_caller;
    bool stopping;
    struct instant stop_by;
};

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *context) {
    struct loop *loop = context;
    (void) source;
    (void) info;
    if (loop->stopping)
        _exit(1);
    log_tell(LOG_LEVEL_NOTICE, "stopping", "what was begun is finished; a second signal ends at once");
    loop->stopping = true;
    loop->stop_by = instant_add(clock_now(), (struct span){STOP_WITHIN_MS});
    service_stopping(&loop->service);
    pipeline_stop(loop->options->pipeline);
    return 0;
}

static int on_events(sd_event_source *source, int fd, uint32_t what, void *context) {
    uint64_t count;
    (void) source;
    (void) what;
    (void) context;
    if (read(fd, &count, sizeof count) < 0 && errno != EAGAIN)
        return -errno;
    return 0;
}

static int on_caller(sd_event_source *source, int fd, uint32_t what, void *context) {
    struct loop *loop = context;
    char word[STATUS_SOCKET_WORD_MAX];
    (void) source;
    (void) what;
    int caller = status_socket_accept(fd, word);
    if (caller < 0)
        return 0;
    if (strcmp(word, "audit") == 0) {
        audit_caller_take(&loop->audit_caller, loop->options->pipeline, caller);
        return 0;
    }
    struct pipeline_view view = pipeline_view(loop->options->pipeline);
    status_counts_refresh(&loop->counts, &view, loop->options->store, clock_now());
    const struct status status = {&view, &loop->counts, loop->options->store, loop->options->engine};
    char *json = status_encode(&status);
    (void) status_socket_send(caller, json);
    (void) close(caller);
    free(json);
    return 0;
}

static int on_time(sd_event_source *source, uint64_t us, void *context) {
    (void) source;
    (void) us;
    (void) context;
    return 0;
}

static int watch(struct loop *loop) {
    int result = sd_event_add_signal(loop->event, NULL, SIGTERM, on_signal, loop);
    if (result >= 0)
        result = sd_event_add_signal(loop->event, NULL, SIGINT, on_signal, loop);
    if (result >= 0)
        result = sd_event_add_io(loop->event, NULL, loop->options->event_fd, EPOLLIN, on_events, loop);
    if (result >= 0 && loop->options->status_listener >= 0)
        result = sd_event_add_io(loop->event, NULL, loop->options->status_listener, EPOLLIN, on_caller, loop);
    if (result >= 0)
        result = sd_event_add_time(loop->event, &loop->timer, CLOCK_REALTIME, 0, TIMER_ACCURACY_US, on_time, loop);
    return result < 0 ? result : 0;
}

static void tell_service(struct loop *loop, struct instant now) {
    char line[256];
    struct pipeline_view view = pipeline_view(loop->options->pipeline);
    if (view.loaded)
        service_ready(&loop->service);
    status_line(&view, line, sizeof line);
    service_status(&loop->service, now, line);
    service_worked(&loop->service, now);
}

/* Sleeps until the instant, or until something happens; not at all when there is more to do. */
static int wait_for_work(struct loop *loop, bool more, struct instant wake) {
    int64_t us = wake.ms < 0 ? 0 : wake.ms * 1000;
    int result = sd_event_source_set_time(loop->timer, (uint64_t) us);
    if (result >= 0)
        result = sd_event_source_set_enabled(loop->timer, SD_EVENT_ONESHOT);
    if (result >= 0)
        result = sd_event_run(loop->event, more ? 0 : UINT64_MAX);
    return result < 0 ? result : 0;
}

static bool is_over(const struct loop *loop, struct instant now) {
    if (!loop->stopping)
        return false;
    if (pipeline_is_stopped(loop->options->pipeline))
        return true;
    if (instant_before(now, loop->stop_by))
        return false;
    log_tell(LOG_LEVEL_WARNING, "stopped_early", "not everything could be published; the outbox keeps it");
    return true;
}

static int run(struct loop *loop) {
    for (;;) {
        struct instant now = clock_now(), wake = now;
        int outcome = pipeline_cycle(loop->options->pipeline, now, &wake);
        if (outcome < 0)
            return outcome;
        tell_service(loop, now);
        audit_caller_tell(&loop->audit_caller, loop->options->pipeline, now);
        if (is_over(loop, now))
            return 0;
        int result = wait_for_work(loop, outcome == PIPELINE_MORE, wake);
        if (result < 0)
            return result;
    }
}

int loop_run(const struct loop_options *options) {
    struct loop loop = {
        .options = options, .service = service_init(), .counts = STATUS_COUNTS_INIT, .audit_caller = AUDIT_CALLER_INIT};
    int result = sd_event_new(&loop.event);
    if (result < 0)
        return result;
    result = watch(&loop);
    if (result == 0)
        result = run(&loop);
    audit_caller_done(&loop.audit_caller);
    (void) sd_event_source_unref(loop.timer);
    (void) sd_event_unref(loop.event);
    status_counts_done(&loop.counts);
    return result;
}
