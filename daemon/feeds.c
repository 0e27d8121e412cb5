/* feeds.c: see feeds.h. The list is short, some entries an authority, and is searched from end to end. */
#include "feeds.h"

#include "ensure.h"
#include "feeds_part.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static void entry_done(struct feeds_entry *entry) {
    free(entry->authority);
    free(entry->source);
    free(entry->reference);
}

void feeds_done(struct feeds *feeds) {
    for (size_t i = 0; i < feeds->count; i++)
        entry_done(&feeds->entries[i]);
    free(feeds->entries);
    *feeds = (struct feeds){0};
}

/* ---- entries ---- */

static bool is_of(const struct feeds_entry *entry, enum feeds_kind kind, const struct feeds_event *event) {
    return entry->kind == kind && strcmp(entry->authority, event->authority) == 0 &&
           strcmp(entry->reference, event->reference) == 0 && strcmp(entry->source, event->source) == 0;
}

/* Also one that the store is still to forget. */
static struct feeds_entry *find(const struct feeds *feeds, enum feeds_kind kind, const struct feeds_event *event) {
    for (size_t i = 0; i < feeds->count; i++)
        if (is_of(&feeds->entries[i], kind, event))
            return &feeds->entries[i];
    return NULL;
}

static void blank(struct feeds_entry *entry) {
    entry->started_at = entry->limit_at = entry->ended_at = INSTANT_NEVER;
    entry->complete_to = INSTANT_DAWN;
    entry->interval_hours = 0;
    entry->over = entry->removed = false;
    entry->changed = true;
}

static struct feeds_entry *add(struct feeds *feeds, enum feeds_kind kind, const struct feeds_event *event) {
    struct feeds_entry *entry = find(feeds, kind, event);
    if (entry == NULL) {
        if (feeds->count == feeds->capacity) {
            feeds->capacity = feeds->capacity * 2 + 8;
            feeds->entries = reallocarray(feeds->entries, feeds->capacity, sizeof *feeds->entries);
            ENSURE(feeds->entries != NULL);
        }
        entry = &feeds->entries[feeds->count++];
        *entry = (struct feeds_entry){
            .kind = kind,
            .authority = text_copy(event->authority),
            .source = text_copy(event->source),
            .reference = text_copy(event->reference),
        };
    }
    blank(entry);
    return entry;
}

/* What may go, and since when it has been so; INSTANT_NEVER: it must stay. */
static struct instant idle_since(const struct feeds_entry *entry) {
    if (entry->kind == FEEDS_COMPLETE)
        return entry->complete_to;
    return entry->over ? instant_min(entry->ended_at, entry->limit_at) : INSTANT_NEVER;
}

/* Whether one more may be added. */
static bool make_room(struct feeds *feeds, enum feeds_kind kind, size_t max) {
    size_t count = 0;
    struct feeds_entry *first = NULL;
    for (size_t i = 0; i < feeds->count; i++) {
        struct feeds_entry *entry = &feeds->entries[i];
        if (entry->kind != kind || entry->removed)
            continue;
        count++;
        if (first == NULL || instant_before(idle_since(entry), idle_since(first)))
            first = entry;
    }
    if (count < max)
        return true;
    if (first == NULL || instant_equal(idle_since(first), INSTANT_NEVER))
        return false;
    first->removed = first->changed = true;
    return true;
}

/* ---- events ---- */

static struct feeds_entry *find_kept(const struct feeds *feeds, enum feeds_kind kind, const struct feeds_event *event) {
    struct feeds_entry *entry = find(feeds, kind, event);
    return entry == NULL || entry->removed ? NULL : entry;
}

int feeds_start(struct feeds *feeds, const struct feeds_options *options, const struct feeds_event *event) {
    if (find_kept(feeds, FEEDS_LOAD, event) != NULL)
        return FEEDS_KNOWN;
    if (!make_room(feeds, FEEDS_LOAD, options->loads_max))
        return FEEDS_FULL;
    struct feeds_entry *entry = add(feeds, FEEDS_LOAD, event);
    entry->started_at = instant_min(event->recorded_at, event->taken_at);
    entry->limit_at = instant_add(entry->started_at, options->load_limit);
    return 0;
}

int feeds_end(struct feeds *feeds, const struct feeds_options *options, const struct feeds_event *event) {
    struct feeds_entry *entry = find_kept(feeds, FEEDS_LOAD, event);
    if (entry != NULL && (entry->over || !instant_equal(entry->ended_at, INSTANT_NEVER)))
        return FEEDS_KNOWN;
    if (entry == NULL) {
        if (!make_room(feeds, FEEDS_LOAD, options->loads_max))
            return FEEDS_FULL;
        entry = add(feeds, FEEDS_LOAD, event);
        entry->over = true; /* its start may come yet, and is late then */
    }
    entry->ended_at = event->taken_at;
    entry->changed = true;
    return 0;
}

int feeds_complete(struct feeds *feeds, const struct feeds_options *options, const struct feeds_event *event) {
    /* Nobody can know what will be recorded. */
    struct instant complete_to = instant_min(event->complete_to, event->taken_at);
    struct feeds_entry *entry = find_kept(feeds, FEEDS_COMPLETE, event);
    if (entry != NULL && !instant_before(entry->complete_to, complete_to))
        return FEEDS_KNOWN;
    if (entry == NULL) {
        if (!make_room(feeds, FEEDS_COMPLETE, options->loads_max))
            return FEEDS_FULL;
        entry = add(feeds, FEEDS_COMPLETE, event);
    }
    entry->complete_to = complete_to;
    entry->interval_hours = event->interval_hours;
    entry->changed = true;
    return 0;
}

