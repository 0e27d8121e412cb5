/* store_redis_meta.c: reading a partition's meta hash, and which versions of what is kept can be read.
 *
 * A hash of an earlier version lacks what later ones added: then it is zero, and there is no checkpoint. */
#include "store_redis_connection.h"

#include "cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int store_redis_newer(struct store_redis *store, int32_t partition, const char *key, int64_t version) {
    return store_redis_fail(store, STORE_NEWER,
                            "the key {wk:%" PRId32 "}:%s in Redis at %s has version %" PRId64
                            " and this daemon knows %d: a newer watchkeeperd wrote it; upgrade this daemon too",
                            partition, key, store->address, version, STORE_SCHEMA);
}

bool store_redis_read_number(const char *text, int64_t *ret_number) {
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || number < -STORE_NUMBER_MAX || number > STORE_NUMBER_MAX)
        return false;
    *ret_number = number;
    return true;
}

bool store_redis_read_count(const char *text, int64_t *ret_number) {
    return store_redis_read_number(text, ret_number) && *ret_number >= 0;
}

bool store_redis_read_sequence(const char *text, struct sequence *ret_sequence) {
    const char *colon = strchr(text, ':');
    char epoch[24];
    if (colon == NULL || (size_t) (colon - text) >= sizeof epoch)
        return false;
    memcpy(epoch, text, (size_t) (colon - text));
    epoch[colon - text] = '\0';
    return store_redis_read_number(epoch, &ret_sequence->epoch) && store_redis_read_number(colon + 1, &ret_sequence->n);
}

static bool read_flag(const char *text, bool *ret_flag) {
    *ret_flag = text[0] == '1';
    return (text[0] == '0' || text[0] == '1') && text[1] == '\0';
}

/* In the order of the reply. Those of version 1 are there always, the next since version 2; the last are nought where
 * they are missing. */
enum field {
    SCHEMA,
    EPOCH,
    REVISION,
    STAGED,
    POSITION_EVENTS,
    POSITION_LINKS,
    CLOCK,
    CAUGHT_UP_AT,
    BACKLOG_TO,
    LIVE,
    BASELINE,
    RESTORING,
    PARTITIONS,
    PACKS,
    SINCE_2,
    REBUILDING = SINCE_2,
    CHECKPOINT_AT,
    CHECKPOINT_EVENTS,
    CHECKPOINT_LINKS,
    LATER,
    STARTS = LATER,
    ATTEMPTING,
    SUSPECT_EVENTS,
    SUSPECT_LINKS,
    SUSPECT_SUBJECT,
    FIELDS
};
static const char *const names[FIELDS] = {
    "schema",     "epoch",        "revision",       "staged",        "position.events",   "position.links",
    "clock",      "caught_up_at", "backlog_to",     "live",          "baseline",          "restoring",
    "partitions", "packs",        "rebuilding",     "checkpoint.at", "checkpoint.events", "checkpoint.links",
    "starts",     "attempting",   "suspect.events", "suspect.links", "suspect.subject"};

static bool are_there(const redisReply *reply, size_t first, size_t end) {
    for (size_t i = first; i < end; i++)
        if (reply->element[i]->type != REDIS_REPLY_STRING)
            return false;
    return true;
}

static bool is_missing(const redisReply *reply) {
    for (size_t i = 0; i < reply->elements; i++)
        if (reply->element[i]->type != REDIS_REPLY_NIL)
            return false;
    return true;
}

static bool read_first_version(const redisReply *reply, struct store_meta *meta) {
    const char *text[SINCE_2];
    for (size_t i = 0; i < SINCE_2; i++)
        text[i] = reply->element[i]->str;
    int64_t partitions;
    bool good = store_redis_read_count(text[EPOCH], &meta->epoch) &&
                store_redis_read_count(text[REVISION], &meta->revision) &&
                store_redis_read_sequence(text[STAGED], &meta->staged) &&
                store_redis_read_number(text[POSITION_EVENTS], &meta->positions[SOURCE_EVENTS]) &&
                store_redis_read_number(text[POSITION_LINKS], &meta->positions[SOURCE_LINKS]) &&
                store_redis_read_number(text[CLOCK], &meta->clock.ms) &&
                store_redis_read_number(text[CAUGHT_UP_AT], &meta->caught_up_at.ms) &&
                store_redis_read_number(text[BACKLOG_TO], &meta->backlog_to.ms) && read_flag(text[LIVE], &meta->live) &&
                read_flag(text[BASELINE], &meta->baseline) && read_flag(text[RESTORING], &meta->restoring) &&
                store_redis_read_number(text[PARTITIONS], &partitions) && partitions > 0 && partitions <= INT32_MAX;
    if (good) {
        meta->partitions = (int32_t) partitions;
        (void) snprintf(meta->packs, sizeof meta->packs, "%s", text[PACKS]);
        meta->exists = true;
    }
    return good;
}

