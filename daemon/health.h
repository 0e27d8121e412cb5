/* health.h: is the daemon well, and if not, why: the one answer for `watchkeeper status`, the container's health check
 * and the service manager.
 *
 * It is well when both servers answer, what is said can be published, the group has given it its partitions (perhaps
 * none), all of them are loaded, at least one is live, none is stale and none holds its input. */
#ifndef WATCHKEEPER_HEALTH_H
#define WATCHKEEPER_HEALTH_H

#include "pipeline.h"

/* "live", "loading", "behind", "stale", or the name of the state of a partition that is not running. */
const char *health_mode(const struct pipeline_view *view, const struct partition *partition);

enum { HEALTH_REASONS_MAX = 8, HEALTH_REASON_MAX = 512 };
struct health {
    size_t n_reasons; /* 0: it is well */
    char reasons[HEALTH_REASONS_MAX][HEALTH_REASON_MAX];
};
void health_examine(const struct pipeline_view *view, struct health *ret_health);

#endif
