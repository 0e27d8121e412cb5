/* kafka_asker.c: see kafka_asker.h. One mutex guards two short lists, questions and answers; the calls are made without
 * it. */
#include "kafka_asker.h"

#include "ensure.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TIMEOUT_MS = 3000, AGAIN_MS = 200 };

struct item {
    struct item *next;
    enum source_kind kind; /* SOURCE_ENDS or SOURCE_COMMITTED */
    uint64_t age;          /* of the assignment it belongs to */
    uint64_t ticket;
    struct instant now;
    size_t count;
    struct source_end *ends; /* numbers in the question, ends in the answer */
    struct source_committed committed;
    char *metadata;
};

struct list {
    struct item *first, **last;
};

struct kafka_asker {
    rd_kafka_t *consumer;
    char *topics[SOURCE_TOPICS];
    int event_fd;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool stopping;
    uint64_t age;
    struct list questions, answers;
    struct item *given; /* kept until the next poll */
    char error[256];
};

/* ---- lists ---- */

static void list_append(struct list *list, struct item *item) {
    item->next = NULL;
    *list->last = item;
    list->last = &item->next;
}

static struct item *list_take(struct list *list) {
    struct item *item = list->first;
    if (item == NULL)
        return NULL;
    list->first = item->next;
    if (list->first == NULL)
        list->last = &list->first;
    return item;
}

static void item_free(struct item *item) {
    if (item == NULL)
        return;
    free(item->ends);
    free(item->metadata);
    free(item);
}

static void list_clear(struct list *list) {
    for (struct item *item = list_take(list); item != NULL; item = list_take(list))
        item_free(item);
}

/* ---- the calls ---- */

static void remember_error(struct kafka_asker *asker, const char *what, rd_kafka_resp_err_t code) {
    pthread_mutex_lock(&asker->mutex);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        asker->error[0] = '\0';
    else
        (void) snprintf(asker->error, sizeof asker->error, "%s: %s", what, rd_kafka_err2str(code));
    pthread_mutex_unlock(&asker->mutex);
}

static rd_kafka_topic_partition_list_t *end_list(const struct kafka_asker *asker, const struct item *item) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int) item->count * SOURCE_TOPICS);
    for (size_t i = 0; i < item->count; i++)
        for (size_t topic = 0; topic < SOURCE_TOPICS; topic++)
            rd_kafka_topic_partition_list_add(list, asker->topics[topic], item->ends[i].partition)->offset =
                RD_KAFKA_OFFSET_END;
    return list;
}

/* Keeps the partitions all of whose ends are known. */
static void take_ends(struct item *item, const rd_kafka_topic_partition_list_t *list) {
    size_t kept = 0;
    for (size_t i = 0; i < item->count; i++) {
        struct source_end end = {.partition = item->ends[i].partition};
        bool known = true;
        for (size_t topic = 0; topic < SOURCE_TOPICS; topic++) {
            const rd_kafka_topic_partition_t *at = &list->elems[i * SOURCE_TOPICS + topic];
            known = known && at->err == RD_KAFKA_RESP_ERR_NO_ERROR && at->offset >= 0;
            end.ends[topic] = at->offset;
        }
        if (known)
            item->ends[kept++] = end;
    }
    item->count = kept;
}

