/* What holds for every history: between now and next nothing changes, the order of arrival and duplicates do not
 * matter, and what was said is what is derived (R50). Invented histories, seeded; the seed of a failure is printed. */
#include "engine.h"

#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HISTORIES = 60, FACTS_MAX = 60 };

/* xorshift64*: the same numbers everywhere. */
struct dice {
    uint64_t state;
};

static unsigned roll(struct dice *dice, unsigned sides) {
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return (unsigned) ((dice->state * UINT64_C(2685821657736338717)) >> 33) % sides;
}

/* An invented history: `%1` and `%2` are references that come again. */
static const char *const kinds[] = {
    "visit.made %s kind=statutory seen=true",
    "visit.made %s kind=statutory seen=true",
    "visit.made %s kind=statutory seen=false",
    "placement.started %s placement=P%1 placement_type=U1",
    "placement.started %s placement=P%1 placement_type=P1 basis=reg19_before_assessment",
    "placement.started %s placement=P%1 placement_type=T0",
    "placement.started %s placement=P%1 placement_type=H5 same_carer=true",
    "placement.started %s placement=P%1 placement_type=A3",
    "placement.ended %s placement=P%1",
    "placement.changed %s placement=P%1 long_term=true basis=long_term_foster",
    "placement.changed %s placement=P%1 visits_agreed=true placement_type=U4",
    "review.held %s review=R%2 kind=care",
    "review.held %s review=R%2 kind=care number=1",
    "review.held %s review=R%2 kind=adoption",
    "review.held %s review=R%2 kind=short_break",
    "health_assessment.completed %s kind=initial",
    "health_assessment.completed %s kind=review",
    "health_assessment.refused %s kind=review",
    "legal_status.changed %s legal_status=C1 action=made",
    "legal_status.changed %s legal_status=C2 action=made",
    "legal_status.changed %s legal_status=V4 action=made",
    "legal_status.changed %s legal_status=C2 action=revoked",
    "care_plan.agreed %s visit_interval_days=14",
    "missing.started %s episode=M%1 kind=M",
    "missing.started %s episode=M%2 kind=A",
    "missing.ended %s episode=M%1",
    "return_interview.offered %s episode=M%1",
    "return_interview.declined %s episode=M%1",
    "return_interview.completed %s episode=M%1",
    "care.started %s legal_status=V2 arrangement=full",
    "care.started %s legal_status=C2 arrangement=full start_known=false",
    "care.ended %s",
    "adoption.progressed %s stage=order_granted",
    "child.updated %s date_of_birth=2019-02-28",
    "record.voided %s target=e%1",
    "record.voided %s target=e%2",
};

static const char *some_time(struct rules_fixture *f, struct dice *dice, struct instant from) {
    int64_t day = 24 * 3600 * 1000;
    struct instant at = {from.ms + (int64_t) roll(dice, 900) * day + (int64_t) roll(dice, 24 * 60) * 60000};
    char text[DATE_TEXT_MAX];
    if (roll(dice, 3) == 0)
        return arena_strdup(f->arena, date_format(zone_local_date(engine_zone(f->engine), at), text));
    return rules_instant_text(f, at);
}

/* When it was recorded: around when it happened, mostly after; or in a load, with many others at one instant. */
static const char *recorded(struct rules_fixture *f, struct dice *dice, const char *occurred) {
    struct instant at = rules_occurrence(f, occurred).at;
    if (roll(dice, 3) == 0)
        return at.ms < rules_instant("2023-01-01T00:00:00Z").ms ? "2023-01-01T03:00:00Z" : "2024-08-01T03:00:00Z";
    at.ms += ((int64_t) roll(dice, 40 * 24) - 5 * 24) * 3600 * 1000;
    return rules_instant_text(f, at);
}

static const char *invent(struct rules_fixture *f, struct dice *dice, unsigned number) {
    const char *kind = kinds[roll(dice, sizeof kinds / sizeof *kinds)];
    const char *occurred = some_time(f, dice, rules_instant("2022-01-10T09:00:00Z"));
    const char *line = arena_printf(f->arena, "e%u ", number);
    for (const char *c = kind; *c != '\0'; c++) {
        if (*c != '%')
            line = arena_printf(f->arena, "%s%c", line, *c);
        else if (*++c == 's')
            line = arena_printf(f->arena, "%s%s @%s", line, occurred, recorded(f, dice, occurred));
        else
            line = arena_printf(f->arena, "%s%u", line, roll(dice, *c == '1' ? 6 : 30));
    }
    bool corrects = number > 0 && roll(dice, 8) == 0;
    return corrects ? arena_printf(f->arena, "%s replaces=e%u", line, roll(dice, number)) : line;
}

