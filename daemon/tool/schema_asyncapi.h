/* schema_asyncapi.h: one AsyncAPI 3.0 document of the daemon: its topics, what is read from and written to each. */
#ifndef WATCHKEEPER_SCHEMA_ASYNCAPI_H
#define WATCHKEEPER_SCHEMA_ASYNCAPI_H

#include "catalogue.h"
#include "config.h"

#include <jansson.h>
#include <stdbool.h>

/* Complete in itself: schemas stand under components and nothing lies outside. */
json_t *schema_asyncapi(const struct catalogue *catalogue, const struct config *config, bool strict);

#endif