static void ask_ends(struct kafka_asker *asker, struct item *item) {
    rd_kafka_topic_partition_list_t *list = end_list(asker, item);
    rd_kafka_resp_err_t code =
        item->count == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_offsets_for_times(asker->consumer, list, TIMEOUT_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        take_ends(item, list);
    else
        item->count = 0;
    remember_error(asker, "the ends of the partitions cannot be read", code);
    rd_kafka_topic_partition_list_destroy(list);
}

static bool is_stopping(struct kafka_asker *asker) {
    pthread_mutex_lock(&asker->mutex);
    bool stopping = asker->stopping;
    pthread_mutex_unlock(&asker->mutex);
    return stopping;
}

static bool is_current(struct kafka_asker *asker, const struct item *item) {
    pthread_mutex_lock(&asker->mutex);
    bool current = item->age == asker->age && !asker->stopping;
    pthread_mutex_unlock(&asker->mutex);
    return current;
}

static void take_committed(struct item *item, const rd_kafka_topic_partition_t *at) {
    item->metadata = strndup(at->metadata == NULL ? "" : at->metadata, at->metadata_size);
    ENSURE(item->metadata != NULL);
    item->committed.kept = true;
    item->committed.exists = at->offset >= 0;
    item->committed.position = at->offset;
    item->committed.metadata = item->metadata;
}

static rd_kafka_resp_err_t ask_starts(struct kafka_asker *asker, struct item *item) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(SOURCE_TOPICS);
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        rd_kafka_topic_partition_list_add(list, asker->topics[i], item->committed.partition)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(asker->consumer, list, TIMEOUT_MS);
    for (size_t i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < SOURCE_TOPICS; i++) {
        code = list->elems[i].err;
        item->committed.starts[i] = list->elems[i].offset < 0 ? 0 : list->elems[i].offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code;
}

static bool try_committed(struct kafka_asker *asker, struct item *item) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    (void) rd_kafka_topic_partition_list_add(list, asker->topics[SOURCE_EVENTS], item->committed.partition);
    rd_kafka_resp_err_t code = rd_kafka_committed(asker->consumer, list, TIMEOUT_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = list->elems[0].err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = ask_starts(asker, item);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        take_committed(item, &list->elems[0]);
    remember_error(asker, "what the group has committed cannot be read", code);
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void ask_committed(struct kafka_asker *asker, struct item *item) {
    const struct timespec pause = {.tv_nsec = AGAIN_MS * 1000L * 1000};
    while (is_current(asker, item) && !try_committed(asker, item))
        (void) nanosleep(&pause, NULL);
}

/* ---- the thread ---- */

static void answer(struct kafka_asker *asker, struct item *item) {
    pthread_mutex_lock(&asker->mutex);
    if (item->age == asker->age) {
        list_append(&asker->answers, item);
        item = NULL;
    }
    pthread_mutex_unlock(&asker->mutex);
    item_free(item);
    const uint64_t one = 1;
    if (write(asker->event_fd, &one, sizeof one) < 0)
        return; /* the counter is full: the loop is awake already */
}

static struct item *wait_for_question(struct kafka_asker *asker) {
    pthread_mutex_lock(&asker->mutex);
    while (!asker->stopping && asker->questions.first == NULL)
        pthread_cond_wait(&asker->changed, &asker->mutex);
    struct item *item = asker->stopping ? NULL : list_take(&asker->questions);
    pthread_mutex_unlock(&asker->mutex);
    return item;
}

static void *run(void *context) {
    struct kafka_asker *asker = context;
    for (struct item *item = wait_for_question(asker); item != NULL; item = wait_for_question(asker)) {
        if (item->kind == SOURCE_ENDS)
            ask_ends(asker, item);
        else
            ask_committed(asker, item);
        if (is_stopping(asker))
            item_free(item);
        else
            answer(asker, item);
    }
    return NULL;
}

struct kafka_asker *kafka_asker_new(rd_kafka_t *consumer, const char *const topics[SOURCE_TOPICS], int event_fd) {
    struct kafka_asker *asker = calloc(1, sizeof *asker);
    ENSURE(asker != NULL);
    asker->consumer = consumer;
    for (size_t i = 0; i < SOURCE_TOPICS; i++) {
        asker->topics[i] = strdup(topics[i]);
        ENSURE(asker->topics[i] != NULL);
    }
    asker->event_fd = event_fd;
    asker->questions.last = &asker->questions.first;
    asker->answers.last = &asker->answers.first;
    ENSURE(pthread_mutex_init(&asker->mutex, NULL) == 0);
    ENSURE(pthread_cond_init(&asker->changed, NULL) == 0);
    ENSURE(pthread_create(&asker->thread, NULL, run, asker) == 0);
    return asker;
}

struct kafka_asker *kafka_asker_free(struct kafka_asker *asker) {
    if (asker == NULL)
        return NULL;
    pthread_mutex_lock(&asker->mutex);
    asker->stopping = true;
    pthread_cond_signal(&asker->changed);
    pthread_mutex_unlock(&asker->mutex);
    ENSURE(pthread_join(asker->thread, NULL) == 0);
    list_clear(&asker->questions);
    list_clear(&asker->answers);
    item_free(asker->given);
    for (size_t i = 0; i < SOURCE_TOPICS; i++)
        free(asker->topics[i]);
    pthread_cond_destroy(&asker->changed);
    pthread_mutex_destroy(&asker->mutex);
    free(asker);
    return NULL;
}

/* ---- for the loop ---- */

static void ask(struct kafka_asker *asker, struct item *item) {
    pthread_mutex_lock(&asker->mutex);
    item->age = asker->age;
    list_append(&asker->questions, item);
    pthread_cond_signal(&asker->changed);
    pthread_mutex_unlock(&asker->mutex);
}

static struct item *item_new(enum source_kind kind) {
    struct item *item = calloc(1, sizeof *item);
    ENSURE(item != NULL);
    item->kind = kind;
    return item;
}

void kafka_asker_ends(struct kafka_asker *asker, struct instant now, const int32_t *partitions, size_t count) {
    struct item *item = item_new(SOURCE_ENDS);
    item->now = now;
    item->count = count;
    item->ends = calloc(count + 1, sizeof *item->ends);
    ENSURE(item->ends != NULL);
    for (size_t i = 0; i < count; i++)
        item->ends[i].partition = partitions[i];
    ask(asker, item);
}

void kafka_asker_committed(struct kafka_asker *asker, int32_t partition, uint64_t ticket) {
    struct item *item = item_new(SOURCE_COMMITTED);
    item->ticket = ticket;
    item->committed.partition = partition;
    item->committed.metadata = "";
    ask(asker, item);
}

void kafka_asker_clear(struct kafka_asker *asker) {
    pthread_mutex_lock(&asker->mutex);
    asker->age++;
    list_clear(&asker->questions);
    list_clear(&asker->answers);
    pthread_mutex_unlock(&asker->mutex);
}

int kafka_asker_poll(struct kafka_asker *asker, struct source_event *ret_event) {
    item_free(asker->given);
    pthread_mutex_lock(&asker->mutex);
    struct item *item = asker->given = list_take(&asker->answers);
    pthread_mutex_unlock(&asker->mutex);
    if (item == NULL)
        return SOURCE_NOTHING;
    *ret_event = (struct source_event){.kind = item->kind, .ticket = item->ticket};
    if (item->kind == SOURCE_COMMITTED) {
        ret_event->of.committed = item->committed;
    } else {
        ret_event->of.ends.asked_at = item->now;
        ret_event->of.ends.count = item->count;
        ret_event->of.ends.list = item->ends;
    }
    return 0;
}

const char *kafka_asker_error(struct kafka_asker *asker, char *buffer, size_t size) {
    pthread_mutex_lock(&asker->mutex);
    (void) snprintf(buffer, size, "%s", asker->error);
    pthread_mutex_unlock(&asker->mutex);
    return buffer[0] == '\0' ? NULL : buffer;
}
