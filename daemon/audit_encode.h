/* audit_encode.h: an audit as JSON, for `watchkeeper audit`. */
#ifndef WATCHKEEPER_AUDIT_ENCODE_H
#define WATCHKEEPER_AUDIT_ENCODE_H

#include "auditor.h"

/* Each is one line, the caller's to free(). */
char *audit_encode_progress(const struct auditor_result *result); /* {"progress":{"done":1,"whole":2}} */
char *audit_encode_result(const struct auditor_result *result);   /* {"audit":{...}} */
char *audit_encode_error(const char *text);                       /* {"error":"..."} */

#endif
