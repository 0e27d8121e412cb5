/* store_redis_url.c: the address of a Redis server: redis://[user:password@]host[:port][/database],
 * unix:///path[?db=n], or of the sentinels that know it:
 * redis-sentinel://[user:password@]host[:port][,host[:port]...][/database]#master. */
#include "store_redis_connection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535, DATABASE_MAX = 1 << 20 };

static bool take_number(const char *text, long min, long max, int *ret_number) {
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || number < min || number > max)
        return false;
    *ret_number = (int) number;
    return true;
}

static int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* %40 and the like, in user names and passwords. */
static bool take_decoded(const char *from, size_t length, char *to, size_t size) {
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        int character = (unsigned char) from[i];
        if (from[i] == '%') {
            if (i + 2 >= length || hex_digit(from[i + 1]) < 0 || hex_digit(from[i + 2]) < 0)
                return false;
            character = hex_digit(from[i + 1]) * 16 + hex_digit(from[i + 2]);
            i += 2;
        }
        if (used + 1 >= size)
            return false;
        to[used++] = (char) character;
    }
    to[used] = '\0';
    return true;
}

static const char *parse_socket(struct store_redis *store, const char *path) {
    const char *query = strchr(path, '?');
    size_t length = query == NULL ? strlen(path) : (size_t) (query - path);
    if (path[0] != '/' || !take_decoded(path, length, store->host, sizeof store->host))
        return "unix:// needs an absolute path of at most 255 characters";
    if (query != NULL && (strncmp(query, "?db=", 4) != 0 || !take_number(query + 4, 0, DATABASE_MAX, &store->database)))
        return "after the path only ?db=<number> is known";
    store->is_socket = true;
    (void) snprintf(store->address, sizeof store->address, "unix://%s", store->host);
    return NULL;
}

static const char *parse_credentials(struct store_redis *store, const char *text, size_t length) {
    const char *colon = memchr(text, ':', length);
    size_t user = colon == NULL ? length : (size_t) (colon - text);
    if (!take_decoded(text, user, store->user, sizeof store->user))
        return "the user name is too long or not well-formed";
    if (colon != NULL && !take_decoded(colon + 1, length - user - 1, store->password, sizeof store->password))
        return "the password is too long or not well-formed";
    return NULL;
}

static const char *take_database(struct store_redis *store, char *place) {
    char *slash = strchr(place, '/');
    if (slash == NULL)
        return NULL;
    *slash = '\0';
    if (slash[1] != '\0' && !take_number(slash + 1, 0, DATABASE_MAX, &store->database))
        return "the database behind the / is not a number";
    return NULL;
}

/* host, host:port or [IPv6]:port; *port stays as it is without one. */
static const char *take_host(char *place, char *ret_host, size_t size, int *port) {
    char *end = place[0] == '[' ? strchr(place, ']') : NULL;
    char *host = end == NULL ? place : place + 1;
    char *colon = strchr(end == NULL ? place : end, ':');
    if (colon != NULL) {
        *colon = '\0';
        if (!take_number(colon + 1, 1, PORT_MAX, port))
            return "the port is not a number between 1 and 65535";
    }
    if (end != NULL)
        *end = '\0';
    if (*host == '\0' || strlen(host) >= size)
        return "the host is missing or too long";
    strcpy(ret_host, host);
    return NULL;
}

static const char *parse_place(struct store_redis *store, char *place) {
    enum { DEFAULT_PORT = 6379 };
    store->port = DEFAULT_PORT;
    const char *wrong = take_database(store, place);
    if (wrong == NULL)
        wrong = take_host(place, store->host, sizeof store->host, &store->port);
    (void) snprintf(store->address, sizeof store->address, "redis://%s:%d", store->host, store->port);
    return wrong;
}

static const char *parse_sentinels(struct store_redis *store, char *place) {
    enum { DEFAULT_PORT = 26379 };
    char *name = strchr(place, '#');
    if (name == NULL || name[1] == '\0' || strlen(name + 1) >= sizeof store->master)
        return "redis-sentinel:// ends with #<name of the master>";
    *name = '\0';
    strcpy(store->master, name + 1);
    (void) snprintf(store->address, sizeof store->address, "redis-sentinel://%s#%s", place, store->master);
    const char *wrong = take_database(store, place);
    for (char *rest = NULL, *one = strtok_r(place, ",", &rest); one != NULL && wrong == NULL;
         one = strtok_r(NULL, ",", &rest)) {
        if (store->n_sentinels == STORE_REDIS_SENTINELS_MAX)
            return "it names more than 9 sentinels";
        struct store_redis_sentinel *sentinel = &store->sentinels[store->n_sentinels++];
        sentinel->port = DEFAULT_PORT;
        wrong = take_host(one, sentinel->host, sizeof sentinel->host, &sentinel->port);
    }
    return wrong == NULL && store->n_sentinels == 0 ? "it names no sentinel" : wrong;
}

const char *store_redis_parse_url(struct store_redis *store, const char *url) {
    static const char plain[] = "redis://", sentinel[] = "redis-sentinel://";
    if (strncmp(url, "unix://", 7) == 0)
        return parse_socket(store, url + 7);
    if (strncmp(url, "rediss://", 9) == 0)
        return "rediss:// needs TLS, which this build (hiredis before 1.0) does not have; use a TLS tunnel and "
               "redis://";
    bool by_sentinel = strncmp(url, sentinel, sizeof sentinel - 1) == 0;
    if (!by_sentinel && strncmp(url, plain, sizeof plain - 1) != 0)
        return "it must begin with redis://, redis-sentinel:// or unix://";
    const char *rest = url + (by_sentinel ? sizeof sentinel : sizeof plain) - 1, *at = strrchr(rest, '@');
    if (at != NULL) {
        const char *wrong = parse_credentials(store, rest, (size_t) (at - rest));
        if (wrong != NULL)
            return wrong;
        rest = at + 1;
    }
    char place[1024];
    if (strlen(rest) >= sizeof place)
        return "it is too long";
    strcpy(place, rest);
    return by_sentinel ? parse_sentinels(store, place) : parse_place(store, place);
}
