/* The replies of a Redis server: the first byte names the call of the store, the rest is what the server answers. */
#include "fuzz.h"

#include "store_redis_connection.h"

#include "ensure.h"

#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MAX = 64 * 1024 };

static void ask(const struct store *store, char what, struct arena *arena) {
    const char *const subjects[] = {"child/CE-1", "child/CE-2"};
    struct store_meta meta;
    struct store_record records[2];
    struct store_timer *timers;
    struct store_entry *entries;
    struct store_counts counts;
    struct store_write write = {.partition = 1, .clear_open = true};
    const char **found;
    uint64_t cursor = 0;
    size_t count;
    switch (what) {
    case 'm':
        (void) !store->ops->load(store->self, 1, &meta);
        break;
    case 'r':
        (void) !store->ops->load_records(store->self, 1, subjects, 2, arena, records);
        break;
    case 't':
        (void) !store->ops->load_timers(store->self, 1, 250, arena, &timers, &count);
        break;
    case 'o':
        (void) !store->ops->load_outbox(store->self, 1, arena, &entries, &count);
        break;
    case 's':
        (void) !store->ops->load_subjects(store->self, 1, &cursor, arena, &found, &count);
        break;
    case 'c':
        (void) !store->ops->count(store->self, 1, &counts);
        break;
    default:
        (void) !store->ops->write(store->self, &write);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > REPLY_MAX)
        return 0;
    struct arena *arena = fuzz_arena();
    const struct store_redis_options options = {.url = "redis://fuzz", .timeout_ms = 1000};
    struct store_redis *redis;
    const char *message;
    int pair[2];
    ENSURE(store_redis_open(&options, &redis, &message) == 0);
    ENSURE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    ENSURE(send(pair[1], data + 1, size - 1, MSG_NOSIGNAL) == (ssize_t) size - 1);
    ENSURE(shutdown(pair[1], SHUT_WR) == 0);
    redis->context = redisConnectFd(pair[0]);
    store_redis_limit_replies(redis->context);
    const struct store store = store_redis_ops(redis);
    ask(&store, (char) data[0], arena);
    (void) store_redis_close(redis); /* closes its end */
    (void) close(pair[1]);
    return 0;
}
