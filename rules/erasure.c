/* erasure.c: see erasure.h. A subject into which others were merged holds facts under their references too; each
 * reference is erased by itself, up to an instant of its own. */
#include "erasure.h"

#include "ensure.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static bool is_control(const struct fact *fact, const char *name) {
    return fact->type->control && strcmp(fact->type->name, name) == 0;
}

bool erasure_is(const struct fact *fact) {
    return is_control(fact, "record.erased");
}

bool erasure_is_merge(const struct fact *fact) {
    return is_control(fact, "record.merged");
}

static struct erased *find(const struct record *record, const char *origin) {
    for (size_t i = 0; i < record->n_erased; i++) {
        struct erased *erased = &record->erased[i];
        if (origin == NULL ? erased->origin == NULL : erased->origin != NULL && strcmp(erased->origin, origin) == 0)
            return erased;
    }
    return NULL;
}

static struct erased *get(struct record *record, const char *origin) {
    struct erased *erased = find(record, origin);
    if (erased != NULL)
        return erased;
    record->erased = reallocarray(record->erased, record->n_erased + 1, sizeof *record->erased);
    ENSURE(record->erased != NULL);
    erased = &record->erased[record->n_erased++];
    *erased = (struct erased){.origin = text_copy(origin), .to = INSTANT_DAWN};
    return erased;
}

void erasure_done(struct record *record) {
    for (size_t i = 0; i < record->n_erased; i++) {
        free(record->erased[i].origin);
        free(record->erased[i].authority);
    }
    free(record->erased);
}

struct instant record_erased_to(const struct record *record, const char *origin) {
    const struct erased *erased = record->n_erased == 0 ? NULL : find(record, origin);
    return erased == NULL ? INSTANT_DAWN : erased->to;
}

static void remember(struct record *record, const struct fact *erasure) {
    struct erased *erased = get(record, erasure->origin);
    erased->type = erasure->type;
    erased->to = erasure->recorded_at;
    free(erased->authority);
    erased->authority = text_copy(erasure->authority);
}

void record_restore_erased(struct record *record, const struct fact *erasure) {
    if (record_erased_to(record, erasure->origin).ms < erasure->recorded_at.ms)
        remember(record, erasure);
}

int64_t record_times_from(const struct record *record) {
    struct instant to = record_erased_to(record, NULL);
    return instant_equal(to, INSTANT_DAWN) ? 0 : to.ms / 1000;
}

const struct erased *erasure_own(const struct record *record) {
    return find(record, NULL);
}

const struct fact *erasure_again(const struct erased *erased, struct arena *arena) {
    struct fact *fact = ARENA_NEW(arena, struct fact);
    *fact = (struct fact){
        .type = erased->type,
        .source = "/watchkeeper",
        .id = arena_printf(arena, "erased-to-%lld", (long long) erased->to.ms),
        .recorded_at = erased->to,
        .occurred = {.at = erased->to},
        .authority = erased->authority == NULL ? NULL : arena_strdup(arena, erased->authority),
        .origin = erased->origin == NULL ? NULL : arena_strdup(arena, erased->origin),
    };
    return fact;
}

static void mark_said(struct record *record) {
    if (record->n_said == 0 || record->said_erased)
        return;
    record->said_erased = true;
    record->said_since = record_times_from(record);
}

int erasure_take(struct record *record, const struct fact *fact) {
    if (fact->recorded_at.ms <= record_erased_to(record, fact->origin).ms)
        return RECORD_DUPLICATE;
    if (fact->origin == NULL)
        mark_said(record);
    remember(record, fact);
    (void) record_remove_facts(record, fact->origin, fact->recorded_at);
    return 0;
}