/* ---- questions ---- */

bool feeds_is_open(const struct feeds_entry *entry, struct instant clock) {
    return entry->kind == FEEDS_LOAD && !entry->removed && !entry->over &&
           !instant_equal(entry->started_at, INSTANT_NEVER) && instant_before(clock, entry->ended_at) &&
           instant_before(clock, entry->limit_at);
}

bool feeds_any_loading(const struct feeds *feeds, struct instant clock) {
    for (size_t i = 0; i < feeds->count; i++)
        if (feeds_is_open(&feeds->entries[i], clock))
            return true;
    return false;
}

bool feeds_is_loading(const struct feeds *feeds, const char *authority, struct instant clock,
                      struct instant *ret_limit_at) {
    struct instant limit_at = INSTANT_DAWN;
    bool open = false;
    for (size_t i = 0; i < feeds->count; i++) {
        const struct feeds_entry *entry = &feeds->entries[i];
        if (!feeds_is_open(entry, clock) || strcmp(entry->authority, authority) != 0)
            continue;
        open = true;
        limit_at = instant_max(limit_at, entry->limit_at);
    }
    if (open)
        *ret_limit_at = limit_at;
    return open;
}

bool feeds_is_limit(const struct feeds *feeds, struct instant at) {
    for (size_t i = 0; i < feeds->count; i++)
        if (feeds->entries[i].kind == FEEDS_LOAD && !feeds->entries[i].over &&
            instant_equal(feeds->entries[i].limit_at, at))
            return true;
    return false;
}

static bool is_waited_for(const struct feeds_entry *entry, const struct feeds_options *options, struct instant clock) {
    return entry->kind == FEEDS_COMPLETE && !entry->removed &&
           clock.ms - entry->complete_to.ms <= options->forget_after.ms;
}

bool feeds_any_complete(const struct feeds *feeds) {
    for (size_t i = 0; i < feeds->count; i++)
        if (feeds->entries[i].kind == FEEDS_COMPLETE)
            return true;
    return false;
}

bool feeds_fed(const struct feeds *feeds, const struct feeds_options *options, const char *authority,
               struct instant clock, struct fed *ret_fed) {
    struct instant complete_to = INSTANT_NEVER;
    for (size_t i = 0; i < feeds->count; i++) {
        const struct feeds_entry *entry = &feeds->entries[i];
        if (is_waited_for(entry, options, clock) && strcmp(entry->authority, authority) == 0)
            complete_to = instant_min(complete_to, entry->complete_to);
    }
    if (instant_equal(complete_to, INSTANT_NEVER))
        return false;
    struct instant waited = {clock.ms - options->wait.ms};
    *ret_fed = (struct fed){.complete_to = complete_to, .speak_to = instant_max(complete_to, waited)};
    return true;
}

struct instant feeds_retry(struct instant at) {
    enum { OFFSET_MS = 7 * 60 * 1000 + 7013 };
    return (struct instant){((at.ms - OFFSET_MS) / FEEDS_RETRY_MS + 1) * FEEDS_RETRY_MS + OFFSET_MS};
}

/* ---- the store ---- */

void feeds_told(struct feeds *feeds) {
    size_t kept = 0;
    for (size_t i = 0; i < feeds->count; i++) {
        feeds->entries[i].changed = false;
        if (feeds->entries[i].removed)
            entry_done(&feeds->entries[i]);
        else
            feeds->entries[kept++] = feeds->entries[i];
    }
    feeds->count = kept;
}

/* Of one load the earlier start and end stand. */
static bool merge_load(struct feeds_entry *known, const struct feeds_entry *other) {
    struct feeds_entry before = *known;
    known->started_at = instant_min(known->started_at, other->started_at);
    known->limit_at = instant_min(known->limit_at, other->limit_at);
    known->ended_at = instant_min(known->ended_at, other->ended_at);
    return !instant_equal(known->started_at, before.started_at) || !instant_equal(known->limit_at, before.limit_at) ||
           !instant_equal(known->ended_at, before.ended_at);
}

static bool merge_complete(struct feeds_entry *known, const struct feeds_entry *other) {
    if (!instant_before(known->complete_to, other->complete_to))
        return false;
    known->complete_to = other->complete_to;
    known->interval_hours = other->interval_hours;
    return true;
}

void feeds_put(struct feeds *feeds, const struct feeds_entry *other, bool stands) {
    struct feeds_event event = {.authority = other->authority, .source = other->source, .reference = other->reference};
    struct feeds_entry *known = find_kept(feeds, other->kind, &event);
    if (known == NULL) {
        known = add(feeds, other->kind, &event);
        known->over = other->over;
        known->changed = !stands;
        (void) (other->kind == FEEDS_LOAD ? merge_load(known, other) : merge_complete(known, other));
        return;
    }
    bool changed = other->kind == FEEDS_LOAD ? merge_load(known, other) : merge_complete(known, other);
    known->changed = known->changed || changed;
}