struct story {
    size_t count;
    const char *lines[FACTS_MAX];
};

static void invent_story(struct rules_fixture *f, struct dice *dice, struct story *story) {
    story->count = 10 + roll(dice, FACTS_MAX - 12);
    story->lines[0] = "b child.registered 2022-01-01 date_of_birth=2018-09-03";
    story->lines[1] = "c care.started 2022-01-10 legal_status=C2 arrangement=full";
    for (size_t i = 2; i < story->count; i++)
        story->lines[i] = invent(f, dice, (unsigned) i);
}

/* Everything derived, as text, and when it may change next. */
static const char *derive(struct rules_fixture *f, struct instant at, struct instant *ret_next) {
    struct view view = {.at = at, .known_at = INSTANT_NEVER};
    struct instance *list;
    size_t count, size;
    char *text = NULL;
    engine_derive(f->engine, f->record, view, f->arena, &list, &count, ret_next);
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < count; i++) {
        const struct instance *it = &list[i];
        (void) fprintf(out, "%s %s %d %lld %lld %lld %lld %lld %d", it->rule->id, it->anchor, (int) it->state,
                       (long long) it->opened_at.ms, (long long) it->due_soon_at.ms, (long long) it->due_at.ms,
                       (long long) it->met_at.ms, (long long) it->ended_at.ms, it->provisional);
        for (size_t j = 0; j < it->n_evidence; j++)
            (void) fprintf(out, " %s:%s", it->evidence[j].role, it->evidence[j].event_id);
        (void) fprintf(out, "\n");
    }
    (void) fclose(out);
    const char *kept = arena_strdup(f->arena, text);
    free(text);
    return kept;
}

static void assert_same(const char *expected, const char *actual, unsigned seed, struct rules_fixture *f,
                        struct instant at) {
    if (strcmp(expected, actual) != 0)
        fail_msg("seed %u at %s:\n%s\nis not\n%s", seed, rules_instant_text(f, at), actual, expected);
}

/* Strictly between an instant and the next named by it, nothing is different; walking on leads to never. */
static void test_nothing_changes_before_next(void **state) {
    for (unsigned seed = 1; seed <= HISTORIES; seed++) {
        struct rules_fixture *f = rules_begin(state);
        struct dice dice = {seed * 7919};
        struct story story;
        invent_story(f, &dice, &story);
        rules_tell_all(f, story.lines, story.count);
        struct instant at = rules_instant("2022-01-01T00:00:00Z"), next;
        for (int steps = 0; at.ms != INSTANT_NEVER.ms; at = next, steps++) {
            const char *now = derive(f, at, &next);
            assert_true(next.ms > at.ms);
            assert_true(steps < 2000);
            int64_t end = next.ms != INSTANT_NEVER.ms ? next.ms : at.ms + (int64_t) 40 * 365 * 24 * 3600 * 1000;
            struct instant between[] = {{at.ms + 1}, {at.ms + (end - at.ms) / 1000 * roll(&dice, 1000)}, {end - 1}};
            for (size_t i = 0; i < 3; i++) {
                struct instant then;
                if (between[i].ms <= at.ms || between[i].ms >= end)
                    continue;
                assert_same(now, derive(f, between[i], &then), seed, f, between[i]);
                assert_int_equal(then.ms, next.ms);
            }
        }
    }
}

/* Shuffled, and each line up to three times. */
static void tell_shuffled(struct rules_fixture *f, struct dice *dice, const struct story *story) {
    const char *lines[FACTS_MAX];
    memcpy(lines, story->lines, sizeof lines);
    for (size_t i = story->count; i > 1; i--) {
        size_t other = roll(dice, (unsigned) i);
        const char *swap = lines[i - 1];
        lines[i - 1] = lines[other];
        lines[other] = swap;
    }
    for (size_t i = 0; i < story->count; i++)
        for (unsigned times = 1 + roll(dice, 3); times > 0; times--)
            (void) !record_add(f->record, rules_fact(f, lines[i]));
}

