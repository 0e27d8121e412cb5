/* store_redis_connection.c: see store_redis_connection.h. */
#include "store_redis_connection.h"

#include "cleanup.h"
#include "ensure.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

/* The text of store.lua: .incbin keeps it a file of its own, readable and testable as Lua. */
__asm__(".section .rodata\n"
        ".global store_redis_lua\n"
        "store_redis_lua:\n"
        ".incbin \"" WATCHKEEPER_SOURCE_DIR "/daemon/store.lua\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char store_redis_lua[];

/* ---- commands ---- */

void store_redis_add(struct store_redis_command *command, const char *word, size_t length) {
    if (command->count == command->capacity) {
        size_t capacity = command->capacity == 0 ? STORE_REDIS_WORDS_FIRST : command->capacity * 2;
        command->words = arena_grow_array(command->arena, command->words, command->count, capacity, sizeof(char *));
        command->lengths = arena_grow_array(command->arena, command->lengths, command->count, capacity, sizeof(size_t));
        command->capacity = capacity;
    }
    command->words[command->count] = word;
    command->lengths[command->count++] = length;
}

void store_redis_add_text(struct store_redis_command *command, const char *word) {
    store_redis_add(command, word, strlen(word));
}

void store_redis_add_format(struct store_redis_command *command, const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    ENSURE(length >= 0);
    store_redis_add(command, arena_strndup(command->arena, text, (size_t) length), (size_t) length);
    free(text);
}

/* ---- the connection ---- */

static void drop(struct store_redis *store) {
    if (store->context != NULL)
        redisFree(store->context);
    store->context = NULL;
}

void store_redis_leave(void *self) {
    drop(self); /* closes the descriptor and says nothing */
}

int store_redis_fail(struct store_redis *store, int outcome, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(store->error, sizeof store->error, format, arguments);
    va_end(arguments);
    drop(store);
    return outcome;
}

static int lost(struct store_redis *store) {
    const char *why = store->context == NULL ? "out of memory" : store->context->errstr;
    bool timed_out = store->context != NULL && store->context->err == REDIS_ERR_IO && errno == EAGAIN;
    return store_redis_fail(store, STORE_DOWN, "cannot reach Redis at %s: %s; start it or set redis.url",
                            store->address, timed_out ? "no reply within redis.timeout_ms" : why);
}

/* Errors that will still be there after a new connection. */
static bool is_hopeless(const char *error) {
    static const char *const prefixes[] = {
        "WKTYPE", "WKCALL", "WRONGTYPE", "ERR unknown command", "NOPERM", "ERR Error compiling"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(error, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static int failed_reply(struct store_redis *store, const char *error) {
    if (strncasecmp(error, "ERR unknown command", 19) == 0)
        return store_redis_fail(store, STORE_UNUSABLE, "Redis at %s is older than 7.0, which Watchkeeper needs: %s",
                                store->address, error);
    return store_redis_fail(store, is_hopeless(error) ? STORE_UNUSABLE : STORE_DOWN, "Redis at %s answers: %s",
                            store->address, error);
}

static int wrong_type(struct store_redis *store, const redisReply *reply) {
    return store_redis_fail(store, STORE_UNUSABLE, "Redis at %s gave a reply of type %d that was not expected",
                            store->address, reply->type);
}

static int too_long(struct store_redis *store) {
    return store_redis_fail(store, STORE_UNUSABLE, "Redis at %s gave a reply of more than %d elements", store->address,
                            STORE_REDIS_ELEMENTS_MAX);
}

static int read_reply(struct store_redis *store, int type, redisReply **ret_reply) {
    void *raw = NULL;
    errno = 0;
    if (redisGetReply(store->context, &raw) != REDIS_OK)
        return store->context->err == REDIS_ERR_OOM ? too_long(store) : lost(store);
    CLEANUP(store_redis_free_reply) redisReply *reply = raw;
    if (reply->type == REDIS_REPLY_ERROR)
        return failed_reply(store, reply->str);
    if (reply->type != type && reply->type != REDIS_REPLY_NIL)
        return wrong_type(store, reply);
    *ret_reply = TAKE(reply);
    return 0;
}

static int run(struct store_redis *store, const char *const words[], const size_t *lengths, int count, int type) {
    if (redisAppendCommandArgv(store->context, count, (const char **) words, lengths) != REDIS_OK)
        return lost(store);
    CLEANUP(store_redis_free_reply) redisReply *reply = NULL;
    return read_reply(store, type, &reply);
}

static int authenticate(struct store_redis *store) {
    if (store->password[0] == '\0')
        return 0;
    bool named = store->user[0] != '\0';
    const char *const words[] = {"AUTH", named ? store->user : store->password, store->password};
    return run(store, words, NULL, named ? 3 : 2, REDIS_REPLY_STATUS);
}

static int select_database(struct store_redis *store) {
    char number[16];
    (void) snprintf(number, sizeof number, "%d", store->database);
    const char *const words[] = {"SELECT", number};
    return store->database == 0 ? 0 : run(store, words, NULL, 2, REDIS_REPLY_STATUS);
}

/* Functions are persisted and replicated with the data; putting it anew on each connection keeps it that of this
 * program. */
static int load_function(struct store_redis *store) {
    const char *const words[] = {"FUNCTION", "LOAD", "REPLACE", store_redis_lua};
    return run(store, words, NULL, 4, REDIS_REPLY_STRING);
}

static void *(*create_array)(const redisReadTask *, int); /* hiredis' own, the same for every reader */

static void *create_limited_array(const redisReadTask *task, int count) {
    return count <= STORE_REDIS_ELEMENTS_MAX ? create_array(task, count) : NULL;
}

/* hiredis makes room for as many elements as a reply announces, before it has seen one of them. */
void store_redis_limit_replies(redisContext *context) {
    static redisReplyObjectFunctions limited;
    if (create_array == NULL) {
        limited = *context->reader->fn;
        create_array = limited.createArray;
        limited.createArray = create_limited_array;
    }
    context->reader->fn = &limited;
}

int store_redis_connect(struct store_redis *store) {
    if (store->context != NULL)
        return 0;
    int found = store->n_sentinels > 0 ? store_redis_find_master(store) : 0;
    if (found != 0)
        return found;
    struct timeval timeout = {store->timeout_ms / 1000, store->timeout_ms % 1000 * 1000};
    store->context = store->is_socket ? redisConnectUnixWithTimeout(store->host, timeout)
                                      : redisConnectWithTimeout(store->host, store->port, timeout);
    if (store->context == NULL || store->context->err != 0)
        return lost(store);
    (void) redisSetTimeout(store->context, timeout);
    store_redis_limit_replies(store->context);
    int outcome = authenticate(store);
    if (outcome == 0)
        outcome = select_database(store);
    if (outcome == 0 && store->n_sentinels > 0)
        outcome = store_redis_check_master(store);
    return outcome == 0 && !store->read_only ? load_function(store) : outcome;
}

int store_redis_send(struct store_redis *store, const struct store_redis_command *command) {
    int outcome = store_redis_connect(store);
    if (outcome != 0)
        return outcome;
    ENSURE(command->count <= INT_MAX);
    if (redisAppendCommandArgv(store->context, (int) command->count, command->words, command->lengths) != REDIS_OK)
        return lost(store);
    return 0;
}

int store_redis_reply(struct store_redis *store, int type, redisReply **ret_reply) {
    return read_reply(store, type, ret_reply);
}

bool store_redis_is_texts(const redisReply *reply) {
    for (size_t i = 0; i < reply->elements; i++)
        if (reply->element[i]->type != REDIS_REPLY_STRING)
            return false;
    return true;
}

int store_redis_not_ours(struct store_redis *store, int32_t partition, const char *what) {
    return store_redis_fail(store, STORE_UNUSABLE,
                            "%s of partition %" PRId32
                            " in Redis at %s is not what this version writes; give Watchkeeper "
                            "a database of its own, or the version that wrote it",
                            what, partition, store->address);
}

int store_redis_ask(struct store_redis *store, const struct store_redis_command *command, int type,
                    redisReply **ret_reply) {
    int outcome = store_redis_send(store, command);
    return outcome == 0 ? store_redis_reply(store, type, ret_reply) : outcome;
}
