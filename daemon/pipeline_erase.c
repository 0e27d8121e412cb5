/* pipeline_erase.c: what erasures and merges leave for others: marks for the store, tombstones and receipts for
 * readers, and facts for the records of other subjects, which may lie on any partition.
 *
 * All of it goes into the same write as the change of the record itself. Erasure is the one thing that is said while
 * the partition is behind, too: nothing that is still to come can make it wrong. */
#include "pipeline_parts.h"

#include "encode.h"
#include "erasure.h"
#include "murmur2.h"
#include "record_codec.h"

#include <string.h>

static const struct header content_type = {"content-type", ENCODE_CONTENT_TYPE, sizeof ENCODE_CONTENT_TYPE - 1};

int pipeline_erase_load(struct pipeline *pipeline, struct partition *partition) {
    const struct store *store = &pipeline->options.store;
    struct store_field *stored;
    size_t count;
    int outcome = store->ops->load_erased(store->self, partition->number, pipeline->arena, &stored, &count);
    for (size_t i = 0; outcome == 0 && i < count; i++) {
        struct erasures_mark mark;
        if (erasures_decode(&stored[i], &mark))
            erasures_put(&partition->erasures, &mark);
    }
    return outcome;
}

void pipeline_erase_recall(const struct pipeline *pipeline, const struct partition *partition, struct record *record,
                           const char *origin) {
    const struct erasures_mark *mark = erasures_find(&partition->erasures, pipeline->options.erasure_key,
                                                     origin == NULL ? record_subject(record) : origin);
    if (mark == NULL)
        return;
    struct fact erasure = {
        .type = catalogue_find(pipeline->decode.catalogue, "record.erased"),
        .recorded_at = mark->to,
        .authority = mark->authority[0] == '\0' ? NULL : mark->authority,
        .origin = origin,
    };
    if (erasure.type != NULL)
        record_restore_erased(record, &erasure);
}

void pipeline_erase_recall_all(const struct pipeline *pipeline, const struct partition *partition,
                               struct record *record) {
    pipeline_erase_recall(pipeline, partition, record, NULL);
    for (size_t i = 0; i < record_n_facts(record); i++)
        if (record_fact(record, i)->origin != NULL)
            pipeline_erase_recall(pipeline, partition, record, record_fact(record, i)->origin);
}

struct store_field pipeline_erase_mark(const struct pipeline *pipeline, struct partition *partition,
                                       const char *subject, const struct fact *erasure, struct arena *arena) {
    struct erasures_mark mark =
        erasures_mark_of(pipeline->options.erasure_key, subject, erasure->recorded_at, erasure->authority);
    erasures_put(&partition->erasures, &mark);
    return erasures_encode(erasures_find(&partition->erasures, pipeline->options.erasure_key, subject), arena);
}

/* Everything that readers keep of the subject by key. */
struct bytes pipeline_erase_tombstone(const struct partition *partition, const char *alert_id, struct arena *arena) {
    struct sink_entry entry = {
        .topic = SINK_LATEST, .partition = partition->number, .key = alert_id, .key_length = strlen(alert_id)};
    return outbox_encode(&entry, arena);
}

struct bytes pipeline_erase_receipt(const struct pipeline *pipeline, const struct partition *partition,
                                    const char *subject, const struct erasures_receipt *draft, struct arena *arena) {
    struct erasures_receipt receipt = *draft;
    receipt.mark = *erasures_find(&partition->erasures, pipeline->options.erasure_key, subject);
    receipt.source_prefix =
        pipeline->options.alert_source == NULL ? ENCODE_SOURCE_PREFIX : pipeline->options.alert_source;
    receipt.removed_by =
        pipeline->options.retention.ms > 0 ? instant_add(receipt.said_at, pipeline->options.retention) : INSTANT_NEVER;
    const char *key = erasures_receipt_key(&receipt.mark, arena);
    const char *value = erasures_receipt_encode(&receipt, arena);
    struct sink_entry entry = {
        .topic = SINK_LATEST,
        .partition = partition->number,
        .key = key,
        .key_length = strlen(key),
        .value = value,
        .value_length = strlen(value),
        .n_headers = 1,
        .headers = &content_type,
    };
    return outbox_encode(&entry, arena);
}

struct bytes pipeline_erase_passing(const struct pipeline *pipeline, const struct passing *passing,
                                    struct arena *arena) {
    const struct header headers[] = {content_type, {PIPELINE_JOINED_TO, passing->to, strlen(passing->to)}};
    const char *about = passing->fact->origin == NULL ? passing->to : passing->fact->origin;
    struct sink_entry entry = {
        .topic = SINK_LINKS,
        .partition = murmur2_partition(passing->to, pipeline->partitions_total),
        .key = passing->to,
        .key_length = strlen(passing->to),
        .n_headers = passing->fact->origin == NULL ? 1 : 2,
        .headers = headers,
    };
    entry.value = record_codec_event(pipeline->decode.catalogue, passing->fact, about, arena, &entry.value_length);
    return outbox_encode(&entry, arena);
}