static bool read_checkpoint(const redisReply *reply, struct store_meta *meta) {
    struct store_checkpoint *checkpoint = &meta->checkpoint;
    bool good =
        store_redis_read_number(reply->element[CHECKPOINT_AT]->str, &checkpoint->at.ms) &&
        store_redis_read_number(reply->element[CHECKPOINT_EVENTS]->str, &checkpoint->positions[SOURCE_EVENTS]) &&
        store_redis_read_number(reply->element[CHECKPOINT_LINKS]->str, &checkpoint->positions[SOURCE_LINKS]) &&
        read_flag(reply->element[REBUILDING]->str, &meta->rebuilding);
    checkpoint->exists = good && checkpoint->at.ms != STORE_REDIS_NO_CHECKPOINT;
    return good;
}

static bool read_suspect(const char *text, struct store_suspect *ret_suspect) {
    struct sequence pair;
    if (!store_redis_read_sequence(text, &pair))
        return false;
    *ret_suspect = (struct store_suspect){pair.epoch, pair.n};
    return pair.n >= 0;
}

static bool read_suspect_subject(const char *text, struct store_suspect_subject *ret_suspect) {
    const char *space = strchr(text, ' ');
    char deaths[24];
    if (space == NULL || (size_t) (space - text) >= sizeof deaths || strlen(space + 1) > STORE_SUBJECT_MAX)
        return false;
    (void) snprintf(deaths, sizeof deaths, "%.*s", (int) (space - text), text);
    (void) snprintf(ret_suspect->subject, sizeof ret_suspect->subject, "%s", space + 1);
    return store_redis_read_count(deaths, &ret_suspect->deaths);
}

static const char *later_text(const redisReply *reply, enum field field, const char *absent) {
    return reply->element[field]->type == REDIS_REPLY_STRING ? reply->element[field]->str : absent;
}

static bool read_attempts(const redisReply *reply, struct store_meta *meta) {
    int64_t attempting;
    if (!store_redis_read_count(later_text(reply, STARTS, "0"), &meta->starts) ||
        !store_redis_read_count(later_text(reply, ATTEMPTING, "0"), &attempting) || attempting > STORE_ATTEMPT_SUBJECT)
        return false;
    meta->attempting = (int32_t) attempting;
    return read_suspect(later_text(reply, SUSPECT_EVENTS, "0:0"), &meta->suspects[SOURCE_EVENTS]) &&
           read_suspect(later_text(reply, SUSPECT_LINKS, "0:0"), &meta->suspects[SOURCE_LINKS]) &&
           read_suspect_subject(later_text(reply, SUSPECT_SUBJECT, "0 "), &meta->suspect_subject);
}

static int read_meta(struct store_redis *store, int32_t partition, const redisReply *reply, struct store_meta *meta) {
    int64_t schema;
    bool good = reply->elements == FIELDS && reply->element[SCHEMA]->type == REDIS_REPLY_STRING &&
                store_redis_read_number(reply->element[SCHEMA]->str, &schema);
    if (good && schema > STORE_SCHEMA)
        return store_redis_newer(store, partition, "meta", schema);
    good = good && schema >= STORE_SCHEMA_FIRST && are_there(reply, 0, SINCE_2) && read_first_version(reply, meta);
    if (good && schema >= 2)
        good = are_there(reply, SINCE_2, LATER) && read_checkpoint(reply, meta);
    good = good && read_attempts(reply, meta);
    return good ? 0 : store_redis_not_ours(store, partition, "the meta hash");
}

int store_redis_load_meta(void *self, int32_t partition, struct store_meta *ret_meta) {
    struct store_redis *store = self;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct store_redis_command command = {.arena = arena};
    store_redis_add_text(&command, "HMGET");
    store_redis_add_format(&command, "{wk:%" PRId32 "}:meta", partition);
    for (size_t i = 0; i < FIELDS; i++)
        store_redis_add_text(&command, names[i]);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    int outcome = store_redis_ask(store, &command, REDIS_REPLY_ARRAY, &reply);
    struct store_meta meta = {0};
    if (outcome == 0 && !is_missing(reply))
        outcome = read_meta(store, partition, reply, &meta);
    if (outcome == 0)
        *ret_meta = meta;
    return outcome;
}
