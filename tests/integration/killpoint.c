/* killpoint.c: loaded into the daemon with LD_PRELOAD, it kills or freezes it at a chosen write to Kafka or Redis.
 *
 * Counted are the writes that matter to the commit protocol: every write to Redis, and of the requests to Kafka those
 * that change something there (produce, offsets, transactions). Fetches and heartbeats are not: what they interrupt is
 * the same at every one of them. So "the fifth write after publishing" is the same step of the protocol on every
 * machine, however slow, and the sweep can name the steps that it has covered.
 *
 * A page shared with the test (the file $KILLPOINT_FILE) holds the count, the count at which to strike, the signal,
 * whether before or after the write is handed to the kernel, and the step's name. Ports: $KILLPOINT_KAFKA,
 * $KILLPOINT_REDIS. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct page { /* the test reads and writes it as four 64-bit numbers and a text */
    _Atomic int64_t count, strike_at, after, signal;
    char step[40];
};

static struct page *page;
static int kafka_port, redis_port;

__attribute__((constructor)) static void load(void) {
    const char *path = getenv("KILLPOINT_FILE"), *kafka = getenv("KILLPOINT_KAFKA"), *redis = getenv("KILLPOINT_REDIS");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || kafka == NULL || redis == NULL)
        return;
    void *mapped = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void) close(fd);
    if (mapped == MAP_FAILED)
        return;
    page = mapped;
    kafka_port = atoi(kafka);
    redis_port = atoi(redis);
}

static int port_of_peer(int fd) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getpeername(fd, (struct sockaddr *) &address, &length) != 0)
        return -1;
    if (address.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *) &address)->sin_port);
    if (address.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *) &address)->sin6_port);
    return -1;
}

/* Of a Kafka request: its kind by the API key at byte 4. NULL for one that is not counted. */
static const char *kafka_step(const unsigned char *bytes, size_t length) {
    static const struct {
        int key;
        const char *name;
    } steps[] = {
        {0, "Produce"},          {8, "OffsetCommit"}, {22, "InitProducerId"},  {24, "AddPartitionsToTxn"},
        {25, "AddOffsetsToTxn"}, {26, "EndTxn"},      {28, "TxnOffsetCommit"},
    };
    if (length < 8)
        return NULL;
    int key = bytes[4] << 8 | bytes[5];
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].key == key)
            return steps[i].name;
    return NULL;
}

static const char *step_of(int fd, const void *bytes, size_t length) {
    if (page == NULL || length == 0)
        return NULL;
    int port = port_of_peer(fd);
    if (port == redis_port)
        return "Redis";
    return port == kafka_port ? kafka_step(bytes, length) : NULL;
}

static void strike(void) {
    (void) kill(getpid(), (int) atomic_load(&page->signal));
}

/* Counts the write; true when the signal is to come once it has been made. */
static int count(const char *step) {
    if (step == NULL || atomic_fetch_add(&page->count, 1) + 1 != atomic_load(&page->strike_at))
        return 0;
    (void) snprintf(page->step, sizeof page->step, "%s", step);
    if (atomic_load(&page->after))
        return 1;
    strike();
    return 0;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    static ssize_t (*next)(int, const void *, size_t);
    if (next == NULL)
        next = (ssize_t(*)(int, const void *, size_t)) dlsym(RTLD_NEXT, "write");
    int last = count(step_of(fd, bytes, length));
    ssize_t result = next(fd, bytes, length);
    if (last)
        strike();
    return result;
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    static ssize_t (*next)(int, const void *, size_t, int);
    if (next == NULL)
        next = (ssize_t(*)(int, const void *, size_t, int)) dlsym(RTLD_NEXT, "send");
    int last = count(step_of(fd, bytes, length));
    ssize_t result = next(fd, bytes, length, flags);
    if (last)
        strike();
    return result;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    static ssize_t (*next)(int, const struct msghdr *, int);
    if (next == NULL)
        next = (ssize_t(*)(int, const struct msghdr *, int)) dlsym(RTLD_NEXT, "sendmsg");
    const struct iovec *first = message->msg_iovlen == 0 ? NULL : message->msg_iov;
    int last = count(first == NULL ? NULL : step_of(fd, first->iov_base, first->iov_len));
    ssize_t result = next(fd, message, flags);
    if (last)
        strike();
    return result;
}
