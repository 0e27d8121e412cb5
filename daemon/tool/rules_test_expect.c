/* rules_test_expect.c: one line of what is expected:
 *
 *     - 2026-04-02 review-first: due_soon -> overdue due 2026-04-02      the millisecond before, and at it
 *     - before 2026-04-02 review-first care:2026-03-04: due_soon          the millisecond before, of that anchor
 *     - 2026-04-02 review-first said: [due_soon, overdue]
 *
 * Expectations are kept as the text that a run will produce when all is well, so that comparing and showing a
 * difference are the same thing. */
#include "pack.h"
#include "rules_test_parts.h"

#include <string.h>

enum { WORDS_MAX = 8 };

struct words {
    size_t count;
    const char *list[WORDS_MAX];
};

/* False when there are too many. */
static bool split(struct arena *arena, const char *text, struct words *words) {
    words->count = 0;
    for (const char *at = text + strspn(text, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (words->count == WORDS_MAX)
            return false;
        words->list[words->count++] = arena_strndup(arena, at, length);
        at += length;
    }
    return true;
}

const char *const *rules_test_rule_ids(const struct engine *engine, struct arena *arena) {
    size_t count = engine_n_rules(engine);
    const char **ids = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        ids[i] = engine_rule(engine, i)->face.id;
    return ids;
}

bool rules_test_rule_known(const struct rules_test_reader *reader, struct yaml_place place, const char *id) {
    if (engine_find_rule(reader->engine, id) != NULL)
        return true;
    yaml_problem(reader->problems, place, "no pack has a rule `%s`%s", id,
                 yaml_suggest(reader->arena, id, rules_test_rule_ids(reader->engine, reader->arena)));
    return false;
}

/* ---- the head: [before] INSTANT [SUBJECT] RULE [ANCHOR] [said | rungs] ---- */

static void take_word(struct rules_test_expectation *expectation, const char *word) {
    if (strcmp(word, "said") == 0)
        expectation->what = RULES_TEST_SAID;
    else if (strcmp(word, "rungs") == 0)
        expectation->what = RULES_TEST_RUNGS;
    else if (expectation->rule == NULL && strchr(word, '/') != NULL)
        expectation->subject = word;
    else if (expectation->rule == NULL)
        expectation->rule = word;
    else
        expectation->anchor = word;
}

static bool read_head(const struct rules_test_reader *reader, const char *head,
                      struct rules_test_expectation *expectation) {
    struct words words;
    bool bare;
    if (!split(reader->arena, head, &words) || words.count < 2) {
        yaml_problem(reader->problems, expectation->place,
                     "`%s`: expected [before] INSTANT [SUBJECT] RULE [ANCHOR] [said | rungs]", head);
        return false;
    }
    bool before = strcmp(words.list[0], "before") == 0;
    if (!rules_test_instant_read(reader, expectation->place, words.list[before], &expectation->at, &bare))
        return false;
    expectation->at.ms -= before;
    for (size_t i = before + 1u; i < words.count; i++)
        take_word(expectation, words.list[i]);
    if (expectation->rule != NULL)
        return rules_test_rule_known(reader, expectation->place, expectation->rule);
    yaml_problem(reader->problems, expectation->place, "expected the id of a rule");
    return false;
}

/* ---- a state: STATE [-> STATE] [due INSTANT] ---- */

static bool state_known(const struct rules_test_reader *reader, struct yaml_place place, const char *word) {
    const char *names[INSTANCE_CLEARED + 3] = {0};
    for (int i = 0; i <= INSTANCE_CLEARED; i++)
        names[i] = instance_state_name((enum instance_state) i);
    names[INSTANCE_CLEARED + 1] = "none";
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], word) == 0)
            return true;
    yaml_problem(reader->problems, place, "`%s` is no state of a duty or risk%s", word,
                 yaml_suggest(reader->arena, word, names));
    return false;
}

static bool due_text(const struct rules_test_reader *reader, struct yaml_place place, const char *word,
                     const char **ret_text) {
    struct instant at;
    bool bare;
    if (strcmp(word, "never") == 0) {
        *ret_text = word;
        return true;
    }
    if (!rules_test_instant_read(reader, place, word, &at, &bare))
        return false;
    *ret_text = rules_test_instant_text(engine_zone(reader->engine), at, reader->arena);
    return true;
}

