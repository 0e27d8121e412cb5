/* auditor.c: see auditor.h. */
#include "auditor.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

void auditor_result_done(struct auditor_result *result) {
    for (size_t i = 0; i < result->n_partitions; i++)
        audit_report_done(&result->partitions[i].report);
    free(result->partitions);
    *result = (struct auditor_result){0};
}

void auditor_done(struct auditor *auditor) {
    auditor_result_done(&auditor->result);
    free(auditor->read_again_at);
    *auditor = (struct auditor){0};
}

struct auditor_partition *auditor_find(struct auditor *auditor, int32_t partition) {
    for (size_t i = 0; i < auditor->result.n_partitions; i++)
        if (auditor->result.partitions[i].number == partition)
            return &auditor->result.partitions[i];
    return NULL;
}

struct instant *auditor_read_again_at(struct auditor *auditor, int32_t partition) {
    size_t place = (size_t) partition;
    if (place >= auditor->n_read_again) {
        size_t count = place + 1;
        auditor->read_again_at = reallocarray(auditor->read_again_at, count, sizeof *auditor->read_again_at);
        ENSURE(auditor->read_again_at != NULL);
        memset(auditor->read_again_at + auditor->n_read_again, 0,
               (count - auditor->n_read_again) * sizeof *auditor->read_again_at);
        auditor->n_read_again = count;
    }
    return &auditor->read_again_at[place];
}