static void test_the_order_of_arrival(void **state) {
    for (unsigned seed = 1; seed <= HISTORIES; seed++) {
        struct rules_fixture *f = rules_begin(state);
        struct dice dice = {seed * 104729};
        struct story story;
        invent_story(f, &dice, &story);
        for (int i = 0; i < 4; i++) {
            struct instant at = {rules_instant("2022-06-01T00:00:00Z").ms + (int64_t) i * 250 * 24 * 3600 * 1000};
            struct instant next, shuffled_next;
            (void) record_free(f->record);
            f->record = record_new(RULES_SUBJECT);
            rules_tell_all(f, story.lines, story.count);
            const char *expected = derive(f, at, &next);
            (void) record_free(f->record);
            f->record = record_new(RULES_SUBJECT);
            tell_shuffled(f, &dice, &story);
            assert_same(expected, derive(f, at, &shuffled_next), seed, f, at);
            assert_int_equal(shuffled_next.ms, next.ms);
        }
    }
}

static const struct instance *find(const struct instance *list, size_t count, const struct said *said) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].rule->id, said->rule) == 0 && strcmp(list[i].anchor, said->anchor) == 0)
            return &list[i];
    return NULL;
}

static bool is_open(const struct instance *it) {
    return it->state == INSTANCE_DUE_SOON || it->state == INSTANCE_OVERDUE || it->state == INSTANCE_RAISED ||
           (it->state == INSTANCE_UNKNOWN &&
            (it->rule->is_risk || strcmp(it->rule->id, "visit-adoption-subsequent") != 0));
}

/* R50: what was said, folded by alert, gives the open alerts that are derived. Stepping again says nothing. */
static void assert_said_is_derived(struct rules_fixture *f, struct instant at, unsigned seed) {
    struct view view = {.at = at, .known_at = INSTANT_NEVER};
    struct instance *list;
    struct instant next;
    size_t count, n_open = 0, n_said_open = 0;
    engine_derive(f->engine, f->record, view, f->arena, &list, &count, &next);
    for (size_t i = 0; i < count; i++)
        n_open += is_open(&list[i]);
    for (size_t i = 0; i < record_n_said(f->record); i++) {
        const struct said *said = record_said(f->record, i);
        if (!alert_state_open(said->state))
            continue;
        const struct instance *it = find(list, count, said);
        n_said_open++;
        if (it == NULL || !is_open(it) || it->due_at.ms != said->due_at.ms)
            fail_msg("seed %u at %s: %s %s", seed, rules_instant_text(f, at), said->rule, said->anchor);
    }
    assert_int_equal(n_open, n_said_open);
}

static void test_what_is_said_is_what_is_derived(void **state) {
    for (unsigned seed = 1; seed <= HISTORIES / 2; seed++) {
        struct rules_fixture *f = rules_begin(state);
        struct dice dice = {seed * 15485863};
        struct story story;
        invent_story(f, &dice, &story);
        rules_tell_all(f, story.lines, story.count);
        struct instant at = rules_instant("2022-01-01T00:00:00Z");
        while (at.ms != INSTANT_NEVER.ms) {
            const char *text = rules_instant_text(f, at);
            (void) rules_say(f, text, BECAUSE_CLOCK);
            struct instant next = f->step.next;
            assert_said_is_derived(f, at, seed);
            assert_string_equal(rules_say(f, text, BECAUSE_CLOCK), "");
            at = next;
        }
    }
}

/* A record without a fact, and one with facts of no rule. */
static void test_little_is_known(void **state) {
    struct rules_fixture *f = rules_begin(state);
    assert_string_equal(rules_duties(f, "2024-01-01T00:00:00Z", NULL), "");
    assert_string_equal(rules_say(f, "2024-01-01T00:00:00Z", BECAUSE_CLOCK), "");
    assert_int_equal(f->step.next.ms, INSTANT_NEVER.ms);
    RULES_TELL(f, "v visit.made 2024-01-10 kind=statutory seen=true", "e placement.ended 2024-01-11 placement=P1",
               "x record.voided 2024-01-12 target=nobody");
    assert_string_equal(rules_duties(f, "2024-02-01T00:00:00Z", NULL), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_little_is_known),
        cmocka_unit_test(test_nothing_changes_before_next),
        cmocka_unit_test(test_the_order_of_arrival),
        cmocka_unit_test(test_what_is_said_is_what_is_derived),
    };
    return cmocka_run_group_tests(tests, rules_set_up_core, rules_tear_down);
}