static void set_state(const struct rules_test_reader *reader, struct rules_test_expectation *expectation,
                      const char *state, const char *due) {
    expectation->has_due = due != NULL && strcmp(state, "none") != 0;
    expectation->expected = expectation->has_due ? arena_printf(reader->arena, "%s due %s", state, due) : state;
}

static size_t read_state(const struct rules_test_reader *reader, const struct yaml *node,
                         struct rules_test_expectation *list) {
    struct words words;
    const char *due = NULL;
    if (node->kind != YAML_SCALAR || !split(reader->arena, node->text, &words) || words.count == 0) {
        yaml_problem(reader->problems, node->place, "expected STATE, STATE due INSTANT, or STATE -> STATE");
        return 0;
    }
    bool turns = words.count >= 3 && strcmp(words.list[1], "->") == 0;
    size_t used = turns ? 3 : 1;
    if (words.count == used + 2 && strcmp(words.list[used], "due") == 0) {
        if (!due_text(reader, node->place, words.list[used + 1], &due))
            return 0;
    } else if (words.count != used) {
        yaml_problem(reader->problems, node->place, "`%s`: expected STATE, STATE due INSTANT, or STATE -> STATE",
                     node->text);
        return 0;
    }
    if (!state_known(reader, node->place, words.list[0]) || !state_known(reader, node->place, words.list[used - 1]))
        return 0;
    if (turns) {
        list[1] = list[0];
        list[0].at.ms--;
        set_state(reader, &list[1], words.list[2], due);
    }
    set_state(reader, &list[0], words.list[0], due);
    return turns ? 2 : 1;
}

/* ---- what has been said: [STATE, ...] or nothing ---- */

static bool said_known(const struct rules_test_reader *reader, const struct yaml *item) {
    const char *names[ALERT_STATES + 1] = {0};
    for (int i = 1; i < ALERT_STATES; i++)
        names[i - 1] = alert_state_name((enum alert_state) i);
    if (item->kind == YAML_SCALAR && alert_state_find(item->text) != ALERT_NOTHING)
        return true;
    yaml_problem(reader->problems, item->place, "expected what an alert says%s",
                 item->kind == YAML_SCALAR ? yaml_suggest(reader->arena, item->text, names) : "");
    return false;
}

static bool rung_known(const struct rules_test_reader *reader, const struct yaml *item) {
    if (item->kind == YAML_SCALAR && *item->text >= '1' && *item->text <= '8' &&
        (item->text[1] == '\0' || strcmp(item->text + 1, "-ended") == 0))
        return true;
    yaml_problem(reader->problems, item->place, "expected a rung: 1, 2 ..., or 1-ended");
    return false;
}

static size_t read_said(const struct rules_test_reader *reader, const struct yaml *node,
                        struct rules_test_expectation *expectation) {
    bool rungs = expectation->what == RULES_TEST_RUNGS;
    if (node->kind == YAML_SCALAR && strcmp(node->text, "nothing") == 0) {
        expectation->expected = node->text;
        return 1;
    }
    if (node->kind != YAML_SEQUENCE || node->count == 0) {
        yaml_problem(reader->problems, node->place, "expected `nothing` or a list, as in [due_soon, overdue]");
        return 0;
    }
    expectation->expected = "";
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml *item = node->items[i];
        if (!(rungs ? rung_known(reader, item) : said_known(reader, item)))
            return 0;
        expectation->expected =
            arena_printf(reader->arena, "%s%s%s", expectation->expected, i > 0 ? ", " : "", item->text);
    }
    return 1;
}

size_t rules_test_expect_read(const struct rules_test_reader *reader, const struct yaml *node,
                              struct rules_test_expectation ret_expectations[static 2]) {
    if (node->kind != YAML_MAPPING || node->count != 1) {
        yaml_problem(reader->problems, node->place, "expected one line: [before] INSTANT RULE: STATE");
        return 0;
    }
    ret_expectations[0] = (struct rules_test_expectation){.place = node->place, .subject = RULES_TEST_SUBJECT};
    if (!read_head(reader, node->pairs[0].key, &ret_expectations[0]))
        return 0;
    const struct yaml *value = node->pairs[0].value;
    return ret_expectations[0].what == RULES_TEST_STATE ? read_state(reader, value, ret_expectations)
                                                        : read_said(reader, value, &ret_expectations[0]);
}
