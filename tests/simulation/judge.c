/* judge.c: see judge.h. The topics are folded as any reader would; the oracle has said what must be open. */
#include "judge.h"

#include "ensure.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct judging {
    const struct schedule *schedule;
    bool say;
    json_t *ids, *alerts; /* {event id: true}, {alert: newest statement's data} */
    json_t *rungs;        /* {"<alert>#rung-<n>": true} of those raised and not ended */
    struct verdict verdict;
};

#define SAY(judging, ...)                                                                                              \
    do {                                                                                                               \
        if ((judging)->say) {                                                                                          \
            printf(__VA_ARGS__);                                                                                       \
            printf("\n");                                                                                              \
        }                                                                                                              \
    } while (0)

static const char *text_of(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

static bool is_open_state(const char *state) {
    static const char *const states[] = {"due_soon", "overdue", "unknown", "raised", "updated"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(state, states[i]) == 0)
            return true;
    return false;
}

static void count_id(struct judging *judging, const json_t *statement) {
    const char *id = text_of(statement, "id");
    if (json_object_get(judging->ids, id) != NULL) {
        judging->verdict.twice++;
        SAY(judging, "twice: %s", id);
    }
    (void) json_object_set_new(judging->ids, id, json_true());
}

/* R18: neither the state nor the due instant is another one. A risk may be `updated` again. */
static bool says_the_same(const json_t *statement, const json_t *before) {
    const json_t *data = json_object_get(statement, "data");
    return strcmp(text_of(data, "state"), text_of(before, "state")) == 0 &&
           strcmp(text_of(data, "state"), "updated") != 0 &&
           strcmp(text_of(data, "due_at"), text_of(before, "due_at")) == 0;
}

/* R42: raised after nothing or a closed one, changed after an open one; cleared and withdrawn close what was said. */
static void check_move(struct judging *judging, const json_t *statement, const json_t *before) {
    const char *type = text_of(statement, "type");
    bool was_open = before != NULL && is_open_state(text_of(before, "state"));
    bool good = true;
    if (strcmp(type, "care.alert.raised") == 0)
        good = !was_open;
    else if (strcmp(type, "care.alert.changed") == 0)
        good = was_open;
    else if (strcmp(type, "care.alert.cleared") == 0 || strcmp(type, "care.alert.withdrawn") == 0)
        good = before != NULL;
    if (good && before != NULL && says_the_same(statement, before)) {
        judging->verdict.twice++;
        SAY(judging, "twice: %s says what was said before", text_of(statement, "id"));
    }
    if (good)
        return;
    judging->verdict.false_++;
    SAY(judging, "false: %s (%s) after %s", text_of(statement, "id"), type,
        before == NULL ? "nothing" : text_of(before, "state"));
}

static json_t *parse(const struct sink_entry *entry) {
    json_error_t error;
    json_t *statement = json_loadb(entry->value, entry->value_length, 0, &error);
    if (statement == NULL)
        fprintf(stderr, "no JSON: %s in %.*s\n", error.text, (int) entry->value_length, (const char *) entry->value);
    ENSURE(statement != NULL);
    return statement;
}

static void take_alerts(struct judging *judging) {
    const struct memory_kafka *kafka = judging->schedule->kafka;
    for (size_t i = 0; i < memory_kafka_count(kafka, SINK_ALERTS); i++) {
        json_t *statement = parse(memory_kafka_entry(kafka, SINK_ALERTS, i));
        json_t *data = json_object_get(statement, "data");
        count_id(judging, statement);
        check_move(judging, statement, json_object_get(judging->alerts, text_of(data, "alert")));
        (void) json_object_set(judging->alerts, text_of(data, "alert"), data);
        json_decref(statement);
    }
}

static void remember_rung(struct judging *judging, const json_t *statement) {
    const char *id = text_of(statement, "id");
    size_t length = (size_t) (strrchr(id, '#') - id) + strlen("#rung-");
    char rung[400];
    (void) snprintf(rung, sizeof rung, "%.*s", (int) (length + strspn(id + length, "0123456789")), id);
    if (strcmp(text_of(json_object_get(statement, "data"), "state"), "raised") == 0)
        (void) json_object_set_new(judging->rungs, rung, json_true());
    else
        (void) json_object_del(judging->rungs, rung);
}

static void take_escalations(struct judging *judging) {
    const struct memory_kafka *kafka = judging->schedule->kafka;
    for (size_t i = 0; i < memory_kafka_count(kafka, SINK_ESCALATIONS); i++) {
        json_t *statement = parse(memory_kafka_entry(kafka, SINK_ESCALATIONS, i));
        count_id(judging, statement);
        remember_rung(judging, statement);
        json_decref(statement);
    }
}

static bool is_as_expected(const json_t *said, const struct pool_open *open) {
    const char *state = text_of(said, "state");
    if (strcmp(state, "updated") == 0)
        state = "raised";
    return strcmp(state, open->state) == 0 && strcmp(text_of(said, "due_at"), open->due_at) == 0;
}

static void take_expected(struct judging *judging, const struct pool_open *open) {
    const json_t *said = json_object_get(judging->alerts, open->alert);
    if (said == NULL || !is_as_expected(said, open)) {
        judging->verdict.lost++;
        SAY(judging, "lost: %s must be %s, due %s; the topic says %s, due %s", open->alert, open->state, open->due_at,
            said == NULL ? "nothing" : text_of(said, "state"), said == NULL ? "" : text_of(said, "due_at"));
    }
    (void) json_object_del(judging->alerts, open->alert);
}

static void compare_open(struct judging *judging) {
    for (size_t i = 0; i < judging->schedule->n_stories; i++)
        for (size_t j = 0; j < judging->schedule->stories[i]->n_open; j++)
            take_expected(judging, &judging->schedule->stories[i]->open[j]);
    const char *alert;
    json_t *said;
    json_object_foreach(judging->alerts, alert, said) {
        if (!is_open_state(text_of(said, "state")))
            continue;
        judging->verdict.false_++;
        SAY(judging, "false: %s is %s, due %s, and should not be open", alert, text_of(said, "state"),
            text_of(said, "due_at"));
    }
}

static void compare_rungs(struct judging *judging) {
    for (size_t i = 0; i < judging->schedule->n_stories; i++)
        for (size_t j = 0; j < judging->schedule->stories[i]->n_rungs; j++) {
            const char *rung = judging->schedule->stories[i]->rungs[j];
            if (json_object_del(judging->rungs, rung) == 0)
                continue;
            judging->verdict.lost++;
            SAY(judging, "lost: %s has been reached and is not raised", rung);
        }
    const char *rung;
    json_t *raised;
    json_object_foreach(judging->rungs, rung, raised) {
        judging->verdict.false_++;
        SAY(judging, "false: %s is raised and should not be", rung);
    }
}

static void compare_dead_letters(struct judging *judging) {
    size_t count = memory_kafka_count(judging->schedule->kafka, SINK_DEADLETTER);
    size_t wanted = judging->schedule->n_garbage;
    judging->verdict.lost += count < wanted ? wanted - count : 0;
    if (judging->schedule->redis.lost && count > wanted)
        count = wanted; /* what is read again after the store lost something is buried again */
    judging->verdict.twice += count > wanted ? count - wanted : 0;
    if (count != wanted)
        SAY(judging, "%zu dead letters of %zu bad messages", count, wanted);
    for (size_t i = 0; count != wanted && i < memory_kafka_count(judging->schedule->kafka, SINK_DEADLETTER); i++) {
        const struct sink_entry *letter = memory_kafka_entry(judging->schedule->kafka, SINK_DEADLETTER, i);
        SAY(judging, "buried: %.*s", (int) letter->value_length, (const char *) letter->value);
    }
}

struct verdict judge(const struct schedule *schedule, bool say) {
    struct judging judging = {
        .schedule = schedule, .say = say, .ids = json_object(), .alerts = json_object(), .rungs = json_object()};
    take_alerts(&judging);
    take_escalations(&judging);
    compare_open(&judging);
    compare_rungs(&judging);
    compare_dead_letters(&judging);
    judging.verdict.false_ += schedule->ledger.n_wrong;
    judging.verdict.lost += schedule->n_findings + schedule->n_timers_wrong;
    if (schedule->wrong != NULL) {
        judging.verdict.lost++;
        SAY(&judging, "stuck: %s", schedule->wrong);
    }
    json_decref(judging.ids);
    json_decref(judging.alerts);
    json_decref(judging.rungs);
    return judging.verdict;
}
