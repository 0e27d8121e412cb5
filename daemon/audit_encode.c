/* audit_encode.c: see audit_encode.h. */
#include "audit_encode.h"

#include "ensure.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static void set_number(json_t *object, const char *key, uint64_t number) {
    set(object, key, json_integer((json_int_t) number));
}

static void set_instant(json_t *object, const char *key, struct instant at) {
    char text[INSTANT_TEXT_MAX];
    set(object, key, json_string(instant_format(at, text)));
}

static char *line(json_t *root) {
    char *text = json_dumps(root, JSON_COMPACT), *whole;
    json_decref(root);
    ENSURE(text != NULL && asprintf(&whole, "%s\n", text) > 0);
    free(text);
    return whole;
}

char *audit_encode_progress(const struct auditor_result *result) {
    json_t *root = json_object(), *progress = json_object();
    set_number(progress, "done", result->done);
    set_number(progress, "whole", result->whole);
    set(root, "progress", progress);
    return line(root);
}

char *audit_encode_error(const char *text) {
    json_t *root = json_object();
    set(root, "error", json_string(text));
    return line(root);
}

/* ---- the result ---- */

static void set_counts(json_t *object, const struct audit_report *report) {
    set_number(object, "subjects", report->subjects);
    set_number(object, "timers", report->timers);
    set_number(object, "alerts", report->alerts);
    set_number(object, "outbox", report->entries);
    set_number(object, "statements", report->statements);
    json_t *findings = json_object();
    for (size_t i = 0; i < AUDIT_KINDS; i++)
        if (report->by_kind[i] > 0)
            set_number(findings, audit_kind_name((enum audit_kind) i), report->by_kind[i]);
    set(object, "findings", findings);
    set_number(object, "repaired", report->n_repaired);
    set_number(object, "not_repaired", report->n_not_repaired);
}

static void add(struct audit_report *sum, const struct audit_report *report) {
    sum->subjects += report->subjects;
    sum->timers += report->timers;
    sum->alerts += report->alerts;
    sum->entries += report->entries;
    sum->statements += report->statements;
    sum->n_repaired += report->n_repaired;
    sum->n_not_repaired += report->n_not_repaired;
    for (size_t i = 0; i < AUDIT_KINDS; i++)
        sum->by_kind[i] += report->by_kind[i];
}

static json_t *partition_json(const struct auditor_partition *partition) {
    json_t *object = json_object();
    set(object, "partition", json_integer(partition->number));
    set(object, "covered", json_boolean(partition->covered));
    set(object, "why", partition->covered ? json_null() : json_string(partition->why));
    if (partition->covered)
        set_counts(object, &partition->report);
    return object;
}

static void list(json_t *all, const struct audit_report *report) {
    for (size_t i = 0; i < report->n_listed; i++) {
        const struct audit_finding *finding = &report->listed[i];
        json_t *object = json_object();
        set(object, "kind", json_string(audit_kind_name(finding->kind)));
        set(object, "text", json_string(audit_kind_text(finding->kind)));
        set(object, "partition", json_integer(finding->partition));
        json_t *reference = json_string(finding->reference); /* what stands there may be no text */
        set(object, "reference", reference != NULL ? reference : json_string("?"));
        set(object, "repaired", json_boolean(finding->repaired));
        set(object, "action", json_string(finding->action));
        ENSURE(json_array_append_new(all, object) == 0);
    }
}

char *audit_encode_result(const struct auditor_result *result) {
    json_t *root = json_object(), *audit = json_object(), *partitions = json_array(), *listed = json_array();
    struct audit_report sum = {0};
    for (size_t i = 0; i < result->n_partitions; i++) {
        ENSURE(json_array_append_new(partitions, partition_json(&result->partitions[i])) == 0);
        add(&sum, &result->partitions[i].report);
        list(listed, &result->partitions[i].report);
    }
    set_instant(audit, "started_at", result->started_at);
    set_instant(audit, "ended_at", result->ended_at);
    set(audit, "duration_ms", json_integer(result->ended_at.ms - result->started_at.ms));
    set_counts(audit, &sum);
    set(audit, "listed", listed);
    set(audit, "partitions", partitions);
    set(root, "audit", audit);
    return line(root);
}
