/* store_redis_connection.h: one connection to Redis, made when it is needed and thrown away after any error.
 *
 * After an error what was sent may or may not have been executed, and a late reply would be taken for the next
 * command's: so nothing is ever tried again on the same connection. */
#ifndef WATCHKEEPER_STORE_REDIS_CONNECTION_H
#define WATCHKEEPER_STORE_REDIS_CONNECTION_H

#include "arena.h"
#include "store_redis.h"

#include <hiredis/hiredis.h>
#include <limits.h>

enum { STORE_REDIS_SENTINELS_MAX = 9 };
struct store_redis_sentinel {
    char host[256];
    int port;
};

struct store_redis {
    redisContext *context; /* NULL: not connected */
    char host[256];        /* or the path of a socket; with sentinels that of the master, as they last said */
    struct store_redis_sentinel sentinels[STORE_REDIS_SENTINELS_MAX];
    size_t n_sentinels; /* 0: the host is fixed */
    char master[128];   /* the name by which the sentinels know it */
    char user[128], password[256];
    bool is_socket;
    int port, database;
    long timeout_ms;
    bool read_only;
    char address[PATH_MAX + 16]; /* for messages: without the password */
    char error[PATH_MAX + 256];
};

enum { STORE_REDIS_WORDS_FIRST = 64, STORE_REDIS_ELEMENTS_MAX = 1 << 23 /* of one array in a reply */ };
void store_redis_limit_replies(redisContext *context);

/* The words of a command; they are borrowed. */
struct store_redis_command {
    struct arena *arena;
    const char **words;
    size_t *lengths;
    size_t count, capacity;
};
void store_redis_add(struct store_redis_command *command, const char *word, size_t length);
void store_redis_add_text(struct store_redis_command *command, const char *word);
/* Formats into the arena. */
void store_redis_add_format(struct store_redis_command *command, const char *format, ...) PRINTF_LIKE(2, 3);

/* Parses the address. Returns NULL, or what is wrong. */
const char *store_redis_parse_url(struct store_redis *store, const char *url);

/* Puts the command into the output; the reply is to be read with store_redis_reply(). Returns 0 or enum store_outcome.
 */
MUST_CHECK int store_redis_send(struct store_redis *store, const struct store_redis_command *command);
/* Returns 0 with a reply of that type (REDIS_REPLY_NIL is let through as well), which the caller frees, or enum
 * store_outcome. */
MUST_CHECK int store_redis_reply(struct store_redis *store, int type, redisReply **ret_reply);
/* Both. */
MUST_CHECK int store_redis_ask(struct store_redis *store, const struct store_redis_command *command, int type,
                               redisReply **ret_reply);
/* Says why the store cannot be used and throws the connection away; returns the outcome. */
void store_redis_leave(void *self); /* as store.h says */
int store_redis_fail(struct store_redis *store, int outcome, const char *format, ...) PRINTF_LIKE(3, 4);

/* Whether every element of an array is a text: only then is its str there. A reply of the wrong shape does not come
 * from our layout. */
bool store_redis_is_texts(const redisReply *reply);
/* Tells what is not ours, and the remedy; returns STORE_UNUSABLE. */
int store_redis_not_ours(struct store_redis *store, int32_t partition, const char *what);

static inline void store_redis_free_reply(redisReply **reply) {
    if (*reply != NULL)
        freeReplyObject(*reply);
}

/* store_redis_sentinel.c: asks the sentinels, one after another, which server is the master now, and puts it in host
 * and port. Returns 0, or STORE_DOWN with what each of them said. */
MUST_CHECK int store_redis_find_master(struct store_redis *store);
/* Whether the server behind the new connection says itself that it is the master: sentinels may be late to know.
 * Returns 0 or enum store_outcome. */
MUST_CHECK int store_redis_check_master(struct store_redis *store);

/* store_redis_meta.c */
enum { STORE_REDIS_NO_CHECKPOINT = -1 }; /* as checkpoint.at */
MUST_CHECK int store_redis_load_meta(void *self, int32_t partition, struct store_meta *ret_meta);
/* What is there is of a newer version: says so, with the remedy. Returns STORE_NEWER. */
int store_redis_newer(struct store_redis *store, int32_t partition, const char *key, int64_t version);
/* Return false for what is no number, or no sequence. */
bool store_redis_read_number(const char *text, int64_t *ret_number);
/* As store_redis_read_number(), and not below 0. */
bool store_redis_read_count(const char *text, int64_t *ret_number);
bool store_redis_read_sequence(const char *text, struct sequence *ret_sequence);
/* store_redis_count.c */
MUST_CHECK int store_redis_count(void *self, int32_t partition, struct store_counts *ret_counts);
/* store_redis_audit.c */
MUST_CHECK int store_redis_inspect(void *self, int32_t partition, const char *const *subjects, size_t count,
                                   struct arena *arena, struct store_found *ret_found);
MUST_CHECK int store_redis_load_open(void *self, int32_t partition, const struct store_open *wanted, size_t count,
                                     struct arena *arena, struct bytes *ret_values);
MUST_CHECK int store_redis_load_said(void *self, int32_t partition, const char *const *alert_ids, size_t count,
                                     struct arena *arena, struct bytes *ret_values);
MUST_CHECK int store_redis_scan_timers(void *self, int32_t partition, uint64_t *cursor, struct arena *arena,
                                       struct store_listed_timer **ret_timers, size_t *ret_count);
MUST_CHECK int store_redis_scan_open(void *self, int32_t partition, struct store_scan *scan, struct arena *arena,
                                     struct store_open **ret_open, size_t *ret_count);
/* store_redis_write.c */
MUST_CHECK int store_redis_write(void *self, const struct store_write *write);

#endif
